//! Rows for tables, made and read on the real engines.
//!
//! `cargo test -p unmigrate-tests --test seed`.

mod checks;
mod clear;
mod corpus;
mod plain;
mod read;
#[path = "../engine/servers.rs"]
mod servers;
mod session;
mod sow;
mod walk;

pub use session::Outcome;
