//! The migration tool's own table.

use super::{Scene, refusal};
use crate::Problem;
use crate::journal::Seen;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::Fingerprint;
use unmigrate_sources::tracking::{self, Reading, Tracking};

/// What is where the tool keeps its table.
///
/// # Errors
/// The database is of another kind than the migrations are written for, or does not answer.
pub fn reading(db: &mut dyn Database, scene: &Scene) -> Result<Reading, Problem> {
    let dialect = db.dialect();
    if !same_family(dialect, scene.source.history.dialect) {
        return Err(refusal::wrong_dialect(scene.source.history.dialect, dialect));
    }
    let read = tracking::read(scene.source.tool, dialect, &scene.at, &mut |sql: &str| db.query(sql));
    read.map_err(|f| refusal::database(&f))
}

/// The tool's table, which has to be there.
///
/// # Errors
/// As [`reading`], and where it is not there or not the tool's.
pub fn read_table(db: &mut dyn Database, scene: &Scene) -> Result<Tracking, Problem> {
    match reading(db, scene)? {
        Reading::Table(tracking) => Ok(tracking),
        Reading::Missing => Err(refusal::no_table(&scene.at)),
        Reading::Foreign(columns) => Err(refusal::foreign_table(&scene.at, &columns)),
    }
}

fn same_family(a: Dialect, b: Dialect) -> bool {
    a == b || (a.is_postgres() && b.is_postgres())
}

/// What a plan is bound to, as it is now. Where the tool has no table yet, no rows.
///
/// # Errors
/// As [`reading`].
pub fn bound(db: &mut dyn Database, scene: &Scene) -> Result<Fingerprint, Problem> {
    let tracking = match reading(db, scene)? {
        Reading::Table(tracking) => tracking,
        Reading::Missing => Tracking::absent(scene.source, &scene.at, scene.orm.as_deref()),
        Reading::Foreign(columns) => return Err(refusal::foreign_table(&scene.at, &columns)),
    };
    fingerprint(db, scene, &tracking).map_err(|f| refusal::database(&f))
}

/// What a plan is bound to: all that the catalogs hold, without tables of ours, and the rows of the tool's table.
///
/// # Errors
/// Those of the database.
pub fn fingerprint(db: &mut dyn Database, scene: &Scene, tracking: &Tracking) -> Result<Fingerprint, Failure> {
    let rows = tracking.row_texts();
    let seen = Seen::now(db, scene.seen.take())?;
    let fingerprint = Fingerprint::of(&seen.snapshot, rows.iter().map(String::as_str));
    scene.seen.replace(Some(seen));
    Ok(fingerprint)
}
