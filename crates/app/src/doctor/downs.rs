//! Rollback files that `drizzle-kit up` left behind: it moves `<tag>.sql` to `<time>_<name>/migration.sql`, and leaves
//! `<tag>.down.sql` where it was (1.0.0-rc.4 and rc.5).

use crate::head::{Digest, Head};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use unmigrate_sources::{Layout, Source, Tool};

/// A rollback that lies where no migration is any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// The file.
    pub file: PathBuf,
    /// The migration that it belongs to, by its place in the history, and where its rollback is looked for; none where
    /// none is its, or it has another rollback already.
    pub to: Option<(usize, PathBuf)>,
}

/// Those of a folder.
pub fn orphans(source: &Source) -> Vec<Orphan> {
    if source.tool != Tool::Drizzle || source.layout != Layout::Folders {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir(&source.dir) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".down.sql")));
    files.sort();
    files.into_iter().map(|file| Orphan { to: home(source, &file), file }).collect()
}

/// By what the file says that it was made from; a file of a person by the name, which the new folder has at its end.
fn home(source: &Source, file: &Path) -> Option<(usize, PathBuf)> {
    let text = fs::read_to_string(file).ok()?;
    let tag = file.file_name()?.to_str()?.strip_suffix(".down.sql")?.to_owned();
    let name = tag.split_once('_').map_or(tag.as_str(), |(_, name)| name);
    let migrations = source.history.migrations.iter().enumerate();
    let is_its = |sql: &str, folder: &str| match text.lines().next().and_then(Head::parse) {
        Some(head) => head.up == Digest::of(sql),
        None => folder.split_once('_').is_some_and(|(_, end)| end == name),
    };
    let found: Vec<usize> = migrations.filter(|(_, m)| is_its(&m.sql, &m.name)).map(|(at, _)| at).collect();
    let named = |at: &&usize| source.history.migrations[**at].name.ends_with(&format!("_{name}"));
    let at = match found.as_slice() {
        [one] => *one,
        several => *several.iter().find(named)?,
    };
    let down = source.places[at].down.clone();
    (!down.exists()).then_some((at, down))
}

/// Puts one where its migration is. What is there is never overwritten.
///
/// # Errors
/// The operating system's own.
pub fn put(orphan: &Orphan) -> io::Result<()> {
    let Some((_, to)) = &orphan.to else { return Ok(()) };
    // A link fails where the name is taken; a rename would take its place.
    match fs::hard_link(&orphan.file, to) {
        Ok(()) => fs::remove_file(&orphan.file),
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => Err(why),
        // Some file systems have no links.
        Err(_) if !to.exists() => fs::rename(&orphan.file, to),
        Err(why) => Err(why),
    }
}
