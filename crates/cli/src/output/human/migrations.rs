//! Migrations, one line each, and their notes.

use super::style::{self, BOLD, DIM, LOOK, count, in_style, name, padded};
use super::summary::heading;
use unmigrate_app::{HistoryReport, MigrationReport, NoteReport, Report, State};
use unmigrate_kernel::NoteKind;

/// How many of a long history `status` shows: its end, where people work.
const RECENT: usize = 20;
/// How many notes of one migration are shown in a list.
const NOTES: usize = 6;

/// How much `status` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The latest migrations, and older ones that need something.
    Recent,
    /// All of them with all of their notes.
    Full,
}

/// Every history with its migrations.
pub fn status(report: &Report, detail: Detail) -> String {
    report.histories.iter().map(|h| history(h, detail)).collect()
}

fn history(history: &HistoryReport, detail: Detail) -> String {
    let mut text = heading(history);
    let hidden = match detail {
        Detail::Full => 0,
        Detail::Recent => history.migrations.len().saturating_sub(RECENT),
    };
    let (older, recent) = history.migrations.split_at(hidden);
    let needy: Vec<_> = older.iter().filter(|m| asks(m)).collect();
    if older.len() > needy.len() {
        let line = format!("  … {} fine; --all lists them\n", count(older.len() - needy.len(), "older one"));
        text.push_str(&in_style(DIM, line));
    }
    for migration in needy.into_iter().chain(recent) {
        text.push_str(&row(migration));
        if detail == Detail::Full {
            text.push_str(&notes(migration, usize::MAX));
        }
    }
    text.push('\n');
    text
}

/// The file is not as it should be, or a person has to finish it.
pub fn asks(migration: &MigrationReport) -> bool {
    migration.up_changed
        || migration.grade == Some(unmigrate_kernel::Grade::Manual)
        || matches!(migration.state, State::Stale | State::Missing | State::Misplaced | State::Outdated)
}

/// `  lossy     0003_drop_pager   stale: …`
pub fn row(migration: &MigrationReport) -> String {
    let grade = padded(style::grade(migration.grade), style::grade_word(migration.grade), 8);
    let state = match state_words(migration) {
        Some(words) => format!("  {}", in_style(style::state(migration.state), words)),
        None => String::new(),
    };
    format!("  {grade}  {}{state}\n", name(&migration.name))
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

/// The notes under a migration, those of one place together.
pub fn notes(migration: &MigrationReport, most: usize) -> String {
    let mut text = String::new();
    let shown = &migration.notes[..migration.notes.len().min(most)];
    for place in shown.chunk_by(|a, b| a.line == b.line && a.file == b.file) {
        place.iter().for_each(|n| text.push_str(&note(n)));
        let at = format!("{}:{}", name(&place[0].file), place[0].line);
        text.push_str(&format!("              {}\n", in_style(DIM, at)));
    }
    if shown.len() < migration.notes.len() {
        let rest = count(migration.notes.len() - shown.len(), "more note");
        text.push_str(&format!("              {}\n", in_style(DIM, format!("… {rest}"))));
    }
    text
}

/// The notes that a list shows.
pub fn some_notes(migration: &MigrationReport) -> String {
    notes(migration, NOTES)
}

fn note(note: &NoteReport) -> String {
    let words = padded(LOOK, note.kind.words(), NoteKind::Approximate.words().len());
    let many = note.count.map_or(String::new(), |n| format!(" ({n})"));
    format!("    {words}  {}{many}  {}\n", in_style(BOLD, name(&note.object)), note.detail)
}
