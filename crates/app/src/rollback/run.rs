//! Asks, runs and writes down what was done.

use super::confirm::{Answer, Asked, Confirm};
use super::prepare::{Prepared, Scene, fingerprint, read_table};
use super::refusal;
use super::report::{OutcomeReport, OutcomeState, RollbackReport};
use crate::Problem;
use crate::archive::{self, Home};
use crate::audit::{self, Author, Record};
use crate::execute::{Finished, Order, Patience, Reconnect, Stopped, Unfinished, Watch, execute, plan_hash};
use std::path::PathBuf;
use unmigrate_engines::{Database, Failure, FailureKind};

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
    mut running: Running,
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
    agreed(scene, prepared, &mut running)?;
    Ok(walk(db, scene, prepared, running, report, None))
}

/// Somebody said yes, and the name where that is needed.
pub(super) fn agreed(scene: &Scene, prepared: &Prepared, running: &mut Running) -> Result<(), Problem> {
    let database = scene.target.database.as_str();
    if let Some(said) = &running.confirm {
        return if said == database { Ok(()) } else { Err(refusal::other_name(said, database)) };
    }
    let asked = Asked { target: &scene.target, plan: &prepared.report, name: scene.protected.then_some(database) };
    match running.ask.confirm(&asked) {
        Answer::Yes if !scene.protected => Ok(()),
        Answer::Name(name) if name == database => Ok(()),
        Answer::Name(name) => Err(refusal::other_name(&name, database)),
        Answer::No => Err(refusal::declined()),
        Answer::Yes | Answer::Nobody => Err(refusal::unconfirmed(scene.protected, database)),
    }
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
    let mut record = Record::begin("rollback", &running.author, &hash, &scene.target.shown, &names);
    let mut audited = Audited { file: running.audit_file.as_deref(), said: false };
    // A second file has to be attached before a transaction begins.
    let home = prepared.home.clone().make(db).unwrap_or_else(|failure| {
        audited.not(&failure.to_string(), &mut report.problems);
        prepared.home.clone()
    });
    audited.write(db, &home, &record, &mut report.problems);
    let before = archive::list(db, &home).unwrap_or_default();
    let order = Order {
        plan: &prepared.plan,
        tool_lock: prepared.tool_lock.clone(),
        patience: running.patience,
        resume: resumed,
        replaces: None,
        home: home.clone(),
    };
    let mut look = |db: &mut dyn Database| {
        let tracking = read_table(db, scene).map_err(|p| Failure::new(FailureKind::Refused, p.message))?;
        fingerprint(db, &tracking)
    };
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
        }
        Err(stopped) => {
            record.end(stopped.reason.code(), Some(stopped.reason.to_string()));
            report.problems.push(refusal::stopped(stopped, &report.outcome, &scene.target));
        }
    }
    audited.write(db, &home, &record, &mut report.problems);
    report.outcome.audited = !audited.said && report.outcome.state != OutcomeState::Planned;
    report
}

struct Audited<'a> {
    file: Option<&'a std::path::Path>,
    /// It was said once that the table has it not.
    said: bool,
}

impl Audited<'_> {
    fn write(&mut self, db: &mut dyn Database, home: &Home, record: &Record, problems: &mut Vec<Problem>) {
        if !self.said
            && let Err(failure) = audit::write(db, home, record)
        {
            self.not(&failure.to_string(), problems);
        }
        if let Some(path) = self.file
            && let Err(why) = audit::append(path, record)
        {
            problems.push(refusal::not_audited(&format!("{}: {why}", path.display())));
        }
    }

    fn not(&mut self, why: &str, problems: &mut Vec<Problem>) {
        self.said = true;
        problems.push(refusal::not_audited(why));
    }
}
