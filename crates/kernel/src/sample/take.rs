//! Which rows are taken.

use super::{Sample, Taken, Values, written};
use crate::Dialect;
use crate::answer::Ask;
use crate::catalog::Name;
use crate::dialect::quote;
use crate::kept::Kept;
use crate::rowset::{self, Column, Layout};
use crate::seed::{Reference, references};
use std::collections::{BTreeMap, BTreeSet};

/// How many keys one query looks up.
const AT_ONCE: usize = 200;
/// How often rows that others refer to are looked up: as deep as a chain of references is followed.
const DEEP: usize = 30;
/// A table gives no more than so many times the rows that were asked for, whoever refers to them.
const MOST: usize = 20;

/// Takes up to `rows` rows of every table, half of them from the beginning of its primary key and half from the end, and
/// the rows that these refer to. The session should have [`rowset::settings`], and be one that can only read.
///
/// # Errors
/// The first that `ask` gives.
pub fn take<E>(dialect: Dialect, rows: usize, ask: &mut Ask<'_, E>) -> Result<Sample, E> {
    let names = rowset::tables(dialect, ask)?;
    if names.is_empty() || rows == 0 {
        return Ok(Sample::default());
    }
    let mut taking = Taking { dialect, tables: BTreeMap::new(), references: Vec::new() };
    for layout in rowset::layouts(dialect, &names, &mut Kept::of(dialect, ask)?, ask)? {
        let some = ends(&layout, rows, dialect);
        let mut table = Table { layout, rows: Vec::new(), seen: BTreeSet::new() };
        for query in some {
            table.learn(ask(&query)?.rows);
        }
        taking.tables.insert(table.layout.name.clone(), table);
    }
    taking.references = references(dialect, ask)?;
    taking.spell();
    for _ in 0..DEEP {
        if !taking.follow(rows * MOST, ask)? {
            break;
        }
    }
    Ok(taking.done())
}

struct Taking {
    dialect: Dialect,
    tables: BTreeMap<Name, Table>,
    references: Vec<(Name, Reference)>,
}

struct Table {
    layout: Layout,
    rows: Vec<Values>,
    seen: BTreeSet<Values>,
}

impl Table {
    /// Adds rows, each once. True where one was new.
    fn learn(&mut self, rows: Vec<Values>) -> bool {
        let before = self.rows.len();
        let places = places(&self.layout.columns, &self.layout.key).filter(|p| !p.is_empty());
        for row in rows {
            let key = places.as_ref().map_or_else(|| row.clone(), |p| p.iter().map(|at| row[*at].clone()).collect());
            // Without a key, rows may be alike.
            if self.seen.insert(key) || places.is_none() {
                self.rows.push(row);
            }
        }
        self.rows.len() > before
    }
}

impl Taking {
    /// References in the spelling of the columns that they name; what is not there is left out.
    fn spell(&mut self) {
        let (dialect, tables) = (self.dialect, &self.tables);
        let same = |a: &str, b: &str| a == b || (!dialect.is_postgres() && a.eq_ignore_ascii_case(b));
        let find = |name: &Name| {
            tables.values().find(|t| t.layout.name.schema == name.schema && same(&t.layout.name.name, &name.name))
        };
        let spelled = |names: &[String], of: &Table| -> Option<Vec<String>> {
            let one = |n: &String| of.layout.columns.iter().find(|c| same(&c.name, n)).map(|c| c.name.clone());
            names.iter().map(one).collect()
        };
        let whole = |(child, reference): &(Name, Reference)| {
            let (child, parent) = (find(child)?, find(&reference.parent)?);
            let keys = if reference.keys.is_empty() { &parent.layout.key } else { &reference.keys };
            let (columns, keys) = (spelled(&reference.columns, child)?, spelled(keys, parent)?);
            let is = columns.len() == keys.len() && !keys.is_empty();
            let parent = parent.layout.name.clone();
            is.then(|| (child.layout.name.clone(), Reference { columns, parent, keys }))
        };
        self.references = self.references.iter().filter_map(whole).collect();
    }

    /// Takes the rows that those taken refer to. False where all are there.
    fn follow<E>(&mut self, most: usize, ask: &mut Ask<'_, E>) -> Result<bool, E> {
        let mut more = false;
        for (child, reference) in self.references.clone() {
            for query in self.missing(&child, &reference) {
                let found = ask(&query)?.rows;
                if let Some(parent) = self.tables.get_mut(&reference.parent).filter(|t| t.rows.len() < most) {
                    more |= parent.learn(found);
                }
            }
        }
        Ok(more)
    }

