//! Puts back what was kept, by key: after the migration was applied again, or the rollback of one that destroyed.
//!
//! Rows that came in between keep what they have, and rows that went in between stay away; both are counted.

use super::home::Home;
use super::keep::null_safe;
use super::list::{Entry, Kind};
use super::live::Live;
use super::sql::{literal, now};
use std::fmt;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::dialect::quote;

/// What was put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    /// Rows that have their values again, or are there again.
    pub restored: u64,
    /// Rows of the copy whose key is no longer there: they went in between.
    pub gone: u64,
    /// Rows of the table that the copy does not know: they came in between, and keep what they have.
    pub new: u64,
}

/// Why nothing was put back. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRestored {
    /// There is no such table.
    NoTable(String),
    /// The table has no such column.
    NoColumn(String, String),
    /// The table had no primary key, so nothing tells which row is which.
    NoKey(String),
    /// The key is another one than when it was kept.
    OtherKey(String),
    /// The database said no.
    Failed(Failure),
}

impl fmt::Display for NotRestored {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            NotRestored::NoTable(table) => write!(f, "there is no table {table}: apply the migration first"),
            NotRestored::NoColumn(table, column) => {
                write!(f, "{table} has no column `{column}`: apply the migration first")
            }
            NotRestored::NoKey(table) => {
                write!(f, "{table} had no primary key when it was kept, so nothing tells which row is which")
            }
            NotRestored::OtherKey(table) => write!(f, "the primary key of {table} is not the one that it had"),
            NotRestored::Failed(failure) => write!(f, "{failure}"),
        }
    }
}

impl std::error::Error for NotRestored {}

impl From<Failure> for NotRestored {
    fn from(failure: Failure) -> NotRestored {
        NotRestored::Failed(failure)
    }
}

/// Puts one thing back, in one transaction. The copy stays.
///
/// # Errors
/// [`NotRestored`], with nothing changed.
pub fn restore(db: &mut dyn Database, home: &Home, entry: &Entry) -> Result<Restored, NotRestored> {
    let live = Live::named(db, &entry.table)?.ok_or_else(|| NotRestored::NoTable(entry.table.clone()))?;
    if let Some(missing) = entry.columns.iter().chain(&entry.keys).find(|c| live.column(c).is_none()) {
        return Err(NotRestored::NoColumn(entry.table.clone(), missing.clone()));
    }
    if entry.keys.is_empty() && !(entry.kind == Kind::Table && live.rows == 0) {
        return Err(NotRestored::NoKey(entry.table.clone()));
    }
    if !entry.keys.is_empty() && live.keys != entry.keys {
        return Err(NotRestored::OtherKey(entry.table.clone()));
    }
    let dialect = db.dialect();
    let back = Back { dialect, copy: home.table(&entry.id, dialect), live: &live, entry };
    db.execute(if dialect == Dialect::Mysql { "START TRANSACTION" } else { "BEGIN" })?;
    let done = back.run(db).and_then(|counts| {
        let table = home.table("archive", dialect);
        let id = literal(&entry.id, dialect);
        db.execute(&format!("UPDATE {table} SET restored = {} WHERE id = {id}", now(dialect)))?;
        db.execute("COMMIT")?;
        Ok(counts)
    });
    if done.is_err() {
        let _ = db.execute("ROLLBACK");
    }
    Ok(done?)
}

struct Back<'a> {
    dialect: Dialect,
    copy: String,
    live: &'a Live,
    entry: &'a Entry,
}

