//! What is said beside a result: problems, and what to do next.

use super::problems::problems;
use super::style::{DIM, NAME, in_style};
use unmigrate_app::{Report, State};

/// Beside the result of `generate`.
pub fn after_generate(report: &Report, check: bool) -> String {
    let mut text = problems(&report.problems);
    if check && report.would_change() {
        text.push_str(&hint("unmigrate generate", "writes them"));
    }
    if report.migrations().any(|m| m.up_changed) {
        text.push_str(&hint(
            "unmigrate generate --force <migration>",
            "writes an edited rollback again, without the edits",
        ));
    }
    if report.migrations().any(|m| m.state == State::Outdated) {
        text.push_str(&hint("unmigrate generate --outdated", "writes what this version would write differently"));
    }
    text
}

/// Beside the result of `status`.
pub fn after_status(report: &Report) -> String {
    let mut text = problems(&report.problems);
    if report.would_change() {
        text.push_str(&hint("unmigrate generate", "writes what is missing or stale"));
    }
    text
}

fn hint(command: &str, what: &str) -> String {
    format!("{}  {}\n", in_style(NAME, command), in_style(DIM, what))
}
