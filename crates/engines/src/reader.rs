//! A session that can only read, whatever is sent: the engine itself refuses the rest.

use crate::connect::{connect, is_pooled};
use crate::database::{Database, Failure, FailureKind};
use crate::sqlite::Sqlite;
use crate::target::{Place, Target};
use unmigrate_kernel::Dialect;

/// How long one query may take, and how long a lock is waited for: somebody works with this database.
const POSTGRES: [&str; 2] = ["SET LOCAL statement_timeout = '30s'", "SET LOCAL lock_timeout = '1s'"];

/// Opens a session in one transaction that only reads and sees the database at one moment. The engine is asked whether it
/// is so. Through a pooler nothing outlives the transaction: what it sets on a session, another client would meet.
///
/// # Errors
/// As [`connect`]; where the engine does not say that the session can only read.
pub fn read_only(target: &Target) -> Result<Box<dyn Database + Send>, Failure> {
    if let Target::Sqlite(Place::File(path)) = target {
        let mut session = Sqlite::read_only(path)?;
        session.execute("BEGIN")?;
        return Ok(Box::new(session));
    }
    let pooled = is_pooled(target)?;
    let mut session = connect(target)?;
    let (set, begin) = match session.dialect() {
        Dialect::Postgres | Dialect::Cockroach => {
            ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
        Dialect::Mysql => {
            ("SET SESSION TRANSACTION READ ONLY", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        }
        Dialect::Sqlite => {
            return Err(Failure::new(FailureKind::Unsupported, format!("{target} holds nothing to read")));
        }
    };
    if !pooled {
        session.execute(set)?;
    }
    session.execute(begin)?;
    if !reads(&mut *session)? {
        let message = format!("{target} does not say that this session can only read");
        return Err(Failure::new(FailureKind::Unsupported, message));
    }
    if session.dialect() == Dialect::Postgres {
        POSTGRES.iter().try_for_each(|setting| session.execute(setting).map(drop))?;
    }
    Ok(session)
}

/// Does the engine say that nothing can be written now?
fn reads(session: &mut dyn Database) -> Result<bool, Failure> {
    let asked = match session.dialect() {
        // MySQL 8 and MariaDB from 11.1 on have the one, those before them the other.
        Dialect::Mysql => {
            session.query("SELECT @@transaction_read_only").or_else(|_| session.query("SELECT @@tx_read_only"))?
        }
        _ => session.query("SELECT current_setting('transaction_read_only')")?,
    };
    Ok(matches!(asked.first(), Some("1" | "on")))
}
