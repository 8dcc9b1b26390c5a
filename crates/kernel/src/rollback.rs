//! The result of inverting one migration: the text of its rollback, and what is to be said of it.

use crate::History;

/// What undoing the migration right after running it gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// The schema and every row.
    Lossless,
    /// The schema; some rows or values are not what they were, each named.
    Lossy,
    /// Some part needs a person; the file's first executed statement fails.
    Manual,
}

impl Grade {
    /// The word that files, terminal and JSON use.
    pub fn word(self) -> &'static str {
        match self {
            Grade::Lossless => "lossless",
            Grade::Lossy => "lossy",
            Grade::Manual => "manual",
        }
    }
}

/// What is said beside the grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// The shape returns, not its exact form (column order).
    Approximate,
    /// Today's rows may forbid the rollback.
    MayRefuse,
    /// Rolling back destroys what was written since.
    Discards,
    /// The migration destroyed it already.
    Gone,
    /// A person has to do it.
    ByHand,
}

impl NoteKind {
    /// The words of files and terminal: `may refuse`.
    pub fn words(self) -> &'static str {
        match self {
            NoteKind::Approximate => "approximate",
            NoteKind::MayRefuse => "may refuse",
            NoteKind::Discards => "discards",
            NoteKind::Gone => "gone",
            NoteKind::ByHand => "by hand",
        }
    }

    /// The word of the JSON contract: `mayRefuse`.
    pub fn json(self) -> &'static str {
        match self {
            NoteKind::Approximate => "approximate",
            NoteKind::MayRefuse => "mayRefuse",
            NoteKind::Discards => "discards",
            NoteKind::Gone => "gone",
            NoteKind::ByHand => "byHand",
        }
    }
}

/// One thing to know about a rollback, with the object and the place in the up file that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Which of the five it is.
    pub kind: NoteKind,
    /// The object as people write it: `users.email`.
    pub object: String,
    /// Why, in one sentence without a full stop.
    pub detail: String,
    /// The line of the up file, from 1.
    pub line: usize,
    /// A query that tells how much it is about, where a database can be asked: one row, one number.
    pub question: Option<String>,
}

/// The inverse of one migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// What it gives back.
    pub grade: Grade,
    /// Everything below the head line, ending in a line feed: SQL and comments, runnable by hand as it stands.
    pub body: String,
    /// What of the catalog before the migration the body was derived from, as text to be hashed.
    pub base: String,
    /// What is lost, refused or left, in the order of the up file.
    pub notes: Vec<Note>,
}

/// Replays a whole history and inverts every migration, in the order of the history.
pub fn rollbacks(history: &History) -> Vec<Rollback> {
    history
        .migrations
        .iter()
        .map(|m| Rollback {
            grade: Grade::Manual,
            body: format!("-- {}: not inverted yet\n", m.name),
            base: String::new(),
            notes: vec![],
        })
        .collect()
}
