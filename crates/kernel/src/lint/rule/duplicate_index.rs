//! # duplicate-index
//!
//! An index is made that is there already, under another name.
//!
//! **Why.** It serves no query that the other does not, and every write pays for both.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! CREATE INDEX users_email ON users (email);
//! -- next migration
//! CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! CREATE INDEX users_email ON users (email);
//! -- next migration
//! CREATE INDEX CONCURRENTLY users_email_id ON users (email, id);
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::style("duplicate-index", include_str!("duplicate_index.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, lowered) in step.changes() {
        let Change::Index { table, pair: Pair { before: None, after: Some(index) } } = &lowered.change else {
            continue;
        };
        let Some(now) = step.after.table(table).filter(|_| !index.implicit) else { continue };
        let stays = now.indexes.iter().any(|i| i.name == index.name);
        let plain =
            index.predicate.is_none() && index.parts.iter().all(|p| p.expression.is_none() && p.suffix.is_empty());
        let twin = now.indexes.iter().find(|i| {
            i.name != index.name
                && i.parts == index.parts
                && i.predicate == index.predicate
                && i.method == index.method
                && i.class == index.class
                && i.include == index.include
                && (i.unique || !index.unique)
                && i.lineage.0 < index.lineage.0
        });
        let key = now.constraints.iter().find(|c| {
            let columns: Option<Vec<&str>> = index.parts.iter().map(|p| p.column.as_deref()).collect();
            let unique = matches!(c.kind, ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. });
            plain
                && unique
                && index.method.is_empty()
                && index.include.is_empty()
                && columns.is_some_and(|cols| c.columns() == cols)
        });
        let other = twin.map(|i| i.name.as_str()).or(key.map(|k| k.name.as_str()));
        if let Some(other) = other.filter(|_| stays) {
            let other = if other.is_empty() { "a constraint" } else { other };
            found.push(Found::new(
                step.action(statement, &index.name, "ADD"),
                format!("`{}` is over the same columns of `{table}` as `{other}`", index.name),
                "leave it out: the other serves the same queries",
            ));
        }
    }
}
