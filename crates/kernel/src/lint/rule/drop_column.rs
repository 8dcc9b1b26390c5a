//! # drop-column
//!
//! A column goes that was there before, and with it its values.
//!
//! **Why.** While the migration runs, the code of the last deployment still runs too. Prisma and Drizzle name every
//! column of a table in their queries, so each of them fails from that moment on, whether the code uses the column or
//! not. And the values are gone: the rollback brings back an empty column.
//!
//! **What to do.** Take the column out of the schema that the code is built from, deploy that, and drop the column in a
//! later migration. If that is what this migration is, say so: `-- unmigrate-ignore drop-column: unused since v42`.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! -- next migration
//! ALTER TABLE users DROP COLUMN email;
//! ```
//!
//! ```sql bad
//! -- for: sqlite
//! CREATE TABLE users (id integer PRIMARY KEY, email text);
//! -- next migration
//! CREATE TABLE new_users (id integer PRIMARY KEY);
//! INSERT INTO new_users (id) SELECT id FROM users;
//! DROP TABLE users;
//! ALTER TABLE new_users RENAME TO users;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! ALTER TABLE users DROP COLUMN email;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("drop-column", Severity::Warning, include_str!("drop_column.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (before, after) in step.kept_tables().filter(|(t, _)| step.shipped(t)) {
        for column in &before.columns {
            let kept = after.column_of(column.lineage).is_some() || after.column(&column.name).is_some();
            if kept || super::drop_add_rename::successor(step, before, after, column).is_some() {
                continue;
            }
            let Some(at) = step.dropped_at(before, column) else { continue };
            let object = format!("{}.{}", before.name, column.name);
            let carried = if step.carries(before, &column.name) { " (they are copied first)" } else { "" };
            found.push(Found::new(
                step.action(at, &column.name, "DROP"),
                format!("dropping `{object}` breaks code that still runs and names it, and its values are gone{carried}"),
                format!(
                    "first deploy code whose schema has no `{}` any more, and drop it in a later migration; if that is done, \
                     say so above the statement: -- unmigrate-ignore drop-column: <since when>",
                    column.name
                ),
            ));
        }
    }
}
