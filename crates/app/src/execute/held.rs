//! Locks against other migrations, held by the session for the whole of a walk.

use super::outcome::{Reason, Stop};
use super::{Holder, ToolLock};
use unmigrate_engines::{Database, Failure};

/// The locks that are held.
pub struct Held(Vec<ToolLock>);

impl Held {
    /// Takes the tool's lock and ours, without waiting: whoever holds one is migrating, and what it does there changes
    /// what the plan was made for.
    pub fn take(db: &mut dyn Database, tool: Option<ToolLock>) -> Result<Held, Stop> {
        let mut held = Held(Vec::new());
        for lock in tool.into_iter().chain(ToolLock::ours(db.dialect())) {
            match db.query(&lock.take) {
                Ok(answer) if lock.is_taken(&answer) => held.0.push(lock),
                Ok(_) => {
                    let holders = holders(db, &lock);
                    held.release(db);
                    return Err(Stop::new(Reason::Busy(lock.name)).held_by(holders));
                }
                Err(failure) => {
                    held.release(db);
                    return Err(Stop::failed(failure));
                }
            }
        }
        Ok(held)
    }

    /// Gives them back, the last first. Where the session is gone, so are they.
    pub fn release(self, db: &mut dyn Database) {
        for lock in self.0.iter().rev() {
            let _: Result<_, Failure> = db.query(&lock.release);
        }
    }
}

fn holders(db: &mut dyn Database, lock: &ToolLock) -> Vec<Holder> {
    db.query(&lock.holder).ok().and_then(|answer| lock.holder(&answer)).into_iter().collect()
}
