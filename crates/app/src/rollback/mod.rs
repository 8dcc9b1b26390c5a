//! `rollback` undoes migrations on a real database, and leaves the tool's own table such that the tool agrees.
//!
//! [`prepare`] looks and writes nothing: which migrations, in the reverse of the order in which the *database* applied
//! them; what each rollback would take away, counted; why it may not be done. [`run`] asks, executes the plan, keeps what
//! is taken away and writes the audit. [`resume`] goes on with a run that was cut off, or takes it back.

mod choose;
mod confirm;
mod down;
mod file;
mod pages;
mod prepare;
mod refusal;
mod report;
mod resume;
mod run;
mod scene;
mod steps;
mod verb;

pub use choose::Choice;
pub use confirm::{Answer, Asked, Confirm, Unasked};
pub use file::{read_file, write_file};
pub(crate) use pages::PAGES;
pub use prepare::{Prepared, Scene, Wishes, prepare};
pub(crate) use refusal::{database as database_failed, pooled, unreachable};
pub use report::{
    ArchiveReport, DownReport, OutcomeReport, OutcomeState, PlaceReport, PlanReport, RollbackReport, StepReport,
    TargetReport,
};
pub use resume::{Way, resume};
pub use run::{Running, run};
pub(crate) use scene::{about, location};
pub(crate) use verb::only_source;
pub use verb::{Around, RollbackRequest, rollback, rollback_on};
