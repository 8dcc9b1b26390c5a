//! What a folder of migrations says, in the order in which its tool applies them.

use crate::Dialect;
use std::ops::Range;

/// A whole history, oldest migration first.
#[derive(Debug, Clone)]
pub struct History {
    /// The SQL that the migrations are written in.
    pub dialect: Dialect,
    /// The server's word or the user's, e.g. `mysql-8.0`, `mariadb-10.11`; none where SQL must be valid on all.
    pub server: Option<String>,
    /// In the order in which they are applied.
    pub migrations: Vec<Migration>,
}

/// One migration's up file.
#[derive(Debug, Clone)]
pub struct Migration {
    /// The tool's name for it: Prisma's folder, Drizzle's tag or folder.
    pub name: String,
    /// The up file as messages name it: relative to the working directory.
    pub file: String,
    /// The text of the up file, as it is on disk (a BOM and CRLF included).
    pub sql: String,
    /// The tool splits the file literally at `--> statement-breakpoint`.
    pub breakpoints: bool,
    /// `CREATE TABLE` statements for the schema *before* this migration, derived from a snapshot that the tool keeps.
    /// Used only where the replayed catalog does not know a table that the migration names.
    pub snapshot_before: Option<String>,
    /// What statements of the file did that nobody can read, as a database showed it.
    pub observed: Vec<Observed>,
}

/// What one statement did to the schema, observed on a database: [`observe::changes`](crate::observe::changes) writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// The statement's bytes in the file, as [`split`](crate::split::split) gives them.
    pub statement: Range<usize>,
    /// SQL that does the same to the schema and can be read; empty where nothing changed.
    pub text: String,
    /// What it was observed on, in the engine's own words: `PostgreSQL 17.2`.
    pub engine: String,
}

impl Migration {
    /// Does the tool's runner have a transaction open around the file, with some drivers? Those that split it
    /// themselves do.
    pub fn may_run_in_transaction(&self) -> bool {
        self.breakpoints
    }
}
