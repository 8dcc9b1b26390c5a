//! # rename-column
//!
//! A column gets another name in one step.
//!
//! **Why.** The code of the last deployment names the old column in every query on the table, and fails from the moment
//! the migration runs until the new code has replaced it everywhere; so does the rolled back code after it.
//!
//! **What to do.** Expand and contract: add the new column, write to both, copy the values, read from the new one, drop
//! the old one in a later migration. Or keep the name in the database and change it in the code alone: `@map("old")` in
//! Prisma, `text("old")` in Drizzle.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, name text);
//! -- next migration
//! ALTER TABLE users RENAME COLUMN name TO full_name;
//! ```
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, name text);
//! -- next migration
//! ALTER TABLE users ALTER COLUMN name SET DEFAULT '';
//! ALTER TABLE users RENAME name TO full_name;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, name text);
//! -- next migration
//! ALTER TABLE users ADD COLUMN full_name text;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("rename-column", Severity::Error, include_str!("rename_column.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (before, after) in step.kept_tables().filter(|(t, _)| step.shipped(t)) {
        for was in &before.columns {
            let Some(is) = after.column_of(was.lineage).filter(|is| !step.before.same(&is.name, &was.name)) else {
                continue;
            };
            let renames = |c: &Change| match c {
                Change::Column { pair: Pair { before: Some(old), after: Some(now) }, .. } => {
                    now.lineage.0 == was.lineage.0 && old.name != now.name
                }
                _ => false,
            };
            let copied = step.copies.iter().any(|c| {
                c.from.0 == before.lineage.0
                    && c.columns.iter().any(|(into, from)| *into == is.name && *from == was.name)
            });
            let rebuilt = || step.table_dropped_at(&before.name).filter(|_| copied);
            let at = step.statement_of(renames).or_else(rebuilt);
            let Some(at) = at else { continue };
            found.push(Found::new(
                step.action(at, &was.name, "RENAME"),
                format!("renaming `{}.{}` to `{}` breaks code that still runs and names it", before.name, was.name, is.name),
                format!(
                    "expand and contract: add `{}`, write to both, copy the values, drop `{}` in a later migration; or keep \
                     the column's name in the database and rename it in the code alone (Prisma: @map(\"{}\"))",
                    is.name, was.name, was.name
                ),
            ));
        }
    }
}
