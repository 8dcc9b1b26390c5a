//! A history as it would be after fixes: texts with their edits, new migrations behind the last one; and the proof that it
//! ends in the same schema.

use super::report::FixedFile;
use crate::Problem;
use crate::new_migration::{last_snapshot, now};
use crate::site::uuid;
use crate::write::{Whole, together};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use unmigrate_kernel::lint::{Edit, Later, Repair};
use unmigrate_kernel::split::split;
use unmigrate_kernel::{History, Migration, compat, opaque_statements};
use unmigrate_sources::next::{Next, Schema, Text, Wanted, next, slug};
use unmigrate_sources::tracking::Moment;
use unmigrate_sources::{Context, Source, Tool};

/// A repair of the migration at a place of the history.
#[derive(Debug, Clone, Copy)]
pub struct Chosen<'a> {
    /// Its place.
    pub at: usize,
    /// What is done.
    pub repair: &'a Repair,
}

/// A history with all these done.
pub struct Draft {
    /// With new texts, and the new migrations at its end.
    pub history: History,
    /// The new migrations.
    pub planned: Vec<Next>,
}

/// Does them, and looks whether the history ends in the same schema.
///
/// # Errors
/// Why it can't be done: two change the same piece, a file can't be planned, or the schema would be another.
pub fn draft(source: &Source, chosen: &[Chosen], context: &Context) -> Result<Draft, String> {
    let mut history = source.history.clone();
    let mut later: Vec<&Later> = Vec::new();
    let mut by_file: BTreeMap<usize, Vec<&Repair>> = BTreeMap::new();
    chosen.iter().for_each(|c| by_file.entry(c.at).or_default().push(c.repair));
    for (at, repairs) in by_file {
        let (text, tails) = edited(&source.history.migrations[at], &repairs, &history)?;
        let table = tails.iter().find_map(|l| l.unique.as_ref().filter(|table| is_counted_on(source, at, table)));
        if let Some(table) = table {
            return Err(format!("a later migration may count on the unique index of `{table}`"));
        }
        history.migrations[at].sql = text;
        history.migrations[at].observed.clear();
        later.extend(tails);
    }
    let planned = plan(source, &later)?;
    let breakpoints = history.migrations.last().is_some_and(|m| m.breakpoints);
    for new in &planned {
        let up = new.files.iter().find(|(path, _)| path.extension().is_some_and(|x| x == "sql"));
        let Some((path, sql)) = up else { continue };
        history.migrations.push(Migration {
            name: new.name.clone(),
            file: context.shown(path),
            sql: sql.clone(),
            breakpoints,
            snapshot_before: None,
            observed: vec![],
        });
    }
    let draft = Draft { history, planned };
    match differs(&source.history, &draft.history) {
        Some(what) => Err(format!("the history would not end in the same schema: {what}")),
        None => Ok(draft),
    }
}

/// A migration behind this place names the table beside REFERENCES or ON CONFLICT.
fn is_counted_on(source: &Source, at: usize, table: &str) -> bool {
    source.history.migrations[at + 1..].iter().any(|m| {
        let text = m.sql.to_ascii_uppercase();
        m.sql.contains(table) && (text.contains("REFERENCES") || text.contains("ON CONFLICT"))
    })
}

/// A migration's text after its repairs, and what runs later because of them.
fn edited<'a>(
    migration: &Migration,
    repairs: &[&'a Repair],
    history: &History,
) -> Result<(String, Vec<&'a Later>), String> {
    let apply = |alone: Option<usize>| {
        let edits = repairs.iter().enumerate().flat_map(|(n, r)| match &r.alone {
            Some(edit) if alone == Some(n) => std::slice::from_ref(edit),
            _ => &r.edits[..],
        });
        replaced(&migration.sql, edits.cloned().collect())
    };
    let tails = |alone: Option<usize>| {
        repairs.iter().enumerate().filter(|(n, _)| alone != Some(*n)).filter_map(|(_, r)| r.later.as_ref()).collect()
    };
    let text = apply(None)?;
    if !split(&text, history.dialect, migration.breakpoints).is_empty() {
        return Ok((text, tails(None)));
    }
    // Nothing would be left: the last of them stays, alone in its file as it has to be.
    let stays = repairs.iter().rposition(|r| r.alone.is_some());
    let Some(stays) = stays else { return Err("nothing would be left in its file".into()) };
    Ok((apply(Some(stays))?, tails(Some(stays))))
}

