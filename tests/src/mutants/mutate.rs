//! Rollbacks broken on purpose, each in one way: what the proof has to find.
//!
//! What is broken is what a person or a generator gets wrong: a statement forgotten, two in the wrong order, a name, a
//! type, a length, a default, a clause, an element of a list, a note. What has no effect on what the rollback gives back
//! is left alone: the frame of a transaction, SQLite's check of foreign keys, casts of a conversion.

use crate::tokens::Tokens;
use unmigrate_kernel::catalog::mentions;
use unmigrate_kernel::lex::Kind;
use unmigrate_kernel::script::{Piece, blocks};
use unmigrate_kernel::{Dialect, Grade};

/// A rollback that is wrong in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// What was done to it: `line 4: NOT NULL left out`.
    pub how: String,
    /// Its text.
    pub text: String,
}

/// Every mutant of a rollback.
pub fn mutants(body: &str, grade: Grade, dialect: Dialect) -> Vec<Mutant> {
    let pieces: Vec<Piece> = blocks(body, dialect, false).into_iter().flat_map(|b| b.pieces).collect();
    let pieces: Vec<Piece> = pieces.into_iter().filter(|p| counts(&p.sql)).collect();
    let mut out = Vec::new();
    for piece in &pieces {
        let mut breaker =
            Breaker { body, dialect, line: piece.line, tokens: Tokens::of(piece, dialect), out: &mut out };
        breaker.push("the statement left out", piece.span.start, piece.span.end, "SELECT 1");
        // In SQLite's book of numbers, and where a person has to go on, all that counts is that the statement is there.
        if piece.sql.contains("sqlite_sequence") || grade == Grade::Manual {
            continue;
        }
        for at in 0..breaker.tokens.len() {
            breaker.clause(at);
            breaker.literal(at);
        }
        breaker.lists();
    }
    if grade != Grade::Manual {
        out.extend(exchanged(body, &pieces, dialect));
    }
    // What is said beside a rollback that loses nothing, or that a person has to finish, is no claim to be proven.
    if grade == Grade::Lossy {
        out.extend(unsaid(body));
    }
    out
}

/// Has the statement an effect on what is there afterwards?
fn counts(sql: &str) -> bool {
    let word = sql.to_ascii_uppercase();
    !word.starts_with("PRAGMA") && !word.starts_with("SET ") && !word.starts_with("SELECT ")
}

struct Breaker<'a> {
    body: &'a str,
    dialect: Dialect,
    line: usize,
    tokens: Tokens<'a>,
    out: &'a mut Vec<Mutant>,
}

