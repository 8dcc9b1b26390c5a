//! Names of ours for the time between, and the mark of what is run in batches.

use crate::dialect::quote;
use crate::names::truncate;

const PG: crate::Dialect = crate::Dialect::Postgres;

/// What `rollback` runs in batches by the table's key, each a transaction of its own; whole for who runs the file by hand.
pub const BATCHED: &str = "/* unmigrate-batched */";

/// A name of ours for what gets another in the end.
pub fn ours(last: &str) -> String {
    truncate(PG, &format!("unmigrate_back_{last}"))
}

/// A name as SQL has it.
pub fn quoted(name: &str) -> String {
    quote(name, PG)
}
