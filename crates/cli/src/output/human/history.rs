//! One history: where it is, how its files stand, and the migrations to be shown.

use super::migrations::{asks, rows, rows_with_notes};
use super::style::{self, BOLD, DIM, count, in_style, name};
use unmigrate_app::{HistoryReport, MigrationReport, Report, State};
use unmigrate_kernel::Grade;

/// How many migrations one screen shows, shared out among the histories.
const SCREEN: usize = 40;
/// How many of one history are shown: its end, where people work.
const RECENT: usize = 20;
/// And how many of each there always are.
const LEAST: usize = 3;

/// How much `status` tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The latest migrations.
    Recent,
    /// All of them with all of their notes.
    Full,
}

/// Every history with its migrations: the result of `status`.
pub fn status(report: &Report, detail: Detail) -> String {
    let most = share(report);
    report.histories.iter().map(|h| standing(h, detail, most)).collect()
}

/// Every history with what is new and what needs a look: the result of `generate`.
pub fn generated(report: &Report, check: bool) -> String {
    let most = share(report) / 2 + 1;
    report.histories.iter().map(|h| outcome(h, check, most)).collect()
}

fn share(report: &Report) -> usize {
    (SCREEN / report.histories.len().max(1)).clamp(LEAST, RECENT)
}

pub(super) fn standing(history: &HistoryReport, detail: Detail, most: usize) -> String {
    let all = &history.migrations;
    let hidden = if detail == Detail::Full { 0 } else { all.len().saturating_sub(most) };
    let mut text = head(history, false) + "\n";
    if hidden > 0 {
        let asking = all[..hidden].iter().filter(|m| asks(m)).count();
        let more = if asking > 0 { format!(", {asking} of them need a look") } else { String::new() };
        text.push_str(&aside(&format!("… {}{more}; --all lists them", count(hidden, "older one"))));
    }
    text.push_str(&rows(all[hidden..].iter(), if detail == Detail::Full { usize::MAX } else { 0 }));
    with_blank_line(text) + &super::standing::standing(history, detail == Detail::Full)
}

pub(super) fn outcome(history: &HistoryReport, check: bool, most: usize) -> String {
    let looks: Vec<_> = history.migrations.iter().filter(|m| needs_a_look(m)).collect();
    let hidden = looks.len().saturating_sub(most);
    let mut text = head(history, check);
    if !looks.is_empty() {
        text.push('\n');
    }
    if hidden > 0 {
        text.push_str(&aside(&format!("… {}; unmigrate status --all lists them", count(hidden, "older one"))));
    }
    text.push_str(&rows_with_notes(looks[hidden..].iter().copied()));
    with_blank_line(text)
}

/// Notes end in a blank line already.
fn with_blank_line(text: String) -> String {
    if text.ends_with("\n\n") { text } else { text + "\n" }
}

fn aside(words: &str) -> String {
    format!("  {}\n", in_style(DIM, words))
}

/// News of this run, or something that will not go away by itself.
fn needs_a_look(migration: &MigrationReport) -> bool {
    match migration.state {
        State::Written => migration.grade != Some(Grade::Lossless),
        State::Edited => migration.up_changed,
        _ => asks(migration),
    }
}

/// `prisma/migrations  Prisma · PostgreSQL`, and below it the counts.
fn head(history: &HistoryReport, check: bool) -> String {
    let what = format!("{} · {}", style::tool(history.tool), style::dialect(history.dialect));
    let (files, grades) = (files(&history.migrations, check), grades(&history.migrations));
    let title = in_style(BOLD, name(&history.dir));
    let gap = if history.migrations.is_empty() { "" } else { "  " };
    format!("{title}  {}\n  {files}{gap}{grades}\n", in_style(DIM, what))
}

/// `2 written, 4 unchanged:`
fn files(migrations: &[MigrationReport], check: bool) -> String {
    const STATES: [State; 7] = [
        State::Written,
        State::Unchanged,
        State::Edited,
        State::Outdated,
        State::Stale,
        State::Missing,
        State::Misplaced,
    ];
    let parts: Vec<String> = STATES
        .into_iter()
        .filter_map(|state| {
            let n = migrations.iter().filter(|m| m.state == state).count();
            (n > 0).then(|| in_style(style::state(state), format!("{n} {}", state_word(state, check))))
        })
        .collect();
    if parts.is_empty() { "no migrations".into() } else { parts.join(", ") }
}

fn state_word(state: State, check: bool) -> &'static str {
    match state {
        State::Missing if check => "to write",
        State::Edited => "edited by hand",
        other => other.word(),
    }
}

/// `3 lossless, 1 lossy`
fn grades(migrations: &[MigrationReport]) -> String {
    let parts: Vec<String> = [Some(Grade::Lossless), Some(Grade::Lossy), Some(Grade::Manual), None]
        .into_iter()
        .filter_map(|grade| {
            let n = migrations.iter().filter(|m| m.grade == grade).count();
            (n > 0).then(|| in_style(style::grade(grade), format!("{n} {}", style::grade_word(grade))))
        })
        .collect();
    parts.join(", ")
}
