//! Copies, deploys, and looks what came of it.

use super::back::put_back;
use super::changed::written_since;
use super::prepare::Prepared;
use super::refusal;
use super::report::DeployReport;
use crate::archive::{self, Entry};
use crate::audit::{Author, Record};
use crate::execute::{Order, Patience, Watch, execute, hold, plan_hash};
use crate::resolve::table;
use crate::rollback::{OutcomeReport, OutcomeState};
use crate::site::{Audited, Confirm, Proposal, Scene, agreed, fingerprint};
use crate::tool::Call;
use crate::{Problem, Severity};
use std::path::PathBuf;
use unmigrate_engines::{Database, Failure, FailureKind};

/// How it is deployed.
pub struct Running<'a> {
    /// Plan only.
    pub dry_run: bool,
    /// The database's name, said beforehand.
    pub confirm: Option<String>,
    /// What deploys, where no `direct` is asked for.
    pub(crate) call: Option<Call>,
    /// Put back what earlier rollbacks kept.
    pub restore: bool,
    /// Asked before anything is written to a protected database.
    pub ask: &'a mut dyn Confirm,
    /// Told how far it is.
    pub watch: &'a mut dyn Watch,
    /// How long locks are waited for.
    pub patience: Patience,
    /// Who runs it.
    pub author: Author,
    /// A file for lines of JSON, beside the audit's table.
    pub audit_file: Option<PathBuf>,
}

/// Deploys what was prepared.
///
/// # Errors
/// Where nothing was done because nobody said yes. What stopped in the middle is in the report, with its problem.
pub fn run(
    db: &mut dyn Database,
    scene: &Scene,
    prepared: &Prepared,
    running: Running,
) -> Result<DeployReport, Problem> {
    let mut report = DeployReport {
        version: 1,
        target: scene.target.clone(),
        plan: prepared.report.clone(),
        outcome: OutcomeReport::planned(),
        said: None,
        written_since: vec![],
        put_back: vec![],
        problems: prepared.problems.clone(),
    };
    if running.dry_run {
        return Ok(report);
    }
    if prepared.report.migrations.is_empty() {
        report.outcome.state = OutcomeState::Done;
        return Ok(report);
    }
    if scene.protected || running.confirm.is_some() {
        agreed(scene, Proposal::Deploy(&prepared.report), running.confirm.as_deref(), running.ask)?;
    }
    Ok(deployed(db, scene, prepared, running, report))
}

fn deployed(
    db: &mut dyn Database,
    scene: &Scene,
    prepared: &Prepared,
    mut running: Running,
    mut report: DeployReport,
) -> DeployReport {
    let file = running.audit_file.take();
    let mut audited = Audited::new(file.as_deref());
    let hash = plan_hash(&prepared.plan, db.dialect());
    let names = &prepared.report.migrations;
    let mut record = Record::begin("deploy", &running.author, &hash, &scene.target.shown, names);
    let home = prepared.home.clone().make(db).unwrap_or_else(|failure| {
        audited.not(&failure.to_string(), &mut report.problems);
        prepared.home.clone()
    });
    scene.wrote(audited.write(db, &home, &record, &mut report.problems));
    let before = archive::list(db, &home).unwrap_or_default();
    // Ours for all of it; the tool's while our own statements run. Its process takes its own.
    match hold(db, None, running.patience, running.watch) {
        Err(stopped) => {
            report.outcome.state = OutcomeState::Unchanged;
            report.problems.push(refusal::stopped(&stopped));
        }
        Ok(held) => {
            if ours(db, scene, prepared, &mut running, &mut report) && !prepared.direct {
                process(&running, &mut report);
                narrowed(db, prepared);
            }
            let mut kept: Vec<Entry> = archive::list(db, &home).unwrap_or_default();
            kept.retain(|entry| !before.contains(entry));
            report.outcome.kept = kept.iter().map(|entry| entry.id.clone()).collect();
            if !prepared.direct {
                looked_at(db, scene, &home, &kept, &mut report);
            }
            if running.restore {
                report.put_back = put_back(db, &home, &before, &report.outcome.done, &mut report.problems);
            }
            held.release(db);
        }
    }
    match report.problems.iter().find(|problem| problem.severity == Severity::Error) {
        None => record.end("done", None),
        Some(problem) => record.end(problem.code, Some(problem.message.clone())),
    }
    audited.write(db, &home, &record, &mut report.problems);
    report.outcome.audited = audited.has_all();
    report
}

