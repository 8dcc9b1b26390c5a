//! # breaks-dependents
//!
//! A view, a function or a key depends on what is dropped or changed: the statement fails, or what depends on it does
//! when it runs next.
//!
//! **Why.** PostgreSQL refuses to drop a column or table that a view reads (2BP01), and to change the type of such a column
//! (0A000). The body of a function is text to it: it fails when it is called. MySQL refuses nothing, and the view is broken.
//! SQLite refuses to rename the new table of a rebuild to a name that a view reads.
//!
//! **What to do.** Drop the view first and make it again after; make the function anew in the same migration.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! CREATE VIEW emails AS SELECT email FROM users;
//! -- next migration
//! ALTER TABLE users DROP COLUMN email;
//! ```
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, email varchar(9));
//! CREATE VIEW emails AS SELECT email FROM users;
//! -- next migration
//! ALTER TABLE users ALTER COLUMN email TYPE text;
//! ```
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! CREATE FUNCTION emails() RETURNS bigint LANGUAGE sql AS $$ SELECT count(email) FROM users $$;
//! -- next migration
//! ALTER TABLE users DROP COLUMN email;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! CREATE VIEW emails AS SELECT email FROM users;
//! -- next migration
//! DROP VIEW emails;
//! ALTER TABLE users DROP COLUMN email;
//! ```

use super::prelude::*;
use crate::catalog::View;
use crate::rows::references;

pub const RULE: Rule = Rule::hazard("breaks-dependents", Severity::Error, include_str!("breaks_dependents.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, pair) in step.columns() {
        let Some(before) = &pair.before else { continue };
        if !step.begins(statement, "ALTER TABLE") || step.before.tables.get(table).is_none() {
            continue;
        }
        let (dropped, renamed) = (pair.after.is_none(), pair.after.as_ref().is_some_and(|a| a.name != before.name));
        let retyped = pair.after.as_ref().is_some_and(|a| a.canonical != before.canonical);
        if !(dropped || retyped || renamed) {
            continue;
        }
        let place = step.action(statement, &before.name, "ALTER");
        if (dropped || retyped) && !step.has_word(statement, "CASCADE") {
            for view in views(step, statement, |v| reads_column(step, v, table, &before.name)) {
                found.push(broken_view(step, place.clone(), &format!("{table}.{}", before.name), view));
            }
        }
        if dropped || renamed {
            functions(step, place, table, Some(&before.name), found);
        }
    }
    for (statement, lowered) in step.changes() {
        let Change::Table(pair) = &lowered.change else { continue };
        let Some(table) = pair.before.as_ref().filter(|_| pair.after.is_none() && step.begins(statement, "DROP TABLE"))
        else {
            continue;
        };
        let rebuilt = step.touched_after.tables.iter().any(|(_, t)| t.lineage.0 == table.lineage.0);
        if step.before.tables.get(&table.name).is_none() || step.has_word(statement, "CASCADE") {
            continue;
        }
        for view in views(step, statement, |v| reads_table(step, v, &table.name)) {
            found.push(broken_view(step, statement.span.clone(), &table.name.to_string(), view));
        }
        if !rebuilt {
            keys(step, statement, &table.name, found);
            functions(step, statement.span.clone(), &table.name, None, found);
        }
    }
}

fn broken_view(step: &Step, place: std::ops::Range<usize>, object: &str, view: &View) -> Found {
    let name = &view.name;
    let help = format!("DROP VIEW {name} before it, and make the view again after");
    match step.dialect {
        Dialect::Mysql => {
            Found::new(place, format!("the view `{name}` reads `{object}`, and fails from then on"), help)
                .weighing(Severity::Warning)
        }
        Dialect::Sqlite => Found::new(
            place,
            format!("the view `{name}` reads `{object}`: SQLite refuses the change, or its rename"),
            help,
        ),
        _ => Found::new(place, format!("the view `{name}` reads `{object}`: PostgreSQL refuses the change"), help),
    }
}

