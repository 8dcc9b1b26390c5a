//! Whether an expression has one value whatever the rows, the clock and the session.

use super::scan::past_type;
use super::sql::{Sql, unquoted};
use crate::lex::Kind;
use std::ops::Range;

/// Every part of the range is a literal, or made of literals by operators and casts.
pub(super) fn is_constant(sql: &Sql, range: Range<usize>) -> bool {
    let mut at = range.start;
    let mut cast = 0;
    while at < range.end {
        at = match sql.kind(at) {
            Some(Kind::String) if depends_on_clock(sql.at(at)) => return false,
            Some(Kind::String | Kind::Number) => at + 1,
            Some(Kind::Punct(b)) if b"+-*/%|()[],".contains(&b) => at + 1,
            Some(Kind::Cast) => past_type(sql, at + 1),
            Some(Kind::Word) if sql.is_any(at, &["null", "true", "false"]) => at + 1,
            Some(Kind::Word) if sql.is(at, "array") && sql.punct(at + 1, b'[') => at + 1,
            Some(Kind::Word) if sql.is(at, "cast") && sql.punct(at + 1, b'(') => {
                cast += 1;
                at + 2
            }
            Some(Kind::Word) if sql.is(at, "as") && cast > 0 => past_type(sql, at + 1),
            Some(Kind::Word) if sql.kind(at + 1) == Some(Kind::String) && literal_prefix(sql, at) => at + 1,
            _ => return false,
        };
    }
    !range.is_empty() && at <= range.end
}

/// `DATE '..'`, `_utf8mb4 '..'`.
fn literal_prefix(sql: &Sql, at: usize) -> bool {
    sql.at(at).starts_with('_')
        || sql.is_any(
            at,
            &["date", "time", "timestamp", "timestamptz", "interval", "json", "jsonb", "uuid", "bytea", "numeric"],
        )
}

/// PostgreSQL reads these words as a moment when they become a date, SQLite and MySQL only as text.
fn depends_on_clock(string: &str) -> bool {
    string.len() < 14 && {
        let text = unquoted(string);
        ["now", "today", "tomorrow", "yesterday"].iter().any(|w| w.eq_ignore_ascii_case(text.trim()))
    }
}
