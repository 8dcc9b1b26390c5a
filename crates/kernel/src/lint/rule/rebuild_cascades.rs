//! # rebuild-cascades
//!
//! A SQLite table is dropped while foreign keys are on: the rows that refer to it are deleted, or lose their reference.
//!
//! **Why.** DROP TABLE deletes the rows first, and ON DELETE CASCADE (or SET NULL) follows. `PRAGMA foreign_keys=OFF` in
//! the file does nothing inside a transaction, and most runners open one before the first statement: drizzle-orm with
//! better-sqlite3, D1. The rebuild then empties the child tables without a word. `defer_foreign_keys` does not help.
//!
//! **What to do.** Turn foreign keys off on the connection before the migrator runs, and check after:
//! `sqlite.pragma('foreign_keys = OFF'); migrate(..); sqlite.pragma('foreign_key_check')`. D1 can't turn them off: there,
//! avoid the rebuild, or copy the child rows aside first.
//!
//! ```sql bad
//! -- for: sqlite, one transaction around all
//! CREATE TABLE users (id integer PRIMARY KEY);
//! CREATE TABLE posts (id integer PRIMARY KEY, author integer REFERENCES users (id) ON DELETE CASCADE);
//! -- next migration
//! PRAGMA foreign_keys=OFF;
//! CREATE TABLE __new_users (id integer PRIMARY KEY, name text);
//! INSERT INTO __new_users (id) SELECT id FROM users;
//! DROP TABLE users;
//! ALTER TABLE __new_users RENAME TO users;
//! PRAGMA foreign_keys=ON;
//! ```
//!
//! ```sql good
//! -- for: sqlite, one transaction around all, foreign keys off
//! CREATE TABLE users (id integer PRIMARY KEY);
//! CREATE TABLE posts (id integer PRIMARY KEY, author integer REFERENCES users (id) ON DELETE CASCADE);
//! -- next migration
//! CREATE TABLE __new_users (id integer PRIMARY KEY, name text);
//! INSERT INTO __new_users (id) SELECT id FROM users;
//! DROP TABLE users;
//! ALTER TABLE __new_users RENAME TO users;
//! ```
//!
//! ```sql good
//! -- for: sqlite, statement by statement
//! CREATE TABLE users (id integer PRIMARY KEY);
//! CREATE TABLE posts (id integer PRIMARY KEY, author integer REFERENCES users (id) ON DELETE CASCADE);
//! -- next migration
//! PRAGMA foreign_keys=OFF;
//! CREATE TABLE __new_users (id integer PRIMARY KEY, name text);
//! INSERT INTO __new_users (id) SELECT id FROM users;
//! DROP TABLE users;
//! ALTER TABLE __new_users RENAME TO users;
//! PRAGMA foreign_keys=ON;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("rebuild-cascades", Severity::Error, include_str!("rebuild_cascades.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    if step.dialect != Dialect::Sqlite || step.runner.foreign_keys_off {
        return;
    }
    let mut off = false;
    for statement in &step.statements {
        if let Some(now) = foreign_keys(step, statement) {
            // Inside a transaction it does nothing.
            off = if statement.transaction.is_none() { !now } else { off };
        }
        for lowered in statement.changes.iter().filter(|_| !off) {
            let Change::Table(pair) = &lowered.change else { continue };
            let Some(parent) = pair.before.as_ref().filter(|_| pair.after.is_none()) else { continue };
            if step.has_rows(statement, &parent.name) {
                children(step, statement, &parent.name, found);
            }
        }
    }
}

fn children(step: &Step, statement: &Statement, parent: &Name, found: &mut Vec<Found>) {
    for (name, child) in step.before.tables.iter().filter(|(n, _)| *n != parent) {
        let Some(now) = step.table_at(statement, name) else { continue };
        let stays = step.after.tables.iter().any(|(_, t)| t.lineage.0 == child.lineage.0);
        let keys = now
            .constraints
            .iter()
            .filter_map(|c| c.foreign_key())
            .filter(|k| step.before.same(&k.table.name, &parent.name));
        let action = keys
            .map(|k| k.on_delete.to_ascii_uppercase())
            .find(|a| matches!(a.as_str(), "CASCADE" | "SET NULL" | "SET DEFAULT"));
        let Some(action) = action.filter(|_| stays && step.shipped(child)) else { continue };
        let what = if action == "CASCADE" {
            format!("deletes the rows of `{name}`")
        } else {
            format!("empties the references of `{name}`")
        };
        let pragma = step.statements[..statement.index].iter().any(|s| foreign_keys(step, s) == Some(false));
        let why = if pragma {
            ": PRAGMA foreign_keys=OFF does nothing inside the transaction that is open"
        } else {
            ": foreign keys are on"
        };
        found.push(Found::new(
            statement.span.clone(),
            format!("dropping `{parent}` {what} (ON DELETE {action}){why}"),
            format!(
                "turn foreign keys off on the connection before {} runs the migrations, and run PRAGMA foreign_key_check after; where \
                 the database can't (D1), avoid the rebuild or copy the rows of `{name}` aside first",
                step.runner.name
            ),
        ));
    }
}

/// `PRAGMA foreign_keys = ..`: on or off.
pub fn foreign_keys(step: &Step, statement: &Statement) -> Option<bool> {
    let mut reader = step.reader(statement);
    if !reader.eat("PRAGMA") || !reader.name().is_some_and(|n| n.name.eq_ignore_ascii_case("foreign_keys")) {
        return None;
    }
    let value = reader.rest().trim_matches(['=', '(', ')', ' ', '\'', '"']).to_ascii_lowercase();
    match value.as_str() {
        "on" | "1" | "true" | "yes" => Some(true),
        "off" | "0" | "false" | "no" => Some(false),
        _ => None,
    }
}
