//! Sockets: a session with a database that executes and queries. What is executed is decided elsewhere.
//!
//! Engines are synchronous: a rollback is a sequence. A [`Database`] is one pinned session, or says that it has none.

mod connect;
mod copy_in;
mod database;
pub mod embedded;
pub mod identity;
mod mysql;
mod postgres;
mod product;
mod reader;
mod scratch;
mod secret;
mod sqlite;
pub mod target;
mod tls;
mod url;
pub mod wire;

pub use connect::{connect, connect_session, is_pooled};
pub use copy_in::refuse_copy_in;
pub use database::{Abilities, Database, Failure, FailureKind};
pub use embedded::{Embedded, NoEmbedded, Said, Wanted};
pub use identity::Identity;
pub use product::Product;
pub use reader::read_only;
pub use scratch::{MARKER_TABLE, Maker, Scratch, ScratchError, Terms};
pub use secret::Secret;
pub use target::Target;
pub use unmigrate_kernel::answer::{Row, Rows};
