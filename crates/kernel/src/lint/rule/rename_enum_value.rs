//! # rename-enum-value
//!
//! A value of an enum gets another name: code that still writes or expects the old one fails.
//!
//! **What to do.** Add the new value, let code read both, write the new one, change the rows, and leave the old value.
//!
//! ```sql bad
//! CREATE TYPE mood AS ENUM ('happy', 'sad');
//! CREATE TABLE users (id int PRIMARY KEY, mood mood);
//! -- next migration
//! ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
//! ```
//!
//! ```sql good
//! CREATE TYPE mood AS ENUM ('happy', 'sad');
//! CREATE TABLE users (id int PRIMARY KEY, mood mood);
//! -- next migration
//! ALTER TYPE mood ADD VALUE 'blue';
//! ```

use super::prelude::*;
use crate::catalog::TypeKind;

pub const RULE: Rule = Rule::hazard("rename-enum-value", Severity::Error, include_str!("rename_enum_value.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, lowered) in step.changes() {
        let Change::Type(Pair { before: Some(before), after: Some(after) }) = &lowered.change else { continue };
        let (TypeKind::Enum(was), TypeKind::Enum(is)) = (&before.kind, &after.kind) else { continue };
        if !step.before.types.contains(&before.name) {
            continue;
        }
        for old in was.iter().filter(|l| l.lineage.0 != 0) {
            let Some(new) = is.iter().find(|n| n.lineage.0 == old.lineage.0 && n.name != old.name) else { continue };
            found.push(Found::new(
                statement.span.clone(),
                format!(
                    "'{}' of `{}` becomes '{}': code that still writes or expects it fails",
                    old.name, after.name, new.name
                ),
                format!(
                    "add '{}', let code read both, write the new one, change the rows, and leave '{}'",
                    new.name, old.name
                ),
            ));
        }
    }
}
