//! # rebuild-loses
//!
//! A SQLite table is made anew without the triggers, indexes or checks that it had.
//!
//! **Why.** A rebuild drops the old table, and what stood on it goes along. Generators make their own indexes again; a
//! trigger, a partial index or a check that somebody wrote by hand they do not know.
//!
//! **What to do.** Make it again behind the rename.
//!
//! ```sql bad
//! -- for: sqlite
//! CREATE TABLE users (id integer PRIMARY KEY, name text);
//! CREATE TRIGGER users_log AFTER UPDATE ON users BEGIN SELECT 1; END;
//! -- next migration
//! CREATE TABLE new_users (id integer PRIMARY KEY, name text NOT NULL);
//! INSERT INTO new_users (id, name) SELECT id, COALESCE(name, '') FROM users;
//! DROP TABLE users;
//! ALTER TABLE new_users RENAME TO users;
//! ```
//!
//! ```sql good
//! -- for: sqlite
//! CREATE TABLE users (id integer PRIMARY KEY, name text);
//! CREATE TRIGGER users_log AFTER UPDATE ON users BEGIN SELECT 1; END;
//! -- next migration
//! CREATE TABLE new_users (id integer PRIMARY KEY, name text NOT NULL);
//! INSERT INTO new_users (id, name) SELECT id, COALESCE(name, '') FROM users;
//! DROP TABLE users;
//! ALTER TABLE new_users RENAME TO users;
//! CREATE TRIGGER users_log AFTER UPDATE ON users BEGIN SELECT 1; END;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("rebuild-loses", Severity::Error, include_str!("rebuild_loses.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (before, after) in step.kept_tables().filter(|_| step.dialect == Dialect::Sqlite) {
        let Some(at) = step.table_dropped_at(&before.name) else { continue };
        let mut lost: Vec<String> = Vec::new();
        let explicitly = |name: &str| {
            step.statements
                .iter()
                .any(|s| step.begins(s, "DROP") && crate::catalog::mentions(step.sql(s), name, step.dialect))
        };
        for trigger in before.triggers.iter().filter(|t| !after.triggers.iter().any(|a| a.name == t.name)) {
            lost.push(format!("the trigger `{}`", trigger.name));
        }
        let special = |i: &&Index| i.predicate.is_some() || i.parts.iter().any(|p| p.expression.is_some());
        for index in before.indexes.iter().filter(special) {
            let again = after.indexes.iter().any(|a| a.name == index.name || a.parts == index.parts);
            let columns_stay =
                index.parts.iter().filter_map(|p| p.column.as_deref()).all(|c| after.column(c).is_some());
            if !again && columns_stay {
                lost.push(format!("the index `{}`", index.name));
            }
        }
        for check in before.constraints.iter().filter(|c| matches!(c.kind, ConstraintKind::Check(_))) {
            let again =
                after.constraints.iter().any(|a| a.kind == check.kind || !a.name.is_empty() && a.name == check.name);
            let written = step.copies.is_empty() || !again;
            if written && !again && !checks_anew(after) {
                let name =
                    if check.name.is_empty() { "a check".to_owned() } else { format!("the check `{}`", check.name) };
                lost.push(name);
            }
        }
        lost.retain(|l| !l.split('`').nth(1).is_some_and(explicitly));
        if !lost.is_empty() {
            found.push(Found::new(
                at.span.clone(),
                format!("`{}` is made anew without {}", before.name, lost.join(", ")),
                "make it again behind the rename; if it is to go, drop it in a statement of its own before the rebuild",
            ));
        }
    }
}

/// The new table has checks of its own: one of them may be the old one said otherwise.
fn checks_anew(table: &Table) -> bool {
    table.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::Check(_)))
}
