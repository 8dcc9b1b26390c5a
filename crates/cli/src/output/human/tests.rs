//! What people read, as they read it.

use super::history::{Detail, outcome, standing};
use crate::output::painted;
use unmigrate_app::{HistoryReport, MigrationReport, NoteReport, State};
use unmigrate_kernel::{Grade, NoteKind};

fn history(migrations: Vec<MigrationReport>) -> HistoryReport {
    HistoryReport { tool: "prisma", dialect: "postgresql", dir: "prisma/migrations".into(), migrations, database: None }
}

fn migration(name: &str, grade: Grade, state: State) -> MigrationReport {
    MigrationReport {
        name: name.into(),
        applied: None,
        standing: None,
        edited_after_applied: false,
        up: format!("prisma/migrations/{name}/migration.sql"),
        down: format!("prisma/migrations/{name}/down.sql"),
        grade: Some(grade),
        state,
        up_changed: false,
        notes: vec![],
    }
}

fn note(kind: NoteKind, object: &str, detail: &str, line: usize) -> NoteReport {
    NoteReport {
        kind,
        object: object.into(),
        detail: detail.into(),
        file: "prisma/migrations/2_drop/migration.sql".into(),
        line,
        question: None,
        count: None,
    }
}

fn mixed() -> HistoryReport {
    let mut lossy = migration("2_drop", Grade::Lossy, State::Written);
    lossy.notes = vec![
        note(NoteKind::Gone, "customers.nickname", "its values went with the column", 2),
        note(NoteKind::MayRefuse, "customers.nickname", "NOT NULL without a default", 2),
        note(NoteKind::Approximate, "customers", "the column comes back as the last one", 5),
    ];
    let mut edited = migration("3_view", Grade::Lossless, State::Edited);
    edited.up_changed = true;
    history(vec![
        migration("1_init", Grade::Lossless, State::Written),
        lossy,
        edited,
        migration("4_add_a_long_name", Grade::Manual, State::Stale),
    ])
}

#[test]
fn generate_names_what_is_new_and_what_needs_a_look() {
    let expected = "\
prisma/migrations  Prisma · PostgreSQL
  2 written, 1 edited by hand, 1 stale  2 lossless, 1 lossy, 1 manual

  lossy     2_drop
    gone         customers.nickname  its values went with the column
    may refuse   customers.nickname  NOT NULL without a default
                 prisma/migrations/2_drop/migration.sql:2
    approximate  customers  the column comes back as the last one
                 prisma/migrations/2_drop/migration.sql:5

  lossless  3_view             edited, and the migration changed since
  manual    4_add_a_long_name  stale: the migration, or one before it, changed

";
    assert_eq!(painted(&outcome(&mixed(), false, 10), false), expected);
}

#[test]
fn status_lists_every_migration_and_notes_only_in_full() {
    let text = standing(&mixed(), Detail::Recent, 10);
    let text = painted(&text, false);
    assert!(text.contains("\n  lossless  1_init\n") && text.contains("\n  lossy     2_drop\n"), "{text}");
    assert!(!text.contains("gone"));
    assert!(standing(&mixed(), Detail::Full, 10).contains("its values went with the column"));
}

#[test]
fn a_long_history_shows_its_end_and_counts_the_rest() {
    let mut all: Vec<_> = (0..400).map(|i| migration(&format!("{i:04}"), Grade::Lossless, State::Unchanged)).collect();
    all[7].state = State::Missing;
    let text = standing(&history(all), Detail::Recent, 20);
    let text = painted(&text, false);
    assert_eq!(text.matches("lossless  0").count(), 20);
    assert!(text.contains("  … 380 older ones, 1 of them need a look; --all lists them\n"), "{text}");
    assert!(text.contains("0399") && !text.contains("0379"));
}

#[test]
fn an_unchanged_history_is_two_lines() {
    let all = vec![
        migration("1_init", Grade::Lossless, State::Unchanged),
        migration("2_drop", Grade::Lossy, State::Unchanged),
    ];
    let text = outcome(&history(all), false, 10);
    assert_eq!(painted(&text, false), "prisma/migrations  Prisma · PostgreSQL\n  2 unchanged  1 lossless, 1 lossy\n\n");
}
