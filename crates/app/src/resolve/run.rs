//! Asks, records and writes down what was done.

use super::look::Look;
use super::prepare::{Prepared, Way, table};
use super::process::{Marked, mark};
use super::refusal;
use super::report::{As, ResolveReport};
use crate::audit::{Author, Record};
use crate::execute::{Order, Patience, Reconnect, Watch, execute, hold, plan_hash};
use crate::rollback::{OutcomeReport, OutcomeState};
use crate::site::{Audited, Confirm, Proposal, Scene, agreed, fingerprint};
use crate::tool::Call;
use crate::{Problem, Severity};
use std::path::PathBuf;
use unmigrate_engines::{Database, Failure, FailureKind};

/// How it is recorded.
pub struct Running<'a> {
    /// Plan only.
    pub dry_run: bool,
    /// The database's name, said beforehand: `--confirm <database>`.
    pub confirm: Option<String>,
    /// Why the database need not hold it; for the audit.
    pub reason: Option<String>,
    /// The project's Prisma, where it may be run.
    pub prisma: Option<Call>,
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
    /// Opens another session with the same database.
    pub reconnect: Option<&'a mut Reconnect<'a>>,
}

/// Records what was prepared.
///
/// # Errors
/// Where nothing was done because nobody said yes. What stopped in the middle is in the report, with its problem.
pub fn run(
    db: &mut dyn Database,
    scene: &Scene,
    prepared: &Prepared,
    running: Running,
) -> Result<ResolveReport, Problem> {
    let mut report = ResolveReport {
        version: 1,
        target: scene.target.clone(),
        plan: prepared.report.clone(),
        outcome: OutcomeReport::planned(),
        problems: prepared.problems.clone(),
    };
    if running.dry_run {
        return Ok(report);
    }
    if prepared.names().is_empty() {
        // All of it is recorded: nothing is written, and nobody has to be asked.
        report.outcome.state = OutcomeState::Done;
        return Ok(report);
    }
    // A row says what is true already: only where the database is protected somebody has to agree.
    if scene.protected || running.confirm.is_some() {
        agreed(scene, Proposal::Resolve(&prepared.report), running.confirm.as_deref(), running.ask)?;
    }
    Ok(recorded(db, scene, prepared, running, report))
}

fn recorded(
    db: &mut dyn Database,
    scene: &Scene,
    prepared: &Prepared,
    mut running: Running,
    mut report: ResolveReport,
) -> ResolveReport {
    let file = running.audit_file.take();
    let mut audited = Audited::new(file.as_deref());
    let hash = plan_hash(&prepared.plan, db.dialect());
    let mut record = Record::begin("resolve", &running.author, &hash, &scene.target.shown, &prepared.names());
    record.detail.clone_from(&running.reason);
    let home = prepared.home.clone().make(db).unwrap_or_else(|failure| {
        audited.not(&failure.to_string(), &mut report.problems);
        prepared.home.clone()
    });
    scene.wrote(audited.write(db, &home, &record, &mut report.problems));
    let mut work = Work { db, scene, prepared, running, report };
    if prepared.way == Way::Process {
        work.by_process();
    } else {
        work.direct();
    }
    let Work { db, running, mut report, .. } = work;
    let stopped = report.problems.iter().find(|problem| problem.severity == Severity::Error);
    match stopped {
        None => record.end("done", running.reason),
        Some(problem) => record.end(problem.code, Some(problem.message.clone())),
    }
    audited.write(db, &home, &record, &mut report.problems);
    report.outcome.audited = audited.has_all();
    report
}

struct Work<'a, 'b, 'c> {
    db: &'a mut dyn Database,
    scene: &'a Scene<'b>,
    prepared: &'a Prepared,
    running: Running<'c>,
    report: ResolveReport,
}

