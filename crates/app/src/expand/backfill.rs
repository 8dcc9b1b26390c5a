//! `backfill`: fills the rows that were there before, in batches, beside everything else that the database does.

use super::chunks::{Chunks, Work};
use super::contract::which;
use super::lag::Lag;
use super::plan::{Made, Part, Place, PlanFile, Referring};
use super::report::BackfillReport;
use super::verb::Where;
use super::{applied, module, refusal};
use crate::archive::Home;
use crate::archive::sql::literal;
use crate::site::place::about;
use crate::site::{TargetReport, only_source};
use crate::target::{self, Surroundings};
use crate::verify::Secret;
use crate::{Error, Problem, Request};
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use unmigrate_engines::{Database, Failure, FailureKind, Product, Target, connect, is_pooled};
use unmigrate_kernel::Dialect;
use unmigrate_sources::Source;

/// How it goes about it. In JSON every field may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct BackfillOptions {
    /// The database; none: as the tool itself finds it.
    pub url: Option<Secret>,
    /// Rows of a batch; 1000 without it.
    pub batch: Option<u64>,
    /// Sessions that work at the same time; 1 without it.
    pub workers: Option<usize>,
    /// How long it rests after a batch, in percent of the time that the batch took; 50 without it.
    pub rest: Option<u64>,
    /// While this file is there, no batch is begun.
    pub pause_file: Option<PathBuf>,
    /// While a replica is further behind than so many seconds, no batch is begun; 10 without it, and 0 never waits.
    pub max_lag: Option<u64>,
    /// Make no indexes: on a database for development, `prisma migrate dev` would call them drift.
    pub no_indexes: bool,
    /// Count what is to be done, and fill nothing.
    pub status: bool,
    /// The project's own module that gets the batches, instead of a plan's SQL: a file in TypeScript or JavaScript.
    pub module: Option<PathBuf>,
}

/// Told how far it is. Called from several threads.
pub trait Filling: Sync {
    /// So many batches there are, and so many of them are done.
    fn begins(&self, what: &str, batches: u64, done: u64);
    /// One more is done, with so many rows.
    fn batch(&self, rows: u64);
    /// It waits, for this reason, or goes on.
    fn paused(&self, why: Option<&str>);
    /// An index is being made.
    fn index(&self, name: &str);
}

/// Nobody is told.
pub struct Silent;

impl Filling for Silent {
    fn begins(&self, _: &str, _: u64, _: u64) {}
    fn batch(&self, _: u64) {}
    fn paused(&self, _: Option<&str>) {}
    fn index(&self, _: &str) {}
}

const BATCH: u64 = 1000;
const REST: u64 = 50;
const MAX_LAG: u64 = 10;
/// How long a batch waits for a row that somebody else has, before it lets go of its own and tries again.
const LOCK_MS: u64 = 500;
/// How often one batch is tried before it is given up.
const TRIES: u32 = 40;

/// Fills what a plan says, and makes its indexes. It may be cut off and run again at any time, on several machines at once.
///
/// # Errors
/// Where nothing was begun. What stopped it later is in the report.
pub fn backfill(
    request: &Request,
    options: &BackfillOptions,
    around: &Where,
    watch: &dyn Filling,
) -> Result<BackfillReport, Error> {
    if let Some(module) = &options.module {
        return module::backfill(request, module, options, around, watch);
    }
    let (source, cwd) = only_source(request, around.loader)?;
    let name = which(&source, &cwd, &request.only)?;
    let plan = Place::of(&source, &cwd, &name).read(&name)?;
    let (to, mut db) = connected(&source, &cwd, options, around)?;
    let ran = applied::in_database(&source, &cwd, db.as_mut(), Some(&to), around.loader)?;
    if !ran.contains(&name) {
        return Err(refusal::not_deployed(&name));
    }
    if plan.contract.as_ref().is_some_and(|contract| ran.contains(contract)) {
        return Err(crate::Problem::error(
            "already-contracted",
            format!("the contract of `{name}` is applied here: there is nothing left to fill"),
            "unmigrate status   shows how the migrations stand",
        ));
    }
    let target = described(db.as_mut(), &to, &source.dir, &cwd, around)?;
    let mut report = BackfillReport::new(name, target);
    let cwd_pause = options.pause_file.as_ref().map(|p| cwd.join(p));
    let fill = Fill { to: &to, options, watch, cwd_pause, lag: Lag::default() };
    fill.plan(db.as_mut(), &plan, &mut report)?;
    Ok(report)
}

