//! Steps that share a transaction.

use super::outcome::{Reason, Stop};
use super::patience::{self, Pauses};
use super::session::wait_at_most;
use super::sqlite::Guard;
use super::{Run, Walk, statement};
use crate::archive::sql::literal;
use crate::execute::Holder;
use std::thread;
use std::time::{Duration, Instant};
use unmigrate_engines::{Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::{Expect, Phase, Step};

impl Walk<'_, '_, '_> {
    /// Runs them in one transaction, as often as it takes to get the locks.
    pub(super) fn group(&mut self, phase: &Phase, run: &Run, at: usize, of: usize) -> Result<(), Stop> {
        if self.is_settled(run) {
            self.ran += run.steps.len();
            return Ok(());
        }
        let mut pauses = Pauses::new();
        loop {
            let Err(stop) = self.attempt(phase, run, at, of) else { return Ok(()) };
            let pause = pauses.next(self.order.patience.total).filter(|_| stop.is_locked());
            let Some(pause) = pause else { return self.lost_or(stop, run) };
            self.waits(None, &stop, pause);
        }
    }

    /// Tells that a lock is waited for, and waits.
    pub(super) fn waits(&mut self, step: Option<&Step>, stop: &Stop, pause: std::time::Duration) {
        self.watch.waits(step, stop.holders(), pause);
        thread::sleep(pause);
        self.waited += pause;
    }

    /// Every step of a run that was gone on with is noted as done.
    fn is_settled(&self, run: &Run) -> bool {
        let Some(resumed) = self.order.resume else { return false };
        (0..run.steps.len()).all(|step| resumed.steps.get(&(run.phase, run.first + step)) == Some(&true))
    }

    fn attempt(&mut self, phase: &Phase, run: &Run, at: usize, of: usize) -> Result<(), Stop> {
        let dialect = self.db.dialect();
        let guard = Guard::before(self.db)?;
        let begun = self.open(dialect).and_then(|()| self.is_the_same());
        let ran = begun.and_then(|()| self.steps(phase, run, at, of, guard.as_ref()));
        let ended = match ran {
            Ok(()) => self.commit(run),
            Err(stop) => {
                // Whom to name is asked while the transaction that waited is over, and the other's is not.
                let rolled_back = self.db.execute("ROLLBACK");
                let stop = self.named(stop, run);
                match rolled_back {
                    // Some engines have rolled back already (SQLite at SQLITE_FULL): then there is none to roll back.
                    Err(failure) if failure.kind == FailureKind::Lost && !stop.is_lost() => Err(Stop::failed(failure)),
                    _ => Err(stop),
                }
            }
        };
        if let Some(guard) = guard {
            guard.after(self.db);
        }
        ended
    }

    /// Still what the plan was made for, where nothing has kept others out until now.
    fn is_the_same(&mut self) -> Result<(), Stop> {
        let Some(look) = self.look.as_mut() else { return Ok(()) };
        match look(self.db).map_err(Stop::failed)? == self.order.plan.made_for {
            true => Ok(()),
            false => Err(Stop::new(Reason::Moved)),
        }
    }

    fn open(&mut self, dialect: Dialect) -> Result<(), Stop> {
        let sql = match dialect {
            Dialect::Postgres | Dialect::Cockroach => "BEGIN",
            Dialect::Mysql => "START TRANSACTION",
            // The lock of every writer at once: a transaction that begins to write later may find that it may not.
            Dialect::Sqlite => "BEGIN IMMEDIATE",
        };
        if dialect == Dialect::Sqlite {
            wait_at_most(self.db, Some(self.order.patience.lock), false).map_err(Stop::failed)?;
        }
        self.db.execute(sql).map(drop).map_err(Stop::failed)
    }

    fn steps(&mut self, phase: &Phase, run: &Run, at: usize, of: usize, guard: Option<&Guard>) -> Result<(), Stop> {
        let dialect = self.db.dialect();
        let before = guard.map(|guard| guard.look(self.db, run.steps)).transpose()?;
        let (mut since, mut set) = (None, None);
        for (next, step) in run.steps.iter().enumerate() {
            let place = (run.phase, run.first + next);
            self.watch.step(phase, step, at + next, of);
            if statement::is_pragma_of_keys(&step.sql, dialect) {
                continue;
            }
            if dialect != Dialect::Sqlite {
                let limit = self.order.patience.of(step, since);
                since = since.or(patience::stops_others(step).then(Instant::now));
                // Locks are held by now: what is asked of the server, others wait for.
                let asked = set.is_some_and(|set: Option<Duration>| near(set, limit));
                if !asked {
                    wait_at_most(self.db, limit, true).map_err(|f| Stop::failed(f).at(place))?;
                    set = Some(limit);
                }
            }
            self.take(step).map_err(|stop| stop.at(place))?;
        }
        if let (Some(guard), Some(before)) = (guard, before) {
            guard.compare(self.db, &before, run.steps)?;
        }
        let Some(journal) = &self.journal else { return Ok(()) };
        let places: Vec<(usize, usize)> = (0..run.steps.len()).map(|next| (run.phase, run.first + next)).collect();
        journal.all_done(self.db, &places).map_err(Stop::failed)
    }

    /// Runs one statement and holds it to what must come of it.
    pub(super) fn take(&mut self, step: &Step) -> Result<(), Stop> {
        match step.expect {
            Expect::Taken => self.db.execute(&step.sql).map(drop).map_err(Stop::failed),
            Expect::Changes(wanted) => {
                let changed = self.db.execute(&step.sql).map_err(Stop::failed)?;
                if changed == wanted {
                    return Ok(());
                }
                let what = format!("it changed {changed} rows, and {wanted} had to change");
                Err(Stop::new(Reason::Unexpected(what)))
            }
            Expect::NoRows => {
                let answer = self.db.query(&step.sql).map_err(Stop::failed)?;
                match answer.rows.len() {
                    0 => Ok(()),
                    many => {
                        Err(Stop::new(Reason::Unexpected(format!("it answers {many} rows, and none may be there"))))
                    }
                }
            }
        }
    }

    fn commit(&mut self, run: &Run) -> Result<(), Stop> {
        match self.db.execute("COMMIT") {
            Ok(_) => {
                self.look = None;
                // Where a phase is one transaction there is no journal, and nothing to go on with.
                self.ran += if self.journal.is_some() { run.steps.len() } else { 0 };
                Ok(())
            }
            Err(failure) if failure.kind == FailureKind::Lost => Err(Stop::failed(failure).unknown()),
            Err(failure) => {
                let _ = self.db.execute("ROLLBACK");
                Err(Stop::failed(failure))
            }
        }
    }

    /// A COMMIT that was not answered may have been taken: another session asks the database.
    fn lost_or(&mut self, stop: Stop, run: &Run) -> Result<(), Stop> {
        let probe = run.steps.iter().rev().find_map(|s| s.probe.as_ref()).filter(|_| stop.unknown);
        let (Some(probe), Some(reconnect)) = (probe, self.reconnect.as_mut()) else { return Err(stop) };
        let answer = reconnect().and_then(|mut other| other.query(&probe.query));
        match answer {
            Ok(answer) => {
                if probe.holds(&answer) {
                    // Undone as it should be; the session and its locks are gone all the same.
                    let name = self.order.plan.phases.get(run.phase).map(|p| p.name.clone());
                    let last = self.order.plan.phases.get(run.phase).map(|p| p.steps.len());
                    if last == Some(run.first + run.steps.len()) {
                        self.done.extend(name);
                    }
                }
                Err(stop.known())
            }
            Err(_) => Err(stop),
        }
    }

    /// With who holds what the statement waited for.
    pub(super) fn named(&mut self, stop: Stop, run: &Run) -> Stop {
        if !stop.is_locked() {
            return stop;
        }
        let steps: Vec<&Step> = match stop.step() {
            Some(at) => run.steps.get(at.wrapping_sub(run.first)).into_iter().collect(),
            None => run.steps.iter().collect(),
        };
        let holders =
            steps.iter().flat_map(|step| blockers(self.db, step)).fold(Vec::new(), |mut all, holder: Holder| {
                if !all.iter().any(|h: &Holder| h.pid == holder.pid) {
                    all.push(holder);
                }
                all
            });
        stop.held_by(holders)
    }
}

