//! Columns whose values move to another table: both tables hold them until the contract, and what is written to either is
//! written to the other, to the row that a foreign key finds.
//!
//! Where the row has none over there, its column holds what says that there is nothing: NULL, or the default. What it holds
//! beyond that has no place there: where the other table comes with the migration the row is made; where it was there before,
//! the value waits until somebody makes the row, and the contract waits for it.

mod mysql;
mod postgres;

use super::convert::mysql as my;
use super::postgres as pg;
use crate::Dialect;
use crate::catalog::{Column, Table};
use crate::dialect::quote;
use crate::expand::Batch;
use crate::render::clause;

/// A column, and the one of the other table that its values move to.
pub struct Moved<'a> {
    /// The one that is there.
    pub here: &'a Column,
    /// The one of the other table, as it is when the migration is through.
    pub there: &'a Column,
    /// What the column holds where there is no row over there, as SQL of its type: a constant, or NULL.
    pub nothing: String,
    /// The same as somebody wrote it.
    pub said: String,
}

/// Two tables and what moves between them.
pub struct Across<'a> {
    /// The table that holds the values, as it is before.
    pub here: &'a Table,
    /// The table that they move to, as it is when the migration is through.
    pub there: &'a Table,
    /// By which columns a row of one finds that of the other: those of this table, each with that of the other.
    pub link: Vec<(&'a str, &'a str)>,
    /// What moves.
    pub columns: Vec<Moved<'a>>,
    /// What other columns of a row that is made over there hold, as SQL over the row here; where this table goes, of a row that is
    /// made here, over the row there.
    pub made: Vec<(String, String)>,
    /// The other table comes with the migration: no old version knows it, and whoever writes a value here has a row there.
    pub comes: bool,
    /// The backfill makes rows that are missing.
    pub makes: bool,
    /// The foreign key takes the row there along when the one here is deleted.
    pub cascades: bool,
    /// This table refers to the other, not the other way around.
    pub refers: bool,
    /// This table goes with the contract, and refers to the other: no new version knows it, and whoever writes a value there has a
    /// row here.
    pub goes: bool,
    /// The SQL that it is written in.
    pub dialect: Dialect,
}

