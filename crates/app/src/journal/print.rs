//! A hash of what the catalogs hold, to tell whether a statement has happened.

use crate::archive::sql::literal;
use crate::archive::{Home, NAME};
use crate::head::Digest;
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::dialect::quote;
use unmigrate_kernel::snapshot::{Options, Snapshot, read};

/// A hash over what the catalogs hold of these names: all that a statement which names them can change. Rows, counters
/// and statistics are no part of it.
///
/// # Errors
/// Those of the database.
pub fn print(db: &mut dyn Database, names: &[String]) -> Result<String, Failure> {
    let text = match db.dialect() {
        Dialect::Mysql => mysql(db, names)?,
        Dialect::Postgres | Dialect::Cockroach => postgres(db, names)?,
        // There everything is in transactions, and only a plan by hand comes here.
        Dialect::Sqlite => format!("{:?}", snapshot(db)?),
    };
    Ok(Digest::of(&text).to_string())
}

fn mysql(db: &mut dyn Database, names: &[String]) -> Result<String, Failure> {
    let bare = |name: &String| name.rsplit('.').next().unwrap_or_default().trim_matches('`').replace("``", "`");
    let list: Vec<String> = names.iter().map(|name| literal(&bare(name), Dialect::Mysql)).collect();
    if list.is_empty() {
        return Ok(String::new());
    }
    let list = list.join(", ");
    let found = db.query(&format!(
        "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ({list}) \
         ORDER BY TABLE_NAME"
    ))?;
    let mut out = String::new();
    for name in found.column("name").into_iter().flatten() {
        out.push_str(&created(db, name)?);
    }
    for query in [
        format!(
            "SELECT TRIGGER_NAME, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_TIMING, ACTION_STATEMENT \
             FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() \
             AND (TRIGGER_NAME IN ({list}) OR EVENT_OBJECT_TABLE IN ({list})) ORDER BY TRIGGER_NAME"
        ),
        format!(
            "SELECT ROUTINE_TYPE, ROUTINE_NAME, ROUTINE_DEFINITION, DTD_IDENTIFIER, SQL_DATA_ACCESS, SECURITY_TYPE \
             FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_NAME IN ({list}) \
             ORDER BY ROUTINE_NAME, ROUTINE_TYPE"
        ),
        format!(
            "SELECT EVENT_NAME, EVENT_DEFINITION, INTERVAL_VALUE, INTERVAL_FIELD, STATUS FROM information_schema.EVENTS \
             WHERE EVENT_SCHEMA = DATABASE() AND EVENT_NAME IN ({list}) ORDER BY EVENT_NAME"
        ),
    ] {
        out.push_str(&format!("{:?}\n", db.query(&query)?.rows));
    }
    Ok(out)
}

/// What `SHOW CREATE TABLE` says, without the counter, which rows move.
fn created(db: &mut dyn Database, name: &str) -> Result<String, Failure> {
    let shown = match db.query(&format!("SHOW CREATE TABLE {}", quote(name, Dialect::Mysql))) {
        Ok(shown) => shown,
        // A view whose tables are gone can't be shown, and is there all the same.
        Err(Failure { kind: FailureKind::Refused, .. }) => return Ok(format!("{name} can't be shown\n")),
        Err(failure) => return Err(failure),
    };
    let text = shown.rows.first().and_then(|row| row.get(1).cloned().flatten()).unwrap_or_default();
    let words: Vec<&str> = text.split(' ').filter(|word| !word.starts_with("AUTO_INCREMENT=")).collect();
    Ok(words.join(" ") + "\n")
}

fn postgres(db: &mut dyn Database, names: &[String]) -> Result<String, Failure> {
    let list: Vec<String> = names.iter().map(|name| literal(name, Dialect::Postgres)).collect();
    if list.is_empty() {
        return Ok(String::new());
    }
    let found = db.query(&format!(
        "SELECT c.oid::regclass::text, c.relkind, x.indexrelid::regclass::text, x.indisvalid, pg_get_indexdef(x.indexrelid) \
         FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_index x ON x.indrelid = c.oid OR x.indexrelid = c.oid \
         WHERE c.oid IN (SELECT to_regclass(n)::oid FROM unnest(ARRAY[{}]::text[]) AS n) ORDER BY 1, 3",
        list.join(", ")
    ))?;
    Ok(format!("{:?}", found.rows))
}

/// All that is compared of the database, without tables of ours.
///
/// # Errors
/// Those of the database.
pub fn snapshot(db: &mut dyn Database) -> Result<Snapshot, Failure> {
    let options = Options { ignore: &[NAME], ..Options::default() };
    let mut found = read(db.dialect(), &mut |sql: &str| db.query(sql), &options)?;
    let ours = |name: &str| name.split('.').any(Home::is_ours);
    found.objects.retain(|object, _| !ours(&object.name));
    found.order.retain(|table, _| !ours(table));
    Ok(found)
}
