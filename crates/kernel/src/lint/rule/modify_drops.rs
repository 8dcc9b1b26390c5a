//! # modify-drops
//!
//! MODIFY or CHANGE leaves out what the column had: its default, NOT NULL, AUTO_INCREMENT, ON UPDATE, comment or collation
//! is gone.
//!
//! **Why.** MySQL takes the new definition as a whole. What it does not say the column no longer has, without a warning.
//!
//! **What to do.** Repeat all of it.
//!
//! ```sql bad
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'x' COMMENT 'shown');
//! -- next migration
//! ALTER TABLE users MODIFY name varchar(40);
//! ```
//!
//! ```sql good
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'x' COMMENT 'shown');
//! -- next migration
//! ALTER TABLE users MODIFY name varchar(40) NOT NULL DEFAULT 'x' COMMENT 'shown';
//! ```
//!
//! ```sql good
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY, name varchar(20) NOT NULL);
//! -- next migration
//! ALTER TABLE users MODIFY name varchar(20) NULL;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("modify-drops", Severity::Error, include_str!("modify_drops.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, pair) in step.columns().filter(|_| step.dialect == Dialect::Mysql) {
        let Pair { before: Some(before), after: Some(after) } = pair else { continue };
        if !step.has_word(statement, "MODIFY") && !step.has_word(statement, "CHANGE") {
            continue;
        }
        let place = step.action(statement, &before.name, "MODIFY");
        let action = step.text()[place.clone()].to_ascii_uppercase();
        let says = |word: &str| action.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|w| w == word);
        let explicit_null = says("NULL") && !action.contains("NOT NULL");
        let changes = before.canonical != after.canonical || before.name != after.name;
        let mut lost: Vec<&str> = Vec::new();
        // Alone they are what the statement is for: a generator has no other way to say it.
        if before.not_null && !after.not_null && !explicit_null && changes {
            lost.push("NOT NULL");
        }
        if before.default.is_some() && after.default.is_none() && changes && before.generated.is_none() {
            lost.push("its default");
        }
        if before.auto_increment && !after.auto_increment {
            lost.push("AUTO_INCREMENT");
        }
        if before.on_update.is_some() && after.on_update.is_none() {
            lost.push("ON UPDATE");
        }
        if before.comment.is_some() && after.comment.is_none() {
            lost.push("its comment");
        }
        if before.collation.is_some() && after.collation.is_none()
            || before.charset.is_some() && after.charset.is_none()
        {
            lost.push("its collation");
        }
        if !lost.is_empty() {
            let only_comment = lost == ["its comment"] || lost == ["its collation"];
            let weight = if only_comment { Severity::Warning } else { Severity::Error };
            found.push(
                Found::new(
                    place,
                    format!(
                        "`{table}.{}` loses {}, because the new definition does not repeat it",
                        after.name,
                        lost.join(", ")
                    ),
                    "repeat all that the column has; if it is to go, say so above the statement",
                )
                .weighing(weight),
            );
        }
    }
}
