//! What `doctor` gives, field by field what `--json` prints.

use super::rollback::{RollbackOutcome, RollbackPlan, RollbackTarget};
use super::{Problem, all, number, or_null};
use napi::bindgen_prelude::{Either, Null};
use napi_derive::napi;
use unmigrate_app::doctor as app;

/// What is wrong with a database, and what was done about it: what `doctor` gives.
#[napi(object)]
pub struct DoctorReport {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// Which database.
    pub target: RollbackTarget,
    /// What is wrong, the worst first. As it was found: what was mended afterwards is still in here.
    pub findings: Vec<DoctorFinding>,
    /// Migrations that are not recorded as applied, and of which something has happened, or may have.
    pub half: Vec<HalfApplied>,
    /// What is run to mend it; none where nothing was asked for.
    pub plan: Option<RollbackPlan>,
    /// What came of it.
    pub outcome: Option<RollbackOutcome>,
    /// Files that were moved to where they belong.
    pub moved: Vec<String>,
    /// What is good to know, or stopped it.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[napi(object)]
pub struct DoctorFinding {
    /// A stable word; `explain(code)` gives its page.
    pub code: String,
    /// What it weighs.
    #[napi(ts_type = "'error' | 'warning'")]
    pub severity: String,
    /// What is wrong.
    pub message: String,
    /// The command that mends it.
    pub help: String,
    /// The file that it is about, relative to the working directory.
    pub path: Option<String>,
    /// The migration that it is about.
    pub migration: Option<String>,
    /// What `fix` takes to mend it; empty where it does not.
    #[napi(ts_type = "Array<'forward' | 'undo' | 'tracking' | 'orphans' | 'indexes' | 'files'>")]
    pub fixes: Vec<String>,
}

/// How far a migration came.
#[napi(object)]
pub struct HalfApplied {
    /// The tool's name for it.
    pub name: String,
    /// The up file, relative to the working directory.
    pub file: String,
    /// The tool began it and did not finish it. Otherwise it has no row.
    pub begun: bool,
    /// The engine of the scratch database that it was compared with; `null` where only names were compared.
    #[napi(ts_type = "string | null")]
    pub compared_with: Either<String, Null>,
    /// Its statements, in order.
    pub statements: Vec<StatementEffect>,
}

/// What has happened of a statement.
#[napi(object)]
pub struct StatementEffect {
    /// Its line in the up file, from 1.
    pub line: u32,
    /// Its text.
    pub sql: String,
    /// `untold`: it changes no catalog. `neither`: what it changes is neither as before it nor as after it.
    #[napi(ts_type = "'happened' | 'missing' | 'untold' | 'neither'")]
    pub effect: String,
    /// What a database without rows says to it, where it refuses it too.
    pub refused: Option<String>,
}

impl From<app::DoctorReport> for DoctorReport {
    fn from(it: app::DoctorReport) -> DoctorReport {
        DoctorReport {
            version: it.version,
            target: it.target.into(),
            findings: all(it.findings),
            half: all(it.half),
            plan: it.plan.map(RollbackPlan::from),
            outcome: it.outcome.map(RollbackOutcome::from),
            moved: it.moved,
            problems: all(it.problems),
        }
    }
}

impl From<app::Finding> for DoctorFinding {
    fn from(it: app::Finding) -> DoctorFinding {
        let problem = Problem::from(it.problem);
        DoctorFinding {
            code: problem.code,
            severity: problem.severity,
            message: problem.message,
            help: problem.help,
            path: problem.path,
            migration: it.migration,
            fixes: it.fixes.into_iter().map(str::to_owned).collect(),
        }
    }
}

impl From<app::HalfReport> for HalfApplied {
    fn from(it: app::HalfReport) -> HalfApplied {
        HalfApplied {
            name: it.name,
            file: it.file,
            begun: it.begun,
            compared_with: or_null(it.compared_with),
            statements: all(it.statements),
        }
    }
}

impl From<app::StatementEffect> for StatementEffect {
    fn from(it: app::StatementEffect) -> StatementEffect {
        StatementEffect { line: number(it.line), sql: it.sql, effect: it.effect.into(), refused: it.refused }
    }
}
