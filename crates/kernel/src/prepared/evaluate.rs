//! What an expression over a session's variables and `information_schema` comes to.

use super::{Answers, Session, Value, schema, variable};
use crate::block::{Condition, Probe, bare, operator, parts};
use crate::lex::Kind;
use crate::reader::string_value;
use crate::rows::sql::Sql;
use std::ops::Range;

/// One expression, with what it may look at.
#[derive(Clone, Copy)]
pub(super) struct Evaluation<'e> {
    pub(super) session: &'e Session,
    pub(super) sql: &'e Sql<'e>,
    pub(super) answers: &'e Answers<'e>,
    /// What COUNT(*) counts, in a query of which this is a value.
    pub(super) counted: Option<Counted>,
    pub(super) depth: usize,
}

/// The rows of a query.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    found: bool,
    /// There is one or none.
    single: bool,
}

impl Evaluation<'_> {
    pub(super) fn value(self, range: Range<usize>) -> Option<Value> {
        if self.depth > 20 {
            return None;
        }
        let mut go = self;
        go.depth += 1;
        let sql = self.sql;
        let range = bare(sql, range);
        let at = range.start;
        if sql.is(at, "select") {
            return go.query(range);
        }
        if let Some((name, next)) = variable(sql, at)
            && next == range.end
        {
            return Some(self.session.variables.get(&name)?.clone());
        }
        if let Some(local) = self.session.local(sql, at).filter(|_| range.len() == 1) {
            return self.session.locals.0.get(&local)?.clone();
        }
        if range.len() == 1 {
            return constant(sql, at);
        }
        if sql.is(at, "case") && sql.is(range.end - 1, "end") {
            return go.case(at + 1..range.end - 1);
        }
        if sql.kind(at) == Some(Kind::Word) && sql.punct(at + 1, b'(') && sql.past(at + 1) == range.end {
            return go.call(&sql.at(at).to_ascii_lowercase(), sql.inside(at + 1));
        }
        go.truth(range).map(Value::Truth)
    }

    fn call(self, function: &str, inside: Range<usize>) -> Option<Value> {
        let arguments = self.sql.commas(inside.clone());
        match (function, arguments.as_slice()) {
            ("database" | "schema", []) => Some(Value::Database),
            ("if", [condition, yes, no]) => {
                let chosen = if self.truth(condition.clone())? { yes } else { no };
                self.value(chosen.clone())
            }
            ("concat", parts) => {
                parts.iter().map(|part| self.text(part.clone())).collect::<Option<String>>().map(Value::Text)
            }
            ("count", [_]) => self.counted.map(|rows| match rows.single {
                true => Value::Number(i64::from(rows.found)),
                false => Value::Rows(rows.found),
            }),
            ("exists", [query]) => self.rows(query.clone()).map(Value::Truth),
            ("ifnull" | "coalesce", [first, second]) => match self.value(first.clone())? {
                Value::Null => self.value(second.clone()),
                Value::Something => None,
                value => Some(value),
            },
            _ => None,
        }
    }

    /// `WHEN .. THEN .. ELSE ..`
    fn case(self, inside: Range<usize>) -> Option<Value> {
        let sql = self.sql;
        if !sql.is(inside.start, "when") || sql.find_word(inside.clone(), &["case"]).is_some() {
            return None;
        }
        let mut at = inside.start;
        while sql.is(at, "when") {
            let then = sql.find_word(at..inside.end, &["then"])?;
            let end = sql.find_word(then..inside.end, &["when", "else"]).unwrap_or(inside.end);
            if self.truth(at + 1..then)? {
                return self.value(then + 1..end);
            }
            at = end;
        }
        if sql.is(at, "else") { self.value(at + 1..inside.end) } else { Some(Value::Null) }
    }

    fn text(self, range: Range<usize>) -> Option<String> {
        match self.value(range)? {
            Value::Text(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A query of one value.
    fn query(self, range: Range<usize>) -> Option<Value> {
        let from = self.sql.find_word(range.clone(), &["from"]);
        let list = range.start + 1..from.unwrap_or(range.end);
        self.column(list, from.map(|from| from..range.end))
    }

    /// A value of a query's list; the rest of the query from FROM on.
    pub(super) fn column(mut self, list: Range<usize>, rest: Option<Range<usize>>) -> Option<Value> {
        let Some(rest) = rest.filter(|rest| !self.sql.is(rest.start + 1, "dual")) else { return self.value(list) };
        let condition = schema::asked(&self, rest)?;
        let found = (self.answers)(&condition)?;
        let aggregated = (list.clone()).any(|at| self.sql.is(at, "count") && self.sql.punct(at + 1, b'('));
        if aggregated {
            self.counted = Some(Counted { found, single: schema::is_one(&condition) });
            return self.value(list);
        }
        if !found {
            return Some(Value::Null);
        }
        // A column of the row that is there.
        let known = self.value(list.clone()).or_else(|| self.described(&condition, list));
        Some(known.unwrap_or(Value::Something))
    }

    /// What `information_schema.columns` says of a column that is there: asked for one answer after the other.
    fn described(&self, condition: &Condition, list: Range<usize>) -> Option<Value> {
        const TYPES: [&str; 34] = [
            "int",
            "bigint",
            "smallint",
            "tinyint",
            "mediumint",
            "varchar",
            "char",
            "text",
            "tinytext",
            "mediumtext",
            "longtext",
            "datetime",
            "timestamp",
            "date",
            "time",
            "year",
            "decimal",
            "double",
            "float",
            "enum",
            "set",
            "binary",
            "varbinary",
            "blob",
            "tinyblob",
            "mediumblob",
            "longblob",
            "bit",
            "point",
            "geometry",
            "linestring",
            "polygon",
            "multipoint",
            "geometrycollection",
        ];
        let Condition::Exists(Probe::Column(table, name)) = condition else { return None };
        let (path, next) = self.sql.dotted(list.start)?;
        if next != list.end {
            return None;
        }
        let like = |data_type: Option<&str>, nullable: Option<bool>| {
            let (table, name, data_type) = (table.clone(), name.clone(), data_type.map(str::to_string));
            (self.answers)(&Condition::Exists(Probe::ColumnLike { table, name, data_type, nullable }))
        };
        let text = |word: &str| Some(Value::Text(word.to_string()));
        match path.last()?.to_ascii_lowercase().as_str() {
            "data_type" => TYPES.iter().find(|word| like(Some(word), None) == Some(true)).and_then(|word| text(word)),
            "is_nullable" => text(if like(None, Some(true))? { "YES" } else { "NO" }),
            _ => None,
        }
    }

    /// Does a query have rows?
    fn rows(self, query: Range<usize>) -> Option<bool> {
        let query = bare(self.sql, query);
        let from = self.sql.find_word(query.clone(), &["from"])?;
        let several = self.sql.find_word(query.clone(), &["union", "intersect", "except", "group", "having"]);
        if !self.sql.is(query.start, "select") || several.is_some() {
            return None;
        }
        self.found(from..query.end)
    }

    fn found(self, rest: Range<usize>) -> Option<bool> {
        let condition = schema::asked(&self, rest)?;
        (self.answers)(&condition)
    }

    /// Does it hold?
    pub(super) fn truth(self, range: Range<usize>) -> Option<bool> {
        let sql = self.sql;
        let range = bare(sql, range);
        if self.depth > 20 || sql.find_word(range.clone(), &["between", "case", "xor"]).is_some() {
            return None;
        }
        let mut go = self;
        go.depth += 1;
        let either = parts(sql, range.clone(), "or");
        if either.len() > 1 {
            return either.into_iter().map(|part| go.truth(part)).try_fold(false, |any, one| Some(any | one?));
        }
        let both = parts(sql, range.clone(), "and");
        if both.len() > 1 {
            return both.into_iter().map(|part| go.truth(part)).try_fold(true, |all, one| Some(all & one?));
        }
        if sql.is(range.start, "not") {
            return go.truth(range.start + 1..range.end).map(|held| !held);
        }
        let operator = sql.find(range.clone(), |at| {
            sql.is(at, "is") || matches!(sql.kind(at), Some(Kind::Punct(b'=' | b'<' | b'>' | b'!')))
        });
        match operator {
            Some(at) => go.compared(go.value(range.start..at)?, at..range.end),
            None if range.len() == 1 || sql.punct(range.start, b'@') || sql.punct(range.start + 1, b'(') => {
                go.value(range).and_then(|value| match value {
                    Value::Truth(held) | Value::Rows(held) => Some(held),
                    Value::Number(number) => Some(number != 0),
                    Value::Null => Some(false),
                    _ => None,
                })
            }
            None => None,
        }
    }

    fn compared(self, left: Value, right: Range<usize>) -> Option<bool> {
        let sql = self.sql;
        if sql.are(right.start, &["is", "null"]) && right.len() == 2 {
            return Some(left == Value::Null);
        }
        if sql.are(right.start, &["is", "not", "null"]) && right.len() == 3 {
            return Some(left != Value::Null);
        }
        let (operator, right) = operator(sql, right);
        let right = self.value(right)?;
        match (left, right) {
            (Value::Rows(some), Value::Number(number)) => match (operator.as_str(), number) {
                ("=" | "<=", 0) | ("<", 1) => Some(!some),
                (">" | "<>" | "!=", 0) | (">=", 1) => Some(some),
                // One, or more than one: only none is sure to be another number.
                ("=", 1) if !some => Some(false),
                _ => None,
            },
            (Value::Number(left), Value::Number(right)) => ordered(&operator, &left, &right),
            (Value::Text(left), Value::Text(right)) if ["=", "<>", "!="].contains(&operator.as_str()) => {
                // Texts that differ may be equal to a collation that folds them in ways of its own.
                let same = left.to_lowercase() == right.to_lowercase();
                (same || (left.is_ascii() && right.is_ascii())).then_some((operator == "=") == same)
            }
            (Value::Truth(left), Value::Truth(right)) => ordered(&operator, &left, &right),
            (Value::Truth(left), Value::Number(right)) => ordered(&operator, &i64::from(left), &right),
            _ => None,
        }
    }
}

fn ordered<T: Ord>(operator: &str, left: &T, right: &T) -> Option<bool> {
    Some(match operator {
        "=" => left == right,
        "<>" | "!=" => left != right,
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        ">=" => left >= right,
        _ => return None,
    })
}

fn constant(sql: &Sql, at: usize) -> Option<Value> {
    match sql.kind(at)? {
        Kind::String => Some(Value::Text(string_value(sql.at(at), sql.dialect))),
        Kind::Number => sql.at(at).parse().ok().map(Value::Number),
        Kind::Word if sql.is(at, "null") => Some(Value::Null),
        Kind::Word if sql.is_any(at, &["true", "false"]) => Some(Value::Truth(sql.is(at, "true"))),
        _ => None,
    }
}
