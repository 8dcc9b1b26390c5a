//! # sqlite-drop-column
//!
//! SQLite refuses this DROP COLUMN, because something depends on the column.
//!
//! **Why.** A column of the primary key, with UNIQUE, in an index, in a foreign key, in a check of the table, in a
//! generated column, a trigger or a view can't be dropped.
//!
//! **What to do.** Drop what depends on it first, or rebuild the table.
//!
//! ```sql bad
//! -- for: sqlite
//! CREATE TABLE users (id integer PRIMARY KEY, email text);
//! CREATE INDEX users_email ON users (email);
//! -- next migration
//! ALTER TABLE users DROP COLUMN email;
//! ```
//!
//! ```sql good
//! -- for: sqlite
//! CREATE TABLE users (id integer PRIMARY KEY, email text);
//! CREATE INDEX users_email ON users (email);
//! -- next migration
//! DROP INDEX users_email;
//! ALTER TABLE users DROP COLUMN email;
//! ```

use super::prelude::*;
use crate::catalog::mentions;

pub const RULE: Rule = Rule::hazard("sqlite-drop-column", Severity::Error, include_str!("sqlite_drop_column.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, pair) in step.columns().filter(|_| step.dialect == Dialect::Sqlite) {
        let Pair { before: Some(column), after: None } = pair else { continue };
        let Some(inside) = step.table_at(statement, table).filter(|_| step.begins(statement, "ALTER TABLE")) else {
            continue;
        };
        if let Some(why) = holder(step, &inside, column) {
            found.push(Found::new(
                step.action(statement, &column.name, "DROP"),
                format!("SQLite can't drop `{table}.{}` while {why}: the statement fails", column.name),
                "drop that first, or rebuild the table",
            ));
        }
    }
}

/// What keeps a column from being dropped.
fn holder(step: &Step, table: &Table, column: &Column) -> Option<String> {
    let is = |c: &str| c.eq_ignore_ascii_case(&column.name);
    let names = |text: &str| mentions(text, &column.name, step.dialect);
    for constraint in &table.constraints {
        let own = constraint.stands_in.0 != 0 && constraint.stands_in.0 == column.lineage.0;
        match &constraint.kind {
            ConstraintKind::PrimaryKey { .. } if constraint.columns().into_iter().any(is) => {
                return Some("it is in the primary key".into());
            }
            ConstraintKind::Unique { .. } if constraint.columns().into_iter().any(is) => {
                return Some("it is UNIQUE".into());
            }
            ConstraintKind::ForeignKey(key) if !own && key.columns.iter().any(|c| is(c)) => {
                return Some("a foreign key names it".into());
            }
            ConstraintKind::Check(check) if !own && names(&check.text) => return Some("a check names it".into()),
            _ => {}
        }
    }
    let in_index = |i: &&Index| {
        let part = i
            .parts
            .iter()
            .any(|p| p.column.as_deref().is_some_and(is) || p.expression.as_ref().is_some_and(|e| names(&e.text)));
        part || i.predicate.as_ref().is_some_and(|p| names(&p.text))
    };
    if let Some(index) = table.indexes.iter().find(in_index) {
        return Some(format!("the index `{}` is over it", index.name));
    }
    if let Some(other) = table.columns.iter().find(|c| c.generated.as_ref().is_some_and(|g| names(&g.expression.text)))
    {
        return Some(format!("the generated column `{}` is computed from it", other.name));
    }
    // SQLite looks at expressions, not at what an UPDATE in the body sets.
    let row = |t: &crate::catalog::Trigger, word: &str| {
        format!(" {} ", t.rest.key()).contains(&format!(" {word} . {} ", column.name.to_lowercase()))
    };
    let trigger = table.triggers.iter().find(|t| row(t, "new") || row(t, "old"));
    trigger.map(|t| format!("the trigger `{}` names it", t.name))
}
