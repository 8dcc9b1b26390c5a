//! Text of SQLite's without its layout.

use crate::Dialect;
use crate::lex::{Kind, Token, lex};
use crate::reader::identifier;
use std::collections::BTreeSet;

/// Names of tables and columns, in lower case: what else stands in double quotes is a string, if SQLite takes it at all.
pub type Names = BTreeSet<String>;

/// The tokens of a text, without comments.
pub fn tokens(sql: &str) -> Vec<Token> {
    lex(sql, 0, Dialect::Sqlite).into_iter().filter(|t| t.kind != Kind::Comment).collect()
}

/// A piece of SQL without its layout, without the case of its words and without needless quotes.
pub fn normal(sql: &str, names: &Names) -> String {
    join(sql, &tokens(sql), names)
}

/// The same of some of its tokens.
pub fn join(sql: &str, tokens: &[Token], names: &Names) -> String {
    tokens.iter().map(|t| piece(sql, *t, names)).collect::<Vec<_>>().join(" ")
}

/// The same of a whole statement, without words that say nothing.
pub fn statement(sql: &str, names: &Names) -> String {
    let tokens = tokens(sql);
    let word = |at: usize, word: &str| {
        tokens.get(at).is_some_and(|t: &Token| t.kind == Kind::Word && sql[t.start..t.end].eq_ignore_ascii_case(word))
    };
    let ends = |at: usize| tokens.get(at).is_some_and(|t| matches!(t.kind, Kind::Punct(b',' | b')')));
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if word(at, "FOR") && word(at + 1, "EACH") && word(at + 2, "ROW") {
            at += 3;
            continue;
        }
        if !(word(at, "ASC") && ends(at + 1)) {
            out.push(piece(sql, tokens[at], names));
        }
        at += 1;
    }
    out.join(" ")
}

fn piece(sql: &str, token: Token, names: &Names) -> String {
    let text = &sql[token.start..token.end];
    match token.kind {
        Kind::Word => text.to_ascii_lowercase(),
        Kind::Quoted => match identifier(text, token.kind, Dialect::Sqlite).map(|n| n.to_ascii_lowercase()) {
            Some(name) if names.contains(&name) || !text.starts_with('"') => name,
            _ => text.to_string(),
        },
        _ => text.to_string(),
    }
}

/// Without a pair of parentheses around all of it; the text is [`normal`].
pub fn unwrapped(text: &str) -> &str {
    let tokens = tokens(text);
    let [open, .., close] = tokens.as_slice() else { return text };
    let inside = text.get(open.end..close.start).unwrap_or_default();
    let closes = closing(&tokens, 0) == tokens.len();
    if open.kind == Kind::Punct(b'(') && closes { unwrapped(inside.trim()) } else { text }
}

/// One past the parenthesis that closes the one at `open`; one past `open` where none stands there.
pub fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Punct(b'(') => depth += 1,
            Kind::Punct(b')') => depth -= 1,
            _ => {}
        }
        if depth <= 0 {
            return at + 1;
        }
    }
    tokens.len()
}
