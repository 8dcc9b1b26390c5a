//! `rollback` from a request: finds the folder, the database and its kind, and goes from there.

use super::choose::Choice;
use super::file::{read_file, write_file};
use super::prepare::{Wishes, prepare};
use super::refusal;
use super::report::{OutcomeReport, RollbackReport};
use super::resume::{Way, resume};
use super::run::{Running, run};
use crate::audit::Author;
use crate::execute::Patience;
use crate::site::{Around, Here, Scene, Sought, arrive};
use crate::verify::Secret;
use crate::{Error, Problem, write};
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use unmigrate_engines::Database;

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
    pub url: Option<Secret>,
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
    /// Run files that are stale, and undo migrations whose file is not the one that was applied. With `abort`: also where
    /// rows do not come back that were not kept.
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

/// Undoes migrations on the database that the request or the tool's own files name.
///
/// # Errors
/// Where nothing was run: nothing to undo, a refusal, nobody who says yes. What stopped in the middle is in the report.
pub fn rollback(request: &RollbackRequest, around: Around) -> Result<RollbackReport, Error> {
    request.sought().visit(around, None, |here, around, db| on(request, here, around, db))
}

/// The same on a session that the caller opened: a driver object of JavaScript. Nothing is known of where it leads, so it
/// counts as protected unless the database itself says otherwise.
///
/// # Errors
/// As [`rollback`].
pub fn rollback_on(request: &RollbackRequest, around: Around, db: &mut dyn Database) -> Result<RollbackReport, Error> {
    request.sought().visit(around, Some(db), |here, around, db| on(request, here, around, db))
}

fn on(request: &RollbackRequest, here: &Here, around: Around, db: &mut dyn Database) -> Result<RollbackReport, Error> {
    let (mut reconnect, surroundings, cwd) = (|| here.another(), here.surroundings(&around), here.cwd);
    let running = Running {
        dry_run: request.dry_run,
        confirm: request.confirm.clone(),
        ask: around.ask,
        watch: around.watch,
        patience: Patience::asked(request.lock_timeout, request.retry),
        author: Author::of(cwd, around.variable),
        audit_file: request.audit.as_ref().map(|path| cwd.join(path)),
        reconnect: Some(&mut reconnect),
    };
    arrive(&request.sought(), here, &surroundings, db, |db, scene| there(request, cwd, db, scene, running))
}

/// On the site.
fn there(
    request: &RollbackRequest,
    cwd: &Path,
    db: &mut dyn Database,
    scene: &Scene,
    running: Running,
) -> Result<RollbackReport, Error> {
    if let Some(way) = request.way()? {
        return resume(db, scene, way, running);
    }
    let prepared = match &request.plan {
        Some(path) => {
            let path = cwd.join(path);
            let text = fs::read_to_string(&path).map_err(|why| refusal::unreadable(&(scene.shown)(&path), &why))?;
            read_file(db, scene, &text)?
        }
        None => {
            let wishes = Wishes { archive: request.archive, force: request.force };
            prepare(db, scene, &request.choice()?, wishes)?
        }
    };
    if let Some(path) = &request.out {
        let path = cwd.join(path);
        write::replace(&path, &write_file(scene, &prepared))
            .map_err(|why| refusal::not_writable(&(scene.shown)(&path), &why))?;
        let outcome = OutcomeReport::planned();
        let (target, plan, problems) = (scene.target.clone(), prepared.report, prepared.problems);
        return Ok(RollbackReport { version: 1, target, plan, outcome, problems });
    }
    run(db, scene, &prepared, running)
}

impl RollbackRequest {
    /// The folder and the database.
    fn sought(&self) -> Sought<'_> {
        Sought {
            cwd: &self.cwd,
            tool: self.tool.as_deref(),
            dialect: self.dialect.as_deref(),
            dirs: &self.dirs,
            project: &self.project,
            url: self.url.as_ref(),
            table: self.table.as_deref(),
        }
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
            (false, true) => Ok(Some(if self.force { Way::AbortByForce } else { Way::Abort })),
            (false, false) => Ok(None),
        }
    }
}
