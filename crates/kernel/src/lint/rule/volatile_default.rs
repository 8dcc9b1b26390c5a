//! # volatile-default
//!
//! A column is added whose default is another value in each row: the table is written anew.
//!
//! **Why.** PostgreSQL keeps a constant default beside the table and touches no row. For a volatile one
//! (`gen_random_uuid()`, `random()`, `nextval()`, `clock_timestamp()`) it writes every row and every index under an ACCESS
//! EXCLUSIVE lock. `now()` is one value for the whole statement, and costs nothing. MySQL copies the table for any
//! expression.
//!
//! **What to do.** Add the column without a default, set the default (new rows get it), and fill the old rows in batches.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();
//! ```
//!
//! ```sql bad
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users ADD COLUMN token varchar(36) DEFAULT (uuid());
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users ADD COLUMN made timestamptz DEFAULT now(), ADD COLUMN age int DEFAULT 0;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("volatile-default", Severity::Warning, include_str!("volatile_default.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, pair) in step.columns() {
        let Pair { before: None, after: Some(column) } = pair else { continue };
        let Some(default) = column.default.as_ref().filter(|_| step.has_rows(statement, table)) else { continue };
        let serial = super::is_serial(statement, table, &column.name) || default.key().starts_with("nextval");
        let volatile = match step.dialect {
            Dialect::Postgres => !serial && super::volatile(step, &default.text),
            Dialect::Mysql => {
                default.text.trim().starts_with('(') && default.text.contains('(') && is_call(&default.text)
            }
            Dialect::Cockroach | Dialect::Sqlite => false,
        };
        if volatile {
            found.push(Found::new(
                step.action(statement, &column.name, "ADD"),
                format!(
                    "`{table}` is written anew to give each row its own `{}` ({}), and nobody can use it meanwhile",
                    column.name, default.text
                ),
                format!(
                    "add `{}` without a default, then ALTER COLUMN .. SET DEFAULT {}, and fill the old rows in batches",
                    column.name, default.text
                ),
            ));
        }
    }
}

/// More than a literal in parentheses, and not the time, which is the same for all rows.
fn is_call(default: &str) -> bool {
    let word = default.trim_matches(['(', ')', ' ']).to_ascii_lowercase();
    let time = word.starts_with("now") || word.starts_with("current_timestamp");
    default.matches('(').count() > 1 && !time
}
