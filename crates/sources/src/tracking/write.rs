//! What is to be written into a tool's table, and why it may not be.

use super::{Local, Location};
use std::fmt;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::{Bookkeeping, Probe};

/// Statements in the order in which they are run.
pub type Writes = Vec<Bookkeeping>;

/// What makes a tool forget migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmarked {
    /// For each migration that was named, in their order, what is run in the transaction that undoes it: one statement, or
    /// more where its rows differ from each other.
    pub writes: Vec<Writes>,
    /// Migrations that nobody undid and that the tool will run as well from now on: it had skipped them.
    pub also_run: Vec<String>,
    /// They have to go in one transaction: were only the first of them forgotten, the tool would not run them again.
    pub together: bool,
}

/// Why the table is left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The folder has no migration of this name.
    NoSuchMigration(String),
    /// The table has no row of it that counts as applied.
    NotApplied(String),
    /// The tool goes by the highest `created_at` alone and would never run it again: others lie above it.
    NotLast {
        /// The migration that was to be forgotten.
        name: String,
        /// What would have to be undone with it, highest first.
        above: Vec<String>,
    },
    /// The tool goes by the highest `created_at` alone: with this mark it would skip these for ever.
    WouldSkip {
        /// The migration that was to be marked.
        name: String,
        /// What would be skipped, in the folder's order.
        skipped: Vec<String>,
    },
    /// The mark would not count for the tool: a row without `created_at` makes it run everything.
    WouldNotCount(String),
    /// Nothing tells the migration's time, which is what the tool knows it by.
    NoStamp(String),
    /// It is applied, not failed.
    NotFailed(String),
    /// Drizzle has no mark for what was rolled back: it forgets the migration.
    NoSuchMark,
}

impl Refusal {
    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NoSuchMigration(_) => "no-such-migration",
            Refusal::NotApplied(_) => "not-applied",
            Refusal::NotLast { .. } => "not-last",
            Refusal::WouldSkip { .. } => "would-skip",
            Refusal::WouldNotCount(_) => "would-not-count",
            Refusal::NoStamp(_) => "no-stamp",
            Refusal::NotFailed(_) => "not-failed",
            Refusal::NoSuchMark => "no-such-mark",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let list = |names: &[String]| names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
        match self {
            Refusal::NoSuchMigration(name) => write!(f, "there is no migration `{name}` in the folder"),
            Refusal::NotApplied(name) => write!(f, "`{name}` is not recorded as applied in this database"),
            Refusal::NotLast { name, above } => write!(
                f,
                "drizzle-orm 0.x goes by the highest created_at alone, and would never run `{name}` again: {} must be \
                 rolled back with it",
                list(above)
            ),
            Refusal::WouldSkip { name, skipped } => write!(
                f,
                "drizzle-orm 0.x goes by the highest created_at alone: with `{name}` marked as applied it would skip {} \
                 for ever",
                list(skipped)
            ),
            Refusal::WouldNotCount(name) => write!(
                f,
                "a row without created_at makes drizzle-orm 0.x run every migration again, `{name}` too, marked or not"
            ),
            Refusal::NoStamp(name) => {
                write!(f, "nothing tells when `{name}` was generated, and that is what drizzle-orm knows it by")
            }
            Refusal::NotFailed(name) => write!(f, "`{name}` did not fail in this database"),
            Refusal::NoSuchMark => {
                f.write_str("Drizzle has no mark for what was rolled back: it only forgets that it was applied")
            }
        }
    }
}

impl std::error::Error for Refusal {}

/// The table that is written.
pub(super) struct Target<'a> {
    pub dialect: Dialect,
    pub at: &'a Location,
}

impl Target<'_> {
    pub fn table(&self) -> String {
        super::sql::table(self.at, self.dialect)
    }

    pub fn literal(&self, text: &str) -> String {
        super::sql::literal(text, self.dialect)
    }

    /// A statement that changes rows, and the condition that holds for some row where it has happened.
    pub fn write(&self, sql: String, changes: u64, there: &str, why: String) -> Bookkeeping {
        let probe = Probe { query: super::sql::exists(&self.table(), there), done: "1".into() };
        Bookkeeping { sql, changes: Some(changes), probe, why }
    }

    /// A statement that deletes the rows for which the condition holds.
    pub fn delete(&self, condition: &str, changes: u64, why: String) -> Bookkeeping {
        let table = self.table();
        let probe = Probe { query: super::sql::exists(&table, condition), done: "0".into() };
        Bookkeeping { sql: format!("DELETE FROM {table} WHERE {condition}"), changes: Some(changes), probe, why }
    }

    /// `INSERT` of one row, unless a row is there already for which the condition holds.
    pub fn insert(&self, values: &[(&str, String)], unless: &str, why: String) -> Bookkeeping {
        let table = self.table();
        let columns: Vec<String> =
            values.iter().map(|(c, _)| unmigrate_kernel::dialect::quote(c, self.dialect)).collect();
        let row: Vec<&str> = values.iter().map(|(_, value)| value.as_str()).collect();
        // MySQL before 8.0.19 and MariaDB want a FROM before a WHERE.
        let from = if self.dialect == Dialect::Mysql { " FROM DUAL" } else { "" };
        let sql = format!(
            "INSERT INTO {table} ({}) SELECT {}{from} WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE {unless})",
            columns.join(", "),
            row.join(", ")
        );
        self.write(sql, 1, unless, why)
    }

    /// A statement that makes the table or the schema that it lies in, if it is not there.
    pub fn create(&self, sql: String) -> Bookkeeping {
        let probe = Probe { query: self.is_there(), done: "1".into() };
        Bookkeeping { sql, changes: None, probe, why: format!("make {}", self.table()) }
    }

    fn is_there(&self) -> String {
        let columns = super::sql::columns(self.at, self.dialect);
        let columns = columns.rsplit_once(" ORDER BY").map_or(columns.as_str(), |(query, _)| query);
        format!("SELECT CASE WHEN EXISTS ({columns}) THEN 1 ELSE 0 END")
    }
}

/// The places of the named migrations in the folder.
pub(super) fn choose(names: &[&str], local: &[Local]) -> Result<Vec<usize>, Refusal> {
    let find = |name: &&str| {
        local.iter().position(|m| m.name == *name).ok_or_else(|| Refusal::NoSuchMigration((*name).into()))
    };
    names.iter().map(find).collect()
}
