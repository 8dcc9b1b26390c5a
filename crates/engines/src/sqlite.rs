//! SQLite, in this process.

use crate::database::{Abilities, Database, Failure, FailureKind};
use crate::mysql::hex;
use crate::target::Place;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::ffi::ErrorCode;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, OpenFlags, ffi};
use std::time::Duration;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Rows;

/// How long a lock of somebody else is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// One connection.
pub struct Sqlite {
    connection: Connection,
}

impl Sqlite {
    /// Opens a database with its foreign keys enforced, as Prisma and Drizzle's drivers do. A file that is not there is not
    /// made.
    ///
    /// # Errors
    /// As [`connect`](crate::connect).
    pub fn open(place: &Place) -> Result<Sqlite, Failure> {
        let opened = match place {
            Place::Memory => Connection::open_in_memory(),
            // SQLite's own file system in memory, where all connections of a process see what is below its root.
            Place::Shared(name) => Connection::open(format!("file:/{name}?vfs=memdb")),
            Place::File(path) => {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                Connection::open_with_flags(path, flags)
            }
        };
        let connection = opened.map_err(|e| match place {
            Place::File(path) => missing(failure(&e), path),
            _ => failure(&e),
        })?;
        connection.busy_timeout(PATIENCE).map_err(|e| failure(&e))?;
        connection.execute_batch("PRAGMA foreign_keys=ON").map_err(|e| failure(&e))?;
        Ok(Sqlite { connection })
    }

    /// Opens a database's file so that SQLite itself writes nothing into it.
    ///
    /// # Errors
    /// As [`connect`](crate::connect).
    pub fn read_only(path: &std::path::Path) -> Result<Sqlite, Failure> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|e| missing(failure(&e), path))?;
        connection.busy_timeout(PATIENCE).map_err(|e| failure(&e))?;
        // For what comes through attached databases, too.
        connection.execute_batch("PRAGMA query_only=ON").map_err(|e| failure(&e))?;
        Ok(Sqlite { connection })
    }

    /// Copies all that is in the main database, page by page.
    pub(crate) fn copy_to(&self, other: &mut Sqlite) -> Result<(), Failure> {
        let backup = Backup::new(&self.connection, &mut other.connection).map_err(|e| failure(&e))?;
        match backup.step(-1).map_err(|e| failure(&e))? {
            StepResult::Done => Ok(()),
            _ => Err(Failure::new(FailureKind::Locked, "somebody is writing to the database")),
        }
    }
}

fn missing(failure: Failure, path: &std::path::Path) -> Failure {
    let message = format!("{}: {}", path.display(), failure.message);
    let kind = FailureKind::Lost;
    Failure { kind, message, ..failure }
}

impl Database for Sqlite {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn abilities(&self) -> Abilities {
        Abilities { pinned_session: true, transactions: true }
    }

    fn execute(&mut self, sql: &str) -> Result<u64, Failure> {
        let before = self.connection.total_changes();
        self.connection.execute_batch(sql).map_err(|e| failure(&e))?;
        // The last statement's own count, where it changed anything; others leave that of the one before.
        Ok(if self.connection.total_changes() == before { 0 } else { self.connection.changes() })
    }

    fn script(&mut self, sql: &str) -> Result<(), Failure> {
        self.connection.execute_batch(sql).map_err(|e| failure(&e))
    }

    fn query(&mut self, sql: &str) -> Result<Rows, Failure> {
        let mut statement = self.connection.prepare(sql).map_err(|e| failure(&e))?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut found = statement.raw_query();
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(|e| failure(&e))? {
            let values = (0..columns.len()).map(|at| row.get_ref(at).map(text)).collect::<Result<_, _>>();
            rows.push(values.map_err(|e| failure(&e))?);
        }
        Ok(Rows { columns, rows })
    }
}

/// Reals in the fewest digits that give the same number back.
fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) if number.is_infinite() => Some(if number > 0.0 { "Inf" } else { "-Inf" }.to_owned()),
        ValueRef::Real(number) => Some(format!("{number:?}")),
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Blob(bytes) => Some(hex("x'", bytes, "'")),
    }
}

/// What an error means, in SQLite's words.
pub(crate) fn failure(error: &Error) -> Failure {
    let (inner, words, offset) = match error {
        Error::SqliteFailure(inner, words) => (inner, words.clone(), None),
        Error::SqlInputError { error, msg, offset, .. } => (error, Some(msg.clone()), usize::try_from(*offset).ok()),
        // Not SQLite's: a NUL in the text, two statements where one is taken.
        other => return Failure::new(FailureKind::Refused, other.to_string()),
    };
    let message = words.unwrap_or_else(|| ffi::code_to_str(inner.extended_code).to_owned());
    Failure { code: Some(name_of(inner)), offset, ..Failure::new(kind_of(inner.code), message) }
}

