//! What a folder says of its own order: Drizzle's journal with its times, its snapshots with their parents, Prisma's two
//! words for the provider. Read only where somebody asks: snapshots may be many.

use crate::problem::below;
use crate::source::Source;
use crate::{Layout, Tool, journal, prisma, snapshot};
use serde::Deserialize;
use std::fs;
use std::path::PathBuf;

/// What a folder says of its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// The journal's entries, in their order; none where there is no journal.
    pub entries: Vec<Entry>,
    /// The journal as messages name it.
    pub journal: String,
    /// The snapshots, in the order of their names.
    pub snapshots: Vec<Link>,
    /// Prisma's lock file and schema name different providers: the file of each and its word.
    pub providers: Option<[(String, String); 2]>,
}

/// An entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The file's name without `.sql`.
    pub tag: String,
    /// Milliseconds since 1970, where it says so: what the database remembers it by.
    pub when: Option<i64>,
    /// The line of its tag in the journal, from 1.
    pub line: usize,
}

/// A snapshot and those that it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// As messages name it.
    pub file: String,
    /// Its id.
    pub id: String,
    /// The ids of the snapshots before it; empty for a first one.
    pub parents: Vec<String>,
}

#[derive(Deserialize)]
struct Journal {
    entries: Vec<Times>,
}

#[derive(Deserialize)]
struct Times {
    tag: String,
    when: Option<i64>,
}

/// Reads it. What can't be read is left out: `read` has said so already.
pub fn chain(source: &Source) -> Chain {
    let mut chain = Chain { journal: below(&source.shown, journal::PATH), ..Chain::default() };
    if source.tool == Tool::Prisma {
        chain.providers = prisma::two_providers(&source.dir, &source.shown);
        return chain;
    }
    if source.layout == Layout::Journal {
        chain.entries = entries(source).unwrap_or_default();
    }
    let links = snapshot::all(&source.dir, source.layout).into_iter().filter_map(|path| link(source, path));
    chain.snapshots = links.collect();
    chain
}

fn entries(source: &Source) -> Option<Vec<Entry>> {
    let bytes = fs::read(source.dir.join(journal::PATH)).ok()?;
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)).into_owned();
    let journal: Journal = serde_json::from_str(&text).ok()?;
    let entry = |e: Times| {
        let named = format!("\"{}\"", e.tag);
        let line = text.find(&named).map_or(1, |at| 1 + text[..at].matches('\n').count());
        Entry { tag: e.tag, when: e.when, line }
    };
    Some(journal.entries.into_iter().map(entry).collect())
}

fn link(source: &Source, path: PathBuf) -> Option<Link> {
    let head = snapshot::head(&path)?;
    let id = snapshot::field(&head, "id")?.to_owned();
    let parents = snapshot::parents(&head);
    let inside = path.strip_prefix(&source.dir).ok()?.to_string_lossy().replace('\\', "/");
    Some(Link { file: below(&source.shown, &inside), id, parents })
}
