//! What `check --fix` writes, as diffs, and what it leaves.

use super::plain;
use crate::output::human::style::{BAD, BOLD, DIM, GOOD, LOOK, NAME, in_style, name};
use std::collections::BTreeMap;
use unmigrate_app::check::{FixState, Fixed, FixedFile, Fixes};

/// The diff of every file; of snapshots, which tools write, only that they are made.
pub fn diffs(fixes: &Fixes) -> String {
    fixes.files.iter().map(one).collect()
}

fn one(file: &FixedFile) -> String {
    if file.file.ends_with("snapshot.json") {
        return format!("{}\n\n", in_style(DIM, format!("{} {}", file.change, plain(&file.file))));
    }
    let line = |line: &str| {
        let style = match line.as_bytes() {
            [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => BOLD,
            [b'+', ..] => GOOD,
            [b'-', ..] => BAD,
            [b'@', ..] => DIM,
            _ => return format!("{}\n", plain(line.trim_end_matches('\r'))),
        };
        format!("{}\n", in_style(style, plain(line.trim_end_matches('\r'))))
    };
    format!("{}\n", file.diff.split('\n').map(line).collect::<String>().trim_end_matches('\n').to_owned() + "\n")
}

/// What became of each fix: those that are done or would be, then why the others are not.
pub fn told(fixes: &Fixes) -> String {
    let done = |f: &&Fixed| matches!(f.state, FixState::Planned | FixState::Written);
    let mut text: String = fixes.fixes.iter().filter(done).map(told_one).collect();
    let asks = fixes.fixes.iter().filter(|f| f.state == FixState::Asks);
    for fix in asks {
        let words = fix.why.as_deref().unwrap_or_default();
        text.push_str(&format!("{} {}:{}  {}\n", in_style(LOOK, "asks"), name(&fix.file), fix.line, plain(&fix.title)));
        text.push_str(&format!("  {}   says that it is meant\n", in_style(NAME, plain(words))));
    }
    let mut left: BTreeMap<&str, Vec<&Fixed>> = BTreeMap::new();
    for fix in fixes.fixes.iter().filter(|f| f.state == FixState::Refused) {
        left.entry(fix.why.as_deref().unwrap_or_default()).or_default().push(fix);
    }
    for (why, all) in left {
        let place = format!("{}:{}", all[0].file, all[0].line);
        let more = if all.len() > 1 { format!(" and {} more", all.len() - 1) } else { String::new() };
        let first = format!("{} ({})", name(&place), all[0].rule);
        text.push_str(&format!("{} {first}{more}: {}\n", in_style(DIM, "left"), plain(why)));
    }
    text
}

fn told_one(fix: &Fixed) -> String {
    let word = if fix.state == FixState::Written { "fixed" } else { "would fix" };
    let place = format!("{}:{}", fix.file, fix.line);
    format!("{} {} {}  {}\n", in_style(GOOD, word), name(&place), in_style(DIM, fix.rule), plain(&fix.title))
}
