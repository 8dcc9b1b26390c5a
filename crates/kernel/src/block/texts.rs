//! Texts that a block puts together out of parts that stand in it: what EXECUTE runs.

use super::condition::{Variables, bare};
use crate::Dialect;
use crate::lex::Kind;
use crate::reader::string_value;
use crate::rows::is_reserved;
use crate::rows::sql::Sql;
use std::ops::Range;

/// What an expression of strings, `||`, `format(..)` and variables that hold a known text comes to.
pub(super) fn text(sql: &Sql, range: Range<usize>, variables: &Variables) -> Option<String> {
    joined(sql, range).into_iter().map(|part| operand(sql, part, variables)).collect()
}

/// The operands of `||`.
fn joined(sql: &Sql, range: Range<usize>) -> Vec<Range<usize>> {
    let range = bare(sql, range);
    let mut out = Vec::new();
    let mut start = range.start;
    while let Some(bars) = sql.find(start..range.end, |at| sql.punct(at, b'|') && sql.punct(at + 1, b'|')) {
        out.push(start..bars);
        start = bars + 2;
    }
    out.push(start..range.end);
    out
}

fn operand(sql: &Sql, range: Range<usize>, variables: &Variables) -> Option<String> {
    let inner = bare(sql, uncast(sql, bare(sql, range.clone()))?);
    if inner != range {
        return text(sql, inner, variables);
    }
    let at = inner.start;
    if inner.len() == 1 {
        return match sql.kind(at)? {
            Kind::String => Some(string_value(sql.at(at), Dialect::Postgres)),
            Kind::Number => Some(sql.at(at).to_string()),
            Kind::Word | Kind::Quoted => variables.text(&sql.folded(at)),
            _ => None,
        };
    }
    let called = sql.kind(at) == Some(Kind::Word) && sql.punct(at + 1, b'(') && sql.past(at + 1) == inner.end;
    if !called {
        return None;
    }
    let arguments: Vec<String> =
        sql.commas(sql.inside(at + 1)).into_iter().map(|a| text(sql, a, variables)).collect::<Option<_>>()?;
    match (sql.at(at).to_ascii_lowercase().as_str(), arguments.as_slice()) {
        ("format", [pattern, values @ ..]) => format(pattern, values),
        ("quote_ident", [name]) => Some(quoted(name)),
        ("quote_literal", [value]) => Some(literal(value)),
        ("concat", values) => Some(values.concat()),
        ("lower", [value]) if value.is_ascii() => Some(value.to_ascii_lowercase()),
        ("upper", [value]) if value.is_ascii() => Some(value.to_ascii_uppercase()),
        _ => None,
    }
}

/// The expression without a cast behind it that leaves a text as it is; none where another stands there.
fn uncast(sql: &Sql, range: Range<usize>) -> Option<Range<usize>> {
    let Some(cast) = sql.find(range.clone(), |at| sql.kind(at) == Some(Kind::Cast)) else { return Some(range) };
    let plain = cast + 2 == range.end && sql.is_any(cast + 1, &["text", "varchar", "name"]);
    plain.then_some(range.start..cast)
}

/// PostgreSQL's `format`: `%s`, `%I`, `%L`, `%%`, and the same with a position. Widths are left alone.
fn format(pattern: &str, values: &[String]) -> Option<String> {
    let mut out = String::new();
    let mut next = 0;
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && rest.as_bytes().get(digits) == Some(&b'$') {
            next = rest[..digits].parse::<usize>().ok()?.checked_sub(1)?;
            rest = &rest[digits + 1..];
        }
        let kind = rest.chars().next()?;
        rest = &rest[1..];
        if kind == '%' {
            out.push('%');
            continue;
        }
        let value = values.get(next)?;
        next += 1;
        out.push_str(&match kind {
            's' => value.clone(),
            'I' => quoted(value),
            'L' => literal(value),
            _ => return None,
        });
    }
    out.push_str(rest);
    Some(out)
}

/// A name as `quote_ident` gives it: in quotes where it needs them, since more may be put behind it.
fn quoted(name: &str) -> String {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let bare = name.bytes().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit()) && !name.is_empty();
    if bare && !is_reserved(name) { name.to_string() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

pub(super) fn literal(value: &str) -> String {
    let doubled = value.replace('\'', "''");
    if value.contains('\\') { format!("E'{}'", doubled.replace('\\', "\\\\")) } else { format!("'{doubled}'") }
}
