//! What the schema is in each release of a plan: shown, and edited when its time has come.

use super::contract::which;
use super::edits::{self, Edits, How};
use super::plan::{Place, PlanFile, Release, ReleaseSchema};
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
    let of = |edits: &Edits, release: Release| {
        let diff = edits::shown(&edits.of(release, &project), &named).diff?;
        Some(ReleaseSchema { release, diff })
    };
    plan.schema = Edits::read(&place)
        .iter()
        .flat_map(|edits| Release::ALL.into_iter().filter_map(|one| of(edits, one)))
        .collect();
    Ok(plan)
}

/// Edits the schema for a release of a plan, or shows how.
///
/// # Errors
/// Where there is no such plan, or a file can't be written.
pub fn edit(
    source: &Source,
    cwd: &Path,
    asked: &[String],
    release: Release,
    write: bool,
) -> Result<ExpandReport, Error> {
    let name = which(source, cwd, asked)?;
    let place = Place::of(source, cwd, &name);
    place.read(&name)?;
    let mut report = ExpandReport {
        version: 1,
        migration: name,
        parts: vec![],
        questions: vec![],
        refusals: vec![],
        written: vec![],
        schema: None,
        checklist: vec![],
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
    release: Release,
    write: bool,
    source: &Source,
    cwd: &Path,
    place: &Place,
) -> Result<SchemaReport, Problem> {
    let project = target::project_of(&source.dir, cwd);
    let named = |path: &Path| shown(path, cwd);
    if let (Release::Code, Some(why)) = (release, &edits.code_by_hand) {
        return Ok(SchemaReport { why: Some(why.clone()), ..SchemaReport::default() });
    }
    let own = edits.of(release, &project);
    if !write {
        return Ok(edits::shown(&own, &named));
    }
    // The contract's may come without that of the code.
    let others = if release == Release::Contract { edits.of(Release::Expand, &project) } else { vec![] };
    let report = edits::make(&own, &others, How::Merged, &named)?;
    if release == Release::Expand && !edits.written && report.why.is_none() {
        edits.written = true;
        let (path, text) = edits.kept(place, &project);
        replace(&path, &text).map_err(|why| refusal::unwritable(&named(&path), &why))?;
    }
    Ok(report)
}

fn shown(path: &Path, cwd: &Path) -> String {
    path.strip_prefix(cwd).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
