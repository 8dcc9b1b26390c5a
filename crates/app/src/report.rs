//! What `generate` and `status` return: the JSON contract, version 1.

use serde::{Serialize, Serializer};
use unmigrate_kernel::{Grade, Note, NoteKind};
use unmigrate_sources::{Problem, Severity};

/// Every history that was found, and what could not be handled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Of the contract: 1. Fields are only ever added within a version.
    pub version: u32,
    /// In the order of their paths.
    pub histories: Vec<HistoryReport>,
    /// What could not be handled while the rest went on.
    pub problems: Vec<Problem>,
    #[serde(skip)]
    pub(crate) would_change: bool,
}

/// One folder of migrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryReport {
    /// `prisma` or `drizzle`.
    pub tool: &'static str,
    /// `postgresql`, `cockroachdb`, `mysql` or `sqlite`.
    pub dialect: &'static str,
    /// The folder, relative to the working directory.
    pub dir: String,
    /// In the order in which the tool applies them.
    pub migrations: Vec<MigrationReport>,
}

/// One migration, its rollback and the state of the file that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MigrationReport {
    /// The tool's name for it.
    pub name: String,
    /// The up file, relative to the working directory.
    pub up: String,
    /// Where its rollback is or belongs, relative to the working directory.
    pub down: String,
    /// What the rollback gives back: the file's own word where a person edited it, none where the file carries none.
    #[serde(serialize_with = "grade")]
    pub grade: Option<Grade>,
    /// The state of the rollback file, after what was asked for was done.
    pub state: State,
    /// The file was edited by a person, and what it was made from has changed since: it needs another look.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub up_changed: bool,
    /// What is lost, refused or left, in the order of the up file.
    pub notes: Vec<NoteReport>,
}

/// One thing to know about a rollback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NoteReport {
    /// `approximate`, `mayRefuse`, `discards`, `gone` or `byHand`.
    #[serde(serialize_with = "note_kind")]
    pub kind: NoteKind,
    /// The object as people write it: `users.email`.
    pub object: String,
    /// Why, in one sentence without a full stop.
    pub detail: String,
    /// The up file, relative to the working directory.
    pub file: String,
    /// The line in it, from 1.
    pub line: usize,
    /// A query that tells how much it is about: one row, one number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// The answer, where a database was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// How a rollback file stands to what would be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It was written in this run.
    Written,
    /// It is what would be written.
    Unchanged,
    /// A person wrote or edited it. Never overwritten unless forced.
    Edited,
    /// The migration, or what came before it, changed since it was written.
    Stale,
    /// A newer unmigrate would write it otherwise.
    Outdated,
    /// There is none.
    Missing,
    /// It lies where another runner would take it for a migration.
    Misplaced,
}

impl State {
    /// The word of terminal and JSON.
    pub fn word(self) -> &'static str {
        match self {
            State::Written => "written",
            State::Unchanged => "unchanged",
            State::Edited => "edited",
            State::Stale => "stale",
            State::Outdated => "outdated",
            State::Missing => "missing",
            State::Misplaced => "misplaced",
        }
    }
}

impl Report {
    pub(crate) fn new(problems: Vec<Problem>) -> Report {
        Report { version: 1, histories: vec![], problems, would_change: false }
    }

    /// All migrations of all histories.
    pub fn migrations(&self) -> impl Iterator<Item = &MigrationReport> {
        self.histories.iter().flat_map(|h| &h.migrations)
    }

    /// Something is left for a person to decide or fix: an error among the problems, a rollback that is still missing,
    /// stale or misplaced, or an edited one whose migration changed since.
    pub fn needs_attention(&self) -> bool {
        self.problems.iter().any(|p| p.severity == Severity::Error)
            || self
                .migrations()
                .any(|m| m.up_changed || matches!(m.state, State::Stale | State::Missing | State::Misplaced))
    }

    /// The same request without `check` would have written something (or did): the answer of `generate --check`.
    pub fn would_change(&self) -> bool {
        self.would_change
    }
}

impl NoteReport {
    pub(crate) fn new(note: &Note, file: &str) -> NoteReport {
        NoteReport {
            kind: note.kind,
            object: note.object.clone(),
            detail: note.detail.clone(),
            file: file.to_owned(),
            line: note.line,
            question: note.question.clone(),
            count: None,
        }
    }
}

pub(crate) fn grade<S: Serializer>(grade: &Option<Grade>, to: S) -> Result<S::Ok, S::Error> {
    grade.map(Grade::word).serialize(to)
}

fn note_kind<S: Serializer>(kind: &NoteKind, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(kind.json())
}
