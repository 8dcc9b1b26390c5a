//! # add-unique
//!
//! Values have to be unique from here on, in a table that may hold rows: it fails where two are the same.
//!
//! **Why.** Nobody knows before production whether they are. And a constraint (ADD CONSTRAINT .. UNIQUE) builds its index
//! under an ACCESS EXCLUSIVE lock on PostgreSQL: nobody can read or write the table meanwhile.
//!
//! **What to do.** Ask the database first. On PostgreSQL build the index CONCURRENTLY and make it a constraint, which
//! takes no time: `ALTER TABLE .. ADD CONSTRAINT .. UNIQUE USING INDEX ..`.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! -- next migration
//! ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
//! ```
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, email text CONSTRAINT email_only UNIQUE, tenant int);
//! -- next migration
//! ALTER TABLE users DROP CONSTRAINT email_only;
//! ALTER TABLE users ADD CONSTRAINT email_of_tenant UNIQUE (email, tenant);
//! ```
//!
//! ```sql bad
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY, email varchar(100));
//! -- next migration
//! CREATE UNIQUE INDEX users_email_key ON users (email);
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! CREATE UNIQUE INDEX users_email ON users (email);
//! -- next migration
//! ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! CREATE UNIQUE INDEX users_email ON users (email);
//! -- next migration
//! DROP INDEX users_email;
//! ALTER TABLE users ADD COLUMN tenant int;
//! CREATE UNIQUE INDEX users_tenant_email ON users (tenant, email);
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users ADD COLUMN email text;
//! CREATE UNIQUE INDEX users_email ON users (email);
//! ```

use super::prelude::*;
use crate::catalog::Part;

pub const RULE: Rule = Rule::hazard("add-unique", Severity::Warning, include_str!("add_unique.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, lowered) in step.changes() {
        let (table, name, parts, constraint) = match &lowered.change {
            Change::Index { table, pair: Pair { before: None, after: Some(index) } } if index.unique => {
                (table, &index.name, &index.parts, false)
            }
            Change::Constraint { table, pair: Pair { before: None, after: Some(constraint) } } => {
                match &constraint.kind {
                    ConstraintKind::Unique { parts, .. } => (table, &constraint.name, parts, true),
                    _ => continue,
                }
            }
            _ => continue,
        };
        let from_index = constraint && step.begins(statement, "ALTER TABLE") && step.has_word(statement, "INDEX");
        if from_index || !step.has_rows(statement, table) {
            continue;
        }
        let was_unique = step
            .table_at(statement, table)
            .is_some_and(|t| is_unique_already(&t, parts) || was_unique_before(step, &t, parts));
        // No two rows can be the same. A constraint builds its index under its lock all the same.
        let apart = was_unique || are_new_and_empty(step, table, parts);
        let locks = constraint && step.dialect == Dialect::Postgres;
        if apart && !locks {
            continue;
        }
        let mut columns: Vec<&str> = parts.iter().filter_map(|p| p.column.as_deref()).collect();
        if columns.len() < parts.len() {
            columns.clear(); // expressions take part
        }
        let listed = columns.join(", ");
        let fails = if columns.is_empty() {
            format!("it fails where two rows of `{table}` are the same by it")
        } else {
            format!("it fails where two rows of `{table}` have the same {listed}")
        };
        let message = if locks {
            format!(
                "nobody can read or write `{table}` while the index of `{name}` is built{}",
                if apart { String::new() } else { format!(", and {fails}") }
            )
        } else {
            format!("`{name}` is unique: {fails}")
        };
        let question = if columns.is_empty() || apart {
            String::new()
        } else {
            format!("look first: SELECT {listed}, count(*) FROM {table} GROUP BY {listed} HAVING count(*) > 1")
        };
        let help = if locks {
            let alone = step.runner.apart(&format!("CREATE UNIQUE INDEX CONCURRENTLY {name}_idx .."));
            let end = if question.is_empty() { String::new() } else { format!(". {question}") };
            format!("{alone}; then ADD CONSTRAINT {name} UNIQUE USING INDEX {name}_idx, which takes no time{end}")
        } else if question.is_empty() {
            "look first whether there are any".into()
        } else {
            question
        };
        found.push(Found::new(step.action(statement, name, "ADD"), message, help));
    }
}

/// Some unique index or key of the table is over a part of these columns.
fn is_unique_already(table: &Table, parts: &[Part]) -> bool {
    let wanted: Option<Vec<&str>> = parts.iter().map(|p| p.column.as_deref()).collect();
    let Some(wanted) = wanted else { return false };
    let within = |columns: Vec<&str>| !columns.is_empty() && columns.iter().all(|c| wanted.contains(c));
    let keys = table
        .constraints
        .iter()
        .filter(|c| matches!(c.kind, ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. }));
    let columns_of = |i: &Index| -> Option<Vec<String>> { i.parts.iter().map(|p| p.column.clone()).collect() };
    let indexes = table.indexes.iter().filter(|i| i.unique && i.predicate.is_none());
    keys.map(Constraint::columns).any(within)
        || indexes.filter_map(columns_of).any(|c| within(c.iter().map(String::as_str).collect()))
}

/// It was before the migration, which has changed no row of it: an index that is dropped and made again can't fail.
fn was_unique_before(step: &Step, now: &Table, parts: &[Part]) -> bool {
    let written = step.effects.iter().any(|effect| effect.table.is_some_and(|table| table.0 == now.lineage.0));
    let before = step.before.tables.iter().map(|(_, table)| table).find(|t| t.lineage.0 == now.lineage.0);
    let Some(before) = before.filter(|_| !written && now.lineage.0 != 0) else { return false };
    let called_before = |part: &Part| {
        let column = part.column.as_deref().and_then(|name| now.column(name));
        column.and_then(|column| before.column_of(column.lineage)).map(|column| Part::column(column.name.clone()))
    };
    // A column that is new only makes two rows differ.
    let known: Vec<Part> = parts.iter().filter_map(called_before).collect();
    parts.iter().all(|part| part.column.is_some()) && is_unique_already(before, &known)
}

/// One of the columns was added by this migration, and holds NULL in every row.
fn are_new_and_empty(step: &Step, table: &Name, parts: &[Part]) -> bool {
    parts.iter().filter_map(|p| p.column.as_deref()).any(|name| {
        step.columns().any(|(_, t, pair)| {
            let new = pair.before.is_none() && t == table;
            new && pair.after.as_ref().is_some_and(|c| c.name == name && !c.not_null && c.default.is_none())
        })
    })
}
