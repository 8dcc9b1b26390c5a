//! # create-index
//!
//! An index is built on a table that may hold rows, and nobody can write to the table meanwhile.
//!
//! **Why.** PostgreSQL's CREATE INDEX takes a SHARE lock on the table: reads go on, every INSERT, UPDATE and DELETE waits
//! until the index is built, and so does everything that waits behind them. That is seconds for a million rows.
//!
//! **What to do.** CREATE INDEX CONCURRENTLY, which no transaction may hold: how that is done depends on what runs the
//! migrations, and the finding says it. A partitioned table can't have it: make the index ON ONLY the parent, one
//! CONCURRENTLY on each partition, and ATTACH them.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! -- next migration
//! CREATE INDEX users_email ON users (email);
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! CREATE INDEX users_email ON users (email);
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! -- next migration
//! CREATE INDEX CONCURRENTLY users_email ON users (email);
//! ```
//!
//! ```sql good
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY, email varchar(100));
//! -- next migration
//! CREATE INDEX users_email ON users (email);
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("create-index", Severity::Warning, include_str!("create_index.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    if step.dialect != Dialect::Postgres {
        return;
    }
    for (statement, lowered) in step.changes() {
        let Change::Index { table, pair: Pair { before: None, after: Some(index) } } = &lowered.change else {
            continue;
        };
        let made = step.begins(statement, "CREATE INDEX") || step.begins(statement, "CREATE UNIQUE INDEX");
        if !made || index.concurrently.0 || step.has_word(statement, "ONLY") || !step.has_rows(statement, table) {
            continue;
        }
        let partitioned = step.table_at(statement, table).is_some_and(|t| t.partition_by.is_some());
        let unique = if index.unique { "UNIQUE " } else { "" };
        let apart = format!("CREATE {unique}INDEX CONCURRENTLY {} ..", index.name);
        let help = if partitioned {
            format!(
                "`{table}` is partitioned and can't have it CONCURRENTLY: CREATE INDEX .. ON ONLY {table}, then one \
                 CONCURRENTLY on each partition, then ALTER INDEX .. ATTACH PARTITION"
            )
        } else {
            step.runner.apart(&apart)
        };
        found.push(
            Found::new(
                statement.span.clone(),
                format!("nobody can write to `{table}` while the index `{}` is built", index.name),
                help,
            )
            .fixed_by(fix(step, statement, partitioned))
            .repaired_by(repair::concurrently(step, statement, table, index).filter(|_| !partitioned)),
        );
    }
}

/// CONCURRENTLY, where the statement is alone in its file and the runner lets it be.
fn fix(step: &Step, statement: &Statement, partitioned: bool) -> Option<Fix> {
    if partitioned || statement.transaction.is_some() {
        return None;
    }
    let text = step.text();
    let word = statement.tokens.iter().find(|t| text[t.start..t.end].eq_ignore_ascii_case("INDEX"))?;
    let title = "build it CONCURRENTLY".to_owned();
    Some(Fix { title, span: word.end..word.end, text: " CONCURRENTLY".into() })
}
