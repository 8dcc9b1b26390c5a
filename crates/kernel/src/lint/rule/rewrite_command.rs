//! # rewrite-command
//!
//! VACUUM FULL, CLUSTER, SET TABLESPACE, SET LOGGED and their like write the whole table anew under a lock that stops
//! everything.
//!
//! **What to do.** `pg_repack`, or a plain VACUUM, which stands in nobody's way. On MySQL OPTIMIZE TABLE copies the table:
//! schedule it apart from the migrations.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! VACUUM FULL users;
//! ```
//!
//! ```sql bad
//! CREATE UNLOGGED TABLE users (id int PRIMARY KEY);
//! -- next migration
//! ALTER TABLE users SET LOGGED;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! -- next migration
//! VACUUM users;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("rewrite-command", Severity::Warning, include_str!("rewrite_command.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for statement in &step.statements {
        let begins = |keywords: &str| step.begins(statement, keywords);
        let alter = begins("ALTER TABLE") && step.has_word(statement, "SET");
        let has = |word: &str| step.has_word(statement, word);
        let postgres = begins("CLUSTER")
            || begins("VACUUM") && has("FULL")
            || alter && (has("LOGGED") || has("UNLOGGED") || has("TABLESPACE"));
        if step.dialect.is_postgres() && postgres {
            found.push(Found::new(
                statement.span.clone(),
                "this writes the whole table anew, and nobody can read or write it meanwhile",
                "use pg_repack, or a plain VACUUM; if it has to be, run it apart from the deployment",
            ));
        } else if step.dialect == Dialect::Mysql && begins("OPTIMIZE TABLE") {
            found.push(Found::new(
                statement.span.clone(),
                "OPTIMIZE TABLE copies the whole table",
                "run it apart from the deployment, or use gh-ost or pt-online-schema-change",
            ));
        }
    }
}
