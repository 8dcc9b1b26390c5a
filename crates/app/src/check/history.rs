//! What is wrong with the order and the files of a history: what some databases will skip or run in another order.

use super::git::Changes;
use super::placed::{About, Placed};
use super::report::Group;
use std::collections::{BTreeMap, BTreeSet};
use unmigrate_kernel::lint::{Runner, Severity};
use unmigrate_sources::{Chain, Context, Layout, Problem, Source, Tool, chain};

/// What changed, and which migrations are looked at because of it.
pub struct Changed<'a> {
    /// By git.
    pub changes: &'a Changes,
    /// One word per migration.
    pub judged: &'a [bool],
}

/// Problems of reading that are about the history itself.
const OWN: [&str; 3] = ["missing-sql", "duplicate-entry", "not-in-journal"];

/// Everything that the folder, and git where it was asked, say about the order.
pub fn findings(
    source: &Source,
    runner: &Runner,
    problems: Vec<Problem>,
    changed: Option<&Changed>,
    context: &Context,
    placed: &mut Placed,
    others: &mut Vec<Problem>,
) {
    for problem in problems {
        match OWN.iter().find(|code| **code == problem.code) {
            Some(rule) => placed.push(of_problem(rule, problem, source)),
            None => others.push(problem),
        }
    }
    let chain = chain(source);
    if let Some([(lock, locked), (schema, wanted)]) = &chain.providers {
        placed.push(About {
            line: 1,
            ..about(
                "provider-mismatch",
                Severity::Error,
                lock,
                format!(
                    "the migrations are for {locked}, and {schema} says {wanted}: Prisma refuses to run them (P3019)"
                ),
                "begin a new folder of migrations for the other database, or set the provider back",
            )
        });
    }
    backwards(&chain, runner, changed, source, placed);
    numbers(source, changed, placed);
    snapshots(&chain, source, placed);
    if let Some(changed) = changed {
        touched(source, changed, context, placed);
        back_dated(source, changed, placed);
    }
}

fn about(rule: &'static str, severity: Severity, file: &str, message: String, help: impl Into<String>) -> About {
    let help = help.into();
    About { rule, group: Group::History, severity, file: file.to_owned(), line: 1, message, help }
}

fn of_problem(rule: &'static str, problem: Problem, source: &Source) -> About {
    let severity = match problem.severity {
        unmigrate_sources::Severity::Error => Severity::Error,
        unmigrate_sources::Severity::Warning => Severity::Warning,
    };
    let file = problem.path.unwrap_or_else(|| source.shown.clone());
    about(rule, severity, &file, problem.message, problem.help)
}

/// Drizzle 0.x runs what has a later `when` than the newest that the database remembers. An entry that is older than one
/// before it is skipped, for ever, by every database that has run the first such one: run with drizzle-orm 0.45.4.
fn backwards(chain: &Chain, runner: &Runner, changed: Option<&Changed>, source: &Source, placed: &mut Placed) {
    let mut earlier: Vec<(i64, &str)> = Vec::new();
    for entry in &chain.entries {
        let Some(when) = entry.when else { continue };
        let newer = earlier.iter().find(|(time, _)| *time >= when).copied();
        let newest = earlier.iter().map(|(time, _)| *time).max();
        earlier.push((when, &entry.tag));
        let (Some((time, tag)), Some(newest)) = (newer, newest) else { continue };
        if !is_judged(source, &entry.tag, changed) {
            continue;
        }
        let message = format!(
            "`{}` (when {when}) is older than `{tag}` (when {time}) before it: a database that has run `{tag}` skips it for ever, and \
             {} says nothing",
            entry.tag, runner.name
        );
        let help = format!(
            "give it a `when` later than {newest}, if no database has run it; where one has, leave it and repeat what it does in a new \
             migration (IF NOT EXISTS)"
        );
        let found = about("journal-backwards", Severity::Error, &chain.journal, message, help);
        placed.push(About { line: entry.line, ..found });
    }
}

fn is_judged(source: &Source, name: &str, changed: Option<&Changed>) -> bool {
    let at = source.history.migrations.iter().position(|m| m.name == name);
    changed.is_none_or(|c| at.is_some_and(|at| c.judged.get(at).copied().unwrap_or(false)))
}

/// Two migrations with one number.
fn numbers(source: &Source, changed: Option<&Changed>, placed: &mut Placed) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for migration in &source.history.migrations {
        let number = migration.name.split(['_', '-']).next().unwrap_or_default();
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        if !is_number {
            continue;
        }
        let Some(first) = seen.insert(number, &migration.name) else { continue };
        if is_judged(source, &migration.name, changed) || is_judged(source, first, changed) {
            let (weight, order) = match (source.tool, source.layout) {
                (Tool::Drizzle, Layout::Journal) => {
                    (Severity::Warning, "the journal decides which runs first, and both share one snapshot file")
                }
                _ => (Severity::Note, "the rest of their names decides which runs first"),
            };
            placed.push(about(
                "duplicate-number",
                weight,
                &migration.file,
                format!("`{}` and `{first}` have the same number: {order}", migration.name),
                "two branches made them: give the later one a number of its own before it is applied anywhere",
            ));
        }
    }
}

