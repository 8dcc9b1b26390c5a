//! The order in which the tools apply folders of migrations: JavaScript's `localeCompare`.
//!
//! Prisma 6 and 7 and drizzle-orm 1.0 sort folder names with it, and it is not the order of bytes: `20_flags` stands
//! before `20240520173759_index`, `Aa` before `ab`. Names hold ASCII nearly always, so this is Unicode's root collation
//! for ASCII (as Node 20 gives it) and code points beyond it.

use std::cmp::Ordering;

/// ASCII's punctuation as the root collation orders it; digits and letters follow.
const PUNCTUATION: &str = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

/// `a.localeCompare(b)`.
pub fn locale_compare(a: &str, b: &str) -> Ordering {
    let primary = a.chars().map(weight).cmp(b.chars().map(weight));
    // Only where nothing else differs does case decide: lower before upper.
    primary.then_with(|| a.chars().map(|c| c.is_uppercase()).cmp(b.chars().map(|c| c.is_uppercase())))
}

fn weight(c: char) -> u32 {
    match c {
        '0'..='9' => 100 + u32::from(c) - u32::from('0'),
        'a'..='z' | 'A'..='Z' => 200 + u32::from(c.to_ascii_lowercase()) - u32::from('a'),
        c if c.is_ascii() => PUNCTUATION.find(c).map_or(0, |at| 1 + at as u32),
        c => 1000 + u32::from(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_node_sorts() {
        // Node 20: names.sort((a, b) => a.localeCompare(b))
        let sorted = [
            "_u",
            "1_a",
            "10_b",
            "2_c",
            "20_flags",
            "20240101000000",
            "20240101000000_a",
            "20240101000000_Z",
            "20240101000000-x",
            "a b",
            "a_b",
            "a-b",
            "Aa",
            "ab",
            "aB",
            "Ab",
        ];
        let mut names = sorted.to_vec();
        names.reverse();
        names.sort_by(|a, b| locale_compare(a, b));
        assert_eq!(names, sorted);
    }
}
