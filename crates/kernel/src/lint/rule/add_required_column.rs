//! # add-required-column
//!
//! A NOT NULL column without a default is added to a table that may hold rows.
//!
//! **Why.** PostgreSQL (23502) and SQLite refuse it as soon as there is one row. MySQL takes it and puts `''` or `0` into
//! every row, whatever that means. And code of the last deployment does not know the column: its inserts fail.
//!
//! **What to do.** Give it a default; or add it nullable, fill it, and make it NOT NULL in a later migration when all code
//! writes it.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users ADD COLUMN email text NOT NULL;
//! ```
//!
//! ```sql bad
//! -- for: sqlite
//! CREATE TABLE users (id integer PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users ADD COLUMN email text NOT NULL;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users ADD COLUMN email text NOT NULL DEFAULT '';
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! ALTER TABLE users ADD COLUMN email text NOT NULL;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! DELETE FROM users;
//! ALTER TABLE users ADD COLUMN email text NOT NULL;
//! ```

use super::prelude::*;

pub const RULE: Rule =
    Rule::hazard("add-required-column", Severity::Error, include_str!("add_required_column.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, pair) in step.columns() {
        let Pair { before: None, after: Some(column) } = pair else { continue };
        let counts =
            column.identity.is_some() || column.auto_increment || super::is_serial(statement, table, &column.name);
        let filled = column.default.is_some() || column.generated.is_some() || counts;
        if !column.not_null || filled || !step.has_rows(statement, table) {
            continue;
        }
        let object = format!("{table}.{}", column.name);
        let (message, weight) = match step.dialect {
            Dialect::Mysql => (
                format!(
                    "every row of `{table}` gets an empty value in `{}`, and inserts of code that still runs fail",
                    column.name
                ),
                Severity::Warning,
            ),
            _ => (
                format!("adding `{object}` NOT NULL without a default fails as soon as `{table}` holds a row"),
                Severity::Error,
            ),
        };
        found.push(
            Found::new(
                step.action(statement, &column.name, "ADD"),
                message,
                "give it a default, or add it nullable, fill it, and make it NOT NULL in a later migration when all code writes it",
            )
            .weighing(weight),
        );
    }
}
