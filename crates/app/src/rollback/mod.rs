//! `rollback` undoes migrations on a real database, and leaves the tool's own table such that the tool agrees.
//!
//! [`prepare`] looks and writes nothing: which migrations, in the reverse of the order in which the *database* applied
//! them; what each rollback would take away, counted; why it may not be done. [`run`] asks, executes the plan, keeps what
//! is taken away and writes the audit. [`resume`] goes on with a run that was cut off, or takes it back.

mod choose;
mod down;
mod file;
mod pages;
mod prepare;
mod refusal;
mod report;
mod resume;
mod run;
mod steps;
mod undo;
mod verb;

pub use crate::site::{Answer, Around, Asked, Confirm, Proposal, Scene, TargetReport, Unasked};
pub use choose::Choice;
pub(crate) use down::{count, read as read_down};
pub use file::{read_file, write_file};
pub(crate) use pages::PAGES;
pub use prepare::{Prepared, Purpose, Wishes, prepare};
pub(crate) use prepare::{keep_around, stamp};
pub(crate) use refusal::{no_such_migration, not_writable, tracking as tracking_refused};
pub(crate) use report::ARCHIVE_PHASE;
pub use report::{
    ArchiveReport, DownReport, OutcomeReport, OutcomeState, PlaceReport, PlanReport, RollbackReport, StepReport,
};
pub use resume::{Way, resume};
pub use run::{Running, run};
pub(crate) use steps::around;
pub use verb::{RollbackRequest, rollback, rollback_on};
