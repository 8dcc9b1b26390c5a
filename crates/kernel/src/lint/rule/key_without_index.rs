//! # key-without-index
//!
//! Taste: no index begins with the columns of a foreign key, so that deleting a row it refers to reads the whole table.
//!
//! **Why.** PostgreSQL and SQLite make no index for a foreign key; MySQL does.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users (id));
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users (id));
//! CREATE INDEX posts_author ON posts (author);
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::style("key-without-index", include_str!("key_without_index.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    if step.dialect == Dialect::Mysql {
        return;
    }
    for (name, table) in step.touched_after.tables.iter() {
        let old = step.touched_before.tables.get(name);
        for constraint in &table.constraints {
            let known = old.is_some_and(|t| t.constraints.iter().any(|c| c.lineage.0 == constraint.lineage.0));
            let Some(key) = constraint.foreign_key().filter(|_| !known) else { continue };
            let leads = |columns: Vec<Option<&str>>| {
                key.columns
                    .iter()
                    .enumerate()
                    .all(|(at, c)| columns.get(at).copied().flatten().is_some_and(|i| step.after.same(i, c)))
            };
            let index = table.indexes.iter().any(|i| leads(i.parts.iter().map(|p| p.column.as_deref()).collect()));
            let other =
                table.constraints.iter().any(|c| c.has_index() && leads(c.columns().into_iter().map(Some).collect()));
            let makes = |c: &Change| match c {
                Change::Table(Pair { before: None, after: Some(t) }) => t.name == *name,
                Change::Constraint { table, pair } => {
                    table == name && pair.after.as_ref().is_some_and(|c| c.name == constraint.name)
                }
                _ => false,
            };
            if let Some(at) = step.statement_of(makes).filter(|_| !index && !other) {
                let columns = key.columns.join(", ");
                found.push(Found::new(
                    at.span.clone(),
                    format!(
                        "no index begins with {columns} of `{name}`: deleting a row of `{}` reads all of it",
                        key.table
                    ),
                    format!("CREATE INDEX ON {name} ({columns})"),
                ));
            }
        }
    }
}
