//! What `resolve` gives, field by field what `--json` prints.

use super::rollback::{RollbackOutcome, RollbackStep, RollbackTarget};
use super::{Problem, all, number};
use napi_derive::napi;
use unmigrate_app::resolve as app;

/// What was recorded, and how it stood to the database: what `resolve` gives.
#[napi(object)]
pub struct ResolveReport {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// Which database.
    pub target: RollbackTarget,
    /// What is recorded.
    pub plan: MarkPlan,
    /// What came of it; `done` are the migrations that were recorded now.
    pub outcome: RollbackOutcome,
    /// What is good to know, or stopped it.
    pub problems: Vec<Problem>,
}

/// What is recorded.
#[napi(object)]
pub struct MarkPlan {
    /// What the database held when the plan was made: `sha256:<64 hex>`.
    pub fingerprint: String,
    /// The migrations, in the order of the folder.
    pub migrations: Vec<MarkedMigration>,
    /// Every statement that runs on the session, in order; none where Prisma's own process writes.
    pub steps: Vec<RollbackStep>,
    /// `prisma`: the project's own Prisma writes the rows. `direct`: unmigrate does.
    #[napi(ts_type = "'prisma' | 'direct'")]
    pub way: String,
}

/// One migration that is recorded.
#[napi(object)]
pub struct MarkedMigration {
    /// The tool's name for it.
    pub name: String,
    /// What it is recorded as.
    #[napi(js_name = "as", ts_type = "'applied' | 'rolledBack'")]
    pub to: String,
    /// It was recorded so already: nothing is written.
    pub already: bool,
    /// How many objects of it were looked for in the database.
    pub compared: u32,
    /// What is not as the migration leaves it; of one that is recorded as rolled back, what is still there.
    pub lacks: Vec<String>,
}

impl From<app::ResolveReport> for ResolveReport {
    fn from(it: app::ResolveReport) -> ResolveReport {
        ResolveReport {
            version: it.version,
            target: it.target.into(),
            plan: MarkPlan {
                fingerprint: it.plan.fingerprint,
                migrations: all(it.plan.migrations),
                steps: all(it.plan.steps),
                way: it.plan.way.into(),
            },
            outcome: it.outcome.into(),
            problems: all(it.problems),
        }
    }
}

impl From<app::MarkReport> for MarkedMigration {
    fn from(it: app::MarkReport) -> MarkedMigration {
        let to = match it.to {
            app::As::Applied => "applied",
            app::As::RolledBack => "rolledBack",
        };
        MarkedMigration {
            name: it.name,
            to: to.into(),
            already: it.already,
            compared: number(it.compared),
            lacks: it.lacks,
        }
    }
}
