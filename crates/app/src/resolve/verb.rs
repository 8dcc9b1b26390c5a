//! `resolve` from a request: finds the folder, the database and its kind, and goes from there.

use super::choose::Choice;
use super::prepare::{Wishes, prepare};
use super::refusal;
use super::report::ResolveReport;
use super::run::{Running, run};
use crate::audit::Author;
use crate::execute::Patience;
use crate::site::{Around, Here, Scene, Sought, arrive};
use crate::target;
use crate::verify::Secret;
use crate::{Error, Problem, tool};
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use unmigrate_engines::Database;
use unmigrate_sources::Tool;

/// Which migrations, and as what they are recorded. In JSON every field but `cwd` may be left out. The first five are those
/// of [`Request`](crate::Request).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ResolveRequest {
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
    /// Where the tool keeps its table, where no config says so: a name, or a schema and a name with a dot between.
    pub table: Option<String>,
    /// These are applied: names, or patterns in which `*` stands for anything.
    pub applied: Vec<String>,
    /// All that are not recorded are applied.
    pub all: bool,
    /// The database was made without the tool: all are applied, or those up to `baseline_to`.
    pub baseline: bool,
    /// The last one of the baseline.
    pub baseline_to: Option<String>,
    /// These are not applied any more: names or patterns.
    pub rolled_back: Vec<String>,
    /// Write the rows here, and not through the project's own Prisma.
    pub direct: bool,
    /// SQL that is run first, in the same transaction.
    pub run: Option<PathBuf>,
    /// Record what the database does not hold.
    pub force: bool,
    /// Why.
    pub reason: Option<String>,
    /// Show what would be recorded, and record nothing.
    pub dry_run: bool,
    /// The database's name: a yes, where it is protected.
    pub confirm: Option<String>,
    /// How long a transaction waits for locks that stop others, in milliseconds; at most 900.
    pub lock_timeout: Option<u64>,
    /// How long it is tried again, in seconds.
    pub retry: Option<u64>,
    /// A file for lines of JSON, beside the audit's table.
    pub audit: Option<PathBuf>,
}

/// Records migrations as applied or rolled back in the database that the request or the tool's own files name.
///
/// # Errors
/// Where nothing was recorded: the database does not hold it, nobody said yes. What stopped in the middle is in the report.
pub fn resolve(request: &ResolveRequest, around: Around) -> Result<ResolveReport, Error> {
    request.sought().visit(around, None, |here, around, db| on(request, here, around, db))
}

/// The same on a session that the caller opened: a driver object of JavaScript.
///
/// # Errors
/// As [`resolve`].
pub fn resolve_on(request: &ResolveRequest, around: Around, db: &mut dyn Database) -> Result<ResolveReport, Error> {
    request.sought().visit(around, Some(db), |here, around, db| on(request, here, around, db))
}

fn on(request: &ResolveRequest, here: &Here, around: Around, db: &mut dyn Database) -> Result<ResolveReport, Error> {
    let choice = request.choice()?;
    if request.force && request.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        return Err(refusal::no_reason());
    }
    let (mut reconnect, surroundings, cwd) = (|| here.another(), here.surroundings(&around), here.cwd);
    // Its own configuration names the database: only where ours comes from there too, both are one. `--run` is one
    // transaction with the row, which another process can't be part of.
    let own = here.to.is_some() && request.url.is_none() && here.source.tool == Tool::Prisma;
    let may = own && !request.direct && request.run.is_none() && request.table.is_none();
    let running = Running {
        dry_run: request.dry_run,
        confirm: request.confirm.clone(),
        reason: request.reason.clone(),
        prisma: may.then(|| tool::prisma(&target::project_of(&here.source.dir, cwd))).flatten(),
        ask: around.ask,
        watch: around.watch,
        patience: Patience::asked(request.lock_timeout, request.retry),
        author: Author::of(cwd, around.variable),
        audit_file: request.audit.as_ref().map(|path| cwd.join(path)),
        reconnect: Some(&mut reconnect),
    };
    arrive(&request.sought(), here, &surroundings, db, |db, scene| there(request, &choice, cwd, db, scene, running))
}

/// On the site.
fn there(
    request: &ResolveRequest,
    choice: &Choice,
    cwd: &Path,
    db: &mut dyn Database,
    scene: &Scene,
    running: Running,
) -> Result<ResolveReport, Error> {
    let script = request.run.as_ref().map(|path| {
        let path = cwd.join(path);
        let shown = (scene.shown)(&path);
        fs::read_to_string(&path).map_err(|why| refusal::unreadable(&shown, &why)).map(|text| (shown, text))
    });
    let script = script.transpose()?;
    let wishes = Wishes {
        force: request.force,
        script: script.as_ref().map(|(shown, text)| (shown.as_str(), text.as_str())),
        process: running.prisma.is_some(),
    };
    let prepared = prepare(db, scene, choice, &wishes)?;
    run(db, scene, &prepared, running)
}

impl ResolveRequest {
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
        let baseline = self.baseline || self.baseline_to.is_some();
        let asked = [!self.applied.is_empty(), self.all, baseline, !self.rolled_back.is_empty()];
        match asked.iter().filter(|asked| **asked).count() {
            0 => return Err(refusal::nothing_asked()),
            1 => {}
            _ => return Err(refusal::two_ways()),
        }
        Ok(match () {
            () if self.all => Choice::All,
            () if baseline => Choice::Baseline(self.baseline_to.clone()),
            () if !self.rolled_back.is_empty() => Choice::RolledBack(self.rolled_back.clone()),
            () => Choice::Applied(self.applied.clone()),
        })
    }
}