fn kind_of(code: ErrorCode) -> FailureKind {
    match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => FailureKind::Locked,
        ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::AuthorizationForStatementDenied => {
            FailureKind::Denied
        }
        ErrorCode::OperationInterrupted => FailureKind::TimedOut,
        ErrorCode::CannotOpen => FailureKind::Lost,
        _ => FailureKind::Refused,
    }
}

/// The same for a driver that gives only the code's name.
pub(crate) fn kind_of_name(name: &str) -> FailureKind {
    match name {
        name if name.starts_with("SQLITE_BUSY") || name.starts_with("SQLITE_LOCKED") => FailureKind::Locked,
        name if name.starts_with("SQLITE_READONLY") => FailureKind::Denied,
        "SQLITE_PERM" | "SQLITE_AUTH" => FailureKind::Denied,
        "SQLITE_INTERRUPT" => FailureKind::TimedOut,
        name if name.starts_with("SQLITE_CANTOPEN") => FailureKind::Lost,
        _ => FailureKind::Refused,
    }
}

/// The extended code's name where it is one that tells more, else that of the code.
fn name_of(error: &ffi::Error) -> String {
    let extended = match error.extended_code {
        ffi::SQLITE_CONSTRAINT_CHECK => "SQLITE_CONSTRAINT_CHECK",
        ffi::SQLITE_CONSTRAINT_COMMITHOOK => "SQLITE_CONSTRAINT_COMMITHOOK",
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => "SQLITE_CONSTRAINT_FOREIGNKEY",
        ffi::SQLITE_CONSTRAINT_NOTNULL => "SQLITE_CONSTRAINT_NOTNULL",
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY => "SQLITE_CONSTRAINT_PRIMARYKEY",
        ffi::SQLITE_CONSTRAINT_TRIGGER => "SQLITE_CONSTRAINT_TRIGGER",
        ffi::SQLITE_CONSTRAINT_UNIQUE => "SQLITE_CONSTRAINT_UNIQUE",
        ffi::SQLITE_CONSTRAINT_VTAB => "SQLITE_CONSTRAINT_VTAB",
        ffi::SQLITE_CONSTRAINT_ROWID => "SQLITE_CONSTRAINT_ROWID",
        ffi::SQLITE_CONSTRAINT_DATATYPE => "SQLITE_CONSTRAINT_DATATYPE",
        ffi::SQLITE_BUSY_SNAPSHOT => "SQLITE_BUSY_SNAPSHOT",
        ffi::SQLITE_BUSY_RECOVERY => "SQLITE_BUSY_RECOVERY",
        ffi::SQLITE_READONLY_DIRECTORY => "SQLITE_READONLY_DIRECTORY",
        ffi::SQLITE_READONLY_DBMOVED => "SQLITE_READONLY_DBMOVED",
        ffi::SQLITE_READONLY_ROLLBACK => "SQLITE_READONLY_ROLLBACK",
        _ => "",
    };
    if extended.is_empty() { primary(error.extended_code & 0xff).to_owned() } else { extended.to_owned() }
}

fn primary(code: i32) -> &'static str {
    const NAMES: [&str; 27] = [
        "SQLITE_OK",
        "SQLITE_ERROR",
        "SQLITE_INTERNAL",
        "SQLITE_PERM",
        "SQLITE_ABORT",
        "SQLITE_BUSY",
        "SQLITE_LOCKED",
        "SQLITE_NOMEM",
        "SQLITE_READONLY",
        "SQLITE_INTERRUPT",
        "SQLITE_IOERR",
        "SQLITE_CORRUPT",
        "SQLITE_NOTFOUND",
        "SQLITE_FULL",
        "SQLITE_CANTOPEN",
        "SQLITE_PROTOCOL",
        "SQLITE_EMPTY",
        "SQLITE_SCHEMA",
        "SQLITE_TOOBIG",
        "SQLITE_CONSTRAINT",
        "SQLITE_MISMATCH",
        "SQLITE_MISUSE",
        "SQLITE_NOLFS",
        "SQLITE_AUTH",
        "SQLITE_FORMAT",
        "SQLITE_RANGE",
        "SQLITE_NOTADB",
    ];
    usize::try_from(code).ok().and_then(|at| NAMES.get(at).copied()).unwrap_or("SQLITE_ERROR")
}
