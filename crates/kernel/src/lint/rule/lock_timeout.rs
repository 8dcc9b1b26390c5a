//! # lock-timeout
//!
//! Taste: a statement that needs a strong lock waits for it without an end, and everybody waits behind it.
//!
//! **What to do.** `SET lock_timeout = '5s';` at the head of the file: the migration fails then, and can be tried again.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users ADD COLUMN age int;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! SET lock_timeout = '5s';
//! ALTER TABLE users ADD COLUMN age int;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::style("lock-timeout", include_str!("lock_timeout.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    if step.dialect != Dialect::Postgres {
        return;
    }
    for statement in &step.statements {
        let sql = step.sql(statement).to_ascii_lowercase();
        if step.begins(statement, "SET")
            && sql.contains("lock_timeout")
            && !sql.trim_end_matches(['\'', ' ']).ends_with(['=', '0'])
        {
            return;
        }
        let locks = statement.changes.iter().any(|c| match &c.change {
            Change::Column { table, .. } | Change::Constraint { table, .. } => step.has_rows(statement, table),
            Change::Table(pair) => pair.before.as_ref().is_some_and(|t| step.shipped(t)),
            _ => false,
        });
        if locks {
            let at = statement.span.start;
            let end = if step.migration.breakpoints { crate::split::BREAKPOINT } else { "" };
            let set = format!("SET lock_timeout = '5s';{end}\n");
            found.push(
                Found::new(
                    statement.span.clone(),
                    "this waits for its lock without an end, and everybody waits behind it",
                    "put SET lock_timeout = '5s'; before it",
                )
                .fixed_by(Some(Fix { title: "set a lock_timeout".into(), span: at..at, text: set.clone() }))
                .repaired_by(Some(repair::Repair::edit("set a lock_timeout", at..at, set))),
            );
            return;
        }
    }
}
