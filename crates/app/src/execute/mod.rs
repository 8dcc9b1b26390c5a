//! Walks a plan on a database. It decides nothing: what is run, in which order and in which transaction stands in the
//! plan; here is how it is run so that a failure at any point leaves the database as it was, or exactly continuable.
//!
//! One session for the whole of it. It takes the tool's own lock and ours without waiting, looks whether the database is
//! still the one that the plan was made for, and then walks:
//!
//! * steps that share a transaction ([`group`]) run in one; where a lock is not to be had within [`Patience::lock`], the
//!   transaction is rolled back, so that nobody stands in line behind it, and tried again after a pause;
//! * steps outside of any ([`apart`]: MySQL's, and `CONCURRENTLY`) are noted in the journal before and after each, so
//!   that a crash at any point is found by the next run, which goes on from there or takes back what ran;
//! * among them an UPDATE that is marked for it ([`batches`]) runs for some thousand rows at a time.

mod apart;
mod batches;
mod children;
mod group;
mod held;
mod outcome;
mod patience;
mod resume;
mod session;
mod sqlite;
mod statement;

pub use outcome::{At, Finished, Left, Reason, Stopped, plan_hash};
pub use patience::Patience;
pub use resume::{BACK_PHASE, Unfinished, abort, unfinished};
pub use unmigrate_sources::tracking::{Holder, ToolLock};

use crate::journal::Journal;
pub(crate) use held::Held;
use outcome::Stop;
use session::Settings;
use std::time::Duration;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::{Fingerprint, Phase, Plan, Step};

/// What is to be walked, and how.
pub struct Order<'a> {
    /// What is run.
    pub plan: &'a Plan,
    /// The lock that the migration tool's own process takes, where it takes one.
    pub tool_lock: Option<ToolLock>,
    /// How long locks are waited for.
    pub patience: Patience,
    /// What was begun earlier and is gone on with; the plan is then the one that stands in the journal.
    pub resume: Option<&'a Unfinished>,
    /// A run that was cut off and that this one takes back: by its name in the journal.
    pub replaces: Option<&'a str>,
    /// Where a table may lie that only this run needs: what drift detection of the tools would stumble over is kept out
    /// of the user's own schema where that is possible.
    pub home: crate::archive::Home,
}

/// Told how far the walk is. Nothing needs an answer.
pub trait Watch {
    /// A step begins: the `at`th (from 0) of all `of` in the plan.
    fn step(&mut self, phase: &Phase, step: &Step, at: usize, of: usize) {
        let _ = (phase, step, at, of);
    }

    /// A step that is done in batches: all the rows that it has changed by now.
    fn batch(&mut self, step: &Step, rows: u64) {
        let _ = (step, rows);
    }

    /// A lock is not to be had; the next try is after `pause`. Who holds it, where the database tells.
    fn waits(&mut self, step: Option<&Step>, holders: &[Holder], pause: Duration) {
        let _ = (step, holders, pause);
    }
}

/// Is told nothing.
pub struct Unwatched;

impl Watch for Unwatched {}

/// Looks at the database: what a plan is bound to.
pub type Look<'a> = dyn FnMut(&mut dyn Database) -> Result<Fingerprint, Failure> + 'a;

/// Opens another session with the same database, to ask what became of a transaction whose session is lost.
pub type Reconnect<'a> = dyn FnMut() -> Result<Box<dyn Database + Send>, Failure> + 'a;

/// Walks a plan. `look` is asked once all locks are held, and the plan is not begun where its answer is not what the plan
/// was made for; `reconnect` is asked where a session is lost in the middle of a COMMIT.
///
/// # Errors
/// [`Stopped`]: what was refused, where, by whom, what is applied now. Locks are given back and settings put back as they
/// were in any case where the session still stands.
pub fn execute(
    db: &mut dyn Database,
    order: &Order,
    watch: &mut dyn Watch,
    look: &mut Look,
    reconnect: Option<&mut Reconnect>,
) -> Result<Finished, Box<Stopped>> {
    let plan = order.plan;
    able(db, plan).map_err(|stop| stop.stopped(plan, &[], Left::AsBefore))?;
    let held = Held::take(db, order.tool_lock.clone(), order.patience, watch);
    let held = held.map_err(|stop| stop.stopped(plan, &[], Left::AsBefore))?;
    let walked =
        Settings::of(db).map_err(|f| Stop::failed(f).stopped(plan, &[], Left::AsBefore)).and_then(|settings| {
            let walked = begin(db, order, watch, look, reconnect);
            settings.restore(db);
            walked
        });
    held.release(db);
    walked
}