impl Breaker<'_> {
    fn push(&mut self, how: &str, from: usize, to: usize, with: &str) {
        let text = format!("{}{with}{}", &self.body[..from], &self.body[to..]);
        if text != self.body {
            self.out.push(Mutant { how: format!("line {}: {}", self.line, short(how)), text });
        }
    }

    /// Takes the tokens from `at` to before `to` out.
    fn leave_out(&mut self, at: usize, to: usize) {
        let what = self.body[self.tokens.start(at)..self.tokens.end(to - 1)].to_owned();
        self.push(&format!("{what} left out"), self.tokens.start(at), self.tokens.end(to - 1), "");
    }

    fn replace(&mut self, at: usize, with: &str) {
        let how = format!("{} became {with}", self.tokens.text(at));
        self.push(&how, self.tokens.start(at), self.tokens.end(at), with);
    }

    /// What can be broken of the clause that begins at a token.
    fn clause(&mut self, at: usize) {
        let t = &self.tokens;
        let grants = matches!(t.word(0).as_str(), "GRANT" | "REVOKE");
        match (t.word(at).as_str(), t.word(at + 1).as_str()) {
            // A primary key is never NULL.
            ("NOT", "NULL") if t.before(at) != "IS" && !t.in_primary_key(at) => self.leave_out(at, at + 2),
            (
                "UNIQUE" | "DESC" | "UNSIGNED" | "AUTO_INCREMENT" | "AUTOINCREMENT" | "STRICT" | "DEFERRABLE"
                | "FULLTEXT",
                _,
            )
            | ("OR", "REPLACE") => self.leave_out(at, at + 1 + usize::from(t.word(at) == "OR")),
            ("PRIMARY", "KEY") if t.word(at + 2) != "(" && t.before(at) != "ADD" => self.leave_out(at, at + 2),
            ("WITHOUT", "ROWID") | ("NOT", "VALID") | ("INITIALLY", _) => self.leave_out(at, at + 2),
            ("NULLS", "FIRST" | "LAST") | ("COLLATE", _) => self.leave_out(at, t.name_end(at + 1)),
            ("COMMENT", "=") => self.leave_out(at, at + 3),
            ("COMMENT", next) if next.starts_with('\'') => self.leave_out(at, at + 2),
            ("CHARACTER", "SET") => self.leave_out(at, at + 3),
            ("ON", "DELETE" | "UPDATE") if !matches!(t.word(0).as_str(), "GRANT" | "REVOKE") && !t.is_body() => {
                let words = if matches!(t.word(at + 2).as_str(), "SET" | "NO") { 4 } else { 3 };
                let end = t.skip_group(at + words);
                self.leave_out(at, end);
            }
            ("AFTER", _) if t.word(0) == "ALTER" => self.leave_out(at, at + 2),
            ("WHERE", _) if t.word(0) == "CREATE" && t.contains("INDEX") && !t.is_body() => self.leave_out(at, t.len()),
            ("DEFAULT", next)
                if !matches!(next, "" | "CHARACTER" | "=" | "CHARSET")
                    && t.before(at) != "SET"
                    && t.before(at) != "DROP" =>
            {
                self.leave_out(at, t.expression_end(at + 1));
            }
            ("GENERATED", "ALWAYS") if t.word(at + 3) == "(" => self.leave_out(at, t.skip_group(at + 3)),
            ("CHECK", "(") if t.before(at) != "ADD" && t.before_but(at, 1) != "CONSTRAINT" => {
                self.leave_out(at, t.skip_group(at + 1));
            }
            ("INCLUDE", "(") => self.leave_out(at, t.skip_group(at + 1)),
            ("SELECT" | "USAGE", _) if grants => self.replace(at, "UPDATE"),
            ("INSERT", _) if grants => self.replace(at, "DELETE"),
            _ => self.data_type(at),
        }
    }

    fn data_type(&mut self, at: usize) {
        // A cast belongs to the conversion, not to the column.
        if self.tokens.before(at) == "::" || self.tokens.is_body() || self.tokens.word(0) == "DROP" {
            return;
        }
        let other = match (self.tokens.word(at).as_str(), self.dialect) {
            ("INTEGER" | "INT", _) => "smallint",
            ("BIGINT", _) => "integer",
            ("TEXT", Dialect::Sqlite) => "blob",
            ("TEXT", _) => "varchar(77)",
            ("TIMESTAMP", Dialect::Postgres) => "timestamptz",
            ("DATETIME", Dialect::Mysql) => "date",
            ("BOOLEAN", Dialect::Postgres) => "text",
            ("STORED", Dialect::Sqlite) => "VIRTUAL",
            _ => return,
        };
        self.replace(at, other);
    }

    /// Names, numbers and strings.
    fn literal(&mut self, at: usize) {
        let text = self.tokens.text(at).to_owned();
        match self.tokens.kind(at) {
            Kind::Quoted if text.len() > 2 => {
                let (name, close) = text.split_at(text.len() - 1);
                // PostgreSQL would cut what is longer.
                let name: String = name.chars().take(60).collect();
                self.replace(at, &format!("{name}_x{close}"));
            }
            // `EXISTS (SELECT 1 ..`
            Kind::Number if self.tokens.before(at) != "SELECT" => {
                let other = text.parse::<u64>().map_or(3, |n| n + 1).to_string();
                self.replace(at, &other);
            }
            Kind::String if text.starts_with('\'') && text.len() >= 2 => {
                self.replace(at, &format!("{}x'", &text[..text.len() - 1]));
            }
            _ => {}
        }
    }

    /// An element less, or two in the other order, of every list of a definition.
    fn lists(&mut self) {
        if !matches!(self.tokens.word(0).as_str(), "CREATE" | "ALTER") || self.tokens.is_body() {
            return;
        }
        for elements in self.tokens.lists() {
            for (at, element) in elements.iter().enumerate() {
                // With the comma before it, or behind it where it is the first.
                let (from, to) = match at {
                    0 => (self.tokens.start(element.start), self.tokens.start(elements[1].start)),
                    _ => (self.tokens.end(elements[at - 1].end - 1), self.tokens.end(element.end - 1)),
                };
                let what = self.body[self.tokens.start(element.start)..self.tokens.end(element.end - 1)].to_owned();
                self.push(&format!("element {what} left out"), from, to, "");
            }
            let placed: Vec<bool> = elements.iter().map(|e| self.has_a_place(e.start)).collect();
            for (pair, _) in elements.windows(2).zip(placed.windows(2)).filter(|(_, placed)| **placed == [true, true]) {
                let at = |e: &std::ops::Range<usize>| (self.tokens.start(e.start), self.tokens.end(e.end - 1));
                let ((a, a_end), (b, b_end)) = (at(&pair[0]), at(&pair[1]));
                let with = format!("{}{}{}", &self.body[b..b_end], &self.body[a_end..b], &self.body[a..a_end]);
                self.push(&format!("{} exchanged with the next", &self.body[a..a_end]), a, b_end, &with);
            }
        }
    }

    /// Does the element's place in its list say anything? That of a constraint does not, nor that of most actions.
    fn has_a_place(&self, at: usize) -> bool {
        let words =
            ["CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "INDEX", "KEY", "FULLTEXT", "EXCLUDE", "LIKE"];
        let actions = [
            "DROP",
            "MODIFY",
            "CHANGE",
            "ALTER",
            "RENAME",
            "ENABLE",
            "DISABLE",
            "VALIDATE",
            "COMMENT",
            "ROW_FORMAT",
            "DEFAULT",
        ];
        let word = self.tokens.word(at);
        let adds_no_column = word == "ADD" && self.tokens.word(at + 1) != "COLUMN";
        !words.contains(&word.as_str()) && !actions.contains(&word.as_str()) && !adds_no_column
    }
}

