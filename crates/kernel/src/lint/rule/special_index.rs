//! # special-index
//!
//! A FULLTEXT or SPATIAL index is built on a MySQL table that may hold rows: nobody can write to it meanwhile.
//!
//! **Why.** Other indexes are built beside the writes. The first FULLTEXT index of a table even copies it.
//!
//! ```sql bad
//! -- for: mysql
//! CREATE TABLE posts (id int PRIMARY KEY, body text);
//! -- next migration
//! CREATE FULLTEXT INDEX posts_body ON posts (body);
//! ```
//!
//! ```sql good
//! -- for: mysql
//! CREATE TABLE posts (id int PRIMARY KEY, body text, FULLTEXT KEY posts_body (body));
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("special-index", Severity::Warning, include_str!("special_index.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, lowered) in step.changes() {
        let Change::Index { table, pair: Pair { before: None, after: Some(index) } } = &lowered.change else {
            continue;
        };
        if !index.class.is_empty() && step.has_rows(statement, table) {
            found.push(Found::new(
                step.action(statement, &index.name, "ADD"),
                format!("nobody can write to `{table}` while the {} index `{}` is built", index.class, index.name),
                "for a large table use gh-ost or pt-online-schema-change; for a small one say so above the statement",
            ));
        }
    }
}
