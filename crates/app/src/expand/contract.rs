//! `contract`: asks the gates, and writes the migration that ends the time of both shapes.

use super::clients;
use super::edits::{self, Edits, How};
use super::plan::{Asked, Place, PlanFile, PlanPhase, Release, planned};
use super::report::{ContractReport, GateReport};
use super::running;
use super::verb::Where;
use super::{applied, refusal};
use crate::new_migration::{now, put};
use crate::site::{only_source, uuid};
use crate::target::{self, Surroundings};
use crate::verify::Secret;
use crate::{Error, Problem, Request, State, generate};
use serde::Deserialize;
use serde_json::Value;
use std::fs;
use std::path::Path;
use unmigrate_engines::{Database, connect};
use unmigrate_sources::Source;
use unmigrate_sources::next::{Schema, Text, Wanted, next};

/// What is asked for. In JSON every field may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ContractOptions {
    /// The database whose rows are counted; none: as the tool itself finds it.
    pub url: Option<Secret>,
    /// Gates that are not asked.
    pub skip_gate: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// The commit, branch or tag that is deployed, whose clients the gate `compat` is about; none: where this branch left the
    /// default branch.
    pub app: Option<String>,
    /// Edit the schema file too, where it can be told how.
    pub write: bool,
}

/// Asks the gates on the database, and writes the contract as the next migration where all are open.
///
/// # Errors
/// Where nothing could be asked or written. A gate that is closed is in the report.
pub fn contract(request: &Request, options: &ContractOptions, around: &Where) -> Result<ContractReport, Error> {
    if !options.skip_gate.is_empty() && options.reason.as_deref().is_none_or(|r| r.trim().is_empty()) {
        return Err(refusal::no_reason());
    }
    let (source, cwd) = only_source(request, around.loader)?;
    let name = which(&source, &cwd, &request.only)?;
    let place = Place::of(&source, &cwd, &name);
    let mut plan = place.read(&name)?;
    if let Some(contract) = plan.contract {
        return Err(Problem::error(
            "already-contracted",
            format!("the contract of `{name}` is written already: `{contract}`"),
            "deploy it with your tool",
        ));
    }
    let mut report = ContractReport {
        version: 1,
        migration: name.clone(),
        gates: vec![],
        contract: None,
        written: vec![],
        schema: None,
        problems: vec![],
    };
    ask(&plan, options, around, &source, &cwd, &mut report)?;
    let file = place.file("contract.sql");
    let sql = fs::read_to_string(&file).map_err(|why| refusal::unwritable(&file.display().to_string(), &why))?;
    clients::ask(&clients::Asks { plan: &plan, options, source: &source, cwd: &cwd, sql: &sql }, &mut report)?;
    if report.gates.iter().any(|gate| !gate.open) {
        return Ok(report);
    }
    let kept = fs::read_to_string(place.file("original.snapshot.json")).ok();
    let snapshot: Option<Value> = kept.and_then(|text| serde_json::from_str(&text).ok());
    let wanted = Wanted {
        slug: &format!("contract_{}", slug(&name)),
        text: Text::Whole(&sql),
        schema: snapshot.as_ref().map_or(Schema::Unknown, Schema::Of),
        now: now(),
        id: &uuid(),
    };
    let shown = |path: &Path| path.strip_prefix(&cwd).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let written = next(&source, &wanted)?;
    put(&written, &shown)?;
    report.written.extend(written.files.iter().map(|(path, _)| shown(path)));
    plan.phase = PlanPhase::Contracted;
    plan.contract = Some(written.name.clone());
    let saved = place.write(&plan).map_err(|why| refusal::unwritable(&shown(&place.folder), &why))?;
    report.written.push(shown(&saved));
    let undo = Request { only: vec![written.name.clone()], check: false, ..request.clone() };
    let done = generate(&undo, around.loader)?;
    let all = done.histories.into_iter().flat_map(|h| h.migrations);
    report.written.extend(all.filter(|m| m.state == State::Written).map(|m| m.down));
    report.problems.extend(done.problems);
    report.contract = Some(written.name);
    if let Some(edits) = Edits::read(&place) {
        let project = target::project_of(&source.dir, &cwd);
        let (last, first) = (edits.of(Release::Contract, &project), edits.of(Release::Expand, &project));
        let schema = match options.write {
            true => edits::make(&last, &first, How::Merged, &shown)?,
            false => edits::shown(&last, &shown),
        };
        report.written.extend(schema.files.iter().cloned());
        report.schema = Some(schema);
    }
    Ok(report)
}

