//! What the clients of a commit declare: Prisma's schema, Drizzle's newest snapshot, else what the migrations made.

use crate::check::git;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use unmigrate_kernel::compat::{Client, Declared, Filled, Given};
use unmigrate_kernel::rollback::read;
use unmigrate_kernel::{Dialect, Migration};
use unmigrate_sources::{Source, Tool, psl};

/// A commit's side of one history.
pub struct AtCommit {
    /// What its clients declare; none: the commit has neither schema nor snapshot.
    pub declared: Option<(Declared, &'static str)>,
    /// The places in today's history of the migrations that it has.
    pub known: BTreeSet<usize>,
}

/// Reads a commit.
pub fn at(cwd: &Path, commit: &str, source: &Source) -> AtCommit {
    let places = folders(source);
    let paths = git::listed(cwd, commit, &places);
    let there: BTreeSet<&PathBuf> = paths.iter().collect();
    let known = source.places.iter().enumerate().filter(|(_, p)| there.contains(&p.up)).map(|(at, _)| at).collect();
    let declared = match source.tool {
        Tool::Prisma => prisma(cwd, commit, source, &paths),
        Tool::Drizzle => drizzle(cwd, commit, source, &paths),
    };
    AtCommit { declared, known }
}

/// Where the files are that say it.
pub fn folders(source: &Source) -> Vec<PathBuf> {
    let mut folders = vec![source.dir.clone()];
    if source.tool == Tool::Prisma {
        folders.extend(source.dir.parent().map(Path::to_path_buf));
        folders.extend(source.dir.parent().and_then(Path::parent).map(|dir| dir.join("schema.prisma")));
    }
    folders
}

/// The schema beside the migrations, in one file or many; not that of another project below.
fn prisma(cwd: &Path, commit: &str, source: &Source, paths: &[PathBuf]) -> Option<(Declared, &'static str)> {
    let files: Vec<PathBuf> = paths.iter().filter(|p| p.extension().is_some_and(|x| x == "prisma")).cloned().collect();
    let texts = git::texts(cwd, commit, &files);
    let beside = source.dir.parent()?;
    let own = |path: &Path| path.parent() == Some(beside) || path.parent() == Some(source.dir.as_path());
    let others: Vec<&Path> = texts
        .iter()
        .filter(|(path, text)| !own(path) && psl::has_datasource(text))
        .filter_map(|(path, _)| path.parent())
        .collect();
    let directly = texts.iter().any(|(path, text)| own(path) && psl::has_datasource(text));
    let is_foreign = |path: &Path| directly && others.iter().any(|dir| path.starts_with(dir));
    let texts: Vec<&str> = texts.iter().filter(|(p, _)| !is_foreign(p)).map(|(_, text)| text.as_str()).collect();
    let declared = psl::declared(&texts, source.history.dialect);
    (!declared.tables.is_empty()).then_some((declared, "schema"))
}

/// The snapshots are laid out as they were, so that the reader of folders reads them.
fn drizzle(cwd: &Path, commit: &str, source: &Source, paths: &[PathBuf]) -> Option<(Declared, &'static str)> {
    let is_snapshot = |p: &&PathBuf| p.to_string_lossy().ends_with("snapshot.json") && p.starts_with(&source.dir);
    let files: Vec<PathBuf> = paths.iter().filter(is_snapshot).cloned().collect();
    let folder = tempfile::tempdir().ok()?;
    for (path, text) in git::texts(cwd, commit, &files) {
        let to = folder.path().join(path.strip_prefix(&source.dir).ok()?);
        fs::create_dir_all(to.parent()?).ok()?;
        fs::write(to, text).ok()?;
    }
    let sql = unmigrate_sources::newest(folder.path(), source.history.dialect)?;
    let declared = Declared::of(&read(&sql, source.history.dialect));
    (!declared.tables.is_empty()).then(|| (filled_by_drizzle(declared, source.history.dialect), "snapshot"))
}

/// On SQLite, drizzle-orm writes a column's default itself.
pub fn filled_by_drizzle(mut declared: Declared, dialect: Dialect) -> Declared {
    if dialect == Dialect::Sqlite {
        for column in declared.tables.iter_mut().flat_map(|t| &mut t.columns) {
            if column.filled == Filled::Database {
                column.filled = Filled::Client;
            }
        }
    }
    declared
}

/// How a tool's client names columns: seen on Prisma 7.10.1 and drizzle-orm 0.45.4.
pub fn client(tool: Tool, dialect: Dialect) -> Client {
    match tool {
        Tool::Prisma => Client {
            name: "Prisma",
            inserts: Given::Values,
            reads_back: true,
            checks_values: true,
            casts_enums: dialect.is_postgres(),
        },
        Tool::Drizzle => Client {
            name: "Drizzle",
            inserts: if dialect == Dialect::Sqlite { Given::AllWithNull } else { Given::AllWithDefault },
            reads_back: false,
            checks_values: false,
            casts_enums: false,
        },
    }
}

/// Today's migrations in the order in which a database of that commit runs them: those that it has, then the others.
pub fn order<'s>(source: &'s Source, known: &BTreeSet<usize>) -> (Vec<&'s Migration>, Vec<usize>) {
    let all = 0..source.history.migrations.len();
    let pending: Vec<usize> = all.filter(|at| !known.contains(at)).collect();
    let order = known.iter().chain(&pending).map(|at| &source.history.migrations[*at]).collect();
    (order, pending)
}
