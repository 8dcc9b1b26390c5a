//! What a walk costs beside running the same files alone, on the same kind of stage: for the bench.

use super::MigrationVerdict;
use super::lanes::{middle, walk_in_two};
use super::prepared::Prepared;
use super::request::VerifyRequest;
use super::run::{down, up};
use super::scratches::Scratches;
use super::spent::Spent;
use super::stage::{Company, Stage, Stages};
use super::verb::prepare;
use super::walk::{Way, walk};
use crate::{ConfigLoader, Error};
use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    let meter = Arc::new(Mutex::new(Meter::default()));
    let open = || stages.open(&prepared.history, &prepared.dir).map(|stage| Metered::over(stage, meter.clone()));
    let alone = cost(open()?, &meter, |stage| alone(prepared, stage)).map_err(gave_up)?.1;
    let (stage, second) = (open()?, open()?);
    let mut verdicts = Vec::new();
    let stops = prepared.stops(true, false);
    let way = Way { stops: &stops, from: 0, migrations: &prepared.history.migrations, sample: None };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let middle = middle(&stops, stage.company(), prepared.history.dialect).filter(|_| cores > 1);
    let engine = stage.engine();
    let mut told = |verdict| verdicts.push(verdict);
    let walked = |stage: &mut Metered| match middle.zip(Some(second)) {
        // What it cost is known when it is gone.
        Some((middle, mut second)) => walk_in_two(&way, middle, stage, &mut second, &|_| {}, &mut told),
        None => walk(&way, stage, &mut told).map(|walked| walked.spent),
    };
    let (spent, walk) = cost(stage, &meter, walked).map_err(gave_up)?;
    let (dir, migrations) = (prepared.dir.clone(), prepared.history.migrations.len());
    Ok(Measured { dir, engine, migrations, alone, walk, spent, verdicts })
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

/// What a piece of work cost, on this stage and on others that write to the same meter.
fn cost<T>(
    mut stage: Metered,
    meter: &Mutex<Meter>,
    work: impl FnOnce(&mut Metered) -> Result<T, Failure>,
) -> Result<(T, Cost), Failure> {
    *read(meter) = Meter::default();
    let (start, own) = (Instant::now(), of_process("self"));
    let done = work(&mut stage)?;
    let (clock, now) = (start.elapsed(), of_process("self"));
    drop(stage);
    let Meter { server, calls } = *read(meter);
    let own = now.zip(own).map(|(now, was)| now.saturating_sub(was));
    Ok((done, Cost { clock, own, server, calls }))
}

/// What the stages of one history that are gone have cost.
#[derive(Debug, Clone, Copy, Default)]
struct Meter {
    server: Option<Duration>,
    calls: usize,
}

fn read(meter: &Mutex<Meter>) -> MutexGuard<'_, Meter> {
    meter.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A stage whose server's work is counted.
struct Metered {
    session: Counted,
    /// The server's process behind the session (PostgreSQL).
    process: Option<String>,
    /// What earlier sessions cost.
    before: Duration,
    /// What had been spent when this began.
    at_first: Duration,
    meter: Arc<Mutex<Meter>>,
}

impl Metered {
    fn over(mut stage: Box<dyn Stage>, meter: Arc<Mutex<Meter>>) -> Metered {
        let (dialect, abilities) = (stage.db().dialect(), stage.db().abilities());
        let session = Counted { stage, dialect, abilities, calls: 0 };
        let nothing = Duration::ZERO;
        let mut metered = Metered { session, process: None, before: nothing, at_first: nothing, meter };
        metered.meet();
        metered.at_first = metered.server().unwrap_or_default();
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

impl Drop for Metered {
    fn drop(&mut self) {
        let server = self.server().map(|now| now.saturating_sub(self.at_first));
        let mut meter = read(&self.meter);
        meter.calls += self.session.calls;
        meter.server = server.map(|server| server + meter.server.unwrap_or_default()).or(meter.server);
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

    fn company(&self) -> Company {
        self.session.stage.company()
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
