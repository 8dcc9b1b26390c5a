//! Plans: what is to be run on a database, as data. One executor walks them and decides nothing.
//!
//! A plan is bound to what the database held when it was made ([`Fingerprint`]): where that has moved, the plan is not
//! run. Its steps say for people what they are for and which locks they take, and for the executor in which transaction
//! they run, what they must change, and how to tell from the database whether they have happened: MySQL commits DDL
//! before any line about it can be written.

mod batched;
mod fingerprint;
mod lock;
mod probe;
mod rollback;

pub use batched::{BATCHED, Batched, batched, is_batched, unmarked};
pub use fingerprint::Fingerprint;
pub use lock::{Lock, Mode, Work, locks};
pub use probe::probe;
pub use rollback::{Down, forward, rollback, stands_outside};

/// What is to be run, and on which state of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The state that it was made for.
    pub made_for: Fingerprint,
    /// One after the other.
    pub phases: Vec<Phase>,
}

/// Steps after which the database is in a state that can stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// What it is about, for people and for the journal: a migration's name.
    pub name: String,
    /// In their order.
    pub steps: Vec<Step>,
    /// What takes steps back that have happened, in the order in which it is run: the last first. Empty where one
    /// transaction holds them all.
    pub undo: Vec<Undo>,
    /// What has to be before the next phase.
    pub then: Then,
}

/// What takes back one step, or a run of steps that share a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// The place of the step in its phase, from 0; of a run, that of its first.
    pub of: usize,
    /// In their order; empty where there is nothing to take back.
    pub steps: Vec<Step>,
    /// What does not come back by that, in words; empty where all does.
    pub lost: Vec<String>,
}

/// What has to happen between two phases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Nothing: the next phase may follow at once.
    Go,
    /// Somebody deploys an application.
    Deploy,
    /// The probe says so.
    Until(Probe),
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its text, without a semicolon at its end.
    pub sql: String,
    /// Steps of a phase with the same number run in one transaction, which begins before the first of them and is
    /// committed after the last. None: outside of any.
    pub transaction: Option<usize>,
    /// What must come of it, else the step has failed.
    pub expect: Expect,
    /// Which locks it takes, the strongest of each relation.
    pub locks: Vec<Lock>,
    /// What it is for, in a few words.
    pub why: String,
    /// The file that it stands in, as messages name it; none where it was made here.
    pub file: Option<String>,
    /// Its line there, from 1; 0 where it stands in no file.
    pub line: usize,
    /// Tells whether it has happened; none where the database can't tell.
    pub probe: Option<Probe>,
}

/// What must come of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// That the database takes it.
    Taken,
    /// That it changes so many rows.
    Changes(u64),
    /// That it answers without a row (SQLite's `PRAGMA foreign_key_check`).
    NoRows,
}

/// A question that tells from the database whether something has happened. Of a statement it counts only where it did not
/// hold before the run: a column that is dropped and made again is there before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// A query; what counts is the first value of its first row.
    pub query: String,
    /// That value where it has happened.
    pub done: String,
}

impl Probe {
    /// Has it happened, going by an answer?
    pub fn holds(&self, answer: &crate::answer::Rows) -> bool {
        answer.first() == Some(self.done.as_str())
    }
}

/// A statement that keeps a migration tool's own bookkeeping right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bookkeeping {
    /// One statement, without a semicolon at its end.
    pub sql: String,
    /// How many rows it changes where it has not happened yet; none where it changes no rows (CREATE TABLE).
    pub changes: Option<u64>,
    /// Tells whether it has happened.
    pub probe: Probe,
    /// What it is for: `forget that "x" was applied`.
    pub why: String,
}
