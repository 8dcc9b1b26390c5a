//! `meta/_journal.json`: the order in which drizzle-orm 0.x applies `<tag>.sql`.

use crate::problem::{Problem, below};
use serde::Deserialize;
use std::fs;
use std::path::Path;

/// Where it lies in a folder of migrations.
pub const PATH: &str = "meta/_journal.json";

/// What is read of it.
#[derive(Debug, Deserialize)]
pub struct Journal {
    /// `pg`, `postgresql`, `mysql`, `sqlite`, `turso`, `singlestore` ...
    pub dialect: Option<String>,
    /// In the order of the array: drizzle-orm does not sort them.
    pub entries: Vec<Entry>,
}

/// A migration.
#[derive(Debug, Deserialize)]
pub struct Entry {
    /// The file's name without `.sql`.
    pub tag: String,
    /// When it was generated, in milliseconds. A number where drizzle-kit wrote it; anything where a person did.
    #[serde(default)]
    when: serde_json::Value,
}

impl Entry {
    /// `when`, if it is a number: whole milliseconds since 1970.
    pub fn stamp(&self) -> Option<i64> {
        self.when.as_i64().or_else(|| self.when.as_f64().map(|ms| ms as i64))
    }
}

/// Reads a folder's journal.
///
/// # Errors
/// `broken-journal` with its line and column.
pub fn read(dir: &Path, shown: &str) -> Result<Journal, Problem> {
    let file = below(shown, PATH);
    let bytes = fs::read(dir.join(PATH)).map_err(|why| broken(&file, &format!("can't be read: {why}")))?;
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    serde_json::from_slice(text).map_err(|why| {
        let conflict = text.windows(8).any(|w| w == b"<<<<<<< ");
        let reason = if conflict { "holds the marks of a merge conflict" } else { "is not what drizzle-kit writes" };
        broken(&file, &format!("{reason}: {why}"))
    })
}

fn broken(file: &str, reason: &str) -> Problem {
    Problem::error(
        "broken-journal",
        format!("`{file}` {reason}"),
        "without it the order of the migrations is not known: restore it from version control; `drizzle-kit check` reads it too",
    )
    .at(file)
}
