//! What `generate` says: a line per history, and the migrations that need a look.

use super::migrations::{asks, row, some_notes};
use super::problems::problems;
use super::style::{self, BOLD, DIM, NAME, count, in_style, name};
use unmigrate_app::{HistoryReport, MigrationReport, Report, State};
use unmigrate_kernel::Grade;

/// How many migrations are named; the newest are.
const NAMED: usize = 10;

/// `prisma/migrations  Prisma · PostgreSQL`
pub fn heading(history: &HistoryReport) -> String {
    let what = format!("{} · {}", style::tool(history.tool), style::dialect(history.dialect));
    format!("{}  {}\n", in_style(BOLD, name(&history.dir)), in_style(DIM, what))
}

/// The result of `generate`.
pub fn generated(report: &Report, check: bool) -> String {
    report.histories.iter().map(|h| history(h, check)).collect()
}

fn history(history: &HistoryReport, check: bool) -> String {
    let mut text = heading(history);
    text.push_str(&format!("  {}\n", files(&history.migrations, check)));
    let grades = grades(&history.migrations);
    if !grades.is_empty() {
        text.push_str(&format!("  {grades}\n"));
    }
    let looks: Vec<_> = history.migrations.iter().filter(|m| needs_a_look(m)).collect();
    let hidden = looks.len().saturating_sub(NAMED);
    if !looks.is_empty() {
        text.push('\n');
    }
    if hidden > 0 {
        text.push_str(&format!("  {}\n", in_style(DIM, format!("… {} older; status --all lists them", hidden))));
    }
    for migration in &looks[hidden..] {
        text.push_str(&row(migration));
        text.push_str(&some_notes(migration));
    }
    text.push('\n');
    text
}

/// News of this run, or something that will not go away by itself.
fn needs_a_look(migration: &MigrationReport) -> bool {
    match migration.state {
        State::Written => migration.grade != Some(Grade::Lossless),
        State::Edited => migration.up_changed,
        _ => asks(migration),
    }
}

/// `2 written, 4 unchanged`
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

/// What `generate` has to say beside its result: problems, and what to do next.
pub fn after_generate(report: &Report, check: bool) -> String {
    let mut text = problems(&report.problems);
    if check && report.would_change() {
        text.push_str(&hint("unmigrate generate", "writes them"));
    }
    let any = |state| report.migrations().any(|m| m.state == state);
    if report.migrations().any(|m| m.up_changed) {
        text.push_str(&hint("unmigrate generate --force <name>", "writes an edited rollback again, without the edits"));
    }
    if any(State::Outdated) {
        text.push_str(&hint("unmigrate generate --outdated", "writes what this version would write differently"));
    }
    text
}

/// What `status` has to say beside its result.
pub fn after_status(report: &Report) -> String {
    let mut text = problems(&report.problems);
    if report.would_change() {
        let n = report
            .migrations()
            .filter(|m| matches!(m.state, State::Stale | State::Missing | State::Misplaced))
            .count();
        text.push_str(&hint("unmigrate generate", &format!("writes {}", count(n, "rollback"))));
    }
    text
}

fn hint(command: &str, what: &str) -> String {
    format!("{}  {}\n", in_style(NAME, command), in_style(DIM, what))
}
