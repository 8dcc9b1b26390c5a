//! The findings of `check`, one file per format.

pub mod fixes;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod junit;
pub mod markdown;
pub mod sarif;
#[cfg(test)]
mod tests;

use unmigrate_app::check::{CheckReport, Severity};

/// `3 errors, 1 warning`
pub fn counts(report: &CheckReport) -> String {
    let one = |severity: Severity| {
        let n = report.count(severity);
        let s = if n == 1 { "" } else { "s" };
        (n > 0).then(|| format!("{n} {}{s}", severity.word()))
    };
    let all: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note].into_iter().filter_map(one).collect();
    if all.is_empty() { "nothing found".into() } else { all.join(", ") }
}

/// `in 2 of 48 migrations (those that changed since origin/main)`
pub fn scope(report: &CheckReport) -> String {
    let checked: usize = report.histories.iter().map(|h| h.checked).sum();
    let all: usize = report.histories.iter().map(|h| h.migrations).sum();
    let noun = if all == 1 { "migration" } else { "migrations" };
    match &report.since {
        Some(since) => format!("in {checked} of {all} {noun} (those that changed since {})", since.reference),
        None if checked == all => format!("in {all} {noun}"),
        None => format!("in {checked} of {all} {noun}"),
    }
}

/// A text in one line, without what could command a terminal or a page.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
