//! Locks against other migrations, held by the session for the whole of a walk.

use super::outcome::{Reason, Stop};
use super::patience::Pauses;
use super::{Holder, Patience, ToolLock, Watch};
use std::thread;
use std::time::Duration;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;

/// The locks that are held.
pub struct Held(Vec<ToolLock>);

/// How long another database's migration is waited for: as long as Prisma itself does.
const SERVER_WIDE: Duration = Duration::from_secs(10);

impl Held {
    /// Takes the tool's lock and ours, without waiting: whoever holds one is migrating, and what it does there changes
    /// what the plan was made for. Only on MySQL the tool's lock is waited for: its name is one for the whole server, and
    /// whoever holds it may be migrating another database.
    pub(super) fn take(
        db: &mut dyn Database,
        tool: Option<ToolLock>,
        patience: Patience,
        watch: &mut dyn Watch,
    ) -> Result<Held, Stop> {
        let dialect = db.dialect();
        let waits = if dialect == Dialect::Mysql { patience.total.min(SERVER_WIDE) } else { Duration::ZERO };
        let tool = tool.map(|lock| (lock, waits));
        let ours = ToolLock::ours(dialect).map(|lock| (lock, Duration::ZERO));
        let mut held = Held(Vec::new());
        for (lock, waits) in tool.into_iter().chain(ours) {
            match one(db, &lock, waits, watch) {
                Ok(()) => held.0.push(lock),
                Err(stop) => {
                    held.release(db);
                    return Err(stop);
                }
            }
        }
        Ok(held)
    }

    /// Gives one of them back, so that its tool's own process can take it; the others stay.
    pub fn lend(&mut self, db: &mut dyn Database, name: &str) {
        let (lent, kept) = std::mem::take(&mut self.0).into_iter().partition(|lock| lock.name == name);
        self.0 = kept;
        Held(lent).release(db);
    }

    /// Gives them back, the last first. Where the session is gone, so are they.
    pub fn release(self, db: &mut dyn Database) {
        for lock in self.0.iter().rev() {
            let _: Result<_, Failure> = db.query(&lock.release);
        }
    }
}

fn one(db: &mut dyn Database, lock: &ToolLock, waits: Duration, watch: &mut dyn Watch) -> Result<(), Stop> {
    let mut pauses = Pauses::new();
    loop {
        let answer = db.query(&lock.take).map_err(Stop::failed)?;
        if lock.is_taken(&answer) {
            return Ok(());
        }
        let holders = holders(db, lock);
        let Some(pause) = pauses.next(waits) else { return Err(Stop::new(Reason::Busy(lock.name)).held_by(holders)) };
        watch.waits(None, &holders, pause);
        thread::sleep(pause);
    }
}

fn holders(db: &mut dyn Database, lock: &ToolLock) -> Vec<Holder> {
    db.query(&lock.holder).ok().and_then(|answer| lock.holder(&answer)).into_iter().collect()
}
