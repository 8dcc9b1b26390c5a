//! The results as JavaScript sees them: field by field what `--json` prints. The app's types know nothing of Node.

pub mod archive;
pub mod check;
pub mod compat;
pub mod deploy;
pub mod doctor;
pub mod expand;
pub mod init;
pub mod resolve;
pub mod revert;
pub mod rollback;
pub mod verify;

use napi::bindgen_prelude::{Either, Null};
use napi_derive::napi;
use unmigrate_app as app;
use unmigrate_kernel::Grade;

/// Every history that was found, and what could not be handled.
#[napi(object)]
pub struct Report {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// In the order of their paths.
    pub histories: Vec<History>,
    /// What could not be handled while the rest went on.
    pub problems: Vec<Problem>,
}

/// One folder of migrations.
#[napi(object)]
pub struct History {
    /// The tool that wrote it.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: String,
    /// The dialect of its SQL.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: String,
    /// The folder, relative to the working directory.
    pub dir: String,
    /// In the order in which the tool applies them.
    pub migrations: Vec<Migration>,
    /// The database, where one was asked.
    pub database: Option<HistoryDatabase>,
}

/// How a database stands to a history, beside what each migration says.
#[napi(object)]
pub struct HistoryDatabase {
    /// Which one.
    pub target: rollback::RollbackTarget,
    /// The tool's table; `null`: the tool has never run there.
    #[napi(ts_type = "string | null")]
    pub table: Either<String, Null>,
    /// Rows of the table that no migration of the folder answers to.
    pub rows_without_file: Vec<RowWithoutFile>,
    /// The tool's next deploy stops before it runs anything, and why.
    pub blocked: Option<String>,
}

/// A row of the tool's table that no migration of the folder answers to.
#[napi(object)]
pub struct RowWithoutFile {
    /// The migration's name, else what the row has.
    pub name: String,
    /// It counts as applied; else it failed, or was rolled back.
    pub applied: bool,
}

/// One migration, its rollback and the state of the file that holds it.
#[napi(object)]
pub struct Migration {
    /// The tool's name for it.
    pub name: String,
    /// The up file, relative to the working directory.
    pub up: String,
    /// Where its rollback is or belongs, relative to the working directory.
    pub down: String,
    /// What undoing the migration right after running it gives back: `lossless` the schema and every row, `lossy` the
    /// schema, `manual` what a person finishes; `null` where the file is a person's and does not say.
    #[napi(ts_type = "'lossless' | 'lossy' | 'manual' | null")]
    pub grade: Either<String, Null>,
    /// How the rollback file stands to what would be written.
    #[napi(ts_type = "'written' | 'unchanged' | 'edited' | 'stale' | 'outdated' | 'missing' | 'misplaced'")]
    pub state: String,
    /// There where a person edited the file and what it was made from has changed since.
    #[napi(ts_type = "true")]
    pub up_changed: Option<bool>,
    /// It is applied in the database; left out where none was asked.
    pub applied: Option<bool>,
    /// How it stands there. `marked`: recorded, and never run. `replayed`: applied, and the tool would run it again. `skipped`:
    /// not applied, and the tool will never run it.
    #[napi(ts_type = "'applied' | 'marked' | 'replayed' | 'failed' | 'rolledBack' | 'pending' | 'skipped'")]
    pub standing: Option<String>,
    /// There where it is applied and its file is not the one that was.
    #[napi(ts_type = "true")]
    pub edited_after_applied: Option<bool>,
    /// What is lost, refused or left, in the order of the up file.
    pub notes: Vec<Note>,
}

/// One thing to know about a rollback.
#[napi(object)]
pub struct Note {
    /// `gone`: the migration destroyed it already. `discards`: rolling back destroys what was written since.
    /// `mayRefuse`: today's rows may forbid the rollback. `approximate`: the shape returns, not its exact form.
    /// `byHand`: a person has to do it.
    #[napi(ts_type = "'approximate' | 'mayRefuse' | 'discards' | 'gone' | 'byHand'")]
    pub kind: String,
    /// The object as people write it: `users.email`.
    pub object: String,
    /// Why, in one sentence without a full stop.
    pub detail: String,
    /// The up file, relative to the working directory; `<input>` in what `inspect` gives.
    pub file: String,
    /// The line in it, from 1.
    pub line: u32,
    /// A query that tells how much it is about: one row, one number.
    pub question: Option<String>,
    /// The answer, where a database was asked.
    pub count: Option<i64>,
}

/// Something that could not be handled. A thrown `Error` has the same `code`, `message`, `help` and `path`.
#[napi(object)]
pub struct Problem {
    /// A stable word; `explain(code)` gives its page.
    pub code: String,
    /// `error`: a rollback is missing because of it, or the tool itself would refuse to go on.
    #[napi(ts_type = "'error' | 'warning'")]
    pub severity: String,
    /// What and why, naming the file or the object.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The file or folder it is about, relative to the working directory.
    pub path: Option<String>,
}