/// The database that is to be filled, and a session with it that is one throughout.
pub(super) fn connected(
    source: &Source,
    cwd: &std::path::Path,
    options: &BackfillOptions,
    around: &Where,
) -> Result<(Target, Box<dyn Database + Send>), Problem> {
    let surroundings = Surroundings { cwd, variable: around.variable, loader: around.loader };
    let found = target::find(source, options.url.as_ref().map(Secret::expose), &surroundings)?;
    let to = found.target(source.history.dialect)?;
    let unreachable = |f: Failure| crate::site::refusal::unreachable(&to.to_string(), &found.from, &f);
    if is_pooled(&to).map_err(unreachable)? {
        return Err(crate::site::refusal::pooled(&found.from));
    }
    let db = connect(&to).map_err(unreachable)?;
    Ok((to, db))
}

pub(super) fn described(
    db: &mut dyn Database,
    to: &Target,
    dir: &std::path::Path,
    cwd: &std::path::Path,
    around: &Where,
) -> Result<TargetReport, Problem> {
    let failed = |f: Failure| crate::site::refusal::database(&f);
    let project = target::project_of(dir, cwd);
    let known = about(db, Some(to), &project, around.variable).map_err(failed)??;
    Ok(TargetReport {
        engine: Product::of(db).map_err(failed)?.to_string(),
        database: known.database,
        class: known.class.word().to_owned(),
        shown: to.to_string(),
    })
}

/// A run of batches: where, how, and who is told.
pub(super) struct Fill<'a> {
    pub(super) to: &'a Target,
    pub(super) options: &'a BackfillOptions,
    pub(super) watch: &'a dyn Filling,
    pub(super) cwd_pause: Option<PathBuf>,
    pub(super) lag: Lag,
}

