//! Writing a migration of ours that `sources::next` planned: behind the last one, as the tool would.

use crate::Problem;
pub use crate::clock::now;
use crate::write::{Whole, together};
use serde_json::Value;
use std::path::{Path, PathBuf};
use unmigrate_sources::next::Next;
use unmigrate_sources::{Layout, Source};

/// Whole files, what makes the tool see them last; where one can't be written, those before it go again.
pub fn put(planned: &Next, shown: &dyn Fn(&Path) -> String) -> Result<(), Problem> {
    let there: Vec<Option<String>> = planned.files.iter().map(|(path, _)| std::fs::read_to_string(path).ok()).collect();
    let files: Vec<Whole> = (planned.files.iter().zip(&there))
        .map(|((path, after), before)| Whole { path, before: before.as_deref(), after })
        .collect();
    together(&files).map_err(|(at, why)| crate::rollback::not_writable(&shown(files[at].path), &why))
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
