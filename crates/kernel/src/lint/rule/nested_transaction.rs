//! # nested-transaction
//!
//! The file opens or ends a transaction while the runner has one open.
//!
//! **Why.** A COMMIT in the file ends the runner's own transaction: what comes after is not undone when it fails, and the
//! record of the migration is not written together with it. SQLite refuses a BEGIN inside a transaction.
//!
//! **What to do.** Leave BEGIN and COMMIT out: the runner brings its own.
//!
//! ```sql bad
//! -- for: postgresql, one transaction around all
//! BEGIN;
//! CREATE TABLE t (id int PRIMARY KEY);
//! COMMIT;
//! ```
//!
//! ```sql good
//! BEGIN;
//! CREATE TABLE t (id int PRIMARY KEY);
//! COMMIT;
//! ```

use super::prelude::*;
use crate::lint::Scope;

pub const RULE: Rule =
    Rule::hazard("nested-transaction", Severity::Warning, include_str!("nested_transaction.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    if !matches!(step.runner.scope, Scope::All | Scope::File) {
        return;
    }
    let Some(first) = step.statements.iter().find(|s| step.is_edge(s)) else { return };
    let sqlite = step.dialect == Dialect::Sqlite;
    let what = if sqlite { "SQLite refuses it there" } else { "its COMMIT ends that one too early" };
    found.push(
        Found::new(
            first.span.clone(),
            format!("{} has a transaction open already: {what}", step.runner.name),
            "leave BEGIN and COMMIT out of the file",
        )
        .weighing(if sqlite { Severity::Error } else { Severity::Warning }),
    );
}
