//! `expand`: one migration that no database has run, rewritten into the phase in which both shapes work.

use super::edits::{self, Edits, How, Known};
use super::plan::{Part, Place, PlanFile, PlanPhase, Release};
use super::report::{ExpandReport, QuestionReport, RefusalReport, SchemaReport};
use super::{applied, foretold, refusal, release, schema, snapshot};
use crate::check::runner_of;
use crate::new_migration::{last_snapshot, pretty};
use crate::site::only_source;
use crate::target::{self, Surroundings};
use crate::verify::Secret;
use crate::write::replace;
use crate::{ConfigLoader, Error, Problem, Request, State, generate};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use unmigrate_engines::connect;
use unmigrate_kernel::expand::{Decisions, Expansion};
use unmigrate_sources::{Source, Tool};

/// What is decided beforehand. In JSON every field may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ExpandOptions {
    /// `users.full_name=display_name`: a drop and an addition that are a rename.
    pub rename: Vec<String>,
    /// `users.full_name`: a drop that is one.
    pub no_rename: Vec<String>,
    /// `users.bio='none'`: what stands there instead of NULL, as SQL over the row.
    pub fill: Vec<String>,
    /// `users.score=score::int`: what a value is in the column's new type, as SQL over the row.
    pub convert: Vec<String>,
    /// `users.score=score::text`: what a new value, under the same name, is in the old type.
    pub convert_back: Vec<String>,
    /// `role.guest=user`: a value of an enum that goes, and the one that new versions find in its place.
    pub value: Vec<String>,
    /// `role.owner=admin`: a value of an enum that comes, and the one that old versions find in its place.
    pub value_back: Vec<String>,
    /// `users.bio=profiles.bio`: a column whose values move to one of another table.
    pub r#move: Vec<String>,
    /// `profiles.user_id`: a column of the foreign key by which a row finds the one that its values move to.
    pub by: Vec<String>,
    /// `profiles=make` or `profiles=hold`: what becomes of values that have no row in the table that they move to.
    pub missing: Vec<String>,
    /// A file of the same: `{ "renames": { "users.full_name": "display_name", "users.old": null }, "fills": { "users.bio": "''" },
    /// "converts": { "users.score": "score::int" }, "convertsBack": { "users.score": "score::text" }, "values": { "role.guest":
    /// "user" }, "valuesBack": { "role.owner": "admin" }, "moves": { "users.bio": "profiles.bio" }, "by": ["profiles.user_id"],
    /// "missing": { "profiles": "hold" } }`.
    pub decisions: Option<PathBuf>,
    /// A database that says whether the migration has run.
    pub url: Option<Secret>,
    /// It has run nowhere: the user says so.
    pub not_applied: bool,
    /// Edit the schema file too, where it can be told how.
    pub write: bool,
    /// Of a migration that is expanded: what its schema is with a release.
    pub release: Option<Release>,
    /// Put the migration back as it was.
    pub abort: bool,
}

/// What the verbs need of their surroundings.
pub struct Where<'a> {
    /// Evaluates config files.
    pub loader: &'a dyn ConfigLoader,
    /// A variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
}

/// Rewrites a migration into its expand phase, or puts it back.
///
/// # Errors
/// Where nothing was written: it has run, there is nothing to expand, a file can't be written.
pub fn expand(request: &Request, options: &ExpandOptions, around: &Where) -> Result<ExpandReport, Error> {
    let (source, cwd) = only_source(request, around.loader)?;
    if let Some(release) = options.release.filter(|_| !options.abort) {
        return release::edit(&source, &cwd, &request.only, release, options.write);
    }
    let run = Run { request, options, around, source: &source, cwd: &cwd };
    let at = run.which()?;
    let name = &source.history.migrations[at].name;
    let last = source.history.migrations.last().filter(|last| last.name != *name);
    if let Some(last) = last {
        return Err(refusal::later_ones(name, &last.name));
    }
    if options.abort {
        run.unapplied(at)?;
        return run.abort(at);
    }
    if Place::of(&source, &cwd, name).file("plan.json").exists() {
        return Err(refusal::already_expanded(name));
    }
    let found = unmigrate_kernel::expand::expand(&source.history, at, &runner_of(&source), &run.decisions()?);
    let mut report = run.report(at, &found);
    if !found.questions.is_empty() || !found.refusals.is_empty() {
        return Ok(report);
    }
    if found.pieces.is_empty() {
        return Err(refusal::nothing_to_expand(name));
    }
    run.unapplied(at)?;
    run.foretell(&found, &mut report)?;
    run.write(at, &found, &mut report)?;
    Ok(report)
}

