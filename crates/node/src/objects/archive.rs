//! What `archive` gives, field by field what `--json` prints.

use super::rollback::{RollbackTarget, long};
use super::{Problem, all, or_null};
use napi::bindgen_prelude::{Either, Null};
use napi_derive::napi;
use unmigrate_app::archive as app;

/// What is kept, and what was done with it: what `archive` gives.
#[napi(object)]
pub struct ArchiveReport {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// Which database.
    pub target: RollbackTarget,
    /// What was asked for.
    #[napi(ts_type = "'list' | 'restore' | 'drop'")]
    pub action: String,
    /// Where the copies are: `schema _unmigrate`.
    pub place: String,
    /// The copies that it is about.
    pub entries: Vec<Kept>,
    /// What is good to know, or stopped it.
    pub problems: Vec<Problem>,
}

/// A copy of what a migration or a rollback took away.
#[napi(object)]
pub struct Kept {
    /// Its name, which `restore` and `drop` take.
    pub id: String,
    /// What took it away.
    pub migration: String,
    /// What it is a copy of.
    #[napi(ts_type = "'table' | 'columns' | 'rows' | 'values'")]
    pub kind: String,
    /// The table that it is from, in SQL.
    pub table: String,
    /// The columns that were copied, without the key.
    pub columns: Vec<String>,
    /// The key by which values go back; empty where the table has none.
    pub keys: Vec<String>,
    /// How many rows were copied.
    pub rows: i64,
    /// How many bytes it takes; `null` where the engine does not tell.
    #[napi(ts_type = "number | null")]
    pub bytes: Either<i64, Null>,
    /// When it was kept: ISO 8601, UTC.
    pub kept: String,
    /// When it was put back, the last time; `null`: never.
    #[napi(ts_type = "string | null")]
    pub restored: Either<String, Null>,
    /// How long it has been kept, in seconds.
    pub age: i64,
    /// What putting it back did, where it was put back.
    pub put_back: Option<PutBack>,
    /// There where it is gone for good now.
    #[napi(ts_type = "true")]
    pub dropped: Option<bool>,
}

/// What putting a copy back did.
#[napi(object)]
pub struct PutBack {
    /// Rows that have their values again, or are there again.
    pub restored: i64,
    /// Rows of the copy whose key is no longer there.
    pub gone: i64,
    /// Rows that came since, and keep what they have.
    pub new: i64,
}

impl From<app::ArchiveListing> for ArchiveReport {
    fn from(it: app::ArchiveListing) -> ArchiveReport {
        let action = match it.action {
            app::Action::List => "list",
            app::Action::Restore => "restore",
            app::Action::Drop => "drop",
        };
        ArchiveReport {
            version: it.version,
            target: it.target.into(),
            action: action.into(),
            place: it.place,
            entries: all(it.entries),
            problems: all(it.problems),
        }
    }
}

impl From<app::EntryReport> for Kept {
    fn from(it: app::EntryReport) -> Kept {
        let entry = it.entry;
        let back = |r: app::Restored| PutBack { restored: long(r.restored), gone: long(r.gone), new: long(r.new) };
        Kept {
            id: entry.id,
            migration: entry.migration,
            kind: entry.kind.word().into(),
            table: entry.table,
            columns: entry.columns,
            keys: entry.keys,
            rows: long(entry.rows),
            bytes: or_null(entry.bytes.map(long)),
            kept: entry.kept,
            restored: or_null(entry.restored),
            age: long(it.age),
            put_back: it.put_back.map(back),
            dropped: it.dropped.then_some(true),
        }
    }
}
