//! What a rollback says that it does not give back.

use crate::catalog::Name;
use crate::rollback::{Note, NoteKind};

/// Tables and columns in which rows may differ, because the rollback's file names them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forgiven {
    /// Objects whose values are lost: `users`, `auth.users.email`, `audit()`.
    lost: Vec<String>,
    /// Tables in which rows stay that were not there before.
    left: Vec<String>,
}

impl Forgiven {
    /// What the notes name: what is gone, and rows that are left for a person to take out.
    pub fn of(notes: &[Note]) -> Forgiven {
        let objects = |kind| notes.iter().filter(move |n| n.kind == kind).map(|n| n.object.clone());
        Forgiven { lost: objects(NoteKind::Gone).collect(), left: objects(NoteKind::ByHand).collect() }
    }

    /// May anything be different in this table? What a function of the history's own did to rows, a file can only say.
    pub fn table(&self, table: &Name) -> bool {
        self.lost.iter().any(|object| object.ends_with("()") || about(object, table) == Some(""))
    }

    /// May the values of this column be different?
    pub fn column(&self, table: &Name, column: &str) -> bool {
        self.table(table) || self.lost.iter().any(|object| about(object, table) == Some(column))
    }

    /// May rows be there that were not?
    pub fn more_rows(&self, table: &Name) -> bool {
        self.table(table) || self.left.iter().any(|object| about(object, table) == Some(""))
    }
}

/// The column of a table that an object's name names; empty for the table itself.
fn about<'a>(object: &'a str, table: &Name) -> Option<&'a str> {
    let rest = object.strip_prefix(&table.to_string())?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('.') }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(kind: NoteKind, object: &str) -> Note {
        Note { kind, object: object.into(), detail: String::new(), line: 1, question: None }
    }

    #[test]
    fn what_notes_name() {
        let notes = [
            note(NoteKind::Gone, "users.email"),
            note(NoteKind::Gone, "auth.log"),
            note(NoteKind::ByHand, "plan"),
            note(NoteKind::Discards, "discarded"),
        ];
        let forgiven = Forgiven::of(&notes);
        let name = |schema: &str, name: &str| Name { schema: schema.into(), name: name.into() };
        assert!(forgiven.column(&name("", "users"), "email"));
        assert!(!forgiven.column(&name("", "users"), "name"));
        assert!(!forgiven.table(&name("", "users")));
        assert!(!forgiven.column(&name("", "user"), "email"));
        assert!(forgiven.table(&name("auth", "log")));
        assert!(!forgiven.table(&name("", "log")));
        assert!(forgiven.more_rows(&name("", "plan")) && !forgiven.table(&name("", "plan")));
        assert!(!forgiven.table(&name("", "discarded")));
        assert!(Forgiven::of(&[note(NoteKind::Gone, "audit()")]).table(&name("", "users")));
    }
}
