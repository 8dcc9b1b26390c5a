//! What PostgreSQL calls an expression: the name of an index's column, and so a part of the index's own name.

use super::truncate;
use crate::Dialect;
use crate::lex::{Kind, Token, lex};
use crate::types;

/// What PostgreSQL calls an index expression: `lower(email)` is `lower`, `a::text` is `a`, `(a || b)::text` is `text`,
/// `a || b` has no name (`FigureIndexColname`; run on 15).
pub fn expression_name(text: &str) -> Option<String> {
    let tokens: Vec<Token> = lex(text, 0, Dialect::Postgres).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    Expression { text, tokens: &tokens }.name(0).map(|(name, _)| name)
}

/// An expression's tokens, and how deep we may still look into them.
struct Expression<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

/// TRIM is a word of the grammar: the function behind it depends on the side.
const TRIMS: [(&str, &str); 3] = [("leading", "ltrim"), ("trailing", "rtrim"), ("", "btrim")];
/// Constants that look like columns.
const CONSTANTS: [&str; 3] = ["true", "false", "null"];
/// Words that join two operands: an expression with one outside of parentheses has no name.
const OPERATOR_WORDS: [&str; 12] =
    ["and", "or", "not", "is", "in", "like", "ilike", "between", "similar", "isnull", "notnull", "overlaps"];

impl<'a> Expression<'a> {
    fn part(&self, tokens: &'a [Token]) -> Expression<'a> {
        Expression { text: self.text, tokens }
    }

    fn word(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at)?;
        match token.kind {
            Kind::Word => Some(self.text[token.start..token.end].to_ascii_lowercase()),
            _ => None,
        }
    }

    fn is(&self, at: usize, punct: u8) -> bool {
        self.tokens.get(at).is_some_and(|t| t.kind == Kind::Punct(punct))
    }

    /// The name and whether it is a good one (a column's or a function's) rather than a cast's type.
    fn name(&self, depth: usize) -> Option<(String, bool)> {
        if self.tokens.is_empty() || depth > 40 {
            return None;
        }
        if let Some(inner) = self.without_parentheses() {
            return inner.name(depth + 1);
        }
        let top = self.top_level();
        if self.word(0).as_deref() == Some("case") && self.word(self.tokens.len() - 1).as_deref() == Some("end") {
            return self.case(depth);
        }
        if top.iter().any(|at| self.word(*at).is_some_and(|w| OPERATOR_WORDS.contains(&w.as_str()))) {
            return None;
        }
        // Operators bind more loosely than all that follows here.
        let operator = |at: &usize| matches!(self.tokens[*at].kind, Kind::Punct(b) if !matches!(b, b'.' | b'(' | b')' | b'[' | b']' | b','));
        if top.iter().any(operator) {
            return None;
        }
        if let Some(at) = top.iter().rev().find(|at| self.tokens[**at].kind == Kind::Cast) {
            return self.cast(*at, depth);
        }
        if let Some(at) = top.iter().find(|at| self.word(**at).as_deref() == Some("collate")) {
            return self.part(&self.tokens[..*at]).name(depth + 1);
        }
        if top
            .windows(2)
            .any(|w| self.word(w[0]).as_deref() == Some("time") && self.word(w[1]).as_deref() == Some("zone"))
        {
            return Some(("timezone".into(), true));
        }
        self.primary(depth)
    }

    /// `x::type`: the operand's own name, else the type's.
    fn cast(&self, at: usize, depth: usize) -> Option<(String, bool)> {
        let operand = self.part(&self.tokens[..at]).name(depth + 1);
        if let Some((name, true)) = operand {
            return Some((name, true));
        }
        let (first, last) = (self.tokens.get(at + 1)?, self.tokens.last()?);
        Some((types::internal_name(&self.text[first.start..last.end]), false))
    }

