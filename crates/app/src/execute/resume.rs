//! A run that was cut off: found in the journal, told what of it has happened, gone on with or taken back.

use super::held::Held;
use super::outcome::{Reason, Stop};
use super::{Finished, Left, Order, Stopped, Watch, apart, execute, statement};
use crate::archive::Home;
use crate::journal::{self, Entry, Journal, State};
use crate::plan::PlanFile;
use std::collections::BTreeMap;
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::{Phase, Plan, Step, Then, Undo, is_batched};

/// A run that was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// Its name in the journal.
    pub run: String,
    /// What it was to run.
    pub plan: Plan,
    /// By phase and step, from 0: whether it has happened. What is not in here was not begun.
    pub steps: BTreeMap<(usize, usize), bool>,
}

impl Unfinished {
    /// Nothing is half done: each phase is whole, or has not begun. There is nothing to go on with.
    pub fn is_idle(&self) -> bool {
        self.plan.phases.iter().enumerate().all(|(number, phase)| {
            let happened =
                (0..phase.steps.len()).filter(|step| self.steps.get(&(number, *step)) == Some(&true)).count();
            let partly = (0..phase.steps.len()).any(|step| self.partly((number, step)));
            !partly && (happened == 0 || happened == phase.steps.len())
        })
    }

    /// A step in batches was begun: some of its rows may be changed.
    fn partly(&self, place: (usize, usize)) -> bool {
        let step = self.plan.phases.get(place.0).and_then(|phase| phase.steps.get(place.1));
        self.steps.get(&place) == Some(&false) && step.is_some_and(in_batches)
    }

    /// How many statements have happened.
    pub fn happened(&self) -> usize {
        self.steps.values().filter(|happened| **happened).count()
    }
}

/// Looks for one. What its lines don't say is asked of the database.
///
/// # Errors
/// Those of the database; a plan in the journal that can't be read is one that a newer unmigrate wrote.
pub fn unfinished(db: &mut dyn Database, home: &Home) -> Result<Option<Unfinished>, Failure> {
    let Some((run, text, entries)) = Journal::open(db, home)? else { return Ok(None) };
    let (plan, _) = PlanFile::read(&text, "the plan in the journal").map_err(|why| {
        Failure::new(FailureKind::Unsupported, format!("an earlier run was cut off and can't be read: {}", why.message))
            .hinted("finish it with the unmigrate that began it")
    })?;
    let mut steps = BTreeMap::new();
    for entry in entries {
        let step = plan.phases.get(entry.place.0).and_then(|p| p.steps.get(entry.place.1));
        let happened = match (&entry.state, step) {
            (State::Done, _) => true,
            (State::Begun, Some(step)) => has_happened(db, step, &entry)?,
            (State::Begun, None) => false,
        };
        steps.insert(entry.place, happened);
    }
    Ok(Some(Unfinished { run, plan, steps }))
}

/// It stands where it is run in batches. What it was written in is no matter: its first word and its mark tell.
fn in_batches(step: &Step) -> bool {
    step.transaction.is_none() && is_batched(&step.sql, Dialect::Postgres)
}

/// A step that was begun: by the catalogs, which were hashed right before it; where they don't tell (a table elsewhere),
/// by its own probe, if that did not hold already.
fn has_happened(db: &mut dyn Database, step: &Step, entry: &Entry) -> Result<bool, Failure> {
    // It begins anew, and finds by itself what is left.
    if in_batches(step) {
        return Ok(false);
    }
    apart::sweep(db, &entry.line.invalid, &step.sql)?;
    let left = apart::invalid(db).map_err(|_| Failure::new(FailureKind::Refused, "the indexes can't be read"))?;
    // A DROP INDEX CONCURRENTLY that was cut off has only made the index invalid.
    if left.iter().any(|index| !entry.line.invalid.contains(index)) {
        return Ok(false);
    }
    let names = statement::names(&step.sql, db.dialect());
    if journal::print(db, &names)? != entry.line.print {
        return Ok(true);
    }
    match step.probe.as_ref().filter(|_| !entry.line.held) {
        Some(probe) => Ok(probe.holds(&db.query(&probe.query)?)),
        None => Ok(false),
    }
}

/// Before the name of a phase that takes another one back.
pub const BACK_PHASE: &str = "take back ";