/// Takes the tool's lock and ours for work that is no plan's: that of the tool's own process.
///
/// # Errors
/// Somebody holds one, or the database does not answer.
pub(crate) fn hold(
    db: &mut dyn Database,
    tool: Option<ToolLock>,
    patience: Patience,
    watch: &mut dyn Watch,
) -> Result<Held, Box<Stopped>> {
    let nothing = Plan { made_for: Fingerprint::of(&Default::default(), []), phases: vec![] };
    Held::take(db, tool, patience, watch).map_err(|stop| stop.stopped(&nothing, &[], Left::AsBefore))
}

/// What the session has to be able to do.
fn able(db: &mut dyn Database, plan: &Plan) -> Result<(), Stop> {
    let abilities = db.abilities();
    if plan.phases.is_empty() {
        return Err(Stop::new(Reason::NothingToDo));
    }
    if !abilities.pinned_session {
        return Err(Stop::new(Reason::NoSession));
    }
    if !abilities.transactions {
        return Err(Stop::new(Reason::NoTransactions));
    }
    Ok(())
}

fn begin(
    db: &mut dyn Database,
    order: &Order,
    watch: &mut dyn Watch,
    look: &mut Look,
    reconnect: Option<&mut Reconnect>,
) -> Result<Finished, Box<Stopped>> {
    let (plan, dialect) = (order.plan, db.dialect());
    let refuse = |stop: Stop| stop.stopped(plan, &[], Left::AsBefore);
    match (resume::unfinished(db, &order.home), order.resume) {
        (Ok(Some(found)), None) if Some(found.run.as_str()) == order.replaces => {}
        // It was cut off between two phases: its lines tell of nothing that is half done.
        (Ok(Some(found)), None) if found.is_idle() => {
            let journal = Journal::again(order.home.clone(), found.run, dialect);
            journal.close(db).map_err(|f| refuse(Stop::failed(f)))?;
        }
        (Ok(Some(found)), None) => return Err(refuse(Stop::new(Reason::Unfinished(Box::new(found))))),
        (Ok(Some(found)), Some(resumed)) if found.run != resumed.run => {
            return Err(refuse(Stop::new(Reason::Unfinished(Box::new(found)))));
        }
        (Ok(_), _) => {}
        (Err(failure), _) => return Err(refuse(Stop::failed(failure))),
    }
    if order.resume.is_none() {
        let now = look(db).map_err(|f| refuse(Stop::failed(f)))?;
        if now != plan.made_for {
            return Err(refuse(Stop::new(Reason::Moved)));
        }
    }
    let journal = match order.resume {
        Some(resumed) => Some(Journal::again(order.home.clone(), resumed.run.clone(), dialect)),
        None if needs_journal(plan, dialect) || order.replaces.is_some() => {
            let begun = Journal::begin(db, order.home.clone(), &outcome::text_of(plan, dialect), order.replaces);
            Some(begun.map_err(|f| refuse(Stop::failed(f)))?)
        }
        None => None,
    };
    // Where no lock of ours keeps others out until the first transaction begins, it is looked once more inside of it.
    let unlocked = order.resume.is_none() && ToolLock::ours(dialect).is_none();
    let look = unlocked.then_some(look);
    let mut walk =
        Walk { db, order, watch, look, journal, reconnect, done: Vec::new(), ran: 0, waited: Duration::ZERO };
    walk.all()
}

