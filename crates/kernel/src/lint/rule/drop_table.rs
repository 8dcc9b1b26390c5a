//! # drop-table
//!
//! A table goes that was there before, and with it its rows.
//!
//! **Why.** Code of the last deployment may still read and write it, and the rows are gone: the rollback brings back an
//! empty table.
//!
//! **What to do.** Deploy code that does not use it, rename it away (`ALTER TABLE .. RENAME TO old_..`) to see that
//! nobody misses it, archive what is worth it, and drop it in a later migration.
//!
//! ```sql bad
//! CREATE TABLE sessions (id int PRIMARY KEY);
//! -- next migration
//! DROP TABLE sessions;
//! ```
//!
//! ```sql good
//! -- for: sqlite
//! CREATE TABLE users (id integer PRIMARY KEY, name text);
//! -- next migration
//! CREATE TABLE new_users (id integer PRIMARY KEY, name text NOT NULL);
//! INSERT INTO new_users (id, name) SELECT id, name FROM users;
//! DROP TABLE users;
//! ALTER TABLE new_users RENAME TO users;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("drop-table", Severity::Warning, include_str!("drop_table.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (name, table) in step.touched_before.tables.iter().filter(|(_, t)| step.shipped(t)) {
        let kept = step.touched_after.tables.iter().any(|(_, t)| t.lineage.0 == table.lineage.0);
        if kept || super::drop_add_rename::new_name(step, table).is_some() {
            continue;
        }
        let Some(at) = step.table_dropped_at(name) else { continue };
        let recreated = step.touched_after.tables.contains(name);
        let message = if recreated {
            format!("`{name}` is dropped and made anew: its rows are gone")
        } else {
            format!("dropping `{name}` breaks code that still runs and uses it, and its rows are gone")
        };
        let help = if recreated {
            format!(
                "change the table with ALTER TABLE, or copy its rows into the new one first (INSERT INTO .. SELECT .. FROM {name})"
            )
        } else {
            "first deploy code that does not use it, and drop it in a later migration; if that is done, say so above the \
             statement: -- unmigrate-ignore drop-table: <since when>"
                .to_owned()
        };
        let weight = if recreated { Severity::Error } else { Severity::Warning };
        found.push(Found::new(at.span.clone(), message, help).weighing(weight));
    }
}
