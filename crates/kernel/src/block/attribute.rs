//! What a row of a catalog must be like, beside being about the object: `data_type = 'text'`, `indexdef LIKE '%a%'`.

use super::condition::{Variables, bare, operator};
use super::named::Like;
use super::probe::{Constant, column, constant, is_column};
use super::texts::text;
use super::{Attribute, Test};
use crate::lex::Kind;
use crate::reader::string_value;
use crate::rows::sql::Sql;
use std::ops::Range;

/// The attribute that a part of a condition tests, if that is all it does.
pub(super) fn attribute(sql: &Sql, part: Range<usize>, variables: &Variables) -> Option<Attribute> {
    let part = bare(sql, part);
    if sql.is(part.start, "not") {
        let Attribute { column, test } = attribute(sql, part.start + 1..part.end, variables)?;
        return Some(Attribute { column, test: test.opposite()? });
    }
    let (column, next) = described(sql, part.start)?;
    let test = match next == part.end {
        true => Test::Is(vec!["true".into()]),
        false => tested(sql, next..part.end, &column, variables)?,
    };
    Some(Attribute { column, test })
}

/// What is tested of a value that stands before this.
pub(super) fn tested(sql: &Sql, rest: Range<usize>, column: &str, variables: &Variables) -> Option<Test> {
    let (next, end) = (rest.start, rest.end);
    Some(match () {
        _ if sql.are(next, &["is", "null"]) && rest.len() == 2 => Test::Null,
        _ if sql.are(next, &["is", "not", "null"]) && rest.len() == 3 => Test::NotNull,
        _ if sql.is(next, "is") && sql.is_any(next + 1, &["true", "false"]) && rest.len() == 2 => {
            Test::Is(vec![sql.at(next + 1).to_ascii_lowercase()])
        }
        _ if sql.is(next, "in") && sql.past(next + 1) == end => {
            Test::Is(values(sql, sql.inside(next + 1), column, variables)?)
        }
        _ if sql.are(next, &["not", "in"]) && sql.past(next + 2) == end => {
            Test::IsNot(values(sql, sql.inside(next + 2), column, variables)?)
        }
        _ if sql.is_any(next, &["like", "ilike"]) => Test::Like(like(sql, next, end)?),
        _ if sql.is(next, "not") && sql.is_any(next + 1, &["like", "ilike"]) => {
            Test::NotLike(like(sql, next + 1, end)?)
        }
        _ => compared(sql, rest, column, variables)?,
    })
}

/// The column, or the function of the catalogs that gives a definition.
fn described(sql: &Sql, at: usize) -> Option<(String, usize)> {
    let (names, bracket) = sql.dotted(at)?;
    let called = names.last().filter(|_| sql.punct(bracket, b'('));
    let Some(called) = called else { return column(sql, at) };
    let known = ["pg_get_constraintdef", "pg_get_indexdef", "format_type"].contains(&called.as_str());
    known.then(|| (called.clone(), sql.past(bracket)))
}

fn compared(sql: &Sql, rest: Range<usize>, column: &str, variables: &Variables) -> Option<Test> {
    let (operator, right) = operator(sql, rest);
    let right = bare(sql, right);
    let list = right.start + 3;
    let listed = sql.is(right.start, "any") && sql.is(list - 1, "array") && sql.past(list) + 1 == right.end;
    let values = match listed {
        true => values(sql, sql.inside(list), column, variables)?,
        false => vec![value(sql, right, column, variables)?],
    };
    match operator.as_str() {
        "=" => Some(Test::Is(values)),
        "<>" | "!=" if values.len() == 1 => Some(Test::IsNot(values)),
        _ => None,
    }
}

fn values(sql: &Sql, list: Range<usize>, column: &str, variables: &Variables) -> Option<Vec<String>> {
    sql.commas(list).into_iter().map(|one| value(sql, one, column, variables)).collect()
}

fn value(sql: &Sql, range: Range<usize>, column: &str, variables: &Variables) -> Option<String> {
    let word = range.len() == 1 && sql.is_any(range.start, &["true", "false"]);
    if word {
        return Some(sql.at(range.start).to_ascii_lowercase());
    }
    if let Some(Constant::Is(value)) = constant(sql, range.clone(), column) {
        return Some(value);
    }
    let named = is_column(sql, range.clone()).filter(|name| !variables.is_declared(name));
    if named.is_some() { None } else { text(sql, range, variables) }
}

/// `LIKE '%piece%'`
fn like(sql: &Sql, at: usize, end: usize) -> Option<Like> {
    let literal = at + 2 == end && sql.kind(at + 1) == Some(Kind::String);
    let pattern = literal.then(|| string_value(sql.at(at + 1), sql.dialect))?;
    let piece = pattern.strip_prefix('%')?.strip_suffix('%')?.to_string();
    let plain = !piece.is_empty() && !piece.contains(['%', '\\']);
    plain.then(|| Like { piece, any_case: sql.is(at, "ilike") })
}

impl Test {
    /// NOT of it, which NULL passes as little.
    fn opposite(self) -> Option<Test> {
        Some(match self {
            Test::Is(values) => Test::IsNot(values),
            Test::IsNot(values) => Test::Is(values),
            Test::Null => Test::NotNull,
            Test::NotNull => Test::Null,
            Test::Like(like) => Test::NotLike(like),
            Test::NotLike(like) => Test::Like(like),
        })
    }
}