/// The plan that is named, else the only one that is not at its end.
pub fn which(source: &Source, cwd: &Path, asked: &[String]) -> Result<String, Problem> {
    if let Some(name) = asked.first() {
        return Ok(name.clone());
    }
    let open = |name: &String| Place::of(source, cwd, name).read(name).is_ok_and(|p| p.contract.is_none());
    let mut all: Vec<String> = planned(source, cwd).into_iter().filter(|name| open(name)).collect();
    match (all.len(), all.pop()) {
        (1, Some(name)) => Ok(name),
        (_, None) => Err(refusal::no_plans()),
        (_, Some(last)) => Err(refusal::which(&[all, vec![last]].concat())),
    }
}

fn ask(
    plan: &PlanFile,
    options: &ContractOptions,
    around: &Where,
    source: &Source,
    cwd: &Path,
    report: &mut ContractReport,
) -> Result<(), Problem> {
    let gates: Vec<Asked> = plan.parts.iter().flat_map(|p| p.gates.clone()).collect();
    let skipped = |gate: &Asked| options.skip_gate.contains(&gate.name);
    let mut db: Option<Box<dyn Database + Send>> = None;
    let counted = !gates.iter().all(skipped);
    let surroundings = Surroundings { cwd, variable: around.variable, loader: around.loader };
    // A plan that counts nothing is still not ended before it is deployed, where a database says so.
    let found = match target::find(source, options.url.as_ref().map(Secret::expose), &surroundings) {
        Ok(found) if counted || gates.is_empty() && options.url.is_some() => Some(found),
        Err(problem) if counted || options.url.is_some() => return Err(problem),
        _ => None,
    };
    if let Some(found) = found {
        let to = found.target(source.history.dialect)?;
        let mut session =
            connect(&to).map_err(|f| crate::site::refusal::unreachable(&to.to_string(), &found.from, &f))?;
        let ran = applied::in_database(source, cwd, session.as_mut(), Some(&to), around.loader)?;
        if !ran.contains(&report.migration) {
            return Err(refusal::not_deployed(&report.migration));
        }
        db = Some(session);
    }
    for gate in &gates {
        if skipped(gate) {
            report.gates.push(seen(gate, None, true, options.reason.clone()));
            continue;
        }
        let Some(db) = db.as_deref_mut() else {
            report.problems.push(refusal::gate_unasked(&gate.name));
            report.gates.push(seen(gate, None, false, None));
            continue;
        };
        let answer = db.query(&running::ours(&gate.question)).map_err(|f| crate::site::refusal::database(&f))?;
        let saw = answer.first().unwrap_or("nothing").to_owned();
        if saw != "0" {
            report.problems.push(refusal::gate_closed(&gate.name, &gate.asks, &saw));
        }
        report.gates.push(seen(gate, Some(saw.clone()), saw == "0", None));
    }
    if let Some(db) = db.as_deref_mut() {
        running::ask(db, plan, options, report);
    }
    Ok(())
}

fn seen(gate: &Asked, saw: Option<String>, open: bool, skipped: Option<String>) -> GateReport {
    GateReport { name: gate.name.clone(), asks: gate.asks.clone(), saw, open, skipped }
}

/// The migration's name without its number or time.
fn slug(name: &str) -> &str {
    name.split_once('_').map_or(name, |(_, rest)| rest)
}
