//! Drizzle Kit. 0.16 to 0.31: `<tag>.sql` in the order of the journal. Up to 0.14 and from 1.0.0-beta.9:
//! `<name>/{migration.sql,snapshot.json}` without a journal.

use crate::folders::{self, Folders, leaves, link_outside};
use crate::journal::{self, Entry, Journal};
use crate::problem::below;
use crate::snapshot::Gap;
use crate::source::{Context, Place, Source, is_safe_name, unsafe_name};
use crate::{Layout, Problem, Tool, config, provider, runner, snapshot, text};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use unmigrate_kernel::{Dialect, History, Migration};

/// A folder of folders whose files have been read, as Drizzle's.
///
/// # Errors
/// Where the dialect is none of ours, or nothing tells it.
pub fn source(dir: &Path, folders: Folders, context: &Context) -> Result<Source, Problem> {
    let shown = context.shown(dir);
    let (mut migrations, places): (Vec<_>, Vec<_>) = folders.migrations.into_iter().unzip();
    migrations.iter_mut().for_each(|m| m.breakpoints = true);
    let snapshot = places.iter().map(|p| p.up.with_file_name("snapshot.json")).find(|p| p.is_file());
    let said = snapshot
        .and_then(|s| Some(provider::dialect(snapshot::field(&snapshot::head(&s)?, "dialect")?, &context.shown(&s))));
    let dialect = dialect(dir, said, &migrations, context)?;
    snapshot::fill(dir, Layout::Folders, dialect, &mut migrations, &places, &unread(&places).collect::<Vec<_>>());
    let history = History { dialect, server: context.server.map(str::to_owned), migrations };
    let (dir, problems) = (dir.to_path_buf(), folders.problems);
    Ok(Source { tool: Tool::Drizzle, layout: Layout::Folders, dir, shown, history, places, problems })
}

/// A folder with a journal.
///
/// # Errors
/// A broken journal, or a dialect that is none of ours or that nothing tells.
pub fn journal_source(dir: &Path, context: &Context) -> Result<Source, Problem> {
    let shown = context.shown(dir);
    let journal = journal::read(dir, &shown)?;
    let mut read = Flat::new(dir, &shown, runner::reads(dir, &journal));
    for entry in &journal.entries {
        read.entry(entry);
    }
    let said = journal.dialect.as_deref().map(|word| provider::dialect(word, &below(&shown, journal::PATH)));
    let dialect = dialect(dir, said, &read.migrations, context)?;
    read.gaps.extend(unread(&read.places));
    snapshot::fill(dir, Layout::Journal, dialect, &mut read.migrations, &read.places, &read.gaps);
    let mut problems = read.problems;
    problems.extend(unlisted(dir, &shown, &journal));
    let history = History { dialect, server: context.server.map(str::to_owned), migrations: read.migrations };
    let (dir, places) = (dir.to_path_buf(), read.places);
    Ok(Source { tool: Tool::Drizzle, layout: Layout::Journal, dir, shown, history, places, problems })
}

/// Migrations that are there and could not be read.
fn unread(places: &[Place]) -> impl Iterator<Item = Gap> {
    places.iter().enumerate().filter(|(_, p)| p.refused).map(|(at, p)| Gap { before: at + 1, up: p.up.clone() })
}

/// The user's word, the folder's, the SQL's, and only then what a config file says.
fn dialect(
    dir: &Path,
    said: Option<Result<Dialect, Problem>>,
    migrations: &[Migration],
    context: &Context,
) -> Result<Dialect, Problem> {
    let shown = context.shown(dir);
    let looked = "there is no snapshot that says it and no drizzle.config with a `dialect`";
    context
        .dialect
        .map(Ok)
        .or(said)
        .or_else(|| provider::from_sql(migrations.iter(), &shown))
        .or_else(|| config::drizzle_dialect(dir, context))
        .unwrap_or_else(|| Err(provider::unknown(&shown, looked)))
}

/// The files of a journal, as they are read.
struct Flat<'a> {
    dir: &'a Path,
    shown: &'a str,
    aside: runner::Aside,
    /// `rollback/` is a link that leads out of the folder.
    closed: bool,
    seen: HashSet<&'a str>,
    migrations: Vec<Migration>,
    places: Vec<Place>,
    gaps: Vec<Gap>,
    problems: Vec<Problem>,
}

