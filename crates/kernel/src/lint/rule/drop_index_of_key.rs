//! # drop-index-of-key
//!
//! An index is dropped that a foreign key or a constraint stands on: the statement fails.
//!
//! **Why.** MySQL needs an index on the columns of a foreign key and refuses to drop the last one (1553). PostgreSQL
//! refuses to drop the index of a constraint (2BP01).
//!
//! **What to do.** Make another index or drop the foreign key first; drop the constraint, not its index.
//!
//! ```sql bad
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY);
//! CREATE TABLE posts (id int PRIMARY KEY, author int, KEY a (author), FOREIGN KEY (author) REFERENCES users (id));
//! -- next migration
//! DROP INDEX a ON posts;
//! ```
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, email text CONSTRAINT users_email UNIQUE);
//! -- next migration
//! DROP INDEX users_email;
//! ```
//!
//! ```sql good
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY);
//! CREATE TABLE posts (id int PRIMARY KEY, author int, KEY a (author), FOREIGN KEY (author) REFERENCES users (id));
//! -- next migration
//! CREATE INDEX b ON posts (author, id);
//! DROP INDEX a ON posts;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("drop-index-of-key", Severity::Error, include_str!("drop_index_of_key.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    match step.dialect {
        Dialect::Mysql => mysql(step, found),
        Dialect::Postgres => postgres(step, found),
        Dialect::Cockroach | Dialect::Sqlite => {}
    }
}

fn mysql(step: &Step, found: &mut Vec<Found>) {
    for (statement, lowered) in step.changes() {
        let Change::Index { table, pair: Pair { before: Some(index), after: None } } = &lowered.change else {
            continue;
        };
        let explicit = step.begins(statement, "DROP INDEX") || step.begins(statement, "ALTER TABLE");
        let Some(inside) = step.table_at(statement, table).filter(|_| explicit) else { continue };
        let left = step.statements[statement.index].changes.iter();
        let dropped_key = |name: &str| {
            left.clone().any(|c| matches!(&c.change, Change::Constraint { pair, .. } if gone(pair, |c| c.name == name)))
        };
        let dropped_column =
            statement.changes.iter().any(|c| matches!(&c.change, Change::Column { pair, .. } if pair.after.is_none()));
        let added = |c: &[String]| {
            statement.changes.iter().any(|l| match &l.change {
                Change::Index { pair: Pair { before: None, after: Some(i) }, .. } => {
                    leads(i.parts.iter().map(|p| p.column.as_deref()), c)
                }
                Change::Constraint { pair: Pair { before: None, after: Some(k) }, .. } => {
                    k.has_index() && leads(k.columns().into_iter().map(Some), c)
                }
                _ => false,
            })
        };
        for constraint in inside.constraints.iter().filter(|c| !dropped_key(&c.name)) {
            let Some(key) = constraint.foreign_key() else { continue };
            let serves = leads(index.parts.iter().map(|p| p.column.as_deref()), &key.columns);
            let other = inside.indexes.iter().filter(|i| i.name != index.name);
            let mut others = other.map(|i| leads(i.parts.iter().map(|p| p.column.as_deref()), &key.columns));
            let by_constraint = inside
                .constraints
                .iter()
                .any(|c| c.has_index() && leads(c.columns().into_iter().map(Some), &key.columns));
            if serves && !others.any(|o| o) && !by_constraint && !dropped_column && !added(&key.columns) {
                found.push(Found::new(
                    step.action(statement, &index.name, "DROP"),
                    format!(
                        "the foreign key `{}` stands on the index `{}`: MySQL refuses to drop it (1553)",
                        constraint.name, index.name
                    ),
                    "make another index over these columns first, or drop the foreign key first",
                ));
            }
        }
    }
}

/// The first columns of an index are these.
fn leads<'c>(mut parts: impl Iterator<Item = Option<&'c str>>, columns: &[String]) -> bool {
    columns.iter().all(|c| parts.next().flatten().is_some_and(|p| p.eq_ignore_ascii_case(c)))
}

fn postgres(step: &Step, found: &mut Vec<Found>) {
    for statement in step.statements.iter().filter(|s| step.begins(s, "DROP INDEX") && !step.has_word(s, "CASCADE")) {
        let mut reader = step.reader(statement);
        reader.eat("DROP INDEX");
        reader.eat("CONCURRENTLY");
        reader.eat("IF EXISTS");
        for name in reader.commas().into_iter().filter_map(|mut r| r.name()) {
            let Some(owner) = step.before.constraint_owner(&name.schema, &name.name) else { continue };
            let table = step.table_at(statement, &owner);
            let constraint = table.as_ref().and_then(|t| t.constraint(&name.name)).filter(|c| c.has_index());
            if constraint.is_some() {
                found.push(Found::new(
                    statement.span.clone(),
                    format!(
                        "`{}` is the index of a constraint of `{owner}`: PostgreSQL refuses to drop it (2BP01)",
                        name.name
                    ),
                    format!("ALTER TABLE {owner} DROP CONSTRAINT \"{}\"", name.name),
                ));
            }
        }
    }
}
