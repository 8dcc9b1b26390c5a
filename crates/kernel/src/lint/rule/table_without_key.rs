//! # table-without-key
//!
//! Taste: a table has no primary key. Rows can be there twice, and logical replication can't tell them apart.
//!
//! ```sql bad
//! CREATE TABLE t (id int);
//! ```
//!
//! ```sql good
//! CREATE TABLE t (id int PRIMARY KEY);
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::style("table-without-key", include_str!("table_without_key.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (name, table) in step.touched_after.tables.iter().filter(|(_, t)| !step.shipped(t)) {
        let own = table.partition_of.is_none() && table.persistence.is_empty() && !table.partial;
        let made = |c: &Change| matches!(c, Change::Table(Pair { before: None, after: Some(t) }) if t.name == *name);
        if let Some(at) = step.statement_of(made).filter(|_| own && table.primary_key().is_none()) {
            found.push(Found::new(at.span.clone(), format!("`{name}` has no primary key"), "give it one"));
        }
    }
}
