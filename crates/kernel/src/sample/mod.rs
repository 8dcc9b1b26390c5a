//! Rows of somebody's database as a sample: the queries that take some of each table, with all rows that these refer to,
//! and the INSERT statements that put them into another database of the same dialect.
//!
//! Only SELECTs are asked of the database that the rows come from. Values stay text from end to end, as the engine
//! prints them; nothing here shows one to anybody.

mod put;
mod take;

pub use put::{OfTable, raised};
pub use take::take;

use crate::Dialect;
use crate::catalog::Name;
use crate::lookup::literal;
use crate::rowset::Column;
use std::collections::BTreeMap;

/// A row, a value for each column of its table. NULL is none.
type Values = Vec<Option<String>>;

/// Rows that were taken.
#[derive(Clone, Default)]
pub struct Sample {
    tables: BTreeMap<Name, Taken>,
}

/// The rows of one table.
#[derive(Clone, Default)]
struct Taken {
    columns: Vec<Column>,
    /// Those that others refer to before those that refer to them, as far as they refer to rows of the same table.
    rows: Vec<Values>,
}

impl Sample {
    /// How many rows were taken.
    pub fn count(&self) -> usize {
        self.tables.values().map(|t| t.rows.len()).sum()
    }

    /// A table as another database names it: MySQL and SQLite know it in any case.
    fn table(&self, name: &Name, dialect: Dialect) -> Option<&Taken> {
        let same = |n: &&Name| !dialect.is_postgres() && n.name.eq_ignore_ascii_case(&name.name);
        self.tables.get(name).or_else(|| self.tables.get(self.tables.keys().find(same)?))
    }
}

/// A value as SQL writes it, from the text that [`Column::printed`] asked for.
fn written(column: &Column, value: Option<&str>, dialect: Dialect) -> String {
    match (value, dialect) {
        (None, _) => "NULL".to_string(),
        // It was asked for as a literal.
        (Some(text), Dialect::Sqlite) => text.to_string(),
        (Some(text), Dialect::Mysql) if column.is_hex() => format!("X'{text}'"),
        (Some(text), _) => literal(text, dialect),
    }
}
