//! What earlier runs kept of migrations, put back once it has its place again: after a rollback was deployed again, or a
//! migration that destroyed was rolled back.

use super::refusal;
use super::report::PutBackReport;
use crate::Problem;
use crate::archive::{Entry, Home, NotRestored, restore};
use unmigrate_engines::Database;

/// Puts back what was kept of these migrations before this run and never put back since; what has no place is left.
pub(crate) fn put_back(
    db: &mut dyn Database,
    home: &Home,
    before: &[Entry],
    migrations: &[String],
    problems: &mut Vec<Problem>,
) -> Vec<PutBackReport> {
    let due = before.iter().filter(|entry| entry.restored.is_none() && migrations.contains(&entry.migration));
    let mut out = Vec::new();
    for entry in due {
        match restore(db, home, entry) {
            Ok(rows) => {
                out.push(PutBackReport { kept: entry.id.clone(), migration: entry.migration.clone(), rows });
            }
            // Of the other direction: what the migration itself takes away has no place now.
            Err(NotRestored::NoTable(_) | NotRestored::NoColumn(..)) => {}
            Err(why) => problems.push(refusal::not_put_back(entry, &why)),
        }
    }
    out
}