/// The views that are there when a statement runs, and of which something holds.
fn views<'s>(step: &'s Step, statement: &Statement, test: impl Fn(&View) -> bool) -> Vec<&'s View> {
    let gone = |view: &View| {
        let earlier = &step.statements[..=statement.index];
        earlier
            .iter()
            .flat_map(|s| &s.changes)
            .any(|c| matches!(&c.change, Change::View(p) if gone(p, |v| v.name == view.name)))
    };
    step.before.views.iter().map(|(_, v)| v).filter(|v| test(v) && !gone(v)).collect()
}

fn reads_table(step: &Step, view: &View, table: &Name) -> bool {
    let read = references(&view.query.text, step.dialect);
    read.is_some_and(|r| {
        r.tables
            .iter()
            .any(|t| step.before.same(&t.name, &table.name) && t.schema.as_deref().unwrap_or("") == table.schema)
    })
}

fn reads_column(step: &Step, view: &View, table: &Name, column: &str) -> bool {
    let Some(read) = references(&view.query.text, step.dialect) else { return false };
    let alone = read.tables.len() == 1;
    let named = read.columns.iter().any(|c| step.before.same(c, column));
    // In a view over several tables the column may be another's of the same name.
    let owners = read.tables.iter().filter(|t| {
        let name = Name { schema: t.schema.clone().unwrap_or_default(), name: t.name.clone() };
        step.before.table(&name).is_some_and(|t| t.column(column).is_some())
    });
    reads_table(step, view, table) && (named && owners.count() == 1 || alone && (named || read.has_star))
}

/// A function whose body names the table and the column, and that is not made anew.
fn functions(step: &Step, place: std::ops::Range<usize>, table: &Name, column: Option<&str>, found: &mut Vec<Found>) {
    let names = |text: &str, word: &str| crate::catalog::mentions(text, word, step.dialect);
    for ((name, signature), routine) in step.before.routines.iter() {
        let key = (name.clone(), signature.clone());
        let same = step.after.routines.get(&key).is_some_and(|now| now.rest == routine.rest);
        let body = body(&routine.rest.text);
        // A trigger's function speaks of its table's columns as NEW.column.
        let triggers =
            step.before.table(table).is_some_and(|t| t.triggers.iter().any(|t| t.function.as_ref() == Some(name)));
        let speaks = (names(body, &table.name) || triggers) && column.is_none_or(|c| names(body, c));
        if same && speaks {
            let object = column.map_or(table.to_string(), |c| format!("{table}.{c}"));
            found.push(
                Found::new(
                    place.clone(),
                    format!("the function `{name}` names `{object}` in its body, and fails when it is called next"),
                    format!("CREATE OR REPLACE FUNCTION {name} in the same migration"),
                )
                .weighing(Severity::Warning),
            );
        }
    }
}

/// The body between the dollar quotes, or all of it: a body in single quotes is left unread.
fn body(text: &str) -> &str {
    let Some(open) = text.find('$') else { return text };
    let Some(tag) = text[open + 1..].find('$').map(|end| &text[open..open + end + 2]) else { return text };
    let inner = &text[open + tag.len()..];
    inner.find(tag).map_or(inner, |end| &inner[..end])
}

/// Foreign keys of other tables that refer to a dropped one.
fn keys(step: &Step, statement: &Statement, table: &Name, found: &mut Vec<Found>) {
    if step.dialect != Dialect::Postgres {
        return;
    }
    for lowered in &statement.changes {
        let Change::Constraint { table: other, pair } = &lowered.change else { continue };
        let refers = gone(pair, |c| c.foreign_key().is_some_and(|k| k.table == *table));
        let together =
            statement.changes.iter().any(|c| matches!(&c.change, Change::Table(p) if gone(p, |t| t.name == *other)));
        let Some(key) = pair.before.as_ref().filter(|_| refers && other != table && !together) else { continue };
        found.push(Found::new(
            statement.span.clone(),
            format!("`{}` of `{other}` refers to `{table}`: PostgreSQL refuses to drop it (2BP01)", key.name),
            format!("ALTER TABLE {other} DROP CONSTRAINT {} before it", key.name),
        ));
    }
}
