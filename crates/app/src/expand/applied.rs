//! Has a migration run anywhere? The database says it where one is named; else git tells who else may have it.

use super::refusal;
use crate::check::git;
use crate::site::place::{drizzle_config, location};
use crate::target::{self, Versions};
use crate::{ConfigLoader, Problem};
use std::collections::BTreeSet;
use std::path::Path;
use unmigrate_engines::{Database, Target};
use unmigrate_sources::Source;
use unmigrate_sources::tracking::{self, Reading};

/// The migrations that a database says are applied, by name; one that was begun counts.
///
/// # Errors
/// Those of the database.
pub fn in_database(
    source: &Source,
    cwd: &Path,
    db: &mut dyn Database,
    to: Option<&Target>,
    loader: &dyn ConfigLoader,
) -> Result<BTreeSet<String>, Problem> {
    let project = target::project_of(&source.dir, cwd);
    let at = location(source, to, drizzle_config(source, &project, loader).as_ref(), None);
    let dialect = db.dialect();
    let read = tracking::read(source.tool, dialect, &at, &mut |sql: &str| db.query(sql));
    let Reading::Table(table) = read.map_err(|f| crate::site::refusal::database(&f))? else {
        return Ok(BTreeSet::new());
    };
    let state = table.state(source, Versions::of(&project).orm.as_deref());
    let begun = |s: &&tracking::Standing| s.status != tracking::Status::Pending;
    Ok(state.migrations.iter().filter(begun).map(|s| s.name.clone()).collect())
}

/// Refuses a migration that others may have: one that the default branch has too.
///
/// # Errors
/// `already-applied` where the default branch has it, `maybe-applied` where there is nobody to ask.
pub fn by_git(cwd: &Path, migration: &str, up: &Path) -> Result<(), Problem> {
    let Some(since) = git::default_branch(cwd, None) else {
        return Err(refusal::maybe_applied(migration, "no database was named, and git knows no other branch"));
    };
    let folder = up.parent().unwrap_or(up);
    match git::changes(cwd, &since, &[folder]).added.contains(up) {
        true => Ok(()),
        false => Err(refusal::already_applied(migration, &format!("{} has it too", since.reference))),
    }
}
