//! This machine's clock: for names of runs and files, and for the audit. What is compared with a database's times is asked
//! of the database.

use std::time::{Duration, SystemTime, UNIX_EPOCH};
use unmigrate_sources::tracking::Moment;

/// Since 1970; a clock that stands before that says zero.
pub fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Now, in milliseconds.
pub fn now() -> Moment {
    Moment(i64::try_from(since_1970().as_millis()).unwrap_or(i64::MAX))
}
