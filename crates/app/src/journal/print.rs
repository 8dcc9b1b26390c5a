//! A hash of what the catalogs hold, to tell whether a statement has happened.

use crate::archive::Home;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::plan::Fingerprint;
use unmigrate_kernel::snapshot::{Options, Snapshot, read};

/// The hash. Rows, counters and statistics are no part of it, nor are tables of ours.
///
/// # Errors
/// Those of the database.
pub fn print(db: &mut dyn Database) -> Result<String, Failure> {
    let mut snapshot = snapshot(db)?;
    snapshot.objects.retain(|object, _| !object.name.split('.').any(Home::is_ours));
    snapshot.order.retain(|table, _| !table.split('.').any(Home::is_ours));
    Ok(Fingerprint::of(&snapshot, []).to_string())
}

/// All that is compared of the database, without tables of ours.
///
/// # Errors
/// Those of the database.
pub fn snapshot(db: &mut dyn Database) -> Result<Snapshot, Failure> {
    let dialect = db.dialect();
    read(dialect, &mut |sql: &str| db.query(sql), &Options { ignore: &[crate::archive::NAME], ..Options::default() })
}
