//! # lock-table
//!
//! LOCK TABLE stops others for as long as the transaction lasts.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! LOCK TABLE users IN ACCESS EXCLUSIVE MODE;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! SELECT 1;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("lock-table", Severity::Warning, include_str!("lock_table.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for statement in &step.statements {
        let weak =
            step.dialect.is_postgres() && step.has_word(statement, "SHARE") && !step.has_word(statement, "EXCLUSIVE");
        if (step.begins(statement, "LOCK TABLE") || step.begins(statement, "LOCK TABLES")) && !weak {
            found.push(Found::new(
                statement.span.clone(),
                "everybody else waits for the table until the transaction ends",
                "take the lock that the statement itself takes, and no more; keep the transaction short",
            ));
        }
    }
}
