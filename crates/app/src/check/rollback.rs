//! What is wrong with the rollbacks: missing, stale, in the wrong place, without a migration, or less than the way back.
//! Whether one was ever run is in `verify`'s evidence ([`Proofs`]).

use super::evidence::Proofs;
use super::placed::{About, Placed};
use super::report::Group;
use crate::State;
use crate::file::{Present, Wanted, compare};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use unmigrate_kernel::lint::{Severity, Step, unmade};
use unmigrate_kernel::{Grade, NoteKind, Rollback, rollbacks};
use unmigrate_sources::{Context, Layout, Source};

/// The way back of every migration of a history, and whether its people keep rollbacks at all.
pub struct Rollbacks {
    all: Vec<Rollback>,
    kept: bool,
    proofs: Proofs,
    /// Something before a migration changed, and its proof with it: said of the first one only.
    moved: Cell<bool>,
}

impl Rollbacks {
    /// Derives them.
    pub fn of(source: &Source, context: &Context) -> Rollbacks {
        let kept = source.places.iter().any(|p| p.down.is_file() || p.misplaced.as_ref().is_some_and(|m| m.is_file()));
        let all = if kept { rollbacks(&source.history) } else { vec![] };
        Rollbacks { all, kept, proofs: Proofs::of(source, context), moved: Cell::new(false) }
    }

    /// What is to be said of all of them together: that nobody ever ran them.
    pub fn whole(&self, source: &Source) -> Option<About> {
        self.proofs.never(source).filter(|_| self.kept)
    }

    /// What is to be said of one. Where nobody keeps rollbacks, nothing: `generate` is not for everyone.
    pub fn findings(&self, source: &Source, at: usize, step: &Step, context: &Context) -> Vec<About> {
        let (migration, place) = (&source.history.migrations[at], &source.places[at]);
        let Some(rollback) = self.all.get(at).filter(|_| self.kept) else { return vec![] };
        let down = context.shown(&place.down);
        let mut found = Vec::new();
        if let Some(path) = place.misplaced.as_ref().filter(|p| p.is_file()) {
            found.push(about(
                "rollback-misplaced",
                Severity::Error,
                &context.shown(path),
                "another runner (Supabase, Wrangler) takes this rollback for a migration and would run it".into(),
                format!("mv {} {}", unmigrate_sources::pasted(&context.shown(path)), unmigrate_sources::pasted(&down)),
            ));
        }
        let Ok(present) = Present::at(&place.down) else { return found };
        let wanted = Wanted::new(&migration.sql, rollback);
        let standing = compare(&present, Some(&wanted));
        let generate = "unmigrate generate   writes it anew".to_owned();
        match standing.state {
            State::Missing if found.is_empty() => found.push(about(
                "rollback-missing",
                Severity::Error,
                &migration.file,
                format!("`{}` has no rollback, and the others do", migration.name),
                "unmigrate generate   writes it".into(),
            )),
            State::Stale => found.push(about(
                "rollback-stale",
                Severity::Error,
                &down,
                "the migration, or one before it, changed since this rollback was made from it".into(),
                generate,
            )),
            State::Outdated => found.push(about(
                "rollback-outdated",
                Severity::Note,
                &down,
                "this version of unmigrate would write it differently".into(),
                "unmigrate generate --outdated   writes it anew".into(),
            )),
            State::Edited if standing.up_changed => found.push(about(
                "rollback-stale",
                Severity::Warning,
                &down,
                "a person edited it, and the migration changed since: it needs another look".into(),
                "compare it with what `unmigrate inspect` gives for the migration, and set its first line by generate --force".into(),
            )),
            _ => {}
        }
        if let (State::Edited, Present::Text(text)) = (standing.state, &present) {
            found.extend(edited(&down, text, step));
        }
        // Of what is to be written anew there is nothing to prove.
        let settled = !matches!(standing.state, State::Missing | State::Stale | State::Misplaced);
        if settled && let Some((proof, only_before)) = self.proofs.finding(source, at, &down) {
            let said = only_before && self.moved.replace(true);
            found.extend((!said).then_some(proof));
        }
        let manual = standing.grade == Some(Grade::Manual) && standing.state == State::Unchanged;
        if manual && let Some(note) = rollback.notes.iter().find(|n| n.kind == NoteKind::ByHand) {
            found.push(About {
                line: note.line,
                ..about(
                    "rollback-by-hand",
                    Severity::Note,
                    &migration.file,
                    format!("there is no rollback until a person finishes it: {}", note.detail),
                    format!("finish {}; it is not overwritten then", unmigrate_sources::pasted(&down)),
                )
            });
        }
        found
    }
}

/// A rollback that a person wrote: what its text leaves undone.
fn edited(down: &str, text: &str, step: &Step) -> Vec<About> {
    let left = unmade(step, text);
    let mut found = Vec::new();
    if !left.unprotected.is_empty() {
        found.push(about(
            "rollback-unprotects",
            Severity::Error,
            down,
            format!("after it, {}", some(&left.unprotected)),
            "a rollback leaves no table less protected than it was before the migration: put that back too".into(),
        ));
    }
    if !left.left.is_empty() {
        found.push(about(
            "rollback-incomplete",
            Severity::Warning,
            down,
            format!("after it, {}", some(&left.left)),
            "the schema is not what it was before the migration: finish it, or say in the file why that is meant"
                .into(),
        ));
    }
    found
}

fn some(all: &[String]) -> String {
    let rest = all.len().saturating_sub(4);
    let first = all.iter().take(4).cloned().collect::<Vec<_>>().join("; ");
    if rest > 0 { format!("{first}; and {rest} more") } else { first }
}

fn about(rule: &'static str, severity: Severity, file: &str, message: String, help: String) -> About {
    About { rule, group: Group::Rollback, severity, file: file.to_owned(), line: 1, message, help }
}

/// Rollbacks without a migration.
pub fn orphans(source: &Source, context: &Context, placed: &mut Placed) {
    let known: BTreeSet<_> =
        source.places.iter().flat_map(|p| [Some(&p.down), p.misplaced.as_ref()]).flatten().collect();
    let entries = |dir: std::path::PathBuf| fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path());
    let here: Vec<_> = match source.layout {
        Layout::Journal => entries(source.dir.clone()).chain(entries(source.dir.join("rollback"))).collect(),
        Layout::Folders => entries(source.dir.clone()).flat_map(|d| [d.join("down.sql"), d]).collect(),
    };
    let is_down = |p: &std::path::PathBuf| {
        let name = p.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        (name == "down.sql" || name.ends_with(".down.sql")) && p.is_file()
    };
    let mut lost: Vec<_> = here.into_iter().filter(|p| is_down(p) && !known.contains(p)).collect();
    lost.sort();
    for path in lost {
        placed.push(about(
            "rollback-orphaned",
            Severity::Warning,
            &context.shown(&path),
            "there is no migration that this rollback undoes".into(),
            "move it beside its migration, or delete it (drizzle-kit up moves migrations and leaves their rollbacks behind)".into(),
        ));
    }
}
