//! How a database stands to a history.

use super::style::{BAD, BOLD, DIM, GOOD, LOOK, in_style, name, padded};
use unmigrate_app::{DatabaseReport, HistoryReport, MigrationReport, Stands};

/// The database, how many migrations stand how, and those that are not simply applied; all of them where `full`.
pub fn standing(history: &HistoryReport, full: bool) -> String {
    let Some(database) = &history.database else { return String::new() };
    let mut text = head(database);
    let counts: Vec<String> = ALL
        .into_iter()
        .filter_map(|stands| {
            let n = history.migrations.iter().filter(|m| m.standing == Some(stands)).count();
            (n > 0).then(|| in_style(style(stands), format!("{n} {}", stands.words())))
        })
        .collect();
    if !counts.is_empty() {
        text.push_str(&format!("    {}\n", counts.join(", ")));
    }
    for migration in &history.migrations {
        text.push_str(&row(migration, full));
    }
    for row in &database.rows_without_file {
        let what = if row.applied { "applied, and not in the folder" } else { "not applied, and not in the folder" };
        text.push_str(&line(BAD, what, &row.name));
    }
    if let Some(why) = &database.blocked {
        text.push_str(&format!("    {} {}\n", in_style(BAD, "the next deploy stops:"), name(why)));
    }
    text + "\n"
}

const ALL: [Stands; 7] = [
    Stands::Applied,
    Stands::Marked,
    Stands::Replayed,
    Stands::Failed,
    Stands::RolledBack,
    Stands::Pending,
    Stands::Skipped,
];

fn style(stands: Stands) -> anstyle::Style {
    match stands {
        Stands::Applied | Stands::Marked => GOOD,
        Stands::Pending | Stands::RolledBack => LOOK,
        Stands::Replayed | Stands::Failed | Stands::Skipped => BAD,
    }
}

fn head(database: &DatabaseReport) -> String {
    let target = &database.target;
    let engine = in_style(DIM, format!("{} · {}", name(&target.engine), name(&target.class)));
    let mut text = format!("  on {}  {engine}\n", in_style(BOLD, name(&target.database)));
    if database.table.is_none() {
        text.push_str(&format!("    {}\n", in_style(LOOK, "the tool has never run here")));
    }
    text
}

fn row(migration: &MigrationReport, full: bool) -> String {
    let mut text = String::new();
    if let Some(stands) = migration.standing.filter(|s| full || !matches!(s, Stands::Applied | Stands::Marked)) {
        text.push_str(&line(style(stands), stands.words(), &migration.name));
    }
    if migration.edited_after_applied {
        text.push_str(&line(BAD, "edited after it was applied", &migration.name));
    }
    text
}

fn line(style: anstyle::Style, words: &str, migration: &str) -> String {
    format!("    {}  {}\n", padded(style, words, 11), name(migration))
}
