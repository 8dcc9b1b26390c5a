//! How a walk ended.

use super::{Holder, Unfinished};
use crate::head::Digest;
use crate::plan::PlanFile;
use std::fmt;
use std::time::Duration;
use unmigrate_engines::{Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::{Plan, Step};

/// All of it ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The phases, in their order.
    pub phases: Vec<String>,
    /// How long locks were waited for, pauses included.
    pub waited: Duration,
    /// All is done, and the journal's own rows could not be taken away.
    pub untidy: Option<Failure>,
}

/// It stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// Why.
    pub reason: Reason,
    /// At which statement; none where none was run.
    pub at: Option<At>,
    /// Who stands in the way, where the reason is a lock and the database tells.
    pub holders: Vec<Holder>,
    /// Phases that are whole: their migrations are undone, and the tool's table says so.
    pub done: Vec<String>,
    /// Phases that are not.
    pub open: Vec<String>,
    /// What the open ones left.
    pub left: Left,
}

/// Why a walk stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The plan has no phase.
    NothingToDo,
    /// The driver, or a pooler in between, gives every statement another session: no lock would hold.
    NoSession,
    /// The driver can't hold a transaction open.
    NoTransactions,
    /// SQLite: the driver does not take `PRAGMA foreign_keys=OFF`, so that rebuilding a table would delete rows of others.
    ForeignKeysStayOn,
    /// Somebody holds a lock against other migrations: by its name.
    Busy(&'static str),
    /// The database is not the one that the plan was made for.
    Moved,
    /// An earlier run was cut off and is to be continued or taken back first.
    Unfinished(Box<Unfinished>),
    /// A table's lock was not to be had in time.
    Locked(Failure),
    /// The session is gone.
    Lost(Failure),
    /// The database refused a statement, or the connection could not do it.
    Failed(Failure),
    /// It took a statement, and what came of it is not what had to.
    Unexpected(String),
    /// What is to be taken back can't be, or not whole: why.
    NoWayBack(String),
}

/// A statement of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// Its phase: the migration.
    pub phase: String,
    /// Which of the phase's statements, from 1.
    pub number: usize,
    /// How many the phase has.
    pub of: usize,
    /// Its text.
    pub sql: String,
    /// The file that it stands in.
    pub file: Option<String>,
    /// Its line there, from 1; where the engine tells, the line of the error. 0 where it stands in no file.
    pub line: usize,
}

/// What a walk that stopped has left of the phases that are not whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// Everything as it was before.
    AsBefore,
    /// Phases before it are whole; of this one and those after it, nothing happened.
    Whole,
    /// Steps have happened that no transaction takes back: the journal knows which.
    Continuable {
        /// The run's name in the journal.
        run: String,
        /// How many steps of the open phase.
        steps: usize,
    },
    /// The session was lost while it committed, and nobody could be asked what became of it.
    Unknown,
}

/// A stop on its way up.
#[derive(Debug)]
pub(super) struct Stop {
    reason: Box<Reason>,
    holders: Vec<Holder>,
    place: Option<(usize, usize)>,
    /// A step outside of a transaction had been begun, and may have happened.
    pub begun: bool,
    /// A COMMIT was sent and not answered.
    pub unknown: bool,
}

impl Stop {
    pub fn new(reason: Reason) -> Stop {
        Stop { reason: Box::new(reason), holders: vec![], place: None, begun: false, unknown: false }
    }

    /// By what the failure means.
    pub fn failed(failure: Failure) -> Stop {
        Stop::new(match failure.kind {
            FailureKind::Locked => Reason::Locked(failure),
            FailureKind::Lost => Reason::Lost(failure),
            _ => Reason::Failed(failure),
        })
    }

    pub fn at(mut self, place: (usize, usize)) -> Stop {
        self.place = self.place.or(Some(place));
        self
    }

    pub fn held_by(mut self, holders: Vec<Holder>) -> Stop {
        self.holders = holders;
        self
    }

    pub fn begun(mut self) -> Stop {
        self.begun = true;
        self
    }

    pub fn unknown(mut self) -> Stop {
        self.unknown = true;
        self
    }

    pub fn known(mut self) -> Stop {
        self.unknown = false;
        self
    }

    /// A lock that may be free a moment later.
    pub fn is_locked(&self) -> bool {
        matches!(*self.reason, Reason::Locked(_))
    }

