//! `rollback` from a request: finds the folder, the database and its kind, and goes from there.

use super::choose::Choice;
use super::confirm::Confirm;
use super::file::{read_file, write_file};
use super::prepare::{Scene, Wishes, prepare};
use super::report::{OutcomeReport, RollbackReport, TargetReport};
use super::resume::{Way, resume};
use super::run::{Running, run};
use super::{refusal, scene};
use crate::audit::Author;
use crate::execute::{Patience, Watch};
use crate::target::{self, Surroundings, Versions};
use crate::verify::SecretUrl;
use crate::{ConfigLoader, Error, Problem, Request, write};
use serde::Deserialize;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use unmigrate_engines::{Database, Failure, Product, Target, connect, is_pooled};
use unmigrate_sources::{Context, Source, find};

/// Which migrations, and how far to go. In JSON every field but `cwd` may be left out. The first five are those of
/// [`Request`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct RollbackRequest {
    /// Where paths start and where discovery begins. Absolute.
    pub cwd: PathBuf,
    /// `prisma` or `drizzle`, where the folder's own layout is not to decide.
    pub tool: Option<String>,
    /// `postgresql`, `cockroachdb`, `mysql` or `sqlite`, where the folder's own word is not to decide.
    pub dialect: Option<String>,
    /// The folder of migrations; empty: look for it. There must be one.
    pub dirs: Vec<PathBuf>,
    /// Of the histories found, the one of the package with this name, or below this path.
    pub project: Vec<String>,
    /// The database; none: as the tool itself finds it.
    pub url: Option<SecretUrl>,
    /// These migrations, by name.
    pub only: Vec<String>,
    /// So many, the last first.
    pub steps: Option<usize>,
    /// All that came after this one, which stays.
    pub to: Option<String>,
    /// All of the last deploy.
    pub batch: bool,
    /// Where the tool keeps its table, where no config says so: a name, or a schema and a name with a dot between.
    pub table: Option<String>,
    /// Keep what is taken away; none: on a protected database.
    pub archive: Option<bool>,
    /// Run files that are stale, and undo migrations whose file is not the one that was applied.
    pub force: bool,
    /// Show what would run, and run nothing.
    pub dry_run: bool,
    /// Write the plan to this file, and run nothing.
    pub out: Option<PathBuf>,
    /// Run the plan of this file.
    pub plan: Option<PathBuf>,
    /// Go on with a run that was cut off.
    #[serde(rename = "continue")]
    pub go_on: bool,
    /// Take back a run that was cut off.
    pub abort: bool,
    /// The database's name: a yes.
    pub confirm: Option<String>,
    /// How long a transaction waits for locks that stop others, in milliseconds; at most 900.
    pub lock_timeout: Option<u64>,
    /// How long it is tried again, in seconds.
    pub retry: Option<u64>,
    /// A file for lines of JSON, beside the audit's table.
    pub audit: Option<PathBuf>,
}

/// What a verb on a real database needs of its surroundings.
pub struct Around<'a> {
    /// Evaluates config files.
    pub loader: &'a dyn ConfigLoader,
    /// A variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Asked before anything is written.
    pub ask: &'a mut dyn Confirm,
    /// Told how far it is.
    pub watch: &'a mut dyn Watch,
}

/// Undoes migrations on the database that the request or the tool's own files name.
///
/// # Errors
/// Where nothing was run: nothing to undo, a refusal, nobody who says yes. What stopped in the middle is in the report.
pub fn rollback(request: &RollbackRequest, around: Around) -> Result<RollbackReport, Error> {
    let (source, cwd) = request.source(around.loader)?;
    let surroundings = Surroundings { cwd: &cwd, variable: around.variable, loader: around.loader };
    let url = request.url.as_ref().map(SecretUrl::expose);
    let found = target::find(&source, url, &surroundings)?;
    let to = found.target(source.history.dialect)?;
    let unreachable = |failure: Failure| refusal::unreachable(&to.to_string(), &found.from, &failure);
    // Through a pooler in transaction mode a session's lock would be left on some other's connection.
    if is_pooled(&to).map_err(unreachable)? {
        return Err(refusal::pooled(&found.from));
    }
    let mut db = connect(&to).map_err(unreachable)?;
    let again = || connect(&to);
    on(request, around, &source, &cwd, db.as_mut(), Some(&to), Some(&again))
}

/// The same on a session that the caller opened: a driver object of JavaScript. Nothing is known of where it leads, so it
/// counts as protected unless the database itself says otherwise.
///
/// # Errors
/// As [`rollback`].
pub fn rollback_on(request: &RollbackRequest, around: Around, db: &mut dyn Database) -> Result<RollbackReport, Error> {
    let (source, cwd) = request.source(around.loader)?;
    on(request, around, &source, &cwd, db, None, None)
}

type Again<'a> = &'a dyn Fn() -> Result<Box<dyn Database + Send>, Failure>;

