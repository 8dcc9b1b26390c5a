//! The user's own files, to quote from: read when something in them is to be shown, and found again by line and words.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A longer file is not quoted from.
const LARGEST: u64 = 16 << 20;

/// Files below a working directory, each read once.
pub struct Files {
    cwd: PathBuf,
    read: RefCell<BTreeMap<String, Option<Rc<str>>>>,
}

impl Files {
    /// Paths start here.
    pub fn new(cwd: &Path) -> Files {
        Files { cwd: cwd.to_owned(), read: RefCell::default() }
    }

    /// The file's text, without a byte order mark and with LF at the end of lines. None where there is no such file, it is
    /// a link, or its text can't be read: then it is not quoted.
    pub fn text(&self, file: &str) -> Option<Rc<str>> {
        let mut read = self.read.borrow_mut();
        read.entry(file.to_owned()).or_insert_with(|| text_at(&self.cwd.join(file))).clone()
    }
}

fn text_at(path: &Path) -> Option<Rc<str>> {
    let about = fs::symlink_metadata(path).ok()?;
    if !about.is_file() || about.len() > LARGEST {
        return None;
    }
    Some(plain(&fs::read_to_string(path).ok()?).into())
}

/// A text as it is shown.
pub fn plain(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n")
}

/// Where in a text a statement stands that begins on `line` (from 1), in bytes. `statement` may be shortened (`…`) and
/// have other white space. None where the line says something else: the file is not the one that was judged any more.
pub fn place(text: &str, line: usize, statement: &str) -> Option<Range<usize>> {
    let start = line_start(text, line)?;
    let end = line_end(text, start);
    let begins = |at: &usize| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let places = text[start..end].char_indices().filter(|(_, c)| !c.is_whitespace()).map(|(at, _)| start + at);
    places.filter(begins).find_map(|at| Some(at..match_end(text, at, statement)?))
}

/// The first byte of a line, from 1.
pub fn line_start(text: &str, line: usize) -> Option<usize> {
    match line.checked_sub(2) {
        None => (line == 1).then_some(0),
        Some(before) => text.match_indices('\n').nth(before).map(|(at, _)| at + 1),
    }
}

/// The byte behind the last of the line that holds this one.
pub fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |n| at + n)
}

/// Where the statement that begins at `at` ends, if it stands there.
fn match_end(text: &str, at: usize, statement: &str) -> Option<usize> {
    let mut end = at;
    let mut words = statement.trim().trim_end_matches(';').chars().filter(|c| !c.is_whitespace()).peekable();
    words.peek()?;
    let mut here = text[at..].char_indices().filter(|(_, c)| !c.is_whitespace()).peekable();
    for expected in words {
        match here.peek() {
            Some(&(n, found)) if found == expected => {
                end = at + n + found.len_utf8();
                here.next();
            }
            // Shortened: what follows is not known, so what stands on the line belongs to it.
            _ if expected == '…' && end > at => return Some(text[..line_end(text, end)].trim_end().len().max(end)),
            _ => return None,
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(text: &'a str, line: usize, statement: &str) -> Option<&'a str> {
        place(text, line, statement).map(|span| &text[span])
    }

    #[test]
    fn on_its_line_among_others() {
        let text = "-- head\nDROP INDEX \"a\"; DROP TABLE  \"tä\"\n  CASCADE;\nSELECT 1;\n";
        assert_eq!(found(text, 2, "DROP TABLE \"tä\" CASCADE"), Some("DROP TABLE  \"tä\"\n  CASCADE"));
        assert_eq!(found(text, 2, "DROP INDEX \"a\";"), Some("DROP INDEX \"a\""));
        assert_eq!(found(text, 4, "SELECT 1"), Some("SELECT 1"));
    }

    #[test]
    fn shortened() {
        let text = "  CREATE TABLE t (a int,\n  b int); -- x\n";
        assert_eq!(found(text, 1, "CREATE TABLE t (…"), Some("CREATE TABLE t (a int,"));
        assert_eq!(found(text, 1, "CREATE TABLE t (a int, b …"), Some("CREATE TABLE t (a int,\n  b int); -- x"));
        assert_eq!(found("SELECT '…' ;", 1, "SELECT '…'"), Some("SELECT '…'"), "one that is really there");
    }

    #[test]
    fn what_is_not_there() {
        let text = "SELECT 1;\nSELECT 2;";
        for (line, statement) in [(1, "SELECT 2"), (0, "SELECT 1"), (3, "SELECT 2"), (9, "x"), (1, ""), (1, "…")] {
            assert_eq!(found(text, line, statement), None, "{line} {statement}");
        }
        assert_eq!(found("UNDROP x", 1, "DROP x"), None);
        assert_eq!(found("", 1, "x"), None);
    }

    #[test]
    fn files_of_every_editor() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.sql"), "\u{feff}-- ä\r\nDROP TABLE \"ñ\";\r\n").unwrap();
        fs::write(dir.path().join("b.sql"), b"\xff\xfe").unwrap();
        let files = Files::new(dir.path());
        let text = files.text("a.sql").unwrap();
        assert_eq!(found(&text, 2, "DROP TABLE \"ñ\""), Some("DROP TABLE \"ñ\""));
        assert_eq!(place(&text, 2, "DROP TABLE \"ñ\"").unwrap().start, 6, "after `-- ä` and a line feed");
        assert_eq!((files.text("b.sql"), files.text("none.sql"), files.text(".")), (None, None, None));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/etc/hostname", dir.path().join("down.sql")).unwrap();
        assert_eq!(Files::new(dir.path()).text("down.sql"), None);
    }
}
