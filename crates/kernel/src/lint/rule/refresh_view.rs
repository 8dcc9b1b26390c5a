//! # refresh-view
//!
//! A materialized view is filled while nobody can read it.
//!
//! **Why.** REFRESH MATERIALIZED VIEW takes an ACCESS EXCLUSIVE lock for as long as its query runs.
//!
//! **What to do.** REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index on the view and may stand in a
//! transaction. Better still, refresh apart from the deployment.
//!
//! ```sql bad
//! CREATE TABLE t (id int PRIMARY KEY);
//! CREATE MATERIALIZED VIEW v AS SELECT id FROM t;
//! -- next migration
//! REFRESH MATERIALIZED VIEW v;
//! ```
//!
//! ```sql good
//! CREATE TABLE t (id int PRIMARY KEY);
//! CREATE MATERIALIZED VIEW v AS SELECT id FROM t;
//! CREATE UNIQUE INDEX v_id ON v (id);
//! -- next migration
//! REFRESH MATERIALIZED VIEW CONCURRENTLY v;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("refresh-view", Severity::Warning, include_str!("refresh_view.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for statement in step.statements.iter().filter(|_| step.dialect == Dialect::Postgres) {
        let mut reader = step.reader(statement);
        if !reader.eat("REFRESH MATERIALIZED VIEW") || reader.eat("CONCURRENTLY") {
            continue;
        }
        let known = reader.name().is_some_and(|n| step.before.views.contains(&n));
        if known && !step.has_word(statement, "NO") {
            found.push(Found::new(
                statement.span.clone(),
                "nobody can read the view while it is refreshed",
                "write REFRESH MATERIALIZED VIEW CONCURRENTLY (the view needs a unique index), or refresh it apart from the \
                 deployment",
            ));
        }
    }
}
