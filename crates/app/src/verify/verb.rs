//! `verify`: every history that is found, each on a scratch database of its own, two at a time.

use super::confine::confine;
use super::lanes::{self, Opened, middle, walk_in_two};
use super::prepared::{Prepared, collect};
use super::progress::Progress;
use super::report::{MigrationVerdict, VerifiedHistory, VerifyReport};
use super::request::VerifyRequest;
use super::sample::{MOST_ROWS, ROWS, Sampled};
use super::scratches::Scratches;
use super::stage::{Stage, Stages};
use super::walk::{Stop, Way, unverified, walk};
use crate::check::git;
use crate::select::Selection;
use crate::target::Surroundings;
use crate::{ConfigLoader, Error, Problem};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use unmigrate_engines::{Embedded, Failure, Target};
use unmigrate_kernel::sample::Sample;
use unmigrate_sources::{Context, Source, find, plain};

/// Proves the rollbacks of every history that is found, and remembers in the evidence what was proven.
///
/// # Errors
/// Where no history was found or the request itself can't be met. Where there is no engine for a history, its verdicts
/// are `unverified` and a problem says why.
pub fn verify(
    request: &VerifyRequest,
    loader: &dyn ConfigLoader,
    variable: &dyn Fn(&str) -> Option<String>,
    embedded: Arc<dyn Embedded>,
    progress: &dyn Progress,
) -> Result<VerifyReport, Error> {
    let sample = request.sample.as_ref().map(|url| Sampled::target(url, &request.cwd)).transpose()?;
    let rows = request.sample_rows.unwrap_or(ROWS);
    if rows == 0 || rows > MOST_ROWS {
        let message = format!("{rows} rows of each table can't be taken as a sample");
        return Err(Problem::error("invalid-option", message, format!("ask for 1 to {MOST_ROWS}")));
    }
    let mut scratches = Scratches::asked(&request.engine, &request.scratch_url, &request.cwd, embedded)?;
    let (prepared, problems) = prepare(request, loader, &mut |source, context| {
        scratches.spare(source, &Surroundings { cwd: context.cwd, variable, loader });
    })?;
    scratches.schema_instead = true;
    // Whoever names a database to read from does not give it away.
    scratches.configured.extend(sample.clone());
    let sampled = sample.map(|target| sample_for(&target, rows, &prepared)).transpose()?;
    Ok(judge(prepared, problems, request, &scratches, sampled.as_ref(), progress))
}

/// Takes a sample, where there is a history that it can be for.
fn sample_for(target: &Target, rows: usize, prepared: &[Prepared]) -> Result<Sampled, Problem> {
    if prepared.iter().any(|p| {
        p.history.dialect == target.dialect() || p.history.dialect.is_postgres() && target.dialect().is_postgres()
    }) {
        return Sampled::take(target, rows);
    }
    let message =
        format!("{target} can't be a sample: no history that was found is written for {}", target.dialect().word());
    Err(Problem::error("invalid-option", message, "name a database of the history's own kind, or leave --sample out"))
}

/// The same, on scratch databases that the caller opens.
///
/// # Errors
/// As [`verify`].
pub fn verify_on(
    request: &VerifyRequest,
    loader: &dyn ConfigLoader,
    stages: &dyn Stages,
    progress: &dyn Progress,
) -> Result<VerifyReport, Error> {
    let (prepared, problems) = prepare(request, loader, &mut |_, _| {})?;
    Ok(judge(prepared, problems, request, stages, None, progress))
}