/// The copies, and with `direct` all of it. False where it stopped.
fn ours(
    db: &mut dyn Database,
    scene: &Scene,
    prepared: &Prepared,
    running: &mut Running,
    report: &mut DeployReport,
) -> bool {
    if prepared.plan.phases.is_empty() {
        return true;
    }
    let order = Order {
        plan: &prepared.plan,
        tool_lock: prepared.tool_lock.clone(),
        patience: running.patience,
        resume: None,
        replaces: None,
        home: prepared.home.clone(),
    };
    let mut look = |db: &mut dyn Database| {
        let tracking = table(db, scene).map_err(|p| Failure::new(FailureKind::Refused, p.message))?;
        fingerprint(db, scene, &tracking)
    };
    let walked = execute(db, &order, running.watch, &mut look, None);
    let outcome = OutcomeReport::of(&walked, &[]);
    let done = outcome.done.clone();
    report.outcome = outcome;
    report.outcome.done.retain(|name| prepared.report.migrations.contains(name));
    match walked {
        Ok(finished) => {
            report.problems.extend(finished.untidy.as_ref().map(refusal::untidy));
            true
        }
        Err(stopped) => {
            if report.outcome.done.is_empty() && done.is_empty() && report.outcome.state == OutcomeState::Partly {
                report.outcome.state = OutcomeState::Unchanged;
            }
            report.problems.push(refusal::stopped(&stopped));
            false
        }
    }
}

/// The tool's own process, or the user's command. No transaction of ours stands in its way.
fn process(running: &Running, report: &mut DeployReport) {
    let Some(call) = &running.call else { return };
    match call.run() {
        Err(why) => report.problems.push(refusal::not_started(&why.to_string())),
        Ok(said) => {
            if !said.ok {
                report.problems.push(refusal::process_failed(&said.why()));
            }
            report.said = Some(said.all());
        }
    }
}

/// What the new types hold as it was is taken out of the copies again.
fn narrowed(db: &mut dyn Database, prepared: &Prepared) {
    for step in &prepared.after {
        // Where the migration did not run, its column is not what the statement expects: the copy then has all values.
        if db.execute(&step.sql).is_err() {
            break;
        }
    }
}

/// The tool's own table tells what was applied; the tables, what was written in between.
fn looked_at(db: &mut dyn Database, scene: &Scene, home: &archive::Home, kept: &[Entry], report: &mut DeployReport) {
    let state = match table(db, scene) {
        Ok(tracking) => tracking.state(scene.source, scene.orm.as_deref()),
        Err(problem) => {
            report.outcome.state = OutcomeState::Unknown;
            return report.problems.push(problem);
        }
    };
    let is = |name: &String| state.named(name).is_some_and(|m| m.is_applied());
    let (done, open): (Vec<String>, Vec<String>) = report.plan.migrations.iter().cloned().partition(is);
    let failed = report.problems.iter().any(|problem| problem.severity == Severity::Error);
    report.outcome.state = match (done.is_empty(), open.is_empty()) {
        (_, true) => OutcomeState::Done,
        (true, false) => OutcomeState::Unchanged,
        (false, false) => OutcomeState::Partly,
    };
    if !open.is_empty() && !failed {
        report.problems.push(refusal::not_applied_here(&open));
    }
    report.outcome.done = done;
    for entry in kept {
        if let Ok(since) = written_since(db, home, entry) {
            report.problems.extend(refusal::written_since(&since));
            report.written_since.push(since);
        }
    }
}
