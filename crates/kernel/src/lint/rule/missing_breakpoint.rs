//! # missing-breakpoint
//!
//! Two statements stand between two of Drizzle's breakpoints, and the driver runs only one at a time.
//!
//! **Why.** Drizzle splits a file at `--> statement-breakpoint` and sends each piece as one. better-sqlite3 refuses a
//! second statement, mysql2 calls it a syntax error, and libSQL runs the first, leaves out the rest, and reports success.
//!
//! **What to do.** Put `--> statement-breakpoint` between them.
//!
//! ```sql bad
//! -- for: sqlite, one statement between breakpoints
//! CREATE TABLE a (id integer PRIMARY KEY);
//! CREATE TABLE b (id integer PRIMARY KEY);
//! --> statement-breakpoint
//! CREATE TABLE c (id integer PRIMARY KEY);
//! ```
//!
//! ```sql good
//! -- for: sqlite, one statement between breakpoints
//! CREATE TABLE a (id integer PRIMARY KEY);
//! --> statement-breakpoint
//! CREATE TABLE b (id integer PRIMARY KEY);
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("missing-breakpoint", Severity::Error, include_str!("missing_breakpoint.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    let Some(what) = step.runner.one_statement.filter(|_| !step.dialect.is_postgres()) else { return };
    for pair in step.statements.windows(2).filter(|pair| pair[0].chunk == pair[1].chunk) {
        let at = pair[1].span.start;
        found.push(
            Found::new(
                pair[1].span.clone(),
                format!("this is the second statement between two breakpoints: {} {what}", step.runner.name),
                "put --> statement-breakpoint between them",
            )
            .repaired_by(Some(repair::Repair::edit(
                "put a breakpoint before it",
                at..at,
                format!("{}\n", crate::split::BREAKPOINT),
            )))
            .fixed_by(Some(Fix {
                title: "put a breakpoint before it".into(),
                span: at..at,
                text: format!("{}\n", crate::split::BREAKPOINT),
            })),
        );
    }
}
