//! What was written to a table between its copy and now.

use super::report::WrittenSince;
use crate::archive::{Entry, Home, Live};
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::dialect::quote;

/// Of one copy. By key: rows that came and went. On PostgreSQL each row also tells which transaction wrote it last: those
/// that are younger than the copy's, unless the deploy itself wrote every row anew.
///
/// # Errors
/// Those of the database.
pub fn written_since(db: &mut dyn Database, home: &Home, entry: &Entry) -> Result<WrittenSince, Failure> {
    let mut since =
        WrittenSince { kept: entry.id.clone(), table: entry.table.clone(), added: None, gone: None, changed: None };
    let Some(live) = Live::named(db, &entry.table)? else { return Ok(since) };
    if entry.keys.is_empty() || entry.keys.iter().any(|key| live.column(key).is_none()) {
        return Ok(since);
    }
    let dialect = db.dialect();
    let copy = home.table(&entry.id, dialect);
    let q = |name: &String| quote(name, dialect);
    let keys: Vec<String> = entry.keys.iter().map(|key| format!("t.{0} = k.{0}", q(key))).collect();
    let (keys, table) = (keys.join(" AND "), &live.table);
    let mut count =
        |sql: String| -> Result<Option<u64>, Failure> { Ok(db.query(&sql)?.first().and_then(|n| n.parse().ok())) };
    since.added =
        count(format!("SELECT count(*) FROM {table} AS t WHERE NOT EXISTS (SELECT 1 FROM {copy} AS k WHERE {keys})"))?;
    since.gone =
        count(format!("SELECT count(*) FROM {copy} AS k WHERE NOT EXISTS (SELECT 1 FROM {table} AS t WHERE {keys})"))?;
    if dialect == Dialect::Postgres {
        // `age` counts transactions back from now: less than the copy's is later than the copy.
        let written = count(format!(
            "SELECT count(*) FROM {table} AS t JOIN {copy} AS k ON {keys} WHERE age(t.xmin) < age(k.xmin)"
        ))?;
        let all = count(format!("SELECT count(*) FROM {table} AS t JOIN {copy} AS k ON {keys}"))?;
        // Every single one: the migration wrote the table anew, and nothing can be told.
        since.changed = if written == all && all != Some(0) { None } else { written };
    }
    Ok(since)
}
