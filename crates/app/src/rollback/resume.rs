//! `--continue` and `--abort`: a run that was cut off.

use super::prepare::{Prepared, Purpose};
use super::refusal;
use super::report::{OutcomeReport, OutcomeState, PlanReport, RollbackReport, migrations};
use super::run::{Running, walk};
use crate::Problem;
use crate::archive::Home;
use crate::audit::Record;
use crate::execute::{BACK_PHASE, Order, Unfinished, abort, plan_hash, unfinished};
use crate::site::{Audited, Scene, agreed, bound};
use unmigrate_engines::Database;
use unmigrate_sources::tracking::ToolLock;

/// What is done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Its remaining statements are run.
    Continue,
    /// What it did is taken back, where its plan says how, or nothing has happened yet.
    Abort,
    /// The same, also where not all comes back: rows that were not kept.
    AbortByForce,
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
    let purpose = if way == Way::Continue { Purpose::Rollback } else { Purpose::Abort };
    let prepared = Prepared { purpose, plan: found.plan.clone(), report, problems: vec![], home, tool_lock };
    let report = RollbackReport {
        version: 1,
        target: scene.target.clone(),
        plan: prepared.report.clone(),
        outcome: OutcomeReport::planned(),
        problems: vec![],
    };
    if running.dry_run {
        return Ok(report);
    }
    agreed(scene, purpose.proposal(&prepared.report), running.confirm.as_deref(), running.ask)?;
    // A run that takes another back is finished in the same way, whatever it is called.
    if way == Way::Continue || takes_back(&found) {
        let mut report = walk(db, scene, &prepared, running, report, Some(&found));
        if takes_back(&found) && report.outcome.state == OutcomeState::Done {
            report.outcome.state = OutcomeState::Unchanged;
            compared(db, scene, &found, &mut report);
        }
        return Ok(report);
    }
    Ok(back(db, scene, &prepared, &found, way, running, report))
}

fn takes_back(found: &Unfinished) -> bool {
    found.plan.phases.iter().all(|phase| phase.name.starts_with(BACK_PHASE))
}

/// Takes it back, and writes that down.
fn back(
    db: &mut dyn Database,
    scene: &Scene,
    prepared: &Prepared,
    found: &Unfinished,
    way: Way,
    running: Running,
    mut report: RollbackReport,
) -> RollbackReport {
    let names: Vec<String> = report.plan.migrations.iter().map(|m| m.name.clone()).collect();
    let hash = plan_hash(&found.plan, db.dialect());
    let mut record = Record::begin(prepared.purpose.word(), &running.author, &hash, &scene.target.shown, &names);
    let mut audited = Audited::new(running.audit_file.as_deref());
    audited.write(db, &prepared.home, &record, &mut report.problems);
    let order = Order {
        plan: &found.plan,
        tool_lock: prepared.tool_lock.clone(),
        patience: running.patience,
        resume: None,
        replaces: None,
        home: prepared.home.clone(),
    };
    let walked = abort(db, found, &order, way == Way::AbortByForce, running.watch);
    report.outcome = OutcomeReport::of(&walked, &[]);
    report.outcome.done = whole(found);
    match &walked {
        Ok(_) => {
            record.end("done", None);
            // Taken back: nothing of it is undone now, but for what was undone as a whole before it.
            report.outcome.state =
                if report.outcome.done.is_empty() { OutcomeState::Unchanged } else { OutcomeState::Partly };
            compared(db, scene, found, &mut report);
        }
        Err(stopped) => {
            record.end(stopped.reason.code(), Some(stopped.reason.to_string()));
            report.problems.push(refusal::stopped(stopped, &report.outcome, &scene.target));
        }
    }
    audited.write(db, &prepared.home, &record, &mut report.problems);
    report.outcome.audited = audited.has_all();
    report
}

/// The migrations that the run had undone as a whole.
fn whole(found: &Unfinished) -> Vec<String> {
    let done = |number: usize| {
        (0..found.plan.phases[number].steps.len()).all(|step| found.steps.get(&(number, step)) == Some(&true))
    };
    let names: Vec<String> =
        (0..found.plan.phases.len()).filter(|n| done(*n)).map(|n| found.plan.phases[n].name.clone()).collect();
    migrations(&names)
}

/// Says it where the catalogs are not exactly what they were before the run.
fn compared(db: &mut dyn Database, scene: &Scene, found: &Unfinished, report: &mut RollbackReport) {
    let is_same = bound(db, scene).is_ok_and(|now| now == found.plan.made_for);
    if report.outcome.done.is_empty() && !is_same {
        report.problems.push(refusal::not_as_before());
    }
}