/// Takes back what a run did of the phase that is open: by what its plan says takes each step back, the last first; where
/// nothing has happened, by closing the journal alone. Phases before it are whole and stay. `force`: also where not all
/// comes back by that. A run that takes back is itself a run: cut off, it is gone on with.
///
/// # Errors
/// As [`execute`]; [`Reason::NoWayBack`] where the plan has nothing that would take it back, or not whole.
pub fn abort(
    db: &mut dyn Database,
    found: &Unfinished,
    order: &Order,
    force: bool,
    watch: &mut dyn Watch,
) -> Result<Finished, Box<Stopped>> {
    let happened = |number: usize, step: usize| found.steps.get(&(number, step)) == Some(&true);
    let is_open = |(number, phase): &(usize, &Phase)| (0..phase.steps.len()).any(|step| !happened(*number, step));
    let Some((number, phase)) = found.plan.phases.iter().enumerate().find(is_open) else {
        return close(db, found, order, watch);
    };
    let begun = |step: &usize| happened(number, *step) || found.partly((number, *step));
    let ran: Vec<usize> = (0..phase.steps.len()).filter(begun).collect();
    if ran.is_empty() {
        return close(db, found, order, watch);
    }
    let steps = back(phase, &ran, force, db.dialect()).map_err(|why| {
        let done: Vec<String> = found.plan.phases[..number].iter().map(|phase| phase.name.clone()).collect();
        let left = Left::Continuable { run: found.run.clone(), steps: found.happened() };
        Stop::new(Reason::NoWayBack(why)).stopped(&found.plan, &done, left)
    })?;
    if steps.is_empty() {
        return close(db, found, order, watch);
    }
    let back = Phase { name: format!("{BACK_PHASE}{}", phase.name), steps, undo: vec![], then: Then::Go };
    let plan = Plan { made_for: found.plan.made_for, phases: vec![back] };
    let (home, tool_lock) = (order.home.clone(), order.tool_lock.clone());
    let order =
        Order { plan: &plan, resume: None, replaces: Some(&found.run), home, tool_lock, patience: order.patience };
    execute(db, &order, watch, &mut |_| Ok(found.plan.made_for), None)
}

/// What takes back the steps of a phase that have happened.
fn back(phase: &Phase, ran: &[usize], force: bool, dialect: Dialect) -> Result<Vec<Step>, String> {
    let due: Vec<&Undo> = phase.undo.iter().filter(|undo| ran.contains(&undo.of)).collect();
    let covered = |step: &usize| {
        let run = phase.steps[*step].transaction;
        let shares =
            |of: usize| of == *step || (run.is_some() && phase.steps.get(of).and_then(|s| s.transaction) == run);
        statement::is_pragma_of_keys(&phase.steps[*step].sql, dialect) || phase.undo.iter().any(|undo| shares(undo.of))
    };
    if let Some(step) = ran.iter().find(|step| !covered(step)) {
        return Err(format!("the plan has nothing that takes back its statement {}", step + 1));
    }
    let lost: Vec<&str> = due.iter().flat_map(|undo| undo.lost.iter().map(String::as_str)).collect();
    if !lost.is_empty() && !force {
        return Err(lost.join("; "));
    }
    // Each has transactions of its own.
    let mut steps: Vec<Step> = Vec::new();
    let mut last = 0;
    for undo in due {
        let first = last + 1;
        for step in &undo.steps {
            let transaction = step.transaction.map(|number| first + number);
            last = last.max(transaction.unwrap_or(first));
            steps.push(Step { transaction, ..step.clone() });
        }
    }
    Ok(steps)
}

/// Closes the journal, under the locks: what looks cut off may be running at this moment.
fn close(
    db: &mut dyn Database,
    found: &Unfinished,
    order: &Order,
    watch: &mut dyn Watch,
) -> Result<Finished, Box<Stopped>> {
    let stopped = |stop: Stop| {
        let left = Left::Continuable { run: found.run.clone(), steps: found.happened() };
        stop.stopped(&found.plan, &[], left)
    };
    let held = Held::take(db, order.tool_lock.clone(), order.patience, watch).map_err(stopped)?;
    let closed = match unfinished(db, &order.home) {
        Ok(Some(now)) if now == *found => {
            Journal::again(order.home.clone(), found.run.clone(), db.dialect()).close(db).map_err(Stop::failed)
        }
        Ok(None) => Ok(()),
        Ok(Some(now)) => Err(Stop::new(Reason::Unfinished(Box::new(now)))),
        Err(failure) => Err(Stop::failed(failure)),
    };
    held.release(db);
    closed.map_err(stopped)?;
    Ok(Finished { phases: vec![], waited: std::time::Duration::ZERO, untidy: None })
}
