//! # truncate
//!
//! TRUNCATE empties a table that was there before; with CASCADE also every table that refers to it.
//!
//! **What to do.** If the rows are to go, say why above the statement; they can't be brought back by the rollback.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! TRUNCATE users CASCADE;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! TRUNCATE users;
//! ```

use super::prelude::*;
use crate::rows::RowKind;

pub const RULE: Rule = Rule::hazard("truncate", Severity::Warning, include_str!("truncate.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for effect in step.effects.iter().filter(|e| e.change.kind == RowKind::Truncate) {
        let holds = |s: &&Statement| s.span.start <= effect.span.start && effect.span.end <= s.span.end;
        let Some(statement) = step.statements.iter().find(holds) else { continue };
        let name = Name {
            schema: effect.change.table.schema.clone().unwrap_or_default(),
            name: effect.change.table.name.clone(),
        };
        if !step.has_rows(statement, &name) {
            continue;
        }
        let others = super::referring(step, &name);
        let along = if effect.change.cascade && !others.is_empty() {
            format!(", and with it {}", super::listed(&others))
        } else {
            String::new()
        };
        found.push(Found::new(
            effect.span.clone(),
            format!("every row of `{name}` goes{along}"),
            "if that is meant, say why above the statement: -- unmigrate-ignore truncate: <why>",
        ));
    }
}