    /// A column, a function call or a construct with a name of its own.
    fn primary(&self, depth: usize) -> Option<(String, bool)> {
        if let Some(open) = self.subscripted() {
            return self.part(&self.tokens[..open]).name(depth + 1);
        }
        if self.tokens.len() == 1 && self.word(0).is_some_and(|w| CONSTANTS.contains(&w.as_str())) {
            return None;
        }
        if self.word(0).as_deref() == Some("array") && self.is(1, b'[') {
            return Some(("array".into(), true));
        }
        if self.word(0).as_deref() == Some("cast") && self.is(1, b'(') {
            return self.cast_call(depth);
        }
        let mut at = 0;
        let mut name = self.identifier(at)?;
        while self.is(at + 1, b'.') {
            at += 2;
            name = self.identifier(at)?;
        }
        let rest = self.part(&self.tokens[at + 1..]);
        if rest.tokens.is_empty() {
            return Some((name, true));
        }
        if rest.closing(0) == Some(rest.tokens.len() - 1) {
            let side = rest.word(1).unwrap_or_default();
            let real = TRIMS.iter().find(|(word, _)| at == 0 && name == "trim" && (*word == side || word.is_empty()));
            return Some((real.map_or(name, |(_, real)| real.to_string()), true));
        }
        (rest.is(0, b'[') && rest.is(rest.tokens.len() - 1, b']') && rest.top_level().len() == 2)
            .then_some((name, true))
    }

    /// `CASE .. ELSE x END`: the name of x if it is a good one, else `case`.
    fn case(&self, depth: usize) -> Option<(String, bool)> {
        let last = self.tokens.len().checked_sub(1)?;
        if self.case_end() != Some(last) {
            return None; // two of them with an operator between
        }
        let mut nested = 0usize;
        for at in (1..last).rev() {
            match self.word(at).as_deref() {
                Some("end") => nested += 1,
                Some("case") => nested = nested.saturating_sub(1),
                Some("else") if nested == 0 => {
                    let found = self.part(&self.tokens[at + 1..last]).name(depth + 1);
                    return found.filter(|(_, good)| *good).or(Some(("case".into(), false)));
                }
                _ => {}
            }
        }
        Some(("case".into(), false))
    }

    /// The END of the CASE that begins here.
    fn case_end(&self) -> Option<usize> {
        let mut open = 0usize;
        (0..self.tokens.len()).find(|at| match self.word(*at).as_deref() {
            Some("case") => {
                open += 1;
                false
            }
            Some("end") => {
                open = open.saturating_sub(1);
                open == 0
            }
            _ => false,
        })
    }

    /// `CAST(x AS type)`.
    fn cast_call(&self, depth: usize) -> Option<(String, bool)> {
        let end = self.closing(1).filter(|end| *end == self.tokens.len() - 1)?;
        let inside = self.part(&self.tokens[2..end]);
        let at = *inside.top_level().iter().rev().find(|at| inside.word(**at).as_deref() == Some("as"))?;
        let operand = inside.part(&inside.tokens[..at]).name(depth + 1);
        let (first, last) = (inside.tokens.get(at + 1)?, inside.tokens.last()?);
        operand
            .filter(|(_, good)| *good)
            .or_else(|| Some((types::internal_name(&self.text[first.start..last.end]), false)))
    }

    fn identifier(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at)?;
        let text = &self.text[token.start..token.end];
        let name = match token.kind {
            Kind::Quoted => text.trim_matches('"').replace("\"\"", "\""),
            Kind::Word => text.to_ascii_lowercase(),
            _ => return None,
        };
        Some(truncate(Dialect::Postgres, &name))
    }

    /// `(x)[1]`: where the subscript opens.
    fn subscripted(&self) -> Option<usize> {
        let open = self.closing(0)? + 1;
        let last = self.tokens.len() - 1;
        (self.is(open, b'[') && self.is(last, b']')).then_some(open)
    }

    fn without_parentheses(&self) -> Option<Expression<'a>> {
        let end = self.closing(0)?;
        (end == self.tokens.len() - 1).then(|| self.part(&self.tokens[1..end]))
    }

    /// Where the parenthesis or bracket that opens here closes.
    fn closing(&self, open: usize) -> Option<usize> {
        if !self.is(open, b'(') {
            return None;
        }
        let mut depth = 0usize;
        for at in open..self.tokens.len() {
            match self.tokens[at].kind {
                Kind::Punct(b'(' | b'[') => depth += 1,
                Kind::Punct(b')' | b']') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The tokens outside of all parentheses, and the parentheses themselves.
    fn top_level(&self) -> Vec<usize> {
        let mut depth = 0usize;
        let mut out = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            let close = matches!(token.kind, Kind::Punct(b')' | b']'));
            depth = depth.saturating_sub(usize::from(close));
            if depth == 0 {
                out.push(at);
            }
            depth += usize::from(matches!(token.kind, Kind::Punct(b'(' | b'[')));
        }
        out
    }
}
