//! Rows for tables, made and read on the real engines.
//!
//! `cargo test -p unmigrate-tests --test seed`.

mod checks;
mod corpus;
mod plain;
mod read;
#[path = "../engine/servers.rs"]
mod servers;
mod session;
mod sow;

pub use session::Outcome;
