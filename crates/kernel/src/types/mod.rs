//! The name of a type as the engine itself would print it, so that two ways of writing one type compare equal.
//!
//! A text goes in that holds a type and nothing else; the reading never fails: what follows no known form is kept, with
//! its white space folded.

mod mysql;
mod postgres;
mod reader;
mod sqlite;

use crate::Dialect;
use std::fmt::Write;

pub use postgres::{internal_name, quote_ident};

/// A type taken apart. Written together again it is [`canonical`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypeParts {
    /// The name as the engine prints it, several words and schema included: `timestamp with time zone`, `"Role"`.
    pub base: String,
    /// What stands in parentheses: length, precision, scale, the labels of a MySQL ENUM with their quotes.
    pub args: Vec<String>,
    /// 1 for an array, else 0: PostgreSQL keeps neither the number of dimensions nor their sizes.
    pub array: usize,
    /// MySQL's UNSIGNED.
    pub unsigned: bool,
    /// What follows, in lower case: `day to second` of an interval, MySQL's `zerofill`,
    /// `character set latin1`, `collate utf8mb4_bin`.
    pub tail: String,
}

impl TypeParts {
    /// The argument at a place as a number.
    pub fn number(&self, at: usize) -> Option<i64> {
        self.args.get(at)?.parse().ok()
    }
}

/// The type as the engine itself would print it: PostgreSQL's `format_type` (run on 15), MySQL's SHOW CREATE TABLE in
/// the form of MySQL 8.0.19 and later (no display width but `tinyint(1)`; run on MariaDB 10.11 with its widths taken
/// off), SQLite's own text in lower case.
pub fn canonical(dialect: Dialect, text: &str) -> String {
    match postgres::one_word(dialect, text) {
        Some(base) => base.to_string(),
        None => write(dialect, &parts(dialect, text)),
    }
}

/// The type taken apart.
pub fn parts(dialect: Dialect, text: &str) -> TypeParts {
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => postgres::parts(dialect, text),
        Dialect::Mysql => mysql::parts(text),
        Dialect::Sqlite => sqlite::parts(text),
    }
}

/// The parts as one text.
pub fn write(dialect: Dialect, parts: &TypeParts) -> String {
    let mut out = String::with_capacity(parts.base.len() + 8);
    // PostgreSQL puts the precision into the middle: timestamp(3) with time zone. MySQL's and SQLite's stand last.
    let timed = dialect.is_postgres() && (parts.base.starts_with("time ") || parts.base.starts_with("timestamp "));
    let interval = dialect.is_postgres() && parts.base == "interval" && !parts.tail.is_empty();
    let (head, rest) = match parts.base.find(' ').filter(|_| timed) {
        Some(at) => parts.base.split_at(at),
        None => (parts.base.as_str(), ""),
    };
    out.push_str(head);
    if interval {
        let _ = write!(out, " {}", parts.tail);
    }
    if !parts.args.is_empty() {
        out.push('(');
        for (at, arg) in parts.args.iter().enumerate() {
            out.push_str(if at > 0 { "," } else { "" });
            out.push_str(arg);
        }
        out.push(')');
    }
    out.push_str(rest);
    out.push_str(if parts.unsigned { " unsigned" } else { "" });
    if !parts.tail.is_empty() && !interval {
        let _ = write!(out, " {}", parts.tail);
    }
    for _ in 0..parts.array {
        out.push_str("[]");
    }
    out
}

/// PostgreSQL's pseudo types that make a sequence, and the type of the column that they leave behind.
const SERIALS: [(&str, &str); 6] = [
    ("serial", "integer"),
    ("serial4", "integer"),
    ("bigserial", "bigint"),
    ("serial8", "bigint"),
    ("smallserial", "smallint"),
    ("serial2", "smallint"),
];

/// The column's type behind `serial` and its kin (manual, "Serial Types"). CockroachDB's are all `bigint`: ask
/// [`canonical`] for the type there.
pub fn is_serial(text: &str) -> Option<&'static str> {
    let word = text.trim();
    SERIALS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, base)| *base)
}

#[cfg(test)]
mod tests;
