//! `doctor` from a request.

use super::downs;
use super::examine::{Examined, examine};
use super::fix::prepare;
use super::report::{DoctorReport, HalfReport};
use crate::audit::Author;
use crate::execute::Patience;
use crate::rollback::{Running, run};
use crate::site::{Around, Here, Scene, Sought, arrive};
use crate::verify::{Scratches, Secret, Stages};
use crate::{Embedded, Error, Problem};
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::Arc;
use unmigrate_engines::Database;

/// What is to be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fix {
    /// The rest of a half-applied migration is run, or one that the tool skips.
    Forward,
    /// What has happened of a half-applied migration is taken back.
    Undo,
    /// Rows of the tool's table that are wrong.
    Tracking,
    /// The same, and rows that belong to no migration are deleted.
    Orphans,
    /// Indexes that are not valid.
    Indexes,
    /// Rollback files that lie where no migration is.
    Files,
}

impl Fix {
    /// The word of the flag.
    pub fn word(self) -> &'static str {
        match self {
            Fix::Forward => "forward",
            Fix::Undo => "undo",
            Fix::Tracking => "tracking",
            Fix::Orphans => "orphans",
            Fix::Indexes => "indexes",
            Fix::Files => "files",
        }
    }

    /// By the word of the flag.
    pub fn from_word(word: &str) -> Option<Fix> {
        let all = [Fix::Forward, Fix::Undo, Fix::Tracking, Fix::Orphans, Fix::Indexes, Fix::Files];
        all.into_iter().find(|fix| fix.word() == word)
    }
}

/// Which database, and what is mended. In JSON every field but `cwd` may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct DoctorRequest {
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
    /// What is mended: `forward`, `undo`, `tracking`, `orphans`, `indexes` or `files`; none: it only looks.
    pub fix: Option<Fix>,
    /// The migration that is mended, by name.
    pub only: Vec<String>,
    /// So many of its statements have happened: where the catalogs don't tell.
    pub done: Option<usize>,
    /// What to compare with: `pglite` in process, or `server`.
    pub engine: Option<String>,
    /// An empty database, or a server to make one on, that the user gave away for comparing.
    pub scratch_url: Option<Secret>,
    /// Keep what is taken away; none: on a protected database.
    pub archive: Option<bool>,
    /// Show what would run, and run nothing.
    pub dry_run: bool,
    /// The database's name: a yes.
    pub confirm: Option<String>,
    /// How long a transaction waits for locks that stop others, in milliseconds; at most 900.
    pub lock_timeout: Option<u64>,
    /// How long it is tried again, in seconds.
    pub retry: Option<u64>,
    /// A file for lines of JSON, beside the audit's table.
    pub audit: Option<PathBuf>,
}

/// Looks at the database that the request or the tool's own files name, and mends what it is asked to.
///
/// # Errors
/// Where nothing could be looked at, where there is nothing to mend, a refusal, nobody who says yes. What stopped in the
/// middle is in the report.
pub fn doctor(request: &DoctorRequest, around: Around, embedded: Arc<dyn Embedded>) -> Result<DoctorReport, Error> {
    request.sought().visit(around, None, |here, around, db| on(request, here, around, embedded, db))
}

/// The same on a session that the caller opened: a driver object of JavaScript. Nothing is known of where it leads, so it
/// counts as protected unless the database itself says otherwise.
///
/// # Errors
/// As [`doctor`].
pub fn doctor_on(
    request: &DoctorRequest,
    around: Around,
    embedded: Arc<dyn Embedded>,
    db: &mut dyn Database,
) -> Result<DoctorReport, Error> {
    request.sought().visit(around, Some(db), |here, around, db| on(request, here, around, embedded, db))
}

fn on(
    request: &DoctorRequest,
    here: &Here,
    around: Around,
    embedded: Arc<dyn Embedded>,
    db: &mut dyn Database,
) -> Result<DoctorReport, Error> {
    let (mut reconnect, surroundings, cwd) = (|| here.another(), here.surroundings(&around), here.cwd);
    let mut scratches = Scratches::asked(&request.engine, &request.scratch_url, cwd, embedded)?;
    scratches.spare(here.source, &surroundings);
    // Nor is the database itself ever taken for scratch.
    scratches.configured.extend(here.to.cloned());
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
    arrive(&request.sought(), here, &surroundings, db, |db, scene| treat(request, db, scene, &scratches, running))
}

/// Looks and mends where the database and the folder are known already, comparing with databases that `stages` opens.
///
/// # Errors
/// As [`doctor`].
pub fn treat(
    request: &DoctorRequest,
    db: &mut dyn Database,
    scene: &Scene,
    stages: &dyn Stages,
    running: Running,
) -> Result<DoctorReport, Error> {
    if request.fix.is_none() && (!request.only.is_empty() || request.done.is_some()) {
        let message = "a migration, and how far it came, are only asked for where it is mended";
        return Err(Problem::error("invalid-option", message, "say how: --fix forward or --fix undo"));
    }
    let examined = examine(db, scene, stages)?;
    let mut report = report(scene, &examined);
    match request.fix {
        None => {}
        Some(Fix::Files) => files(&examined, scene, request.dry_run, &mut report)?,
        Some(fix) => {
            let prepared = prepare(db, scene, &examined, fix, request)?;
            let ran = run(db, scene, &prepared, running)?;
            report.plan = Some(ran.plan);
            report.outcome = Some(ran.outcome);
            report.problems.extend(ran.problems);
        }
    }
    Ok(report)
}

fn report(scene: &Scene, examined: &Examined) -> DoctorReport {
    let told = examined.halves.iter().filter(|half| half.unfinished || half.has_begun());
    DoctorReport {
        version: 1,
        target: scene.target.clone(),
        findings: examined.findings.clone(),
        half: told.map(|half| HalfReport::of(half, scene)).collect(),
        plan: None,
        outcome: None,
        moved: vec![],
        problems: examined.problems.clone(),
    }
}

/// Puts rollback files where their migrations are. No database has a part in it.
fn files(examined: &Examined, scene: &Scene, dry_run: bool, report: &mut DoctorReport) -> Result<(), Problem> {
    let movable: Vec<_> = examined.orphans.iter().filter(|orphan| orphan.to.is_some()).collect();
    if movable.is_empty() {
        return Err(super::fix::nothing_to_mend(Fix::Files));
    }
    for orphan in movable {
        let to = orphan.to.as_ref().map(|(_, to)| (scene.shown)(to)).unwrap_or_default();
        if !dry_run {
            downs::put(orphan).map_err(|why| crate::rollback::not_writable(&to, &why))?;
        }
        report.moved.push(to);
    }
    Ok(())
}

impl DoctorRequest {
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
}
