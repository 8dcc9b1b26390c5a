//! `revert` writes a new migration, in the tool's own format, that takes back the last ones of a folder: for databases that
//! have had traffic since, where going back is going forward. No database has a part in it.

mod pages;
mod report;
mod schema;
mod sql;
mod verb;

pub(crate) use pages::PAGES;
pub use report::RevertReport;
pub use verb::{RevertRequest, revert};