    /// Queries for the rows that a reference means and that were not taken.
    fn missing(&self, child: &Name, reference: &Reference) -> Vec<String> {
        let Some((child, parent)) = self.tables.get(child).zip(self.tables.get(&reference.parent)) else {
            return Vec::new();
        };
        let own = places(&child.layout.columns, &reference.columns);
        let Some((own, there)) = own.zip(places(&parent.layout.columns, &reference.keys)) else { return Vec::new() };
        let pick =
            |row: &Values, at: &[usize]| -> Option<Vec<String>> { at.iter().map(|at| row[*at].clone()).collect() };
        let known: BTreeSet<_> = parent.rows.iter().filter_map(|r| pick(r, &there)).collect();
        let wanted: BTreeSet<_> =
            child.rows.iter().filter_map(|r| pick(r, &own)).filter(|k| !known.contains(k)).collect();
        let columns: Vec<&Column> = there.iter().map(|at| &parent.layout.columns[*at]).collect();
        let literal =
            |key: &Vec<String>| tuple(columns.iter().zip(key).map(|(c, v)| written(c, Some(v), self.dialect)));
        let names = tuple(columns.iter().map(|c| format!("there.{}", quote(&c.name, self.dialect))));
        let wanted: Vec<String> = wanted.iter().map(literal).collect();
        let one = |some: &[String]| {
            format!(
                "{} WHERE {names} IN ({})",
                select(&parent.layout, self.dialect),
                row_values(some, columns.len(), self.dialect)
            )
        };
        wanted.chunks(AT_ONCE).map(one).collect()
    }

    fn done(self) -> Sample {
        let Taking { tables, references, .. } = self;
        let one = |(name, table): (Name, Table)| {
            let own = references.iter().filter(|(child, r)| *child == name && r.parent == name).map(|(_, r)| r);
            let columns = table.layout.columns;
            let rows = parents_first(table.rows, &columns, own);
            (name, Taken { columns, rows })
        };
        Sample { tables: tables.into_iter().map(one).collect() }
    }
}

/// The places of columns; none where one is not there.
fn places(columns: &[Column], names: &[String]) -> Option<Vec<usize>> {
    names.iter().map(|n| columns.iter().position(|c| c.name == *n)).collect()
}

fn tuple(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.len() == 1 { parts.concat() } else { format!("({})", parts.join(", ")) }
}

/// SQLite takes a list of rows only as VALUES.
fn row_values(rows: &[String], width: usize, dialect: Dialect) -> String {
    let list = rows.join(", ");
    if dialect == Dialect::Sqlite && width > 1 { format!("VALUES {list}") } else { list }
}

/// Everything of a table. Its columns are qualified, so that an index serves ORDER BY and WHERE: a bare name there could
/// be that of the text which is printed.
fn select(layout: &Layout, dialect: Dialect) -> String {
    let columns: Vec<String> = layout.columns.iter().map(|c| c.printed(dialect)).collect();
    format!("SELECT {} FROM {} there", columns.join(", "), layout.from)
}

/// The first and the last rows by the primary key; without one, those that the engine gives first.
fn ends(layout: &Layout, rows: usize, dialect: Dialect) -> Vec<String> {
    if layout.columns.is_empty() {
        return Vec::new();
    }
    let all = select(layout, dialect);
    if layout.key.is_empty() {
        return vec![format!("{all} LIMIT {rows}")];
    }
    let by = |way: &str| {
        let parts = layout.key.iter().map(|k| format!("there.{}{way}", quote(k, dialect)));
        parts.collect::<Vec<_>>().join(", ")
    };
    let newest = rows / 2;
    let mut out = vec![format!("{all} ORDER BY {} LIMIT {}", by(""), rows - newest)];
    if newest > 0 {
        out.push(format!("{all} ORDER BY {} LIMIT {newest}", by(" DESC")));
    }
    out
}

/// Rows of a table that refers to itself, each after those that it refers to. Those of a circle stay as they are.
fn parents_first<'r>(
    mut left: Vec<Values>,
    columns: &[Column],
    own: impl Iterator<Item = &'r Reference>,
) -> Vec<Values> {
    let own: Vec<(Vec<usize>, Vec<usize>)> =
        own.filter_map(|r| places(columns, &r.columns).zip(places(columns, &r.keys))).collect();
    let mut out: Vec<Values> = Vec::new();
    while !own.is_empty() && !left.is_empty() {
        let value = |row: &Values, at: &[usize]| at.iter().map(|at| row[*at].clone()).collect::<Values>();
        let waits = |row: &Values| {
            let waits_for = |(child, key): &(Vec<usize>, Vec<usize>)| {
                let means = value(row, child);
                means != value(row, key) && left.iter().any(|other| value(other, key) == means)
            };
            own.iter().any(waits_for)
        };
        let waiting: Vec<bool> = left.iter().map(waits).collect();
        if waiting.iter().all(|waits| *waits) {
            break;
        }
        let (rest, ready): (Vec<_>, Vec<_>) = left.into_iter().zip(waiting).partition(|(_, waits)| *waits);
        out.extend(ready.into_iter().map(|(row, _)| row));
        left = rest.into_iter().map(|(row, _)| row).collect();
    }
    out.append(&mut left);
    out
}