fn judge(
    prepared: Vec<Prepared>,
    mut problems: Vec<Problem>,
    request: &VerifyRequest,
    stages: &dyn Stages,
    sample: Option<&Sampled>,
    progress: &dyn Progress,
) -> VerifyReport {
    let due: usize = prepared.iter().map(|p| p.due(request.fresh, rows_for(sample, p).is_some())).sum();
    if due > 0 {
        progress
            .start(due, &format!("{} {}", prepared.len(), if prepared.len() == 1 { "history" } else { "histories" }));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let busy = prepared.iter().filter(|p| p.due(request.fresh, rows_for(sample, p).is_some()) > 0).count();
    let run = Run { request, stages, sample, progress, done: AtomicUsize::new(0), lanes: cores / busy.max(1) };
    let mut judged = run.side_by_side(prepared);
    if due > 0 {
        progress.end();
    }
    judged.sort_by_key(|(at, ..)| *at);
    let mut histories = Vec::new();
    for (_, history, found) in judged {
        histories.push(history);
        problems.extend(found);
    }
    VerifyReport { version: 1, histories, problems }
}

pub(super) fn prepare(
    request: &VerifyRequest,
    loader: &dyn ConfigLoader,
    seen: &mut dyn FnMut(&Source, &Context),
) -> Result<(Vec<Prepared>, Vec<Problem>), Error> {
    let reading = request.reading();
    let cwd = reading.real_cwd()?;
    let context = reading.context(&cwd, loader)?;
    let mut problems = Vec::new();
    let plains = request.plain.iter().map(|dir| {
        let dir = dunce::canonicalize(cwd.join(dir)).unwrap_or_else(|_| cwd.join(dir));
        plain::read(&dir, &context).map(|plain| Prepared::of_plain(plain, request))
    });
    let mut prepared = collect(plains.collect(), &mut problems);
    if request.plain.is_empty() || !request.dirs.is_empty() {
        let found = find(&request.dirs, &request.project, &context)?;
        problems.extend(found.problems);
        let selection = Selection::new(&reading.only, &found.sources, &context)?;
        for mut source in found.sources {
            problems.append(&mut source.problems);
            if selection.touches(&source) {
                seen(&source, &context);
                prepared.push(Prepared::of_source(source, &selection, &context, request));
            }
        }
    }
    if let Some(reference) = &request.changed {
        let since = git::since(&cwd, reference)?;
        let changes = git::changes(&cwd, &since, &[&cwd]);
        let changed = |file: &str| {
            let path = dunce::canonicalize(cwd.join(file)).unwrap_or_else(|_| cwd.join(file));
            changes.added.contains(&path) || changes.edited.contains(&path)
        };
        prepared.iter_mut().for_each(|p| p.changed(&changed));
    }
    Ok((prepared, problems))
}

/// The rows of a sample that may be put into a history's tables.
fn rows_for<'s>(sample: Option<&'s Sampled>, prepared: &Prepared) -> Option<&'s Sample> {
    sample.filter(|s| s.dialect == prepared.history.dialect).map(|s| &s.rows)
}

struct Run<'a> {
    request: &'a VerifyRequest,
    stages: &'a dyn Stages,
    sample: Option<&'a Sampled>,
    progress: &'a dyn Progress,
    done: AtomicUsize,
    /// Cores for each history.
    lanes: usize,
}

/// Which history, what was found, and what went wrong.
type Judged = (usize, VerifiedHistory, Vec<Problem>);

