//! # data-with-schema
//!
//! Rows are changed in the transaction that holds a lock on a table: nobody can use the table until all rows are done.
//!
//! **Why.** ALTER TABLE takes an ACCESS EXCLUSIVE lock for a moment. In one transaction with an UPDATE of many rows the
//! moment lasts until the end of it. And if the rows fail, the schema change is undone with them.
//!
//! **What to do.** Change the schema in one migration, the rows in a later one, in batches.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, name text);
//! -- next migration
//! ALTER TABLE users ADD COLUMN lower_name text;
//! UPDATE users SET lower_name = lower(name);
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, name text);
//! -- next migration
//! ALTER TABLE users ADD COLUMN lower_name text;
//! -- next migration
//! UPDATE users SET lower_name = lower(name) WHERE id < 1000;
//! ```

use super::prelude::*;
use crate::rows::RowKind;

pub const RULE: Rule = Rule::hazard("data-with-schema", Severity::Warning, include_str!("data_with_schema.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, _) in held(step) {
        let locked = locked_before(step, statement);
        let tables = super::listed(&locked.iter().map(Name::to_string).collect::<Vec<_>>());
        found.push(Found::new(
            statement.span.clone(),
            format!("rows are changed while an ALTER TABLE before it keeps {tables} locked: nobody can read or write there until all rows are done"),
            format!("change the rows {}, in batches", step.runner.later()),
        ));
    }
}

/// Statements that change rows of a table that may hold some, while a lock on a table is held.
pub fn held<'s>(step: &'s Step) -> Vec<(&'s Statement, &'s str)> {
    if step.dialect != Dialect::Postgres {
        return vec![];
    }
    let mut out: Vec<(&Statement, &str)> = Vec::new();
    for effect in &step.effects {
        let many = match effect.change.kind {
            RowKind::Update | RowKind::Delete | RowKind::Merge => !is_one_row(effect.change.filter.as_deref()),
            RowKind::Insert => {
                effect.change.copy.is_some() || effect.change.values.is_none() && !effect.change.reads.is_empty()
            }
            RowKind::Truncate => false,
        };
        let holds = |s: &&Statement| s.span.start <= effect.span.start && effect.span.end <= s.span.end;
        let Some(statement) = step.statements.iter().find(holds).filter(|_| many) else { continue };
        let name = |n: &crate::rows::Name| Name { schema: n.schema.clone().unwrap_or_default(), name: n.name.clone() };
        let read = effect.change.copy.as_ref().map(|c| name(&c.from));
        let read = read.or_else(|| effect.change.reads.first().map(name));
        let table = if effect.change.kind == RowKind::Insert { read } else { Some(name(&effect.change.table)) };
        let full = table.is_some_and(|t| step.has_rows(statement, &t));
        let seen = out.last().is_some_and(|(s, _)| s.index == statement.index);
        if full && !seen && !locked_before(step, statement).is_empty() {
            out.push((statement, &effect.change.table.name));
        }
    }
    out
}

/// The tables with rows that statements before this one, in its transaction, have locked.
fn locked_before(step: &Step, statement: &Statement) -> Vec<Name> {
    let mut locked: Vec<Name> = Vec::new();
    let Some(transaction) = statement.transaction else { return locked };
    let earlier = step.statements[..statement.index].iter().filter(|s| s.transaction == Some(transaction));
    for earlier in earlier.filter(|s| step.begins(s, "ALTER TABLE")) {
        for change in &earlier.changes {
            let (Change::Column { table, .. } | Change::Constraint { table, .. }) = &change.change else { continue };
            if step.has_rows(earlier, table) && !locked.contains(table) {
                locked.push(table.clone());
            }
        }
    }
    locked
}

/// `id = 'x'`: a single row, or a handful.
fn is_one_row(filter: Option<&str>) -> bool {
    let Some(filter) = filter else { return false };
    let words: Vec<&str> = filter.split_whitespace().collect();
    let short = words.len() <= 3
        && filter.contains('=')
        && (filter.contains('\'') || filter.ends_with(|c: char| c.is_ascii_digit()));
    let id = filter.trim_start().trim_start_matches('"').to_ascii_lowercase();
    short && (id.starts_with("id") || id.starts_with("key") || id.starts_with("name") || id.starts_with("slug"))
}
