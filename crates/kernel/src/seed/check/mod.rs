//! CHECK constraints: what has to hold of the values of a row, as far as it can be read.
//!
//! A condition becomes alternatives, each a list of wishes about single columns. What is not understood wishes for
//! nothing: whether the row is accepted then is for the engine to say.

mod fit;
mod read;
mod regex;

use fit::fits;
pub use fit::fitting;

use super::facts::Table;
use super::value::Value;
use crate::Dialect;
use std::cmp::Ordering;

/// Something that has to hold of one column.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// The column.
    pub column: String,
    /// What.
    pub want: Want,
}

/// What has to hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Want {
    /// It is NULL.
    Null,
    /// It is not NULL.
    NotNull,
    /// It is one of these.
    OneOf(Vec<Value>),
    /// It is none of these.
    NoneOf(Vec<Value>),
    /// It compares so to a value.
    Compares(Comparison, Value),
    /// It compares so to another column of its row.
    ComparesTo(Comparison, String),
    /// It has so many characters, bytes or elements.
    Length(Comparison, i64),
    /// No capital letters (`false`: no small ones).
    Lower(bool),
    /// No space at its ends.
    Trimmed,
    /// It matches a regular expression.
    Matches(String),
    /// It matches a LIKE pattern.
    Like(String),
    /// It is JSON, of this type where one is named: `object`, `array` ...
    Json(Option<String>),
}

/// `<`, `=` and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    less: bool,
    equal: bool,
    greater: bool,
}

impl Comparison {
    const LESS: Comparison = Comparison { less: true, equal: false, greater: false };
    const LESS_OR_EQUAL: Comparison = Comparison { less: true, equal: true, greater: false };
    const EQUAL: Comparison = Comparison { less: false, equal: true, greater: false };
    const NOT_EQUAL: Comparison = Comparison { less: true, equal: false, greater: true };
    const GREATER: Comparison = Comparison { less: false, equal: false, greater: true };
    const GREATER_OR_EQUAL: Comparison = Comparison { less: false, equal: true, greater: true };

    fn holds(self, order: Ordering) -> bool {
        match order {
            Ordering::Less => self.less,
            Ordering::Equal => self.equal,
            Ordering::Greater => self.greater,
        }
    }

    /// What holds where this does not.
    fn negated(self) -> Comparison {
        Comparison { less: !self.less, equal: !self.equal, greater: !self.greater }
    }

    /// The same with its sides swapped.
    fn swapped(self) -> Comparison {
        Comparison { less: self.greater, equal: self.equal, greater: self.less }
    }
}

/// How many ways to meet one condition are kept.
const ALTERNATIVES: usize = 24;

/// How many ways to meet all conditions of a table are looked at for one row.
const TRIES: usize = 64;

/// The conditions of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Checks {
    /// Of each condition, the ways to meet it; at least one each.
    conditions: Vec<Vec<Vec<Wish>>>,
}

impl Checks {
    /// Reads the checks of a table and of the domains of its columns.
    pub fn of(table: &Table, dialect: Dialect) -> Checks {
        let columns: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
        let own = table.checks.iter().map(|check| read::alternatives(check, &columns, dialect));
        let value = ["VALUE".to_string(), "value".to_string()];
        let of_domains = table.columns.iter().flat_map(|column| {
            column.checks.iter().map(|check| {
                let mut ways = read::alternatives(check, &value, dialect);
                ways.iter_mut().flatten().for_each(|wish| wish.column.clone_from(&column.name));
                ways
            })
        });
        let required = |wish: &Wish| wish.want == Want::Null && table.column(&wish.column).is_some_and(|c| !c.nullable);
        let open = |mut ways: Vec<Vec<Wish>>| {
            ways.retain(|way| !way.iter().any(required));
            ways
        };
        let conditions = own.chain(of_domains).map(open).filter(|ways| ways.iter().any(|w| !w.is_empty())).collect();
        Checks { conditions }
    }

    /// What a row wishes for: one way to meet all conditions at once, another for the next row where there are several.
    pub fn wishes(&self, row: usize) -> Vec<Wish> {
        let mut first = None;
        for attempt in 0..TRIES {
            let mut turn = row + attempt;
            let mut out: Vec<Wish> = Vec::new();
            for ways in &self.conditions {
                let way = &ways[turn % ways.len()];
                // The next condition goes its ways more slowly, so that each goes with each.
                turn = if attempt == 0 { turn } else { turn / ways.len() };
                out.extend(way.iter().cloned());
            }
            if !contradict(&out) {
                return out;
            }
            first.get_or_insert(out);
        }
        first.unwrap_or_default()
    }

    /// How many values a column can have, where a condition lists them.
    pub fn distinct(&self, column: &str) -> Option<usize> {
        let listed = |wish: &Wish| match &wish.want {
            Want::OneOf(values) if wish.column == column => Some(values.len()),
            _ => None,
        };
        let of = |ways: &Vec<Vec<Wish>>| -> Option<usize> {
            let each: Option<Vec<usize>> = ways.iter().map(|way| way.iter().find_map(listed)).collect();
            each.map(|counts| counts.iter().sum())
        };
        self.conditions.iter().filter_map(of).min()
    }
}

/// Can wishes not all be met?
fn contradict(wishes: &[Wish]) -> bool {
    wishes.iter().enumerate().any(|(at, one)| {
        wishes[at + 1..].iter().filter(|other| other.column == one.column).any(|other| match (&one.want, &other.want) {
            (Want::Null, want) | (want, Want::Null) => *want != Want::Null,
            (Want::OneOf(values), want) | (want, Want::OneOf(values)) => !values.iter().any(|v| fits(v, want)),
            _ => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::facts::{Column, Filled};
    use crate::seed::kind::Kind;

    fn checks(checks: &[&str]) -> Checks {
        let column = |name: &str| Column {
            name: name.into(),
            kind: Kind::TEXT,
            nullable: true,
            filled: Filled::No,
            checks: Vec::new(),
        };
        let table = Table {
            columns: ["kind", "a", "b"].map(column).into(),
            checks: checks.iter().map(|c| c.to_string()).collect(),
            ..Table::default()
        };
        Checks::of(&table, Dialect::Postgres)
    }

    fn wanted(checks: &Checks, row: usize) -> Vec<(String, Want)> {
        checks.wishes(row).into_iter().map(|w| (w.column, w.want)).collect()
    }

    #[test]
    fn rows_take_turns() {
        let one_of_two = checks(&["num_nonnulls(a, b) = 1"]);
        let (a, b) = ("a".to_string(), "b".to_string());
        assert_eq!(wanted(&one_of_two, 0), [(a.clone(), Want::NotNull), (b.clone(), Want::Null)]);
        assert_eq!(wanted(&one_of_two, 1), [(a, Want::Null), (b, Want::NotNull)]);
    }

    #[test]
    fn conditions_that_go_together() {
        let both = checks(&[
            "kind = ANY (ARRAY['x'::text, 'y'::text])",
            "(kind = 'x' AND a IS NOT NULL) OR (kind = 'z' AND a IS NULL)",
        ]);
        for row in 0..4 {
            let wishes = wanted(&both, row);
            assert!(wishes.contains(&("a".to_string(), Want::NotNull)), "{row}: {wishes:?}");
        }
        assert_eq!(both.distinct("kind"), Some(2));
        assert_eq!(both.distinct("a"), None);
    }

    #[test]
    fn what_is_not_understood_wishes_for_nothing() {
        assert_eq!(checks(&["some_function(a, b)", "not even SQL ("]), Checks::default());
    }
}
