//! # prefer-text
//!
//! Taste: PostgreSQL's `varchar(n)` and `char(n)` save nothing, and a later limit means a lock; `text` with a CHECK can be
//! changed without one.
//!
//! ```sql bad
//! CREATE TABLE t (id int PRIMARY KEY, name varchar(20));
//! ```
//!
//! ```sql good
//! CREATE TABLE t (id int PRIMARY KEY, name text CHECK (length(name) <= 20));
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::style("prefer-text", include_str!("prefer_text.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    super::new_columns(step, |statement, table, column| {
        let limited = column.canonical.starts_with("character varying(") || column.canonical.starts_with("character(");
        if step.dialect == Dialect::Postgres && limited {
            let message = format!("`{table}.{}` has its limit in its type", column.name);
            found.push(Found::new(
                step.action(statement, &column.name, "ADD"),
                message,
                "use text, with a CHECK where a limit is meant",
            ));
        }
    });
}
