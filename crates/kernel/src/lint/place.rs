//! Bytes of a file as lines and columns, as editors and review pages count them.

use std::ops::Range;

/// A range of a text: from 1, in characters, a byte order mark left out; the end is one past the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line of the first character.
    pub line: usize,
    /// Its column.
    pub column: usize,
    /// The line of the last character.
    pub end_line: usize,
    /// The column behind it.
    pub end_column: usize,
}

/// Where the lines of a text begin. A line ends with a line feed; the carriage return before it belongs to no column.
pub struct Places<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Places<'a> {
    /// Reads the text once.
    pub fn new(text: &'a str) -> Places<'a> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Places { text, starts }
    }

    /// The place of some bytes of the text; what lies behind its end is its end.
    pub fn of(&self, span: &Range<usize>) -> Place {
        let (line, column) = self.point(span.start);
        let (end_line, end_column) = self.point(span.end.max(span.start));
        Place { line, column, end_line, end_column }
    }

    fn point(&self, at: usize) -> (usize, usize) {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= at).max(1);
        let before = &self.text[self.starts[line - 1]..at];
        let marks = usize::from(line == 1 && before.starts_with('\u{feff}'));
        (line, 1 + before.chars().filter(|c| *c != '\r').count() - marks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, part: &str) -> (usize, usize, usize, usize) {
        let start = text.find(part).unwrap();
        let p = Places::new(text).of(&(start..start + part.len()));
        (p.line, p.column, p.end_line, p.end_column)
    }

    #[test]
    fn lines_and_columns() {
        assert_eq!(place("a\nbc d\n", "d"), (2, 4, 2, 5));
        assert_eq!(place("a\r\nbc\r\nd", "bc"), (2, 1, 2, 3));
        assert_eq!(place("\u{feff}ab", "b"), (1, 2, 1, 3));
        assert_eq!(place("é😀x", "x"), (1, 3, 1, 4));
        assert_eq!(place("x\r\ny", "x\r\ny"), (1, 1, 2, 2));
        assert_eq!(place("ab\r\nc", "ab"), (1, 1, 1, 3));
    }

    #[test]
    fn what_lies_outside() {
        assert_eq!(Places::new("").of(&(5..9)), Place { line: 1, column: 1, end_line: 1, end_column: 1 });
    }
}
