//! What no pragma tells of a table: checks, collations, generated columns, keys with their names and conflict clauses.

use super::text::{Names, closing, join, tokens, unwrapped};
use crate::Dialect;
use crate::lex::{Kind, Token};
use crate::reader::identifier;
use std::collections::BTreeMap;

/// What the text of a table says beside the pragmas.
#[derive(Debug, Default, PartialEq)]
pub struct Said {
    /// Of each column, by its name in lower case.
    pub columns: BTreeMap<String, Vec<String>>,
    /// Keys and checks.
    pub constraints: Vec<Constraint>,
    /// Foreign keys, in the order in which they are written.
    pub foreign_keys: Vec<WrittenKey>,
}

/// A constraint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Constraint {
    /// What follows its table: `.users_email_key`, or what it is where it has no name: ` UNIQUE (email)`.
    pub name: String,
    /// All that it says.
    pub text: String,
}

impl Constraint {
    /// With its name, and what it is called where that is none.
    pub fn new(name: Option<String>, else_called: String, text: String) -> Constraint {
        Constraint { name: name.map_or_else(|| format!(" {else_called}"), |name| format!(".{name}")), text }
    }
}

/// What no pragma tells of a foreign key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WrittenKey {
    /// None where it has none.
    pub name: Option<String>,
    /// `DEFERRABLE INITIALLY DEFERRED`, or nothing.
    pub deferred: &'static str,
}

/// Reads the statement that makes a table.
pub fn read(sql: &str, names: &Names) -> Said {
    let tokens = tokens(sql);
    let mut out = Said::default();
    let Some(open) = tokens.iter().position(|t| t.kind == Kind::Punct(b'(')) else { return out };
    let end = closing(&tokens, open);
    let mut start = open + 1;
    let mut at = start;
    while at < end {
        let last = at + 1 == end;
        if last || tokens[at].kind == Kind::Punct(b',') {
            Item { sql, names, tokens: &tokens[start..at], at: 0, column: None, out: &mut out }.read();
            start = at + 1;
            at += 1;
        } else {
            at = closing(&tokens, at);
        }
    }
    out
}

/// A column or a constraint of a table.
struct Item<'a> {
    sql: &'a str,
    names: &'a Names,
    tokens: &'a [Token],
    at: usize,
    column: Option<String>,
    out: &'a mut Said,
}

