//! The migration that takes others back.

use super::migrations::notes;
use super::style::{BOLD, DIM, GOOD, NAME, in_style, name};
use unmigrate_app::revert::RevertReport;

/// What was written; the text itself where it was not.
pub fn report(report: &RevertReport) -> String {
    let word = if report.written { in_style(GOOD, "written") } else { in_style(GOOD, "dry run: not written") };
    let back = report.reverts.iter().map(|one| name(one)).collect::<Vec<_>>().join(", ");
    let mut text = format!("{word}  {}  takes back {back}\n", in_style(BOLD, name(&report.name)));
    for file in &report.files {
        text.push_str(&format!("    {}\n", in_style(DIM, name(file))));
    }
    text.push_str(&notes(&report.notes, usize::MAX));
    if !report.written {
        text.push('\n');
        for line in report.sql.lines() {
            text.push_str(&format!("    {}\n", name(line)));
        }
    }
    text
}

/// What is left to do.
pub fn next(report: &RevertReport) -> String {
    let mut text: String =
        report.next.iter().map(|one| format!("  {} {}\n", in_style(DIM, "next"), name(one))).collect();
    if report.written {
        let verify = in_style(NAME, "unmigrate generate && unmigrate verify");
        text.push_str(&format!("{verify}  {}\n", in_style(DIM, "writes and proves the way back of this one")));
    }
    text
}
