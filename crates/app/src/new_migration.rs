//! Writing a migration of ours that `sources::next` planned: behind the last one, as the tool would.

pub use crate::clock::now;
use crate::{Problem, write};
use serde_json::Value;
use std::path::{Path, PathBuf};
use unmigrate_sources::next::Next;
use unmigrate_sources::{Layout, Source};

/// Whole files, what makes the tool see them last; where one can't be written, those before it go again.
pub fn put(planned: &Next, shown: &dyn Fn(&Path) -> String) -> Result<(), Problem> {
    let mut made: Vec<&Path> = Vec::new();
    for (path, text) in &planned.files {
        let there = path.exists();
        let wrote = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| write::replace(path, text));
        if let Err(why) = wrote {
            made.iter().for_each(|path| drop(std::fs::remove_file(path)));
            // Prisma takes an empty folder for a migration, too; one that holds anything stays.
            planned.files.iter().filter_map(|(path, _)| path.parent()).for_each(|dir| drop(std::fs::remove_dir(dir)));
            return Err(crate::rollback::not_writable(&shown(path), &why));
        }
        if !there {
            made.push(path);
        }
    }
    Ok(())
}

/// The snapshot of the last migration: its file.
pub fn last_snapshot(source: &Source) -> Option<PathBuf> {
    let up = &source.places.last()?.up;
    Some(match source.layout {
        Layout::Folders => up.with_file_name("snapshot.json"),
        Layout::Journal => {
            let tag = up.file_stem()?.to_string_lossy().into_owned();
            source.dir.join(format!("meta/{}_snapshot.json", tag.split('_').next()?))
        }
    })
}

/// As `JSON.stringify(value, null, 2)`.
pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