impl Run<'_> {
    fn side_by_side(&self, prepared: Vec<Prepared>) -> Vec<Judged> {
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(prepared.len()).max(1);
        let queue: Mutex<VecDeque<_>> = Mutex::new(prepared.into_iter().enumerate().collect());
        let judged = Mutex::new(Vec::new());
        let work = || {
            loop {
                // Nothing that panics is done while it is held.
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some((at, prepared)) = next else { return };
                let (history, problems) = self.history(prepared);
                judged.lock().unwrap_or_else(PoisonError::into_inner).push((at, history, problems));
            }
        };
        std::thread::scope(|scope| {
            (1..workers).for_each(|_| drop(scope.spawn(work)));
            work();
        });
        judged.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn history(&self, mut prepared: Prepared) -> (VerifiedHistory, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut verdicts = Vec::new();
        let mut stops = prepared.stops(self.request.fresh, rows_for(self.sample, &prepared).is_some());
        let mut engine = prepared.remembered_engine();
        if stops.iter().any(|s| s.is_due()) {
            engine = None;
            let open = || self.stages.open(&prepared.history, &prepared.dir);
            let (first, second) = if self.lanes > 1 { lanes::open(&stops, &open) } else { (open(), None) };
            match first {
                Ok(mut stage) => {
                    engine = Some(stage.engine());
                    problems.extend(stage.beside().and_then(|schemas| confine(&mut stops, schemas, &prepared.dir)));
                    let walked = self.walk(&stops, &prepared, stage.as_mut(), second, &mut verdicts);
                    problems.extend(walked.err().map(|failure| engine_stopped(&failure, &prepared.dir)));
                }
                Err(problem) => problems.push(problem),
            }
        }
        // What the walk did not reach.
        let rest = unverified(&stops).into_iter().skip(verdicts.len());
        verdicts.extend(rest);
        drop(stops);
        problems.extend(self.remember(&mut prepared, &verdicts, engine.as_deref()));
        let (tool, dialect) = (prepared.tool, prepared.history.dialect.word());
        (VerifiedHistory { tool, dialect, dir: prepared.dir, engine, migrations: verdicts }, problems)
    }

    fn walk(
        &self,
        stops: &[Stop],
        prepared: &Prepared,
        stage: &mut dyn Stage,
        second: Option<Opened>,
        verdicts: &mut Vec<MigrationVerdict>,
    ) -> Result<(), Failure> {
        let history = &prepared.history;
        let way = Way { stops, from: 0, migrations: &history.migrations, sample: rows_for(self.sample, prepared) };
        let reached = |verdict: &MigrationVerdict| {
            if !verdict.remembered {
                let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
                self.progress.step(done, &verdict.name);
            }
        };
        let mut tell = |verdict: MigrationVerdict| {
            self.progress.found(&verdict);
            match verdicts.iter_mut().find(|known| known.name == verdict.name) {
                Some(known) => *known = verdict,
                None => verdicts.push(verdict),
            }
        };
        let middle = middle(stops, stage.company(), history.dialect);
        let Some((middle, mut second)) = middle.zip(second.and_then(Result::ok)) else {
            let told = &mut |verdict| {
                reached(&verdict);
                tell(verdict);
            };
            return walk(&way, stage, told).map(drop);
        };
        walk_in_two(&way, middle, stage, second.as_mut(), &reached, &mut tell).map(drop)
    }

    fn remember(
        &self,
        prepared: &mut Prepared,
        verdicts: &[MigrationVerdict],
        engine: Option<&str>,
    ) -> Option<Problem> {
        let (file, engine) = (prepared.evidence_file.as_ref()?, engine?);
        let ran = verdicts.iter().filter(|v| !v.remembered && v.verdict != super::Verdict::Unverified);
        for verdict in ran {
            let at = prepared.history.migrations.iter().position(|m| m.name == verdict.name)?;
            prepared.evidence.learn(verdict, &prepared.hashes[at], engine);
        }
        let known = |name: &str| prepared.history.migrations.iter().any(|m| m.name == name);
        prepared.evidence.keep(known);
        let why = prepared.evidence.write(file).err()?;
        let shown = format!("{}/{}", prepared.dir, file.file_name().unwrap_or_default().to_string_lossy());
        let help = "see to the permissions of its folder; the verdicts stand, and the next run proves them anew";
        Some(Problem::warning("not-writable", format!("`{shown}` can't be written: {why}"), help).at(shown))
    }
}

/// An engine that gave up on the way.
pub fn engine_stopped(failure: &Failure, dir: &str) -> Problem {
    Problem::error(
        "engine-stopped",
        format!("the scratch database for `{dir}` gave up: {failure}"),
        "what had been proven until then stands; run verify again",
    )
    .at(dir)
}
