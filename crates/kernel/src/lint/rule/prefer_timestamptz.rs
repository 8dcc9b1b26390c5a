//! # prefer-timestamptz
//!
//! Taste: a `timestamp` without time zone means another moment in each session's zone.
//!
//! ```sql bad
//! CREATE TABLE t (id int PRIMARY KEY, made timestamp);
//! ```
//!
//! ```sql good
//! CREATE TABLE t (id int PRIMARY KEY, made timestamptz);
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::style("prefer-timestamptz", include_str!("prefer_timestamptz.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    super::new_columns(step, |statement, table, column| {
        if step.dialect == Dialect::Postgres
            && column.canonical.starts_with("timestamp")
            && column.canonical.ends_with("without time zone")
        {
            let message = format!("`{table}.{}` does not say which moment it means", column.name);
            found.push(Found::new(
                step.action(statement, &column.name, "ADD"),
                message,
                "timestamptz does (Prisma: @db.Timestamptz, Drizzle: { withTimezone: true })",
            ));
        }
    });
}
