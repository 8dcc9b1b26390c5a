//! What `verify` gives, field by field what `--json` prints.

use super::{Problem, all, grade, number, or_null};
use napi::bindgen_prelude::{Either, Null};
use napi_derive::napi;
use unmigrate_app::verify as app;

/// Every history, judged on an engine: what `verify` gives.
#[napi(object)]
pub struct VerifyReport {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// In the order of their paths.
    pub histories: Vec<VerifiedHistory>,
    /// What could not be handled while the rest went on: no engine, a privilege that is missing. A history that such a
    /// problem is about is not verified.
    pub problems: Vec<Problem>,
}

/// One folder of migrations, and what it ran on.
#[napi(object)]
pub struct VerifiedHistory {
    /// The tool that wrote it; `plain`: none that is known.
    #[napi(ts_type = "'prisma' | 'drizzle' | 'plain'")]
    pub tool: String,
    /// The dialect of its SQL.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: String,
    /// The folder, relative to the working directory.
    pub dir: String,
    /// What it ran on, in the engine's own words: `PostgreSQL 17.2`. `null`: on nothing, a problem says why, and every
    /// verdict is `unverified`.
    #[napi(ts_type = "string | null")]
    pub engine: Either<String, Null>,
    /// In the order in which the tool applies them; those that were asked for.
    pub migrations: Vec<MigrationVerdict>,
}

/// What the engine says of one rollback.
#[napi(object)]
pub struct MigrationVerdict {
    /// The tool's name for the migration.
    pub name: String,
    /// The up file, relative to the working directory.
    pub up: String,
    /// The rollback file, relative to the working directory.
    pub down: String,
    /// What the file claims; `null` where a person wrote it and does not say.
    #[napi(ts_type = "'lossless' | 'lossy' | 'manual' | null")]
    pub grade: Either<String, Null>,
    /// Against that claim. `exact`: the schema is what it was, and so is every row that the file does not name as lost.
    /// `approximate`: the same, but for the order of columns. `differs`: the schema is not what it was. `rowsDiffer`: rows
    /// are not what they were, beyond what the file names; with the claim `lossless` the worst finding. `refused`: the
    /// engine refused the rollback. `byHand`: the file says that a person has to finish it, and changes nothing as it is.
    /// `upRefused`: the engine refused the migration itself. `missing`: there is no rollback. `unverified`: it did not run.
    #[napi(
        ts_type = "'exact' | 'approximate' | 'differs' | 'rowsDiffer' | 'refused' | 'byHand' | 'upRefused' | 'missing' | 'unverified'"
    )]
    pub verdict: String,
    /// Rows that were in the tables.
    pub rows: Rows,
    /// Tables that the migration itself names, and that were there without a row in them: of their rows the verdict says
    /// nothing.
    pub empty: Vec<String>,
    /// What came of the sample, where there was one.
    pub sample: Option<SampleUse>,
    /// What is not as it was, beyond what the file names.
    pub differences: Vec<Difference>,
    /// Rows that are not what they were, beyond what the file names.
    pub gaps: Vec<Gap>,
    /// What the engine refused, where it did.
    pub refusal: Option<Refusal>,
    /// There where the verdict stands from an earlier run over the same files, and nothing ran now.
    #[napi(ts_type = "true")]
    pub remembered: Option<bool>,
    /// How long it took, in milliseconds: up, down, up again, rows and comparing.
    pub milliseconds: i64,
}

/// The rows of one round trip.
#[napi(object)]
pub struct Rows {
    /// Rows put into tables before the migration ran.
    pub made: u32,
    /// Tables that hold them.
    pub tables: u32,
    /// Rows that the migration itself refused, and that were left out in the end.
    pub refused: u32,
}

/// The rows of a sample in one round trip. No value of them is in a report.
#[napi(object)]
pub struct SampleUse {
    /// Rows of it that were in the tables when the migration ran.
    pub rows: u32,
    /// Tables that held them.
    pub tables: u32,
    /// Rows that did not fit the tables as they are before this migration, by table.
    pub unfit: Vec<Unfit>,
    /// What the migration was refused with where these rows were in the tables, and not without them: then the round trip
    /// was made without them.
    pub refusal: Option<Refusal>,
}

/// Rows of a sample that a table did not take.
#[napi(object)]
pub struct Unfit {
    /// The table.
    pub table: String,
    /// How many rows.
    pub rows: u32,
    /// What the engine said of the first, without any value.
    pub why: String,
}

