//! The first line of a rollback file, which tells ours from a person's and fresh from stale.

use sha2::{Digest as _, Sha256};
use std::fmt;
use unmigrate_kernel::Grade;

/// A text's SHA-256, CRLF taken as LF, so that a checkout's line ends change nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Of a text.
    pub fn of(text: &str) -> Digest {
        let mut hash = Sha256::new();
        for part in text.split_inclusive("\r\n") {
            match part.strip_suffix("\r\n") {
                Some(line) => {
                    hash.update(line);
                    hash.update("\n");
                }
                None => hash.update(part),
            }
        }
        Digest(hash.finalize().into())
    }

    fn parse(word: &str) -> Option<Digest> {
        let hex = word.strip_prefix("sha256:").filter(|hex| hex.len() == 64)?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Some(Digest(bytes))
    }
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `-- unmigrate v1 <grade> up=sha256:<hex> body=sha256:<hex> base=sha256:<hex>`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// What the rollback gives back.
    pub grade: Grade,
    /// Over the up file.
    pub up: Digest,
    /// Over all that follows the first line.
    pub body: Digest,
    /// Over what of the catalog before the migration the rollback depends on.
    pub base: Digest,
}

impl Head {
    /// Reads a first line, without its line end. None where it is no head of this version: the file is a person's.
    pub fn parse(line: &str) -> Option<Head> {
        let mut words = line.strip_prefix("-- unmigrate v1 ")?.split_ascii_whitespace();
        let grade = grade(words.next()?)?;
        let mut digest = |name: &str| Digest::parse(words.next()?.strip_prefix(name)?.strip_prefix('=')?);
        Some(Head { grade, up: digest("up")?, body: digest("body")?, base: digest("base")? })
    }
}

fn grade(word: &str) -> Option<Grade> {
    [Grade::Lossless, Grade::Lossy, Grade::Manual].into_iter().find(|grade| grade.word() == word)
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Head { grade, up, body, base } = self;
        write!(f, "-- unmigrate v1 {} up={up} body={body} base={base}", grade.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read_back() {
        let head = Head { grade: Grade::Lossy, up: Digest::of("up"), body: Digest::of(""), base: Digest::of("base\n") };
        let line = head.to_string();
        assert!(
            line.contains(" body=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 "),
            "{line}"
        );
        assert_eq!(Head::parse(&line), Some(head));
    }

    #[test]
    fn line_ends_do_not_count() {
        assert_eq!(Digest::of("a\r\nb\r\n"), Digest::of("a\nb\n"));
        assert_ne!(Digest::of("a\rb"), Digest::of("a\nb"));
    }

    #[test]
    fn what_is_no_head() {
        let line =
            Head { grade: Grade::Manual, up: Digest::of(""), body: Digest::of(""), base: Digest::of("") }.to_string();
        for bad in [
            "-- down",
            "-- unmigrate v1 lossless",
            &line.replace("v1", "v2"),
            &line.replace("manual", "fine"),
            &line.replace("e3b0", "xyz0"),
            &line.replace("e3b0", "é0"),
            &line.replace("body=", "base="),
        ] {
            assert_eq!(Head::parse(bad), None, "{bad}");
        }
    }
}
