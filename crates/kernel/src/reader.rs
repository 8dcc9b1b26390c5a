//! A cursor over the tokens of one statement. DDL is read with it.
//!
//! Types, defaults and expressions are handed out as slices of the user's text, never re-printed.

use crate::Dialect;
use crate::catalog::Name;
use crate::lex::{Kind, Token};

/// Where we are in a statement's tokens.
#[derive(Clone)]
pub struct Reader<'a> {
    /// The text that the tokens' spans point into.
    pub text: &'a str,
    tokens: &'a [Token],
    at: usize,
    /// Decides how identifiers fold.
    pub dialect: Dialect,
}

impl<'a> Reader<'a> {
    /// A reader at the first token. The tokens hold no comments.
    pub fn new(text: &'a str, tokens: &'a [Token], dialect: Dialect) -> Self {
        Reader { text, tokens, at: 0, dialect }
    }

    /// The token here.
    pub fn token(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn ahead(&self, n: usize) -> Option<Token> {
        self.tokens.get(self.at + n).copied()
    }

    /// Nothing is left.
    pub fn done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// The place to come back to.
    pub fn mark(&self) -> usize {
        self.at
    }

    /// Back to a mark.
    pub fn reset(&mut self, mark: usize) {
        self.at = mark;
    }

    /// One token on.
    pub fn skip(&mut self) {
        self.at += 1;
    }

    /// The token's text.
    pub fn str(&self, token: Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    /// The word here (a keyword or a bare identifier), if it is one.
    pub fn word(&self) -> Option<&'a str> {
        self.token().filter(|t| t.kind == Kind::Word).map(|t| self.str(t))
    }

    /// Is the word `n` tokens ahead this keyword?
    pub fn is_at(&self, n: usize, keyword: &str) -> bool {
        self.is_word_at(n, keyword.as_bytes())
    }

    fn is_word_at(&self, n: usize, keyword: &[u8]) -> bool {
        self.ahead(n).is_some_and(|t| t.kind == Kind::Word && self.bytes(t).eq_ignore_ascii_case(keyword))
    }

    fn bytes(&self, token: Token) -> &'a [u8] {
        &self.text.as_bytes()[token.start..token.end]
    }

    /// Is the word here this keyword?
    pub fn is(&self, keyword: &str) -> bool {
        self.is_at(0, keyword)
    }

    /// Are the next words these keywords?
    pub fn are(&self, keywords: &str) -> bool {
        let bytes = keywords.as_bytes();
        self.may_be(bytes) && bytes.split(|b| *b == b' ').enumerate().all(|(n, k)| self.is_word_at(n, k))
    }

    /// Most keywords are turned down by their first letter.
    fn may_be(&self, keywords: &[u8]) -> bool {
        let first = self.tokens.get(self.at).map(|t| self.text.as_bytes()[t.start]);
        first.is_some_and(|first| keywords.first().is_some_and(|k| k.eq_ignore_ascii_case(&first)))
    }

    /// Takes the keywords (in one string, parted by spaces) if all of them stand here.
    pub fn eat(&mut self, keywords: &str) -> bool {
        let found = self.are(keywords);
        if found {
            self.at += 1 + keywords.matches(' ').count();
        }
        found
    }

