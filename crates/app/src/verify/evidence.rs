//! The evidence: a small file beside the migrations that says what ran on an engine, and over which texts.
//!
//! It is meant to be committed. A verdict in it holds as long as the hashes do: of the migration, of its rollback, and of
//! everything before it in the history.

use super::report::{MigrationVerdict, Rows, Verdict};
use crate::head::Digest;
use crate::write;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};
use unmigrate_sources::Layout;

/// The file of a history: `unmigrate.json` in its folder; in Drizzle 0.x `meta/_unmigrate.json`, since drizzle-kit reads
/// every file in `meta/` that does not begin with `_`, and other runners read the folder itself.
pub fn path(dir: &Path, layout: Layout) -> PathBuf {
    match layout {
        Layout::Folders => dir.join("unmigrate.json"),
        Layout::Journal => dir.join("meta").join("_unmigrate.json"),
    }
}

/// What is known of one history.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Evidence {
    /// Of this shape: 1. A file of a higher one is left as it is.
    pub version: u32,
    /// By the migration's name.
    pub verified: BTreeMap<String, Entry>,
    /// Rollbacks that ran and were found wanting, by the migration's name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub failed: BTreeMap<String, Entry>,
    /// What an engine showed of statements that can't be read, by the migration's name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub observed: BTreeMap<String, Vec<Observation>>,
}

/// What ran, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Over the up file, as in the head line of a rollback.
    pub up: String,
    /// Over the whole rollback file.
    pub down: String,
    /// Over all that comes before in the history.
    pub base: String,
    /// In its own words: `PostgreSQL 17.2`.
    pub engine: String,
    /// The word of the JSON contract.
    pub verdict: String,
    /// Rows that were in the tables.
    pub rows: usize,
    /// How many of them came from a sample; none where there was no sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<usize>,
}

/// What a statement that can't be read did on an engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Observation {
    /// Over the statement's text.
    pub statement: String,
    /// Over all that comes before it: the history, and the file up to it.
    pub base: String,
    /// In its own words: `PostgreSQL 17.2`.
    pub engine: String,
    /// SQL that does what the statement did to the schema, in our words. Empty: nothing.
    pub sql: String,
}

/// The texts that a verdict is about, hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashes {
    up: String,
    down: String,
    base: String,
}

impl Hashes {
    /// Of every migration of a history, with its rollback.
    pub fn of<'t>(texts: impl Iterator<Item = (&'t str, Option<&'t str>)>) -> Vec<Hashes> {
        let texts: Vec<_> = texts.collect();
        let bases = bases(texts.iter().map(|(up, _)| *up));
        let hashes = |((up, down), base): ((&str, Option<&str>), String)| Hashes {
            up: Digest::of(up).to_string(),
            down: Digest::of(down.unwrap_or_default()).to_string(),
            base,
        };
        texts.into_iter().zip(bases).map(hashes).collect()
    }
}

/// Over all that comes before each of these texts.
pub fn bases<'t>(ups: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut base = Digest::of("").to_string();
    let mut out = Vec::new();
    for up in ups {
        let next = Digest::of(&format!("{base} {}", Digest::of(up))).to_string();
        out.push(std::mem::replace(&mut base, next));
    }
    out
}

impl Evidence {
    /// Reads it. Where there is none, or what lies there can't be read, nothing is known.
    pub fn read(path: &Path) -> Evidence {
        let text = fs::read_to_string(path).unwrap_or_default();
        let read: Value = serde_json::from_str(&text).unwrap_or_default();
        let version = read.get("version").and_then(Value::as_u64).and_then(|v| u32::try_from(v).ok()).unwrap_or(0);
        if version > VERSION {
            return Evidence { version, ..Evidence::default() };
        }
        serde_json::from_value(read).unwrap_or_default()
    }

