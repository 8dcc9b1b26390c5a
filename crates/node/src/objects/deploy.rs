//! What `deploy` gives, field by field what `--json` prints.

use super::rollback::{RollbackArchive, RollbackOutcome, RollbackStep, RollbackTarget, long};
use super::{Problem, all, or_null};
use napi::bindgen_prelude::{Either, Null};
use napi_derive::napi;
use unmigrate_app::deploy as app;

/// What was deployed, and what came of it: what `deploy` gives.
#[napi(object)]
pub struct DeployReport {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// Which database.
    pub target: RollbackTarget,
    /// What is run.
    pub plan: DeployPlan,
    /// What came of it; `done` are the migrations that are applied now and were not before.
    pub outcome: RollbackOutcome,
    /// What the tool's own process said.
    pub said: Option<String>,
    /// Of each copy: what was written to its table between the copy and the deploy, as far as it can be told.
    pub written_since: Vec<WrittenSince>,
    /// What earlier rollbacks had kept of these migrations and is there again.
    pub put_back: Vec<DeployPutBack>,
    /// What is good to know, or stopped it.
    pub problems: Vec<Problem>,
}

/// What is run.
#[napi(object)]
pub struct DeployPlan {
    /// What the database held when the plan was made: `sha256:<64 hex>`.
    pub fingerprint: String,
    /// The migrations that the tool runs, in its order.
    pub migrations: Vec<String>,
    /// `process`: the tool's own deploy. `direct`: unmigrate runs the SQL.
    #[napi(ts_type = "'process' | 'direct'")]
    pub way: String,
    /// What is kept of what the migrations destroy; none where they destroy nothing, or nothing is to be kept.
    pub archive: Option<RollbackArchive>,
    /// Every statement that runs on the session, in order.
    pub steps: Vec<RollbackStep>,
}

/// A copy, and what was written to its table since.
#[napi(object)]
pub struct WrittenSince {
    /// The copy, by the name that `archive` takes.
    pub kept: String,
    /// The table.
    pub table: String,
    /// Rows that came; `null`: it can't be told.
    #[napi(ts_type = "number | null")]
    pub added: Either<i64, Null>,
    /// Rows that went.
    #[napi(ts_type = "number | null")]
    pub gone: Either<i64, Null>,
    /// Rows that were there and were written to.
    #[napi(ts_type = "number | null")]
    pub changed: Either<i64, Null>,
}

/// A copy that was put back.
#[napi(object)]
pub struct DeployPutBack {
    /// The copy.
    pub kept: String,
    /// Whose.
    pub migration: String,
    /// Rows that have their values again, or are there again.
    pub restored: i64,
    /// Rows of the copy whose key is no longer there.
    pub gone: i64,
    /// Rows that came since, and keep what they have.
    pub new: i64,
}

impl From<app::DeployReport> for DeployReport {
    fn from(it: app::DeployReport) -> DeployReport {
        DeployReport {
            version: it.version,
            target: it.target.into(),
            plan: DeployPlan {
                fingerprint: it.plan.fingerprint,
                migrations: it.plan.migrations,
                way: it.plan.way.into(),
                archive: it.plan.archive.map(RollbackArchive::from),
                steps: all(it.plan.steps),
            },
            outcome: it.outcome.into(),
            said: it.said,
            written_since: all(it.written_since),
            put_back: all(it.put_back),
            problems: all(it.problems),
        }
    }
}

impl From<app::WrittenSince> for WrittenSince {
    fn from(it: app::WrittenSince) -> WrittenSince {
        WrittenSince {
            kept: it.kept,
            table: it.table,
            added: or_null(it.added.map(long)),
            gone: or_null(it.gone.map(long)),
            changed: or_null(it.changed.map(long)),
        }
    }
}

impl From<app::PutBackReport> for DeployPutBack {
    fn from(it: app::PutBackReport) -> DeployPutBack {
        DeployPutBack {
            kept: it.kept,
            migration: it.migration,
            restored: long(it.rows.restored),
            gone: long(it.rows.gone),
            new: long(it.rows.new),
        }
    }
}
