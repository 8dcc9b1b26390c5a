//! The tokens of a file in TypeScript, as far as a table's literal needs: where words, texts and brackets begin and end. What
//! they mean to a compiler is not asked. Where a bracket or a text has no end, there are none.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name, a keyword or a number.
    Word,
    /// A text in quotes.
    Text,
    /// A template, with all that stands in it, or a regular expression.
    Other,
    /// One character, or `=>`.
    Mark,
}

/// A token and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'t> {
    pub kind: Kind,
    pub text: &'t str,
    /// Where it begins, in bytes.
    pub start: usize,
}

impl Token<'_> {
    /// Where it ends.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// A file.
#[derive(Debug)]
pub struct Tokens<'t> {
    pub text: &'t str,
    pub all: Vec<Token<'t>>,
    /// Of each bracket the one that it belongs to; of everything else itself.
    partner: Vec<usize>,
}

impl<'t> Tokens<'t> {
    /// Reads a file.
    ///
    /// # Errors
    /// What has no end, in a sentence without a full stop.
    pub fn of(text: &'t str) -> Result<Tokens<'t>, String> {
        let mut all: Vec<Token> = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            if let Some(space) = skipped(rest) {
                at += space.ok_or_else(|| "a comment has no end".to_owned())?;
                continue;
            }
            let (kind, length) = token(rest, all.last()).ok_or("a text in quotes has no end")?;
            all.push(Token { kind, text: &rest[..length], start: at });
            at += length;
        }
        let partner = partners(&all).ok_or("a bracket has no other one")?;
        Ok(Tokens { text, all, partner })
    }

    /// The text of a token; nothing behind the last.
    pub fn word(&self, at: usize) -> &'t str {
        self.all.get(at).map_or("", |t| t.text)
    }

    /// The value of a text in quotes, where nothing in it is escaped.
    pub fn quoted(&self, at: usize) -> Option<&'t str> {
        let token = self.all.get(at).filter(|t| t.kind == Kind::Text)?;
        let inner = &token.text[1..token.text.len() - 1];
        (!inner.contains('\\')).then_some(inner)
    }

    /// Is it a name?
    pub fn is_name(&self, at: usize) -> bool {
        let letter = |c: char| c.is_alphabetic() || c == '_' || c == '$';
        self.all.get(at).is_some_and(|t| t.kind == Kind::Word && t.text.starts_with(letter))
    }

    /// The bracket that belongs to this one.
    pub fn partner(&self, at: usize) -> usize {
        self.partner.get(at).copied().unwrap_or(at)
    }

    /// The bytes from one token to another, both with it.
    pub fn bytes(&self, first: usize, last: usize) -> Range<usize> {
        let of = |at: usize| self.all.get(at);
        of(first).map_or(0, |t| t.start)..of(last).map_or(0, Token::end)
    }

    /// Inside two brackets, what stands between commas: the first and the last token of each.
    pub fn parts(&self, open: usize) -> Vec<(usize, usize)> {
        let close = self.partner(open);
        let (mut out, mut first, mut at) = (Vec::new(), open + 1, open + 1);
        while at < close {
            if self.word(at) == "," && self.all[at].kind == Kind::Mark {
                out.push((first, at));
                first = at + 1;
            }
            at = self.behind_called(at).unwrap_or(self.partner(at).max(at) + 1);
        }
        out.push((first, close));
        out.into_iter().filter(|(first, end)| first < end).map(|(first, end)| (first, end - 1)).collect()
    }

    /// Behind the types of a call, where they begin here: the commas in them are none between parts.
    fn behind_called(&self, at: usize) -> Option<usize> {
        let called = self.word(at) == "<" && at > 0 && self.is_name(at - 1);
        let end = called.then(|| self.behind_types(at)).flatten()?;
        let calls = self.word(end) == "(" || self.all.get(end).is_some_and(|t| t.kind == Kind::Other);
        calls.then_some(end)
    }

    /// Behind the arguments of a type (`<Record<string, number>>`), where some begin here; else here.
    pub fn behind_types(&self, at: usize) -> Option<usize> {
        if self.word(at) != "<" {
            return Some(at);
        }
        let (mut depth, mut at) = (0u32, at);
        while at < self.all.len() {
            match self.word(at) {
                "<" => depth += 1,
                ">" => depth -= 1,
                ")" | "]" | "}" | ";" => return None,
                _ => {}
            }
            at = self.partner(at).max(at) + 1;
            if depth == 0 {
                return Some(at);
            }
        }
        None
    }
}

