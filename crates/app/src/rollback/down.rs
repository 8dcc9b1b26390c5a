//! One rollback file: what stands in it, how it stands to its migration, and what it would take away today.

use super::refusal;
use crate::file::{Present, Wanted, compare};
use crate::report::{NoteReport, State};
use crate::{Problem, file::Standing};
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::rollback::said;
use unmigrate_kernel::{Grade, NoteKind, Rollback};
use unmigrate_sources::Source;

/// A rollback file that may be run.
pub struct Down {
    /// Its text.
    pub text: String,
    /// What it says that it gives back.
    pub grade: Option<Grade>,
    /// How it stands to its migration.
    pub state: State,
    /// What it says of itself.
    pub notes: Vec<NoteReport>,
}

/// Reads the file of the migration at this place of the history; `shown` is how messages name it.
///
/// # Errors
/// Where it may not be run: it is not there, not fresh, for a person to finish, or can't be read.
pub fn read(source: &Source, at: usize, wanted: &Rollback, shown: &str, force: bool) -> Result<Down, Problem> {
    let (migration, place) = (&source.history.migrations[at], &source.places[at]);
    let present = Present::at(&place.down).map_err(|why| refusal::unreadable(shown, &why))?;
    let wanted = (!place.refused).then(|| Wanted::new(&migration.sql, wanted));
    let Standing { state, grade, up_changed } = compare(&present, wanted.as_ref());
    let text = match present {
        Present::Text(text) => text,
        Present::Nothing => return Err(refusal::no_rollback(&migration.name, shown)),
        Present::Other(what) => return Err(refusal::no_text(shown, what)),
    };
    if (state == State::Stale || up_changed) && !force {
        return Err(refusal::stale(&migration.name, shown));
    }
    let notes = said(&text);
    if grade == Some(Grade::Manual) && is_untouched(state) {
        return Err(refusal::by_hand(&migration.name, shown));
    }
    let notes = notes.iter().map(|note| NoteReport::new(note, &migration.file)).collect();
    Ok(Down { text, grade, state, notes })
}

/// Nobody has finished it: the statement that stops it is still in there.
fn is_untouched(state: State) -> bool {
    state != State::Edited
}

impl Down {
    /// A person wrote it, or changed it.
    pub fn is_edited(&self) -> bool {
        self.state == State::Edited
    }
}

/// Asks each note's question. One that can't be answered today (a later migration renamed what it asks about) is left
/// without a count.
///
/// # Errors
/// Where the database does not answer at all, and where rows forbid the rollback.
pub fn count(db: &mut dyn Database, notes: &mut [NoteReport], name: &str, later: bool) -> Result<(), Problem> {
    for note in &mut *notes {
        let Some(question) = note.question.as_ref().filter(|_| note.kind != NoteKind::Gone) else { continue };
        match db.query(question) {
            Ok(answer) => note.count = answer.first().and_then(|count| count.parse().ok()),
            Err(Failure { kind: FailureKind::Refused, .. }) => note.count = None,
            Err(failure) => return Err(refusal::database(&failure)),
        }
    }
    // Rows that a later migration's own rollback changes first can't be judged yet.
    let forbids = |note: &&NoteReport| note.kind == NoteKind::MayRefuse && note.count.is_some_and(|count| count > 0);
    match notes.iter().find(forbids).filter(|_| !later) {
        Some(note) => Err(refusal::rows_forbid(name, &note.object, &note.detail, note.count.unwrap_or_default())),
        None => Ok(()),
    }
}
