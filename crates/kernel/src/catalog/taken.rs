//! Which names are taken, so that the engine's way of numbering implicit names costs the same in a long history.
//!
//! PostgreSQL has one name space of relations in a schema (tables, indexes, sequences, views) and one of constraints.

use super::{Catalog, Constraint, Table};
use crate::change::{Change, Pair};
use std::collections::HashMap;

/// How many relations and how many constraints have a name, by schema and name.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    counts: HashMap<(String, String), (u32, u32)>,
}

/// One name that an object takes.
struct Use {
    schema: String,
    name: String,
    relation: bool,
    constraint: bool,
}

impl Taken {
    fn count(&mut self, used: &Use, by: i64) {
        let key = (used.schema.clone(), used.name.clone());
        let entry = self.counts.entry(key.clone()).or_default();
        let step = |n: &mut u32, on: bool| {
            if on {
                *n = u32::try_from(i64::from(*n) + by).unwrap_or(0);
            }
        };
        step(&mut entry.0, used.relation);
        step(&mut entry.1, used.constraint);
        if *entry == (0, 0) {
            self.counts.remove(&key);
        }
    }

    fn swap<T>(&mut self, pair: &Pair<T>, uses: impl Fn(&T) -> Vec<Use>) {
        if let Some(before) = &pair.before {
            uses(before).iter().for_each(|u| self.count(u, -1));
        }
        if let Some(after) = &pair.after {
            uses(after).iter().for_each(|u| self.count(u, 1));
        }
    }

    /// Follows a change.
    pub(crate) fn follow(&mut self, change: &Change) {
        match change {
            Change::Table(pair) => self.swap(pair, |t| of_table(t)),
            Change::Constraint { table, pair } => self.swap(pair, |c| vec![of_constraint(&table.schema, c)]),
            Change::Index { table, pair } => self.swap(pair, |i| vec![relation(&table.schema, &i.name)]),
            Change::View(pair) => self.swap(pair, |v| {
                let indexes = v.indexes.iter().map(|i| relation(&v.name.schema, &i.name));
                indexes.chain([relation(&v.name.schema, &v.name.name)]).collect()
            }),
            Change::Sequence(pair) => self.swap(pair, |s| vec![relation(&s.name.schema, &s.name.name)]),
            _ => {}
        }
    }
}

fn relation(schema: &str, name: &str) -> Use {
    Use { schema: schema.to_string(), name: name.to_string(), relation: true, constraint: false }
}

fn of_constraint(schema: &str, constraint: &Constraint) -> Use {
    Use { constraint: true, relation: constraint.has_index(), ..relation(schema, &constraint.name) }
}

fn of_table(table: &Table) -> Vec<Use> {
    let schema = &table.name.schema;
    let indexes = table.indexes.iter().map(|i| relation(schema, &i.name));
    let constraints = table.constraints.iter().map(|c| of_constraint(schema, c));
    indexes.chain(constraints).chain([relation(schema, &table.name.name)]).collect()
}

impl Catalog {
    fn counted(&self, schema: &str, name: &str) -> (u32, u32) {
        self.taken.counts.get(&(schema.to_string(), name.to_string())).copied().unwrap_or_default()
    }

    /// Is the name taken in PostgreSQL's one name space of tables, indexes, sequences and views?
    pub fn relation_taken(&self, schema: &str, name: &str) -> bool {
        self.counted(schema, name).0 > 0
    }

    /// Has a constraint of the schema this name?
    pub fn constraint_taken(&self, schema: &str, name: &str) -> bool {
        self.counted(schema, name).1 > 0
    }
}
