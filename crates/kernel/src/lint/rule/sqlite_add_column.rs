//! # sqlite-add-column
//!
//! SQLite refuses this ADD COLUMN.
//!
//! **Why.** A column can't be added as PRIMARY KEY or UNIQUE; on a table with rows its default has to be a constant
//! (`CURRENT_TIMESTAMP` and expressions in parentheses are not); and with foreign keys on, a column with REFERENCES has to
//! default to NULL.
//!
//! **What to do.** Add it without that, and make a unique index beside; or rebuild the table.
//!
//! ```sql bad
//! -- for: sqlite
//! CREATE TABLE users (id integer PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users ADD COLUMN made text DEFAULT CURRENT_TIMESTAMP;
//! ```
//!
//! ```sql bad
//! -- for: sqlite
//! CREATE TABLE users (id integer PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users ADD COLUMN email text UNIQUE;
//! ```
//!
//! ```sql good
//! -- for: sqlite
//! CREATE TABLE users (id integer PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users ADD COLUMN email text DEFAULT '';
//! CREATE UNIQUE INDEX users_email ON users (email);
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("sqlite-add-column", Severity::Error, include_str!("sqlite_add_column.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, pair) in step.columns().filter(|_| step.dialect == Dialect::Sqlite) {
        let Pair { before: None, after: Some(column) } = pair else { continue };
        let own = |kind: fn(&ConstraintKind) -> bool| {
            super::added(step).any(|(s, t, c)| s.index == statement.index && t == table && kind(&c.kind))
        };
        let default = column.default.as_ref().map(|d| d.text.trim());
        let variable = default.is_some_and(|d| d.starts_with('(') || d.to_ascii_uppercase().starts_with("CURRENT_"));
        let given = default.is_some_and(|d| !d.eq_ignore_ascii_case("null"));
        let why = if own(|k| matches!(k, ConstraintKind::PrimaryKey { .. })) || step.has_word(statement, "PRIMARY") {
            "a PRIMARY KEY column"
        } else if own(|k| matches!(k, ConstraintKind::Unique { .. })) || step.has_word(statement, "UNIQUE") {
            "a UNIQUE column"
        } else if variable && step.has_rows(statement, table) {
            "a column whose default is not a constant to a table with rows"
        } else if given && own(|k| matches!(k, ConstraintKind::ForeignKey(_))) && !step.runner.foreign_keys_off {
            "a REFERENCES column with a default while foreign keys are on"
        } else {
            continue;
        };
        found.push(Found::new(
            step.action(statement, &column.name, "ADD"),
            format!("SQLite can't add {why}: the statement fails"),
            "add it without that (a unique index can be made beside it, a default be filled by UPDATE), or rebuild the table",
        ));
    }
}
