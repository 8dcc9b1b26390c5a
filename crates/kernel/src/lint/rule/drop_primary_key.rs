//! # drop-primary-key
//!
//! A table is left without a primary key.
//!
//! **Why.** Rows can be there twice from then on, foreign keys that refer to it go, and logical replication can't tell
//! rows apart: UPDATE and DELETE fail on a published table. Prisma's client needs a unique key to find a row at all.
//!
//! **What to do.** Put another key in its place in the same statement.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users DROP CONSTRAINT users_pkey;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, uid int NOT NULL);
//! -- next migration
//! ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (uid);
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("drop-primary-key", Severity::Warning, include_str!("drop_primary_key.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (before, after) in step.kept_tables().filter(|(t, _)| step.shipped(t)) {
        if before.primary_key().is_none() || after.primary_key().is_some() {
            continue;
        }
        let dropped = |c: &Change| match c {
            Change::Constraint { table, pair } => {
                *table == before.name && gone(pair, |c| matches!(c.kind, ConstraintKind::PrimaryKey { .. }))
            }
            _ => false,
        };
        let Some(at) = step.statement_of(dropped).or_else(|| step.table_dropped_at(&before.name)) else { continue };
        found.push(Found::new(
            at.span.clone(),
            format!("`{}` is left without a primary key", before.name),
            "put another key in its place in the same statement; with logical replication also set REPLICA IDENTITY",
        ));
    }
}
