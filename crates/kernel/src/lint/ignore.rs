//! `-- unmigrate-ignore <rule>: <reason>` above a statement or behind it, `-- unmigrate-ignore-file ..` for the whole file.

use crate::Dialect;
use crate::lex::{Kind, lex};
use crate::split::{Statement, split};
use std::ops::Range;

const WORD: &str = "unmigrate-ignore";

/// A comment that says that a finding is known and meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// The comment.
    pub span: Range<usize>,
    /// The rules that it names.
    pub rules: Vec<String>,
    /// Why; empty where nothing is said, and then it counts for nothing.
    pub reason: String,
    /// The bytes of the file that it speaks for.
    pub covers: Range<usize>,
}

/// The comments of a file that say so.
pub fn ignores(text: &str, dialect: Dialect, breakpoints: bool) -> Vec<Ignore> {
    if !text.contains(WORD) {
        return vec![];
    }
    let statements = split(text, dialect, breakpoints);
    let comments = lex(text, 0, dialect).into_iter().filter(|t| t.kind == Kind::Comment);
    comments.filter_map(|c| read(text, c.start..c.end, &statements)).collect()
}

fn read(text: &str, span: Range<usize>, statements: &[Statement]) -> Option<Ignore> {
    let comment = text[span.clone()].trim_start_matches(['-', '#', '/', '*', ' ']);
    let comment = comment.trim_end().trim_end_matches("*/").trim_end();
    let rest = comment.strip_prefix(WORD)?;
    let (whole_file, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    if !rest.starts_with([' ', ':', '\t']) && !rest.is_empty() {
        return None;
    }
    let (names, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let rules = names.split([',', ' ']).map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect();
    let covers = if whole_file { 0..text.len() } else { statement(text, &span, statements) };
    Some(Ignore { span, rules, reason: reason.trim().to_owned(), covers })
}

/// The statement on whose last line the comment stands, else the one that it stands in, else the next.
fn statement(text: &str, comment: &Range<usize>, statements: &[Statement]) -> Range<usize> {
    let line = text[..comment.start].rfind('\n').map_or(0, |at| at + 1);
    let behind = |s: &&Statement| s.span.end <= comment.start && s.span.end > line;
    let inside = |s: &&Statement| s.span.start <= comment.start && comment.start < s.span.end;
    let next = |s: &&Statement| s.span.start >= comment.start;
    let found = statements.iter().find(inside).or_else(|| statements.iter().rev().find(behind));
    found.or_else(|| statements.iter().find(next)).map_or(comment.clone(), |s| s.span.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(Vec<String>, String, String)> {
        let found = ignores(text, Dialect::Postgres, false);
        found.into_iter().map(|i| (i.rules, i.reason, text[i.covers].to_owned())).collect()
    }

    #[test]
    fn above_behind_and_for_the_file() {
        let text = "-- unmigrate-ignore a: known\nSELECT 1;\nSELECT 2; -- unmigrate-ignore b, c: it's fine\nSELECT 3;";
        let found = of(text);
        assert_eq!(found[0], (vec!["a".into()], "known".into(), "SELECT 1".into()));
        assert_eq!(found[1], (vec!["b".into(), "c".into()], "it's fine".into(), "SELECT 2".into()));
        let text = "/* unmigrate-ignore-file a: all */ SELECT 1";
        assert_eq!(of(text)[0].2, text);
    }

    #[test]
    fn a_reason_is_wanted_and_other_words_are_not_ours() {
        assert_eq!(of("-- unmigrate-ignore a\nSELECT 1")[0].1, "");
        assert!(of("-- unmigrate-ignored a: x\nSELECT '-- unmigrate-ignore a: b'").is_empty());
    }
}
