//! # add-stored-generated
//!
//! A stored generated column is added to a table that may hold rows: the table is written anew under a lock.
//!
//! **What to do.** Add a plain column, keep it with a trigger, fill the old rows in batches. On MySQL a VIRTUAL column
//! costs nothing and can be indexed; PostgreSQL 18 has them too.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, name text);
//! -- next migration
//! ALTER TABLE users ADD COLUMN lower_name text GENERATED ALWAYS AS (lower(name)) STORED;
//! ```
//!
//! ```sql good
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY, name varchar(100));
//! -- next migration
//! ALTER TABLE users ADD COLUMN lower_name varchar(100) GENERATED ALWAYS AS (lower(name)) VIRTUAL;
//! ```

use super::prelude::*;

pub const RULE: Rule =
    Rule::hazard("add-stored-generated", Severity::Warning, include_str!("add_stored_generated.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, pair) in step.columns() {
        let Pair { before: None, after: Some(column) } = pair else { continue };
        let stored = column.generated.as_ref().is_some_and(|g| g.stored);
        if !stored || !step.has_rows(statement, table) {
            continue;
        }
        if step.dialect == Dialect::Sqlite {
            found.push(
                Found::new(
                    step.action(statement, &column.name, "ADD"),
                    "SQLite can't add a stored generated column: the statement fails",
                    "make it VIRTUAL, or rebuild the table",
                )
                .weighing(Severity::Error),
            );
            continue;
        }
        found.push(Found::new(
            step.action(statement, &column.name, "ADD"),
            format!("`{table}` is written anew to compute `{}` for each row, and nobody can use it meanwhile", column.name),
            "add a plain column, keep it with a trigger and fill the old rows in batches; or make it VIRTUAL where the server can",
        ));
    }
}