/// Drizzle's snapshots: each names the one that it was made from.
fn snapshots(chain: &Chain, source: &Source, placed: &mut Placed) {
    let ids: BTreeSet<&str> = chain.snapshots.iter().map(|s| s.id.as_str()).collect();
    let mut children: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for snapshot in &chain.snapshots {
        for parent in &snapshot.parents {
            children.entry(parent).or_default().push(&snapshot.file);
            // Where older files were cleared away on purpose, the first that is left has no parent.
            let first = chain.snapshots.first().is_some_and(|first| first.id == snapshot.id);
            if !ids.contains(parent.as_str()) && !first {
                placed.push(about(
                    "snapshot-chain",
                    Severity::Warning,
                    &snapshot.file,
                    format!("it was made from the snapshot {parent}, which is not there"),
                    "restore the file from version control; drizzle-kit compares with the newest snapshot and may write too much or too little",
                ));
            }
        }
    }
    match source.layout {
        Layout::Journal => {
            for (parent, files) in children.iter().filter(|(parent, files)| files.len() > 1 && ids.contains(*parent)) {
                placed.push(about(
                    "snapshot-chain",
                    Severity::Error,
                    files[files.len() - 1],
                    format!("{} were made from one snapshot ({parent}): two branches, of which the later does not know the other", list(files)),
                    "take the later migration out (drizzle-kit drop), merge, and generate it again",
                ));
            }
        }
        Layout::Folders => {
            let leaves: Vec<&str> = chain
                .snapshots
                .iter()
                .filter(|s| !children.contains_key(s.id.as_str()))
                .map(|s| s.file.as_str())
                .collect();
            if leaves.len() > 1 {
                placed.push(about(
                    "unmerged-branches",
                    Severity::Warning,
                    leaves[leaves.len() - 1],
                    format!("no snapshot joins {}: two branches that do not know of each other", list(&leaves)),
                    "drizzle-kit generate   writes the migration that joins them; drizzle-kit check tells whether they conflict",
                ));
            }
        }
    }
}

fn list(files: &[&str]) -> String {
    files.iter().map(|f| format!("`{f}`")).collect::<Vec<_>>().join(" and ")
}

/// Files of migrations that were there where the branch began.
fn touched(source: &Source, changed: &Changed, context: &Context, placed: &mut Placed) {
    let tool = match source.tool {
        Tool::Prisma => "Prisma will say that it was modified after it was applied, and want to reset",
        Tool::Drizzle => "Drizzle does not notice, and they stay as they are",
    };
    for (migration, place) in source.history.migrations.iter().zip(&source.places) {
        if changed.changes.edited.contains(&place.up) {
            placed.push(about(
                "edited",
                Severity::Error,
                &migration.file,
                format!(
                    "`{}` was there before this branch: databases that ran it do not run the new text; {tool}",
                    migration.name
                ),
                "set it back, and write a new migration",
            ));
        }
    }
    let removed = changed.changes.removed.iter().filter(|path| path.starts_with(&source.dir));
    for path in removed.filter(|p| p.extension().is_some_and(|x| x == "sql") && !is_down(p)) {
        placed.push(about(
            "removed",
            Severity::Error,
            &context.shown(path),
            "this migration was there before this branch: new databases will lack what others have".to_owned(),
            "restore it, and write a new migration that undoes it",
        ));
    }
}

fn is_down(path: &std::path::Path) -> bool {
    path.file_name().is_some_and(|n| n == "down.sql" || n.to_string_lossy().ends_with(".down.sql"))
}

/// A new migration that stands before old ones: databases in use run it after them, new ones before.
fn back_dated(source: &Source, changed: &Changed, placed: &mut Placed) {
    let is_new = |at: usize| changed.changes.added.contains(&source.places[at].up);
    let count = source.places.len();
    let Some(last_old) = (0..count).rev().find(|at| !is_new(*at)) else { return };
    for at in (0..last_old).filter(|at| is_new(*at)) {
        let (migration, newest) = (&source.history.migrations[at], &source.history.migrations[last_old]);
        // In a journal the times decide, and they have a rule of their own.
        if source.layout == Layout::Journal || placed.has("back-dated", &migration.file) {
            continue;
        }
        placed.push(about(
            "back-dated",
            Severity::Warning,
            &migration.file,
            format!(
                "`{}` stands before `{}`, which is older: databases in use run it last, new ones before that",
                migration.name, newest.name
            ),
            "rename its folder to a later time before it is applied anywhere",
        ));
    }
}