fn on(
    request: &RollbackRequest,
    around: Around,
    source: &Source,
    cwd: &std::path::Path,
    db: &mut dyn Database,
    to: Option<&Target>,
    again: Option<Again>,
) -> Result<RollbackReport, Error> {
    let project = target::project_of(&source.dir, cwd);
    let about = scene::about(db, to, &project, around.variable).map_err(|failure| refusal::database(&failure))??;
    let engine = Product::of(db).map_err(|failure| refusal::database(&failure))?.to_string();
    let verified = scene::verified(source);
    let context = Context { cwd, tool: None, dialect: None, server: None, loader: around.loader };
    let shown = |path: &std::path::Path| context.shown(path);
    let scene = Scene {
        source,
        shown: &shown,
        at: scene::location(source, to, &project, around.loader, request.table.as_deref()),
        orm: Versions::of(&project).orm,
        target: TargetReport {
            engine,
            database: about.database,
            class: about.class.word().to_owned(),
            shown: to.map_or_else(|| "a driver of the caller's".to_owned(), Target::to_string),
        },
        protected: about.class.is_protected(),
        verified: &|name: &str| verified.contains(name),
    };
    let mut reconnect = || match again {
        Some(again) => again(),
        None => Err(Failure::new(unmigrate_engines::FailureKind::Unsupported, "there is no other session")),
    };
    let running = Running {
        dry_run: request.dry_run,
        confirm: request.confirm.clone(),
        ask: around.ask,
        watch: around.watch,
        patience: request.patience(),
        author: Author::of(cwd, around.variable),
        audit_file: request.audit.as_ref().map(|path| cwd.join(path)),
        reconnect: Some(&mut reconnect),
    };
    if let Some(way) = request.way()? {
        return resume(db, &scene, way, running);
    }
    let prepared = match &request.plan {
        Some(path) => {
            let text = fs::read_to_string(cwd.join(path)).map_err(|why| refusal::unreadable(&shown(path), &why))?;
            read_file(db, &scene, &text)?
        }
        None => {
            let wishes = Wishes { archive: request.archive, force: request.force };
            prepare(db, &scene, &request.choice()?, wishes)?
        }
    };
    if let Some(path) = &request.out {
        let path = cwd.join(path);
        write::replace(&path, &write_file(&scene, &prepared))
            .map_err(|why| refusal::not_writable(&shown(&path), &why))?;
        let outcome = OutcomeReport::planned();
        let (target, plan, problems) = (scene.target.clone(), prepared.report, prepared.problems);
        return Ok(RollbackReport { version: 1, target, plan, outcome, problems });
    }
    run(db, &scene, &prepared, running)
}

impl RollbackRequest {
    /// The one folder of migrations, and the working directory.
    fn source(&self, loader: &dyn ConfigLoader) -> Result<(Source, PathBuf), Problem> {
        let reading = Request {
            cwd: self.cwd.clone(),
            tool: self.tool.clone(),
            dialect: self.dialect.clone(),
            dirs: self.dirs.clone(),
            project: self.project.clone(),
            ..Request::default()
        };
        only_source(&reading, loader)
    }

    fn choice(&self) -> Result<Choice, Problem> {
        let asked = [self.steps.is_some(), self.to.is_some(), self.batch, !self.only.is_empty()];
        if asked.iter().filter(|asked| **asked).count() > 1 {
            return Err(refusal::two_ways());
        }
        Ok(match (self.steps, &self.to) {
            (Some(steps), _) => Choice::Steps(steps),
            (_, Some(name)) => Choice::To(name.clone()),
            _ if self.batch => Choice::Batch,
            _ if !self.only.is_empty() => Choice::Named(self.only.clone()),
            _ => Choice::Last,
        })
    }

    fn way(&self) -> Result<Option<Way>, Problem> {
        match (self.go_on, self.abort) {
            (true, true) => Err(refusal::two_ways()),
            (true, false) => Ok(Some(Way::Continue)),
            (false, true) => Ok(Some(Way::Abort)),
            (false, false) => Ok(None),
        }
    }

    fn patience(&self) -> Patience {
        let usual = Patience::default();
        Patience {
            lock: self.lock_timeout.map_or(usual.lock, Duration::from_millis),
            total: self.retry.map_or(usual.total, Duration::from_secs),
        }
    }
}

/// The one folder of migrations that a request is about, read, and the working directory.
///
/// # Errors
/// Where there is none, or several.
pub(crate) fn only_source(request: &Request, loader: &dyn ConfigLoader) -> Result<(Source, PathBuf), Problem> {
    let cwd = request.real_cwd()?;
    let context = request.context(&cwd, loader)?;
    let mut found = find(&request.dirs, &request.project, &context)?;
    if found.sources.len() > 1 {
        let shown: Vec<String> = found.sources.iter().map(|source| source.shown.clone()).collect();
        return Err(refusal::several_histories(&shown));
    }
    match found.sources.pop() {
        Some(source) => Ok((source, cwd)),
        None => Err(refusal::no_history(found.problems)),
    }
}
