//! Why there is no scratch database.

use crate::database::Failure;
use std::fmt;

/// Why there is no scratch database, each with the ways out. Its words are a reason, to follow "there is no scratch
/// database".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScratchError {
    /// The URL that was named for it leads to a database that the project itself uses.
    Configured {
        /// The URL that was named, without its password.
        scratch: String,
        /// The project's own, without its password.
        configured: String,
    },
    /// There are tables in the database that was named for it.
    HoldsTables {
        /// The URL that was named, without its password.
        scratch: String,
        /// How many.
        tables: usize,
    },
    /// The user may not make one.
    Privilege {
        /// The URL that was named, without its password.
        scratch: String,
        /// What is missing, in the engine's terms: `CREATEDB`.
        privilege: &'static str,
        /// The statement that a person with more rights would run.
        grant: &'static str,
        /// What the server said.
        said: Box<Failure>,
    },
    /// The server can't be reached, or refused.
    Failed(Failure),
}

impl ScratchError {
    /// Every word that [`code`](Self::code) may give.
    pub const CODES: [&str; 4] = ["scratch-is-in-use", "scratch-holds-tables", "scratch-not-allowed", "scratch-failed"];

    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            ScratchError::Configured { .. } => "scratch-is-in-use",
            ScratchError::HoldsTables { .. } => "scratch-holds-tables",
            ScratchError::Privilege { .. } => "scratch-not-allowed",
            ScratchError::Failed(_) => "scratch-failed",
        }
    }

    /// What to do.
    pub fn help(&self) -> String {
        match self {
            ScratchError::Configured { .. } => {
                "name a server or an empty database that nothing else uses; databases that unmigrate makes for itself are \
                 dropped again"
                    .to_owned()
            }
            ScratchError::HoldsTables { .. } => {
                "name an empty database on that server, such as `postgres`: unmigrate makes one of its own beside it".to_owned()
            }
            ScratchError::Privilege { grant, .. } => format!(
                "let somebody run `{grant}`, name another server, or use an engine inside this process (`npm install \
                 --save-dev @electric-sql/pglite` for PostgreSQL)"
            ),
            ScratchError::Failed(failure) => {
                failure.hint.clone().unwrap_or_else(|| "name a server that answers with --scratch-url".to_owned())
            }
        }
    }
}

impl fmt::Display for ScratchError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            ScratchError::Configured { scratch, configured } => {
                write!(f, "{scratch} leads to the same database as {configured}, which the project uses")
            }
            ScratchError::HoldsTables { scratch, tables } => {
                let s = if *tables == 1 { "" } else { "s" };
                write!(
                    f,
                    "there may be data in {scratch}: it holds {tables} table{s} and does not carry unmigrate's marker"
                )
            }
            ScratchError::Privilege { scratch, privilege, said, .. } => {
                write!(f, "at {scratch}, {privilege} is missing ({said})")
            }
            ScratchError::Failed(failure) => write!(f, "{failure}"),
        }
    }
}

impl std::error::Error for ScratchError {}

impl From<Failure> for ScratchError {
    fn from(failure: Failure) -> ScratchError {
        ScratchError::Failed(failure)
    }
}
