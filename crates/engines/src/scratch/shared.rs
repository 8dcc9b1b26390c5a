//! One session in several hands, for engines that have no second one.

use crate::database::{Abilities, Database, Failure};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Rows;

/// A hand on the session; one at a time has a statement executed.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Box<dyn Database + Send>>>);

impl Shared {
    /// The first hand.
    pub(super) fn new(session: Box<dyn Database + Send>) -> Shared {
        Shared(Arc::new(Mutex::new(session)))
    }

    /// Puts another session in its place, in all hands.
    pub(super) fn replace(&self, session: Box<dyn Database + Send>) {
        *self.session() = session;
    }

    fn session(&self) -> MutexGuard<'_, Box<dyn Database + Send>> {
        // Whoever panicked in the middle of a statement left the session as the engine has it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Database for Shared {
    fn dialect(&self) -> Dialect {
        self.session().dialect()
    }

    fn abilities(&self) -> Abilities {
        self.session().abilities()
    }

    fn execute(&mut self, sql: &str) -> Result<u64, Failure> {
        self.session().execute(sql)
    }

    fn script(&mut self, sql: &str) -> Result<(), Failure> {
        self.session().script(sql)
    }

    fn query(&mut self, sql: &str) -> Result<Rows, Failure> {
        self.session().query(sql)
    }
}
