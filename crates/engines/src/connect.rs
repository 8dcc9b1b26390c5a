//! From a target to a session.

use crate::database::{Database, Failure};
use crate::mysql::Mysql;
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::target::Target;

/// Opens one session. Of several hosts, the first that answers.
///
/// # Errors
/// What kept the session from coming up: nobody answers (`Lost`), the name or the password is wrong (`Unauthorized`),
/// there is no such database (`Refused`), the file is not there (`Lost`), encryption can't be had (`Unsupported`).
pub fn connect(target: &Target) -> Result<Box<dyn Database + Send>, Failure> {
    Ok(match target {
        Target::Postgres(endpoint) => Box::new(Postgres::connect(endpoint)?),
        Target::Mysql(endpoint) => Box::new(Mysql::connect(endpoint)?),
        Target::Sqlite(place) => Box::new(Sqlite::open(place)?),
    })
}
