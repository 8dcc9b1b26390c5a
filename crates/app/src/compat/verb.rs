//! `compat` from a request.

use super::declared::{AtCommit, at, client, filled_by_drizzle, folders, order};
use super::report::{ClientBreak, CompatHistory, CompatReport, Floor, Verdict};
use crate::check::{Since, git};
use crate::{Error, Problem, Request};
use serde::Deserialize;
use std::path::Path;
use unmigrate_kernel::catalog::Catalog;
use unmigrate_kernel::compat::{Break, Certainty, Declared, catalogs, judge};
use unmigrate_sources::{ConfigLoader, Source, find};

/// How many commits are looked at for the floor.
const COMMITS: usize = 100;

/// Whose clients. In JSON every field may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct CompatOptions {
    /// A git commit, branch or tag; none: where this branch left the default branch.
    pub app: Option<String>,
}

/// Holds the clients of an older commit against the schema after the migrations that came since.
///
/// # Errors
/// Where no history was found, or git does not know the commit (`no-such-commit`, `no-merge-base`).
pub fn compat(request: &Request, options: &CompatOptions, loader: &dyn ConfigLoader) -> Result<CompatReport, Error> {
    let cwd = request.real_cwd()?;
    let context = request.context(&cwd, loader)?;
    let app = app(&cwd, options.app.as_deref())?;
    let found = find(&request.dirs, &request.project, &context)?;
    let mut problems = found.problems;
    let mut histories = Vec::new();
    for mut source in found.sources {
        problems.append(&mut source.problems);
        histories.push(history(&cwd, &app.commit, &source));
    }
    Ok(CompatReport { version: 1, app, histories, problems })
}

/// The commit of a word.
pub fn app(cwd: &Path, wanted: Option<&str>) -> Result<Since, Problem> {
    let Some(reference) = wanted.filter(|word| !word.is_empty()) else {
        return git::default_branch(cwd, None).ok_or_else(|| {
            Problem::error(
                "no-merge-base",
                "git knows no default branch whose clients could be meant",
                "name a commit, branch or tag: --app v1.4.0",
            )
        });
    };
    git::commit(cwd, reference).ok_or_else(|| {
        Problem::error(
            "no-such-commit",
            format!("git knows no commit `{reference}` here"),
            "a branch, a tag or a hash; in CI, fetch the whole history with its tags (fetch-depth: 0)",
        )
    })
}

fn history(cwd: &Path, commit: &str, source: &Source) -> CompatHistory {
    let (breaks, basis, declared, pending) = of_source(cwd, commit, source);
    let left = breaks.iter().filter(|b| !b.mended).map(|b| verdict_of(b.when));
    CompatHistory {
        tool: source.tool.word(),
        dialect: source.history.dialect.word(),
        dir: source.shown.clone(),
        declared: basis,
        tables: declared,
        migrations: pending,
        verdict: left.max().unwrap_or(Verdict::Works),
        floor: floor(cwd, source),
        breaks,
    }
}

/// What breaks for the clients of a commit; what their columns were read from, how many tables they name, and how many
/// migrations came since.
pub(crate) fn of_source(cwd: &Path, commit: &str, source: &Source) -> (Vec<ClientBreak>, &'static str, usize, usize) {
    let then = at(cwd, commit, source);
    let (order, pending) = order(source, &then.known);
    let after = catalogs(&source.history, order.into_iter());
    let before = &after[then.known.len()];
    let (declared, basis) = declared(then, before, source);
    let judged = |catalog: &Catalog| judge(&declared, client(source.tool, source.history.dialect), before, catalog);
    let last = after.last().map(judged).unwrap_or_default();
    let mut seen: Vec<Break> = Vec::new();
    let mut breaks = Vec::new();
    for (place, catalog) in pending.iter().zip(&after[after.len() - pending.len()..]) {
        let migration = &source.history.migrations[*place];
        for one in judged(catalog) {
            if seen.iter().any(|s| is_same(s, &one)) {
                continue;
            }
            breaks.push(ClientBreak {
                migration: migration.name.clone(),
                file: migration.file.clone(),
                table: one.table.clone(),
                column: one.column.clone(),
                operations: one.operations.clone(),
                when: one.certainty,
                message: one.why.clone(),
                mended: !last.iter().any(|l| is_same(l, &one)),
            });
            seen.push(one);
        }
    }
    (breaks, basis, declared.tables.len(), pending.len())
}

fn is_same(a: &Break, b: &Break) -> bool {
    (&a.table, &a.column, &a.operations, a.certainty) == (&b.table, &b.column, &b.operations, b.certainty)
}

fn declared(then: AtCommit, before: &Catalog, source: &Source) -> (Declared, &'static str) {
    let replayed = || (filled_by_drizzle(Declared::of(before), source.history.dialect), "migrations");
    then.declared.unwrap_or_else(replayed)
}

fn verdict_of(when: Certainty) -> Verdict {
    if when == Certainty::Values { Verdict::MayBreak } else { Verdict::Breaks }
}

/// The oldest commit whose clients still work, going back from this one through those that touched schema or migrations.
fn floor(cwd: &Path, source: &Source) -> Option<Floor> {
    let (log, whole) = git::log(cwd, &folders(source), COMMITS);
    let works = |commit: &str| {
        let (breaks, ..) = of_source(cwd, commit, source);
        breaks.iter().all(|b| b.mended || verdict_of(b.when) != Verdict::Breaks)
    };
    let mut floor = None;
    for entry in &log {
        if !works(&entry.commit) {
            return floor;
        }
        floor = Some(Floor {
            commit: entry.commit.clone(),
            date: entry.date.clone(),
            names: entry.names.clone(),
            first: false,
        });
    }
    floor.map(|floor| Floor { first: whole, ..floor })
}
