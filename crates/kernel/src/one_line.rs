//! A piece of SQL as a message shows it.

/// The text on one line, with one space where there was any room. What is longer than so many characters ends in ` ..`.
pub fn one_line(text: &str, longest: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(longest) {
        Some((at, _)) => format!("{} ..", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn it_is_cut_between_characters() {
        assert_eq!(one_line(" SELECT\n  'ä' ", 20), "SELECT 'ä'");
        assert_eq!(one_line("SELECT 'äöü'", 9), "SELECT 'ä ..");
    }
}
