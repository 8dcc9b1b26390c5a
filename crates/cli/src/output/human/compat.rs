//! Which clients break: a line per statement that does, under the migration from which on it does.

use super::problems::problems;
use super::style::{BAD, BOLD, DIM, GOOD, LOOK, NAME, in_style, name};
use unmigrate_app::compat::{ClientBreak, CompatHistory, CompatReport, Verdict};
use unmigrate_kernel::compat::{Certainty, Operation};

/// Every history and what breaks in it.
pub fn breaks(report: &CompatReport) -> String {
    report.histories.iter().map(|history| one(history, &report.app.reference)).collect()
}

fn one(history: &CompatHistory, reference: &str) -> String {
    let mut text = format!("{}\n", in_style(BOLD, name(&history.dir)));
    let mut last = "";
    for found in &history.breaks {
        if found.migration != last {
            text.push_str(&format!("  {}\n", in_style(NAME, name(&found.migration))));
            last = &found.migration;
        }
        text.push_str(&line(found));
    }
    let (style, words) = match history.verdict {
        Verdict::Works => (GOOD, "work"),
        Verdict::MayBreak => (LOOK, "may break, by what values there are,"),
        Verdict::Breaks => (BAD, "break"),
    };
    let since = match history.migrations {
        1 => "1 migration".to_owned(),
        count => format!("{count} migrations"),
    };
    let reference = name(reference);
    text.push_str(&format!("  clients built from {reference} {} after the {since} since\n", in_style(style, words)));
    if let Some(floor) = &history.floor {
        let names = if floor.names.is_empty() { String::new() } else { format!(" ({})", floor.names.join(", ")) };
        let short: String = floor.commit.chars().take(9).collect();
        let whole = if floor.first { "; there is none older" } else { "" };
        let words = format!("the oldest commit that works: {short} of {}{}{whole}", floor.date, name(&names));
        text.push_str(&format!("  {}\n", in_style(DIM, words)));
    }
    text
}

fn line(found: &ClientBreak) -> String {
    let operations: Vec<&str> = found.operations.iter().map(|o: &Operation| o.word()).collect();
    let (style, verb) = match found.when {
        Certainty::Values => (LOOK, "may break"),
        _ => (BAD, if operations.len() == 1 { "breaks" } else { "break" }),
    };
    let mended = if found.mended { in_style(DIM, ", until a later migration") } else { String::new() };
    let (table, why) = (name(&found.table), name(&found.message));
    format!("    {} of {table} {}{mended}: {why}\n", operations.join(", "), in_style(style, verb))
}

/// What could not be handled.
pub fn after(report: &CompatReport) -> String {
    problems(&report.problems)
}
