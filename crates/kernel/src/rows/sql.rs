//! A statement's tokens with their brackets paired: what the readers of rows and of blocks walk over.

use super::scan::Ctes;
use super::{Name, words};
use crate::Dialect;
use crate::lex::{Kind, Token, lex};
use crate::reader::identifier;
use std::cell::OnceCell;
use std::ops::Range;

/// A text and its tokens, comments left out. Everything else speaks of token indices and ranges of them.
pub(crate) struct Sql<'a> {
    pub(crate) text: &'a str,
    pub(crate) dialect: Dialect,
    pub(crate) tokens: Vec<Token>,
    /// For an opening bracket its closing one and the other way round; `usize::MAX` for what has no pair.
    pair: Vec<usize>,
    /// Where the word WITH stands.
    withs: Vec<usize>,
    ctes: OnceCell<Ctes>,
    /// Every bracket has its pair and every quote its end.
    pub(crate) sound: bool,
}

impl<'a> Sql<'a> {
    pub(crate) fn new(text: &'a str, dialect: Dialect) -> Sql<'a> {
        let mut tokens = lex(text, 0, dialect);
        tokens.retain(|t| t.kind != Kind::Comment || t.cut);
        while tokens.last().is_some_and(|t| t.kind == Kind::Punct(b';')) {
            tokens.pop();
        }
        let cut = tokens.iter().any(|t| t.cut);
        let (pair, paired) = pairs(&tokens);
        let is_with = |t: &Token| t.kind == Kind::Word && text[t.start..t.end].eq_ignore_ascii_case("with");
        let withs = (0..tokens.len()).filter(|at| is_with(&tokens[*at])).collect();
        Sql { text, dialect, tokens, pair, withs, ctes: OnceCell::new(), sound: paired && !cut }
    }

    /// The common table expressions of the whole text.
    pub(super) fn ctes(&self) -> &Ctes {
        self.ctes.get_or_init(|| Ctes::of(self, &self.withs))
    }

    pub(crate) fn all(&self) -> Range<usize> {
        0..self.tokens.len()
    }

    pub(crate) fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|t| t.kind)
    }

    /// The text of one token; empty past the end.
    pub(crate) fn at(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |t| &self.text[t.start..t.end])
    }

    /// The source text from the first to the last token of a range.
    pub(crate) fn source(&self, range: Range<usize>) -> &'a str {
        self.span(range).map_or("", |span| &self.text[span])
    }

    /// The bytes from the first to the last token of a range.
    pub(crate) fn span(&self, range: Range<usize>) -> Option<Range<usize>> {
        let tokens = self.tokens.get(range)?;
        Some(tokens.first()?.start..tokens.last()?.end)
    }

    pub(crate) fn is(&self, at: usize, word: &str) -> bool {
        self.kind(at) == Some(Kind::Word) && self.at(at).eq_ignore_ascii_case(word)
    }

    pub(crate) fn is_any(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|w| self.is(at, w))
    }

    /// The words stand here one after the other.
    pub(crate) fn are(&self, at: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, w)| self.is(at + i, w))
    }

    pub(crate) fn punct(&self, at: usize, byte: u8) -> bool {
        self.kind(at) == Some(Kind::Punct(byte))
    }

    /// A quoted identifier, or a word that is not reserved.
    pub(crate) fn identifier(&self, at: usize) -> bool {
        match self.kind(at) {
            Some(Kind::Quoted) => true,
            Some(Kind::Word) => !words::reserved(self.at(at)),
            _ => false,
        }
    }

    /// One past the bracket that closes the one here; one further where none stands here.
    pub(crate) fn past(&self, at: usize) -> usize {
        match self.pair.get(at) {
            Some(&close) if close != usize::MAX && close > at => close + 1,
            _ => at + 1,
        }
    }

    /// What stands between the brackets, the first of which is here.
    pub(crate) fn inside(&self, at: usize) -> Range<usize> {
        let end = self.past(at);
        at + 1..(end - 1).max(at + 1)
    }

    /// The first place in the range, outside brackets, where `found` holds.
    pub(crate) fn find(&self, range: Range<usize>, found: impl Fn(usize) -> bool) -> Option<usize> {
        let mut at = range.start;
        while at < range.end {
            if found(at) {
                return Some(at);
            }
            at = self.past(at);
        }
        None
    }

    /// The first of these words in the range, outside brackets.
    pub(crate) fn find_word(&self, range: Range<usize>, words: &[&str]) -> Option<usize> {
        self.find(range, |at| self.is_any(at, words))
    }

    /// The parts between the commas of a range, outside brackets. An empty range has none.
    pub(crate) fn commas(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        let mut start = range.start;
        while let Some(comma) = self.find(start..range.end, |at| self.punct(at, b',')) {
            out.push(start..comma);
            start = comma + 1;
        }
        if !range.is_empty() {
            out.push(start..range.end);
        }
        out
    }

    /// An identifier as the database stores it.
    pub(crate) fn folded(&self, at: usize) -> String {
        let word = self.at(at);
        let name = self.kind(at).and_then(|kind| identifier(word, kind, self.dialect));
        name.unwrap_or_else(|| unquoted(word))
    }

    /// The name of a table here, and what follows it.
    pub(crate) fn name(&self, at: usize) -> Option<(Name, usize)> {
        let (parts, next) = self.dotted(at)?;
        let name = parts.last()?.clone();
        let schema = parts.len().checked_sub(2).map(|i| parts[i].clone());
        let own = if self.dialect.is_postgres() { "public" } else { "main" };
        let schema = schema.filter(|s| self.dialect == Dialect::Mysql || s != own);
        Some((Name { schema, name }, next))
    }

    /// `a.b.c`: its parts, folded, and what follows.
    pub(crate) fn dotted(&self, at: usize) -> Option<(Vec<String>, usize)> {
        // SQLite takes a string for a name where only a name can stand; so does MySQL under ANSI_QUOTES.
        let quoted_string = self.kind(at) == Some(Kind::String)
            && match self.dialect {
                Dialect::Sqlite => true,
                Dialect::Mysql => self.at(at).starts_with('"'),
                Dialect::Postgres | Dialect::Cockroach => false,
            };
        if !matches!(self.kind(at), Some(Kind::Quoted | Kind::Word)) && !quoted_string {
            return None;
        }
        let mut parts = vec![self.folded(at)];
        let mut next = at + 1;
        while self.punct(next, b'.') && matches!(self.kind(next + 1), Some(Kind::Quoted | Kind::Word)) {
            parts.push(self.folded(next + 1));
            next += 2;
        }
        Some((parts, next))
    }

    /// `[AS] alias` here: the alias, and what follows.
    pub(crate) fn alias(&self, at: usize, end: usize) -> (Option<String>, usize) {
        let after_as = at + usize::from(self.is(at, "as"));
        let word = if after_as > at {
            matches!(self.kind(after_as), Some(Kind::Word | Kind::Quoted))
        } else {
            self.identifier(at)
        };
        if word && after_as < end { (Some(self.folded(after_as)), after_as + 1) } else { (None, at) }
    }
}

/// What stands between quotes of any kind, its doubled quotes halved.
pub(crate) fn unquoted(token: &str) -> String {
    let Some(open) = token.find(['"', '`', '[', '\'']) else { return token.to_string() };
    let quote = token.as_bytes()[open];
    let close = if quote == b'[' { ']' } else { quote as char };
    let inner = &token[open + 1..];
    let inner = inner.strip_suffix(close).unwrap_or(inner);
    let doubled = format!("{close}{close}");
    inner.replace(&doubled, &close.to_string())
}

fn pairs(tokens: &[Token]) -> (Vec<usize>, bool) {
    let mut pair = vec![usize::MAX; tokens.len()];
    let mut open: Vec<(usize, u8)> = Vec::new();
    let mut sound = true;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Punct(b'(') => open.push((at, b')')),
            Kind::Punct(b'[') => open.push((at, b']')),
            Kind::Punct(close @ (b')' | b']')) => match open.pop() {
                Some((start, wanted)) if wanted == close => {
                    pair[start] = at;
                    pair[at] = start;
                }
                _ => sound = false,
            },
            _ => {}
        }
    }
    (pair, sound && open.is_empty())
}
