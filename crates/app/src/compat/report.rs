//! What `compat` returns: the JSON contract, version 1.

use crate::check::Since;
use serde::{Serialize, Serializer};
use unmigrate_kernel::compat::{Certainty, Operation};
use unmigrate_sources::Problem;

/// All that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompatReport {
    /// Of the contract: 1.
    pub version: u32,
    /// The commit whose clients are meant.
    pub app: Since,
    /// One per folder of migrations.
    pub histories: Vec<CompatHistory>,
    /// What could not be handled while the rest went on.
    pub problems: Vec<Problem>,
}

/// One history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompatHistory {
    /// `prisma` or `drizzle`.
    pub tool: &'static str,
    /// `postgresql`, `cockroachdb`, `mysql` or `sqlite`.
    pub dialect: &'static str,
    /// The folder, relative to the working directory.
    pub dir: String,
    /// What the declared columns were read from: `schema`, `snapshot` or `migrations`.
    pub declared: &'static str,
    /// Tables and views that the clients name.
    pub tables: usize,
    /// The migrations that the commit does not have.
    pub migrations: usize,
    /// The worst of what is left after the last of them.
    pub verdict: Verdict,
    /// What breaks, by the migration from which on it does.
    pub breaks: Vec<ClientBreak>,
    /// The oldest commit whose clients work on the schema after all migrations; none: not even today's do, or no commit was
    /// looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<Floor>,
}

/// How a client fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Every statement of it does.
    Works,
    /// By what values there are.
    MayBreak,
    /// Some statement of it fails.
    Breaks,
}

/// Statements that break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientBreak {
    /// The migration from which on it does.
    pub migration: String,
    /// Its file, relative to the working directory.
    pub file: String,
    /// The table as the client calls it.
    pub table: String,
    /// The column; not there where the whole table is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// `select`, `insert`, `update`, `delete`.
    #[serde(serialize_with = "words")]
    pub operations: Vec<Operation>,
    /// `always`; `leftOut`: where the column is left out; `given`: where it gets a value; `values`: by what they are.
    #[serde(serialize_with = "word")]
    pub when: Certainty,
    /// Why; no full stop at the end.
    pub message: String,
    /// A later migration puts it right again.
    pub mended: bool,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Floor {
    /// Its hash.
    pub commit: String,
    /// Its day: `2026-11-26`.
    pub date: String,
    /// Tags and branches that point at it, as git names them.
    pub names: Vec<String>,
    /// No commit that is older was found to break: the whole history was looked at, or as much of it as is looked at.
    pub first: bool,
}

impl CompatReport {
    /// A client breaks for certain.
    pub fn needs_attention(&self) -> bool {
        let broken = self.problems.iter().any(|p| p.severity == unmigrate_sources::Severity::Error);
        broken || self.histories.iter().any(|h| h.verdict == Verdict::Breaks)
    }
}

fn words<S: Serializer>(operations: &[Operation], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(operations.iter().map(|o| o.word()))
}

fn word<S: Serializer>(certainty: &Certainty, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(certainty.word())
}