/// How long the space or the comment is that begins here; inner none: it has no end.
fn skipped(rest: &str) -> Option<Option<usize>> {
    if rest.starts_with("//") {
        return Some(Some(rest.find('\n').unwrap_or(rest.len())));
    }
    if let Some(inner) = rest.strip_prefix("/*") {
        return Some(inner.find("*/").map(|n| n + 4));
    }
    let space = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
    (space > 0).then_some(Some(space))
}

fn token(rest: &str, before: Option<&Token>) -> Option<(Kind, usize)> {
    let first = rest.chars().next()?;
    let named = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    Some(match first {
        '\'' | '"' => (Kind::Text, closed(rest, first)?),
        '`' => (Kind::Other, template(rest)?),
        '/' if begins_pattern(before) => (Kind::Other, pattern(rest)?),
        c if named(c) => (Kind::Word, rest.find(|c| !named(c)).unwrap_or(rest.len())),
        _ if rest.starts_with("=>") => (Kind::Mark, 2),
        c => (Kind::Mark, c.len_utf8()),
    })
}

/// A text in quotes on one line.
fn closed(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return None,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// A template, with those in it.
fn template(rest: &str) -> Option<usize> {
    let mut at = 1;
    while at < rest.len() {
        let here = &rest[at..];
        match here.chars().next()? {
            '`' => return Some(at + 1),
            '\\' => at += 1 + here.chars().nth(1)?.len_utf8(),
            '$' if here.starts_with("${") => at += inserted(here)?,
            c => at += c.len_utf8(),
        }
    }
    None
}

/// `${..}` in a template.
fn inserted(rest: &str) -> Option<usize> {
    let (mut at, mut depth) = (2, 1u32);
    let mut before: Option<Token> = None;
    while at < rest.len() {
        let here = &rest[at..];
        if let Some(space) = skipped(here) {
            at += space?;
            continue;
        }
        let (kind, length) = token(here, before.as_ref())?;
        match &here[..length] {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        before = Some(Token { kind, text: &here[..length], start: at });
        at += length;
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Behind what a `/` can be no division.
fn begins_pattern(before: Option<&Token>) -> bool {
    let words = ["return", "typeof", "case", "in", "of", "void", "delete"];
    match before {
        None => true,
        Some(token) => match token.kind {
            Kind::Mark => ![")", "]", "}"].contains(&token.text),
            Kind::Word => words.contains(&token.text),
            _ => false,
        },
    }
}

fn pattern(rest: &str) -> Option<usize> {
    let (mut escaped, mut set) = (false, false);
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\n' => return None,
            '\\' => escaped = true,
            '[' => set = true,
            ']' => set = false,
            '/' if !set => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn partners(all: &[Token]) -> Option<Vec<usize>> {
    let mut partner: Vec<usize> = (0..all.len()).collect();
    let mut open: Vec<usize> = Vec::new();
    for (at, token) in all.iter().enumerate().filter(|(_, t)| t.kind == Kind::Mark) {
        let other = match token.text {
            "(" | "[" | "{" => {
                open.push(at);
                continue;
            }
            ")" => "(",
            "]" => "[",
            "}" => "{",
            _ => continue,
        };
        let opened = open.pop().filter(|o| all[*o].text == other)?;
        (partner[opened], partner[at]) = (at, opened);
    }
    open.is_empty().then_some(partner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        Tokens::of(text).unwrap().all.iter().map(|t| t.text).collect()
    }

    #[test]
    fn what_looks_like_a_bracket_and_is_none() {
        assert_eq!(
            words("a('(', /[/(]/, `{${b({ c: `)` })}`) // )"),
            ["a", "(", "'('", ",", "/[/(]/", ",", "`{${b({ c: `)` })}`", ")"]
        );
        assert_eq!(words("x = a / b /* { */ => 'it\\'s'"), ["x", "=", "a", "/", "b", "=>", "'it\\'s'"]);
    }

    #[test]
    fn what_has_no_end_is_not_read() {
        for text in ["a(", "a)", "(]", "'a", "`a", "`${a", "/* a", "x = /a"] {
            assert!(Tokens::of(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parts_between_commas() {
        let tokens = Tokens::of("f(a, [b, c], { d, e },)").unwrap();
        let parts: Vec<&str> = tokens.parts(1).iter().map(|(a, b)| &tokens.text[tokens.bytes(*a, *b)]).collect();
        assert_eq!(parts, ["a", "[b, c]", "{ d, e }"]);
        let tokens = Tokens::of("<Record<string, () => void>>(x)").unwrap();
        assert_eq!(tokens.word(tokens.behind_types(0).unwrap()), "(");
    }
}
