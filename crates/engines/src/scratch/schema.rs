//! A schema of ours in a database of somebody's, where no database may be made. PostgreSQL makes and marks it at once.

use super::keeper::literal;
use super::marker::{self, Marker, PREFIX};
use crate::database::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::dialect::quote;

/// Makes and marks it.
pub(super) fn make(admin: &mut dyn Database, name: &str) -> Result<(), Failure> {
    admin.script(&creation(name))
}

/// Empties it.
pub(super) fn fresh(admin: &mut dyn Database, name: &str) -> Result<(), Failure> {
    carries_marker(admin, name)?;
    admin.script(&format!("DROP SCHEMA {} CASCADE; {}", quote(name, Dialect::Postgres), creation(name)))
}

/// Drops it.
pub(super) fn remove(admin: &mut dyn Database, name: &str) -> Result<(), Failure> {
    carries_marker(admin, name)?;
    admin.execute(&format!("DROP SCHEMA {} CASCADE", quote(name, Dialect::Postgres))).map(|_| ())
}

/// Drops what killed runs left in this database.
pub(super) fn sweep(admin: &mut dyn Database) -> Result<Vec<String>, Failure> {
    let like = literal(&format!("{}%", PREFIX.replace('_', "\\_")), Dialect::Postgres);
    let rows = admin.query(&format!(
        "SELECT nspname AS name, obj_description(oid, 'pg_namespace') AS marker FROM pg_namespace WHERE nspname LIKE {like}"
    ))?;
    let mut swept = Vec::new();
    for row in rows.iter() {
        let orphan = row.get("marker").and_then(Marker::read).is_some_and(|marker| marker.is_orphan());
        if orphan && remove(admin, row.text("name")).is_ok() {
            swept.push(row.text("name").to_owned());
        }
    }
    Ok(swept)
}

fn creation(name: &str) -> String {
    let text = literal(&Marker::of_this_process().text(), Dialect::Postgres);
    let name = quote(name, Dialect::Postgres);
    format!("CREATE SCHEMA {name}; COMMENT ON SCHEMA {name} IS {text}")
}

fn carries_marker(admin: &mut dyn Database, name: &str) -> Result<(), Failure> {
    let sql = format!(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = {}",
        literal(name, Dialect::Postgres)
    );
    if marker::is_ours(name) && admin.query(&sql)?.first().and_then(Marker::read).is_some() {
        return Ok(());
    }
    let message = format!("the schema {name} does not carry unmigrate's marker, and is left as it is");
    Err(Failure::new(FailureKind::Refused, message))
}
