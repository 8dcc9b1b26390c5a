//! `status` beside a database: how it stands to each history, as the tool's own table tells. Nothing is written.

use crate::report::{DatabaseReport, HistoryReport, Report, RowReport, Stands};
use crate::site::{Here, Scene, Sought, arrive, reading, refusal};
use crate::target::{self, Surroundings};
use crate::verify::Secret;
use crate::{ConfigLoader, Error, Problem, Request, status};
use std::path::PathBuf;
use unmigrate_engines::{Database, Failure, connect};
use unmigrate_sources::tracking::{How, Reading, Standing, State, Status, Tracking};

/// Which database.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// Its URL; none: as each history's tool finds it.
    pub url: Option<Secret>,
    /// Where the tool keeps its table, where no config says so.
    pub table: Option<String>,
}

/// [`status`], with how a database stands to each history. Of one that can't be asked a problem tells why, and the rest is
/// told all the same.
///
/// # Errors
/// As [`status`]; and where one database is named beside several histories.
pub fn status_beside(
    request: &Request,
    beside: &Beside,
    loader: &dyn ConfigLoader,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Report, Error> {
    let mut looking = Looking { request, beside, loader, variable, db: None };
    looking.report()
}

/// The same on a session of the caller's.
///
/// # Errors
/// As [`status_beside`].
pub fn status_on(
    request: &Request,
    beside: &Beside,
    loader: &dyn ConfigLoader,
    variable: &dyn Fn(&str) -> Option<String>,
    db: &mut dyn Database,
) -> Result<Report, Error> {
    let mut looking = Looking { request, beside, loader, variable, db: Some(db) };
    looking.report()
}

struct Looking<'a> {
    request: &'a Request,
    beside: &'a Beside,
    loader: &'a dyn ConfigLoader,
    variable: &'a dyn Fn(&str) -> Option<String>,
    db: Option<&'a mut dyn Database>,
}

impl Looking<'_> {
    fn report(&mut self) -> Result<Report, Error> {
        let mut report = status(self.request, self.loader)?;
        let one = self.beside.url.is_some() || self.db.is_some();
        if one && report.histories.len() > 1 {
            let dirs: Vec<String> = report.histories.iter().map(|h| h.dir.clone()).collect();
            return Err(refusal::several_histories(&dirs));
        }
        for history in &mut report.histories {
            if let Err(problem) = self.beside(history) {
                report.problems.push(problem);
            }
        }
        Ok(report)
    }

    fn beside(&mut self, history: &mut HistoryReport) -> Result<(), Problem> {
        let dirs = [PathBuf::from(&history.dir)];
        let sought = Sought {
            cwd: &self.request.cwd,
            tool: Some(history.tool),
            dialect: Some(history.dialect),
            dirs: &dirs,
            project: &[],
            url: self.beside.url.as_ref(),
            table: self.beside.table.as_deref(),
        };
        let (source, cwd) = sought.source(self.loader)?;
        let around = Surroundings { cwd: &cwd, variable: self.variable, loader: self.loader };
        let looked = |db: &mut dyn Database, scene: &Scene| look(db, scene, history);
        let mut here = Here { source: &source, cwd: &cwd, to: None };
        if let Some(db) = self.db.as_deref_mut() {
            return arrive(&sought, &here, &around, db, looked);
        }
        let found = target::find(&source, sought.url.map(Secret::expose), &around)?;
        let to = found.target(source.history.dialect)?;
        let unreachable = |failure: Failure| refusal::unreachable(&to.to_string(), &found.from, &failure);
        // It is only read: a pooler is no hindrance.
        let mut db = connect(&to).map_err(unreachable)?;
        here.to = Some(&to);
        arrive(&sought, &here, &around, db.as_mut(), looked)
    }
}

fn look(db: &mut dyn Database, scene: &Scene, history: &mut HistoryReport) -> Result<(), Problem> {
    let (tracking, there) = match reading(db, scene)? {
        Reading::Table(tracking) => (tracking, true),
        Reading::Missing => (Tracking::absent(scene.source, &scene.at, scene.orm.as_deref()), false),
        Reading::Foreign(columns) => return Err(refusal::foreign_table(&scene.at, &columns)),
    };
    let state = tracking.state(scene.source, scene.orm.as_deref());
    for migration in &mut history.migrations {
        let Some(standing) = state.named(&migration.name) else { continue };
        migration.applied = Some(standing.is_applied());
        migration.standing = Some(stands(standing));
        migration.edited_after_applied = standing.edited && standing.is_applied();
    }
    history.database = Some(DatabaseReport {
        target: scene.target.clone(),
        table: there.then(|| refusal::place(&scene.at)),
        rows_without_file: rows(&state),
        blocked: state.blocked,
    });
    Ok(())
}

fn rows(state: &State) -> Vec<RowReport> {
    state.unknown.iter().map(|row| RowReport { name: row.what.clone(), applied: row.applied }).collect()
}

fn stands(standing: &Standing) -> Stands {
    match &standing.status {
        Status::Applied(_) if standing.is_replayed() => Stands::Replayed,
        Status::Applied(How::Marked) => Stands::Marked,
        Status::Applied(_) => Stands::Applied,
        Status::Unfinished(_) => Stands::Failed,
        Status::RolledBack => Stands::RolledBack,
        Status::Pending if standing.is_skipped() => Stands::Skipped,
        Status::Pending => Stands::Pending,
    }
}
