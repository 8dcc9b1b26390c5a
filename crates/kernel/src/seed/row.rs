//! One row: a value for each column, and the INSERT for it.

use super::check::{Checks, Want, Wish, fitting};
use super::facts::{Column, Facts, Filled, Reference, Table};
use super::kind::Kind;
use super::make::{Spice, distinct, free};
use super::parent::{Parents, Which, choose, slot, subquery};
use super::plan::{Options, Texts, nullable};
use super::value::Value;
use crate::Dialect;
use crate::dialect::quote;
use std::collections::BTreeMap;
use std::ops::Range;

/// How a variant of a row is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taste {
    /// How odd its values are.
    pub spice: Spice,
    /// Everything that can be left out is.
    pub bare: bool,
    /// It refers to the first row of each table that a key here allows: there may be fewer than were planned.
    pub first: bool,
}

impl Taste {
    /// From the one that shows most to the plainest.
    pub fn walk(from: Spice) -> Vec<Taste> {
        let taste = |spice, bare, first| Taste { spice, bare, first };
        let all = [Spice::Full, Spice::Mild, Spice::Plain].into_iter().filter(|s| *s <= from);
        let mut out: Vec<Taste> = all.map(|s| taste(s, false, false)).collect();
        out.push(taste(Spice::Plain, true, false));
        out.push(taste(Spice::Plain, false, true));
        out.push(taste(Spice::Plain, true, true));
        out
    }
}

/// A row that is to be made.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    facts: &'a Facts,
    parents: &'a Parents,
    table: &'a Table,
    options: &'a Options,
    /// Its place among those that are made now, from 0.
    at: usize,
    /// How many are made now.
    count: usize,
    /// What its checks ask for.
    wishes: Vec<Wish>,
}

/// How many of the usual values are looked at for one that a check allows.
const USUAL: usize = 8;

/// In so many rows, one holds NULL, and one the default.
const EACH: usize = 5;
const AT_NULL: usize = 3;
const AT_DEFAULT: usize = 4;

/// The number of a row among those that do not hold NULL.
fn past_null(turn: usize) -> usize {
    let (round, place) = (turn / EACH, turn % EACH);
    round * (EACH - 1) + if place > AT_NULL { place - 1 } else { place }
}

/// What is written for a column.
#[derive(Debug, Clone, PartialEq)]
enum Cell {
    /// This value.
    Value(Value),
    /// The column is left out.
    Left,
}