/// On one line, and not too long.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(100) {
        Some((at, _)) => format!("{} ...", &line[..at]),
        None => line,
    }
}

/// Two neighbours in the other order, where one speaks of what the other makes, changes or drops. The order of others is
/// the same as theirs.
fn exchanged(body: &str, pieces: &[Piece], dialect: Dialect) -> Vec<Mutant> {
    let bound = |pair: &&[Piece]| {
        let own = |piece: &Piece| Tokens::of(piece, dialect).own_name();
        let names = |piece: &Piece, other: &Piece| own(other).is_some_and(|n| mentions(&piece.sql, &n, dialect));
        names(&pair[0], &pair[1]) || names(&pair[1], &pair[0])
    };
    let swap = |pair: &[Piece]| {
        let (a, b) = (&pair[0], &pair[1]);
        let between = &body[a.span.end..b.span.start];
        let text = format!("{}{}{between}{}{}", &body[..a.span.start], b.sql, a.sql, &body[b.span.end..]);
        Mutant { how: format!("line {}: exchanged with the next statement", a.line), text }
    };
    pieces.windows(2).filter(bound).map(swap).collect()
}

/// A loss that the file no longer names.
fn unsaid(body: &str) -> Vec<Mutant> {
    let lines: Vec<&str> = body.split_inclusive('\n').collect();
    let names = |line: &str| line.starts_with("-- gone ") || line.starts_with("-- by hand ");
    let without = |at: usize| {
        let text = lines.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, line)| *line).collect();
        let object = lines[at].split_once(": ").map_or(lines[at], |(head, _)| head);
        Mutant { how: format!("line {}: {object} is not said", at + 1), text }
    };
    (0..lines.len()).filter(|at| names(lines[*at])).map(without).collect()
}
