//! What `rollback` returns: the JSON contract, version 1.

use crate::report::{NoteReport, State, grade};
use crate::site::TargetReport;
use crate::{Problem, archive, execute};
use serde::Serialize;
use unmigrate_kernel::Grade;
use unmigrate_kernel::plan::{Lock, Plan, Step, Work};

/// What was planned, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RollbackReport {
    /// Of the contract: 1. Fields are only ever added within a version.
    pub version: u32,
    /// Which database.
    pub target: TargetReport,
    /// What is run.
    pub plan: PlanReport,
    /// What came of it.
    pub outcome: OutcomeReport,
    /// What is good to know, or stopped it.
    pub problems: Vec<Problem>,
}

/// What is run, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanReport {
    /// What the database held when the plan was made: `sha256:<64 hex>`.
    pub fingerprint: String,
    /// The migrations that are undone, newest first.
    pub migrations: Vec<DownReport>,
    /// Every statement, in order.
    pub steps: Vec<StepReport>,
    /// What is kept of what is taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<ArchiveReport>,
}

/// One migration that is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DownReport {
    /// The tool's name for it.
    pub name: String,
    /// The rollback file, relative to the working directory.
    pub down: String,
    /// What the file says that it gives back; none where a person wrote it and does not say.
    #[serde(serialize_with = "grade")]
    pub grade: Option<Grade>,
    /// How the file stands to its migration.
    pub state: State,
    /// A round trip over these very files ran on an engine.
    pub verified: bool,
    /// What is lost, refused or left, with live counts.
    pub notes: Vec<NoteReport>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepReport {
    /// The migration that it belongs to.
    pub migration: String,
    /// Its text.
    pub sql: String,
    /// Those with the same number of the same migration share a transaction; none: outside of any.
    pub transaction: Option<usize>,
    /// The locks that it takes, for people, and what is done while they are held, where that takes long; none: none that
    /// others meet.
    pub lock: Option<String>,
    /// What it is for.
    pub why: String,
    /// The file that it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Its line there, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// What is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchiveReport {
    /// Where: `schema _unmigrate`.
    pub place: String,
    /// What: `users.bio`.
    pub objects: Vec<String>,
    /// Rows that are copied.
    pub rows: u64,
    /// No copy takes more bytes on the disk, where the engine tells.
    pub bytes: Option<u64>,
    /// What can't be put back by key, and why.
    pub keyless: Vec<String>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum OutcomeState {
    /// Nothing was run: a dry run, or a plan that was written to a file.
    Planned,
    /// All of it ran.
    Done,
    /// It stopped, and everything is as it was before.
    Unchanged,
    /// It stopped after some migrations were undone as a whole; the others are as they were.
    Partly,
    /// It stopped in the middle of one that no transaction holds together: go on with it or take it back.
    Continuable,
    /// The connection was lost while it committed, and nobody could be asked what became of it.
    Unknown,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeReport {
    /// How it ended.
    pub state: OutcomeState,
    /// Migrations that are undone, with the tool's table.
    pub done: Vec<String>,
    /// Where it stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<PlaceReport>,
    /// What was kept, by the names that `archive restore` takes.
    pub kept: Vec<String>,
    /// How long locks were waited for, in milliseconds.
    pub waited: u64,
    /// The audit has it.
    pub audited: bool,
}

/// A statement that something stopped at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaceReport {
    /// The migration.
    pub migration: String,
    /// Which of its statements, from 1.
    pub number: usize,
    /// How many it has.
    pub of: usize,
    /// Its text.
    pub sql: String,
    /// The file that it stands in.
    pub file: Option<String>,
    /// The line of the error, or of the statement.
    pub line: Option<usize>,
}

impl PlanReport {
    /// Of a plan whose migrations are known by name alone.
    pub fn of(plan: &Plan, migrations: Vec<DownReport>, archive: Option<ArchiveReport>) -> PlanReport {
        PlanReport { fingerprint: plan.made_for.to_string(), migrations, steps: StepReport::all(plan), archive }
    }
}

impl StepReport {
    /// Every statement of a plan, in order.
    pub(crate) fn all(plan: &Plan) -> Vec<StepReport> {
        let steps =
            plan.phases.iter().flat_map(|phase| phase.steps.iter().map(|step| StepReport::of(&phase.name, step)));
        steps.collect()
    }

    fn of(migration: &str, step: &Step) -> StepReport {
        StepReport {
            migration: migration.to_owned(),
            sql: step.sql.clone(),
            transaction: step.transaction,
            lock: locks(&step.locks),
            why: step.why.clone(),
            file: step.file.clone(),
            line: Some(step.line).filter(|line| *line > 0),
        }
    }
}

/// `ACCESS EXCLUSIVE on users (rewrite), SHARE ROW EXCLUSIVE on teams`
fn locks(locks: &[Lock]) -> Option<String> {
    let one = |lock: &Lock| {
        let on = lock.relation.as_ref().map_or_else(String::new, |relation| format!(" on {relation}"));
        let work = if lock.work == Work::Quick { String::new() } else { format!(" ({})", lock.work.word()) };
        format!("{}{on}{work}", lock.mode.words())
    };
    (!locks.is_empty()).then(|| locks.iter().map(one).collect::<Vec<_>>().join(", "))
}

impl OutcomeReport {
    /// Nothing was run.
    pub(crate) fn planned() -> OutcomeReport {
        OutcomeReport {
            state: OutcomeState::Planned,
            done: vec![],
            stopped_at: None,
            kept: vec![],
            waited: 0,
            audited: false,
        }
    }

    /// Of a walk; `kept` are the entries of the archive that are new since.
    pub(crate) fn of(
        walked: &Result<execute::Finished, Box<execute::Stopped>>,
        kept: &[archive::Entry],
    ) -> OutcomeReport {
        let kept = kept.iter().map(|entry| entry.id.clone()).collect();
        match walked {
            Ok(finished) => OutcomeReport {
                state: OutcomeState::Done,
                done: migrations(&finished.phases),
                waited: u64::try_from(finished.waited.as_millis()).unwrap_or(u64::MAX),
                kept,
                ..OutcomeReport::planned()
            },
            Err(stopped) => {
                let done = migrations(&stopped.done);
                let state = match &stopped.left {
                    execute::Left::Continuable { .. } => OutcomeState::Continuable,
                    execute::Left::Unknown => OutcomeState::Unknown,
                    execute::Left::AsBefore | execute::Left::Whole if done.is_empty() => OutcomeState::Unchanged,
                    execute::Left::AsBefore | execute::Left::Whole => OutcomeState::Partly,
                };
                let stopped_at = stopped.at.as_ref().map(PlaceReport::of);
                OutcomeReport { state, done, stopped_at, kept, ..OutcomeReport::planned() }
            }
        }
    }
}

impl PlaceReport {
    fn of(at: &execute::At) -> PlaceReport {
        PlaceReport {
            migration: at.phase.clone(),
            number: at.number,
            of: at.of,
            sql: at.sql.clone(),
            file: at.file.clone(),
            line: Some(at.line).filter(|line| *line > 0),
        }
    }
}

/// The phase before each migration's own in which what goes is copied.
pub(crate) const ARCHIVE_PHASE: &str = "archive of ";

/// Phases that are a migration, not the copy before it.
pub(super) fn migrations(phases: &[String]) -> Vec<String> {
    let is_one = |name: &&String| !name.starts_with(ARCHIVE_PHASE) && !name.starts_with(execute::BACK_PHASE);
    phases.iter().filter(is_one).cloned().collect()
}
