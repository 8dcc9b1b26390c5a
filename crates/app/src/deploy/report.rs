//! What `deploy` returns: the JSON contract, version 1.

use crate::Problem;
use crate::archive::Restored;
use crate::rollback::{ArchiveReport, OutcomeReport, StepReport};
use crate::site::TargetReport;
use serde::Serialize;

/// What was deployed, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeployReport {
    /// Of the contract: 1. Fields are only ever added within a version.
    pub version: u32,
    /// Which database.
    pub target: TargetReport,
    /// What is run.
    pub plan: DeployPlan,
    /// What came of it; `done` are the migrations that are applied now and were not before.
    pub outcome: OutcomeReport,
    /// What the tool's own process said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Of each copy: what was written to its table between the copy and the deploy, as far as it can be told.
    pub written_since: Vec<WrittenSince>,
    /// What earlier rollbacks had kept of these migrations and is there again.
    pub put_back: Vec<PutBackReport>,
    /// What is good to know, or stopped it.
    pub problems: Vec<Problem>,
}

/// What is run, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeployPlan {
    /// What the database held when the plan was made: `sha256:<64 hex>`.
    pub fingerprint: String,
    /// The migrations that the tool runs, in its order.
    pub migrations: Vec<String>,
    /// `process`: the tool's own deploy. `direct`: unmigrate runs the SQL.
    pub way: &'static str,
    /// What is kept of what the migrations destroy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<ArchiveReport>,
    /// Every statement that runs on our own session, in order: the copies, and with `direct` all the rest.
    pub steps: Vec<StepReport>,
}

/// A copy, and what was written to its table since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WrittenSince {
    /// The copy, by the name that `archive restore` takes.
    pub kept: String,
    /// The table.
    pub table: String,
    /// Rows that came; none: the table is gone, and it can't be told.
    pub added: Option<u64>,
    /// Rows that went.
    pub gone: Option<u64>,
    /// Rows that were there and were written to; none: this engine does not tell.
    pub changed: Option<u64>,
}

/// A copy that was put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutBackReport {
    /// The copy.
    pub kept: String,
    /// Whose.
    pub migration: String,
    /// What it did.
    #[serde(flatten)]
    pub rows: Restored,
}