    /// Writes it, where it says something new. A file of a newer version is left alone.
    ///
    /// # Errors
    /// The operating system's own.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let evidence = Evidence { version: VERSION, ..self.clone() };
        if self.version > VERSION || evidence == Evidence::read(path) {
            return Ok(());
        }
        let text = serde_json::to_string_pretty(&evidence).map_err(io::Error::other)?;
        write::replace(path, &(text + "\n"))
    }

    /// What is known of a rollback, over the texts that lie there now.
    pub fn proof(&self, name: &str, hashes: &Hashes) -> Proof<'_> {
        if let Some(entry) = self.failed.get(name).filter(|entry| entry.is_over(hashes)) {
            return Proof::Failed(entry);
        }
        match self.verified.get(name) {
            None => Proof::Never,
            Some(entry) if entry.is_over(hashes) => Proof::Holds,
            Some(entry) => Proof::Moved { up: entry.up != hashes.up, down: entry.down != hashes.down },
        }
    }

    /// The verdict that still holds over these texts.
    pub fn holds(&self, name: &str, hashes: &Hashes) -> Option<(Verdict, &Entry)> {
        let entry = self.verified.get(name)?;
        let verdicts = [Verdict::Exact, Verdict::Approximate, Verdict::ByHand];
        let verdict = verdicts.into_iter().find(|v| v.json() == entry.verdict)?;
        entry.is_over(hashes).then_some((verdict, entry))
    }

    /// Remembers a verdict: one to build on among the proofs, one against the rollback beside them. Any other is forgotten.
    pub fn learn(&mut self, verdict: &MigrationVerdict, hashes: &Hashes, engine: &str) {
        self.verified.remove(&verdict.name);
        self.failed.remove(&verdict.name);
        let kept = match verdict.verdict {
            Verdict::Exact | Verdict::Approximate | Verdict::ByHand => &mut self.verified,
            Verdict::Differs | Verdict::RowsDiffer | Verdict::Refused => &mut self.failed,
            Verdict::UpRefused | Verdict::Missing | Verdict::Unverified => return,
        };
        let Hashes { up, down, base } = hashes.clone();
        let (engine, rows) = (engine.to_owned(), verdict.rows.made);
        let sample = verdict.sample.as_ref().map(|s| s.rows);
        let entry = Entry { up, down, base, engine, verdict: verdict.verdict.json().to_owned(), rows, sample };
        kept.insert(verdict.name.clone(), entry);
    }

    /// Forgets migrations that are not there any more.
    pub fn keep(&mut self, is_there: impl Fn(&str) -> bool) {
        self.verified.retain(|name, _| is_there(name));
        self.failed.retain(|name, _| is_there(name));
    }
}

/// What an [`Evidence`] says of one rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof<'a> {
    /// Nothing.
    Never,
    /// It ran, over these very texts, and gave back what it claims; or it is a person's to finish, and says so.
    Holds,
    /// It ran over these very texts, and was found wanting.
    Failed(&'a Entry),
    /// It ran, and a text is another now: the migration's, its own, or where neither is so one before it.
    Moved {
        /// The migration changed.
        up: bool,
        /// The rollback changed.
        down: bool,
    },
}

impl Entry {
    fn is_over(&self, hashes: &Hashes) -> bool {
        self.up == hashes.up && self.down == hashes.down && self.base == hashes.base
    }

    /// The rows of the round trip, as far as they are remembered.
    pub fn rows(&self) -> Rows {
        Rows { made: self.rows, ..Rows::default() }
    }
}

