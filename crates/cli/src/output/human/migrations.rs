//! Migrations, one line each, and their notes.

use super::style::{self, BOLD, DIM, LOOK, count, in_style, name, padded};
use unicode_width::UnicodeWidthStr;
use unmigrate_app::{MigrationReport, NoteReport, State};
use unmigrate_kernel::{Grade, NoteKind};

/// How many notes of one migration a list shows.
const NOTES: usize = 6;
/// A longer name does not push the column behind it further.
const LONGEST_NAME: usize = 48;

/// The file is not as it should be, or a person has to finish it.
pub fn asks(migration: &MigrationReport) -> bool {
    migration.up_changed
        || migration.grade == Some(Grade::Manual)
        || matches!(migration.state, State::Stale | State::Missing | State::Misplaced | State::Outdated)
}

/// One line for each, in columns, with at most `notes` notes below it.
pub fn rows<'a>(migrations: impl Iterator<Item = &'a MigrationReport> + Clone, notes: usize) -> String {
    let width = migrations.clone().map(|m| name(&m.name).width()).max().unwrap_or(0).min(LONGEST_NAME);
    let one = |m: &MigrationReport| (row(m, width), self::notes(&m.notes, notes));
    let mut text = String::new();
    for (row, notes) in migrations.map(one) {
        text.push_str(&row);
        if !notes.is_empty() {
            text.push_str(&notes);
            text.push('\n');
        }
    }
    text
}

/// As [`rows`], with a few notes each.
pub fn rows_with_notes<'a>(migrations: impl Iterator<Item = &'a MigrationReport> + Clone) -> String {
    rows(migrations, NOTES)
}

/// `  lossy     0003_drop_pager   stale: …`
fn row(migration: &MigrationReport, width: usize) -> String {
    let grade = padded(style::grade(migration.grade), style::grade_word(migration.grade), 8);
    let shown = name(&migration.name);
    match state_words(migration) {
        None => format!("  {grade}  {shown}\n"),
        Some(words) => {
            let state = in_style(style::state(migration.state), words);
            format!("  {grade}  {}  {state}\n", padded(anstyle::Style::new(), &shown, width))
        }
    }
}

/// What is to be said of the file, if anything.
fn state_words(migration: &MigrationReport) -> Option<&'static str> {
    Some(match migration.state {
        State::Written | State::Unchanged => return None,
        State::Edited if migration.up_changed => "edited, and the migration changed since",
        State::Edited => "edited",
        State::Stale => "stale: the migration, or one before it, changed",
        State::Outdated => "outdated: this version would write it differently",
        State::Missing => "no rollback yet",
        State::Misplaced => "misplaced: another runner would take it for a migration",
    })
}

/// Notes of a migration, those of one place together; at most so many.
pub fn notes(all: &[NoteReport], most: usize) -> String {
    let mut text = String::new();
    if most == 0 {
        return text;
    }
    let shown = &all[..all.len().min(most)];
    for place in shown.chunk_by(|a, b| a.line == b.line && a.file == b.file) {
        place.iter().for_each(|n| text.push_str(&note(n)));
        aside(&mut text, &format!("{}:{}", name(&place[0].file), place[0].line));
    }
    if shown.len() < all.len() {
        aside(&mut text, &format!("… {}", count(all.len() - shown.len(), "more note")));
    }
    text
}

fn aside(text: &mut String, words: &str) {
    text.push_str(&format!("                 {}\n", in_style(DIM, words)));
}

fn note(note: &NoteReport) -> String {
    let kind = padded(LOOK, note.kind.words(), NoteKind::Approximate.words().len());
    let many = note.count.map_or(String::new(), |n| format!(" ({n})"));
    format!("    {kind}  {}{many}  {}\n", in_style(BOLD, name(&note.object)), note.detail)
}
