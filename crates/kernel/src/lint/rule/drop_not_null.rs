//! # drop-not-null
//!
//! Taste: a column may hold NULL from here on, and code that still runs does not expect it.
//!
//! **Why.** The lock is short, and no row is touched. But a client that was built before takes the value for granted.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
//! -- next migration
//! ALTER TABLE users ALTER COLUMN email DROP NOT NULL;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::style("drop-not-null", include_str!("drop_not_null.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (before, after) in step.kept_tables().filter(|(t, _)| step.shipped(t)) {
        for was in before.columns.iter().filter(|c| c.not_null) {
            let Some(is) = after.column_of(was.lineage).filter(|is| !is.not_null) else { continue };
            let lifts = |c: &Change| match c {
                Change::Column { pair: Pair { after: Some(now), .. }, .. } => now.lineage.0 == was.lineage.0,
                _ => false,
            };
            let Some(at) = step.statement_of(lifts).or_else(|| step.table_dropped_at(&before.name)) else { continue };
            found.push(Found::new(
                step.action(at, &is.name, "NULL"),
                format!("`{}.{}` may hold NULL from here on", after.name, is.name),
                "first deploy code that expects it",
            ));
        }
    }
}