/// The file of decisions.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Decided {
    renames: BTreeMap<String, Option<String>>,
    fills: BTreeMap<String, String>,
    converts: BTreeMap<String, String>,
    converts_back: BTreeMap<String, String>,
    values: BTreeMap<String, String>,
    values_back: BTreeMap<String, String>,
    moves: BTreeMap<String, String>,
    by: Vec<String>,
    missing: BTreeMap<String, String>,
}

const SQL: &str = "<table>.<column>=<SQL>";
const VALUE: &str = "<type>.<value>=<value>";
const MOVE: &str = "<table>.<column>=<table>.<column>";
const MISSING: &str = "<table>=make or <table>=hold";

/// The values of a flag, taken apart.
fn pairs(flag: &str, form: &str, given: &[String]) -> Result<Vec<(String, String)>, Problem> {
    let one = |pair: &String| {
        let broken = || refusal::broken_decisions(&format!("{flag} {pair}"), &format!("it is not {form}"));
        let (place, value) = pair.split_once('=').ok_or_else(broken)?;
        Ok((place.to_owned(), value.to_owned()))
    };
    given.iter().map(one).collect()
}

struct Run<'a> {
    request: &'a Request,
    options: &'a ExpandOptions,
    around: &'a Where<'a>,
    source: &'a Source,
    cwd: &'a Path,
}

