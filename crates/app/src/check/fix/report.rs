//! What `check --fix` did, would do, and left: part of the JSON contract, version 1.

use serde::Serialize;
use similar::TextDiff;
use std::path::PathBuf;

/// Everything about fixes in one run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fixes {
    /// The files were written; else this is what would be.
    pub written: bool,
    /// One for each finding that can be fixed, in the order of the findings.
    pub fixes: Vec<Fixed>,
    /// The files that change, in the order in which they are written.
    pub files: Vec<FixedFile>,
}

/// A finding and what is done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fixed {
    /// The rule of the finding.
    pub rule: &'static str,
    /// The file that the finding is in.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// What is done, in a few words.
    pub title: String,
    /// Whether it is.
    pub state: FixState,
    /// Why it is not; or, where it asks, the words that say yes to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// How far a fix came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FixState {
    /// It would be done.
    Planned,
    /// It is done.
    Written,
    /// Only a person can tell whether it is meant, and none has said so.
    Asks,
    /// It is not done.
    Refused,
}

impl FixState {
    /// The word of JSON and terminal.
    pub fn word(self) -> &'static str {
        match self {
            FixState::Planned => "planned",
            FixState::Written => "written",
            FixState::Asks => "asks",
            FixState::Refused => "refused",
        }
    }
}

/// A file that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FixedFile {
    /// The file, relative to the working directory.
    pub file: String,
    /// `edited` or `created`.
    pub change: &'static str,
    /// A unified diff.
    pub diff: String,
    #[serde(skip)]
    pub(super) path: PathBuf,
    #[serde(skip)]
    pub(super) before: Option<String>,
    #[serde(skip)]
    pub(super) after: String,
    /// A rollback that this program wrote and nobody has edited: no yes is asked for it.
    #[serde(skip)]
    pub(super) ours: bool,
}

impl FixedFile {
    /// A file with another text, or a new one.
    pub(super) fn new(file: String, path: PathBuf, before: Option<String>, after: String, ours: bool) -> FixedFile {
        let old = before.as_deref().unwrap_or_default();
        let from = before.as_ref().map_or("/dev/null".to_owned(), |_| format!("a/{file}"));
        let diff = TextDiff::from_lines(old, &after).unified_diff().header(&from, &format!("b/{file}")).to_string();
        let change = if before.is_some() { "edited" } else { "created" };
        FixedFile { file, change, diff, path, before, after, ours }
    }
}

impl Fixes {
    /// A file that a person or their tool wrote gets another text.
    pub fn needs_yes(&self) -> bool {
        self.files.iter().any(|file| !file.ours)
    }

    /// How many of the fixes came this far.
    pub fn count(&self, state: FixState) -> usize {
        self.fixes.iter().filter(|fix| fix.state == state).count()
    }
}
