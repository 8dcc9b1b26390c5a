//! Engines that live in this process but not in this crate, and drivers that are objects in another language.

use crate::database::{Database, Failure, FailureKind};
use crate::{mysql, postgres, sqlite};
use std::path::PathBuf;
use unmigrate_kernel::Dialect;

/// Opens engines that live in this process: PGlite, in Node.
pub trait Embedded: Send + Sync {
    /// Opens one that is new and empty, and ours alone.
    ///
    /// # Errors
    /// `Unsupported`: there is none for the dialect, the project has not installed it, or it has not the extension. The
    /// hint is then the command that installs it, or another way out.
    fn open(&self, wanted: &Wanted) -> Result<Box<dyn Database + Send>, Failure>;
}

/// What an engine has to be and to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Whose SQL it takes.
    pub dialect: Dialect,
    /// The extensions that a history asks for, by their names in CREATE EXTENSION.
    pub extensions: Vec<String>,
    /// The project's folder: its own packages are taken.
    pub dir: PathBuf,
}

/// No engine but those of this crate.
#[derive(Debug, Clone, Copy)]
pub struct NoEmbedded;

impl Embedded for NoEmbedded {
    fn open(&self, wanted: &Wanted) -> Result<Box<dyn Database + Send>, Failure> {
        let message = format!("there is no engine for {} in this process", wanted.dialect.word());
        Err(Failure::new(FailureKind::Unsupported, message))
    }
}

/// What a driver in another language threw: the fields that drivers of PostgreSQL, MySQL and SQLite have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// SQLSTATE, SQLite's name of a code, or Node's (`ECONNREFUSED`).
    pub code: Option<String>,
    /// The words.
    pub message: String,
    /// PostgreSQL's detail.
    pub detail: Option<String>,
    /// PostgreSQL's hint.
    pub hint: Option<String>,
    /// MySQL's number.
    pub number: Option<i64>,
    /// PostgreSQL's position: a character, from 1.
    pub position: Option<i64>,
}

impl Said {
    /// What it means for whoever executed `sql`.
    pub fn failure(self, dialect: Dialect, sql: &str) -> Failure {
        let number = self.number.and_then(|n| u16::try_from(n).ok()).filter(|_| dialect == Dialect::Mysql);
        let code = self.code.as_deref().unwrap_or_default();
        let kind = match dialect {
            _ if is_of_network(code) => FailureKind::Lost,
            Dialect::Postgres | Dialect::Cockroach => postgres::kind_of(code),
            Dialect::Mysql => mysql::kind_of(number.unwrap_or_default(), code),
            Dialect::Sqlite => sqlite::kind_of_name(code),
        };
        let offset = self.position.and_then(|at| postgres::byte_of(sql, u32::try_from(at).ok()?));
        let message = match self.detail {
            Some(detail) => format!("{}: {detail}", self.message),
            None => self.message,
        };
        Failure { code: self.code, hint: self.hint, number, offset, ..Failure::new(kind, message) }
    }
}

/// Node's names for what happens to connections.
fn is_of_network(code: &str) -> bool {
    matches!(
        code,
        "ECONNREFUSED"
            | "ECONNRESET"
            | "ETIMEDOUT"
            | "ENOTFOUND"
            | "EPIPE"
            | "EHOSTUNREACH"
            | "ENETUNREACH"
            | "EAI_AGAIN"
    ) || code.starts_with("PROTOCOL_CONNECTION")
        || code.starts_with("UND_ERR")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(dialect: Dialect, code: &str, number: i64) -> FailureKind {
        Said { code: Some(code.into()), number: Some(number), ..Said::default() }.failure(dialect, "").kind
    }

    #[test]
    fn what_drivers_throw() {
        assert_eq!(kind(Dialect::Postgres, "55P03", 0), FailureKind::Locked);
        assert_eq!(kind(Dialect::Postgres, "ECONNRESET", -104), FailureKind::Lost);
        assert_eq!(kind(Dialect::Mysql, "HY000", 1205), FailureKind::Locked);
        assert_eq!(kind(Dialect::Mysql, "28000", 1045), FailureKind::Unauthorized);
        assert_eq!(kind(Dialect::Sqlite, "SQLITE_BUSY_SNAPSHOT", 0), FailureKind::Locked);
        assert_eq!(kind(Dialect::Sqlite, "SQLITE_READONLY", 0), FailureKind::Denied);
        assert_eq!(kind(Dialect::Sqlite, "SQLITE_CONSTRAINT_UNIQUE", 0), FailureKind::Refused);
        let said = Said { position: Some(3), detail: Some("d".into()), message: "m".into(), ..Said::default() };
        let failure = said.failure(Dialect::Postgres, "ö x");
        assert_eq!((failure.offset, failure.message.as_str()), (Some(3), "m: d"));
    }
}
