//! # drop-schema
//!
//! A whole schema or database goes.
//!
//! ```sql bad
//! CREATE SCHEMA old;
//! -- next migration
//! DROP SCHEMA old CASCADE;
//! ```
//!
//! ```sql good
//! CREATE SCHEMA new;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("drop-schema", Severity::Error, include_str!("drop_schema.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for statement in &step.statements {
        let schema = step.begins(statement, "DROP SCHEMA");
        if schema && !step.has_word(statement, "CASCADE") && step.dialect.is_postgres() {
            continue;
        }
        if schema || step.begins(statement, "DROP DATABASE") {
            found.push(Found::new(
                statement.span.clone(),
                "everything in it goes, and no rollback brings the rows back",
                "drop what is in it by name, and the schema without CASCADE when it is empty",
            ));
        }
    }
}
