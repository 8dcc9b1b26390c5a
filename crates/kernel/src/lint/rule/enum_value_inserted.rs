//! # enum-value-inserted
//!
//! A value is put before others in a MySQL ENUM or SET: the table is copied.
//!
//! **Why.** The values are stored as numbers. Behind the last one a value costs nothing; anywhere else every row has to be
//! written anew, and nobody can write to the table meanwhile.
//!
//! **What to do.** Put new values last.
//!
//! ```sql bad
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY, mood enum('happy', 'sad'));
//! -- next migration
//! ALTER TABLE users MODIFY mood enum('angry', 'happy', 'sad');
//! ```
//!
//! ```sql good
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY, mood enum('happy', 'sad'));
//! -- next migration
//! ALTER TABLE users MODIFY mood enum('happy', 'sad', 'angry');
//! ```

use super::prelude::*;
use crate::types::parts;

pub const RULE: Rule =
    Rule::hazard("enum-value-inserted", Severity::Warning, include_str!("enum_value_inserted.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, pair) in step.columns().filter(|_| step.dialect == Dialect::Mysql) {
        let Pair { before: Some(before), after: Some(after) } = pair else { continue };
        let (a, b) = (parts(step.dialect, &before.canonical), parts(step.dialect, &after.canonical));
        let same_kind = matches!(a.base.as_str(), "enum" | "set") && a.base == b.base;
        let all_kept = a.args.iter().all(|l| b.args.contains(l));
        if same_kind && all_kept && !b.args.starts_with(&a.args) && step.has_rows(statement, table) {
            found.push(Found::new(
                step.action(statement, &after.name, "MODIFY"),
                format!("the values of `{table}.{}` change their order: the table is copied, and nobody can write to it meanwhile", after.name),
                "put new values behind the last one, and leave the others where they are",
            ));
        }
    }
}