/// An object that is not as it was.
#[napi(object)]
pub struct Difference {
    /// With its kind: `column users.email`.
    pub object: String,
    /// As it was before the migration, in the engine's words; `null` where it was not there.
    #[napi(ts_type = "string | null")]
    pub before: Either<String, Null>,
    /// As the rollback left it; `null` where it is gone.
    #[napi(ts_type = "string | null")]
    pub after: Either<String, Null>,
    /// The file to look at: the rollback, where a statement of it is responsible, else the migration.
    pub file: String,
    /// The line in it, from 1.
    pub line: u32,
    /// The statement that stands there, shortened.
    pub statement: String,
    /// There where it was found only after the migration ran once more on top of the rollback.
    #[napi(ts_type = "true")]
    pub after_redo: Option<bool>,
}

/// Rows of a table that are not what they were.
#[napi(object)]
pub struct Gap {
    /// The table.
    pub table: String,
    /// The column; `null` where whole rows are missing or new.
    #[napi(ts_type = "string | null")]
    pub column: Either<String, Null>,
    /// How many rows.
    pub count: u32,
    /// The key of one of them, where the table has one.
    pub row: Option<String>,
    /// One value as it was and as it is, to show. Never where a sample was used: it could be somebody's.
    #[napi(ts_type = "[was: string, is: string] | null")]
    pub example: Either<Vec<String>, Null>,
}

/// What the engine refused.
#[napi(object)]
pub struct Refusal {
    /// The file that the statement stands in.
    pub file: String,
    /// The line in it, from 1.
    pub line: u32,
    /// The statement, shortened.
    pub statement: String,
    /// The engine's own words.
    pub message: String,
    /// The engine's code: `23505`.
    #[napi(ts_type = "string | null")]
    pub code: Either<String, Null>,
}

impl From<app::VerifyReport> for VerifyReport {
    fn from(it: app::VerifyReport) -> VerifyReport {
        VerifyReport { version: it.version, histories: all(it.histories), problems: all(it.problems) }
    }
}

impl From<app::VerifiedHistory> for VerifiedHistory {
    fn from(it: app::VerifiedHistory) -> VerifiedHistory {
        VerifiedHistory {
            tool: it.tool.into(),
            dialect: it.dialect.into(),
            dir: it.dir,
            engine: or_null(it.engine),
            migrations: all(it.migrations),
        }
    }
}

impl From<app::MigrationVerdict> for MigrationVerdict {
    fn from(it: app::MigrationVerdict) -> MigrationVerdict {
        MigrationVerdict {
            name: it.name,
            up: it.up,
            down: it.down,
            grade: grade(it.grade),
            verdict: it.verdict.json().into(),
            rows: it.rows.into(),
            empty: it.empty,
            sample: it.sample.map(SampleUse::from),
            differences: all(it.differences),
            gaps: all(it.gaps),
            refusal: it.refusal.map(Refusal::from),
            remembered: it.remembered.then_some(true),
            milliseconds: i64::try_from(it.milliseconds).unwrap_or(i64::MAX),
        }
    }
}

impl From<app::Rows> for Rows {
    fn from(it: app::Rows) -> Rows {
        Rows { made: number(it.made), tables: number(it.tables), refused: number(it.refused) }
    }
}

impl From<app::SampleUse> for SampleUse {
    fn from(it: app::SampleUse) -> SampleUse {
        SampleUse {
            rows: number(it.rows),
            tables: number(it.tables),
            unfit: all(it.unfit),
            refusal: it.refusal.map(Refusal::from),
        }
    }
}

impl From<app::Unfit> for Unfit {
    fn from(it: app::Unfit) -> Unfit {
        Unfit { table: it.table, rows: number(it.rows), why: it.why }
    }
}

impl From<app::Change> for Difference {
    fn from(it: app::Change) -> Difference {
        Difference {
            object: it.object,
            before: or_null(it.before),
            after: or_null(it.after),
            file: it.file,
            line: number(it.line),
            statement: it.statement,
            after_redo: it.after_redo.then_some(true),
        }
    }
}

impl From<app::Gap> for Gap {
    fn from(it: app::Gap) -> Gap {
        Gap {
            table: it.table,
            column: or_null(it.column),
            count: number(it.count),
            row: it.row,
            example: or_null(it.example.map(|(was, is)| vec![was, is])),
        }
    }
}

impl From<app::Refusal> for Refusal {
    fn from(it: app::Refusal) -> Refusal {
        Refusal {
            file: it.file,
            line: number(it.line),
            statement: it.statement,
            message: it.message,
            code: or_null(it.code),
        }
    }
}
