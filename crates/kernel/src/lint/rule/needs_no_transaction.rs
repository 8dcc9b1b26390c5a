//! # needs-no-transaction
//!
//! A statement that PostgreSQL refuses inside a transaction stands in one.
//!
//! **Why.** CREATE INDEX CONCURRENTLY, DROP INDEX CONCURRENTLY, REINDEX CONCURRENTLY, VACUUM, CREATE DATABASE and their
//! like fail with `25001 cannot run inside a transaction block`. Prisma sends a file as one message, which PostgreSQL wraps
//! into a transaction as soon as it holds two statements; Drizzle runs all that is pending in one.
//!
//! **What to do.** With Prisma put the statement alone into a migration of its own. With Drizzle run it by hand before
//! you deploy, and let the migration say the same with IF NOT EXISTS and without CONCURRENTLY.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! -- next migration
//! ALTER TABLE users ADD COLUMN age int;
//! CREATE INDEX CONCURRENTLY users_email ON users (email);
//! ```
//!
//! ```sql bad
//! -- for: postgresql, one transaction around all
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! -- next migration
//! CREATE INDEX CONCURRENTLY users_email ON users (email);
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! -- next migration
//! CREATE INDEX CONCURRENTLY users_email ON users (email);
//! ```

use super::prelude::*;

pub const RULE: Rule =
    Rule::hazard("needs-no-transaction", Severity::Error, include_str!("needs_no_transaction.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    if step.dialect != Dialect::Postgres {
        return;
    }
    for statement in step.statements.iter().filter(|s| s.transaction.is_some()) {
        let begins = |keywords: &str| step.begins(statement, keywords);
        let concurrently = step.has_word(statement, "CONCURRENTLY") && !begins("REFRESH");
        let refused = concurrently
            && (begins("CREATE") || begins("DROP INDEX") || begins("REINDEX") || begins("ALTER TABLE"))
            || ["VACUUM", "CREATE DATABASE", "DROP DATABASE", "ALTER SYSTEM", "CREATE TABLESPACE", "DROP TABLESPACE"]
                .iter()
                .any(|k| begins(k));
        if refused {
            let words: Vec<&str> = step.sql(statement).split_whitespace().take(3).collect();
            found.push(Found::new(
                statement.span.clone(),
                format!("{} runs this in a transaction, and PostgreSQL refuses it there (25001)", step.runner.name),
                step.runner.apart(&format!("{} ..", words.join(" "))),
            ));
        }
    }
}