impl Back<'_> {
    fn run(&self, db: &mut dyn Database) -> Result<Restored, Failure> {
        let restored = match self.entry.kind {
            Kind::Table => self.insert(db)?,
            Kind::Columns | Kind::Rows | Kind::Values => db.execute(&self.update())?,
        };
        let count = |db: &mut dyn Database, sql: String| -> Result<u64, Failure> {
            Ok(db.query(&sql)?.first().and_then(|n| n.parse().ok()).unwrap_or_default())
        };
        let (table, copy) = (&self.live.table, &self.copy);
        if self.entry.keys.is_empty() {
            return Ok(Restored { restored, gone: 0, new: 0 });
        }
        let keys = self.keys("t", "k");
        let gone =
            format!("SELECT count(*) FROM {copy} AS k WHERE NOT EXISTS (SELECT 1 FROM {table} AS t WHERE {keys})");
        let new =
            format!("SELECT count(*) FROM {table} AS t WHERE NOT EXISTS (SELECT 1 FROM {copy} AS k WHERE {keys})");
        // A copy of some rows does not know the others, and they are not new because of that.
        let whole = matches!(self.entry.kind, Kind::Table | Kind::Columns);
        Ok(Restored { restored, gone: count(db, gone)?, new: if whole { count(db, new)? } else { 0 } })
    }

    fn q(&self, name: &str) -> String {
        quote(name, self.dialect)
    }

    fn keys(&self, a: &str, b: &str) -> String {
        let one = |key: &String| format!("{a}.{0} = {b}.{0}", self.q(key));
        self.entry.keys.iter().map(one).collect::<Vec<_>>().join(" AND ")
    }

    /// A value of the copy, as the column's type of today.
    fn value(&self, column: &str) -> String {
        let cast = self.live.column(column).filter(|c| !c.data_type.is_empty());
        let cast = cast.map_or_else(String::new, |c| format!("::{}", c.data_type));
        format!("k.{}{cast}", self.q(column))
    }

    /// Where the type's change had left another value, only rows that still have that one.
    fn untouched(&self) -> String {
        let (Kind::Values, Some(column)) = (self.entry.kind, self.entry.columns.first()) else { return String::new() };
        let cast = self.live.column(column).filter(|c| !c.data_type.is_empty());
        let became = cast.map_or_else(|| "k._became".to_owned(), |c| format!("k._became::{}", c.data_type));
        // SQLite compares numbers with texts by what the column is: never equal to a bare text.
        let (a, b) = match self.dialect {
            Dialect::Sqlite => (format!("CAST(t.{} AS TEXT)", self.q(column)), became),
            _ => (format!("t.{}", self.q(column)), became),
        };
        format!(" AND {}", null_safe(self.dialect, &a, &b))
    }

    fn update(&self) -> String {
        let (table, copy, keys, untouched) = (&self.live.table, &self.copy, self.keys("t", "k"), self.untouched());
        let columns = self.entry.columns.iter();
        match self.dialect {
            Dialect::Mysql => {
                let set: Vec<String> = columns.map(|c| format!("t.{0} = k.{0}", self.q(c))).collect();
                format!("UPDATE {table} AS t JOIN {copy} AS k ON {keys}{untouched} SET {}", set.join(", "))
            }
            _ => {
                let set: Vec<String> = columns.map(|c| format!("{} = {}", self.q(c), self.value(c))).collect();
                format!("UPDATE {table} AS t SET {} FROM {copy} AS k WHERE {keys}{untouched}", set.join(", "))
            }
        }
    }

    fn insert(&self, db: &mut dyn Database) -> Result<u64, Failure> {
        let all: Vec<&String> = self
            .live
            .columns
            .iter()
            .map(|c| &c.name)
            .filter(|c| self.entry.columns.contains(c) || self.entry.keys.contains(c))
            .collect();
        let names: Vec<String> = all.iter().map(|c| self.q(c)).collect();
        let values: Vec<String> = all.iter().map(|c| self.value(c)).collect();
        let (table, copy) = (&self.live.table, &self.copy);
        let unless = match self.entry.keys.is_empty() {
            true => String::new(),
            false => format!(" WHERE NOT EXISTS (SELECT 1 FROM {table} AS t WHERE {})", self.keys("t", "k")),
        };
        let overriding = if self.dialect == Dialect::Postgres { " OVERRIDING SYSTEM VALUE" } else { "" };
        if self.dialect == Dialect::Mysql {
            // Else a zero in the key would get another number.
            db.execute("SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_AUTO_VALUE_ON_ZERO')")?;
        }
        let (names, values) = (names.join(", "), values.join(", "));
        let rows =
            db.execute(&format!("INSERT INTO {table} ({names}){overriding} SELECT {values} FROM {copy} AS k{unless}"))?;
        if self.dialect == Dialect::Postgres {
            self.advance(db, &all)?;
        }
        Ok(rows)
    }

    /// Sequences go on after the highest value that is there again.
    fn advance(&self, db: &mut dyn Database, columns: &[&String]) -> Result<(), Failure> {
        for column in columns {
            let (table, name) = (literal(&self.live.table, self.dialect), literal(column, self.dialect));
            let owned = db.query(&format!("SELECT pg_get_serial_sequence({table}, {name})"))?;
            let Some(sequence) = owned.first() else { continue };
            let sequence = literal(sequence, self.dialect);
            let (table, column) = (&self.live.table, self.q(column));
            db.query(&format!(
                "SELECT setval({sequence}, m) FROM (SELECT max({column})::bigint AS m FROM {table}) AS x \
                 WHERE m > (SELECT COALESCE(pg_sequence_last_value({sequence}::regclass), 0))"
            ))?;
        }
        Ok(())
    }
}
