//! # attach-partition
//!
//! A table with rows becomes a partition, and every row is checked while nobody can use it.
//!
//! **What to do.** Give the table a CHECK that says its bounds first (NOT VALID, then VALIDATE): ATTACH then trusts it.
//!
//! ```sql bad
//! CREATE TABLE log (at date NOT NULL) PARTITION BY RANGE (at);
//! CREATE TABLE log_old (at date NOT NULL);
//! -- next migration
//! ALTER TABLE log ATTACH PARTITION log_old FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
//! ```
//!
//! ```sql good
//! CREATE TABLE log (at date NOT NULL) PARTITION BY RANGE (at);
//! CREATE TABLE log_old (at date NOT NULL, CHECK (at >= '2020-01-01' AND at < '2021-01-01'));
//! -- next migration
//! ALTER TABLE log ATTACH PARTITION log_old FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("attach-partition", Severity::Warning, include_str!("attach_partition.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for statement in step.statements.iter().filter(|_| step.dialect == Dialect::Postgres) {
        let mut reader = step.reader(statement);
        if !reader.eat("ALTER TABLE") {
            continue;
        }
        reader.eat("IF EXISTS");
        reader.eat("ONLY");
        let (Some(_), true) = (reader.name(), reader.eat("ATTACH PARTITION")) else { continue };
        let Some(name) = reader.name().filter(|n| step.has_rows(statement, n)) else { continue };
        let checked = step
            .table_at(statement, &name)
            .is_some_and(|t| t.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::Check(_)) && !c.not_valid));
        if !checked {
            found.push(Found::new(
                statement.span.clone(),
                format!("nobody can use `{name}` while every row is checked against the bounds"),
                "add a CHECK that says the bounds first (NOT VALID, VALIDATE in a later transaction): ATTACH then trusts it",
            ));
        }
    }
}