    /// Takes the first of these that stands here.
    pub fn eat_any<'k>(&mut self, choices: &[&'k str]) -> Option<&'k str> {
        choices.iter().copied().find(|c| self.eat(c))
    }

    /// Is this punctuation here?
    pub fn is_punct(&self, punct: u8) -> bool {
        self.token().is_some_and(|t| t.kind == Kind::Punct(punct))
    }

    /// Takes the punctuation if it stands here.
    pub fn eat_punct(&mut self, punct: u8) -> bool {
        let found = self.is_punct(punct);
        self.at += usize::from(found);
        found
    }

    /// Takes `::` if it stands here.
    pub fn eat_cast(&mut self) -> bool {
        let found = self.token().is_some_and(|t| t.kind == Kind::Cast);
        self.at += usize::from(found);
        found
    }

    /// Takes an identifier, folded as the dialect folds it.
    pub fn ident(&mut self) -> Option<String> {
        let token = self.token()?;
        let mut name = identifier(self.str(token), token.kind, self.dialect)?;
        self.at += 1;
        // PostgreSQL cuts what is too long, wherever it is written.
        if name.len() > 63 && self.dialect == Dialect::Postgres {
            name = crate::names::truncate(self.dialect, &name);
        }
        Some(name)
    }

    /// Takes `schema.name` or `name`; a database's or catalog's name before a schema is dropped.
    pub fn name(&mut self) -> Option<Name> {
        let (mut schema, mut name) = (String::new(), self.ident()?);
        for _ in 0..2 {
            if !self.eat_punct(b'.') {
                break;
            }
            schema = std::mem::replace(&mut name, self.ident()?);
        }
        Some(Name::new(schema, name, self.dialect))
    }

    /// Takes a number or a string and gives its text.
    pub fn literal(&mut self) -> Option<&'a str> {
        let token = self.token().filter(|t| matches!(t.kind, Kind::String | Kind::Number))?;
        self.at += 1;
        Some(self.str(token))
    }

    /// Takes a string and gives its value.
    pub fn string(&mut self) -> Option<String> {
        let token = self.token().filter(|t| t.kind == Kind::String)?;
        self.at += 1;
        Some(string_value(self.str(token), self.dialect))
    }

    /// Takes a balanced `( ... )` and gives a reader of what is inside.
    pub fn parens(&mut self) -> Option<Reader<'a>> {
        if !self.is_punct(b'(') {
            return None;
        }
        let start = self.at + 1;
        self.skip_balanced();
        let end = self.at.saturating_sub(1).max(start);
        Some(Reader {
            text: self.text,
            tokens: &self.tokens[start..end.min(self.tokens.len())],
            at: 0,
            dialect: self.dialect,
        })
    }

    /// Steps over one token, or over a whole balanced parenthesis or bracket.
    pub fn skip_balanced(&mut self) {
        let mut depth = 0usize;
        while let Some(token) = self.token() {
            self.at += 1;
            match token.kind {
                Kind::Punct(b'(' | b'[') => depth += 1,
                Kind::Punct(b')' | b']') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// The text from a mark to here, without white space around it.
    pub fn since(&self, mark: usize) -> &'a str {
        self.between(mark, self.at)
    }

    /// The text between two marks.
    pub fn between(&self, from: usize, to: usize) -> &'a str {
        match (self.tokens.get(from), to.checked_sub(1).and_then(|t| self.tokens.get(t))) {
            (Some(first), Some(last)) if from < to => &self.text[first.start..last.end],
            _ => "",
        }
    }

    /// All that is left, as text; the reader is then done.
    pub fn rest(&mut self) -> &'a str {
        let mark = self.at;
        self.at = self.tokens.len();
        self.since(mark)
    }

    /// What is left, without taking it.
    pub fn peek_rest(&self) -> &'a str {
        self.clone().rest()
    }

    /// The tokens that are left.
    pub fn tokens_left(&self) -> &'a [Token] {
        &self.tokens[self.at.min(self.tokens.len())..]
    }

    /// Readers of the parts between commas that stand outside parentheses.
    pub fn commas(self) -> Vec<Reader<'a>> {
        let mut out = Vec::new();
        let mut rest = self;
        while !rest.done() {
            let start = rest.at;
            while !rest.done() && !rest.is_punct(b',') {
                rest.skip_balanced();
            }
            out.push(Reader { tokens: &rest.tokens[start..rest.at], at: 0, ..rest.clone() });
            rest.at += 1;
        }
        out
    }

    /// Takes `(a, b, c)` of plain identifiers.
    pub fn ident_list(&mut self) -> Option<Vec<String>> {
        self.parens()?.commas().into_iter().map(|mut part| part.ident()).collect()
    }

    /// Takes tokens until one of the keywords stands here (outside parentheses) or nothing is left; gives their text.
    pub fn until(&mut self, keywords: &[&str]) -> &'a str {
        let mark = self.at;
        while let Some(token) = self.token() {
            if token.kind == Kind::Word && keywords.iter().any(|k| self.are(k)) {
                break;
            }
            self.skip_balanced();
        }
        self.since(mark)
    }
}

/// An identifier's name as the catalog stores it: unquoted, folded where the dialect folds.
pub fn identifier(text: &str, kind: Kind, dialect: Dialect) -> Option<String> {
    match kind {
        Kind::Word if dialect.is_postgres() && text.is_ascii() => Some(text.to_ascii_lowercase()),
        Kind::Word if dialect.is_postgres() => Some(text.to_lowercase()),
        Kind::Word => Some(text.to_string()),
        Kind::Quoted if plainly_quoted(text) => Some(text[1..text.len() - 1].to_string()),
        // SQLite and MySQL (in double quotes) take a string for a name where only a name can stand.
        Kind::Quoted | Kind::String if text.len() >= 2 => {
            let (open, close) = (text.chars().next()?, text.chars().next_back()?);
            if kind == Kind::String && (dialect.is_postgres() || !matches!(open, '\'' | '"')) {
                return None;
            }
            let start = text.find(open)? + open.len_utf8();
            let inner = text[start..].strip_suffix(close)?;
            let inner = inner.strip_prefix("&\"").unwrap_or(inner);
            match inner.contains(close) {
                true => Some(inner.replace(&format!("{close}{close}"), &close.to_string())),
                false => Some(inner.to_string()),
            }
        }
        _ => None,
    }
}

/// Quotes around what holds none of them, as around most names.
fn plainly_quoted(text: &str) -> bool {
    match text.as_bytes() {
        [open @ (b'"' | b'`'), inside @ .., close] => open == close && !inside.contains(open),
        _ => false,
    }
}

/// A string literal's value.
pub fn string_value(text: &str, dialect: Dialect) -> String {
    if let Some(rest) = text.strip_prefix('$') {
        let tag = rest.find('$').map_or(0, |at| at + 2);
        return text.get(tag..text.len().saturating_sub(tag)).unwrap_or_default().to_string();
    }
    let Some(open) = text.find(['\'', '"']) else { return text.to_string() };
    let quote = &text[open..=open];
    let inner = text[open + 1..].strip_suffix(quote).unwrap_or(&text[open + 1..]);
    let plain = inner.replace(&format!("{quote}{quote}"), quote);
    let escapes = dialect == Dialect::Mysql || text.starts_with(['E', 'e']);
    if escapes && plain.contains('\\') { unescape(&plain) } else { plain }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some('r')) => out.push('\r'),
            ('\\', Some('0')) => out.push('\0'),
            ('\\', Some(other)) => out.push(other),
            (c, _) => out.push(c),
        }
    }
    out
}
