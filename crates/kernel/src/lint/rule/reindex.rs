//! # reindex
//!
//! REINDEX without CONCURRENTLY stops all writes to the table, and all reads that would use the index.
//!
//! **What to do.** REINDEX .. CONCURRENTLY (PostgreSQL 12 and later), outside of a transaction.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! REINDEX TABLE users;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! REINDEX TABLE CONCURRENTLY users;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("reindex", Severity::Warning, include_str!("reindex.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for statement in &step.statements {
        if step.dialect == Dialect::Postgres
            && step.begins(statement, "REINDEX")
            && !step.has_word(statement, "CONCURRENTLY")
        {
            found.push(Found::new(
                statement.span.clone(),
                "nobody can write while REINDEX runs, nor read through the index",
                step.runner.apart("REINDEX .. CONCURRENTLY"),
            ));
        }
    }
}
