//! Where a history is walked: a scratch database that can be emptied.

use crate::Problem;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::History;

/// May two stages be at work side by side?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Company {
    /// One at a time.
    No,
    /// They are on one server: only where nothing reaches what its databases share.
    OnServer,
    /// Each has a server of its own.
    Yes,
}

/// A scratch database of ours.
pub trait Stage: Send {
    /// The session that everything runs in.
    fn db(&mut self) -> &mut dyn Database;

    /// Makes it what it was at first: empty.
    ///
    /// # Errors
    /// Where the engine refuses that.
    fn restart(&mut self) -> Result<(), Failure>;

    /// Keeps a copy of what it holds, in place of the one that was kept before. False where that can't be done, or where
    /// the copy would not be all of it; then nothing has changed.
    ///
    /// # Errors
    /// Where the session is lost over it.
    fn keep(&mut self) -> Result<bool, Failure> {
        Ok(false)
    }

    /// Makes it what it was when the copy was made. `last`: the copy itself becomes it, and none is left. False where that
    /// can't be done: it is then to be started anew.
    ///
    /// # Errors
    /// Where the session is lost over it.
    fn restore(&mut self, last: bool) -> Result<bool, Failure> {
        let _ = last;
        Ok(false)
    }

    /// May a second one of the same history be at work at the same time?
    fn company(&self) -> Company {
        Company::No
    }

    /// The engine and its version, in its own words: `PostgreSQL 17.2`.
    fn engine(&self) -> String;

    /// Where it is only a schema in somebody's database: the names of the other schemas there. SQL that leaves ours is not
    /// to be run.
    fn beside(&self) -> Option<&[String]> {
        None
    }
}

/// Opens scratch databases.
pub trait Stages: Sync {
    /// One for a history in the folder `dir`.
    ///
    /// # Errors
    /// Where there is no engine for it: what is missing, and the ways out.
    fn open(&self, history: &History, dir: &str) -> Result<Box<dyn Stage>, Problem>;
}
