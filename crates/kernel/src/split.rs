//! A file into statements with exact byte spans, split where the tools and the engines split.
//!
//! Prisma sends a file whole, so the server splits it at semicolons. Drizzle splits it literally at
//! `--> statement-breakpoint`, inside a string literal too (drizzle-orm 0.45 and 1.0.0-rc.5, `readMigrationFiles`),
//! and each chunk is then split by the server.

use crate::Dialect;
use crate::lex::{self, Kind, Token};
use std::ops::Range;

/// Drizzle's marker.
pub const BREAKPOINT: &str = "--> statement-breakpoint";

/// One statement of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// From its first token to its last, without comments around it (but for those that MySQL executes) and without the
    /// semicolon. Never empty.
    pub span: Range<usize>,
    /// All that belongs to it: what precedes it since the last statement, and its semicolon. Joined, these are the file.
    pub whole: Range<usize>,
    /// Its tokens, comments left out.
    pub tokens: Vec<Token>,
    /// Drizzle's chunk that it stands in, from 0.
    pub chunk: usize,
    /// A quote or a comment in it is never closed.
    pub cut: bool,
}

/// The statements of a file, in order. A file without any (comments only, empty) has none.
pub fn split(text: &str, dialect: Dialect, breakpoints: bool) -> Vec<Statement> {
    let mut out = Vec::new();
    let mut start = 0;
    for (number, chunk) in chunks(text, breakpoints).enumerate() {
        split_chunk(text, chunk, number, dialect, &mut start, &mut out);
    }
    if let Some(last) = out.last_mut() {
        last.whole.end = text.len();
    }
    out
}

fn chunks(text: &str, breakpoints: bool) -> impl Iterator<Item = Range<usize>> {
    let mut at = Some(0);
    std::iter::from_fn(move || {
        let start = at?;
        match text[start..].find(BREAKPOINT).filter(|_| breakpoints) {
            Some(found) => {
                at = Some(start + found + BREAKPOINT.len());
                Some(start..start + found)
            }
            None => {
                at = None;
                Some(start..text.len())
            }
        }
    })
}

fn split_chunk(
    text: &str,
    chunk: Range<usize>,
    number: usize,
    dialect: Dialect,
    start: &mut usize,
    out: &mut Vec<Statement>,
) {
    // Most statements are no longer; each keeps only as many as it has.
    let mut tokens = Vec::with_capacity(256);
    let mut body = Body::default();
    let mut cut = false;
    let mut marked = Marked::default();
    let mut finish = |tokens: &mut Vec<Token>, marked: &mut Marked, cut: bool, end: usize| {
        let marked = std::mem::take(marked);
        if let (Some(first), Some(last)) = (tokens.first(), tokens.last()) {
            out.push(Statement {
                span: marked.around(first.start..last.end),
                whole: *start..end,
                tokens: tokens.clone(),
                chunk: number,
                cut,
            });
            *start = end;
            tokens.clear();
        }
    };
    for token in lex::tokens(&text[chunk.clone()], chunk.start, dialect) {
        cut |= token.cut;
        if token.kind == Kind::Comment {
            continue;
        }
        if token.kind == Kind::Executable {
            marked.edge(&token);
            continue;
        }
        if token.kind == Kind::Punct(b';') && body.depth == 0 && !marked.open {
            finish(&mut tokens, &mut marked, cut, token.end);
            body = Body::default();
            continue;
        }
        if token.kind == Kind::Word {
            body.word(&text[token.start..token.end], tokens.len(), dialect);
        } else {
            body.last_was_end = false;
        }
        tokens.push(token);
    }
    cut |= marked.open;
    finish(&mut tokens, &mut marked, cut, chunk.end);
}

/// The markers of MySQL's executable comments around a statement: sent without them it would be cut.
#[derive(Default)]
struct Marked {
    open: bool,
    first: Option<usize>,
    last: usize,
}

impl Marked {
    fn edge(&mut self, marker: &Token) {
        self.open = !self.open;
        self.first = self.first.or(Some(marker.start));
        self.last = marker.end;
    }

    fn around(&self, span: Range<usize>) -> Range<usize> {
        match self.first {
            Some(first) => span.start.min(first)..span.end.max(self.last),
            None => span,
        }
    }
}

/// Where we stand in a body of statements: semicolons inside `BEGIN ... END` do not end the statement.
#[derive(Default)]
struct Body {
    create: bool,
    routine: bool,
    begun: bool,
    depth: usize,
    last_was_end: bool,
}

