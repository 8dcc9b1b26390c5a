//! A migration of ours in the tool's own format: behind the last one, in a folder and a journal as the tool writes them.

use crate::write::replace;
use serde_json::Value;
use std::fs;
use std::io;
use std::path::PathBuf;
use unmigrate_sources::tracking::Moment;
use unmigrate_sources::{Layout, Source, Tool};

/// What is written.
pub struct New<'a> {
    /// What the name ends in: `contract_display_name`.
    pub slug: &'a str,
    /// The file.
    pub sql: &'a str,
    /// Drizzle's snapshot of the schema after it; its ids are set here.
    pub snapshot: Option<Value>,
    /// Now, milliseconds since 1970.
    pub now: i64,
}

/// What was written.
pub struct Written {
    /// The tool's name for the migration.
    pub name: String,
    /// The files, the up file first.
    pub files: Vec<PathBuf>,
}

/// Adds a migration behind the last of a folder.
///
/// # Errors
/// The operating system's own, and a journal that can't be added to. A journal is written last: until then the tool does
/// not see the migration.
pub fn add(source: &Source, new: New) -> io::Result<Written> {
    match source.layout {
        Layout::Folders => in_folder(source, new),
        Layout::Journal => in_journal(source, new),
    }
}

fn in_folder(source: &Source, new: New) -> io::Result<Written> {
    let last = source.history.migrations.last().and_then(|m| m.name.get(..14)).and_then(|d| d.parse::<u64>().ok());
    let now: u64 = digits(new.now).parse().unwrap_or_default();
    // Behind the last, whatever the clock says: the tools go by names.
    let stamp = last.map_or(now, |last| now.max(last + 1));
    let name = format!("{stamp:014}_{}", new.slug);
    let folder = source.dir.join(&name);
    let up = folder.join("migration.sql");
    fs::create_dir(&folder)?;
    let mut files = vec![up.clone()];
    if let Some(snapshot) = new.snapshot.filter(|_| source.tool == Tool::Drizzle) {
        let path = folder.join("snapshot.json");
        replace(&path, &pretty(&identified(snapshot, source, new.sql)))?;
        files.push(path);
    }
    replace(&up, new.sql)?;
    Ok(Written { name, files })
}

fn in_journal(source: &Source, new: New) -> io::Result<Written> {
    let journal = source.dir.join("meta/_journal.json");
    let text = fs::read_to_string(&journal)?;
    let read: Value = serde_json::from_str(&text).map_err(io::Error::other)?;
    let entries = read.get("entries").and_then(Value::as_array).cloned().unwrap_or_default();
    let number = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_i64);
    let index = entries.iter().filter_map(|e| number(e, "idx")).max().map_or(0, |last| last + 1);
    // The tool goes by the highest that a database has seen.
    let when = entries.iter().filter_map(|e| number(e, "when")).max().map_or(new.now, |last| new.now.max(last + 1));
    let last = entries.last().and_then(|e| e.get("tag")).and_then(Value::as_str).unwrap_or("0000_");
    let numbered = last.split('_').next().is_none_or(|prefix| prefix.len() == 4);
    let prefix = if numbered { format!("{index:04}") } else { digits(when) };
    let name = format!("{prefix}_{}", new.slug);
    let version = read.get("version").and_then(Value::as_str).unwrap_or("7");
    let entry = format!(
        "    {{\n      \"idx\": {index},\n      \"version\": \"{version}\",\n      \"when\": {when},\n      \"tag\": \"{name}\",\n      \
         \"breakpoints\": true\n    }}"
    );
    let added = appended(&text, &entry).ok_or_else(|| io::Error::other("the journal has no list of entries"))?;
    let up = source.dir.join(format!("{name}.sql"));
    let mut files = vec![up.clone()];
    replace(&up, new.sql)?;
    if let Some(snapshot) = new.snapshot {
        let path = source.dir.join(format!("meta/{prefix}_snapshot.json"));
        replace(&path, &pretty(&identified(snapshot, source, new.sql)))?;
        files.push(path);
    }
    replace(&journal, &added)?;
    files.push(journal);
    Ok(Written { name, files })
}

/// The journal's text with one more entry, all else as it is.
fn appended(text: &str, entry: &str) -> Option<String> {
    let end = text.rfind(']')?;
    let before = text[..end].trim_end();
    let comma = if before.ends_with('[') { "" } else { "," };
    let out = format!("{before}{comma}\n{entry}\n  {}", &text[end..]);
    let read: Value = serde_json::from_str(&out).ok()?;
    read.get("entries")?.as_array().is_some_and(|e| !e.is_empty()).then_some(out)
}

/// The snapshot with an id of its own, behind the one that the last migration has.
fn identified(mut snapshot: Value, source: &Source, sql: &str) -> Value {
    let before = last_id(source).unwrap_or_else(|| "00000000-0000-0000-0000-000000000000".to_owned());
    let id = id_of(&format!("{before}\n{sql}"));
    if let Some(fields) = snapshot.as_object_mut() {
        fields.insert("id".into(), Value::String(id));
        if fields.contains_key("prevIds") {
            fields.insert("prevIds".into(), Value::Array(vec![Value::String(before)]));
        } else {
            fields.insert("prevId".into(), Value::String(before));
        }
    }
    snapshot
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

fn last_id(source: &Source) -> Option<String> {
    let text = fs::read_to_string(last_snapshot(source)?).ok()?;
    let snapshot: Value = serde_json::from_str(&text).ok()?;
    Some(snapshot.get("id")?.as_str()?.to_owned())
}

/// A UUID of version 8, which leaves its bits to whoever makes it: the same for the same text.
fn id_of(text: &str) -> String {
    use sha2::{Digest, Sha256};
    let hash: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-8{}-8{}-{}", &hash[..8], &hash[8..12], &hash[13..16], &hash[17..20], &hash[20..32])
}

/// As `JSON.stringify(value, null, 2)`.
pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// `20260102030405`.
fn digits(ms: i64) -> String {
    Moment(ms).to_string().chars().filter(char::is_ascii_digit).take(14).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_gets_one_entry_more() {
        let text = "{\n  \"version\": \"7\",\n  \"entries\": [\n    {\n      \"idx\": 0\n    }\n  ]\n}";
        let added = appended(text, "    {\n      \"idx\": 1\n    }").unwrap();
        let wanted = "{\n  \"version\": \"7\",\n  \"entries\": [\n    {\n      \"idx\": 0\n    },\n    {\n      \"idx\": 1\n    }\n  ]\n}";
        assert_eq!(added, wanted);
        assert!(appended("{}", "{}").is_none());
    }

    #[test]
    fn ids_and_stamps() {
        assert_eq!(digits(1_795_243_661_123), "20261121064741");
        let id = id_of("x");
        assert_eq!((id.len(), &id[14..15], &id[19..20]), (36, "8", "8"));
    }
}
