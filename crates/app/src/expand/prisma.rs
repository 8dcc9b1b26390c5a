//! schema.prisma as it has to be with each release of a plan, where that can be told.
//!
//! The schema was edited for the migration as the tool wrote it. Until the contract it names the old columns as they were, and
//! the new ones beside them, optional and without what the database makes later. Both are lines that somebody wrote: the
//! old ones stand in the commit before the migration, the new ones in the file. Whatever else was edited stays. Where one line is
//! not found, nothing is edited, and the reason is said.

mod draft;
mod lines;
mod relations;
mod written;

use super::edits::{Edit, Edits};
use crate::check::git;
use draft::Draft;
use std::fs;
use std::path::Path;
use unmigrate_kernel::expand::Piece;
use unmigrate_sources::{Source, schema_files};

/// Recipes with which the schema is what the database has from expand on.
const AS_IT_IS: [&str; 3] = ["add-foreign-key", "add-check", "rename-table"];

/// The file in which all that a plan changes stands, and its text with each release. `commit` is the one before the migration.
/// Nothing: the schema is what it has to be.
///
/// # Errors
/// Why it is for a person to edit, in a sentence without a full stop.
pub fn edits(source: &Source, cwd: &Path, commit: &str, pieces: &[Piece]) -> Result<Edits, String> {
    if pieces.iter().all(|p| AS_IT_IS.contains(&p.recipe)) {
        return Ok(Edits::default());
    }
    let mut found: Option<Edits> = None;
    for (path, old) in git::texts(cwd, commit, &schema_files(&source.dir)) {
        let Ok(last) = fs::read_to_string(&path) else { continue };
        if last == old {
            continue;
        }
        if found.is_some() {
            return Err("it was edited in more than one file".into());
        }
        let (first, second) = texts(&old, &last, pieces)?;
        let (second, why) = match second {
            Ok(second) => (second, None),
            Err(why) => (first.clone(), Some(why)),
        };
        let edit = |before: &String, after: &String| Edit {
            path: path.clone(),
            before: Some(before.clone()),
            after: Some(after.clone()),
        };
        let mut edits = Edits {
            expand: vec![edit(&last, &first)],
            code: vec![edit(&first, &second)],
            code_by_hand: why,
            contract: vec![edit(&second, &last)],
            ..Edits::default()
        };
        for all in [&mut edits.expand, &mut edits.code, &mut edits.contract] {
            all.retain(|edit| edit.before != edit.after);
        }
        found = Some(edits);
    }
    found.ok_or_else(|| format!("the commit {commit} has no schema that differs from what is there"))
}

/// The text for the first release, and that for the second, or why there is none.
fn texts(old: &str, last: &str, pieces: &[Piece]) -> Result<(String, Result<String, String>), String> {
    Ok((Draft::of(old, last, false).text(pieces)?, Draft::of(old, last, true).text(pieces)))
}

#[cfg(test)]
mod tests;
