//! Sockets: a session with a database that executes and queries. What is executed is decided elsewhere.
//!
//! Engines are synchronous: a rollback is a sequence. A [`Database`] is one pinned session, or says that it has none.

mod database;

pub use database::{Abilities, Database, Failure, FailureKind};
pub use unmigrate_kernel::answer::{Row, Rows};
