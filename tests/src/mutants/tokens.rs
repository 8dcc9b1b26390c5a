//! The tokens of one statement, with the questions that whoever breaks it asks.

use std::ops::Range;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::lex::{Kind, Token, lex};
use unmigrate_kernel::script::Piece;

/// The tokens of a statement, without comments. Past the end there are only empty words.
pub struct Tokens<'a> {
    sql: &'a str,
    offset: usize,
    tokens: Vec<Token>,
}

impl<'a> Tokens<'a> {
    /// Of a statement; places are those in its file.
    pub fn of(piece: &'a Piece, dialect: Dialect) -> Tokens<'a> {
        let tokens = lex(&piece.sql, 0, dialect).into_iter().filter(|t| t.kind != Kind::Comment).collect();
        Tokens { sql: &piece.sql, offset: piece.span.start, tokens }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// What kind it is.
    pub fn kind(&self, at: usize) -> Kind {
        self.tokens[at].kind
    }

    /// Its text.
    pub fn text(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |t| &self.sql[t.start..t.end])
    }

    /// Its text in capitals.
    pub fn word(&self, at: usize) -> String {
        self.text(at).to_ascii_uppercase()
    }

    /// The word before it.
    pub fn before(&self, at: usize) -> String {
        self.before_but(at, 0)
    }

    /// The word before it, but for so many.
    pub fn before_but(&self, at: usize, but: usize) -> String {
        at.checked_sub(but + 1).map(|at| self.word(at)).unwrap_or_default()
    }

    /// Where it begins in the file.
    pub fn start(&self, at: usize) -> usize {
        self.offset + self.tokens.get(at).map_or(self.sql.len(), |t| t.start)
    }

    /// Where it ends in the file.
    pub fn end(&self, at: usize) -> usize {
        self.offset + self.tokens.get(at).map_or(self.sql.len(), |t| t.end)
    }

    /// The name of what the statement makes, changes or drops, or of the table whose rows it changes; of an ALTER TABLE,
    /// of what it does that to inside the table. None where it only says something about what is there.
    pub fn own_name(&self) -> Option<String> {
        if matches!(self.word(0).as_str(), "COMMENT" | "GRANT" | "REVOKE") {
            return None;
        }
        let table = self.word(0) == "ALTER" && self.word(1) == "TABLE";
        let from = if table { self.name_end(2 + usize::from(self.word(2) == "ONLY")) } else { 1 };
        let at = (from..self.len()).find(|at| self.kind(*at) == Kind::Quoted)?;
        Some(self.text(at).trim_matches(['"', '`', '[', ']']).to_owned())
    }

    /// Does a token stand in the definition of a column that the statement's PRIMARY KEY names?
    pub fn in_primary_key(&self, at: usize) -> bool {
        let column = self.lists().into_iter().flatten().rfind(|e| e.contains(&at));
        let Some(column) = column.map(|e| self.text(e.start)) else { return false };
        let key = (0..self.len()).find(|i| self.word(*i) == "PRIMARY" && self.text(i + 2) == "(");
        key.is_some_and(|key| (key + 3..self.skip_group(key + 2)).any(|i| self.text(i) == column))
    }

    /// Is the word anywhere in it?
    pub fn contains(&self, word: &str) -> bool {
        (0..self.len()).any(|at| self.word(at) == word)
    }

    /// Does it define a view or something with a body? Its inside is text of the user's.
    pub fn is_body(&self) -> bool {
        let kinds = ["VIEW", "TRIGGER", "FUNCTION", "PROCEDURE", "EVENT", "RULE"];
        self.word(0) == "CREATE" && (1..6).any(|at| kinds.contains(&self.word(at).as_str()))
    }

    /// Behind the group in parentheses that begins here; here where none does.
    pub fn skip_group(&self, at: usize) -> usize {
        if self.text(at) != "(" {
            return at.min(self.len());
        }
        let mut depth = 0usize;
        for i in at..self.len() {
            match self.text(i) {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return i + 1;
            }
        }
        self.len()
    }

    /// Behind a name with its qualifiers.
    pub fn name_end(&self, at: usize) -> usize {
        let mut end = at + 1;
        while self.text(end) == "." {
            end += 2;
        }
        end.min(self.len())
    }

    /// Behind a simple expression: a literal, a call or a group, with its casts.
    pub fn expression_end(&self, at: usize) -> usize {
        let mut end = if self.text(at) == "(" { self.skip_group(at) } else { self.skip_group(self.name_end(at)) };
        while self.text(end) == "::" {
            end = self.skip_group(self.name_end(end + 1));
            while self.text(end) == "[" {
                end += 2;
            }
        }
        if matches!(self.text(end), "-" | "+" | "*" | "/" | "|") {
            self.expression_end(end + 1)
        } else {
            end.min(self.len())
        }
    }

    /// The lists of at least two elements: those in parentheses, and the actions of an ALTER TABLE.
    pub fn lists(&self) -> Vec<Vec<Range<usize>>> {
        let mut out = Vec::new();
        for at in (0..self.len()).filter(|at| self.text(*at) == "(") {
            out.push(self.elements(at + 1, self.skip_group(at) - 1));
        }
        if self.word(0) == "ALTER" && self.word(1) == "TABLE" {
            out.push(self.elements(self.name_end(2 + usize::from(self.word(2) == "ONLY")), self.len()));
        }
        out.retain(|elements| elements.len() > 1 && elements.iter().all(|e| !e.is_empty()));
        out
    }

    fn elements(&self, from: usize, to: usize) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        let (mut at, mut start) = (from, from);
        while at < to {
            match self.text(at) {
                "(" => at = self.skip_group(at),
                "," => {
                    out.push(start..at);
                    at += 1;
                    start = at;
                }
                _ => at += 1,
            }
        }
        out.push(start..to);
        out
    }
}
