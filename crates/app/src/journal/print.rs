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
    Ok(Fingerprint::of(&snapshot(db)?, []).to_string())
}

/// All that is compared of the database, without tables of ours.
///
/// # Errors
/// Those of the database.
pub fn snapshot(db: &mut dyn Database) -> Result<Snapshot, Failure> {
    let options = Options { ignore: &[crate::archive::NAME], ..Options::default() };
    let mut found = read(db.dialect(), &mut |sql: &str| db.query(sql), &options)?;
    let ours = |name: &str| name.split('.').any(Home::is_ours);
    found.objects.retain(|object, _| !ours(&object.name));
    found.order.retain(|table, _| !ours(table));
    Ok(found)
}