impl Fill<'_> {
    fn plan(&self, db: &mut dyn Database, plan: &PlanFile, report: &mut BackfillReport) -> Result<(), Problem> {
        for part in &plan.parts {
            if part.key.is_empty() && part.fills() && db.dialect() != Dialect::Postgres {
                return Err(refusal::no_batches(&part.table));
            }
            let failed = |f: Failure| crate::site::refusal::database(&f);
            if self.options.status {
                report.left += count(db, part).map_err(failed)?;
                continue;
            }
            if let Err(failure) = self.part(db, part, &plan.migration, report) {
                report.problems.push(refusal::stopped(&failure));
                return Ok(());
            }
        }
        if !self.options.status && report.left == 0 {
            super::running::note(db, plan).map_err(|f| crate::site::refusal::database(&f))?;
        }
        // They refer to what the indexes make unique, and only to rows that are filled.
        if !self.options.status && !self.options.no_indexes && report.left == 0 {
            let all = plan.parts.iter().flat_map(|part| &part.references);
            for key in all {
                match self.reference(db, key) {
                    Ok(true) => report.references.push(key.name.clone()),
                    Ok(false) => {}
                    Err(failure) => {
                        report.problems.push(refusal::stopped(&failure));
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// Makes a foreign key where it is not there and valid. Gives whether anything was done. To add it takes a moment under a
    /// lock that stops writers of both tables: it waits for that no longer than a batch for its rows.
    fn reference(&self, db: &mut dyn Database, key: &Referring) -> Result<bool, Failure> {
        let dialect = db.dialect();
        let state = format!(
            "SELECT convalidated::int FROM pg_constraint WHERE conrelid = to_regclass({}) AND conname = {}",
            literal(&key.relation, dialect),
            literal(&key.name, dialect)
        );
        let there = db.query(&state)?.first().map(str::to_owned);
        if there.as_deref() == Some("1") {
            return Ok(false);
        }
        self.watch.index(&key.name);
        let mut session = self.session()?;
        let steps = if there.is_some() { vec![&key.validate] } else { vec![&key.add, &key.validate] };
        for sql in steps {
            let mut tries = 0;
            while let Err(failure) = session.execute(sql) {
                if !worth_another(&failure) || tries >= TRIES {
                    return Err(failure);
                }
                tries += 1;
                thread::sleep(Duration::from_millis(25 * u64::from(tries.min(20))));
            }
        }
        Ok(true)
    }

    fn part(
        &self,
        db: &mut dyn Database,
        part: &Part,
        migration: &str,
        report: &mut BackfillReport,
    ) -> Result<(), Failure> {
        if !part.fills() {
            return self.indexes(db, part, report);
        }
        let dialect = db.dialect();
        // Where the table was made anew, its copy has filled it.
        if dialect == Dialect::Sqlite && !any(db, part)? {
            return self.indexes(db, part, report);
        }
        let home = Home::find(db)?.make(db)?;
        let chunks = Chunks::of(db, part, migration, &home)?;
        self.all(db, part, &chunks, &|db, range| filled(db, part, range), report)?;
        report.left += count(db, part)?;
        if chunks.left(db)? == 0 {
            self.indexes(db, part, report)?;
            // Rows that are left were written past the triggers: the next run looks at all of them again.
            if report.left > 0 {
                chunks.forget(db)?;
            }
        }
        Ok(())
    }

    fn indexes(&self, db: &mut dyn Database, part: &Part, report: &mut BackfillReport) -> Result<(), Failure> {
        for index in part.indexes.iter().filter(|_| !self.options.no_indexes) {
            if self.index(db, part, index)? {
                report.indexes.push(index.name.clone());
            }
        }
        Ok(())
    }

    /// Cuts the keys into batches, where that was not done before, and does those that are left.
    pub(super) fn all(
        &self,
        db: &mut dyn Database,
        part: &Part,
        chunks: &Chunks,
        fill: &Work,
        report: &mut BackfillReport,
    ) -> Result<(), Failure> {
        chunks.make(db)?;
        let size = self.options.batch.unwrap_or(BATCH).max(1);
        let all = chunks.plan(db, size)?;
        let left = chunks.left(db)?;
        self.watch.begins(&part.title, all, all.saturating_sub(left));
        if left > 0 {
            let (rows, batches) = self.work(chunks, fill)?;
            report.rows += rows;
            report.batches += batches;
        }
        Ok(())
    }

    /// All workers, until there is nothing left to take.
    fn work(&self, chunks: &Chunks, fill: &Work) -> Result<(u64, u64), Failure> {
        let (rows, batches) = (AtomicU64::new(0), AtomicU64::new(0));
        let failed: Mutex<Option<Failure>> = Mutex::new(None);
        thread::scope(|scope| {
            for _ in 0..self.options.workers.unwrap_or(1).clamp(1, 64) {
                scope.spawn(|| {
                    if let Err(failure) = self.worker(chunks, fill, &rows, &batches, &failed) {
                        keep(&failed, failure);
                    }
                });
            }
        });
        match failed.into_inner().unwrap_or_default() {
            Some(failure) => Err(failure),
            None => Ok((rows.into_inner(), batches.into_inner())),
        }
    }

    fn worker(
        &self,
        chunks: &Chunks,
        fill: &Work,
        rows: &AtomicU64,
        batches: &AtomicU64,
        failed: &Mutex<Option<Failure>>,
    ) -> Result<(), Failure> {
        let mut db = self.session()?;
        let mut tries = 0;
        loop {
            if failed.lock().is_ok_and(|f| f.is_some()) {
                return Ok(());
            }
            self.wait_while_paused();
            self.wait_for_replicas(db.as_mut())?;
            let begun = Instant::now();
            match chunks.next(db.as_mut(), fill) {
                Ok(Some(done)) => {
                    tries = 0;
                    rows.fetch_add(done, Ordering::Relaxed);
                    batches.fetch_add(1, Ordering::Relaxed);
                    self.watch.batch(done);
                    let rest = self.options.rest.unwrap_or(REST).min(10_000);
                    thread::sleep(begun.elapsed().mul_f64(rest as f64 / 100.0));
                }
                // Nothing to take: what others hold is theirs, unless they die.
                Ok(None) if chunks.left(db.as_mut())? == 0 => return Ok(()),
                Ok(None) => thread::sleep(Duration::from_millis(200)),
                Err(failure) if worth_another(&failure) && tries < TRIES => {
                    tries += 1;
                    thread::sleep(Duration::from_millis(25 * u64::from(tries.min(20))));
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// A session that waits for nobody's rows for long.
    fn session(&self) -> Result<Box<dyn Database + Send>, Failure> {
        let mut db = connect(self.to)?;
        match db.dialect() {
            Dialect::Mysql => {
                db.execute("SET SESSION innodb_lock_wait_timeout = 1")?;
                // No locks on the gaps between keys, where others insert.
                db.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")?;
            }
            // It waits for the file as long as every session of ours does.
            Dialect::Sqlite => drop(Home::find(db.as_mut())?),
            _ => drop(db.execute(&format!("SET lock_timeout = {LOCK_MS}"))?),
        }
        Ok(db)
    }

    fn wait_while_paused(&self) {
        let Some(file) = &self.cwd_pause else { return };
        if !file.exists() {
            return;
        }
        self.watch.paused(Some("the pause file is there"));
        while file.exists() {
            thread::sleep(Duration::from_millis(250));
        }
        self.watch.paused(None);
    }

    fn wait_for_replicas(&self, db: &mut dyn Database) -> Result<(), Failure> {
        let most = Duration::from_secs(self.options.max_lag.unwrap_or(MAX_LAG));
        let mut waited = false;
        while !most.is_zero() {
            let behind = self.lag.now(db)?;
            if behind <= most {
                break;
            }
            self.watch.paused(Some(&format!("a replica is {} s behind", behind.as_secs())));
            waited = true;
            thread::sleep(Duration::from_secs(1));
        }
        if waited {
            self.watch.paused(None);
        }
        Ok(())
    }

    /// Makes an index where it is not there whole. Gives whether it was made.
    fn index(&self, db: &mut dyn Database, part: &Part, index: &Made) -> Result<bool, Failure> {
        let dialect = db.dialect();
        let name = literal(&index.name, dialect);
        let relation = literal(&part.relation, dialect);
        let state = match dialect {
            // An attempt that failed leaves an index that is not valid, and serves nobody.
            Dialect::Postgres | Dialect::Cockroach => format!(
                "SELECT i.indisvalid::int FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
                 WHERE i.indrelid = to_regclass({relation}) AND c.relname = {name}"
            ),
            Dialect::Sqlite => format!("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = {name}"),
            _ => format!(
                "SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = {} \
                 AND INDEX_NAME = {name} LIMIT 1",
                literal(part.table.rsplit('.').next().unwrap_or_default(), dialect)
            ),
        };
        match db.query(&state)?.first() {
            Some("1") => return Ok(false),
            Some(_) => drop(db.execute(&index.drop)?),
            None => {}
        }
        self.watch.index(&index.name);
        db.execute(&index.sql)?;
        Ok(true)
    }
}

/// Fills the rows of a batch, for which `range` holds. Gives how many there were.
fn filled(db: &mut dyn Database, part: &Part, range: &str) -> Result<u64, Failure> {
    let Part { relation, set, batch, .. } = part;
    if batch.is_empty() {
        return db.execute(&format!("UPDATE {relation} SET {set} WHERE {range}"));
    }
    let mut rows = 0;
    for around in batch {
        let sql = around.tail.as_ref().map(|tail| format!("{}{range}{tail}", around.head));
        let sql = sql.unwrap_or_else(|| around.head.clone());
        rows = match sql.starts_with("SELECT ") {
            true => db.query(&sql)?.first().and_then(|n| n.parse().ok()).unwrap_or_default(),
            false => db.execute(&sql)?,
        };
    }
    Ok(rows)
}

/// Somebody else had a lock, or the connection hiccuped within a batch that is given back.
pub(super) fn worth_another(failure: &Failure) -> bool {
    let again = matches!(failure.code.as_deref(), Some("40001" | "40P01" | "55P03"));
    again || failure.kind == FailureKind::Locked
}

fn keep(failed: &Mutex<Option<Failure>>, failure: Failure) {
    if let Ok(mut first) = failed.lock() {
        first.get_or_insert(failure);
    }
}

/// Is there a row that is still to be done?
fn any(db: &mut dyn Database, part: &Part) -> Result<bool, Failure> {
    let question = format!("SELECT 1 FROM {} WHERE {} LIMIT 1", part.relation, part.todo);
    Ok(db.query(&super::running::ours(&question))?.first().is_some())
}

/// Rows that are still to be done.
pub(super) fn count(db: &mut dyn Database, part: &Part) -> Result<u64, Failure> {
    if !part.fills() {
        return Ok(0);
    }
    let question = format!("SELECT count(*) FROM {} WHERE {}", part.relation, part.todo);
    let answer = db.query(&super::running::ours(&question))?;
    Ok(answer.first().and_then(|n| n.parse().ok()).unwrap_or_default())
}
