//! A rollback file: what it should hold, what it holds, and how the two stand to each other.

use crate::State;
use crate::head::{Digest, Head};
use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::Path;
use unmigrate_kernel::{Grade, Rollback};

/// What a rollback file should hold.
pub struct Wanted {
    head: Head,
    text: String,
}

impl Wanted {
    /// The file for a migration's text and its rollback.
    pub fn new(up: &str, rollback: &Rollback) -> Wanted {
        let body = lines_as_lf(&rollback.body);
        let head = Head {
            grade: rollback.grade,
            up: Digest::of(up),
            body: Digest::of(&body),
            base: Digest::of(&rollback.base),
        };
        Wanted { head, text: format!("{head}\n{body}") }
    }

    /// The whole file.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What lies at a place.
pub enum Present {
    /// Nothing.
    Nothing,
    /// A file with this text.
    Text(String),
    /// A link, a folder or bytes that are no text: nothing of ours, and what it is.
    Other(&'static str),
}

impl Present {
    /// Looks at a place, following no link.
    ///
    /// # Errors
    /// Where something is there and can't be read.
    pub fn at(path: &Path) -> io::Result<Present> {
        let about = match fs::symlink_metadata(path) {
            Ok(about) => about,
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(Present::Nothing);
            }
            Err(e) => return Err(e),
        };
        if about.is_symlink() {
            return Ok(Present::Other("a symbolic link"));
        }
        if !about.is_file() {
            return Ok(Present::Other("not a file"));
        }
        let text = String::from_utf8(fs::read(path)?);
        Ok(text.map_or(Present::Other("not UTF-8 text"), Present::Text))
    }

    /// Written by us, and nobody has changed it since.
    pub fn is_ours(&self) -> bool {
        let Present::Text(text) = self else { return false };
        let (head, body) = parts(text);
        head.is_some_and(|head| head.body == Digest::of(body))
    }
}

/// How a file stands to what it should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Any state but `written` and `misplaced`.
    pub state: State,
    /// What the rollback at hand gives back; none where a person wrote it and does not say.
    pub grade: Option<Grade>,
    /// A person edited it, and what it was made from has changed since.
    pub up_changed: bool,
}

/// Compares a file with what it should hold. With nothing wanted (the migration can't be read) a file of ours is stale.
pub fn compare(present: &Present, wanted: Option<&Wanted>) -> Standing {
    let grade = wanted.map(|w| w.head.grade);
    let standing = |state, grade| Standing { state, grade, up_changed: false };
    let text = match present {
        Present::Nothing => return standing(State::Missing, grade),
        Present::Other(_) => return standing(State::Edited, None),
        Present::Text(text) => text,
    };
    let (head, body) = parts(text);
    let Some(head) = head else {
        return standing(State::Edited, None);
    };
    let current = wanted.is_some_and(|w| w.head.up == head.up && w.head.base == head.base);
    if head.body != Digest::of(body) {
        return Standing { state: State::Edited, grade: Some(head.grade), up_changed: !current };
    }
    match wanted {
        Some(wanted) if current && *without_bom(text) == wanted.text => standing(State::Unchanged, grade),
        Some(wanted) if current && lines_as_lf(without_bom(text)) == wanted.text => standing(State::Unchanged, grade),
        Some(_) if current => standing(State::Outdated, Some(head.grade)),
        _ => standing(State::Stale, grade),
    }
}

/// The head, where there is one, and what follows the first line.
fn parts(text: &str) -> (Option<Head>, &str) {
    let (first, body) = without_bom(text).split_once('\n').unwrap_or((text, ""));
    (Head::parse(first.strip_suffix('\r').unwrap_or(first)), body)
}

/// Editors put one there; it is no edit.
fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn lines_as_lf(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") { text.replace("\r\n", "\n").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rollback(body: &str, base: &str) -> Rollback {
        Rollback { grade: Grade::Lossless, body: body.into(), base: base.into(), notes: vec![] }
    }

    fn state(text: &str, wanted: &Wanted) -> (State, bool) {
        let standing = compare(&Present::Text(text.to_owned()), Some(wanted));
        (standing.state, standing.up_changed)
    }

    #[test]
    fn every_state() {
        let wanted = Wanted::new("up", &rollback("DROP TABLE t;\n", "b"));
        let text = wanted.text();
        assert_eq!(state(text, &wanted), (State::Unchanged, false));
        assert_eq!(state(&text.replace('\n', "\r\n"), &wanted), (State::Unchanged, false));
        assert_eq!(state(&format!("\u{feff}{text}"), &wanted), (State::Unchanged, false));
        assert_eq!(state(&text.replace("TABLE", "VIEW"), &wanted), (State::Edited, false));
        assert_eq!(state("DROP TABLE t;", &wanted), (State::Edited, false));
        assert_eq!(state("", &wanted), (State::Edited, false));
        assert_eq!(state(text, &Wanted::new("up 2", &rollback("DROP TABLE t;\n", "b"))), (State::Stale, false));
        assert_eq!(state(text, &Wanted::new("up", &rollback("DROP TABLE t;\n", "c"))), (State::Stale, false));
        assert_eq!(state(text, &Wanted::new("up", &rollback("DROP TABLE \"t\";\n", "b"))), (State::Outdated, false));
        let edited = text.replace("TABLE", "VIEW");
        assert_eq!(state(&edited, &Wanted::new("up 2", &rollback("", "b"))), (State::Edited, true));
        assert_eq!(compare(&Present::Nothing, Some(&wanted)).state, State::Missing);
        assert_eq!(compare(&Present::Text(text.to_owned()), None).state, State::Stale);
    }

    #[test]
    fn an_edited_file_keeps_its_own_grade() {
        let wanted = Wanted::new("up", &rollback("DROP TABLE t;\n", "b"));
        let text = wanted.text().replacen("lossless", "lossy", 1).replace("TABLE", "VIEW");
        assert_eq!(compare(&Present::Text(text), Some(&wanted)).grade, Some(Grade::Lossy));
    }
}
