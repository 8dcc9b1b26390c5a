//! What `doctor` returns: the JSON contract, version 1.

use super::half::Half;
use crate::rollback::{OutcomeReport, PlanReport};
use crate::site::{Scene, TargetReport};
use crate::{Problem, Severity};
use serde::Serialize;

/// What is wrong with a database, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DoctorReport {
    /// Of the contract: 1. Fields are only ever added within a version.
    pub version: u32,
    /// Which database.
    pub target: TargetReport,
    /// What is wrong, the worst first. As it was found: what was mended afterwards is still in here.
    pub findings: Vec<Finding>,
    /// Migrations that are not recorded as applied, and of which something has happened, or may have.
    pub half: Vec<HalfReport>,
    /// What is run to mend it; none where nothing was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanReport>,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeReport>,
    /// Files that were moved to where they belong.
    pub moved: Vec<String>,
    /// What is good to know, or stopped it.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What, and the command that mends it.
    #[serde(flatten)]
    pub problem: Problem,
    /// The migration that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migration: Option<String>,
    /// What `--fix` takes to mend it; empty where it does not.
    pub fixes: Vec<&'static str>,
}

/// How far a migration came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HalfReport {
    /// The tool's name for it.
    pub name: String,
    /// The up file, relative to the working directory.
    pub file: String,
    /// The tool began it and did not finish it. Otherwise it has no row.
    pub begun: bool,
    /// The engine of the scratch database that it was compared with; none where only names were compared.
    pub compared_with: Option<String>,
    /// Its statements, in order.
    pub statements: Vec<StatementEffect>,
}

/// What has happened of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementEffect {
    /// Its line in the up file, from 1.
    pub line: usize,
    /// Its text.
    pub sql: String,
    /// `happened`, `missing`, `untold` (it changes no catalog) or `neither` (what it changes is neither as before it nor
    /// as after it).
    pub effect: &'static str,
    /// What a database without rows says to it, where it refuses it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

impl DoctorReport {
    /// Something is left for a person to decide or to fix.
    pub fn needs_attention(&self) -> bool {
        let error = |problem: &Problem| problem.severity == Severity::Error;
        match &self.outcome {
            Some(_) => self.problems.iter().any(error),
            None if !self.moved.is_empty() => false,
            None => !self.findings.is_empty() || self.problems.iter().any(error),
        }
    }
}

impl HalfReport {
    pub(super) fn of(half: &Half, scene: &Scene) -> HalfReport {
        let migration = &scene.source.history.migrations[half.at];
        let both = half.pieces.iter().zip(&half.effects).enumerate();
        let statements = both.map(|(at, (piece, effect))| StatementEffect {
            line: piece.line,
            sql: piece.sql.clone(),
            effect: effect.word(),
            refused: half.refused.as_ref().filter(|(refused, _)| *refused == at).map(|(_, why)| why.clone()),
        });
        HalfReport {
            name: migration.name.clone(),
            file: migration.file.clone(),
            begun: half.unfinished,
            compared_with: half.engine.clone(),
            statements: statements.collect(),
        }
    }
}