/// Two limits that need not be told apart.
fn near(a: Option<Duration>, b: Option<Duration>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.abs_diff(b) < Duration::from_millis(50),
        (a, b) => a == b,
    }
}

/// Sessions that hold a lock of a relation that the step names, or have a transaction open, where that is all that the
/// server tells.
fn blockers(db: &mut dyn unmigrate_engines::Database, step: &Step) -> Vec<Holder> {
    let sql = match db.dialect() {
        Dialect::Postgres => {
            let names = statement::names(&step.sql, Dialect::Postgres);
            let names: Vec<String> = names.iter().map(|name| literal(name, Dialect::Postgres)).collect();
            format!(
                "SELECT DISTINCT l.pid::text AS pid, COALESCE(NULLIF(a.application_name, ''), a.usename)::text AS application, \
                 a.client_addr::text AS client, a.state::text AS state, \
                 greatest(extract(epoch FROM clock_timestamp() - COALESCE(a.xact_start, a.state_change)), 0)::bigint::text AS age, \
                 a.query::text AS query FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
                 WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid() \
                 AND l.relation IN (SELECT to_regclass(n)::oid FROM unnest(ARRAY[{}]::text[]) AS n)",
                names.join(", ")
            )
        }
        Dialect::Mysql => "SELECT CAST(p.ID AS CHAR) AS pid, p.USER AS application, p.HOST AS client, p.COMMAND AS state, \
             CAST(TIMESTAMPDIFF(SECOND, t.trx_started, NOW()) AS CHAR) AS age, COALESCE(p.INFO, t.trx_query) AS query \
             FROM information_schema.INNODB_TRX t JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id \
             WHERE p.ID <> CONNECTION_ID() AND p.DB = DATABASE() ORDER BY t.trx_started LIMIT 5"
            .to_owned(),
        _ => return Vec::new(),
    };
    // Who may not see others' sessions is told nothing: the lock was not to be had all the same.
    let answer: Result<_, Failure> = db.query(&sql);
    let Ok(answer) = answer else { return Vec::new() };
    let one = |row: unmigrate_engines::Row| Holder {
        pid: row.text("pid").to_owned(),
        application: row.text("application").to_owned(),
        client: row.get("client").map(str::to_owned),
        state: row.text("state").to_owned(),
        age: row.get("age").and_then(|age| age.parse().ok()),
        query: row.get("query").map(str::to_owned),
    };
    answer.iter().map(one).collect()
}