/// One walk.
struct Walk<'a, 'b, 'c> {
    db: &'a mut dyn Database,
    order: &'a Order<'a>,
    watch: &'a mut dyn Watch,
    /// To be asked inside of the first transaction; none where that is done, or where a lock makes it needless.
    look: Option<&'a mut Look<'c>>,
    journal: Option<Journal>,
    reconnect: Option<&'a mut Reconnect<'b>>,
    /// The phases that are whole.
    done: Vec<String>,
    /// Steps outside of a transaction that have happened, in phases that are not whole.
    ran: usize,
    /// How long all locks together were waited for.
    waited: Duration,
}

/// Steps of a phase that go together.
struct Run<'a> {
    phase: usize,
    /// The place of the first in its phase.
    first: usize,
    transaction: Option<usize>,
    steps: &'a [Step],
}

impl Walk<'_, '_, '_> {
    fn all(&mut self) -> Result<Finished, Box<Stopped>> {
        let plan = self.order.plan;
        let of: usize = plan.phases.iter().map(|p| p.steps.len()).sum();
        let mut at = 0;
        for (number, phase) in plan.phases.iter().enumerate() {
            if let Some(settled) = self.order.resume.map(|r| &r.steps)
                && phase.steps.iter().enumerate().all(|(step, _)| settled.get(&(number, step)) == Some(&true))
            {
                self.done.push(phase.name.clone());
                at += phase.steps.len();
                continue;
            }
            for run in runs(number, phase) {
                let result = self.run(phase, &run, at, of);
                at += run.steps.len();
                if let Err(stop) = result {
                    return Err(self.stopped(stop));
                }
            }
            self.done.push(phase.name.clone());
            self.ran = 0;
        }
        // What is left in the journal is found and closed by whoever looks next: it says of itself that all is done.
        let untidy = self.journal.take().and_then(|journal| journal.close(self.db).err());
        Ok(Finished { phases: std::mem::take(&mut self.done), waited: self.waited, untidy })
    }

    fn run(&mut self, phase: &Phase, run: &Run, at: usize, of: usize) -> Result<(), Stop> {
        match run.transaction {
            Some(_) => self.group(phase, run, at, of),
            None => run.steps.iter().enumerate().try_for_each(|(next, step)| {
                self.watch.step(phase, step, at + next, of);
                self.apart(phase, step, (run.phase, run.first + next))
            }),
        }
    }

    fn stopped(&mut self, stop: Stop) -> Box<Stopped> {
        let left = match &self.journal {
            _ if stop.unknown => Left::Unknown,
            Some(journal) if self.ran > 0 || stop.begun => {
                Left::Continuable { run: journal.run().to_owned(), steps: self.ran }
            }
            journal => {
                // Nothing of the open phase has happened: there is nothing to go on with. Where the lines can't be taken
                // away, the next run finds that they tell of nothing.
                if journal.is_some()
                    && let Some(journal) = self.journal.take()
                {
                    let _ = journal.close(self.db);
                }
                if self.done.is_empty() { Left::AsBefore } else { Left::Whole }
            }
        };
        stop.stopped(self.order.plan, &self.done, left)
    }
}

/// The steps of a phase in runs that share a transaction, or stand outside of any.
fn runs(number: usize, phase: &Phase) -> Vec<Run<'_>> {
    let mut out = Vec::new();
    let mut first = 0;
    for steps in phase.steps.chunk_by(|a, b| a.transaction == b.transaction) {
        out.push(Run { phase: number, first, transaction: steps[0].transaction, steps });
        first += steps.len();
    }
    out
}

/// Some phase is not one transaction: what has happened of it has to be noted.
fn needs_journal(plan: &Plan, dialect: Dialect) -> bool {
    let counts = |step: &&Step| !statement::is_pragma_of_keys(&step.sql, dialect);
    plan.phases.iter().any(|phase| {
        let steps: Vec<&Step> = phase.steps.iter().filter(counts).collect();
        let one = steps.iter().all(|s| s.transaction.is_some() && s.transaction == steps[0].transaction);
        !one || dialect == Dialect::Mysql
    })
}
