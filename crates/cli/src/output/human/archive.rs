//! What is kept, and what was done with it.

use super::rollback::{database, size};
use super::style::{BOLD, DIM, GOOD, LOOK, count, in_style, name};
use unmigrate_app::archive::{Action, ArchiveListing, EntryReport};

/// Which database, and the copies that it is about.
pub fn listing(report: &ArchiveListing) -> String {
    let verb = match report.action {
        Action::List => "kept",
        Action::Restore => "archive restore",
        Action::Drop => "archive drop",
    };
    let mut text = database(verb, &report.target);
    if report.entries.is_empty() {
        text.push_str("  nothing is kept\n");
        return text;
    }
    report.entries.iter().for_each(|entry| text.push_str(&row(entry)));
    let rows: u64 = report.entries.iter().map(|e| e.entry.rows).sum();
    let bytes: u64 = report.entries.iter().filter_map(|e| e.entry.bytes).sum();
    let all = count(usize::try_from(rows).unwrap_or(usize::MAX), "row");
    let takes = if bytes > 0 { format!(", {}", size(bytes)) } else { String::new() };
    text.push_str(&format!("\n  {}\n", in_style(DIM, format!("{all}{takes}, in {}", name(&report.place)))));
    text
}

/// `  kept_20260101_0_1  users: bio  40 rows, 8 kB, 3 days  of 0003_drop_bio`
fn row(report: &EntryReport) -> String {
    let entry = &report.entry;
    let what = if entry.columns.is_empty() { entry.kind.word().to_owned() } else { entry.columns.join(", ") };
    let rows = count(usize::try_from(entry.rows).unwrap_or(usize::MAX), "row");
    let takes = entry.bytes.map_or_else(String::new, |bytes| format!(", {}", size(bytes)));
    let back = if entry.restored.is_some() { in_style(GOOD, "  put back") } else { String::new() };
    format!(
        "  {}  {}: {}\n    {}{back}\n",
        in_style(BOLD, name(&entry.id)),
        name(&entry.table),
        name(&what),
        in_style(DIM, format!("{rows}{takes}, {}, of {}", age(report.age), name(&entry.migration)))
    )
}

fn age(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s old"),
        120..7200 => format!("{} min old", seconds / 60),
        7200..172_800 => format!("{} h old", seconds / 3600),
        _ => format!("{} days old", seconds / 86_400),
    }
}

/// What was done.
pub fn outcome(report: &ArchiveListing, dry_run: bool) -> String {
    if report.action == Action::List {
        return String::new();
    }
    if dry_run {
        return format!("\n{} nothing was changed\n", in_style(GOOD, "dry run:"));
    }
    let mut text = String::from("\n");
    for entry in &report.entries {
        if let Some(back) = entry.put_back {
            let more = match (back.gone, back.new) {
                (0, 0) => String::new(),
                (gone, 0) => format!("; {gone} are no longer there"),
                (0, new) => format!("; {new} came since, and keep what they have"),
                (gone, new) => format!("; {gone} are no longer there, {new} came since"),
            };
            let restored = count(usize::try_from(back.restored).unwrap_or(usize::MAX), "row");
            text.push_str(&format!(
                "{} {}: {restored}{}\n",
                in_style(GOOD, "put back"),
                name(&entry.entry.id),
                in_style(LOOK, more)
            ));
        }
        if entry.dropped {
            text.push_str(&format!("{} {}\n", in_style(GOOD, "deleted"), name(&entry.entry.id)));
        }
    }
    text
}
