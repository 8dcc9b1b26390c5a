//! # prefer-jsonb
//!
//! Taste: `json` keeps the text as it came, can't be indexed or compared; `jsonb` can.
//!
//! ```sql bad
//! CREATE TABLE t (id int PRIMARY KEY, a json);
//! ```
//!
//! ```sql good
//! CREATE TABLE t (id int PRIMARY KEY, a jsonb);
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::style("prefer-jsonb", include_str!("prefer_jsonb.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    super::new_columns(step, |statement, table, column| {
        if step.dialect == Dialect::Postgres && column.canonical == "json" {
            let message = format!("`{table}.{}` is json, which can't be indexed or compared", column.name);
            found.push(Found::new(step.action(statement, &column.name, "ADD"), message, "jsonb can"));
        }
    });
}
