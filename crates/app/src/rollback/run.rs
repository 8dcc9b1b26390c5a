//! Asks, runs and writes down what was done.

use super::prepare::Prepared;
use super::refusal;
use super::report::{OutcomeReport, OutcomeState, RollbackReport};
use crate::Problem;
use crate::archive::{self, Entry};
use crate::audit::{Author, Record};
use crate::deploy::put_back;
use crate::execute::{Finished, Order, Patience, Reconnect, Stopped, Unfinished, Watch, execute, plan_hash};
use crate::site::{Audited, Confirm, Scene, agreed, bound};
use std::path::PathBuf;
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::plan::Plan;

/// How a plan is run.
pub struct Running<'a> {
    /// Plan only.
    pub dry_run: bool,
    /// The database's name, said beforehand: `--confirm <database>`.
    pub confirm: Option<String>,
    /// Asked before anything is written.
    pub ask: &'a mut dyn Confirm,
    /// Told how far it is.
    pub watch: &'a mut dyn Watch,
    /// How long locks are waited for.
    pub patience: Patience,
    /// Who runs it.
    pub author: Author,
    /// A file for lines of JSON, beside the table.
    pub audit_file: Option<PathBuf>,
    /// Opens another session with the same database.
    pub reconnect: Option<&'a mut Reconnect<'a>>,
}

/// Runs a plan that was prepared now, or read from a file.
///
/// # Errors
/// Where nothing was run because nobody said yes. What stopped in the middle is in the report, with its problem.
pub fn run(
    db: &mut dyn Database,
    scene: &Scene,
    prepared: &Prepared,
    running: Running,
) -> Result<RollbackReport, Problem> {
    let report = RollbackReport {
        version: 1,
        target: scene.target.clone(),
        plan: prepared.report.clone(),
        outcome: OutcomeReport::planned(),
        problems: prepared.problems.clone(),
    };
    if running.dry_run {
        return Ok(report);
    }
    agreed(scene, prepared.purpose.proposal(&prepared.report), running.confirm.as_deref(), running.ask)?;
    Ok(walk(db, scene, prepared, running, report, None))
}

/// Executes and writes down.
pub(super) fn walk(
    db: &mut dyn Database,
    scene: &Scene,
    prepared: &Prepared,
    running: Running,
    mut report: RollbackReport,
    resumed: Option<&Unfinished>,
) -> RollbackReport {
    let names: Vec<String> = report.plan.migrations.iter().map(|m| m.name.clone()).collect();
    let hash = plan_hash(&prepared.plan, db.dialect());
    let mut record = Record::begin(prepared.purpose.word(), &running.author, &hash, &scene.target.shown, &names);
    let mut audited = Audited::new(running.audit_file.as_deref());
    // A second file has to be attached before a transaction begins.
    let home = prepared.home.clone().make(db).unwrap_or_else(|failure| {
        audited.not(&failure.to_string(), &mut report.problems);
        prepared.home.clone()
    });
    scene.wrote(audited.write(db, &home, &record, &mut report.problems));
    let before = archive::list(db, &home).unwrap_or_default();
    let order = Order {
        plan: &prepared.plan,
        tool_lock: prepared.tool_lock.clone(),
        patience: running.patience,
        resume: resumed,
        replaces: None,
        home: home.clone(),
    };
    let mut look = |db: &mut dyn Database| bound(db, scene).map_err(|p| Failure::new(FailureKind::Refused, p.message));
    // The closure that reconnects lives as long as the request: here it is lent for one walk.
    let walked: Result<Finished, Box<Stopped>> = match running.reconnect {
        Some(reconnect) => execute(db, &order, running.watch, &mut look, Some(reconnect)),
        None => execute(db, &order, running.watch, &mut look, None),
    };
    let mut kept = archive::list(db, &home).unwrap_or_default();
    kept.retain(|entry| !before.contains(entry));
    report.outcome = OutcomeReport::of(&walked, &kept);
    match &walked {
        Ok(finished) => {
            record.end("done", None);
            report.problems.extend(finished.untidy.as_ref().map(refusal::untidy));
            // What the migration itself had destroyed, where its deploy kept it.
            let (anew, before): (Vec<Entry>, Vec<Entry>) =
                before.into_iter().partition(|entry| makes_rows(&prepared.plan, entry));
            let due = anew.iter().filter(|e| e.restored.is_none() && report.outcome.done.contains(&e.migration));
            report.problems.extend(due.map(refusal::made_anew));
            let back = put_back(db, &home, &before, &report.outcome.done, &mut report.problems);
            report.problems.extend(back.iter().map(|back| refusal::has_values_again(&back.migration, back.rows)));
        }
        Err(stopped) => {
            record.end(stopped.reason.code(), Some(stopped.reason.to_string()));
            report.problems.push(refusal::stopped(stopped, &report.outcome, &scene.target));
        }
    }
    audited.write(db, &home, &record, &mut report.problems);
    report.outcome.audited = audited.has_all() && report.outcome.state != OutcomeState::Planned;
    report
}

/// The way back itself makes the rows of a table that was kept, out of what was written since: those of the copy are older.
fn makes_rows(plan: &Plan, entry: &Entry) -> bool {
    let last = |table: &str| table.rsplit('.').next().unwrap_or_default().trim_matches(['"', '`']).to_owned();
    let steps = plan.phases.iter().filter(|phase| phase.name == entry.migration).flat_map(|phase| &phase.steps);
    let mut into = steps.filter_map(|step| step.sql.trim_start().strip_prefix("INSERT INTO ")?.split_once(" ("));
    entry.kind == archive::Kind::Table && into.any(|(table, _)| last(table) == last(&entry.table))
}
