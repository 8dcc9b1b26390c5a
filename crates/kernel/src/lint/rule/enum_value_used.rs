//! # enum-value-used
//!
//! A value is added to an enum and used in the same transaction.
//!
//! **Why.** PostgreSQL refuses it (55P04, "unsafe use of new value"): the value can be used only when the transaction that
//! added it has ended. Prisma runs a file as one transaction; Drizzle runs all that is pending as one, so that even a later
//! migration of the same run may not use it.
//!
//! **What to do.** Use the value in a later migration; with Drizzle in a later deployment.
//!
//! ```sql bad
//! CREATE TYPE mood AS ENUM ('happy');
//! CREATE TABLE users (id int PRIMARY KEY, mood mood);
//! -- next migration
//! ALTER TYPE mood ADD VALUE 'sad';
//! ALTER TABLE users ALTER COLUMN mood SET DEFAULT 'sad';
//! ```
//!
//! ```sql good
//! CREATE TYPE mood AS ENUM ('happy');
//! CREATE TABLE users (id int PRIMARY KEY, mood mood);
//! -- next migration
//! ALTER TYPE mood ADD VALUE 'sad';
//! -- next migration
//! ALTER TABLE users ALTER COLUMN mood SET DEFAULT 'sad';
//! ```

use super::prelude::*;
use crate::lex::Kind;
use crate::lint::Scope;
use crate::lint::step::added_labels;
use crate::reader::string_value;

pub const RULE: Rule = Rule::hazard("enum-value-used", Severity::Error, include_str!("enum_value_used.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    if step.dialect != Dialect::Postgres {
        return;
    }
    // One transaction holds earlier migrations of the same run too.
    let mut fresh: Vec<(Name, String)> = step.fresh_labels.to_vec();
    let mut transaction = None;
    for statement in &step.statements {
        if statement.transaction != transaction && step.runner.scope != Scope::All {
            fresh.clear();
        }
        transaction = statement.transaction;
        if transaction.is_none() || adds(step, statement) {
            fresh.extend(statement.changes.iter().flat_map(|c| added_labels(&c.change)));
            continue;
        }
        for (name, label) in &fresh {
            if let Some(span) = literal(step, statement, label) {
                found.push(Found::new(
                    span,
                    format!(
                        "'{label}' is used in the transaction that adds it to `{name}`: PostgreSQL refuses it (55P04)"
                    ),
                    format!("use the value {}", step.runner.later()),
                ));
            }
        }
    }
}

fn adds(step: &Step, statement: &Statement) -> bool {
    step.begins(statement, "ALTER TYPE") || step.begins(statement, "CREATE TYPE") || step.begins(statement, "COMMENT")
}

/// The value as a literal of its own in a statement; one that is compared with a text is none of the enum's.
fn literal(step: &Step, statement: &Statement, label: &str) -> Option<std::ops::Range<usize>> {
    let text = step.text();
    let tokens = &statement.tokens;
    let same = |at: &usize| {
        let t = &tokens[*at];
        t.kind == Kind::String && string_value(&text[t.start..t.end], step.dialect) == label
    };
    let as_text = |at: usize| {
        let near = &tokens[at.saturating_sub(4)..at];
        near.windows(2).any(|p| p[0].kind == Kind::Cast && text[p[1].start..p[1].end].eq_ignore_ascii_case("text"))
    };
    (0..tokens.len()).filter(same).find(|at| !as_text(*at)).map(|at| tokens[at].start..tokens[at].end)
}
