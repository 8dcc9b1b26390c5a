//! # convert-charset
//!
//! CONVERT TO CHARACTER SET copies the table, and nobody can write to it meanwhile.
//!
//! ```sql bad
//! -- for: mysql
//! CREATE TABLE posts (id int PRIMARY KEY, body text);
//! -- next migration
//! ALTER TABLE posts CONVERT TO CHARACTER SET utf8mb4;
//! ```
//!
//! ```sql good
//! -- for: mysql
//! CREATE TABLE posts (id int PRIMARY KEY, body text);
//! -- next migration
//! ALTER TABLE posts ADD COLUMN note text CHARACTER SET utf8mb4;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("convert-charset", Severity::Warning, include_str!("convert_charset.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for statement in step.statements.iter().filter(|_| step.dialect == Dialect::Mysql) {
        let mut reader = step.reader(statement);
        if !reader.eat("ALTER TABLE") || !step.has_word(statement, "CONVERT") {
            continue;
        }
        let Some(table) =
            reader.name().filter(|_| step.has_word(statement, "CHARACTER") || step.has_word(statement, "CHARSET"))
        else {
            continue;
        };
        if step.has_rows(statement, &table) {
            found.push(Found::new(
                statement.span.clone(),
                format!("`{table}` is copied into the other character set, and nobody can write to it meanwhile"),
                "for a large table use gh-ost or pt-online-schema-change; look also for indexes that grow beyond their limit",
            ));
        }
    }
}
