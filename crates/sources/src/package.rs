//! `--project`: of the histories found, those of a package.

use crate::Problem;
use crate::discover::Found;
use crate::source::{Context, Source};
use std::fs;
use std::path::Path;

/// Keeps the histories of packages that are named, by their `package.json`'s name or by path.
///
/// # Errors
/// `no-such-project` where a word chooses none of them, with the names there are.
pub fn choose(mut found: Found, projects: &[String], context: &Context) -> Result<Found, Problem> {
    if projects.is_empty() {
        return Ok(found);
    }
    if let Some(word) = projects.iter().find(|word| !found.sources.iter().any(|s| is_of(s, word, context))) {
        return Err(no_such_project(word, &found));
    }
    found.sources.retain(|source| projects.iter().any(|word| is_of(source, word, context)));
    // What concerns the others was not asked for.
    found.problems.retain(|problem| {
        let path = problem.path.as_deref().map(|p| context.cwd.join(p));
        path.is_none_or(|p| projects.iter().any(|word| in_package(&p, word, context)))
    });
    Ok(found)
}

fn is_of(source: &Source, word: &str, context: &Context) -> bool {
    in_package(&source.dir, word, context)
}

fn in_package(path: &Path, word: &str, context: &Context) -> bool {
    let folder = dunce::canonicalize(context.cwd.join(word));
    folder.is_ok_and(|folder| path.starts_with(folder)) || name(path).is_some_and(|name| name == word)
}

/// The name of the package that a folder belongs to.
fn name(dir: &Path) -> Option<String> {
    dir.ancestors().find_map(|above| {
        let text = fs::read_to_string(above.join("package.json")).ok()?;
        let package: serde_json::Value = serde_json::from_str(&text).ok()?;
        Some(package.get("name")?.as_str()?.to_owned())
    })
}

fn no_such_project(word: &str, found: &Found) -> Problem {
    let mut names: Vec<String> =
        found.sources.iter().map(|s| name(&s.dir).unwrap_or_else(|| s.shown.clone())).collect();
    names.dedup();
    let there = if names.is_empty() { "no history was found".to_owned() } else { names.join(", ") };
    Problem::error(
        "no-such-project",
        format!("no history belongs to a project `{word}`; there are: {there}"),
        "--project takes the name in package.json, or a path",
    )
}
