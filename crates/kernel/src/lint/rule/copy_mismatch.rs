//! # copy-mismatch
//!
//! A table is filled from the one that it replaces, and values land in the wrong column or rows stay behind.
//!
//! **Why.** `INSERT INTO new (a, b) SELECT b, a` goes by position. With a WHERE or a LIMIT some rows are not copied, and
//! the old table is dropped.
//!
//! **What to do.** List the columns on both sides in the same order, and copy all rows.
//!
//! ```sql bad
//! -- for: sqlite
//! CREATE TABLE users (id integer PRIMARY KEY, first text, last text);
//! -- next migration
//! CREATE TABLE new_users (id integer PRIMARY KEY, first text, last text, age integer);
//! INSERT INTO new_users (id, first, last) SELECT id, last, first FROM users;
//! DROP TABLE users;
//! ALTER TABLE new_users RENAME TO users;
//! ```
//!
//! ```sql good
//! -- for: sqlite
//! CREATE TABLE users (id integer PRIMARY KEY, first text, last text);
//! -- next migration
//! CREATE TABLE new_users (id integer PRIMARY KEY, first text, last text, age integer);
//! INSERT INTO new_users (id, first, last) SELECT id, first, last FROM users;
//! DROP TABLE users;
//! ALTER TABLE new_users RENAME TO users;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("copy-mismatch", Severity::Error, include_str!("copy_mismatch.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (before, after) in step.kept_tables() {
        let Some(copy) = step.rebuilt.iter().find(|c| c.from.0 == before.lineage.0 || c.into.0 == after.lineage.0)
        else {
            continue;
        };
        let crossed: Vec<String> = copy
            .columns
            .iter()
            .filter(|(into, from)| !step.before.same(into, from))
            .filter(|(into, from)| before.column(into).is_some() && after.column(from).is_some())
            .map(|(into, from)| format!("`{into}` is filled from `{from}`"))
            .collect();
        if !crossed.is_empty() {
            found.push(Found::new(
                copy.span.clone(),
                format!("the columns of `{}` are copied crosswise: {}", before.name, crossed.join(", ")),
                "list the columns of INSERT and SELECT in the same order",
            ));
        }
        if !copy.whole {
            found.push(
                Found::new(
                    copy.span.clone(),
                    format!("not every row of `{}` is copied into the table that takes its place", before.name),
                    "if rows are to go, say why above the statement: -- unmigrate-ignore copy-mismatch: <why>",
                )
                .weighing(Severity::Warning),
            );
        }
    }
}
