//! What `resolve` returns: the JSON contract, version 1.

use crate::Problem;
use crate::rollback::{OutcomeReport, StepReport};
use crate::site::TargetReport;
use serde::Serialize;

/// What was recorded, and how it stood to the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResolveReport {
    /// Of the contract: 1. Fields are only ever added within a version.
    pub version: u32,
    /// Which database.
    pub target: TargetReport,
    /// What is recorded.
    pub plan: MarkPlan,
    /// What came of it; `done` are the migrations that are recorded now.
    pub outcome: OutcomeReport,
    /// What is good to know, or stopped it.
    pub problems: Vec<Problem>,
}

/// What is recorded, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MarkPlan {
    /// What the database held when the plan was made: `sha256:<64 hex>`.
    pub fingerprint: String,
    /// The migrations, in the order of the folder.
    pub migrations: Vec<MarkReport>,
    /// Every statement that runs on our own session, in order; none where Prisma's process writes.
    pub steps: Vec<StepReport>,
    /// `prisma`: the project's own Prisma writes the rows. `direct`: unmigrate does.
    pub way: &'static str,
}

/// One migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MarkReport {
    /// The tool's name for it.
    pub name: String,
    /// What it is recorded as.
    #[serde(rename = "as")]
    pub to: As,
    /// It is recorded so already: nothing is written.
    pub already: bool,
    /// How many objects of it were looked for in the database.
    pub compared: usize,
    /// What is not as the migration leaves it: `column users.bio is missing`; of one that is recorded as rolled back, what is
    /// still there.
    pub lacks: Vec<String>,
}

/// What a migration is recorded as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum As {
    /// Applied.
    Applied,
    /// Not applied any more.
    RolledBack,
}

impl As {
    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            As::Applied => "applied",
            As::RolledBack => "rolled back",
        }
    }
}
