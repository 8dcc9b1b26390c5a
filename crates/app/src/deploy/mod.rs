//! `deploy` runs the migration tool's own deploy, and keeps what the migrations destroy.
//!
//! [`prepare`] looks which migrations the tool would run, and what each takes away of what is there. [`run`] copies that,
//! has the tool's own process deploy, and then looks in the tool's table what came of it, and in the tables what was written
//! between the copy and the deploy. With `--direct` no process runs: the copies, the SQL and the tool's own rows are
//! one transaction for each migration. What an earlier rollback kept of a migration that is applied again is put back by key.

mod back;
mod changed;
mod pages;
mod prepare;
mod refusal;
mod report;
mod run;
mod verb;

pub(crate) use back::put_back;
pub(crate) use pages::PAGES;
pub use prepare::{Prepared, Wishes, prepare};
pub use report::{DeployPlan, DeployReport, PutBackReport, WrittenSince};
pub use run::{Running, run};
pub use verb::{DeployRequest, deploy, deploy_on};