/// The highest version that can be read here.
pub const VERSION: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(name: &str, verdict: Verdict) -> MigrationVerdict {
        MigrationVerdict {
            name: name.into(),
            up: String::new(),
            down: String::new(),
            grade: None,
            verdict,
            rows: Rows { made: 3, ..Rows::default() },
            empty: vec![],
            sample: None,
            differences: vec![],
            gaps: vec![],
            refusal: None,
            remembered: false,
            milliseconds: 0,
        }
    }

    #[test]
    fn holds_as_long_as_the_texts_do() {
        let texts = [("up 1", Some("down 1")), ("up 2", Some("down 2"))];
        let hashes = Hashes::of(texts.into_iter());
        let mut evidence = Evidence::default();
        evidence.learn(&verdict("b", Verdict::Approximate), &hashes[1], "SQLite 3.50");
        assert_eq!(evidence.holds("b", &hashes[1]).map(|(v, e)| (v, e.rows)), Some((Verdict::Approximate, 3)));
        let crlf = [("up 1", Some("down 1")), ("up 2", Some("down 2"))];
        assert_eq!(Hashes::of(crlf.into_iter()), hashes);
        for changed in [
            [("up 1!", Some("down 1")), ("up 2", Some("down 2"))],
            [("up 1", Some("down 1")), ("up 2!", Some("down 2"))],
            [("up 1", Some("down 1")), ("up 2", Some("down 2!"))],
        ] {
            assert_eq!(evidence.holds("b", &Hashes::of(changed.into_iter())[1]), None, "{changed:?}");
        }
        let other_down = [("up 1", Some("else")), ("up 2", Some("down 2"))];
        assert!(
            evidence.holds("b", &Hashes::of(other_down.into_iter())[1]).is_some(),
            "another's rollback does not matter"
        );
    }

    #[test]
    fn what_is_no_proof_is_forgotten() {
        let hashes = Hashes::of([("up", Some("down"))].into_iter());
        let mut evidence = Evidence::default();
        evidence.learn(&verdict("a", Verdict::Exact), &hashes[0], "x");
        evidence.learn(&verdict("a", Verdict::Differs), &hashes[0], "x");
        assert!(evidence.verified.is_empty());
        assert!(matches!(evidence.proof("a", &hashes[0]), Proof::Failed(entry) if entry.verdict == "differs"));
        assert_eq!(evidence.holds("a", &hashes[0]), None);
        let edited = Hashes::of([("up", Some("down, mended"))].into_iter());
        assert_eq!(evidence.proof("a", &edited[0]), Proof::Never);
        evidence.learn(&verdict("a", Verdict::Unverified), &hashes[0], "x");
        assert_eq!(evidence, Evidence::default());
    }

    #[test]
    fn tells_which_text_moved() {
        let before = Hashes::of([("a", Some("-a")), ("b", Some("-b"))].into_iter());
        let mut evidence = Evidence::default();
        evidence.learn(&verdict("b", Verdict::Exact), &before[1], "x");
        let proof = |texts: [(&'static str, Option<&'static str>); 2]| {
            let hashes = Hashes::of(texts.into_iter());
            match evidence.proof("b", &hashes[1]) {
                Proof::Moved { up, down } => Some((up, down)),
                other => {
                    assert_eq!(other, Proof::Holds);
                    None
                }
            }
        };
        assert_eq!(proof([("a", None), ("b", Some("-b"))]), None);
        assert_eq!(proof([("a", None), ("b!", Some("-b"))]), Some((true, false)));
        assert_eq!(proof([("a", None), ("b", Some("-b!"))]), Some((false, true)));
        assert_eq!(proof([("a!", None), ("b", Some("-b"))]), Some((false, false)));
    }

    #[test]
    fn written_and_read_back_and_a_newer_file_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = path(folder.path(), Layout::Folders);
        assert_eq!(Evidence::read(&file), Evidence::default());
        let hashes = Hashes::of([("up", Some("down"))].into_iter());
        let mut evidence = Evidence::default();
        evidence.learn(&verdict("a", Verdict::Exact), &hashes[0], "x");
        evidence.write(&file).unwrap();
        assert_eq!(Evidence::read(&file).verified, evidence.verified);
        let newer = "{\"version\":2,\"verified\":\"otherwise\"}";
        fs::write(&file, newer).unwrap();
        let mut read = Evidence::read(&file);
        read.learn(&verdict("a", Verdict::Exact), &hashes[0], "x");
        read.write(&file).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), newer);
        fs::write(&file, "<<<<<<< ours").unwrap();
        assert_eq!(Evidence::read(&file), Evidence::default(), "not readable at all");
    }
}