impl<'a> Flat<'a> {
    fn new(dir: &'a Path, shown: &'a str, aside: runner::Aside) -> Flat<'a> {
        let folder = dir.join("rollback");
        let closed = aside == runner::Aside::Yes && folder.exists() && leaves(&folder, dir);
        let problems = if closed { vec![link_outside(&below(shown, "rollback"), shown)] } else { vec![] };
        Flat {
            dir,
            shown,
            aside,
            closed,
            seen: HashSet::new(),
            migrations: vec![],
            places: vec![],
            gaps: vec![],
            problems,
        }
    }

    fn entry(&mut self, entry: &'a Entry) {
        let tag = entry.tag.as_str();
        let journal = below(self.shown, journal::PATH);
        if !is_safe_name(tag) {
            self.problems.push(unsafe_name(tag, &journal).at(journal));
            return;
        }
        if !self.seen.insert(tag) {
            self.problems.push(duplicate(tag, &journal));
            return;
        }
        let file = format!("{tag}.sql");
        let up = self.dir.join(&file);
        let shown = below(self.shown, &file);
        let Some(text) = text::read(&up, &shown) else {
            self.problems.push(missing(&shown, &journal));
            self.gaps.push(Gap { before: self.migrations.len(), up });
            return;
        };
        // The file may be a link: it is read as the tool reads it, and the rollback is put beside the link. Only where
        // the link leads out of the folder is it not this folder's migration any more.
        let outside = fs::symlink_metadata(&up).is_ok_and(|m| m.is_symlink()) && leaves(&up, self.dir);
        if outside {
            self.problems.push(link_outside(&shown, self.shown));
        }
        let refused = outside || self.closed || text.problem.is_some();
        self.problems.extend(text.problem);
        self.places.push(self.aside.place(self.dir, entry, up, refused));
        self.migrations.push(Migration { breakpoints: true, ..folders::migration(tag.to_owned(), shown, text.sql) });
    }
}

fn duplicate(tag: &str, journal: &str) -> Problem {
    Problem::error(
        "duplicate-entry",
        format!("`{journal}` lists `{tag}` more than once; the first entry counts here"),
        "a merge may have left it: keep one of the entries",
    )
    .at(journal)
}

fn missing(shown: &str, journal: &str) -> Problem {
    Problem::error(
        "missing-sql",
        format!("`{journal}` lists `{shown}`, and there is no such file"),
        "restore the file from version control, or take the entry out of the journal (`drizzle-kit drop`)",
    )
    .at(shown)
}

/// Files that Drizzle will never apply: no rollback is written for them, whatever name is asked for.
fn unlisted(dir: &Path, shown: &str, journal: &Journal) -> Option<Problem> {
    let listed: HashSet<&str> = journal.entries.iter().map(|e| e.tag.as_str()).collect();
    let mut names: Vec<String> = fs::read_dir(dir)
        .ok()?
        .flatten()
        .filter_map(|e| e.file_name().into_string().ok())
        .filter(|name| {
            let tag = name.strip_suffix(".sql");
            tag.is_some_and(|tag| !tag.ends_with(".down") && !listed.contains(tag))
        })
        .collect();
    names.sort();
    let more = names.len().saturating_sub(5);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let first = names.iter().take(5).map(|n| format!("{n:?}")).collect::<Vec<_>>().join(", ");
    (!names.is_empty()).then(|| {
        Problem::warning(
            "not-in-journal",
            format!("`{}` does not list {first}{rest}: Drizzle never applies them", below(shown, journal::PATH)),
            "no rollback is written for them; `drizzle-kit generate --custom` makes a migration that is listed",
        )
        .at(shown)
    })
}

/// `<dir>/<tag>.down.sql`.
pub fn beside(dir: &Path, tag: &str) -> PathBuf {
    dir.join(format!("{tag}.down.sql"))
}

/// `<dir>/rollback/<tag>.down.sql`, where another runner takes every `.sql` in the folder.
pub fn aside(dir: &Path, tag: &str) -> PathBuf {
    dir.join("rollback").join(format!("{tag}.down.sql"))
}
