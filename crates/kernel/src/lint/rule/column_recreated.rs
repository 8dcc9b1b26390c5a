//! # column-recreated
//!
//! A column is dropped and added again under its name: every value of it is lost.
//!
//! **Why.** Prisma does this where it does not know a cast between the old type and the new one. The database often does.
//!
//! **What to do.** Change the type in place: `ALTER TABLE .. ALTER COLUMN .. TYPE .. USING ..` on PostgreSQL, `MODIFY` on
//! MySQL. Where no cast makes sense, add the new column beside the old one, fill it, and drop the old one later.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, age text);
//! -- next migration
//! ALTER TABLE users DROP COLUMN age, ADD COLUMN age int;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, age text);
//! -- next migration
//! ALTER TABLE users ALTER COLUMN age TYPE int USING age::int;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("column-recreated", Severity::Error, include_str!("column_recreated.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (before, after) in step.kept_tables().filter(|(t, _)| step.shipped(t)) {
        for gone in before.columns.iter().filter(|c| after.column_of(c.lineage).is_none()) {
            let Some(new) = after.column(&gone.name).filter(|_| gone.generated.is_none()) else { continue };
            if new.generated.is_some() || step.carries(before, &gone.name) {
                continue;
            }
            let Some(at) = step.dropped_at(before, gone) else { continue };
            let (from, to) = (&gone.data_type, &new.data_type);
            let help = match step.dialect {
                Dialect::Postgres | Dialect::Cockroach => format!(
                    "change it in place: ALTER TABLE {} ALTER COLUMN {} TYPE {to} USING {}::{to}",
                    quote(&before.name.name, step.dialect),
                    quote(&gone.name, step.dialect),
                    quote(&gone.name, step.dialect)
                ),
                Dialect::Mysql => format!("change it in place: MODIFY {} {to}", quote(&gone.name, step.dialect)),
                Dialect::Sqlite => {
                    format!("rebuild the table and copy the column: INSERT INTO .. SELECT CAST({} AS {to})", gone.name)
                }
            };
            found.push(Found::new(
                step.action(at, &gone.name, "DROP"),
                format!(
                    "`{}.{}` is dropped and added again ({from} to {to}): every value of it is lost",
                    before.name, gone.name
                ),
                help,
            ));
        }
    }
}
