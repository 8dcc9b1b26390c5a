//! What reading a folder gives, and what it is read with.

use crate::{ConfigLoader, Layout, Problem, Tool};
use std::path::{Path, PathBuf};
use unmigrate_kernel::{Dialect, History};

/// One folder of migrations, read.
#[derive(Debug)]
pub struct Source {
    /// Whose migrations they are.
    pub tool: Tool,
    /// How they are laid out.
    pub layout: Layout,
    /// The folder, absolute.
    pub dir: PathBuf,
    /// The folder as messages name it.
    pub shown: String,
    /// The migrations in the order in which the tool applies them.
    pub history: History,
    /// Where the files of each are; as many as there are migrations.
    pub places: Vec<Place>,
    /// What could not be read, and what the folder holds that its tool does not apply.
    pub problems: Vec<Problem>,
}

/// Where a migration's files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The up file.
    pub up: PathBuf,
    /// The rollback, whether it is there or not.
    pub down: PathBuf,
    /// Where a rollback would be taken for a migration by another runner that reads the same folder.
    pub misplaced: Option<PathBuf>,
    /// Nothing may be written for this migration; a problem says why.
    pub refused: bool,
    /// When it was made, in milliseconds since 1970, as drizzle-orm writes it into `created_at`: the journal's `when`, or
    /// the time in the folder's name. None where neither says it, and for Prisma, which goes by names.
    pub stamp: Option<i64>,
}

/// What a folder is read with: the working directory and what the user decided.
pub struct Context<'a> {
    /// Where relative paths start; absolute and real.
    pub cwd: &'a Path,
    /// `--tool`.
    pub tool: Option<Tool>,
    /// `--dialect`.
    pub dialect: Option<Dialect>,
    /// `--server`.
    pub server: Option<&'a str>,
    /// For config files that only JavaScript can read.
    pub loader: &'a dyn ConfigLoader,
}

impl Context<'_> {
    /// A path as messages and JSON name it.
    pub fn shown(&self, path: &Path) -> String {
        crate::problem::shown(path, self.cwd)
    }
}

/// A name that can stand in a path and in a message: one component, without control characters. The journal is a file
/// that anyone can edit, and nothing outside of the folder is ever read or written because of it.
pub fn is_safe_name(name: &str) -> bool {
    let leaves = matches!(name, "" | "." | "..") || name.contains(['/', '\\']) || (cfg!(windows) && name.contains(':'));
    let breaks = name.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    !leaves && !breaks
}

/// The problem of a name that is none.
pub fn unsafe_name(name: &str, source: &str) -> Problem {
    Problem::error(
        "unsafe-name",
        format!("`{source}` names a migration {name:?}: that is no file name inside the folder, and it was left out"),
        "rename the migration; a name may not hold `/`, `\\` or control characters",
    )
}

#[cfg(test)]
mod tests {
    use super::is_safe_name;

    #[test]
    fn names_that_stay_in_the_folder() {
        assert!(is_safe_name("0000_ä b.c") && is_safe_name("..x"));
        for bad in ["", ".", "..", "../x", "a/b", "a\\b", "a\nb", "a\0"] {
            assert!(!is_safe_name(bad), "{bad:?}");
        }
    }
}
