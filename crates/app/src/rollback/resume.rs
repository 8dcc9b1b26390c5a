//! `--continue` and `--abort`: a run that was cut off.

use super::prepare::Prepared;
use super::refusal;
use super::report::{OutcomeReport, OutcomeState, PlanReport, RollbackReport, migrations};
use super::run::{Running, walk};
use crate::Problem;
use crate::archive::Home;
use crate::execute::{Order, abort, unfinished};
use crate::site::{Proposal, Scene, agreed};
use unmigrate_engines::Database;
use unmigrate_sources::tracking::ToolLock;

/// What is done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Its remaining statements are run.
    Continue,
    /// What it did is taken back, where its plan says how, or nothing has happened yet.
    Abort,
}

/// Goes on with a run that was cut off, or takes it back.
///
/// # Errors
/// Where there is none, and where nobody said yes.
pub fn resume(db: &mut dyn Database, scene: &Scene, way: Way, running: Running) -> Result<RollbackReport, Problem> {
    let home = Home::find(db).map_err(|f| refusal::database(&f))?;
    let found = unfinished(db, &home).map_err(|f| refusal::database(&f))?.ok_or_else(refusal::nothing_unfinished)?;
    let tool_lock = ToolLock::of(scene.source.tool, db.dialect());
    let report = PlanReport::of(&found.plan, super::file::named(&found.plan), None);
    let prepared = Prepared { plan: found.plan.clone(), report, problems: vec![], home, tool_lock };
    let mut report = RollbackReport {
        version: 1,
        target: scene.target.clone(),
        plan: prepared.report.clone(),
        outcome: OutcomeReport::planned(),
        problems: vec![],
    };
    if running.dry_run {
        return Ok(report);
    }
    agreed(scene, Proposal::Rollback(&prepared.report), running.confirm.as_deref(), running.ask)?;
    if way == Way::Continue {
        return Ok(walk(db, scene, &prepared, running, report, Some(&found)));
    }
    let order = Order {
        plan: &found.plan,
        tool_lock: prepared.tool_lock.clone(),
        patience: running.patience,
        resume: None,
        replaces: None,
        home: prepared.home.clone(),
    };
    let walked = abort(db, &found, &order, running.watch);
    report.outcome = OutcomeReport::of(&walked, &[]);
    match &walked {
        // Taken back: nothing of it is undone now.
        Ok(_) => report.outcome.state = OutcomeState::Unchanged,
        Err(stopped) => report.problems.push(refusal::stopped(stopped, &report.outcome, &scene.target)),
    }
    report.outcome.done = migrations(&report.outcome.done);
    Ok(report)
}
