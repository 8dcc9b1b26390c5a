//! Putting the rows of a sample into a database, as far as its tables have the columns.

use super::{Sample, Taken, Values, written};
use crate::Dialect;
use crate::catalog::Name;
use crate::dialect::quote;
use crate::lookup::literal;
use crate::rowset::{RowSet, TableRows};
use crate::seed::{Facts, Filled, Table};
use std::collections::BTreeSet;

/// The rows of a sample for one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfTable {
    /// The table.
    pub table: Name,
    /// How many the sample has.
    pub rows: usize,
    /// How many of them, or rows with their keys, are there already.
    pub there: usize,
    /// An INSERT for each of the others, without a semicolon. Rows that the table refuses don't fit it.
    pub inserts: Vec<String>,
    /// To be run after them: sets what counts keys past those that were put in. May fail.
    pub raise: Vec<String>,
}

impl Sample {
    /// What is to be put into the tables of `facts`, in the order in which it has to run; `there` are the rows that they
    /// hold. A table that the sample does not have is left out; so is one that is to stay empty.
    pub fn inserts(&self, facts: &Facts, there: &RowSet) -> Vec<OfTable> {
        let open = facts.tables.iter().filter(|t| !t.closed);
        let of = |table: &Table| {
            let taken = self.table(&table.name, facts.dialect).filter(|taken| !taken.rows.is_empty())?;
            Some(of_table(table, taken, there.tables.get(&table.name), facts.dialect))
        };
        open.filter_map(of).collect()
    }
}

fn of_table(table: &Table, taken: &Taken, there: Option<&TableRows>, dialect: Dialect) -> OfTable {
    let same = |a: &str, b: &str| a == b || (!dialect.is_postgres() && a.eq_ignore_ascii_case(b));
    // The columns of both, by the name here: what is computed takes no value.
    let both: Vec<(&str, usize)> = table
        .columns
        .iter()
        .filter(|c| c.filled != Filled::Computed)
        .filter_map(|c| Some((c.name.as_str(), taken.columns.iter().position(|t| same(&t.name, &c.name))?)))
        .collect();
    let known = there.map(|there| Known::of(there, &both)).unwrap_or_default();
    let (old, new): (Vec<&Values>, Vec<&Values>) = taken.rows.iter().partition(|row| known.has(row));
    let inserts = if both.is_empty() {
        Vec::new()
    } else {
        new.iter().map(|r| insert(table, taken, &both, r, dialect)).collect()
    };
    let raise = if inserts.is_empty() { Vec::new() } else { raised(table, dialect) };
    OfTable { table: table.name.clone(), rows: taken.rows.len(), there: old.len(), inserts, raise }
}

/// Rows that are there, by what tells them apart: the key, or all that both tables have.
#[derive(Default)]
struct Known {
    rows: BTreeSet<Values>,
    /// The places of the same columns in a sample's row.
    places: Vec<usize>,
}

impl Known {
    fn of(there: &TableRows, both: &[(&str, usize)]) -> Known {
        let place = |name: &String| both.iter().find(|(n, _)| n == name).map(|(_, at)| *at);
        let by_key: Option<Vec<usize>> = there.key.iter().map(place).collect();
        let by_key = by_key.filter(|places| !places.is_empty());
        let names: Vec<&String> = match &by_key {
            Some(_) => there.key.iter().collect(),
            None => there.columns.iter().filter(|c| place(c).is_some()).collect(),
        };
        let places = by_key.unwrap_or_else(|| names.iter().filter_map(|n| place(n)).collect());
        let at: Vec<usize> = names.iter().filter_map(|n| there.columns.iter().position(|c| c == *n)).collect();
        let rows = there.rows.iter().map(|row| at.iter().map(|at| row[*at].clone()).collect()).collect();
        Known { rows, places }
    }

    fn has(&self, row: &Values) -> bool {
        !self.places.is_empty()
            && self.rows.contains(&self.places.iter().map(|at| row[*at].clone()).collect::<Values>())
    }
}

fn insert(table: &Table, taken: &Taken, both: &[(&str, usize)], row: &Values, dialect: Dialect) -> String {
    let names: Vec<String> = both.iter().map(|(name, _)| quote(name, dialect)).collect();
    let values: Vec<String> =
        both.iter().map(|(_, at)| written(&taken.columns[*at], row[*at].as_deref(), dialect)).collect();
    // GENERATED ALWAYS takes a value only so.
    let over = if dialect.is_postgres() { " OVERRIDING SYSTEM VALUE" } else { "" };
    format!("INSERT INTO {} ({}){over} VALUES ({})", table.sql, names.join(", "), values.join(", "))
}

/// PostgreSQL: moves the sequences of a table's columns past the highest key. The others do it by themselves.
pub fn raised(table: &Table, dialect: Dialect) -> Vec<String> {
    if !dialect.is_postgres() {
        return Vec::new();
    }
    let one = |name: &str| {
        let (of, column) = (literal(&table.sql, dialect), literal(name, dialect));
        format!(
            "SELECT setval(s, m) FROM (SELECT pg_get_serial_sequence({of}, {column})::regclass AS s, \
             (SELECT max({}) FROM {}) AS m) AS x WHERE m > coalesce(pg_sequence_last_value(s), 0)",
            quote(name, dialect),
            table.sql
        )
    };
    table.columns.iter().filter(|c| c.filled == Filled::Counted).map(|c| one(&c.name)).collect()
}
