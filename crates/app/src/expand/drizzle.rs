//! The schema in TypeScript while both shapes are there.
//!
//! What the code uses stays as it is: through a table that names both, Drizzle's INSERT would name a column that goes. The table
//! that names both stands in a file beside the schema, which drizzle-kit alone reads until the contract: a copy of it with the
//! old columns in it, and drizzle.config.ts names that one meanwhile. Where the schema is one file, named as it stands there,
//! and its tables are literals, both can be told from the text; else it is for a person, and the reason is said.

mod config;
mod extras;
mod kit;
mod scope;
mod tables;
mod tokens;

use super::edits::Edit;
use super::verb::Where;
use crate::check::git;
use crate::site::place::drizzle_config;
use std::fs;
use std::path::{Path, PathBuf};
use unmigrate_kernel::expand::Piece;
use unmigrate_sources::{Source, Tool, config_file};

/// What is edited with the expand phase. Nothing: the schema is what it has to be.
///
/// # Errors
/// Why it is for a person to edit, in a sentence without a full stop.
pub fn edits(
    source: &Source,
    project: &Path,
    commit: &str,
    name: &str,
    pieces: &[Piece],
    around: &Where,
) -> Result<Vec<Edit>, String> {
    let file = config_file(Tool::Drizzle, project).ok_or("there is no drizzle.config")?;
    let said = fs::read_to_string(&file).map_err(|why| format!("its config can't be read: {why}"))?;
    let loaded = drizzle_config(source, project, around.loader).ok_or("its config can't be evaluated")?;
    let (path, _) = config::schema(&said)?;
    let snake = match loaded.get("casing").and_then(serde_json::Value::as_str) {
        None => false,
        Some("snake_case") => true,
        Some(other) => return Err(format!("what the casing {other} makes of keys is not known here")),
    };
    let schema = dunce::canonicalize(project.join(&path)).ok().filter(|p| p.is_file());
    let schema = schema.ok_or_else(|| format!("`{path}` in its config is no file"))?;
    let there = fs::read_to_string(&schema).map_err(|why| format!("`{path}` can't be read: {why}"))?;
    let old = git::texts(project, commit, std::slice::from_ref(&schema)).pop().map(|(_, text)| text);
    let old = old.ok_or_else(|| format!("the commit {commit} has no `{path}`"))?;
    let Some(text) = kit::kit(&old, &there, pieces, snake).map_err(|why| format!("{why} (`{path}`)"))? else {
        return Ok(vec![]);
    };
    let (kit_path, beside) = beside(&path, &schema)?;
    if beside.exists() {
        return Err(format!("`{kit_path}` is there already"));
    }
    let own = schema.file_name().unwrap_or_default().to_string_lossy();
    let head = format!(
        "// What drizzle-kit reads until the contract of {name}: {own} with what the database still has. Written by unmigrate;\n\
         // `unmigrate contract --write` takes it away. Until then what changes in {own} changes here too.\n"
    );
    let config = config::with_schema(&said, &kit_path)?;
    Ok(vec![
        Edit { path: beside, before: None, after: Some(head + &text) },
        Edit { path: file, before: Some(said), after: Some(config) },
    ])
}

/// The file that drizzle-kit reads: as the config names it, and where it is.
fn beside(path: &str, schema: &Path) -> Result<(String, PathBuf), String> {
    let split = |path: &str| path.rsplit_once('.').map(|(stem, end)| (stem.to_owned(), end.to_owned()));
    let named = schema.file_name().and_then(|name| name.to_str()).and_then(split);
    let ((stem, end), (own, _)) = split(path).zip(named).ok_or_else(|| format!("`{path}` in its config is no file"))?;
    if own.ends_with(".kit") {
        return Err(format!("`{path}` is the file of a plan that is not at its end"));
    }
    Ok((format!("{stem}.kit.{end}"), schema.with_file_name(format!("{own}.kit.{end}"))))
}
