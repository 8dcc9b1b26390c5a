//! The tokens of a type, read from left to right.

use crate::Dialect;
use crate::lex::{Kind, Token, lex};

/// Where we stand in the text of a type.
pub(super) struct Reader<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(dialect: Dialect, text: &'a str) -> Reader<'a> {
        let mut tokens = lex(text, 0, dialect);
        tokens.retain(|t| t.kind != Kind::Comment);
        Reader { text, tokens, at: 0 }
    }

    /// The next token's text and kind.
    pub(super) fn peek(&self) -> Option<(Kind, &'a str)> {
        self.tokens.get(self.at).map(|t| (t.kind, &self.text[t.start..t.end]))
    }

    /// A dot follows the next token: it is the first part of a longer name.
    pub(super) fn peek_after_is_dot(&self) -> bool {
        self.tokens.get(self.at + 1).is_some_and(|t| t.kind == Kind::Punct(b'.'))
    }

    /// Takes the next token.
    pub(super) fn take(&mut self) -> Option<(Kind, &'a str)> {
        let next = self.peek();
        self.at += usize::from(next.is_some());
        next
    }

    /// Takes these words if they come next, in any case.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let here = self.tokens.get(self.at..self.at + words.len());
        let same = here.is_some_and(|tokens| {
            tokens
                .iter()
                .zip(words)
                .all(|(t, w)| t.kind == Kind::Word && self.text[t.start..t.end].eq_ignore_ascii_case(w))
        });
        self.at += if same { words.len() } else { 0 };
        same
    }

    /// Takes this character if it comes next.
    pub(super) fn eat_punct(&mut self, punct: u8) -> bool {
        let same = self.tokens.get(self.at).is_some_and(|t| t.kind == Kind::Punct(punct));
        self.at += usize::from(same);
        same
    }

    /// What stands in parentheses, split at its commas; nothing where none open here.
    pub(super) fn args(&mut self) -> Vec<String> {
        if !self.eat_punct(b'(') {
            return Vec::new();
        }
        let mut out = vec![String::new()];
        let mut depth = 0usize;
        while let Some((kind, text)) = self.take() {
            match kind {
                Kind::Punct(b')') if depth == 0 => break,
                Kind::Punct(b',') if depth == 0 => {
                    out.push(String::new());
                    continue;
                }
                Kind::Punct(b'(') => depth += 1,
                Kind::Punct(b')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if let Some(last) = out.last_mut() {
                join(last, kind, text);
            }
        }
        out
    }

    /// All that is left: words in lower case, white space folded.
    pub(super) fn rest(&mut self) -> String {
        let mut out = String::new();
        while let Some((kind, text)) = self.take() {
            match kind {
                Kind::Word => join(&mut out, kind, &text.to_ascii_lowercase()),
                _ => join(&mut out, kind, text),
            }
        }
        out
    }
}

/// Adds a token's text, with a space where two words would grow together.
fn join(out: &mut String, kind: Kind, text: &str) {
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'"' | b'`' | b'\'') || b >= 0x80;
    let apart =
        !matches!(kind, Kind::Punct(_) | Kind::Cast) && out.bytes().last().is_some_and(|b| word(b) || b == b')');
    if apart {
        out.push(' ');
    }
    out.push_str(text);
}
