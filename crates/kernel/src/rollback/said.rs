//! What a rollback file says of itself: the notes in its comments, read back.

use super::{Note, NoteKind};

/// The notes in the comments of a rollback, as [`body`](super::body) writes them: `-- gone users.email: .. (line 3)`,
/// and below it `--   how many: SELECT ..`. A file that a person edited is read the same way; what is no such line is
/// no note.
pub fn said(body: &str) -> Vec<Note> {
    let mut out: Vec<Note> = Vec::new();
    let mut above = false;
    for line in body.lines().map(str::trim_end) {
        let question = line.strip_prefix("--   how many: ").filter(|_| above);
        match (question, out.last_mut()) {
            (Some(question), Some(note)) => note.question = Some(question.to_owned()),
            _ => {
                let note = line.strip_prefix("-- ").and_then(note);
                above = note.is_some();
                out.extend(note);
            }
        }
    }
    out
}

fn note(text: &str) -> Option<Note> {
    use NoteKind::*;
    let kinds = [Approximate, MayRefuse, Discards, Gone, ByHand];
    let (kind, rest) = kinds.into_iter().find_map(|k| Some((k, text.strip_prefix(k.words())?.strip_prefix(' ')?)))?;
    let (object, detail) = rest.split_once(": ")?;
    let (detail, line) = detail.rsplit_once(" (line ")?;
    let line = line.strip_suffix(')')?.parse().ok()?;
    Some(Note { kind, object: object.to_owned(), detail: detail.to_owned(), line, question: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dialect, History, Migration, rollbacks};

    fn migration(name: &str, sql: &str) -> Migration {
        Migration {
            name: name.into(),
            file: name.into(),
            sql: sql.into(),
            breakpoints: false,
            snapshot_before: None,
            observed: vec![],
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let up = "ALTER TABLE t DROP COLUMN b;\nALTER TABLE t ADD COLUMN c int;\nUPDATE t SET a = 2;";
        let migrations = vec![migration("a", "CREATE TABLE t (a int, b text NOT NULL);"), migration("b", up)];
        let rollback = rollbacks(&History { dialect: Dialect::Postgres, server: None, migrations }).pop().unwrap();
        assert!(rollback.notes.len() == 4, "{:?}", rollback.notes);
        let mut read = said(&rollback.body);
        // In the file, a note stands above its statement.
        read.sort_by_key(|n| (n.line, n.kind, n.object.clone()));
        let mut notes = rollback.notes;
        notes.sort_by_key(|n| (n.line, n.kind, n.object.clone()));
        assert_eq!(read, notes);
    }

    #[test]
    fn other_comments_are_none() {
        assert_eq!(said("-- gone fishing\n-- Undoes x\n--   how many: SELECT 1\n-- lossy: no\nSELECT 1;"), []);
    }
}
