//! # prefer-bigint-key
//!
//! Taste: a key of four bytes ends at 2,147,483,647 rows that were ever inserted, and making it longer writes the table anew.
//!
//! ```sql bad
//! CREATE TABLE t (id serial PRIMARY KEY);
//! ```
//!
//! ```sql good
//! CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::style("prefer-bigint-key", include_str!("prefer_bigint_key.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    super::new_columns(step, |statement, table, column| {
        let counts =
            column.identity.is_some() || column.auto_increment || super::is_serial(statement, table, &column.name);
        let small = matches!(column.canonical.as_str(), "integer" | "smallint" | "int" | "mediumint");
        if counts && small && step.dialect != Dialect::Sqlite {
            let message = format!("`{table}.{}` counts in {} and will end", column.name, column.canonical);
            found.push(Found::new(step.action(statement, &column.name, "ADD"), message, "use bigint"));
        }
    });
}
