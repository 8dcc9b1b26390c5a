//! `resolve` tells the migration tool what is true: that a migration whose SQL ran by hand is applied, or that one whose
//! SQL was taken back is not.
//!
//! [`prepare`] chooses the migrations and holds what each makes against what the database holds; where that is not so, it
//! is refused. [`run`] has the project's own Prisma write the rows, or writes the very rows that the tool would write, all
//! in one transaction, with the SQL of a file before them where one is given.

mod choose;
mod look;
mod pages;
mod prepare;
mod process;
mod refusal;
mod report;
mod run;
mod verb;

pub use choose::Choice;
pub(crate) use pages::PAGES;
pub(crate) use prepare::table;
pub use prepare::{Prepared, Way, Wishes, prepare};
pub use report::{As, MarkPlan, MarkReport, ResolveReport};
pub use run::{Running, run};
pub use verb::{ResolveRequest, resolve, resolve_on};
