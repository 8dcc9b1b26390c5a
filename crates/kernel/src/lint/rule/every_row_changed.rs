//! # every-row-changed
//!
//! An UPDATE or DELETE without WHERE changes every row of a table in one transaction.
//!
//! **Why.** Each row stays locked until the end, everybody who wants to change one waits, and the table grows by all the
//! old versions. Replicas fall behind.
//!
//! **What to do.** Change the rows in batches, each in its own transaction, outside of the migrations.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, name text);
//! -- next migration
//! UPDATE users SET name = trim(name);
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, name text);
//! -- next migration
//! UPDATE users SET name = trim(name) WHERE id BETWEEN 1 AND 5000;
//! ```

use super::prelude::*;
use crate::rows::RowKind;

pub const RULE: Rule = Rule::hazard("every-row-changed", Severity::Warning, include_str!("every_row_changed.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    let held = super::data_with_schema::held(step);
    for effect in step.effects.iter().filter(|_| step.dialect != Dialect::Sqlite) {
        let all = matches!(effect.change.kind, RowKind::Update | RowKind::Delete) && effect.change.filter.is_none();
        let holds = |s: &&Statement| s.span.start <= effect.span.start && effect.span.end <= s.span.end;
        let Some(statement) = step.statements.iter().find(holds).filter(|_| all) else { continue };
        let name = Name {
            schema: effect.change.table.schema.clone().unwrap_or_default(),
            name: effect.change.table.name.clone(),
        };
        if held.iter().any(|(s, _)| s.index == statement.index) || !step.has_rows(statement, &name) {
            continue;
        }
        let verb = if effect.change.kind == RowKind::Delete { "deletes" } else { "changes" };
        found.push(Found::new(
            effect.span.clone(),
            format!("this {verb} every row of `{name}` in one transaction: all of them stay locked until it ends"),
            "change the rows in batches, each in a transaction of its own; for a small table say so above the statement",
        ));
    }
}
