//! # add-exclusion
//!
//! An exclusion constraint is added to a table that may hold rows: nobody can read or write it while its index is built,
//! and there is no way around.
//!
//! **What to do.** Do it while the table is small, or at a quiet hour, with `SET lock_timeout` before it. Where the rule
//! can be said as a unique index, build that CONCURRENTLY instead.
//!
//! ```sql bad
//! CREATE TABLE bookings (id int PRIMARY KEY, room int, during tsrange);
//! -- next migration
//! ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);
//! ```
//!
//! ```sql good
//! CREATE TABLE bookings (id int PRIMARY KEY, during tsrange, EXCLUDE USING gist (during WITH &&));
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("add-exclusion", Severity::Warning, include_str!("add_exclusion.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, constraint) in super::added(step) {
        if matches!(constraint.kind, ConstraintKind::Exclude(_)) && step.has_rows(statement, table) {
            found.push(Found::new(
                step.action(statement, &constraint.name, "ADD"),
                format!("nobody can read or write `{table}` while the index of `{}` is built", constraint.name),
                "there is no way to build it beside: run it while the table is small or at a quiet hour, with SET lock_timeout",
            ));
        }
    }
}