/// A text with other pieces in the place of some, in the text's own line ends.
fn replaced(text: &str, mut edits: Vec<Edit>) -> Result<String, String> {
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    edits.dedup();
    let meets = |pair: &[Edit]| pair[1].0.start < pair[0].0.end || pair[0].0 == pair[1].0;
    if edits.windows(2).any(meets) {
        return Err("another fix changes the same piece of the file: run it again after that one".into());
    }
    let crlf = text.contains("\r\n");
    let mut out = text.to_owned();
    for (Range { start, end }, piece) in edits.into_iter().rev() {
        out.replace_range(start..end, &if crlf { piece.replace('\n', "\r\n") } else { piece });
    }
    Ok(out)
}

/// The migrations that run what comes later: one for each statement that has to be alone, one for all others.
fn plan(source: &Source, later: &[&Later]) -> Result<Vec<Next>, String> {
    let (apart, together): (Vec<&&Later>, Vec<&&Later>) = later.iter().partition(|l| l.apart);
    let mut wanted: Vec<(String, Vec<String>, &str)> = apart
        .into_iter()
        .map(|l| (l.slug.clone(), l.checks.clone(), "Alone in its file, so that no transaction is around it"))
        .collect();
    if let [first, rest @ ..] = &together[..] {
        let name = if rest.is_empty() { first.slug.clone() } else { "validate_constraints".into() };
        let checks = together.iter().flat_map(|l| &l.checks);
        let all = checks.chain(together.iter().flat_map(|l| &l.then)).cloned().collect();
        wanted.push((name, all, "Checks the rows that were there when these were added NOT VALID"));
    }
    if wanted.len() > 1 && source.tool != Tool::Prisma {
        return Err("it takes several new migrations: fix them one by one".into());
    }
    let snapshot = last_snapshot(source).filter(|_| source.tool == Tool::Drizzle);
    let snapshot: Option<Value> =
        snapshot.and_then(|path| serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok());
    let mut planned: Vec<Next> = Vec::new();
    let mut at = now();
    for (name, statements, comment) in wanted {
        let new = next(
            source,
            &Wanted {
                slug: &slug(&name),
                text: Text::Statements { statements: &statements, comment },
                schema: snapshot.as_ref().map_or(Schema::Unknown, Schema::Of),
                now: at,
                id: &uuid(),
            },
        )
        .map_err(|problem| problem.message)?;
        // The folder does not know of it yet: the next one has to be later by itself.
        at = unmigrate_sources::tracking::moment::of_name(&new.name).map_or(at, |made| Moment(made + 1000));
        planned.push(new);
    }
    Ok(planned)
}

/// What is not the same after both histories; columns in another order are the same.
fn differs(was: &History, is: &History) -> Option<String> {
    let unread = |history: &History| opaque_statements(history).iter().map(Vec::len).sum::<usize>();
    if unread(is) > unread(was) {
        return Some("a statement can't be read any more".into());
    }
    let (was, is) = (objects(was), objects(is));
    let first = is.iter().find(|line| !was.contains(line)).or_else(|| was.iter().find(|line| !is.contains(line)));
    first.map(|line| line.trim().chars().take(80).collect())
}

/// Each object of the last catalog with its table before it, in the order of the words.
fn objects(history: &History) -> Vec<String> {
    let last = compat::catalogs(history, history.migrations.iter()).pop();
    let text = last.map(|catalog| catalog.describe()).unwrap_or_default();
    let mut owner = String::new();
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| {
            if !line.starts_with(' ') {
                owner = line.to_owned();
            }
            format!("{owner}|{line}")
        })
        .collect();
    lines.sort();
    lines
}

/// Puts all of it on disk: whole files, each only where the text is still the one that was read; where one fails, those
/// before it go back to what they were.
///
/// # Errors
/// `changed-meanwhile`, `not-writable`.
pub fn put(files: &[FixedFile]) -> Result<(), Problem> {
    // New migrations before the old ones change: whoever is interrupted in between is left with something that says so.
    let mut files: Vec<&FixedFile> = files.iter().collect();
    files.sort_by_key(|file| (file.ours, file.before.is_some()));
    let read = |path: &PathBuf| match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(why) if matches!(why.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => Ok(None),
        Err(why) => Err(crate::rollback::not_writable(&path.display().to_string(), &why)),
    };
    for file in &files {
        if read(&file.path)? != file.before {
            return Err(Problem::error(
                "changed-meanwhile",
                format!("`{}` is not what it was a moment ago: nothing was written", file.file),
                "run it again",
            )
            .at(file.file.clone()));
        }
    }
    let whole: Vec<Whole> = (files.iter())
        .map(|file| Whole { path: &file.path, before: file.before.as_deref(), after: &file.after })
        .collect();
    together(&whole).map_err(|(at, why)| crate::rollback::not_writable(&files[at].file, &why))
}
