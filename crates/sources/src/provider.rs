//! A tool's word for its database, as a dialect or as a problem.

use crate::problem::{Problem, pasted};
use crate::sniff::{Sniffed, sniff};
use unmigrate_kernel::{Dialect, Migration};

/// Providers that the tools know and unmigrate does not yet.
const UNSUPPORTED: &[&str] = &["mongodb", "sqlserver", "mssql", "singlestore", "gel", "duckdb"];

/// The dialect of a word that `file` gives.
///
/// # Errors
/// `unsupported-provider` where the tools know it and we do not, or nobody does.
pub fn dialect(word: &str, file: &str) -> Result<Dialect, Problem> {
    Dialect::from_word(word).ok_or_else(|| unsupported(word, file))
}

/// The dialect that the SQL of a history shows by itself, if it does.
pub fn from_sql<'a>(migrations: impl Iterator<Item = &'a Migration>, dir: &str) -> Option<Result<Dialect, Problem>> {
    match sniff(migrations.map(|m| m.sql.as_str()))? {
        Sniffed::Known(dialect) => Some(Ok(dialect)),
        Sniffed::Unsupported(word) => Some(Err(unsupported(word, dir))),
    }
}

/// Nothing tells what the SQL of a folder is written in.
pub fn unknown(dir: &str, looked: &str) -> Problem {
    Problem::error(
        "unknown-dialect",
        format!("nothing tells which database `{dir}` is for: {looked}, and its SQL would suit several"),
        format!("unmigrate generate --dir {} --dialect postgresql   (or cockroachdb, mysql, sqlite)", pasted(dir)),
    )
    .at(dir)
}

fn unsupported(word: &str, file: &str) -> Problem {
    let known = UNSUPPORTED.contains(&word.to_ascii_lowercase().as_str());
    let (message, help) = if known {
        (
            format!("`{word}` ({file}) is not supported yet"),
            "postgresql, cockroachdb, mysql, mariadb and sqlite are; other histories go on without it",
        )
    } else {
        (
            format!("`{word}` ({file}) is no provider that unmigrate knows"),
            "say what the SQL is written in: --dialect postgresql, cockroachdb, mysql or sqlite",
        )
    };
    Problem::error("unsupported-provider", message, help).at(file)
}
