//! What the schema is in each release of a plan: shown, and edited when its time has come.

use super::contract::which;
use super::edits::{self, Edits, How};
use super::plan::{Place, PlanFile, ReleaseSchema};
use super::refusal;
use super::report::{ExpandReport, SchemaReport};
use crate::site::only_source;
use crate::write::replace;
use crate::{ConfigLoader, Error, Problem, Request, target};
use std::path::Path;
use unmigrate_sources::Source;

/// The plan of a migration, as it was written.
///
/// # Errors
/// `not-expanded` where there is none, `several-plans` where it is not said which.
pub fn plan(request: &Request, loader: &dyn ConfigLoader) -> Result<PlanFile, Error> {
    let (source, cwd) = only_source(request, loader)?;
    let name = which(&source, &cwd, &request.only)?;
    let place = Place::of(&source, &cwd, &name);
    let mut plan = place.read(&name)?;
    let project = target::project_of(&source.dir, &cwd);
    let named = |path: &Path| shown(path, &cwd);
    let of = |edits: &Edits, release: u8| {
        let diff = edits::shown(&edits.of(release, &project), &named).diff?;
        Some(ReleaseSchema { release, diff })
    };
    plan.schema = Edits::read(&place).iter().flat_map(|edits| (1..=3).filter_map(|n| of(edits, n))).collect();
    Ok(plan)
}

/// Edits the schema for a release of a plan, or shows how.
///
/// # Errors
/// Where there is no such plan, or a file can't be written.
pub fn edit(source: &Source, cwd: &Path, asked: &[String], release: u8, write: bool) -> Result<ExpandReport, Error> {
    let name = which(source, cwd, asked)?;
    let place = Place::of(source, cwd, &name);
    let plan = place.read(&name)?;
    let due = format!("release {release}:");
    let mut report = ExpandReport {
        version: 1,
        migration: name,
        parts: plan.parts,
        questions: vec![],
        refusals: vec![],
        written: vec![],
        schema: None,
        checklist: plan.checklist.into_iter().filter(|line| line.starts_with(&due)).collect(),
        problems: vec![],
    };
    let Some(edits) = Edits::read(&place) else {
        let why = "the plan keeps no edits of it".to_owned();
        report.schema = Some(SchemaReport { why: Some(why), ..SchemaReport::default() });
        return Ok(report);
    };
    let schema = made(edits, release, write, source, cwd, &place)?;
    report.written.extend(schema.files.iter().cloned());
    report.schema = Some(schema);
    Ok(report)
}

fn made(
    mut edits: Edits,
    release: u8,
    write: bool,
    source: &Source,
    cwd: &Path,
    place: &Place,
) -> Result<SchemaReport, Problem> {
    let project = target::project_of(&source.dir, cwd);
    let named = |path: &Path| shown(path, cwd);
    let own = edits.of(release, &project);
    if !write {
        return Ok(edits::shown(&own, &named));
    }
    // The contract's may come without the second release's.
    let others = if release == 3 { edits.of(1, &project) } else { vec![] };
    let report = edits::make(&own, &others, How::Merged, &named)?;
    if release == 1 && !edits.written && report.why.is_none() {
        edits.written = true;
        let (path, text) = edits.kept(place, &project);
        replace(&path, &text).map_err(|why| refusal::unwritable(&named(&path), &why))?;
    }
    Ok(report)
}

fn shown(path: &Path, cwd: &Path) -> String {
    path.strip_prefix(cwd).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