    /// Who holds the lock.
    pub fn holders(&self) -> &[Holder] {
        &self.holders
    }

    /// The place of the statement in its phase.
    pub fn step(&self) -> Option<usize> {
        self.place.map(|(_, step)| step)
    }

    pub fn is_lost(&self) -> bool {
        matches!(*self.reason, Reason::Lost(_))
    }

    pub fn stopped(self, plan: &Plan, done: &[String], left: Left) -> Box<Stopped> {
        let at = self.place.and_then(|(phase, step)| {
            let phase = plan.phases.get(phase)?;
            let found = phase.steps.get(step)?;
            Some(At {
                phase: phase.name.clone(),
                number: step + 1,
                of: phase.steps.len(),
                sql: found.sql.clone(),
                file: found.file.clone(),
                line: line_of(found, self.reason.failure()),
            })
        });
        let open = plan.phases.iter().map(|p| p.name.clone()).filter(|name| !done.contains(name)).collect();
        Box::new(Stopped { reason: *self.reason, at, holders: self.holders, done: done.to_vec(), open, left })
    }
}

/// The line of the error, where the engine says at which byte of the statement it is.
fn line_of(step: &Step, failure: Option<&Failure>) -> usize {
    let within = failure.and_then(|f| f.offset).and_then(|at| step.sql.get(..at));
    step.line + within.filter(|_| step.line > 0).map_or(0, |text| text.matches('\n').count())
}

impl Reason {
    /// The engine's own words, where it said any.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Reason::Locked(failure) | Reason::Lost(failure) | Reason::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::NothingToDo => "nothing-to-do",
            Reason::NoSession => "no-session",
            Reason::NoTransactions => "no-transactions",
            Reason::ForeignKeysStayOn => "foreign-keys-stay-on",
            Reason::Busy(_) => "busy",
            Reason::Moved => "plan-moved",
            Reason::Unfinished(_) => "unfinished",
            Reason::Locked(_) => "locked",
            Reason::Lost(_) => "connection-lost",
            Reason::Failed(_) => "statement-failed",
            Reason::Unexpected(_) => "unexpected-result",
            Reason::NoWayBack(_) => "no-way-back",
        }
    }

    /// The same run may succeed a moment later, with nothing changed.
    pub fn is_retriable(&self) -> bool {
        matches!(self, Reason::Busy(_) | Reason::Locked(_) | Reason::Lost(_))
    }
}

impl fmt::Display for Reason {
    /// In a sentence without a full stop.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Reason::NothingToDo => f.write_str("there is nothing to do"),
            Reason::NoSession => f.write_str(
                "this connection gives every statement another session (a pooler in transaction mode, or a driver over \
                 HTTP), and no lock would hold",
            ),
            Reason::NoTransactions => f.write_str("this driver can't hold a transaction open"),
            Reason::ForeignKeysStayOn => f.write_str(
                "this driver does not take PRAGMA foreign_keys=OFF: rebuilding a table would delete the rows of other \
                 tables that refer to it",
            ),
            Reason::Busy(name) => write!(f, "somebody else holds {name}"),
            Reason::Moved => f.write_str("the database is not as it was when the plan was made"),
            Reason::Unfinished(found) => write!(
                f,
                "an earlier run was cut off: {} of {} statements of it have happened",
                found.happened(),
                found.plan.phases.iter().map(|p| p.steps.len()).sum::<usize>()
            ),
            Reason::Locked(failure) | Reason::Lost(failure) | Reason::Failed(failure) => write!(f, "{failure}"),
            Reason::Unexpected(what) => f.write_str(what),
            Reason::NoWayBack(why) => write!(f, "what has happened can't be taken back: {why}"),
        }
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.reason)
    }
}

impl std::error::Error for Stopped {}

/// The hash by which a run is known in the audit: over the plan as it is saved.
pub fn plan_hash(plan: &Plan, dialect: Dialect) -> String {
    Digest::of(&text_of(plan, dialect)).to_string()
}

/// A plan as it is saved: the same text for the same plan.
pub(super) fn text_of(plan: &Plan, dialect: Dialect) -> String {
    // Strings and numbers alone: nothing of it can fail.
    serde_json::to_string_pretty(&PlanFile::new(plan, dialect)).unwrap_or_default()
}