/// What a piece of SQL holds and how it is undone.
#[napi(object)]
pub struct Inspection {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// The dialect that it was read in.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: String,
    /// In their order.
    pub statements: Vec<Statement>,
    /// What the rollback gives back.
    #[napi(ts_type = "'lossless' | 'lossy' | 'manual' | null")]
    pub grade: Either<String, Null>,
    /// What is lost, refused or left.
    pub notes: Vec<Note>,
    /// The rollback as it would stand in a file, without the head line.
    pub rollback: String,
}

/// One statement of the SQL.
#[napi(object)]
pub struct Statement {
    /// Its text, without the comments around it and without the semicolon.
    pub sql: String,
    /// Its first byte in the input, in UTF-8.
    pub start: u32,
    /// The byte behind its last.
    pub end: u32,
    /// The line it starts on, from 1.
    pub line: u32,
    /// What it changes, in order, with what comes along: a dropped column's indexes and constraints.
    pub changes: Vec<Change>,
}

/// One change of a statement.
#[napi(object)]
pub struct Change {
    /// What is done; `unread` where the statement could not be read.
    #[napi(
        ts_type = "'create' | 'drop' | 'alter' | 'rename' | 'insert' | 'update' | 'delete' | 'truncate' | 'merge' | 'unread'"
    )]
    pub action: String,
    /// To what: `table`, `column`, `constraint`, `index`, `trigger`, `policy`, `view`, `type`, `sequence`, `routine`,
    /// `comment`, `privilege`, `rows`, `statement`, or another object's kind in lower case.
    pub kind: String,
    /// As people write it: `users.email`; after a rename the new name; of what could not be read: why.
    pub object: String,
}

/// Lines and bytes of a file: more than a `u32` holds is more than can be read.
fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn grade(grade: Option<Grade>) -> Either<String, Null> {
    or_null(grade.map(|g| g.word().to_owned()))
}

fn or_null<T>(it: Option<T>) -> Either<T, Null> {
    it.map_or(Either::B(Null), Either::A)
}

fn all<T, U: From<T>>(items: Vec<T>) -> Vec<U> {
    items.into_iter().map(U::from).collect()
}

impl From<app::Report> for Report {
    fn from(it: app::Report) -> Report {
        Report { version: it.version, histories: all(it.histories), problems: all(it.problems) }
    }
}

impl From<app::HistoryReport> for History {
    fn from(it: app::HistoryReport) -> History {
        History {
            tool: it.tool.into(),
            dialect: it.dialect.into(),
            dir: it.dir,
            migrations: all(it.migrations),
            database: it.database.map(HistoryDatabase::from),
        }
    }
}

impl From<app::DatabaseReport> for HistoryDatabase {
    fn from(it: app::DatabaseReport) -> HistoryDatabase {
        HistoryDatabase {
            target: it.target.into(),
            table: or_null(it.table),
            rows_without_file: all(it.rows_without_file),
            blocked: it.blocked,
        }
    }
}

impl From<app::RowReport> for RowWithoutFile {
    fn from(it: app::RowReport) -> RowWithoutFile {
        RowWithoutFile { name: it.name, applied: it.applied }
    }
}

impl From<app::MigrationReport> for Migration {
    fn from(it: app::MigrationReport) -> Migration {
        Migration {
            name: it.name,
            up: it.up,
            down: it.down,
            grade: grade(it.grade),
            state: it.state.word().into(),
            up_changed: it.up_changed.then_some(true),
            applied: it.applied,
            standing: it.standing.map(|stands| stands.json().to_owned()),
            edited_after_applied: it.edited_after_applied.then_some(true),
            notes: all(it.notes),
        }
    }
}

impl From<app::NoteReport> for Note {
    fn from(it: app::NoteReport) -> Note {
        Note {
            kind: it.kind.json().into(),
            object: it.object,
            detail: it.detail,
            file: it.file,
            line: number(it.line),
            question: it.question,
            count: it.count.map(|n| i64::try_from(n).unwrap_or(i64::MAX)),
        }
    }
}

impl From<app::Problem> for Problem {
    fn from(it: app::Problem) -> Problem {
        let severity = match it.severity {
            app::Severity::Error => "error",
            app::Severity::Warning => "warning",
        };
        Problem { code: it.code.into(), severity: severity.into(), message: it.message, help: it.help, path: it.path }
    }
}

impl From<app::Inspection> for Inspection {
    fn from(it: app::Inspection) -> Inspection {
        Inspection {
            version: it.version,
            dialect: it.dialect.into(),
            statements: all(it.statements),
            grade: grade(it.grade),
            notes: all(it.notes),
            rollback: it.rollback,
        }
    }
}

impl From<app::ChangeReport> for Change {
    fn from(it: app::ChangeReport) -> Change {
        Change { action: it.action.to_owned(), kind: it.kind, object: it.object }
    }
}

impl From<app::StatementReport> for Statement {
    fn from(it: app::StatementReport) -> Statement {
        Statement {
            sql: it.sql,
            start: number(it.start),
            end: number(it.end),
            line: number(it.line),
            changes: all(it.changes),
        }
    }
}
