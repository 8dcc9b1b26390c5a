//! What `rollback` gives, field by field what `--json` prints.

use super::{Note, Problem, all, grade, number, or_null};
use napi::bindgen_prelude::{Either, Null};
use napi_derive::napi;
use unmigrate_app::rollback as app;

/// What was planned, and what came of it: what `rollback` gives.
#[napi(object)]
pub struct RollbackReport {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// Which database.
    pub target: RollbackTarget,
    /// What is run.
    pub plan: RollbackPlan,
    /// What came of it.
    pub outcome: RollbackOutcome,
    /// What is good to know, or stopped it.
    pub problems: Vec<Problem>,
}

/// A database, without secrets.
#[napi(object)]
pub struct RollbackTarget {
    /// In its own words: `PostgreSQL 15.20`.
    pub engine: String,
    /// Its name on its server; a file's name for SQLite. What `confirm` has to say.
    pub database: String,
    /// What kind it is. `unknown` counts as protected.
    #[napi(ts_type = "'local' | 'ephemeral' | 'protected' | 'unknown'")]
    pub class: String,
    /// A URL without password, to be read.
    pub shown: String,
}

/// What is run.
#[napi(object)]
pub struct RollbackPlan {
    /// What the database held when the plan was made: `sha256:<64 hex>`.
    pub fingerprint: String,
    /// The migrations that are undone, newest first.
    pub migrations: Vec<UndoneMigration>,
    /// Every statement, in order.
    pub steps: Vec<RollbackStep>,
    /// What is kept of what is taken away; none where nothing is to be kept.
    pub archive: Option<RollbackArchive>,
}

/// One migration that is undone.
#[napi(object)]
pub struct UndoneMigration {
    /// The tool's name for it.
    pub name: String,
    /// The rollback file, relative to the working directory.
    pub down: String,
    /// What the file says that it gives back; `null` where a person wrote it and does not say.
    #[napi(ts_type = "'lossless' | 'lossy' | 'manual' | null")]
    pub grade: Either<String, Null>,
    /// How the file stands to its migration.
    #[napi(ts_type = "'written' | 'unchanged' | 'edited' | 'stale' | 'outdated' | 'missing' | 'misplaced'")]
    pub state: String,
    /// A round trip over these very files ran on an engine.
    pub verified: bool,
    /// What is lost, refused or left, with live counts.
    pub notes: Vec<Note>,
}

/// One statement.
#[napi(object)]
pub struct RollbackStep {
    /// The migration that it belongs to.
    pub migration: String,
    /// Its text.
    pub sql: String,
    /// Those with the same number of the same migration share a transaction; `null`: outside of any.
    #[napi(ts_type = "number | null")]
    pub transaction: Either<u32, Null>,
    /// The locks that it takes, for people, and what is done while they are held, where that takes long; `null`: none that
    /// others meet.
    #[napi(ts_type = "string | null")]
    pub lock: Either<String, Null>,
    /// What it is for.
    pub why: String,
    /// The file that it stands in.
    pub file: Option<String>,
    /// Its line there, from 1.
    pub line: Option<u32>,
}

/// What is kept of what is taken away.
#[napi(object)]
pub struct RollbackArchive {
    /// Where: `schema _unmigrate`.
    pub place: String,
    /// What: `users.bio`.
    pub objects: Vec<String>,
    /// Rows that are copied.
    pub rows: i64,
    /// No copy takes more bytes on the disk; `null` where the engine does not tell.
    #[napi(ts_type = "number | null")]
    pub bytes: Either<i64, Null>,
    /// What can't be put back by key, and why.
    pub keyless: Vec<String>,
}