impl Body {
    fn word(&mut self, word: &str, position: usize, dialect: Dialect) {
        let is = |w: &str| word.eq_ignore_ascii_case(w);
        let after_end = std::mem::take(&mut self.last_was_end);
        if position == 0 {
            self.create = is("CREATE") || is("ALTER");
        } else if self.create && !self.routine {
            let trigger = is("TRIGGER") && !dialect.is_postgres();
            self.routine = trigger || is("PROCEDURE") || is("FUNCTION") || (is("EVENT") && dialect == Dialect::Mysql);
        } else if self.routine {
            self.nest(&is, after_end, dialect);
        }
    }

    fn nest(&mut self, is: &dyn Fn(&str) -> bool, after_end: bool, dialect: Dialect) {
        if after_end && (is("IF") || is("LOOP") || is("WHILE") || is("REPEAT")) {
            self.depth += 1; // `END IF` closed nothing that we counted
        } else if after_end && is("CASE") {
            // `END CASE`: already closed by its END
        } else if is(if dialect.is_postgres() { "ATOMIC" } else { "BEGIN" }) {
            self.begun = true;
            self.depth += 1;
        } else if is("CASE") && self.begun {
            self.depth += 1;
        } else if is("END") && self.depth > 0 {
            self.depth -= 1;
            self.last_was_end = true;
        }
    }
}

/// The line (from 1) of a byte of a text.
pub fn line_of(text: &str, at: usize) -> usize {
    1 + line_feeds(&text.as_bytes()[..at.min(text.len())])
}

/// The lines of a text, to ask for many of them: how many end before each block of it.
pub struct Lines<'a> {
    text: &'a [u8],
    before: Vec<usize>,
}

/// How many bytes are counted for one answer, at most.
const BLOCK: usize = 1024;

impl<'a> Lines<'a> {
    /// Looks through a text once.
    pub fn new(text: &'a str) -> Lines<'a> {
        let text = text.as_bytes();
        let mut ended = 0;
        let before = text.chunks(BLOCK).map(|block| {
            ended += line_feeds(block);
            ended
        });
        Lines { text, before: std::iter::once(0).chain(before).collect() }
    }

    /// The line (from 1) of a byte.
    pub fn of(&self, at: usize) -> usize {
        let at = at.min(self.text.len());
        let block = at / BLOCK;
        1 + self.before[block] + line_feeds(&self.text[block * BLOCK..at])
    }
}

fn line_feeds(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str, dialect: Dialect, breakpoints: bool) -> Vec<&str> {
        split(sql, dialect, breakpoints).into_iter().map(|s| &sql[s.span]).collect()
    }

    #[test]
    fn semicolons_in_quotes_comments_and_bodies() {
        let sql = "SELECT ';' /* ; */; -- ;\nDO $$ BEGIN a; END $$; CREATE TABLE t (a int)";
        assert_eq!(
            texts(sql, Dialect::Postgres, false),
            ["SELECT ';'", "DO $$ BEGIN a; END $$", "CREATE TABLE t (a int)"]
        );
        let sql = "CREATE TRIGGER x AFTER INSERT ON t BEGIN UPDATE t SET a = CASE WHEN 1 THEN 2 END; END; SELECT 1;";
        assert_eq!(texts(sql, Dialect::Sqlite, false).len(), 2);
        let sql = "CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; CASE x WHEN 1 THEN SELECT 2; END CASE; END; SELECT 1";
        assert_eq!(texts(sql, Dialect::Mysql, false).len(), 2);
        let sql = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3";
        assert_eq!(texts(sql, Dialect::Postgres, false).len(), 2);
    }

    #[test]
    fn lines_are_counted_over_blocks() {
        let text = "a\n".repeat(BLOCK) + "b";
        let lines = Lines::new(&text);
        for at in [0, 1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK - 1, 2 * BLOCK, 2 * BLOCK + 1, 9 * BLOCK] {
            assert_eq!(lines.of(at), line_of(&text, at), "{at}");
        }
        assert_eq!(Lines::new("").of(0), 1);
    }

    #[test]
    fn breakpoints_split_literally() {
        let sql = "INSERT INTO t VALUES ('a --> statement-breakpoint b');";
        let all = split(sql, Dialect::Sqlite, true);
        assert_eq!(all.len(), 2);
        assert!(all[0].cut);
        assert_eq!(texts(sql, Dialect::Sqlite, false).len(), 1);
    }

    #[test]
    fn the_parts_joined_are_the_file() {
        let sql = "\u{feff}-- head\r\nSELECT 1;\r\n\r\n-- x\r\nSELECT 2 -- tail\r\n";
        let joined: String = split(sql, Dialect::Postgres, false).into_iter().map(|s| &sql[s.whole]).collect();
        assert_eq!(joined, sql);
    }

    #[test]
    fn nothing_in_it() {
        assert!(split("", Dialect::Postgres, true).is_empty());
        assert!(split("-- a\n;;\n/* b */", Dialect::Mysql, false).is_empty());
    }
}
