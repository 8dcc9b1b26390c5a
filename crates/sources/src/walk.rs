//! A walk over a project's folders, for those that look like folders of migrations.

use crate::{config, journal, prisma};
use ignore::Match;
use ignore::gitignore::Gitignore;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold dependencies or what was built, whether or not a `.gitignore` says so.
const SKIPPED: &[&str] =
    &["node_modules", "target", "dist", "build", "coverage", "vendor", "bower_components", "__pycache__", "venv"];

/// Deeper than this no project keeps its migrations.
const DEEPEST: usize = 12;

/// What a walk comes across. Folders that `.gitignore` leaves out, hidden ones, those of dependencies and symbolic links
/// are not entered, and nor are migrations themselves: a look into their folder tells what it is.
#[derive(Debug, Default)]
pub struct Walk {
    /// Folders of migrations, by their layout.
    pub dirs: BTreeSet<PathBuf>,
    /// Folders of Prisma 8.
    pub prisma_8: BTreeSet<PathBuf>,
    /// Config files of the tools.
    pub configs: BTreeSet<PathBuf>,
}

impl Walk {
    /// Walks over a folder and what is below it. What can't be listed is passed over.
    pub fn of(root: &Path) -> Walk {
        let mut walk = Walk::default();
        walk.visit(root, &mut Vec::new(), 0);
        walk
    }

    fn visit(&mut self, dir: &Path, ignored: &mut Vec<Gitignore>, depth: usize) {
        let Ok(entries) = fs::read_dir(dir) else { return };
        let (mut folders, depth_before) = (Vec::new(), ignored.len());
        let mut locked = false;
        for entry in entries.flatten() {
            let (Ok(kind), name) = (entry.file_type(), entry.file_name()) else { continue };
            if kind.is_dir() {
                folders.push(entry.path());
                continue;
            }
            locked |= name == prisma::LOCK;
            if name == ".gitignore" {
                ignored.push(Gitignore::new(entry.path()).0);
            } else if name.to_str().and_then(config::tool_of).is_some() {
                self.configs.insert(entry.path());
            }
        }
        if locked || dir.join(journal::PATH).is_file() {
            self.dirs.insert(dir.to_path_buf());
        } else if depth < DEEPEST {
            folders.retain(|f| !self.is_migration(dir, f) && !is_skipped(f) && !is_ignored(f, ignored));
            for folder in folders {
                self.visit(&folder, ignored, depth + 1);
            }
        }
        ignored.truncate(depth_before);
    }

    /// A migration of the folder that we are in, which makes that a folder of migrations.
    fn is_migration(&mut self, dir: &Path, folder: &Path) -> bool {
        // A `migration.sql` in `docs` is nobody's: without a lock file the tools' own names are asked for.
        let numbered = folder.file_name().is_some_and(|n| n.as_encoded_bytes().first().is_some_and(u8::is_ascii_digit));
        if !numbered {
            return false;
        }
        if folder.join("migration.sql").is_file() {
            self.dirs.insert(dir.to_path_buf());
            return true;
        }
        let prisma_8 = folder.join("ops.json").is_file() && folder.join("migration.json").is_file();
        if prisma_8 {
            self.prisma_8.insert(dir.to_path_buf());
        }
        prisma_8
    }
}

/// A folder that is never entered.
pub fn is_skipped(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') || SKIPPED.contains(&name.as_ref())
}

fn is_ignored(folder: &Path, ignored: &[Gitignore]) -> bool {
    for rules in ignored.iter().rev() {
        match rules.matched(folder, true) {
            Match::Ignore(_) => return true,
            Match::Whitelist(_) => return false,
            Match::None => {}
        }
    }
    false
}