impl Item<'_> {
    fn is(&self, word: &str) -> bool {
        self.is_at(self.at, word)
    }

    fn is_at(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|t| t.kind == Kind::Word && self.sql[t.start..t.end].eq_ignore_ascii_case(word))
    }

    fn eat(&mut self, words: &str) -> bool {
        let count = words.split(' ').count();
        let all = words.split(' ').enumerate().all(|(n, word)| self.is_at(self.at + n, word));
        self.at += if all { count } else { 0 };
        all
    }

    fn name(&mut self) -> Option<String> {
        let token = self.tokens.get(self.at)?;
        let name = identifier(&self.sql[token.start..token.end], token.kind, Dialect::Sqlite)?;
        self.at += 1;
        Some(name)
    }

    /// What stands in the parentheses here, if they do.
    fn parenthesis(&mut self) -> Option<String> {
        if self.tokens.get(self.at)?.kind != Kind::Punct(b'(') {
            return None;
        }
        let end = closing(self.tokens, self.at);
        let inside = self.tokens.get(self.at + 1..end.saturating_sub(1)).unwrap_or_default();
        let kept: Vec<Token> =
            (0..inside.len()).filter(|at| !self.says_nothing(inside, *at)).map(|at| inside[at]).collect();
        self.at = end;
        Some(join(self.sql, &kept, self.names))
    }

    /// ASC, in a list of columns.
    fn says_nothing(&self, tokens: &[Token], at: usize) -> bool {
        let ends = tokens.get(at + 1).is_none_or(|t| t.kind == Kind::Punct(b','));
        ends && tokens[at].kind == Kind::Word && self.sql[tokens[at].start..tokens[at].end].eq_ignore_ascii_case("ASC")
    }

    fn conflict(&mut self) -> String {
        if !self.eat("ON CONFLICT") {
            return String::new();
        }
        let how = self.name().unwrap_or_default().to_ascii_uppercase();
        if how == "ABORT" { String::new() } else { format!(" ON CONFLICT {how}") }
    }

    fn read(&mut self) {
        let constraint = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].iter().any(|w| self.is(w));
        if !constraint {
            self.column = self.name().map(|n| n.to_ascii_lowercase());
            while self.at < self.tokens.len() && !self.at_constraint() {
                self.at = closing(self.tokens, self.at);
            }
        }
        let mut name = None;
        while self.at < self.tokens.len() {
            if self.eat("CONSTRAINT") {
                name = self.name();
            } else {
                self.constraint(name.take());
            }
        }
    }

    fn at_constraint(&self) -> bool {
        const FIRST: [&str; 11] = [
            "CONSTRAINT",
            "PRIMARY",
            "NOT",
            "NULL",
            "UNIQUE",
            "CHECK",
            "DEFAULT",
            "COLLATE",
            "REFERENCES",
            "GENERATED",
            "AS",
        ];
        FIRST.iter().any(|word| self.is(word))
    }

    fn constraint(&mut self, name: Option<String>) {
        let start = self.at;
        if self.eat("PRIMARY KEY") {
            self.key(name, "PRIMARY KEY");
        } else if self.eat("UNIQUE") {
            self.key(name, "UNIQUE");
        } else if self.eat("NOT NULL") {
            let conflict = self.conflict();
            if !conflict.is_empty() {
                self.of_column(format!("NOT NULL{conflict}"));
            }
        } else if self.eat("NULL") {
            self.conflict();
        } else if self.eat("CHECK") {
            let inside = self.parenthesis().unwrap_or_default();
            self.conflict();
            let text = format!("CHECK ({})", unwrapped(&inside));
            self.out.constraints.push(Constraint::new(name, text.clone(), text));
        } else if self.eat("DEFAULT") {
            // The pragma tells it.
            self.at = closing(self.tokens, self.at + usize::from(self.at_sign()));
        } else if self.eat("COLLATE") {
            let collation = self.name().unwrap_or_default().to_ascii_lowercase();
            if collation != "binary" {
                self.of_column(format!("COLLATE {collation}"));
            }
        } else if self.eat("GENERATED ALWAYS AS") || self.eat("AS") {
            let inside = self.parenthesis().unwrap_or_default();
            let kept = if self.eat("STORED") { "STORED" } else { "VIRTUAL" };
            self.eat("VIRTUAL");
            self.of_column(format!("AS ({}) {kept}", unwrapped(&inside)));
        } else if self.eat("FOREIGN KEY") {
            self.parenthesis();
            if self.eat("REFERENCES") {
                self.reference(name);
            }
        } else if self.eat("REFERENCES") {
            self.reference(name);
        } else {
            self.at = closing(self.tokens, start);
            let text = join(self.sql, &self.tokens[start..self.at], self.names);
            self.of_column(text);
        }
    }

    fn at_sign(&self) -> bool {
        self.tokens.get(self.at).is_some_and(|t| matches!(t.kind, Kind::Punct(b'+' | b'-')))
    }

    /// A key: its columns are the column's own, or in parentheses.
    fn key(&mut self, name: Option<String>, words: &str) {
        let mut columns = self.parenthesis();
        let column = self.column.clone().unwrap_or_default();
        self.eat("ASC");
        if self.eat("DESC") {
            // In a column it makes an INTEGER PRIMARY KEY another thing than the row's number; at the table's end it does not.
            columns = Some(format!("{column} desc in place"));
        }
        let called = format!("{words} ({})", columns.unwrap_or(column));
        let mut text = called.clone();
        text.push_str(&self.conflict());
        if self.eat("AUTOINCREMENT") {
            text.push_str(" AUTOINCREMENT");
        }
        self.out.constraints.push(Constraint::new(name, called, text));
    }

    fn reference(&mut self, name: Option<String>) {
        self.name();
        self.parenthesis();
        let mut deferred = "";
        while self.at < self.tokens.len() {
            if self.eat("ON DELETE") || self.eat("ON UPDATE") {
                if !(self.eat("SET NULL") || self.eat("SET DEFAULT") || self.eat("NO ACTION")) {
                    self.at += 1;
                }
            } else if self.eat("MATCH") {
                self.at += 1;
            } else if self.eat("NOT DEFERRABLE") {
                self.initially();
            } else if self.eat("DEFERRABLE") {
                deferred = if self.initially() { "DEFERRABLE INITIALLY DEFERRED" } else { "" };
            } else {
                break;
            }
        }
        self.out.foreign_keys.push(WrittenKey { name, deferred });
    }

    fn initially(&mut self) -> bool {
        let deferred = self.eat("INITIALLY DEFERRED");
        self.eat("INITIALLY IMMEDIATE");
        deferred
    }

    /// Said of the column; of the table where there is none.
    fn of_column(&mut self, text: String) {
        match &self.column {
            Some(column) => self.out.columns.entry(column.clone()).or_default().push(text),
            None => self.out.constraints.push(Constraint::new(None, text.clone(), text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(sql: &str) -> Said {
        let names = ["t", "a", "b", "id", "p"].iter().map(|n| (*n).to_string()).collect();
        let mut out = read(sql, &names);
        out.constraints.sort_by(|a, b| (&a.name, &a.text).cmp(&(&b.name, &b.text)));
        out
    }

    #[test]
    fn the_same_in_other_words() {
        let inside = said(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a text COLLATE NOCASE UNIQUE CHECK (a <> 'X'), b int REFERENCES p DEFERRABLE)",
        );
        let after = said(
            "create table \"t\"(\"id\" integer, [a] text collate nocase not null default ('x'), `b` int NULL, primary key(\"id\" asc), \
             unique(a), FOREIGN KEY (b) REFERENCES p(id) ON DELETE SET NULL, check ((\"a\"<>'X')))",
        );
        assert_eq!(inside, after);
    }

    #[test]
    fn not_the_same() {
        let plain = said("CREATE TABLE t (id INTEGER PRIMARY KEY, a text, b int REFERENCES p)");
        for other in [
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a text, b int REFERENCES p)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY DESC, a text, b int REFERENCES p)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT REPLACE, a text, b int REFERENCES p)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a text COLLATE RTRIM, b int REFERENCES p)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a text AS (b + 1), b int REFERENCES p)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a text CHECK (a <> 'x'), b int REFERENCES p)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a text, b int REFERENCES p DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a text, b int CONSTRAINT named REFERENCES p)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a text NOT NULL ON CONFLICT IGNORE, b int REFERENCES p)",
        ] {
            assert_ne!(plain, said(other), "{other}");
        }
        assert_ne!(said("CREATE TABLE t (a text CHECK (a <> 'x'))"), said("CREATE TABLE t (a text CHECK (a <> 'X'))"));
    }

    #[test]
    fn broken_text_is_no_reason_to_stop() {
        for text in [
            "",
            "CREATE TABLE t",
            "CREATE TABLE t (",
            "CREATE TABLE t (a CHECK",
            "CREATE TABLE t (CONSTRAINT",
            "(,,)",
            "(a DEFAULT -",
        ] {
            read(text, &Names::new());
        }
    }
}
