//! # add-check
//!
//! A check is added to a table that may hold rows, and nobody can read or write it while every row is checked.
//!
//! **Why.** PostgreSQL takes an ACCESS EXCLUSIVE lock and reads the whole table. If one row does not pass, the migration
//! fails (23514).
//!
//! **What to do.** Add it NOT VALID, which takes no time, and VALIDATE CONSTRAINT in a later transaction, which stands in
//! nobody's way.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, age int);
//! -- next migration
//! ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18);
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, age int);
//! -- next migration
//! ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18) NOT VALID;
//! -- next migration
//! ALTER TABLE users VALIDATE CONSTRAINT adult;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("add-check", Severity::Warning, include_str!("add_check.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, constraint) in super::added(step) {
        let open = matches!(constraint.kind, ConstraintKind::Check(_)) && !constraint.not_valid;
        if !open || step.dialect == Dialect::Sqlite || !step.has_rows(statement, table) {
            continue;
        }
        let name = &constraint.name;
        let place = step.action(statement, name, "ADD");
        if step.dialect == Dialect::Mysql {
            let message =
                format!("`{table}` is copied to check every row for `{name}`, and it fails where one does not pass");
            found.push(Found::new(
                place,
                message,
                "look first: SELECT count(*) .. WHERE NOT (..); for a large table use gh-ost",
            ));
            continue;
        }
        let message = format!(
            "nobody can read or write `{table}` while every row is checked for `{name}`, and one that does not pass fails it"
        );
        let help = super::not_valid(step, table, name);
        found.push(
            Found::new(place.clone(), message, help)
                .repaired_by(super::add_and_validate(step, statement, table, constraint, place.clone()))
                .fixed_by(super::add_not_valid(step, statement, place)),
        );
    }
}
