//! The catalog of what is kept.

use super::home::Home;
use super::sql::{literal, long_text};
use unmigrate_engines::{Database, Failure, Row};
use unmigrate_kernel::Dialect;

/// The catalog's table in its home.
const TABLE: &str = "archive";

/// One thing that is kept.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its name, which is also that of its table.
    pub id: String,
    /// Whose rollback took it away.
    pub migration: String,
    /// What it is.
    pub kind: Kind,
    /// The table that it is from, in SQL.
    pub table: String,
    /// The columns that were copied, without the key.
    pub columns: Vec<String>,
    /// The key; empty where the table has none.
    pub keys: Vec<String>,
    /// How many rows were copied.
    pub rows: u64,
    /// How much it takes on the disk, where the engine tells.
    pub bytes: Option<u64>,
    /// When it was kept: ISO 8601, UTC.
    pub kept: String,
    /// When it was put back, the last time.
    pub restored: Option<String>,
}

/// What is kept of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// All of it: the table goes.
    Table,
    /// Columns: they go, or their values are assigned anew.
    Columns,
    /// Rows that are deleted.
    Rows,
    /// Values of a column whose new type does not hold them as they were.
    Values,
}

impl Kind {
    /// The word of the catalog and of JSON.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Table => "table",
            Kind::Columns => "columns",
            Kind::Rows => "rows",
            Kind::Values => "values",
        }
    }

    fn from_word(word: &str) -> Option<Kind> {
        [Kind::Table, Kind::Columns, Kind::Rows, Kind::Values].into_iter().find(|kind| kind.word() == word)
    }
}

/// The columns that are written, in SQL. `rows` and `table` are words of some dialect.
pub(super) fn columns_of_catalog(dialect: Dialect) -> String {
    let names = ["id", "migration", "kind", "source", "columns", "key_columns", "row_count", "bytes", "kept"];
    names.map(|name| unmigrate_kernel::dialect::quote(name, dialect)).join(", ")
}

/// Statements that make the catalog where it is not there.
pub(super) fn make_catalog(home: &Home, dialect: Dialect) -> Vec<String> {
    let key = if dialect == Dialect::Mysql { "VARCHAR(64)" } else { "TEXT" };
    let text = long_text(dialect);
    let q = |name: &str| unmigrate_kernel::dialect::quote(name, dialect);
    let table = format!(
        "CREATE TABLE IF NOT EXISTS {} ({} {key} PRIMARY KEY NOT NULL, {} {text} NOT NULL, {} {key} NOT NULL, {} {text} NOT NULL, \
         {} {text} NOT NULL, {} {text} NOT NULL, {} BIGINT NOT NULL, {} BIGINT, {} {key} NOT NULL, {} {key})",
        home.table(TABLE, dialect),
        q("id"),
        q("migration"),
        q("kind"),
        q("source"),
        q("columns"),
        q("key_columns"),
        q("row_count"),
        q("bytes"),
        q("kept"),
        q("restored")
    );
    home.making().into_iter().chain([table]).collect()
}

/// All that is kept, oldest first. Where the tables of ours lie is looked up.
///
/// # Errors
/// Those of the database.
pub fn list(db: &mut dyn Database, home: &Home) -> Result<Vec<Entry>, Failure> {
    if !home.has(db, TABLE)? {
        return Ok(Vec::new());
    }
    let dialect = db.dialect();
    let columns = columns_of_catalog(dialect);
    let sql = format!("SELECT {columns}, restored FROM {} ORDER BY kept, id", home.table(TABLE, dialect));
    Ok(db.query(&sql)?.iter().filter_map(entry).collect())
}

fn entry(row: Row) -> Option<Entry> {
    let names = |column: &str| serde_json::from_str(row.text(column)).unwrap_or_default();
    Some(Entry {
        id: row.text("id").to_owned(),
        migration: row.text("migration").to_owned(),
        kind: Kind::from_word(row.text("kind"))?,
        table: row.text("source").to_owned(),
        columns: names("columns"),
        keys: names("key_columns"),
        rows: row.text("row_count").parse().unwrap_or_default(),
        bytes: row.get("bytes").and_then(|bytes| bytes.parse().ok()),
        kept: row.text("kept").to_owned(),
        restored: row.get("restored").map(str::to_owned),
    })
}

/// Deletes a copy and its line. False where nothing of this name is kept.
///
/// # Errors
/// Those of the database.
pub fn drop_kept(db: &mut dyn Database, home: &Home, id: &str) -> Result<bool, Failure> {
    if !list(db, home)?.iter().any(|entry| entry.id == id) {
        return Ok(false);
    }
    let dialect = db.dialect();
    db.execute(&format!("DROP TABLE IF EXISTS {}", home.table(id, dialect)))?;
    db.execute(&format!("DELETE FROM {} WHERE id = {}", home.table(TABLE, dialect), literal(id, dialect)))?;
    Ok(true)
}
