//! A piece of the user's SQL: an expression, a body, a list of options. Compared without regard to layout.

use crate::Dialect;
use crate::lex::{Kind, lex};
use crate::reader::identifier;

/// Text as written, equal to another where only layout, the case of bare words and needless quotes differ.
#[derive(Debug, Clone, Default, Eq)]
pub struct Sql {
    /// As written.
    pub text: String,
    /// None where it is the text itself.
    key: Option<Box<str>>,
}

impl PartialEq for Sql {
    fn eq(&self, other: &Sql) -> bool {
        self.key() == other.key()
    }
}

impl Sql {
    /// A piece of the user's text.
    pub fn new(text: &str, dialect: Dialect) -> Sql {
        let text = text.trim();
        if text.is_empty() {
            return Sql::default();
        }
        let key = key(text, dialect);
        Sql { text: text.to_string(), key: (key != text).then(|| key.into_boxed_str()) }
    }

    /// Text whose layout matters (a routine's body).
    pub fn verbatim(text: &str) -> Sql {
        Sql { text: text.to_string(), key: None }
    }

    /// Without regard to layout, case and needless quotes.
    pub fn key(&self) -> &str {
        self.key.as_deref().unwrap_or(&self.text)
    }

    /// Is there nothing?
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// Layout and case out of the way; outer parentheses too.
fn key(text: &str, dialect: Dialect) -> String {
    let mut tokens = lex(text, 0, dialect);
    tokens.retain(|t| t.kind != Kind::Comment);
    let around = layers(&tokens);
    let slice = &tokens[around..tokens.len() - around];
    let mut out = String::with_capacity(text.len() + slice.len());
    for token in slice {
        let piece = &text[token.start..token.end];
        match token.kind {
            Kind::Word => push_lower(&mut out, piece),
            Kind::Quoted => match identifier(piece, token.kind, dialect) {
                Some(name) if dialect.is_postgres() && !plain(&name) => {
                    out.push('"');
                    out.push_str(&name);
                    out.push('"');
                }
                Some(name) if dialect.is_postgres() => out.push_str(&name),
                Some(name) => push_lower(&mut out, &name),
                None => out.push_str(piece),
            },
            _ => out.push_str(piece),
        }
        out.push(' ');
    }
    out.pop();
    out
}

fn push_lower(out: &mut String, text: &str) {
    if text.is_ascii() {
        let from = out.len();
        out.push_str(text);
        out[from..].make_ascii_lowercase();
    } else {
        out.extend(text.chars().flat_map(char::to_lowercase));
    }
}

fn plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// How many pairs of parentheses stand around everything. Counted in one go: there may be tens of thousands.
fn layers(tokens: &[crate::lex::Token]) -> usize {
    let is = |token: &crate::lex::Token, byte: u8| token.kind == Kind::Punct(byte);
    let opened = tokens.iter().take_while(|t| is(t, b'(')).count();
    let closed = tokens.iter().rev().take_while(|t| is(t, b')')).count();
    let Some(inner) = tokens.get(opened..tokens.len() - closed) else { return 0 };
    if inner.is_empty() {
        return opened.min(closed).saturating_sub(1);
    }
    let (mut depth, mut lowest) = (opened, opened);
    for token in inner {
        if is(token, b'(') {
            depth += 1;
        } else if is(token, b')') {
            depth = depth.saturating_sub(1);
        }
        lowest = lowest.min(depth);
    }
    if depth == closed { lowest } else { 0 }
}

/// Does a piece of SQL name this identifier anywhere? (As a word or quoted, not inside strings.)
pub fn mentions(text: &str, name: &str, dialect: Dialect) -> bool {
    // Cheap test first: nearly all texts do not hold the letters at all.
    if !contains_ignore_case(text, name) {
        return false;
    }
    lex(text, 0, dialect).iter().any(|t| {
        matches!(t.kind, Kind::Word | Kind::Quoted)
            && identifier(&text[t.start..t.end], t.kind, dialect).is_some_and(|n| same(&n, name, dialect))
    })
}

/// Whether a name can stand in a text at all: quick, and true where it can't be told.
pub(crate) fn contains_ignore_case(text: &str, name: &str) -> bool {
    let (hay, needle) = (text.as_bytes(), name.as_bytes());
    let Some(first) = needle.first().map(u8::to_ascii_lowercase).filter(|_| name.is_ascii()) else { return true };
    let Some(last) = hay.len().checked_sub(needle.len()) else { return false };
    // Most places are turned down by their first byte.
    (0..=last)
        .any(|at| hay[at].to_ascii_lowercase() == first && hay[at..at + needle.len()].eq_ignore_ascii_case(needle))
}

fn same(a: &str, b: &str, dialect: Dialect) -> bool {
    a == b || (!dialect.is_postgres() && a.eq_ignore_ascii_case(b))
}

/// Puts another identifier in the place of one, where it stands as a word or quoted (not as a function's name, not
/// inside strings). `after_dot`: also where it follows a dot.
pub fn replace_identifier(text: &str, from: &str, to: &str, dialect: Dialect, after_dot: bool) -> Option<String> {
    if !mentions(text, from, dialect) {
        return None;
    }
    let tokens: Vec<_> = lex(text, 0, dialect).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    let mut out = String::with_capacity(text.len() + to.len());
    let mut copied = 0;
    for (at, token) in tokens.iter().enumerate() {
        if !matches!(token.kind, Kind::Word | Kind::Quoted) {
            continue;
        }
        let piece = &text[token.start..token.end];
        let named = identifier(piece, token.kind, dialect).is_some_and(|n| same(&n, from, dialect));
        let call = tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Punct(b'(')) && token.kind == Kind::Word;
        let dotted = at > 0 && tokens[at - 1].kind == Kind::Punct(b'.');
        if !named || call || (dotted && !after_dot) {
            continue;
        }
        out.push_str(&text[copied..token.start]);
        out.push_str(&crate::dialect::quote_like(piece, to, dialect));
        copied = token.end;
    }
    out.push_str(&text[copied..]);
    (copied > 0).then_some(out)
}

/// Puts another identifier in the place of one wherever it fits; `fits` is asked with the token's place among `tokens`,
/// which hold no comments.
pub fn replace_if(
    text: &str,
    tokens: &[crate::lex::Token],
    from: &str,
    to: &str,
    dialect: Dialect,
    fits: impl Fn(usize) -> bool,
) -> Option<String> {
    let mut out = String::with_capacity(text.len() + to.len());
    let mut copied = 0;
    for (at, token) in tokens.iter().enumerate().filter(|(_, t)| matches!(t.kind, Kind::Word | Kind::Quoted)) {
        let piece = &text[token.start..token.end];
        let named = identifier(piece, token.kind, dialect).is_some_and(|n| same(&n, from, dialect));
        if named && fits(at) {
            out.push_str(&text[copied..token.start]);
            out.push_str(&crate::dialect::quote_like(piece, to, dialect));
            copied = token.end;
        }
    }
    out.push_str(&text[copied..]);
    (copied > 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_around_everything_do_not_count() {
        let key = |text: &str| key(text, Dialect::Postgres);
        for (text, same) in [("(a)", "a"), ("((a > 1))", "a > 1"), ("((a)+(b))", "(a)+(b)"), ("(a)+(b)", "(a)+(b)")] {
            assert_eq!(key(text), key(same), "{text}");
        }
        assert_ne!(key("(a)+(b)"), key("a)+(b"));
        for odd in ["", "(", ")", "()", "(())", "((a)", "(a))", ")(", "(a) b)"] {
            assert!(key(odd).len() <= 2 * odd.len(), "{odd}");
        }
    }
}
