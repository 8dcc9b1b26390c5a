//! What `generate` and `status` return: the JSON contract, version 1.

use crate::site::TargetReport;
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
    /// The database, where one was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<DatabaseReport>,
}

/// How a database stands to a history, beside what each migration says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseReport {
    /// Which one.
    pub target: TargetReport,
    /// The tool's table; none: the tool has never run there.
    pub table: Option<String>,
    /// Rows of the table that no migration of the folder answers to.
    pub rows_without_file: Vec<RowReport>,
    /// The tool's next deploy stops before it runs anything, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<String>,
}

/// A row of the tool's table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RowReport {
    /// The migration's name, else what the row has.
    pub name: String,
    /// It counts as applied; else it failed, or was rolled back.
    pub applied: bool,
}

/// How a migration stands in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Stands {
    /// It is applied.
    Applied,
    /// It was recorded as applied, and never run there.
    Marked,
    /// It is applied, and the tool would run it once more.
    Replayed,
    /// It was begun and not finished.
    Failed,
    /// It failed, and was marked as rolled back; the tool runs it next.
    RolledBack,
    /// The tool runs it next.
    Pending,
    /// It is not applied, and the tool will never run it.
    Skipped,
}

impl Stands {
    /// The words of the terminal.
    pub fn words(self) -> &'static str {
        match self {
            Stands::Applied => "applied",
            Stands::Marked => "marked as applied",
            Stands::Replayed => "applied, and would run again",
            Stands::Failed => "failed",
            Stands::RolledBack => "rolled back",
            Stands::Pending => "pending",
            Stands::Skipped => "will be skipped",
        }
    }

    /// The word of JSON.
    pub fn json(self) -> &'static str {
        match self {
            Stands::Applied => "applied",
            Stands::Marked => "marked",
            Stands::Replayed => "replayed",
            Stands::Failed => "failed",
            Stands::RolledBack => "rolledBack",
            Stands::Pending => "pending",
            Stands::Skipped => "skipped",
        }
    }

    /// Somebody has to see to it.
    pub fn needs_attention(self) -> bool {
        matches!(self, Stands::Replayed | Stands::Failed | Stands::Skipped)
    }
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
    /// It is applied in the database; none where none was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied: Option<bool>,
    /// How it stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<Stands>,
    /// It is applied, and its file is not the one that was.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub edited_after_applied: bool,
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
            || self.histories.iter().filter_map(|h| h.database.as_ref()).any(DatabaseReport::needs_attention)
            || self.migrations().any(|m| m.edited_after_applied || m.standing.is_some_and(Stands::needs_attention))
            || self
                .migrations()
                .any(|m| m.up_changed || matches!(m.state, State::Stale | State::Missing | State::Misplaced))
    }

    /// The same request without `check` would have written something (or did): the answer of `generate --check`.
    pub fn would_change(&self) -> bool {
        self.would_change
    }
}

impl DatabaseReport {
    fn needs_attention(&self) -> bool {
        self.blocked.is_some() || !self.rows_without_file.is_empty()
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
