//! The verbs, one file each. They take a request, return plain data and print nothing: words and colours are the
//! command line's, promises are Node's.

pub mod archive;
pub mod audit;
pub mod check;
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
mod report;
mod request;
pub mod rollback;
mod select;
pub mod site;
pub mod target;
pub mod verify;
mod write;

pub use check::{CheckOptions, CheckReport, check};
pub use explain::{explain, words};
pub use generate::{Observing, generate, generate_observing, status};
pub use inspect::{ChangeReport, Inspection, StatementReport, inspect};
pub use report::{HistoryReport, MigrationReport, NoteReport, Report, State};
pub use request::Request;
pub use unmigrate_engines::{Embedded, NoEmbedded};
pub use unmigrate_sources::{ConfigLoader, NoConfig, Problem, Severity, pasted};
pub use write::replace;

/// What ends a verb. The same shape as a [`Problem`] in a report: a stable `code`, a `message` that names the thing, a
/// `help` that says what to do, and the `path` it is about.
pub type Error = Problem;
