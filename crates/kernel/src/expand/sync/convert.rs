//! Columns that hold one value in two shapes: another type, or taken apart, or put together. What is written to either side is
//! converted into the other.
//!
//! As with columns that are copies the triggers assign NEW. A value that one of the sides can't hold is refused: a conversion
//! that gives NULL for a value is an error, and where every value is known to come back as it was, so is one that does not.

pub mod mysql;
pub mod postgres;
pub mod sqlite;

use super::mysql as my;
use super::postgres as pg;
use crate::Dialect;
use crate::catalog::{Column, Table};
use crate::dialect::quote;

/// A column, and its value as SQL over the row's other side.
pub struct Side<'a> {
    /// The column; of the new side under the name that it has while both are there.
    pub column: &'a Column,
    /// What it holds, computed from the columns of the other side.
    pub value: String,
}

/// How values get from one shape into the other.
pub struct Conversion<'a> {
    /// The table, as it is before.
    pub table: &'a Table,
    /// The columns that are there.
    pub old: Vec<Side<'a>>,
    /// Those beside them.
    pub new: Vec<Side<'a>>,
    /// Whatever the new side holds by its values, the old one's give exactly what it was made of.
    pub exact: bool,
    /// A value of the old side may give none for the new one: a person said so.
    pub free: bool,
    /// The SQL that it is written in.
    pub dialect: Dialect,
}

impl Conversion<'_> {
    /// What SET gets to fill the new side.
    pub fn set(&self) -> String {
        let q = |name: &str| quote(name, self.dialect);
        let mut set: Vec<String> = self.new.iter().map(|s| format!("{} = {}", q(&s.column.name), s.value)).collect();
        set.extend(my::stays(self.table, self.dialect));
        set.join(", ")
    }

    /// What holds for a row whose new side is not filled.
    pub fn todo(&self) -> String {
        let q = |side: &Side| quote(&side.column.name, self.dialect);
        if self.exact && self.dialect == Dialect::Sqlite {
            return sqlite::apart(self);
        }
        if self.exact {
            let apart = |s: &Side| match self.dialect {
                Dialect::Mysql => format!("NOT ({})", mysql::equal(s.column, &q(s), &s.value)),
                _ => pg::differ(s.column, &q(s), &postgres::typed(s)),
            };
            return self.new.iter().map(apart).collect::<Vec<_>>().join(" OR ");
        }
        // A fallback is one of many values: what is there already was written by somebody.
        let empty: Vec<String> = self.new.iter().map(|s| format!("{} IS NULL", q(s))).collect();
        let held = self.old.iter().map(|s| format!("{} IS NOT NULL", q(s)));
        let held = held.filter(|_| !self.free);
        let given = self.new.iter().map(|s| format!("({}) IS NOT NULL", s.value));
        let empty = format!("{} AND ({})", empty.join(" AND "), held.chain(given).collect::<Vec<_>>().join(" OR "));
        // SQLite's copy of a table fills it with whatever the expressions give: the triggers look at it when it is filled again.
        match sqlite::of_no_type(self).filter(|_| self.dialect == Dialect::Sqlite) {
            Some(other) => format!("({empty}) OR {other}"),
            None => empty,
        }
    }

    /// The engine fills one of the old ones where a statement does not name it.
    fn has_default(&self) -> bool {
        self.old.iter().any(|s| match self.dialect {
            Dialect::Mysql => my::has_default(s.column),
            Dialect::Sqlite => sqlite::has_default(s.column),
            _ => pg::has_default(s.column),
        })
    }

    fn names(side: &[Side]) -> String {
        side.iter().map(|s| s.column.name.as_str()).collect::<Vec<_>>().join(" and ")
    }

    /// Words for a value of the old side that gives none for the new one.
    fn no_new(&self) -> String {
        let (table, old, new) = (&self.table.name, Self::names(&self.old), Self::names(&self.new));
        match self.new.as_slice() {
            [one] => format!("{table}: a value of {old} can not be converted to {} for {new}", one.column.data_type),
            _ => format!("{table}: a value of {old} gives none for {new}"),
        }
    }

    /// Words for a value of the new side that the old one can't hold.
    fn no_old(&self) -> String {
        let (table, old, new) = (&self.table.name, Self::names(&self.old), Self::names(&self.new));
        match self.old.as_slice() {
            [one] => format!(
                "{table}: a value of {new} can not be kept as {} for old versions, which read {old}",
                one.column.data_type
            ),
            _ => format!("{table}: a value of {new} gives none for old versions, which read {old}"),
        }
    }

    /// Words for two sides that are given and do not go together.
    fn different(&self) -> String {
        let (table, old, new) = (&self.table.name, Self::names(&self.old), Self::names(&self.new));
        format!("{table}: {old} and {new} are one column until the contract, and were given different values")
    }
}
