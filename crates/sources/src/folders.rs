//! `<name>/migration.sql`: the layout that Prisma and Drizzle 1.0 share.

use crate::order::locale_compare;
use crate::problem::below;
use crate::source::{Context, Place, is_safe_name, unsafe_name};
use crate::tracking::moment;
use crate::{Problem, text};
use std::fs;
use std::path::{Path, PathBuf};
use unmigrate_kernel::Migration;
use unmigrate_kernel::split::BREAKPOINT;

/// A folder of such folders, each file read once.
pub struct Folders {
    /// Those that hold a `migration.sql`, in the order of their names.
    pub migrations: Vec<(Migration, Place)>,
    /// The names of those that do not.
    pub without_sql: Vec<String>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Reads every `<name>/migration.sql` in `dir`.
///
/// # Errors
/// Where the folder itself can't be listed.
pub fn read(dir: &Path, context: &Context) -> Result<Folders, Problem> {
    let shown = context.shown(dir);
    let mut names = subfolders(dir).map_err(|why| unlisted(&shown, &why))?;
    names.sort_by(|a, b| locale_compare(&a.name, &b.name));
    let mut found = Folders { migrations: Vec::with_capacity(names.len()), without_sql: vec![], problems: vec![] };
    for folder in names {
        if !is_safe_name(&folder.name) {
            found.problems.push(unsafe_name(&folder.name, &shown).at(shown.clone()));
            continue;
        }
        found.read_one(dir, &shown, folder);
    }
    Ok(found)
}

impl Folders {
    fn read_one(&mut self, dir: &Path, dir_shown: &str, folder: Subfolder) {
        let path = dir.join(&folder.name);
        let up = path.join("migration.sql");
        let shown = below(dir_shown, &format!("{}/migration.sql", folder.name));
        let Some(text) = text::read(&up, &shown) else {
            self.without_sql.push(folder.name);
            return;
        };
        let outside = folder.is_link && leaves(&path, dir);
        if outside {
            self.problems.push(link_outside(&shown, dir_shown));
        }
        let refused = outside || text.problem.is_some();
        self.problems.extend(text.problem);
        let stamp = moment::of_name(&folder.name);
        let place = Place { down: path.join("down.sql"), up, misplaced: None, refused, stamp };
        self.migrations.push((migration(folder.name, shown, text.sql), place));
    }

    /// Some file holds Drizzle's marker.
    pub fn has_breakpoints(&self) -> bool {
        self.migrations.iter().any(|(m, _)| m.sql.contains(BREAKPOINT))
    }
}

/// A migration that the server splits and no snapshot describes.
pub fn migration(name: String, file: String, sql: String) -> Migration {
    Migration { name, file, sql, breakpoints: false, snapshot_before: None, observed: Vec::new() }
}

/// A folder in a folder of migrations.
pub struct Subfolder {
    /// Its name.
    pub name: String,
    /// It is a symbolic link to one.
    pub is_link: bool,
}

/// The folders directly in `dir`, symbolic links to folders included, as the tools list them.
pub fn subfolders(dir: &Path) -> std::io::Result<Vec<Subfolder>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let is_link = kind.is_symlink();
        if kind.is_dir() || is_link && entry.path().is_dir() {
            found.push(Subfolder { name: entry.file_name().to_string_lossy().into_owned(), is_link });
        }
    }
    Ok(found)
}

/// The path, its links followed, is not below `dir`.
pub fn leaves(path: &Path, dir: &Path) -> bool {
    let real = |p: &Path| dunce::canonicalize(p).unwrap_or_else(|_| PathBuf::from(p));
    !real(path).starts_with(real(dir))
}

/// The problem of a link that leads out of the folder.
pub fn link_outside(shown: &str, dir: &str) -> Problem {
    Problem::error(
        "link-outside",
        format!("`{shown}` is reached through a symbolic link that leads out of `{dir}`; no rollback is written there"),
        "put the migration itself into the folder, or run unmigrate on the folder that the link leads to (--dir)",
    )
    .at(shown)
}

/// The problem of a folder that can't be listed.
pub fn unlisted(shown: &str, why: &std::io::Error) -> Problem {
    Problem::error(
        "unreadable",
        format!("the folder `{shown}` can't be read: {why}"),
        "check the path and its permissions",
    )
    .at(shown)
}
