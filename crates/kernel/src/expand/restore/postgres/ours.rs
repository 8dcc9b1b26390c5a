//! Names of ours for the time between.

use crate::dialect::quote;
use crate::names::truncate;

const PG: crate::Dialect = crate::Dialect::Postgres;

/// A name of ours for what gets another in the end.
pub fn ours(last: &str) -> String {
    truncate(PG, &format!("unmigrate_back_{last}"))
}

/// A name as SQL has it.
pub fn quoted(name: &str) -> String {
    quote(name, PG)
}
