//! Drizzle's snapshots: the schema before a migration, where the migrations before it do not tell.
//!
//! A history may have no beginning: a database that was pulled (0.31 leaves `0000_x.sql` as one comment), or a migration
//! in the middle whose file is gone or can't be read. The snapshot beside the migration before fills that gap. Snapshots
//! are large, so none is read where there is no gap.

pub mod back;
mod ddl;
mod replay;
mod rows;

use crate::Layout;
use crate::source::Place;
use serde_json::Value;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use unmigrate_kernel::split::split;
use unmigrate_kernel::{Dialect, Migration};

/// The id of what comes before a first migration.
const NOTHING: &str = "00000000-0000-0000-0000-000000000000";

/// Something that the tool applied and that could not be read.
pub struct Gap {
    /// The position of the migration behind it.
    pub before: usize,
    /// Its up file, there or not: its snapshot lies beside it.
    pub up: PathBuf,
}

/// Gives the migrations behind a gap the schema before them.
pub fn fill(dir: &Path, layout: Layout, dialect: Dialect, history: &mut [Migration], places: &[Place], gaps: &[Gap]) {
    let opening = history.iter().take_while(|m| split(&m.sql, dialect, true).is_empty()).count();
    let mut wanted: Vec<(usize, PathBuf)> = gaps.iter().map(|gap| (gap.before, file(layout, &gap.up))).collect();
    // Only comments so far: the database was there before, and the last of them shows it.
    wanted.extend(opening.checked_sub(1).map(|last| (opening, file(layout, &places[last].up))));
    let first = places.first().and_then(|place| parent(dir, layout, &file(layout, &place.up)));
    wanted.extend(first.map(|snapshot| (0, snapshot)));
    for (at, snapshot) in wanted {
        if let Some(migration) = history.get_mut(at) {
            migration.snapshot_before = schema(&snapshot, dir, layout, dialect).or(migration.snapshot_before.take());
        }
    }
}

/// The snapshot that belongs to a migration: `meta/<prefix>_snapshot.json`, or beside `migration.sql`.
fn file(layout: Layout, up: &Path) -> PathBuf {
    match layout {
        Layout::Folders => up.with_file_name("snapshot.json"),
        Layout::Journal => {
            let tag = up.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let prefix = tag.split('_').next().unwrap_or_default();
            up.with_file_name("meta").join(format!("{prefix}_snapshot.json"))
        }
    }
}

/// The snapshot before the first migration's own, where it is not the first that there was and the file is still there.
fn parent(dir: &Path, layout: Layout, first: &Path) -> Option<PathBuf> {
    let head = head(first)?;
    let id = field(&head, "prevId").or_else(|| field(&head, "prevIds"))?;
    if id.is_empty() || id == NOTHING {
        return None;
    }
    all(dir, layout)
        .into_iter()
        .find(|path| path != first && self::head(path).is_some_and(|h| field(&h, "id") == Some(id)))
}

/// Every snapshot of a folder.
pub fn all(dir: &Path, layout: Layout) -> Vec<PathBuf> {
    let entries = |dir: &Path| fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path());
    let mut files: Vec<PathBuf> = match layout {
        Layout::Journal => {
            entries(&dir.join("meta")).filter(|p| p.to_string_lossy().ends_with("_snapshot.json")).collect()
        }
        Layout::Folders => entries(dir).map(|p| p.join("snapshot.json")).filter(|p| p.is_file()).collect(),
    };
    files.sort();
    files
}

/// The first bytes of a snapshot: `id`, `prevId`, `version` and `dialect` stand there in every version.
pub fn head(path: &Path) -> Option<String> {
    let mut bytes = Vec::with_capacity(512);
    fs::File::open(path).ok()?.take(512).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A text field of a head, the first of a list where it is one.
pub fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let rest = head.split_once(&format!("\"{name}\""))?.1.trim_start().strip_prefix(':')?;
    let value = rest.trim_start().trim_start_matches('[').trim_start().strip_prefix('"')?;
    Some(value.split_once('"')?.0)
}

/// The ids of the snapshots that one was made from: `prevId`, `prevIds`. The first of all names none.
pub fn parents(head: &str) -> Vec<String> {
    let list = head.split_once("\"prevIds\"").and_then(|(_, rest)| Some(rest.split_once('[')?.1.split_once(']')?.0));
    let ids: Vec<String> = match list {
        Some(list) => list.split(',').map(|id| id.trim().trim_matches('"').to_owned()).collect(),
        None => field(head, "prevId").into_iter().map(str::to_owned).collect(),
    };
    ids.into_iter().filter(|id| !id.is_empty() && id != NOTHING).collect()
}

/// The schema of a folder's newest snapshot, as the statements that make it: what a client of that time declares. None
/// where there is no snapshot.
pub fn newest(dir: &Path, dialect: Dialect) -> Option<String> {
    let layout = if dir.join("meta").is_dir() { Layout::Journal } else { Layout::Folders };
    let last = all(dir, layout).into_iter().rev().find(|path| head(path).is_some())?;
    schema(&last, dir, layout, dialect)
}

/// The schema that a snapshot describes, as the statements that make it. None where it can't be read, or is empty.
fn schema(path: &Path, dir: &Path, layout: Layout, dialect: Dialect) -> Option<String> {
    let snapshot = read(path)?;
    let rows = if snapshot.get("type").is_some_and(|t| t == "diff") {
        let others = all(dir, layout);
        replay::rows(&snapshot, |id| {
            let named = |path: &&PathBuf| head(path).is_some_and(|h| field(&h, "id") == Some(id));
            others.iter().find(named).and_then(|path| read(path))
        })?
    } else if let Some(rows) = snapshot.get("ddl").and_then(Value::as_array) {
        rows.clone()
    } else {
        rows::of(&snapshot)
    };
    let text = ddl::write(&rows, dialect);
    (!text.is_empty()).then_some(text)
}

fn read(path: &Path) -> Option<Value> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_head() {
        let head = "{ \"id\": \"a\",\n \"prevIds\": [\n \"b\", \"c\"], \"dialect\" : \"pg\", \"tab";
        assert_eq!(
            ["id", "prevIds", "dialect", "tab"].map(|name| field(head, name)),
            [Some("a"), Some("b"), Some("pg"), None]
        );
    }

    #[test]
    fn where_snapshots_lie() {
        let at = |layout, up: &str| file(layout, Path::new(up)).to_string_lossy().into_owned();
        assert_eq!(at(Layout::Journal, "/m/0003_a_b.sql"), "/m/meta/0003_snapshot.json");
        assert_eq!(at(Layout::Folders, "/m/2026_a/migration.sql"), "/m/2026_a/snapshot.json");
    }
}
