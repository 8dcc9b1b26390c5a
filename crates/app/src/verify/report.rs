//! What `verify` returns: the JSON contract, version 1.

use crate::report::grade;
use serde::{Serialize, Serializer};
use unmigrate_kernel::Grade;
use unmigrate_sources::{Problem, Severity};

/// Every history, judged on an engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyReport {
    /// Of the contract: 1. Fields are only ever added within a version.
    pub version: u32,
    /// In the order of their paths.
    pub histories: Vec<VerifiedHistory>,
    /// What could not be handled while the rest went on: no engine, a privilege that is missing. A history that such a
    /// problem is about is not verified.
    pub problems: Vec<Problem>,
}

/// One history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifiedHistory {
    /// `prisma`, `drizzle` or `plain`.
    pub tool: &'static str,
    /// `postgresql`, `cockroachdb`, `mysql` or `sqlite`.
    pub dialect: &'static str,
    /// The folder, relative to the working directory.
    pub dir: String,
    /// What it ran on, in the engine's own words: `PostgreSQL 17.2`, `PGlite (PostgreSQL 18.1)`, `MariaDB 10.11.6`. None: on
    /// nothing, and a problem says why; then every verdict is [`Verdict::Unverified`].
    pub engine: Option<String>,
    /// In the order in which the tool applies them; those that were asked for.
    pub migrations: Vec<MigrationVerdict>,
}

/// What the engine says of one rollback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MigrationVerdict {
    /// The tool's name for the migration.
    pub name: String,
    /// The up file, relative to the working directory.
    pub up: String,
    /// The rollback file, relative to the working directory.
    pub down: String,
    /// What the file claims; none where a person wrote it and does not say.
    #[serde(serialize_with = "grade")]
    pub grade: Option<Grade>,
    /// Against that claim.
    #[serde(serialize_with = "word")]
    pub verdict: Verdict,
    /// Rows that were in the tables.
    pub rows: Rows,
    /// Tables that the migration itself names, and that were there without a row in them, because they took none or the
    /// migration refuses all that were tried. Of their rows the verdict says nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub empty: Vec<String>,
    /// What came of the sample, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleUse>,
    /// What is not as it was, beyond what the file names.
    pub differences: Vec<Change>,
    /// Rows that are not what they were, beyond what the file names.
    pub gaps: Vec<Gap>,
    /// What the engine refused, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// The verdict stands in the evidence from an earlier run over the same files, and nothing ran now.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub remembered: bool,
    /// How long it took, in milliseconds: up, down, up again, rows and comparing.
    pub milliseconds: u64,
}

/// The rows of one round trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rows {
    /// Rows put into tables before the migration ran.
    pub made: usize,
    /// Tables that hold them.
    pub tables: usize,
    /// Rows that the migration itself refused, and that were left out in the end.
    pub refused: usize,
}

/// The rows of a sample in one round trip. No value of them is in a report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SampleUse {
    /// Rows of it that were in the tables when the migration ran.
    pub rows: usize,
    /// Tables that held them.
    pub tables: usize,
    /// Rows that did not fit the tables as they are before this migration, by table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unfit: Vec<Unfit>,
    /// What the migration was refused with where these rows were in the tables, and not without them: then the round trip
    /// was made without them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// Rows of a sample that a table did not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unfit {
    /// The table.
    pub table: String,
    /// How many rows.
    pub rows: usize,
    /// What the engine said of the first, without any value.
    pub why: String,
}

/// An object that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// With its kind: `column users.email`.
    pub object: String,
    /// As it was before the migration, in the engine's words; none where it was not there.
    pub before: Option<String>,
    /// As the rollback left it; none where it is gone.
    pub after: Option<String>,
    /// The file to look at: the rollback, where a statement of it is responsible, else the migration.
    pub file: String,
    /// The line in it, from 1.
    pub line: usize,
    /// The statement that stands there, shortened.
    pub statement: String,
    /// Found only after the migration ran once more on top of the rollback.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub after_redo: bool,
}

/// Rows of a table that are not what they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// The table.
    pub table: String,
    /// The column; none where whole rows are missing or new.
    pub column: Option<String>,
    /// How many rows.
    pub count: usize,
    /// The key of one of them, where the table has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// One value as it was and as it is, to show. Never where a sample was used: it could be somebody's.
    pub example: Option<(String, String)>,
}

/// What the engine refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// The file that the statement stands in.
    pub file: String,
    /// The line in it, from 1.
    pub line: usize,
    /// The statement, shortened.
    pub statement: String,
    /// The engine's own words.
    pub message: String,
    /// The engine's code: `23505`.
    pub code: Option<String>,
}

/// What the engine says of a rollback, against what its file claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The schema is what it was, and so is every row that the file does not name as lost.
    Exact,
    /// The same, but for what can't be put back in its place: the order of columns.
    Approximate,
    /// It ran, and the schema is not what it was.
    Differs,
    /// It ran, and rows are not what they were, beyond what the file names. With the claim `lossless`, the worst finding.
    RowsDiffer,
    /// The engine refused the rollback.
    Refused,
    /// The file says that a person has to finish it, and running it as it is changes nothing.
    ByHand,
    /// The engine refused the migration itself, and nothing could be proven of it or of what comes after.
    UpRefused,
    /// There is no rollback.
    Missing,
    /// It did not run: no engine, or the migrations before it stopped.
    Unverified,
}

impl Verdict {
    /// The word of the JSON contract.
    pub fn json(self) -> &'static str {
        match self {
            Verdict::Exact => "exact",
            Verdict::Approximate => "approximate",
            Verdict::Differs => "differs",
            Verdict::RowsDiffer => "rowsDiffer",
            Verdict::Refused => "refused",
            Verdict::ByHand => "byHand",
            Verdict::UpRefused => "upRefused",
            Verdict::Missing => "missing",
            Verdict::Unverified => "unverified",
        }
    }

    /// The verdict of a word of the JSON contract.
    pub fn of_json(word: &str) -> Option<Verdict> {
        use Verdict::*;
        let all = [Exact, Approximate, Differs, RowsDiffer, Refused, ByHand, UpRefused, Missing, Unverified];
        all.into_iter().find(|verdict| verdict.json() == word)
    }

    /// The words of the terminal.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::RowsDiffer => "rows differ",
            Verdict::ByHand => "by hand",
            Verdict::UpRefused => "up refused",
            other => other.json(),
        }
    }

    /// The round trip ran with rows in the tables and gave back what the file claims.
    pub fn is_proven(self) -> bool {
        matches!(self, Verdict::Exact | Verdict::Approximate)
    }
}

impl MigrationVerdict {
    /// A file that claims `lossless` lost rows: the worst that there is.
    pub fn is_false_lossless(&self) -> bool {
        self.verdict == Verdict::RowsDiffer && self.grade == Some(Grade::Lossless)
    }
}

impl VerifyReport {
    /// All migrations of all histories.
    pub fn migrations(&self) -> impl Iterator<Item = &MigrationVerdict> {
        self.histories.iter().flat_map(|h| &h.migrations)
    }

    /// Something is left for a person to decide or fix. A rollback for a person to finish is not: its file says so.
    pub fn needs_attention(&self) -> bool {
        let settled = |m: &MigrationVerdict| m.verdict.is_proven() || m.verdict == Verdict::ByHand;
        self.problems.iter().any(|p| p.severity == Severity::Error) || !self.migrations().all(settled)
    }
}

fn word<S: Serializer>(verdict: &Verdict, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(verdict.json())
}
