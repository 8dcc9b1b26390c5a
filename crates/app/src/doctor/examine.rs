//! Looks at everything, and writes nothing.

use super::downs::{self, Orphan};
use super::finding;
use super::half::{Half, halves};
use super::indexes::{self, Invalid};
use super::report::Finding;
use crate::archive::Home;
use crate::execute::unfinished;
use crate::site::{Scene, reading, refusal};
use crate::verify::Stages;
use crate::{Problem, Severity};
use unmigrate_engines::Database;
use unmigrate_sources::tracking::{Reading, State, Status, ToolLock, Tracking};

/// What was found.
pub struct Examined {
    /// The tool's table; where there is none, as the tool would make it.
    pub tracking: Tracking,
    /// How the folder stands to it.
    pub state: State,
    /// Migrations that are not recorded as applied and were looked at.
    pub halves: Vec<Half>,
    /// PostgreSQL's indexes that are not valid.
    pub indexes: Vec<Invalid>,
    /// Rollback files that no migration has.
    pub orphans: Vec<Orphan>,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
    /// What could not be looked at.
    pub problems: Vec<Problem>,
}

/// Looks.
///
/// # Errors
/// Those of the database; a table that is not the tool's.
pub fn examine(db: &mut dyn Database, scene: &Scene, stages: &dyn Stages) -> Result<Examined, Problem> {
    let (source, orm) = (scene.source, scene.orm.as_deref());
    let tracking = match reading(db, scene)? {
        Reading::Table(tracking) => tracking,
        Reading::Missing => Tracking::absent(source, &scene.at, orm),
        Reading::Foreign(columns) => return Err(refusal::foreign_table(&scene.at, &columns)),
    };
    let state = tracking.state(source, orm);
    let mut problems = Vec::new();
    let mut findings = runs(db, scene)?;
    let halves = halves(db, scene, &state, stages, &mut problems)?;
    findings.extend(of_halves(scene, &state, &halves));
    findings.extend(of_rows(scene, &state));
    let indexes = indexes::invalid(db).map_err(|f| refusal::database(&f))?;
    findings.extend(indexes.iter().map(finding::invalid_index));
    let orphans = downs::orphans(source);
    findings.extend(orphans.iter().map(|orphan| finding::orphaned_down(orphan, scene.shown)));
    findings.sort_by_key(|finding| finding.problem.severity != Severity::Error);
    Ok(Examined { tracking, state, halves, indexes, orphans, findings, problems })
}

/// Who migrates at this moment, and what of ours was cut off.
fn runs(db: &mut dyn Database, scene: &Scene) -> Result<Vec<Finding>, Problem> {
    let failed = |f| refusal::database(&f);
    let dialect = db.dialect();
    let mut out = Vec::new();
    let locks = [ToolLock::of(scene.source.tool, dialect), ToolLock::ours(dialect)];
    for lock in locks.into_iter().flatten() {
        let holder = lock.holder(&db.query(&lock.holder).map_err(failed)?);
        out.extend(holder.map(|holder| finding::busy(lock.name, &holder)));
    }
    let home = Home::find(db).map_err(failed)?;
    let found = unfinished(db, &home).map_err(failed)?;
    out.extend(found.filter(|found| !found.is_idle()).map(|found| finding::cut_off(&found)));
    Ok(out)
}

fn of_halves(scene: &Scene, state: &State, halves: &[Half]) -> Vec<Finding> {
    let mut out = Vec::new();
    for half in halves {
        let name = scene.source.history.migrations[half.at].name.as_str();
        let standing = &state.migrations[half.at];
        match &standing.status {
            Status::Unfinished(logs) => out.push(finding::failed(name, half, logs.as_deref())),
            _ if standing.is_skipped() => out.push(finding::skipped(name, half)),
            _ => out.extend(finding::unrecorded(name, half)),
        }
    }
    out
}

fn of_rows(scene: &Scene, state: &State) -> Vec<Finding> {
    let migrations = &scene.source.history.migrations;
    let last = state.migrations.iter().rposition(|standing| standing.is_applied());
    let mut out = Vec::new();
    for (at, standing) in state.migrations.iter().enumerate() {
        if standing.is_replayed() {
            out.push(finding::replayed(&standing.name));
        }
        if standing.applied_rows > 1 {
            out.push(finding::duplicate(&standing.name, standing.applied_rows));
        }
        if standing.edited {
            out.push(finding::edited(&standing.name, &migrations[at].file));
        }
        let later = last.filter(|last| *last > at && standing.status == Status::Pending && standing.runs_next);
        out.extend(later.map(|last| finding::out_of_order(&standing.name, &migrations[last].name)));
    }
    let rows: Vec<String> = state.unknown.iter().filter(|row| row.applied).map(|row| row.what.clone()).collect();
    if !rows.is_empty() {
        // Prisma is blocked by what failed; of rows without a file it is Drizzle that is.
        let blocked = state.blocked.as_deref().filter(|_| state.unfinished().next().is_none());
        out.push(finding::without_file(&rows, blocked.filter(|why| why.contains("upgrade"))));
    }
    out
}