impl Work<'_, '_, '_> {
    /// On this session, in one transaction.
    fn direct(&mut self) {
        let prepared = self.prepared;
        let order = Order {
            plan: &prepared.plan,
            tool_lock: prepared.tool_lock.clone(),
            patience: self.running.patience,
            resume: None,
            replaces: None,
            home: prepared.home.clone(),
        };
        let scene = self.scene;
        let mut look = |db: &mut dyn Database| {
            let tracking = table(db, scene).map_err(|p| Failure::new(FailureKind::Refused, p.message))?;
            fingerprint(db, scene, &tracking)
        };
        let walked = match self.running.reconnect.take() {
            Some(reconnect) => execute(self.db, &order, self.running.watch, &mut look, Some(reconnect)),
            None => execute(self.db, &order, self.running.watch, &mut look, None),
        };
        self.report.outcome = OutcomeReport::of(&walked, &[]);
        self.report.outcome.done = vec![];
        match walked {
            Ok(finished) => {
                self.report.outcome.done = prepared.names();
                self.report.problems.extend(finished.untidy.as_ref().map(refusal::untidy));
                self.looked_at_again();
            }
            Err(stopped) => self.report.problems.push(refusal::stopped(&stopped)),
        }
    }

    /// After SQL of a file: does the database hold what the migration makes?
    fn looked_at_again(&mut self) {
        if !self.prepared.script {
            return;
        }
        let (scene, prepared) = (self.scene, self.prepared);
        let Ok(look) = Look::at(self.db, scene) else { return };
        let Ok(tracking) = table(self.db, scene) else { return };
        let state = tracking.state(scene.source, scene.orm.as_deref());
        let applied = |at: usize| state.migrations.get(at).is_some_and(|m| m.is_applied());
        for name in prepared.names() {
            let Some(at) = scene.source.history.migrations.iter().position(|m| m.name == name) else { continue };
            let found = look.compare(&scene.source.history, at, &applied);
            let Some(mark) = self.report.plan.migrations.iter_mut().find(|m| m.name == name) else { continue };
            mark.compared = found.made.len() + found.dropped.len();
            mark.lacks = found.lacks.iter().map(ToString::to_string).collect();
            let lacks = (!mark.lacks.is_empty()).then(|| refusal::lacks_after(mark));
            self.report.problems.extend(lacks);
        }
    }

    /// Prisma's own process writes, one migration after the other. Ours keeps other runs of unmigrate out; Prisma's lock is
    /// its own while it runs.
    fn by_process(&mut self) {
        let Some(prisma) = self.running.prisma.clone() else { return self.direct() };
        let held = hold(self.db, self.prepared.tool_lock.clone(), self.running.patience, self.running.watch);
        let mut held = match held {
            Ok(held) => held,
            Err(stopped) => {
                self.report.outcome.state = OutcomeState::Unchanged;
                return self.report.problems.push(refusal::stopped(&stopped));
            }
        };
        if let Some(lock) = &self.prepared.tool_lock {
            held.lend(self.db, lock.name);
        }
        let (names, to) = (self.prepared.names(), self.to());
        let mut not_run = None;
        for name in &names {
            match mark(&prisma, name, to) {
                Marked::Done | Marked::Already => self.report.outcome.done.push(name.clone()),
                Marked::NotRun(why) => {
                    not_run = Some(why);
                    break;
                }
                Marked::Refused(problem) => {
                    self.report.problems.push(problem);
                    break;
                }
            }
        }
        held.release(self.db);
        if let Some(why) = not_run.filter(|_| self.report.outcome.done.is_empty()) {
            self.report.problems.push(refusal::not_run(&why));
            self.report.plan.way = "direct";
            return self.direct();
        }
        self.settle(&names, to);
    }

    fn to(&self) -> As {
        self.prepared.report.migrations.first().map_or(As::Applied, |mark| mark.to)
    }

    /// Prisma's word is held against this database's own table.
    fn settle(&mut self, names: &[String], to: As) {
        let there = match table(self.db, self.scene) {
            Ok(tracking) => tracking.state(self.scene.source, self.scene.orm.as_deref()),
            Err(problem) => {
                self.report.outcome.state = OutcomeState::Unknown;
                return self.report.problems.push(problem);
            }
        };
        let is = |name: &str| {
            there.named(name).is_some_and(|m| match to {
                As::Applied => m.is_applied(),
                As::RolledBack => !m.is_applied() && there.unfinished().all(|other| other.name != name),
            })
        };
        let missing: Vec<String> = self.report.outcome.done.iter().filter(|name| !is(name)).cloned().collect();
        self.report.outcome.done.retain(|name| !missing.contains(name));
        if !missing.is_empty() {
            self.report.problems.push(refusal::elsewhere(&missing));
        }
        let done = self.report.outcome.done.len();
        self.report.outcome.state = match done {
            0 => OutcomeState::Unchanged,
            n if n == names.len() => OutcomeState::Done,
            _ => OutcomeState::Partly,
        };
    }
}
