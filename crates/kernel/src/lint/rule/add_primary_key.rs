//! # add-primary-key
//!
//! A primary key is added to a table that may hold rows, and nobody can read or write it while its index is built.
//!
//! **Why.** PostgreSQL holds an ACCESS EXCLUSIVE lock for it, and reads the whole table once more where the columns may be
//! NULL. MySQL copies the table.
//!
//! **What to do.** On PostgreSQL make the columns NOT NULL first (see `set-not-null`), build a unique index CONCURRENTLY,
//! and `ADD PRIMARY KEY USING INDEX`, which takes no time.
//!
//! ```sql bad
//! CREATE TABLE users (id int NOT NULL);
//! -- next migration
//! ALTER TABLE users ADD PRIMARY KEY (id);
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int NOT NULL);
//! CREATE UNIQUE INDEX users_id ON users (id);
//! -- next migration
//! ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_id;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("add-primary-key", Severity::Warning, include_str!("add_primary_key.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, constraint) in super::added(step) {
        let key = matches!(constraint.kind, ConstraintKind::PrimaryKey { .. });
        let from_index = step.begins(statement, "ALTER TABLE") && step.has_word(statement, "INDEX");
        if !key || from_index || step.dialect == Dialect::Sqlite || !step.has_rows(statement, table) {
            continue;
        }
        let place = step.action(statement, &constraint.name, "ADD");
        let (message, help) = match step.dialect {
            Dialect::Mysql => (
                format!("`{table}` is copied to get its primary key, and it fails where values repeat or are NULL"),
                "for a large table use gh-ost or pt-online-schema-change".to_owned(),
            ),
            _ => (
                format!("nobody can read or write `{table}` while the index of its primary key is built"),
                format!(
                    "{}; then ADD CONSTRAINT {} PRIMARY KEY USING INDEX .., which takes no time where the columns are NOT NULL \
                     already",
                    step.runner.apart("CREATE UNIQUE INDEX CONCURRENTLY .."),
                    constraint.name
                ),
            ),
        };
        found.push(Found::new(place, message, help));
    }
}
