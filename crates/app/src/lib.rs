//! The verbs, one file each. They take a request, return plain data and print nothing: words and colours are the
//! command line's, promises are Node's.

pub mod archive;
pub mod audit;
pub mod check;
mod clock;
pub mod compat;
pub mod deploy;
pub mod doctor;
pub mod execute;
pub mod expand;
mod explain;
mod file;
mod generate;
mod head;
pub mod init;
mod inspect;
pub mod journal;
mod new_migration;
pub mod plan;
mod ranges;
mod report;
mod request;
pub mod resolve;
pub mod revert;
pub mod rollback;
mod select;
pub mod site;
mod standing;
pub mod target;
mod tool;
pub mod verify;
mod write;

pub use check::{CheckOptions, CheckReport, check};
pub use explain::{explain, words};
pub use generate::{Observing, generate, generate_observing, status};
pub use inspect::{ChangeReport, Inspection, StatementReport, inspect};
pub use report::{DatabaseReport, HistoryReport, MigrationReport, NoteReport, Report, RowReport, Stands, State};
pub use request::Request;
pub use standing::{Beside, status_beside, status_on};
pub use unmigrate_engines::{Embedded, NoEmbedded};
pub use unmigrate_sources::{ConfigLoader, Modules, NoConfig, Problem, Severity, pasted};
pub use write::replace;

/// What ends a verb. The same shape as a [`Problem`] in a report: a stable `code`, a `message` that names the thing, a
/// `help` that says what to do, and the `path` it is about.
pub type Error = Problem;
