//! What every engine can do, whether its driver is in Rust or in JavaScript.

use std::fmt;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Rows;

/// One session with a database.
///
/// Text goes in and text comes out: there are no parameters, so that an object in JavaScript that can only run SQL is a
/// whole engine. Whoever builds SQL quotes names and literals with the kernel's `quote`.
pub trait Database {
    /// Whose SQL it takes.
    fn dialect(&self) -> Dialect;

    /// What this session can do.
    fn abilities(&self) -> Abilities;

    /// Executes one statement and gives the number of rows that it changed, where the engine tells.
    ///
    /// # Errors
    /// Where the engine refuses it, or does not answer.
    fn execute(&mut self, sql: &str) -> Result<u64, Failure>;

    /// Executes a text of several statements the way the engine takes such a text: PostgreSQL in one message, which is
    /// one implicit transaction where it has no BEGIN of its own; MySQL and SQLite statement by statement.
    ///
    /// # Errors
    /// Of the first statement that is refused.
    fn script(&mut self, sql: &str) -> Result<(), Failure>;

    /// Asks one query.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    fn query(&mut self, sql: &str) -> Result<Rows, Failure>;
}

/// What a session can do. Facts about the driver and the connection; what the dialect can do is the kernel's to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// Everything goes through one connection, so that BEGIN, locks, settings and temporary tables hold.
    pub pinned_session: bool,
    /// BEGIN and ROLLBACK can be sent as statements (not so on D1, Neon's HTTP ...).
    pub transactions: bool,
}

/// What the engine, or the way to it, said no with. Never holds a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it means for whoever asked.
    pub kind: FailureKind,
    /// The engine's code: SQLSTATE on PostgreSQL and MySQL (`42P01`), SQLite's extended code's name.
    pub code: Option<String>,
    /// The engine's own words, with its detail.
    pub message: String,
    /// The engine's hint; of failures of our own, what to do.
    pub hint: Option<String>,
    /// MySQL's number of the error (1451), which says more than its SQLSTATE.
    pub number: Option<u16>,
    /// The byte of the text that was sent where the engine saw the error, where it tells.
    pub offset: Option<usize>,
}

/// What a failure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The statement was refused: syntax, missing object, constraint, a value that does not fit.
    Refused,
    /// This user may not.
    Denied,
    /// Somebody holds a lock: `lock_timeout`, `SQLITE_BUSY`, a deadlock. Worth another try.
    Locked,
    /// It took longer than a limit allows.
    TimedOut,
    /// The connection is gone, or never came up.
    Lost,
    /// The name or the password is wrong.
    Unauthorized,
    /// The driver, or the URL, can't do this.
    Unsupported,
}

impl Failure {
    /// A failure without a code.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Failure {
        Failure { kind, code: None, message: message.into(), hint: None, number: None, offset: None }
    }

    /// The same, with what to do.
    pub fn hinted(self, hint: impl Into<String>) -> Failure {
        Failure { hint: Some(hint.into()), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.message)?;
        self.code.as_ref().map_or(Ok(()), |code| write!(f, " ({code})"))
    }
}

impl std::error::Error for Failure {}
