//! `compat` tells which clients break: what a schema at an older commit declares, held against the database as it is after
//! each migration that came since; and the oldest commit whose clients still work.

mod declared;
mod report;
mod verb;

pub use report::{ClientBreak, CompatHistory, CompatReport, Floor, Verdict};
pub use verb::{CompatOptions, compat};
pub(crate) use verb::{app, of_source};
