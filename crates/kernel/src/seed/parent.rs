//! Foreign keys: which row of the other table is meant, found by the database at the time of the INSERT.
//!
//! A subquery fits whatever variant of the other row was accepted, and whichever number the database gave it.

use super::facts::{Facts, Reference, Table};
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

/// Which row of the other table the `at`th row here refers to: several here to one there, unless a key forbids it.
pub fn choose(table: &Table, reference: &Reference, at: usize, there: usize) -> usize {
    let covered = |columns: &[String]| columns.iter().all(|c| reference.columns.contains(c));
    if table.keys.iter().any(|k| covered(&k.columns) && !k.columns.is_empty()) {
        return at;
    }
    let there = there.max(1);
    // A key that only references (and columns with few values) tell apart.
    let tight = table.keys.iter().find(|k| {
        let mine = k.columns.iter().any(|c| reference.columns.contains(c));
        let told_apart = k.columns.iter().any(|name| {
            let referring = table.references.iter().any(|r| r.columns.contains(name));
            !referring && table.column(name).is_some_and(|c| c.kind.distinct().is_none())
        });
        mine && !told_apart
    });
    let Some(key) = tight else { return (at / 2) % there };
    let in_key: Vec<&Reference> =
        table.references.iter().filter(|r| r.columns.iter().any(|c| key.columns.contains(c))).collect();
    match in_key.iter().position(|r| *r == reference) {
        _ if in_key.len() < 2 => at % there,
        Some(0) => (at / 2) % there,
        // Never the same row twice in one: `follower <> followed`.
        Some(1) => (at / 2 + 1 + at % 2) % there,
        _ => at % there,
    }
}

/// The value of one column of a foreign key: that of the `at`th row there. `fixed`: columns there whose value is
/// already decided by another foreign key.
pub fn subquery(
    facts: &Facts,
    table: &Name,
    reference: &Reference,
    column: &str,
    at: usize,
    fixed: &[(String, String)],
) -> String {
    let dialect = facts.dialect;
    let names: Vec<String> = reference.keys.iter().map(|k| quote(k, dialect)).collect();
    let mut conditions: Vec<String> = names.iter().map(|n| format!("{n} IS NOT NULL")).collect();
    conditions.extend(fixed.iter().map(|(key, value)| format!("{} = {value}", quote(key, dialect))));
    let from = facts.table(&reference.parent).map_or_else(String::new, |t| t.sql.clone());
    let limit = if at == 0 { "LIMIT 1".to_string() } else { format!("LIMIT 1 OFFSET {at}") };
    let wanted = quote(column, dialect);
    let query =
        format!("SELECT {wanted} FROM {from} WHERE {} ORDER BY {} {limit}", conditions.join(" AND "), names.join(", "));
    // MySQL reads a table that it writes only where the rows are put aside first.
    if dialect == Dialect::Mysql && reference.parent == *table {
        return format!("(SELECT {wanted} FROM ({query}) AS chosen)");
    }
    format!("({query})")
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
    let set = |at| {
        let one = |(own, key): &&(&String, &String)| {
            format!("{} = {}", quote(own, dialect), subquery(facts, &table.name, reference, key, at, &fixed))
        };
        written.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let open: Vec<String> = written.iter().map(|(own, _)| format!("{} IS NULL", quote(own, dialect))).collect();
    vec![format!("UPDATE {} SET {} WHERE {}", table.sql, set(0), open.join(" AND "))]
}