impl Across<'_> {
    fn q(&self, name: &str) -> String {
        quote(name, self.dialect)
    }

    /// This table, in SQL.
    pub fn own(&self) -> String {
        clause::name(&self.here.name, self.dialect)
    }

    /// The other table, in SQL.
    pub fn other(&self) -> String {
        clause::name(&self.there.name, self.dialect)
    }

    /// The rows belong to each other; `here` and `there` stand before the names of their columns, each with its dot.
    pub fn linked(&self, here: &str, there: &str) -> String {
        let one = |(own, other): &(&str, &str)| format!("{there}{} = {here}{}", self.q(other), self.q(own));
        self.link.iter().map(one).collect::<Vec<_>>().join(" AND ")
    }

    /// Whether two values of a column differ.
    fn differ(&self, moved: &Moved, a: &str, b: &str) -> String {
        match self.dialect {
            Dialect::Mysql => format!("NOT ({})", my::equal(moved.here, a, b)),
            _ => pg::differ(moved.here, a, b),
        }
    }

    /// What this table holds of a value that a row of the other one has.
    fn seen(&self, moved: &Moved, there: &str) -> String {
        let value = format!("{there}{}", self.q(&moved.there.name));
        if moved.here.not_null && !moved.there.not_null {
            format!("coalesce({value}, {})", moved.nothing)
        } else {
            value
        }
    }

    /// Any of the columns holds a value for which there has to be a row over there.
    pub fn holds(&self, here: &str) -> String {
        let one = |m: &Moved| self.differ(m, &format!("{here}{}", self.q(&m.here.name)), &m.nothing);
        self.columns.iter().map(one).collect::<Vec<_>>().join(" OR ")
    }

    /// Any of the columns of the other table holds something for which there has to be a row here, where this table goes.
    pub fn holds_there(&self, there: &str) -> String {
        let one = |m: &Moved| format!("{there}{} IS NOT NULL", self.q(&m.there.name));
        self.columns.iter().map(one).collect::<Vec<_>>().join(" OR ")
    }

    /// The row of the other table as the columns of a row here: names and values, those that link first.
    pub fn row_here(&self, there: &str) -> (String, String) {
        let linked = self.link.iter().map(|(own, other)| (self.q(own), format!("{there}{}", self.q(other))));
        let moved = self.columns.iter().map(|m| (self.q(&m.here.name), self.seen(m, there)));
        let made = self.made.iter().map(|(name, value)| (self.q(name), format!("({value})")));
        let (names, values): (Vec<String>, Vec<String>) = linked.chain(moved).chain(made).unzip();
        (names.join(", "), values.join(", "))
    }

    /// Any of the columns is not what the row of the other table has.
    fn apart(&self, here: &str, there: &str) -> String {
        let one = |m: &Moved| self.differ(m, &format!("{here}{}", self.q(&m.here.name)), &self.seen(m, there));
        self.columns.iter().map(one).collect::<Vec<_>>().join(" OR ")
    }

    /// What holds for a row here that has one over there, which holds something else.
    pub fn differing(&self) -> String {
        let here = format!("{}.", self.own());
        format!(
            "EXISTS (SELECT 1 FROM {} AS moved WHERE {} AND ({}))",
            self.other(),
            self.linked(&here, "moved."),
            self.apart(&here, "moved.")
        )
    }

    /// What holds for a row here whose values have no row over there.
    pub fn homeless(&self) -> String {
        let here = format!("{}.", self.own());
        format!(
            "({}) AND NOT EXISTS (SELECT 1 FROM {} AS moved WHERE {})",
            self.holds(&here),
            self.other(),
            self.linked(&here, "moved.")
        )
    }

    /// What the column here holds, as SQL over the row here, on one line.
    pub fn brought(&self, moved: &Moved) -> String {
        let (other, linked) = (self.other(), self.linked(&format!("{}.", self.own()), "moved."));
        // MySQL: a consistent read may be older than what its trigger has written here.
        let lock = if self.dialect == Dialect::Mysql { " LOCK IN SHARE MODE" } else { "" };
        let value = format!("(SELECT moved.{} FROM {other} AS moved WHERE {linked}{lock})", self.q(&moved.there.name));
        match (moved.here.not_null, moved.nothing.eq_ignore_ascii_case("null")) {
            (true, _) => format!("coalesce({value}, {})", moved.nothing),
            (false, true) => value,
            (false, false) => format!(
                "CASE WHEN EXISTS (SELECT 1 FROM {other} AS moved WHERE {linked}) THEN {value} ELSE {} END",
                moved.nothing
            ),
        }
    }

    /// What holds for a row here that is still to be filled over there.
    pub fn todo(&self) -> String {
        if self.makes { format!("{} OR {}", self.differing(), self.homeless()) } else { self.differing() }
    }

    /// Statements that make the triggers, and those that drop them.
    pub fn triggers(&self) -> (Vec<String>, Vec<String>) {
        match self.dialect {
            Dialect::Mysql => mysql::Mysql(self).triggers(),
            _ => postgres::Postgres(self).triggers(),
        }
    }

    /// What fills a batch of rows over there.
    pub fn batch(&self) -> Vec<Batch> {
        match self.dialect {
            Dialect::Mysql => mysql::Mysql(self).batch(),
            _ => postgres::Postgres(self).batch(),
        }
    }

    /// The row here by the columns of one, as `NEW.` or `OLD.` has them: of this table, or of the other.
    fn here_by(&self, row: &str, of_other: bool) -> String {
        let by = |(own, other): &(&str, &str)| self.q(if of_other { other } else { own });
        let one = |pair: &(&str, &str)| format!("here.{} = {row}{}", self.q(pair.0), by(pair));
        self.link.iter().map(one).collect::<Vec<_>>().join(" AND ")
    }

    /// The row over there, in the same way.
    fn there_by(&self, row: &str, of_other: bool) -> String {
        let by = |(own, other): &(&str, &str)| self.q(if of_other { other } else { own });
        let one = |pair: &(&str, &str)| format!("there.{} = {row}{}", self.q(pair.1), by(pair));
        self.link.iter().map(one).collect::<Vec<_>>().join(" AND ")
    }

    /// A statement over there has changed which row here its row belongs to. Where the row here refers, it goes along.
    fn relinked(&self) -> String {
        if self.refers {
            return "FALSE".to_owned();
        }
        let one = |(_, other): &(&str, &str)| {
            let (old, new) = (format!("OLD.{}", self.q(other)), format!("NEW.{}", self.q(other)));
            match self.dialect {
                Dialect::Mysql => format!("NOT ({old} <=> {new})"),
                _ => format!("{old} IS DISTINCT FROM {new}"),
            }
        };
        self.link.iter().map(one).collect::<Vec<_>>().join(" OR ")
    }

    /// Words for a row that can't go over to another row of the other table.
    fn taken(&self) -> String {
        let (one, other) = if self.refers { (self.here, self.there) } else { (self.there, self.here) };
        format!(
            "a row of {} can not become that of a row of {} which holds another value of its own, until the contract",
            one.name, other.name
        )
    }

    /// The columns that link the other table.
    fn theirs(&self) -> Vec<&str> {
        self.link.iter().map(|(_, other)| *other).collect()
    }
}
