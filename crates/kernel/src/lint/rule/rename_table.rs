//! # rename-table
//!
//! A table gets another name, or moves to another schema, in one step.
//!
//! **Why.** The code of the last deployment names the old table in every query, and fails from the moment the migration
//! runs until the new code has replaced it everywhere.
//!
//! **What to do.** Keep the name in the database and change it in the code alone (`@@map` in Prisma, the first argument
//! of `pgTable` in Drizzle). Where it has to change: rename, and make a view of the old name in the same migration, which
//! both can write through while it selects plain columns.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users RENAME TO people;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users RENAME TO people;
//! CREATE VIEW users AS SELECT * FROM people;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("rename-table", Severity::Error, include_str!("rename_table.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (before, after) in step.kept_tables().filter(|(t, _)| step.shipped(t)) {
        let (was, is) = (&before.name, &after.name);
        if step.before.same(&was.name, &is.name) && was.schema == is.schema || step.after.views.contains(was) {
            continue;
        }
        let renames = |c: &Change| match c {
            Change::Table(Pair { before: Some(b), after: Some(a) }) => b.name != a.name && b.name == *was,
            _ => false,
        };
        let Some(at) = step.statement_of(renames).or_else(|| step.table_dropped_at(was)) else { continue };
        found.push(Found::new(
            at.span.clone(),
            format!("renaming `{was}` to `{is}` breaks code that still runs and names it"),
            format!(
                "keep the table's name in the database and rename it in the code alone (Prisma: @@map(\"{}\")), or make a view \
                 `{was}` over `{is}` in the same migration and drop it in a later one",
                was.name
            ),
        ));
    }
}
