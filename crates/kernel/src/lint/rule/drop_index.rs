//! # drop-index
//!
//! An index is dropped, and everything that uses its table waits for the lock.
//!
//! **Why.** PostgreSQL's DROP INDEX takes an ACCESS EXCLUSIVE lock on the table: it is short, but it waits for the
//! longest query that runs, and all queries that come meanwhile wait behind it.
//!
//! **What to do.** DROP INDEX CONCURRENTLY waits without standing in anybody's way. No transaction may hold it.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! CREATE INDEX users_email ON users (email);
//! -- next migration
//! DROP INDEX users_email;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! CREATE INDEX users_email ON users (email);
//! -- next migration
//! DROP INDEX CONCURRENTLY users_email;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("drop-index", Severity::Note, include_str!("drop_index.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    if step.dialect != Dialect::Postgres {
        return;
    }
    for (statement, lowered) in step.changes() {
        let Change::Index { table, pair: Pair { before: Some(index), after: None } } = &lowered.change else {
            continue;
        };
        let plain = step.begins(statement, "DROP INDEX") && !step.has_word(statement, "CONCURRENTLY");
        if plain && step.has_rows(statement, table) {
            found.push(
                Found::new(
                    statement.span.clone(),
                    format!("dropping the index `{}` stops all queries on `{table}` until it has its lock", index.name),
                    step.runner.apart(&format!("DROP INDEX CONCURRENTLY {}", index.name)),
                )
                .repaired_by(repair::concurrently(step, statement, table, index).filter(|_| lone(step, statement))),
            );
        }
    }
}

/// CONCURRENTLY takes one index and no CASCADE, and no table that is partitioned has it.
fn lone(step: &Step, statement: &Statement) -> bool {
    let text = step.text();
    let several = statement.tokens.iter().any(|t| &text[t.start..t.end] == ",");
    let partitioned = statement.changes.iter().any(|c| match &c.change {
        Change::Index { table, .. } => step.table_at(statement, table).is_some_and(|t| t.partition_by.is_some()),
        _ => false,
    });
    !several && !partitioned && !step.has_word(statement, "CASCADE")
}
