//! # drop-cascade
//!
//! CASCADE takes along objects that the statement does not name.
//!
//! **Why.** What goes is decided by what depends on it at that moment, and nobody sees it in the file. Here is what the
//! history says depends on it; a hand-made view or key in production would go as well.
//!
//! **What to do.** Drop each of them by its name, and leave CASCADE out.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users (id));
//! -- next migration
//! DROP TABLE users CASCADE;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! DROP TABLE users CASCADE;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("drop-cascade", Severity::Warning, include_str!("drop_cascade.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for statement in step.statements.iter().filter(|s| step.dialect.is_postgres() && step.has_word(s, "CASCADE")) {
        let drops =
            step.begins(statement, "DROP") || step.begins(statement, "ALTER TABLE") && step.has_word(statement, "DROP");
        if !drops {
            continue;
        }
        let sql = step.sql(statement);
        let mut along: Vec<String> = Vec::new();
        for lowered in &statement.changes {
            let named = |name: &str| crate::catalog::mentions(sql, name, step.dialect);
            let kept = |table: &Name| step.after.tables.contains(table);
            let said = match &lowered.change {
                Change::Constraint { table, pair }
                    if kept(table) && gone(pair, |c| c.foreign_key().is_some() && !named(&c.name)) =>
                {
                    pair.before.as_ref().map(|c| format!("the foreign key `{}` of `{table}`", c.name))
                }
                Change::View(pair) if gone(pair, |v| !named(&v.name.name)) => {
                    pair.before.as_ref().map(|v| format!("the view `{}`", v.name))
                }
                Change::Column { table, pair, .. } if gone(pair, |c| !named(&c.name)) => {
                    pair.before.as_ref().map(|c| format!("the column `{table}.{}`", c.name))
                }
                Change::Table(pair) if gone(pair, |t| !named(&t.name.name)) => {
                    pair.before.as_ref().map(|t| format!("the table `{}`", t.name))
                }
                _ => None,
            };
            along.extend(said.filter(|s| !along.contains(s)));
        }
        if !along.is_empty() {
            found.push(Found::new(
                statement.span.clone(),
                format!("CASCADE takes along {}", along.join(", ")),
                "drop each of them by its name in a statement before it, and leave CASCADE out",
            ));
        }
    }
}