/// What came of it.
#[napi(object)]
pub struct RollbackOutcome {
    /// `planned`: nothing was run, as asked. `done`: all of it ran. `unchanged`: it stopped, and everything is as it was.
    /// `partly`: some migrations are undone as a whole, the others are as they were. `continuable`: it stopped in the middle
    /// of one that no transaction holds together. `unknown`: the connection was lost while it committed.
    #[napi(ts_type = "'planned' | 'done' | 'unchanged' | 'partly' | 'continuable' | 'unknown'")]
    pub state: String,
    /// Migrations that are undone, with the tool's table.
    pub done: Vec<String>,
    /// Where it stopped.
    pub stopped_at: Option<StoppedAt>,
    /// What was kept, by the names that `archive restore` takes.
    pub kept: Vec<String>,
    /// How long locks were waited for, in milliseconds.
    pub waited: i64,
    /// The audit has it.
    pub audited: bool,
}

/// A statement that something stopped at.
#[napi(object)]
pub struct StoppedAt {
    /// The migration.
    pub migration: String,
    /// Which of its statements, from 1.
    pub number: u32,
    /// How many it has.
    pub of: u32,
    /// Its text.
    pub sql: String,
    /// The file that it stands in; `null`: none.
    #[napi(ts_type = "string | null")]
    pub file: Either<String, Null>,
    /// The line of the error, or of the statement; `null`: it stands in no file.
    #[napi(ts_type = "number | null")]
    pub line: Either<u32, Null>,
}

/// Rows, bytes and milliseconds: no database has more than an `i64` holds.
pub fn long(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl From<app::RollbackReport> for RollbackReport {
    fn from(it: app::RollbackReport) -> RollbackReport {
        RollbackReport {
            version: it.version,
            target: it.target.into(),
            plan: it.plan.into(),
            outcome: it.outcome.into(),
            problems: all(it.problems),
        }
    }
}

impl From<app::TargetReport> for RollbackTarget {
    fn from(it: app::TargetReport) -> RollbackTarget {
        RollbackTarget { engine: it.engine, database: it.database, class: it.class, shown: it.shown }
    }
}

impl From<app::PlanReport> for RollbackPlan {
    fn from(it: app::PlanReport) -> RollbackPlan {
        RollbackPlan {
            fingerprint: it.fingerprint,
            migrations: all(it.migrations),
            steps: all(it.steps),
            archive: it.archive.map(RollbackArchive::from),
        }
    }
}

impl From<app::DownReport> for UndoneMigration {
    fn from(it: app::DownReport) -> UndoneMigration {
        UndoneMigration {
            name: it.name,
            down: it.down,
            grade: grade(it.grade),
            state: it.state.word().into(),
            verified: it.verified,
            notes: all(it.notes),
        }
    }
}

impl From<app::StepReport> for RollbackStep {
    fn from(it: app::StepReport) -> RollbackStep {
        RollbackStep {
            migration: it.migration,
            sql: it.sql,
            transaction: or_null(it.transaction.map(number)),
            lock: or_null(it.lock),
            why: it.why,
            file: it.file,
            line: it.line.map(number),
        }
    }
}

impl From<app::ArchiveReport> for RollbackArchive {
    fn from(it: app::ArchiveReport) -> RollbackArchive {
        RollbackArchive {
            place: it.place,
            objects: it.objects,
            rows: long(it.rows),
            bytes: or_null(it.bytes.map(long)),
            keyless: it.keyless,
        }
    }
}

impl From<app::OutcomeReport> for RollbackOutcome {
    fn from(it: app::OutcomeReport) -> RollbackOutcome {
        let state = match it.state {
            app::OutcomeState::Planned => "planned",
            app::OutcomeState::Done => "done",
            app::OutcomeState::Unchanged => "unchanged",
            app::OutcomeState::Partly => "partly",
            app::OutcomeState::Continuable => "continuable",
            app::OutcomeState::Unknown => "unknown",
        };
        RollbackOutcome {
            state: state.into(),
            done: it.done,
            stopped_at: it.stopped_at.map(StoppedAt::from),
            kept: it.kept,
            waited: long(it.waited),
            audited: it.audited,
        }
    }
}

impl From<app::PlaceReport> for StoppedAt {
    fn from(it: app::PlaceReport) -> StoppedAt {
        StoppedAt {
            migration: it.migration,
            number: number(it.number),
            of: number(it.of),
            sql: it.sql,
            file: or_null(it.file),
            line: or_null(it.line.map(number)),
        }
    }
}
