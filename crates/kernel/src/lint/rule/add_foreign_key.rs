//! # add-foreign-key
//!
//! A foreign key is added to a table that may hold rows, and both tables can't be written to while every row is checked.
//!
//! **Why.** PostgreSQL takes a SHARE ROW EXCLUSIVE lock on both tables and then reads the whole table. MySQL copies the
//! table (with `foreign_key_checks` on, ALGORITHM=COPY is the only way), and nobody can write to it meanwhile.
//!
//! **What to do.** On PostgreSQL add it NOT VALID, which checks new rows only and takes no time, and VALIDATE CONSTRAINT in
//! a later transaction, which stands in nobody's way. On MySQL the same is `SET foreign_key_checks = 0` before it and
//! `ALGORITHM=INPLACE, LOCK=NONE` in it, which no session with checks takes: the rows that are there are yours to count then. `unmigrate
//! expand` writes both, and counts.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! CREATE TABLE posts (id int PRIMARY KEY, author int);
//! -- next migration
//! ALTER TABLE posts ADD CONSTRAINT posts_author FOREIGN KEY (author) REFERENCES users (id);
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! CREATE TABLE posts (id int PRIMARY KEY, author int);
//! -- next migration
//! ALTER TABLE posts ADD CONSTRAINT posts_author FOREIGN KEY (author) REFERENCES users (id) NOT VALID;
//! -- next migration
//! ALTER TABLE posts VALIDATE CONSTRAINT posts_author;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! CREATE TABLE posts (id int PRIMARY KEY, author int);
//! ALTER TABLE posts ADD CONSTRAINT posts_author FOREIGN KEY (author) REFERENCES users (id);
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("add-foreign-key", Severity::Warning, include_str!("add_foreign_key.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, constraint) in super::added(step) {
        let Some(key) = constraint.foreign_key().filter(|_| !constraint.not_valid) else { continue };
        if !step.has_rows(statement, table) {
            continue;
        }
        let name = &constraint.name;
        let place = step.action(statement, name, "ADD");
        let message =
            format!("nobody can write to `{table}` or `{}` while every row is checked for `{name}`", key.table);
        match step.dialect {
            Dialect::Postgres => found.push(
                Found::new(place.clone(), message, super::not_valid(step, table, name))
                    .repaired_by(super::add_and_validate(step, statement, table, constraint, place.clone()))
                    .fixed_by(
                        super::add_not_valid(step, statement, place).filter(|_| !partitioned(step, statement, table)),
                    ),
            ),
            // So it is refused, or no row is looked at.
            Dialect::Mysql if ["INPLACE", "NOCOPY", "INSTANT"].iter().any(|w| step.has_word(statement, w)) => {}
            Dialect::Mysql => found.push(Found::new(
                place,
                format!("`{table}` is copied to add `{name}`, and nobody can write to it meanwhile"),
                "`unmigrate expand` adds it without a look at the rows, and counts those that it would refuse; for a small table say so \
                 above the statement",
            )),
            Dialect::Cockroach | Dialect::Sqlite => {}
        }
    }
}

/// PostgreSQL before 18 takes no NOT VALID foreign key of a partitioned table.
fn partitioned(step: &Step, statement: &Statement, table: &Name) -> bool {
    step.table_at(statement, table).is_some_and(|t| t.partition_by.is_some())
}