impl<'a> Row<'a> {
    /// The first row of those that are left to make in a table.
    pub fn new(
        facts: &'a Facts,
        parents: &'a Parents,
        table: &'a Table,
        checks: &Checks,
        left: Range<usize>,
        options: &'a Options,
    ) -> Row<'a> {
        let wishes = checks.wishes(table.rows + left.start);
        Row { facts, parents, table, options, at: left.start, count: left.end, wishes }
    }

    /// What is wished for a column.
    fn wants(&self, column: &str) -> Vec<&Want> {
        self.wishes.iter().filter(|w| w.column == column).map(|w| &w.want).collect()
    }

    /// The INSERT.
    pub fn insert(&self, taste: Taste) -> String {
        let mut cells: BTreeMap<String, Cell> = BTreeMap::new();
        let mut own_row = Vec::new();
        for reference in &self.table.references {
            self.refer(reference, taste, &mut cells, &mut own_row);
        }
        for (place, column) in self.table.columns.iter().enumerate() {
            if !cells.contains_key(&column.name) {
                let cell = self.cell(column, place, taste, &own_row, &cells);
                cells.insert(column.name.clone(), cell);
            }
        }
        // A row that refers to itself has the same value twice.
        for (own, key) in own_row {
            let same = cells.get(&key).cloned().unwrap_or(Cell::Left);
            cells.insert(own, same);
        }
        self.sql(&cells)
    }

    fn sql(&self, cells: &BTreeMap<String, Cell>) -> String {
        let dialect = self.facts.dialect;
        let mut names = Vec::new();
        let mut values = Vec::new();
        for column in &self.table.columns {
            if let Some(Cell::Value(value)) = cells.get(&column.name) {
                names.push(quote(&column.name, dialect));
                values.push(value.literal(dialect));
            }
        }
        let table = &self.table.sql;
        let counted = |c: &Column| c.filled == Filled::Counted && matches!(cells.get(&c.name), Some(Cell::Value(_)));
        if dialect.is_postgres() && self.table.columns.iter().any(counted) {
            // GENERATED ALWAYS takes a value only so.
            let (names, values) = (names.join(", "), values.join(", "));
            return format!("INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE VALUES ({values})");
        }
        match (names.is_empty(), dialect) {
            (false, _) => format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", ")),
            (true, Dialect::Mysql) => format!("INSERT INTO {table} () VALUES ()"),
            (true, _) => format!("INSERT INTO {table} DEFAULT VALUES"),
        }
    }

    /// The columns of a foreign key.
    fn refer(
        &self,
        reference: &Reference,
        taste: Taste,
        cells: &mut BTreeMap<String, Cell>,
        own_row: &mut Vec<(String, String)>,
    ) {
        let open: Vec<(&String, &String)> =
            reference.columns.iter().zip(&reference.keys).filter(|(c, _)| !cells.contains_key(*c)).collect();
        if self.goes_without(reference, &open, taste) {
            for (own, _) in open {
                if self.table.column(own).is_some_and(|c| c.nullable && c.filled != Filled::Computed) {
                    cells.insert(own.clone(), Cell::Value(Value::Null));
                }
            }
            return;
        }
        if self.is_first_of(reference) {
            own_row.extend(open.into_iter().map(|(own, key)| (own.clone(), key.clone())));
            return;
        }
        let fixed = self.fixed(reference, cells);
        let which = if fixed.is_empty() { self.which(reference, taste) } else { Which::Allowed };
        for (own, key) in open {
            let cell = match self.table.column(own) {
                Some(column) if column.filled == Filled::Computed => Cell::Left,
                _ => Cell::Value(Value::Sql(subquery(self.facts, self.table, reference, key, which, &fixed))),
            };
            cells.insert(own.clone(), cell);
        }
    }

    /// There is no row in this table that the first one could refer to.
    fn is_first_of(&self, reference: &Reference) -> bool {
        reference.parent == self.table.name && self.table.rows + self.at == 0
    }

    /// Is the foreign key to be NULL in this row? In the last of several it is, where it can be.
    fn goes_without(&self, reference: &Reference, open: &[(&String, &String)], taste: Taste) -> bool {
        let wished = |want| open.iter().any(|(own, _)| self.wants(own).contains(&want));
        if !nullable(self.table, reference) {
            return false;
        }
        let to_other = reference.parent != self.table.name;
        let last = self.count > 1 && self.at + 1 == self.count;
        self.is_first_of(reference)
            || wished(&Want::Null)
            || self.parents.is_late(&self.table.name, reference)
            || (to_other && self.parents.count(&reference.parent) == 0)
            || ((taste.bare || (last && taste.spice > Spice::Plain)) && !wished(&Want::NotNull))
    }

    /// The row that the foreign key refers to.
    fn which(&self, reference: &Reference, taste: Taste) -> Which {
        let own = self.table.rows + self.at;
        // Some day a migration may make this unique.
        let spread = taste.spice == Spice::Plain;
        let (at, there) = match reference.parent == self.table.name {
            true => (own.saturating_sub(1), own),
            false => (own, self.parents.count(&reference.parent)),
        };
        if taste.first { Which::Allowed } else { Which::At(choose(self.table, reference, at, there, spread)) }
    }

    /// What other foreign keys have decided already: columns there, and their values.
    fn fixed(&self, reference: &Reference, cells: &BTreeMap<String, Cell>) -> Vec<(String, String)> {
        let pairs = reference.columns.iter().zip(&reference.keys);
        let decided = pairs.filter_map(|(own, key)| match cells.get(own) {
            Some(Cell::Value(value)) => Some((key.clone(), value.literal(self.facts.dialect))),
            _ => None,
        });
        decided.collect()
    }

    /// Does a foreign key mean this column?
    fn is_referred_to(&self, column: &str) -> bool {
        let here = |r: &Reference| r.parent == self.table.name && r.keys.iter().any(|k| k == column);
        self.facts.tables.iter().flat_map(|t| &t.references).any(here)
    }

    /// Any other column.
    fn cell(
        &self,
        column: &Column,
        place: usize,
        taste: Taste,
        own_row: &[(String, String)],
        cells: &BTreeMap<String, Cell>,
    ) -> Cell {
        let cell = self.usual_cell(column, place, taste, own_row, cells);
        match (cell, &column.kind) {
            (Cell::Value(Value::Text(text)), Kind::Text { longest, .. }) if taste.spice == Spice::Plain => {
                Cell::Value(Value::Text(self.as_wanted(text, longest.unwrap_or(usize::MAX))))
            }
            (cell, _) => cell,
        }
    }

    /// Text that is a number, written as the options want it; the same numbers give the same text, and others another.
    fn as_wanted(&self, text: String, room: usize) -> String {
        let Ok(number) = text.parse::<u64>() else { return text };
        match self.options.texts {
            Texts::Zeros if number % 2 == 1 && room >= text.len() + 2 => format!("00{text}"),
            Texts::Uuids if room >= 36 => format!("A0EEBC99-9C0B-4EF8-BB6D-{number:012X}"),
            _ => text,
        }
    }

    fn usual_cell(
        &self,
        column: &Column,
        place: usize,
        taste: Taste,
        own_row: &[(String, String)],
        cells: &BTreeMap<String, Cell>,
    ) -> Cell {
        let dialect = self.facts.dialect;
        let number = self.options.from + self.at * self.options.step;
        let wants = self.wants(&column.name);
        let needed = own_row.iter().any(|(_, key)| *key == column.name);
        // Where keys are to be apart, the engine would count them one after the other.
        let apart = self.options.step > 1 && matches!(dialect, Dialect::Mysql | Dialect::Sqlite);
        match column.filled {
            Filled::Computed => return Cell::Left,
            Filled::Counted if !needed && !apart => return Cell::Left,
            Filled::Default if taste.bare && wants.is_empty() => return Cell::Left,
            _ => {}
        }
        if column.filled == Filled::Counted {
            // Written by hand it does not count on PostgreSQL: out of the way of what the engine counts.
            let away = if apart { self.options.step } else { 1_000_000 };
            return Cell::Value(distinct(&column.kind, number + away, taste.spice, dialect));
        }
        let in_key = self.table.keys.iter().any(|k| k.columns.contains(&column.name)) || needed;
        let turn = self.options.from + self.at + place;
        if !in_key
            && wants.is_empty()
            && column.filled == Filled::Default
            && taste.spice > Spice::Plain
            && turn % EACH == AT_DEFAULT
        {
            return Cell::Left;
        }
        let without = column.nullable
            && !(in_key && self.is_referred_to(&column.name))
            && !wants.contains(&&Want::NotNull)
            && (taste.bare || (taste.spice > Spice::Plain && turn % EACH == AT_NULL));
        if without {
            return Cell::Value(Value::Null);
        }
        // Values take turns in the rows that are not NULL.
        let value =
            |turn| free(&column.kind, if column.nullable { past_null(turn) } else { turn }, taste.spice, dialect);
        if wants.is_empty() {
            return Cell::Value(match (in_key, column.kind.distinct()) {
                (true, None) => distinct(&column.kind, number, taste.spice, dialect),
                (true, Some(_)) => {
                    let slot = slot(self.table, column, self.parents, self.table.rows + self.at);
                    free(&column.kind, slot, taste.spice, dialect)
                }
                (false, _) => value(turn),
            });
        }
        let usual: Vec<Value> = if in_key {
            vec![distinct(&column.kind, number, taste.spice, dialect)]
        } else {
            (turn..turn + USUAL).map(value).collect()
        };
        let others = |name: &str| match cells.get(name) {
            Some(Cell::Value(value)) => Some(value.clone()),
            _ => None,
        };
        let found = fitting(&column.kind, &usual, &wants, if in_key { number } else { turn }, &others, dialect);
        Cell::Value(found.unwrap_or_else(|| usual[0].clone()))
    }
}
