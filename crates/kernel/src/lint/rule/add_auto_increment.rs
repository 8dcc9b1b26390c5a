//! # add-auto-increment
//!
//! A column that counts (serial, identity, AUTO_INCREMENT) is added to a table that may hold rows: the table is written
//! anew under a lock.
//!
//! **What to do.** Add a plain nullable column, make the sequence, set it as the default, fill the old rows in batches.
//!
//! ```sql bad
//! CREATE TABLE users (email text);
//! -- next migration
//! ALTER TABLE users ADD COLUMN id serial;
//! ```
//!
//! ```sql bad
//! -- for: mysql
//! CREATE TABLE users (email varchar(100));
//! -- next migration
//! ALTER TABLE users ADD COLUMN id int AUTO_INCREMENT PRIMARY KEY;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id serial PRIMARY KEY);
//! -- next migration
//! CREATE TABLE posts (id serial PRIMARY KEY);
//! ```

use super::prelude::*;

pub const RULE: Rule =
    Rule::hazard("add-auto-increment", Severity::Warning, include_str!("add_auto_increment.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, pair) in step.columns() {
        let Pair { before: None, after: Some(column) } = pair else { continue };
        let drawn = column.default.as_ref().is_some_and(|d| d.key().starts_with("nextval"));
        let counts = column.identity.is_some()
            || column.auto_increment
            || drawn
            || super::is_serial(statement, table, &column.name);
        let counts = counts && matches!(step.dialect, Dialect::Postgres | Dialect::Mysql);
        if counts && step.has_rows(statement, table) {
            found.push(Found::new(
                step.action(statement, &column.name, "ADD"),
                format!("`{table}` is written anew to number its rows in `{}`, and nobody can use it meanwhile", column.name),
                "add a plain nullable column, set nextval of a sequence as its default, and fill the old rows in batches",
            ));
        }
    }
}
