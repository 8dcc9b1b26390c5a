//! What a walk costs beside running the same files alone, on the same kind of stage: for the bench.

use super::MigrationVerdict;
use super::prepared::Prepared;
use super::request::VerifyRequest;
use super::run::{down, up};
use super::scratches::Scratches;
use super::spent::Spent;
use super::stage::{Stage, Stages};
use super::verb::prepare;
use super::walk::walk;
use crate::{ConfigLoader, Error};
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};
use unmigrate_engines::{Abilities, Database, Embedded, Failure, Rows};
use unmigrate_kernel::{Dialect, Grade};

/// Of one history.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The folder.
    pub dir: String,
    /// In its own words.
    pub engine: String,
    /// Migrations in it.
    pub migrations: usize,
    /// Up, down and up again, file by file, with no rows and nothing read.
    pub alone: Cost,
    /// The whole walk.
    pub walk: Cost,
    /// What the walk waited for.
    pub spent: Spent,
    /// What the walk found.
    pub verdicts: Vec<MigrationVerdict>,
}

/// What something cost.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// On the clock.
    pub clock: Duration,
    /// This process's time on processors, where the system tells. An engine that lives in it is part of it.
    pub own: Option<Duration>,
    /// The same of the server's process behind the session, where it runs on this machine.
    pub server: Option<Duration>,
    /// How often the engine was asked.
    pub calls: usize,
}

/// Runs the histories that `request` names, each alone first and then as `verify` does, whatever is remembered of them.
/// Nothing is written.
///
/// # Errors
/// As [`verify`](super::verify); where there is no engine.
pub fn measure(
    request: &VerifyRequest,
    loader: &dyn ConfigLoader,
    embedded: Arc<dyn Embedded>,
) -> Result<Vec<Measured>, Error> {
    let scratches = Scratches::asked(&request.engine, &request.scratch_url, &request.cwd, embedded)?;
    let (prepared, _) = prepare(request, loader, &mut |_, _| {})?;
    prepared.iter().map(|prepared| one(prepared, &scratches)).collect()
}

fn one(prepared: &Prepared, stages: &dyn Stages) -> Result<Measured, Error> {
    let gave_up = |failure: Failure| super::verb::engine_stopped(&failure, &prepared.dir);
    let mut stage = Metered::over(stages.open(&prepared.history, &prepared.dir)?);
    let alone = cost(&mut stage, |stage| alone(prepared, stage)).map_err(gave_up)?.0;
    drop(stage);
    let mut stage = Metered::over(stages.open(&prepared.history, &prepared.dir)?);
    let mut verdicts = Vec::new();
    let stops = prepared.stops(true, false);
    let walked = |stage: &mut Metered| {
        walk(&stops, &prepared.history.migrations, stage, None, &mut |verdict| verdicts.push(verdict))
    };
    let (walk, spent) = cost(&mut stage, walked).map_err(gave_up)?;
    let (dir, migrations) = (prepared.dir.clone(), prepared.history.migrations.len());
    Ok(Measured { dir, engine: stage.engine(), migrations, alone, walk, spent, verdicts })
}

/// Every file as verify runs it. Where one is refused, the walk goes on with what there is.
fn alone(prepared: &Prepared, stage: &mut dyn Stage) -> Result<(), Failure> {
    for stop in prepared.stops(true, false) {
        let migration = stop.subject.up;
        if up(stage.db(), &migration.sql, migration.breakpoints).is_err() {
            break;
        }
        let text = stop.subject.down.filter(|_| stop.subject.grade != Some(Grade::Manual));
        if text.is_some_and(|text| down(stage.db(), text).is_ok()) {
            up(stage.db(), &migration.sql, migration.breakpoints).map_err(|stop| *stop.failure)?;
        }
    }
    Ok(())
}

fn cost<T>(stage: &mut Metered, work: impl FnOnce(&mut Metered) -> Result<T, Failure>) -> Result<(Cost, T), Failure> {
    let (start, own, server, calls) = (Instant::now(), of_process("self"), stage.server(), stage.session.calls);
    let done = work(stage)?;
    let since = |was: Option<Duration>, is: Option<Duration>| Some(is?.saturating_sub(was?));
    let cost = Cost {
        clock: start.elapsed(),
        own: since(own, of_process("self")),
        server: since(server, stage.server()),
        calls: stage.session.calls - calls,
    };
    Ok((cost, done))
}

/// A stage whose server's work is counted.
struct Metered {
    session: Counted,
    /// The server's process behind the session (PostgreSQL).
    process: Option<String>,
    /// What earlier sessions cost.
    before: Duration,
}

impl Metered {
    fn over(mut stage: Box<dyn Stage>) -> Metered {
        let (dialect, abilities) = (stage.db().dialect(), stage.db().abilities());
        let session = Counted { stage, dialect, abilities, calls: 0 };
        let mut metered = Metered { session, process: None, before: Duration::ZERO };
        metered.meet();
        metered
    }

    /// Asks which process is behind the session.
    fn meet(&mut self) {
        let db = self.session.stage.db();
        if db.dialect() == Dialect::Postgres {
            let pid = db.query("SELECT pg_backend_pid()").ok();
            self.process = pid.and_then(|rows| rows.first().map(str::to_owned)).filter(|id| is_postgres(id));
        }
    }

    /// Does what may put another session in the place of this one.
    fn elsewhere<T>(&mut self, work: impl FnOnce(&mut dyn Stage) -> Result<T, Failure>) -> Result<T, Failure> {
        let (was, cost) = (self.process.clone(), self.server().unwrap_or(self.before));
        let done = work(&mut *self.session.stage);
        self.meet();
        if self.process != was {
            self.before = cost;
        }
        done
    }

    fn server(&self) -> Option<Duration> {
        Some(self.before + of_process(self.process.as_deref()?)?)
    }
}

impl Stage for Metered {
    fn db(&mut self) -> &mut dyn Database {
        &mut self.session
    }

    fn restart(&mut self) -> Result<(), Failure> {
        self.elsewhere(|stage| stage.restart())
    }

    fn keep(&mut self) -> Result<bool, Failure> {
        self.elsewhere(|stage| stage.keep())
    }

    fn restore(&mut self, last: bool) -> Result<bool, Failure> {
        self.elsewhere(|stage| stage.restore(last))
    }

    fn engine(&self) -> String {
        self.session.stage.engine()
    }
}

/// The session of a stage, whose calls are counted.
struct Counted {
    stage: Box<dyn Stage>,
    dialect: Dialect,
    abilities: Abilities,
    calls: usize,
}

impl Counted {
    fn called(&mut self) -> &mut dyn Database {
        self.calls += 1;
        self.stage.db()
    }
}

impl Database for Counted {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn abilities(&self) -> Abilities {
        self.abilities
    }

    fn execute(&mut self, sql: &str) -> Result<u64, Failure> {
        self.called().execute(sql)
    }

    fn script(&mut self, sql: &str) -> Result<(), Failure> {
        self.called().script(sql)
    }

    fn query(&mut self, sql: &str) -> Result<Rows, Failure> {
        self.called().query(sql)
    }
}

/// The server may be on another machine, or none at all: then the number is that of somebody else, or of nobody.
fn is_postgres(id: &str) -> bool {
    fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|name| name.starts_with("postgres"))
}

/// The time that a process of this machine has had on processors (Linux, which counts in hundredths of a second).
fn of_process(id: &str) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis(10 * (ticks()? + ticks()?)))
}
