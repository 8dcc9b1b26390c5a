//! Do two names look like an old and a new one for the same thing?

use std::collections::BTreeSet;

/// How alike two names are, from 0 to 1: the words that they share, or the letters where there are few words.
pub fn similarity(a: &str, b: &str) -> f64 {
    let (left, right) = (words(a), words(b));
    let shared = left.intersection(&right).count() as f64;
    let all = left.union(&right).count().max(1) as f64;
    // A few letters in common are chance.
    let close = Some(letters(&a.to_lowercase(), &b.to_lowercase())).filter(|l| *l >= 0.6).unwrap_or(0.0);
    (shared / all).max(close)
}

/// The words of `snake_case` and `camelCase`, in lower case, a plural's s left out.
fn words(name: &str) -> BTreeSet<String> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && lower) {
            parts.push(String::new());
        }
        lower = c.is_lowercase() || c.is_numeric();
        if c.is_alphanumeric()
            && let Some(last) = parts.last_mut()
        {
            last.extend(c.to_lowercase());
        }
    }
    let single = |w: String| w.strip_suffix('s').filter(|w| w.len() > 2).map_or(w.clone(), str::to_owned);
    parts.into_iter().filter(|w| !w.is_empty()).map(single).collect()
}

/// One minus the edit distance, relative to the longer name.
fn letters(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(128).collect(), b.chars().take(128).collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (above + 1).min(row[j] + 1).min(diagonal + usize::from(ca != cb));
            diagonal = above;
        }
    }
    1.0 - row[b.len()] as f64 / a.len().max(b.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::similarity;

    #[test]
    fn names_that_are_alike() {
        assert!(similarity("user_name", "username") > 0.8);
        assert!(similarity("title", "postTitle") >= 0.5);
        assert!(similarity("membership", "memberships") > 0.9);
        assert!(similarity("age", "height") < 0.4);
        assert!(similarity("", "x") < 0.1);
    }
}
