//! What the verbs return: the JSON contract, version 1.

use super::plan::Part;
use crate::Problem;
use crate::site::TargetReport;
use serde::Serialize;

/// What `expand` found and wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpandReport {
    /// Of the contract: 1. Fields are only ever added within a version.
    pub version: u32,
    /// The migration.
    pub migration: String,
    /// What is done.
    pub parts: Vec<Part>,
    /// What only a person knows; nothing was written then.
    pub questions: Vec<QuestionReport>,
    /// What can't be done; nothing was written then.
    pub refusals: Vec<RefusalReport>,
    /// The files that were written, relative to the working directory.
    pub written: Vec<String>,
    /// What became of the schema file, or would; none where it was not asked for, and can't be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<SchemaReport>,
    /// What is to be done with the code and the schema, release by release.
    pub checklist: Vec<String>,
    /// What is good to know.
    pub problems: Vec<Problem>,
}

/// What became of the schema file. With nothing of it all, there is nothing to edit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SchemaReport {
    /// The file that was written, relative to the working directory; of several, the first.
    pub file: Option<String>,
    /// All files that were written.
    pub files: Vec<String>,
    /// What changed in them, or would with `--write`, as a unified diff.
    pub diff: Option<String>,
    /// Why it is for a person to edit.
    pub why: Option<String>,
}

/// What only a person knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuestionReport {
    /// What it is about.
    pub object: String,
    /// The question.
    pub question: String,
    /// Each flag that answers it, and what it says.
    pub answers: Vec<(String, String)>,
}

/// What can't be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusalReport {
    /// What it is about.
    pub object: String,
    /// Why.
    pub why: String,
    /// What to do instead.
    pub instead: String,
}

/// What `backfill` did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackfillReport {
    /// Of the contract: 1.
    pub version: u32,
    /// The migration; where a module got the batches, its path as it was given.
    pub migration: String,
    /// Which database.
    pub target: TargetReport,
    /// Rows that this run filled, or that a module got.
    pub rows: u64,
    /// Batches that this run did.
    pub batches: u64,
    /// Rows that are still to be done, counted at the end.
    pub left: u64,
    /// Indexes that were made.
    pub indexes: Vec<String>,
    /// Foreign keys that were made.
    pub references: Vec<String>,
    /// What stopped it.
    pub problems: Vec<Problem>,
}

impl BackfillReport {
    /// Of a run that has done nothing yet.
    pub(super) fn new(migration: String, target: TargetReport) -> BackfillReport {
        BackfillReport {
            version: 1,
            migration,
            target,
            rows: 0,
            batches: 0,
            left: 0,
            indexes: vec![],
            references: vec![],
            problems: vec![],
        }
    }
}

/// What `contract` asked and wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractReport {
    /// Of the contract: 1.
    pub version: u32,
    /// The migration that was expanded.
    pub migration: String,
    /// What was asked, and answered.
    pub gates: Vec<GateReport>,
    /// The migration that was written; none where a gate is closed.
    pub contract: Option<String>,
    /// The files that were written, relative to the working directory.
    pub written: Vec<String>,
    /// What became of the schema file, or would; none where a gate is closed, or it is for a person to edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<SchemaReport>,
    /// What is good to know.
    pub problems: Vec<Problem>,
}

/// A gate and what it saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GateReport {
    /// The word of `--skip-gate`.
    pub name: String,
    /// What it counts.
    pub asks: String,
    /// What it saw; none where nobody was asked.
    pub saw: Option<String>,
    /// It lets through.
    pub open: bool,
    /// Why it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
}
