//! `revert` from a request.

use super::report::RevertReport;
use super::{schema, sql};
use crate::new_migration::{now, put};
use crate::report::NoteReport;
use crate::rollback::read_down;
use crate::site::{Sought, uuid, verified};
use crate::{ConfigLoader, Error, Problem};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use unmigrate_kernel::{Dialect, rollbacks};
use unmigrate_sources::next::{Schema, Text, Wanted, next, slug};
use unmigrate_sources::{Context, Source, Tool, pasted};

/// Which migrations are taken back. In JSON every field but `cwd` may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct RevertRequest {
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
    /// These migrations, by name: the last of the folder.
    pub only: Vec<String>,
    /// So many, the last of the folder.
    pub steps: Option<usize>,
    /// All that came after this one, which stays.
    pub to: Option<String>,
    /// What the new migration is called, behind its time or number.
    pub name: Option<String>,
    /// Take rollbacks that are stale or not verified, and rebuild tables that others refer to.
    pub force: bool,
    /// Show what would be written, and write nothing.
    pub dry_run: bool,
}

/// Writes a migration that takes back the last ones of a folder.
///
/// # Errors
/// Where nothing was written: which migration stands in the way, and the way out.
pub fn revert(request: &RevertRequest, loader: &dyn ConfigLoader) -> Result<RevertReport, Error> {
    let sought = Sought {
        cwd: &request.cwd,
        tool: request.tool.as_deref(),
        dialect: request.dialect.as_deref(),
        dirs: &request.dirs,
        project: &request.project,
        url: None,
        table: None,
    };
    let (source, cwd) = sought.source(loader)?;
    let context = Context { cwd: &cwd, tool: None, dialect: None, server: None, loader };
    let shown = |path: &Path| context.shown(path);
    let first = first(request, &source)?;
    let (statements, notes) = taken_back(request, &source, first, &shown)?;
    let names: Vec<String> = source.history.migrations[first..].iter().rev().map(|m| m.name.clone()).collect();
    let dialect = source.history.dialect;
    let risky = dialect == Dialect::Sqlite && source.tool == Tool::Drizzle && !request.force;
    if let Some(table) = sql::cascades(&statements, &source.history).filter(|_| risky) {
        return Err(children_at_risk(&table));
    }
    let slug = request.name.as_deref().map_or_else(|| usual(&names), slug);
    let comment = format!("Takes back {}", names.join(", ")).replace(['\r', '\n'], " ");
    let id = uuid();
    let wanted = Wanted {
        slug: &slug,
        text: Text::Statements { statements: &statements, comment: &comment },
        schema: Schema::Before(first),
        now: now(),
        id: &id,
    };
    let planned = next(&source, &wanted)?;
    if !request.dry_run {
        put(&planned, &shown)?;
    }
    let up = planned.files.iter().find(|(path, _)| path.extension().is_some_and(|x| x == "sql"));
    Ok(RevertReport {
        version: 1,
        tool: source.tool.word(),
        dir: source.shown.clone(),
        name: planned.name.clone(),
        reverts: names,
        files: planned.files.iter().map(|(path, _)| shown(path)).collect(),
        sql: up.map(|(_, text)| text.clone()).unwrap_or_default(),
        written: !request.dry_run,
        notes,
        next: schema::next(&source, first, &shown),
        problems: vec![],
    })
}

/// The place from which on everything is taken back.
fn first(request: &RevertRequest, source: &Source) -> Result<usize, Problem> {
    let migrations = &source.history.migrations;
    let ways = [request.steps.is_some(), request.to.is_some(), !request.only.is_empty()];
    if ways.iter().filter(|way| **way).count() > 1 {
        return Err(Problem::error(
            "two-ways",
            "the migrations are chosen in two ways at once",
            "use one of --steps, --to and names",
        ));
    }
    let place = |name: &String| {
        migrations.iter().position(|m| m.name == *name).ok_or_else(|| crate::rollback::no_such_migration(name))
    };
    let first = match (&request.to, request.steps) {
        (Some(name), _) => place(name)? + 1,
        (None, Some(steps)) => migrations.len().checked_sub(steps).ok_or_else(|| too_many(steps, migrations.len()))?,
        (None, None) if request.only.is_empty() => migrations.len().saturating_sub(1),
        (None, None) => {
            let mut places = request.only.iter().map(place).collect::<Result<Vec<_>, _>>()?;
            places.sort_unstable();
            places.dedup();
            let first = places[0];
            if let Some(between) = (first..migrations.len()).find(|at| !places.contains(at)) {
                return Err(not_last(&migrations[first].name, &migrations[between..], source));
            }
            first
        }
    };
    if first >= migrations.len() {
        return Err(Problem::error(
            "nothing-asked",
            "there is no migration to take back",
            "unmigrate status   lists them",
        ));
    }
    Ok(first)
}

/// The statements of all their rollbacks, newest first, and what is to be known of them.
fn taken_back(
    request: &RevertRequest,
    source: &Source,
    first: usize,
    shown: &dyn Fn(&Path) -> String,
) -> Result<(Vec<String>, Vec<NoteReport>), Problem> {
    let (rollbacks, proven) = (rollbacks(&source.history), verified(source));
    let (mut statements, mut notes) = (Vec::new(), Vec::new());
    for at in (first..source.history.migrations.len()).rev() {
        let name = &source.history.migrations[at].name;
        let down = read_down(source, at, &rollbacks[at], &shown(&source.places[at].down), request.force)?;
        if !proven.contains(name) && !request.force {
            return Err(not_verified(name));
        }
        statements.extend(sql::statements(&down.text, name, source.tool, source.history.dialect)?);
        notes.extend(down.notes);
    }
    Ok((statements, notes))
}

/// `revert_add_profile`, `revert_add_profile_and_2_more`
fn usual(names: &[String]) -> String {
    let bare = |name: &str| match name.split_once('_') {
        Some((number, rest)) if number.bytes().all(|b| b.is_ascii_digit()) => rest.to_owned(),
        _ => name.to_owned(),
    };
    let newest = names.first().map(|name| bare(name)).unwrap_or_default();
    let more = names.len().saturating_sub(1);
    slug(&if more > 0 { format!("revert_{newest}_and_{more}_more") } else { format!("revert_{newest}") })
}

fn too_many(asked: usize, there: usize) -> Problem {
    Problem::error(
        "too-many-steps",
        format!("{asked} migrations are to be taken back, and there are {there}"),
        format!("unmigrate revert --steps {there}"),
    )
}

fn not_last(name: &str, after: &[unmigrate_kernel::Migration], _: &Source) -> Problem {
    let all: Vec<String> = after.iter().map(|m| pasted(&m.name)).collect();
    Problem::error(
        "not-last",
        format!("`{name}` is not the last: `{}` comes after it, and may build on it", after[0].name),
        format!("take those back too: unmigrate revert {} {}", all.join(" "), pasted(name)),
    )
}

fn not_verified(name: &str) -> Problem {
    Problem::error(
        "not-verified",
        format!("the rollback of `{name}` was not proven over these very files, and no migration is made of it"),
        format!("unmigrate verify {}   proves it; --force takes it as it is", pasted(name)),
    )
}

fn children_at_risk(table: &str) -> Problem {
    Problem::error(
        "children-at-risk",
        format!(
            "the rollback rebuilds `{table}`, and other tables refer to it with ON DELETE: drizzle-orm runs migrations in a \
             transaction, in which SQLite's foreign keys can't be turned off, and rows of those tables would go"
        ),
        "unmigrate rollback   turns them off before it begins; --force where libSQL runs the migrations, which does so too",
    )
}
