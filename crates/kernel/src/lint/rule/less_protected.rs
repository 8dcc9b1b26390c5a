//! # less-protected
//!
//! A table is less protected after the migration: row security is off, a trigger disabled, everybody may read it.
//!
//! **Why.** It is easily left behind after a fix of rows, and nobody notices a guard that is gone.
//!
//! **What to do.** Put it back at the end of the same migration. If it is meant, say so above the statement.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! ALTER TABLE users ENABLE ROW LEVEL SECURITY;
//! -- next migration
//! ALTER TABLE users DISABLE ROW LEVEL SECURITY;
//! ```
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! GRANT SELECT ON users TO PUBLIC;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users ENABLE ROW LEVEL SECURITY;
//! ```

use super::prelude::*;
use crate::catalog::Privilege;

pub const RULE: Rule = Rule::hazard("less-protected", Severity::Warning, include_str!("less_protected.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (before, after) in step.kept_tables().filter(|_| step.dialect.is_postgres()) {
        let table = &before.name;
        let changes = |test: fn(&Table) -> bool| {
            step.statement_of(|c| match c {
                Change::Table(Pair { before: Some(b), after: Some(a) }) => b.name == *table && test(b) && !test(a),
                _ => false,
            })
        };
        if before.row_security && !after.row_security {
            let at = changes(|t| t.row_security).or_else(|| step.table_dropped_at(table));
            push(at, format!("row security of `{table}` is off: its policies count for nothing"), found);
        } else if before.force_row_security && !after.force_row_security {
            let at = changes(|t| t.force_row_security);
            push(at, format!("row security of `{table}` no longer binds its owner"), found);
        }
        for trigger in before.triggers.iter().filter(|t| t.state != 'D') {
            let off = after.triggers.iter().any(|t| t.name == trigger.name && t.state == 'D');
            let at = step.statement_of(|c| match c {
                Change::Trigger { pair: Pair { after: Some(t), .. }, .. } => t.name == trigger.name && t.state == 'D',
                _ => false,
            });
            if off {
                push(at, format!("the trigger `{}` of `{table}` stays disabled", trigger.name), found);
            }
        }
    }
    for (statement, lowered) in step.changes() {
        let Change::Privilege { privilege, pair } = &lowered.change else { continue };
        let wide = matches!(privilege.grantee.to_ascii_lowercase().as_str(), "public" | "anon");
        let tables = matches!(privilege.target.kind, "TABLE" | "ALL TABLES IN SCHEMA");
        if wide
            && tables
            && said(step, statement, privilege)
            && pair.after.is_some_and(|g| g.held)
            && pair.before.is_none_or(|g| !g.held)
        {
            let guarded = step.after.tables.get(&privilege.target.name).is_some_and(|t| t.row_security);
            if !guarded {
                let what = &privilege.target.name;
                let said = format!(
                    "{} may {} `{what}`, and no row security guards it",
                    privilege.grantee, privilege.privilege
                );
                push(Some(statement), said, found);
            }
        }
    }
}

/// Is it what the statement says, and not just part of that (ALL, all tables), or what a new table has by default?
fn said(step: &Step, statement: &Statement, privilege: &Privilege) -> bool {
    let mut same = step.changes().filter(|(s, _)| s.span == statement.span);
    !same.any(|(_, l)| match &l.change {
        Change::Privilege { privilege: wider, .. } => {
            let all = wider.privilege == "ALL" && privilege.privilege != "ALL" && wider.target == privilege.target;
            let every = wider.target.kind.starts_with("ALL ") && !privilege.target.kind.starts_with("ALL ");
            wider.grantee == privilege.grantee && (all || every)
        }
        Change::Table(Pair { before: None, after: Some(made) }) => made.name == privilege.target.name,
        Change::View(Pair { before: None, after: Some(made) }) => made.name == privilege.target.name,
        _ => false,
    })
}

fn push(at: Option<&Statement>, message: String, found: &mut Vec<Found>) {
    if let Some(at) = at {
        let help = "put it back at the end of the same migration; if it is meant, say so above the statement";
        found.push(Found::new(at.span.clone(), message, help));
    }
}
