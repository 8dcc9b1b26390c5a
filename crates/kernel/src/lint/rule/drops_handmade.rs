//! # drops-handmade
//!
//! A generated statement takes away what somebody made by hand in an earlier migration.
//!
//! **Why.** Prisma compares the database that the migrations make with the schema file. What the schema can't say (a
//! partial index, an index over an expression, a generated column) it takes for a leftover, and writes its DROP into the
//! next migration that somebody generates, whatever that was about.
//!
//! **What to do.** Delete the statement from the migration before it is applied.
//!
//! ```sql bad
//! -- for: postgresql, generated
//! -- CreateTable
//! CREATE TABLE users (id int PRIMARY KEY, email text, gone_at timestamptz);
//! -- next migration
//! CREATE UNIQUE INDEX users_live_email ON users (email) WHERE gone_at IS NULL;
//! -- next migration
//! -- DropIndex
//! DROP INDEX users_live_email;
//! ```
//!
//! ```sql good
//! -- for: postgresql, generated
//! -- CreateTable
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! -- CreateIndex
//! CREATE INDEX users_email ON users (email);
//! -- next migration
//! -- DropIndex
//! DROP INDEX users_email;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("drops-handmade", Severity::Error, include_str!("drops_handmade.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for statement in step.statements.iter().filter(|s| s.heading.is_some()) {
        for lowered in &statement.changes {
            let (span, what) = match &lowered.change {
                Change::Index { pair: Pair { before: Some(index), after: None }, .. }
                    if statement.heading.as_deref() == Some("DropIndex")
                        && step.made_by_hand(index.lineage)
                        && beyond_schema(index) =>
                {
                    (statement.span.clone(), format!("the index `{}`", index.name))
                }
                Change::Column { table, pair: Pair { before: Some(column), after: None }, .. }
                    if step.made_by_hand(column.lineage) && column.generated.is_some() =>
                {
                    (
                        step.action(statement, &column.name, "DROP"),
                        format!("the generated column `{table}.{}`", column.name),
                    )
                }
                _ => continue,
            };
            found.push(Found::new(
                span,
                format!("{what} was made by hand, and this generated statement takes it away because the schema can't say it"),
                "delete the statement from the migration before it is applied; if it is meant, put a line of your own above it",
            ));
        }
        generated_default(step, statement, found);
    }
}

/// Prisma's schema can't say it.
fn beyond_schema(index: &Index) -> bool {
    index.predicate.is_some() || !index.include.is_empty() || index.parts.iter().any(|p| p.expression.is_some())
}

/// `ALTER COLUMN .. DROP DEFAULT` of a generated column, which Prisma takes for a default: PostgreSQL refuses it.
fn generated_default(step: &Step, statement: &Statement, found: &mut Vec<Found>) {
    let mut reader = step.reader(statement);
    if step.dialect != Dialect::Postgres || !reader.eat("ALTER TABLE") {
        return;
    }
    let Some(table) = reader.name().and_then(|n| step.table_at(statement, &n)) else { return };
    for mut action in reader.commas() {
        let column = action.eat("ALTER COLUMN").then(|| action.ident()).flatten();
        let Some(column) = column.and_then(|c| table.column(&c)).filter(|_| action.are("DROP DEFAULT")) else {
            continue;
        };
        if column.generated.is_some() {
            found.push(Found::new(
                step.action(statement, &column.name, "DROP"),
                format!(
                    "`{}.{}` is a generated column: PostgreSQL refuses DROP DEFAULT (42601)",
                    table.name, column.name
                ),
                "delete the action: Prisma takes the column's expression for a default that the schema does not have",
            ));
        }
    }
}
