//! What `init` did, a line per file.

use super::problems::problems;
use super::style::{DIM, GOOD, LOOK, NAME, in_style, name, padded};
use unmigrate_app::init::{Change, InitFile, InitReport};

/// Each file and what became of it; in a dry run, what it would hold.
pub fn done(report: &InitReport) -> String {
    report.files.iter().map(|f| file(f, report.dry_run)).collect()
}

fn file(file: &InitFile, dry_run: bool) -> String {
    let (style, word) = match (file.change, dry_run) {
        (Change::Created, false) => (GOOD, "created"),
        (Change::Created, true) => (GOOD, "would create"),
        (Change::Edited, false) => (GOOD, "edited"),
        (Change::Edited, true) => (GOOD, "would edit"),
        (Change::Unchanged, _) => (DIM, "unchanged"),
        (Change::Left, _) => (LOOK, "left"),
    };
    let width = if dry_run { 12 } else { 9 };
    let mut text = format!("{}  {}\n", padded(style, word, width), in_style(NAME, name(&file.path)));
    let indent = " ".repeat(width + 2);
    for what in &file.what {
        text.push_str(&format!("{indent}{}\n", name(what)));
    }
    for line in file.add.iter().flat_map(|add| add.lines()) {
        text.push_str(&format!("{indent}{} {}\n", in_style(DIM, "add:"), name(line)));
    }
    if let (true, Some(whole)) = (dry_run && file.change == Change::Created, &file.text) {
        for line in whole.lines() {
            text.push_str(&format!("{indent}{} {}\n", in_style(DIM, "│"), name(line)));
        }
    }
    text
}

/// What is left for a person.
pub fn after(report: &InitReport) -> String {
    problems(&report.problems)
}
