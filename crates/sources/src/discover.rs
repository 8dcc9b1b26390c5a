//! Which folders of migrations a project has: the layouts themselves are looked for, and config files are asked only
//! where a project has one and no such folder.

use crate::config;
use crate::prisma;
use crate::read::read;
use crate::source::{Context, Source};
use crate::walk::Walk;
use crate::{Problem, Tool, package};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// Every history that can be read, in the order of their paths.
    pub sources: Vec<Source>,
    /// Folders and configs that could not be.
    pub problems: Vec<Problem>,
}

/// Finds and reads histories: in the folders that are named, or else everywhere below the working directory.
///
/// # Errors
/// `nothing-found`, saying where it looked, and `no-such-project`.
pub fn find(dirs: &[PathBuf], projects: &[String], context: &Context) -> Result<Found, Problem> {
    let found = if dirs.is_empty() { everywhere(context)? } else { named(dirs, context) };
    package::choose(found, projects, context)
}

fn named(dirs: &[PathBuf], context: &Context) -> Found {
    let mut found = Found::default();
    for dir in dirs {
        let path = context.cwd.join(dir);
        let Ok(path) = dunce::canonicalize(&path) else {
            found.problems.push(no_such_folder(&context.shown(&path)));
            continue;
        };
        match read(&path, context) {
            // Not a folder of migrations, but perhaps a package that has one.
            Err(problem) if problem.code == "no-migrations" => found.below(&path, problem, context),
            result => found.add(result),
        }
    }
    found
}

fn everywhere(context: &Context) -> Result<Found, Problem> {
    let walk = Walk::of(context.cwd);
    let mut dirs = walk.dirs.clone();
    dirs.extend(prisma::default_dirs(context.cwd));
    let mut found = Found::default();
    found.problems.extend(walk.prisma_8.iter().map(|dir| prisma::prisma_8(&context.shown(dir))));
    for (tool, file) in unanswered_configs(&walk, context) {
        match config::load(&file, context) {
            Ok(value) => {
                let named = config::dirs(tool, &file, &value, context.cwd).into_iter();
                dirs.extend(named.filter_map(|d| dunce::canonicalize(d).ok()).find(|d| d.is_dir()));
            }
            Err(problem) => found.problems.push(problem),
        }
    }
    for dir in &dirs {
        found.add(read(dir, context));
    }
    found.problems.retain(|p| p.code != "tool-mismatch" && p.code != "no-migrations");
    if found.sources.is_empty() && found.problems.is_empty() {
        return Err(nothing_found(context));
    }
    Ok(found)
}

impl Found {
    fn add(&mut self, result: Result<Source, Problem>) {
        match result {
            Ok(source) if self.sources.iter().any(|s| s.dir == source.dir) => {}
            Ok(source) => self.sources.push(source),
            Err(problem) => self.problems.push(problem),
        }
    }

    fn below(&mut self, dir: &Path, otherwise: Problem, context: &Context) {
        let walk = Walk::of(dir);
        if walk.dirs.is_empty() {
            self.problems.push(otherwise);
        }
        for dir in &walk.dirs {
            self.add(read(dir, context));
        }
    }
}

/// Configs of projects in which no folder of migrations was found.
fn unanswered_configs(walk: &Walk, context: &Context) -> Vec<(Tool, PathBuf)> {
    let mut projects: BTreeSet<&Path> = walk.configs.iter().filter_map(|c| c.parent()).collect();
    projects.insert(context.cwd); // its `.config/` is hidden from the walk
    projects.retain(|project| !walk.dirs.iter().any(|d| d.starts_with(project)));
    let files = projects.into_iter().flat_map(config::files);
    files.filter(|(tool, _)| context.tool.is_none_or(|asked| asked == *tool)).collect()
}

fn no_such_folder(shown: &str) -> Problem {
    Problem::error(
        "no-such-folder",
        format!("there is no folder `{shown}`"),
        "paths are taken from the working directory; `npx unmigrate` alone lists what it finds",
    )
    .at(shown)
}

fn nothing_found(context: &Context) -> Problem {
    let only = context.tool.map_or_else(String::new, |tool| format!(" of {}", tool.word()));
    Problem::error(
        "nothing-found",
        format!(
            "no migrations{only} were found in `{}` or below it. Looked for <name>/migration.sql (Prisma, Drizzle 1.0), \
             meta/_journal.json (Drizzle 0.x), migration_lock.toml, and for prisma.config.* and drizzle.config.* files; \
             not in node_modules, hidden folders or what .gitignore leaves out",
            context.cwd.display()
        ),
        "name the folder: unmigrate generate --dir path/to/migrations",
    )
}
