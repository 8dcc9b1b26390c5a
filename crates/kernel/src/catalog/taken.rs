//! Which names are taken, so that the engine's way of numbering implicit names costs the same in a long history.
//!
//! PostgreSQL has one name space of relations in a schema (tables, indexes, sequences, views) and one of constraints.

use super::{Catalog, Constraint, Table};
use crate::change::{Change, Pair};
use std::collections::HashMap;

/// How many relations and how many constraints have a name, by schema and name.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    counts: HashMap<String, HashMap<String, (u32, u32)>>,
}

/// One name that an object takes.
struct Use<'a> {
    schema: &'a str,
    name: &'a str,
    relation: bool,
    constraint: bool,
}

impl Taken {
    fn count(&mut self, used: &Use, by: i64) {
        let names = match self.counts.get_mut(used.schema) {
            Some(names) => names,
            None => self.counts.entry(used.schema.to_string()).or_default(),
        };
        let entry = match names.get_mut(used.name) {
            Some(entry) => entry,
            None => names.entry(used.name.to_string()).or_default(),
        };
        let step = |n: &mut u32, on: bool| {
            if on {
                *n = u32::try_from(i64::from(*n) + by).unwrap_or(0);
            }
        };
        step(&mut entry.0, used.relation);
        step(&mut entry.1, used.constraint);
        if *entry == (0, 0) {
            names.remove(used.name);
        }
    }

    fn swap<T>(&mut self, pair: &Pair<T>, uses: impl Fn(&T, &mut dyn FnMut(Use))) {
        if let Some(before) = &pair.before {
            uses(before, &mut |used| self.count(&used, -1));
        }
        if let Some(after) = &pair.after {
            uses(after, &mut |used| self.count(&used, 1));
        }
    }

    /// Follows a change.
    pub(crate) fn follow(&mut self, change: &Change) {
        match change {
            Change::Table(pair) => self.swap(pair, |t, count| of_table(t, count)),
            Change::Constraint { table, pair } => self.swap(pair, |c, count| count(of_constraint(&table.schema, c))),
            Change::Index { table, pair } => self.swap(pair, |i, count| count(relation(&table.schema, &i.name))),
            Change::View(pair) => self.swap(pair, |v, count| {
                v.indexes.iter().for_each(|i| count(relation(&v.name.schema, &i.name)));
                count(relation(&v.name.schema, &v.name.name));
            }),
            Change::Sequence(pair) => self.swap(pair, |s, count| count(relation(&s.name.schema, &s.name.name))),
            _ => {}
        }
    }
}

fn relation<'a>(schema: &'a str, name: &'a str) -> Use<'a> {
    Use { schema, name, relation: true, constraint: false }
}

fn of_constraint<'a>(schema: &'a str, constraint: &'a Constraint) -> Use<'a> {
    Use { constraint: true, relation: constraint.has_index(), ..relation(schema, &constraint.name) }
}

fn of_table(table: &Table, count: &mut dyn FnMut(Use)) {
    let schema = &table.name.schema;
    table.indexes.iter().for_each(|i| count(relation(schema, &i.name)));
    table.constraints.iter().for_each(|c| count(of_constraint(schema, c)));
    count(relation(schema, &table.name.name));
}

impl Catalog {
    fn counted(&self, schema: &str, name: &str) -> (u32, u32) {
        self.taken.counts.get(schema).and_then(|names| names.get(name)).copied().unwrap_or_default()
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
