//! Foreign keys: which row of the other table is meant, found by the database at the time of the INSERT.
//!
//! A subquery fits whatever variant of the other row was accepted, and whichever number the database gave it.

use super::facts::{Column, Facts, Key, Reference, Table};
use super::plan::nullable;
use crate::Dialect;
use crate::catalog::Name;
use crate::dialect::quote;
use std::collections::BTreeMap;

/// How many rows each table has, as far as it is known before they are made.
#[derive(Debug)]
pub struct Parents {
    counts: BTreeMap<Name, usize>,
    /// The place of each table in the order.
    places: BTreeMap<Name, usize>,
}

impl Parents {
    /// What there is before anything is made.
    pub fn new(facts: &Facts) -> Parents {
        let counts = facts.tables.iter().map(|t| (t.name.clone(), t.rows)).collect();
        let places = facts.tables.iter().enumerate().map(|(at, t)| (t.name.clone(), at)).collect();
        Parents { counts, places }
    }

    /// Rows are planned.
    pub fn made(&mut self, table: &Name, rows: usize) {
        *self.counts.entry(table.clone()).or_default() += rows;
    }

    /// How many rows a table has by now.
    pub fn count(&self, table: &Name) -> usize {
        self.counts.get(table).copied().unwrap_or(0)
    }

    /// Does the other table get its rows later?
    pub fn is_late(&self, table: &Name, reference: &Reference) -> bool {
        self.places.get(&reference.parent) > self.places.get(table)
    }
}

/// Which row of the other table the `at`th row here refers to: several here to one there, unless a key forbids it or
/// they are to be `spread`.
pub fn choose(table: &Table, reference: &Reference, at: usize, there: usize, spread: bool) -> usize {
    let covered = |columns: &[String]| columns.iter().all(|c| reference.columns.contains(c));
    if table.keys.iter().any(|k| covered(&k.columns) && !k.columns.is_empty()) {
        return at;
    }
    let there = there.max(1);
    let tight = tight_keys(table).find(|k| k.columns.iter().any(|c| reference.columns.contains(c)));
    let Some(key) = tight else { return if spread { at } else { at / 2 } % there };
    let in_key: Vec<&Reference> =
        table.references.iter().filter(|r| r.columns.iter().any(|c| key.columns.contains(c))).collect();
    match in_key.iter().position(|r| *r == reference) {
        _ if in_key.len() < 2 => at % there,
        Some(0) => (at / 2) % there,
        // Another pair each time, and never the same row twice in one: `follower <> followed`.
        Some(1) => (at / 2 + 1 + at % 2 + at / (2 * there) * 2) % there,
        _ => at % there,
    }
}

/// Which of few values a column of a key takes in the `at`th row, so that the whole key is another each time.
pub fn slot(table: &Table, column: &Column, parents: &Parents, at: usize) -> usize {
    let Some(key) = tight_keys(table).find(|k| k.columns.contains(&column.name)) else { return at };
    let reference = table.references.iter().find(|r| r.columns.iter().any(|c| key.columns.contains(c)));
    let turn = match reference.map(|r| parents.count(&r.parent).max(1)) {
        // Each round through the rows there begins with the next value.
        Some(there) => at % there + at / there,
        None => at,
    };
    let before = key.columns.iter().take_while(|c| **c != column.name).filter_map(|c| table.column(c));
    let sizes = before.filter(|c| !referring(table, &c.name)).filter_map(|c| c.kind.distinct());
    turn / sizes.fold(1usize, |all, size| all.saturating_mul(size.max(1)))
}

/// Keys that only references and columns with few values tell apart.
fn tight_keys(table: &Table) -> impl Iterator<Item = &Key> {
    table.keys.iter().filter(|key| {
        let apart =
            |name: &String| !referring(table, name) && table.column(name).is_some_and(|c| c.kind.distinct().is_none());
        !key.columns.iter().any(apart)
    })
}

fn referring(table: &Table, column: &str) -> bool {
    table.references.iter().any(|r| r.columns.iter().any(|c| c == column))
}

