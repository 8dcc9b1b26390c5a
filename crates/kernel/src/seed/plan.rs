//! Which tables get how many rows, and the statements for it.

use super::check::Checks;
use super::facts::{Facts, Filled, Key, Reference, Table};
use super::make::Spice;
use super::parent::{Parents, link};
use super::row::{Row, Taste};
use crate::catalog::Name;

/// What rows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How many each table should have.
    pub rows: usize,
    /// How odd the first variant of each row is.
    pub spice: Spice,
    /// The number of the first row: keys are made of it. Over a history, where rows stay from step to step, each call
    /// has to begin where no earlier one has been.
    pub from: usize,
    /// How far the keys of two rows are apart: 1, or more where an INSERT is to meet some and not others.
    pub step: usize,
    /// What text is like in plain rows.
    pub texts: Texts,
}

/// What text is like in plain rows: where a migration reads it as another type, that decides what it loses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// A number.
    Any,
    /// A number with zeros before it, in every other row.
    Zeros,
    /// A uuid in capitals, where the column has room for one.
    Uuids,
}

impl Default for Options {
    fn default() -> Options {
        Options { rows: 5, spice: Spice::Full, from: 0, step: 1, texts: Texts::Any }
    }
}

/// What a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It adds one row.
    Row,
    /// It makes rows that are there refer to others, where tables refer to each other in a circle. That it is refused
    /// is no loss of rows.
    Link,
}

/// One statement, in several variants: the first that the engine accepts is the right one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The table.
    pub table: Name,
    /// What for.
    pub purpose: Purpose,
    /// Statements without a semicolon, from the one that shows most to the plainest; at least one.
    pub variants: Vec<String>,
}

/// A table with so many times the rows that are wanted gets no more only because a column holds the same everywhere:
/// perhaps it can't hold anything else.
const ENOUGH: usize = 40;

/// The statements that give rows to tables that have too few, and to those where a column holds nothing to lose.
/// In the order in which they have to run.
pub fn plan(facts: &Facts, options: &Options) -> Vec<Planned> {
    let mut parents = Parents::new(facts);
    let mut out = Vec::new();
    for table in &facts.tables {
        let checks = Checks::of(table, facts.dialect);
        let count = wanted(table, &checks, options).min(room(table, &checks, &parents));
        for at in 0..count {
            let row = Row::new(facts, &parents, table, &checks, at..count, options);
            let mut variants: Vec<String> = Vec::new();
            for taste in Taste::walk(options.spice) {
                let sql = row.insert(taste);
                if !variants.contains(&sql) {
                    variants.push(sql);
                }
            }
            out.push(Planned { table: table.name.clone(), purpose: Purpose::Row, variants });
        }
        parents.made(&table.name, count);
    }
    let late = facts.tables.iter().filter(|t| parents.count(&t.name) > 0);
    for (table, reference) in late.flat_map(|t| t.references.iter().map(move |r| (t, r))) {
        if parents.is_late(&table.name, reference) {
            let variants = link(facts, table, reference);
            if !variants.is_empty() {
                out.push(Planned { table: table.name.clone(), purpose: Purpose::Link, variants });
            }
        }
    }
    out
}

/// How many rows a table is to get.
fn wanted(table: &Table, checks: &Checks, options: &Options) -> usize {
    if table.closed {
        return 0;
    }
    let missing = options.rows.saturating_sub(table.rows.saturating_sub(table.beside));
    let uniform = table.uniform.iter().filter_map(|name| table.column(name)).any(|column| {
        let varies = column.filled != Filled::Computed
            && column.kind.distinct() != Some(1)
            && checks.distinct(&column.name) != Some(1);
        varies && !table.references.iter().any(|r| r.columns.contains(&column.name))
    });
    if missing == 0 && uniform && table.rows < options.rows * ENOUGH { options.rows } else { missing }
}

/// How many more rows the keys of a table, its own and those that it refers to, allow.
fn room(table: &Table, checks: &Checks, parents: &Parents) -> usize {
    let of = |key: &Key| -> usize {
        let mut left = key.columns.clone();
        let mut room = 1usize;
        for reference in &table.references {
            if reference.columns.iter().any(|c| left.contains(c)) && !nullable(table, reference) {
                left.retain(|c| !reference.columns.contains(c));
                let own = if reference.parent == table.name { usize::MAX } else { parents.count(&reference.parent) };
                room = room.saturating_mul(own);
            } else if reference.columns.iter().any(|c| left.contains(c)) {
                return usize::MAX;
            }
        }
        for column in left.iter().filter_map(|c| table.column(c)) {
            room = room.saturating_mul(match column.filled {
                Filled::Counted => usize::MAX,
                _ => {
                    let listed = checks.distinct(&column.name).unwrap_or(usize::MAX);
                    column.kind.distinct().unwrap_or(usize::MAX).min(listed)
                }
            });
        }
        room
    };
    let orphan = |r: &Reference| {
        r.parent != table.name
            && !nullable(table, r)
            && parents.count(&r.parent) == 0
            && !parents.is_late(&table.name, r)
    };
    if table.references.iter().any(orphan) {
        return 0;
    }
    let most = table.keys.iter().filter(|k| !k.columns.is_empty()).map(of).min().unwrap_or(usize::MAX);
    most.saturating_sub(if most == usize::MAX { 0 } else { table.rows })
}

/// Can rows do without the reference?
pub(super) fn nullable(table: &Table, reference: &Reference) -> bool {
    reference.columns.iter().any(|c| table.column(c).is_some_and(|c| c.nullable))
}
