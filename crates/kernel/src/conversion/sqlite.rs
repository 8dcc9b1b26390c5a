//! SQLite: a change of type is a copy into a new table, and the new column's affinity converts what it can without
//! loss of meaning (manual, "Datatypes In SQLite", 3; run on 3.40). Nothing is ever refused.

use super::Conversion;
use crate::Dialect;
use crate::types;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

use Affinity::*;

/// The rules of the manual's 3.1, in its order.
const RULES: [(&str, Affinity); 8] = [
    ("int", Integer),
    ("char", Text),
    ("clob", Text),
    ("text", Text),
    ("blob", Blob),
    ("real", Real),
    ("floa", Real),
    ("doub", Real),
];

/// Of numeric affinity, yet declared for what is no fraction: a rowful of whole numbers or texts.
const WHOLE: [&str; 4] = ["bool", "date", "time", "json"];

fn affinity(name: &str) -> Affinity {
    let found = RULES.iter().find(|(part, _)| name.contains(part)).map(|(_, affinity)| *affinity);
    found.unwrap_or(if name.is_empty() { Blob } else { Numeric })
}

/// The type that CREATE TABLE AS declares for a column of this type (sqlite.org/lang_createtable.html, section 2.1).
pub fn declared_for(data_type: &str) -> &'static str {
    match affinity(&types::canonical(Dialect::Sqlite, data_type)) {
        Integer => "INT",
        Text => "TEXT",
        Blob => "",
        Real => "REAL",
        Numeric => "NUM",
    }
}

struct Column {
    affinity: Affinity,
    whole: bool,
}

fn read(text: &str) -> Column {
    let name = types::canonical(Dialect::Sqlite, text);
    let affinity = affinity(&name);
    Column { affinity, whole: affinity == Integer || WHOLE.iter().any(|part| name.contains(part)) }
}

pub(super) fn conversion(from: &str, to: &str, using: Option<&str>) -> Conversion {
    let (from, to) = (read(from), read(to));
    let back_loses = loses(&to, &from).map(str::to_string);
    Conversion {
        loses: match using.map(str::trim) {
            Some(expression) if !name(expression) => Some("what the copy did to the values is not undone".into()),
            _ => loses(&from, &to).map(str::to_string),
        },
        refused_where: back_loses.is_some().then(|| question(to.affinity, from.affinity)).flatten(),
        back_loses,
        ..Conversion::default()
    }
}

/// A bare column.
fn name(expression: &str) -> bool {
    let quoted = |open: char, close: char| {
        expression.len() > 1
            && expression.starts_with(open)
            && expression.ends_with(close)
            && expression[1..].find(close) == Some(expression.len() - 2)
    };
    expression.chars().all(|c| c.is_alphanumeric() || c == '_')
        || quoted('"', '"')
        || quoted('`', '`')
        || quoted('[', ']')
}

/// What a value of one column is not when it comes back from the other. Whole numbers in a column declared for them are
/// taken for what it holds; SQLite itself would let it hold anything.
fn loses(a: &Column, b: &Column) -> Option<&'static str> {
    match (a.affinity, b.affinity) {
        (x, y) if x == y => None,
        (_, Blob) => None,
        (Integer | Numeric, Integer | Numeric) | (Real, Integer | Numeric) => None,
        (Numeric, Real) if a.whole => None,
        (Integer | Numeric, Real) => Some("whole numbers of more than 15 digits are rounded"),
        (Integer | Numeric, Text) if a.whole => None,
        (Integer | Numeric | Real, Text) => Some("fractions are written with 15 digits"),
        (Text, _) => Some("text that reads as a number comes back as that number is written"),
        (Blob, _) => Some("values become of the other type where they can"),
        _ => None,
    }
}

fn question(a: Affinity, b: Affinity) -> Option<String> {
    match (a, b) {
        (Text, Integer | Numeric) => Some(
            // Compared with a number, a text column's text that reads as a number is one.
            "typeof({}) = 'text' AND {} = CAST({} AS NUMERIC) AND CAST(CAST({} AS NUMERIC) AS TEXT) <> {}".into(),
        ),
        _ => None,
    }
}