impl Run<'_> {
    /// The migration that is named, else the last.
    fn which(&self) -> Result<usize, Problem> {
        let all = &self.source.history.migrations;
        match self.request.only.as_slice() {
            [] => Ok(all.len().saturating_sub(1)),
            [name, ..] => {
                let context = self.request.context(self.cwd, self.around.loader)?;
                let asked = std::slice::from_ref(name);
                let sources = std::slice::from_ref(self.source);
                let selection = crate::select::Selection::new(asked, sources, &context)?;
                let taken = |at: &usize| selection.takes(&all[*at], &self.source.places[*at]);
                Ok((0..all.len()).find(taken).unwrap_or_default())
            }
        }
    }

    fn decisions(&self) -> Result<Decisions, Problem> {
        let mut said = Decided::default();
        if let Some(path) = &self.options.decisions {
            let shown = path.display().to_string();
            let broken = |why: String| refusal::broken_decisions(&shown, &why);
            let text = fs::read_to_string(self.cwd.join(path)).map_err(|why| broken(why.to_string()))?;
            said = serde_json::from_str(&text).map_err(|why| broken(why.to_string()))?;
        }
        let options = self.options;
        for (old, new) in pairs("--rename", "<table>.<column>=<name>", &options.rename)? {
            said.renames.insert(old, Some(new));
        }
        said.renames.extend(options.no_rename.iter().map(|old| (old.clone(), None)));
        said.fills.extend(pairs("--fill", SQL, &options.fill)?);
        said.converts.extend(pairs("--convert", SQL, &options.convert)?);
        said.converts_back.extend(pairs("--convert-back", SQL, &options.convert_back)?);
        said.values.extend(pairs("--value", VALUE, &options.value)?);
        said.values_back.extend(pairs("--value-back", VALUE, &options.value_back)?);
        said.moves.extend(pairs("--move", MOVE, &options.r#move)?);
        said.by.extend(options.by.iter().cloned());
        said.missing.extend(pairs("--missing", MISSING, &options.missing)?);
        if let Some((table, word)) = said.missing.iter().find(|(_, word)| !["make", "hold"].contains(&word.as_str())) {
            let shown = format!("--missing {table}={word}");
            return Err(refusal::broken_decisions(&shown, &format!("it is not {MISSING}")));
        }
        Ok(Decisions {
            renames: said.renames.into_iter().collect(),
            fills: said.fills.into_iter().collect(),
            converts: said.converts.into_iter().collect(),
            converts_back: said.converts_back.into_iter().collect(),
            values: said.values.into_iter().collect(),
            values_back: said.values_back.into_iter().collect(),
            moves: said.moves.into_iter().collect(),
            by: said.by,
            missing: said.missing.into_iter().collect(),
        })
    }

    /// The contract of contracts: what has run is never changed.
    fn unapplied(&self, at: usize) -> Result<(), Problem> {
        let name = &self.source.history.migrations[at].name;
        if self.options.not_applied {
            return Ok(());
        }
        let Some(url) = self.options.url.as_ref().map(Secret::expose) else {
            return applied::by_git(self.cwd, name, &self.source.places[at].up);
        };
        let around = Surroundings { cwd: self.cwd, variable: self.around.variable, loader: self.around.loader };
        let found = target::find(self.source, Some(url), &around)?;
        let to = found.target(self.source.history.dialect)?;
        let unreachable = |f| crate::site::refusal::unreachable(&to.to_string(), &found.from, &f);
        let mut db = connect(&to).map_err(unreachable)?;
        let ran = applied::in_database(self.source, self.cwd, db.as_mut(), Some(&to), self.around.loader)?;
        match ran.contains(name) {
            true => Err(refusal::already_applied(name, "this database says so")),
            false => Ok(()),
        }
    }

    /// Says how long tables are made anew, where a database was named that holds them.
    fn foretell(&self, found: &Expansion, report: &mut ExpandReport) -> Result<(), Problem> {
        let Some(url) = self.options.url.as_ref().map(Secret::expose).filter(|_| !found.anew.is_empty()) else {
            return Ok(());
        };
        let around = Surroundings { cwd: self.cwd, variable: self.around.variable, loader: self.around.loader };
        let to = target::find(self.source, Some(url), &around)?.target(self.source.history.dialect)?;
        // What is foretold is no reason to stop: a table may not be there yet.
        let Ok(mut db) = connect(&to) else { return Ok(()) };
        for table in &found.anew {
            let Ok(said) = foretold::sentence(db.as_mut(), table) else { continue };
            let named = table.to_string();
            report
                .parts
                .iter_mut()
                .filter(|part| part.table == named)
                .take(1)
                .for_each(|p| p.corners.push(said.clone()));
        }
        Ok(())
    }

    fn report(&self, at: usize, found: &Expansion) -> ExpandReport {
        let name = &self.source.history.migrations[at].name;
        let questions = found.questions.iter().cloned();
        let refusals = found.refusals.iter().cloned();
        ExpandReport {
            version: 1,
            migration: name.clone(),
            parts: found.pieces.iter().map(|piece| Part::of(piece, self.source.history.dialect)).collect(),
            questions: questions
                .map(|q| QuestionReport { object: q.object, question: q.text, answers: q.answers })
                .collect(),
            refusals: refusals.map(|r| RefusalReport { object: r.object, why: r.why, instead: r.instead }).collect(),
            written: vec![],
            schema: None,
            checklist: schema::checklist(self.source.tool, name, &found.pieces),
            problems: vec![],
        }
    }

    /// The plan first: where the rest fails, it says how to get back.
    fn write(&self, at: usize, found: &Expansion, report: &mut ExpandReport) -> Result<(), Problem> {
        let (migration, place) = (&self.source.history.migrations[at], &self.source.places[at]);
        let plan = Place::of(self.source, self.cwd, &migration.name);
        let file = PlanFile {
            version: 1,
            migration: migration.name.clone(),
            phase: PlanPhase::Expanded,
            contract: None,
            parts: report.parts.clone(),
            checklist: report.checklist.clone(),
            schema: vec![],
        };
        let mut written = Vec::new();
        let plan_file = plan.write(&file).map_err(|why| refusal::unwritable(&self.shown(&plan.folder), &why))?;
        written.push(plan_file);
        let mut put = |path: PathBuf, text: &str| match replace(&path, text) {
            Ok(()) => {
                written.push(path);
                Ok(())
            }
            Err(why) => Err(refusal::unwritable(&self.shown(&path), &why)),
        };
        put(plan.file("original.sql"), &migration.sql)?;
        put(plan.file("contract.sql"), &found.contract)?;
        let snapshots = self.snapshots(found);
        let known = Known {
            source: self.source,
            cwd: self.cwd,
            name: &migration.name,
            up: &place.up,
            pieces: &found.pieces,
            snapshot: snapshots.is_some(),
        };
        let edits = Edits::of_migration(&known, self.around);
        if let Some((path, after, both)) = snapshots {
            put(plan.file("original.snapshot.json"), &after)?;
            put(path, &both)?;
        }
        put(place.up.clone(), &found.expand)?;
        report.schema = self.edited(&plan, edits, &mut put)?;
        let edited = report.schema.iter().flat_map(|s| s.files.clone());
        report.written = written.iter().map(|path| self.shown(path)).chain(edited).collect();
        self.rollback(&migration.name, report);
        Ok(())
    }

    /// Edits the schema where that was asked for, else shows how; both are kept in the plan.
    fn edited(
        &self,
        plan: &Place,
        edits: Result<Edits, String>,
        put: &mut dyn FnMut(PathBuf, &str) -> Result<(), Problem>,
    ) -> Result<Option<SchemaReport>, Problem> {
        let mut edits = match edits {
            Ok(edits) => edits,
            Err(why) => {
                let said = SchemaReport { why: Some(why), ..SchemaReport::default() };
                return Ok(self.options.write.then_some(said));
            }
        };
        let named = |path: &Path| self.shown(path);
        let report = match self.options.write {
            true => edits::make(&edits.expand, &[], How::Exactly, &named)?,
            false => edits::shown(&edits.expand, &named),
        };
        edits.written = self.options.write;
        let (path, text) = edits.kept(plan, &target::project_of(&self.source.dir, self.cwd));
        put(path, &text)?;
        Ok(Some(report))
    }

    /// Drizzle's snapshot of this migration: where it is, its text, and that of the expand phase.
    fn snapshots(&self, found: &Expansion) -> Option<(PathBuf, String, String)> {
        if self.source.tool != Tool::Drizzle {
            return None;
        }
        let path = last_snapshot(self.source)?;
        let after = fs::read_to_string(&path).ok()?;
        let read: Value = serde_json::from_str(&after).ok()?;
        let before = before(&path, &read, self.source)?;
        let both = snapshot::expanded(&read, &before, &found.pieces)?;
        Some((path, after, pretty(&both)))
    }

    /// The rollback of what was written, beside it.
    fn rollback(&self, name: &str, report: &mut ExpandReport) {
        let request = Request { only: vec![name.to_owned()], check: false, ..self.request.clone() };
        match generate(&request, self.around.loader) {
            Ok(done) => {
                let all = done.histories.into_iter().flat_map(|h| h.migrations);
                report.written.extend(all.filter(|m| m.state == State::Written).map(|m| m.down));
                report.problems.extend(done.problems);
            }
            Err(problem) => report.problems.push(problem),
        }
    }

    fn abort(&self, at: usize) -> Result<ExpandReport, Problem> {
        let (migration, place) = (&self.source.history.migrations[at], &self.source.places[at]);
        let plan = Place::of(self.source, self.cwd, &migration.name);
        let file = plan.read(&migration.name)?;
        if let Some(contract) = file.contract {
            return Err(refusal::later_ones(&migration.name, &contract));
        }
        let mut report = self.report(at, &Expansion::default());
        report.checklist.clear();
        let unreadable = |path: &Path, why: &std::io::Error| refusal::unwritable(&self.shown(path), why);
        let back = [("original.sql", Some(place.up.clone())), ("original.snapshot.json", last_snapshot(self.source))];
        for (name, to) in back {
            let (from, Some(to)) = (plan.file(name), to) else { continue };
            if !from.exists() {
                continue;
            }
            let text = fs::read_to_string(&from).map_err(|why| unreadable(&from, &why))?;
            replace(&to, &text).map_err(|why| unreadable(&to, &why))?;
            report.written.push(self.shown(&to));
        }
        report.schema = self.schema_as_it_was(&plan, &mut report.written)?;
        fs::remove_dir_all(&plan.folder).map_err(|why| unreadable(&plan.folder, &why))?;
        self.rollback(&migration.name, &mut report);
        Ok(report)
    }

    /// Puts the schema file back, where nobody has edited it since.
    fn schema_as_it_was(&self, plan: &Place, written: &mut Vec<String>) -> Result<Option<SchemaReport>, Problem> {
        let project = target::project_of(&self.source.dir, self.cwd);
        let Some(edits) = Edits::read(plan).filter(|edits| edits.written) else { return Ok(None) };
        let back = |release: Release| edits.of(release, &project).into_iter().rev().map(edits::Edit::reversed);
        let named = |path: &Path| self.shown(path);
        // That of the code first, where it was made.
        edits::make(&back(Release::Code).collect::<Vec<_>>(), &[], How::Exactly, &named)?;
        let report = edits::make(&back(Release::Expand).collect::<Vec<_>>(), &[], How::Exactly, &named)?;
        written.extend(report.files.iter().cloned());
        Ok(Some(report))
    }

    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(self.cwd).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }
}

/// The snapshot that one was made from.
fn before(path: &Path, after: &Value, source: &Source) -> Option<Value> {
    let id = after.get("prevId").or_else(|| after.get("prevIds")?.get(0))?.as_str()?;
    let folder = match source.layout {
        unmigrate_sources::Layout::Journal => path.parent()?.to_path_buf(),
        unmigrate_sources::Layout::Folders => source.dir.clone(),
    };
    let entries = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let files = entries.map(|p| if p.is_dir() { p.join("snapshot.json") } else { p });
    let read = |file: PathBuf| serde_json::from_str::<Value>(&fs::read_to_string(file).ok()?).ok();
    files
        .filter(|f| f.extension().is_some_and(|e| e == "json"))
        .filter_map(read)
        .find(|s| s.get("id").and_then(Value::as_str) == Some(id))
}