/// Which row of the other table is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one at this place, from 0.
    At(usize),
    /// The first that a key of this table allows.
    Allowed,
}

/// The value of one column of a foreign key, in one row there. `fixed`: columns there whose value is already decided by
/// another foreign key.
pub fn subquery(
    facts: &Facts,
    table: &Table,
    reference: &Reference,
    column: &str,
    which: Which,
    fixed: &[(String, String)],
) -> String {
    let dialect = facts.dialect;
    let names: Vec<String> = reference.keys.iter().map(|k| format!("there.{}", quote(k, dialect))).collect();
    let mut conditions: Vec<String> = names.iter().map(|n| format!("{n} IS NOT NULL")).collect();
    conditions.extend(fixed.iter().map(|(key, value)| format!("there.{} = {value}", quote(key, dialect))));
    let taken = if which == Which::Allowed { taken(table, reference, dialect) } else { Vec::new() };
    conditions.extend(taken.iter().cloned());
    let from = facts.table(&reference.parent).map_or_else(String::new, |t| t.sql.clone());
    let limit = match which {
        Which::At(at) if at > 0 => format!("LIMIT 1 OFFSET {at}"),
        _ => "LIMIT 1".to_string(),
    };
    let wanted = quote(column, dialect);
    let (conditions, order) = (conditions.join(" AND "), names.join(", "));
    let query = format!("SELECT there.{wanted} FROM {from} there WHERE {conditions} ORDER BY {order} {limit}");
    // MySQL reads a table that it writes only where the rows are put aside first.
    if dialect == Dialect::Mysql && (reference.parent == table.name || !taken.is_empty()) {
        return format!("(SELECT {wanted} FROM ({query}) AS chosen)");
    }
    format!("({query})")
}

/// For each key that lies within the foreign key: no row here has these values.
fn taken(table: &Table, reference: &Reference, dialect: Dialect) -> Vec<String> {
    let inside = |columns: &[String]| !columns.is_empty() && columns.iter().all(|c| reference.columns.contains(c));
    let one = |columns: &[String]| {
        let pairs = reference.columns.iter().zip(&reference.keys).filter(|(own, _)| columns.contains(own));
        let equal: Vec<String> =
            pairs.map(|(own, key)| format!("here.{} = there.{}", quote(own, dialect), quote(key, dialect))).collect();
        format!("NOT EXISTS (SELECT 1 FROM {} here WHERE {})", table.sql, equal.join(" AND "))
    };
    table.keys.iter().filter(|k| inside(&k.columns)).map(|k| one(&k.columns)).collect()
}

/// Makes rows that had to do without a reference refer to a row after all.
pub fn link(facts: &Facts, table: &Table, reference: &Reference) -> Vec<String> {
    if !nullable(table, reference) {
        return Vec::new();
    }
    let dialect = facts.dialect;
    // What other foreign keys hold stays as it is: only columns of this one are written.
    let shared = |column: &String| {
        table.references.iter().any(|r| r != reference && r.columns.contains(column))
            || table.keys.iter().any(|k| k.columns.contains(column))
    };
    let pairs: Vec<(&String, &String)> = reference.columns.iter().zip(&reference.keys).collect();
    let fixed: Vec<(String, String)> = pairs
        .iter()
        .filter(|(own, _)| shared(own))
        .map(|(own, key)| ((*key).clone(), format!("{}.{}", table.sql, quote(own, dialect))))
        .collect();
    let written: Vec<&(&String, &String)> = pairs.iter().filter(|(own, _)| !shared(own)).collect();
    if written.is_empty() {
        return Vec::new();
    }
    let one = |(own, key): &&(&String, &String)| {
        format!("{} = {}", quote(own, dialect), subquery(facts, table, reference, key, Which::At(0), &fixed))
    };
    let set = written.iter().map(one).collect::<Vec<_>>().join(", ");
    let open: Vec<String> = written.iter().map(|(own, _)| format!("{} IS NULL", quote(own, dialect))).collect();
    vec![format!("UPDATE {} SET {set} WHERE {}", table.sql, open.join(" AND "))]
}
