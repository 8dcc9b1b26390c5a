//! A condition, read into ways to meet it.

use super::{ALTERNATIVES, Comparison, Want, Wish};
use crate::Dialect;
use crate::parse::expression;
use crate::seed::value::Value;
use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value as Literal,
};

/// Ways to meet a condition: at least one, which may wish for nothing.
type Ways = Vec<Vec<Wish>>;

/// The ways to meet a condition on these columns.
pub fn alternatives(condition: &str, columns: &[String], dialect: Dialect) -> Ways {
    // As PostgreSQL prints `trim(x)`, and the parser does not read it.
    let condition = ["BOTH", "LEADING", "TRAILING"]
        .iter()
        .fold(condition.to_string(), |text, side| text.replace(&format!("TRIM({side} FROM "), "TRIM("));
    match expression(&condition, dialect) {
        Ok(expr) => Reader { columns, dialect }.truth(&expr, true),
        Err(_) => vec![Vec::new()],
    }
}

struct Reader<'a> {
    columns: &'a [String],
    dialect: Dialect,
}

/// One side of a comparison.
enum Term {
    Column(String),
    Length(String),
    /// Without the spaces around it.
    TrimmedLength(String),
    Lower(String),
    Upper(String),
    Trimmed(String),
    JsonType(String),
    /// How many of these are not NULL (`false`: are NULL).
    Count(Vec<String>, bool),
    Value(Value),
}

fn one(column: String, want: Want) -> Ways {
    vec![vec![Wish { column, want }]]
}

fn anything() -> Ways {
    vec![Vec::new()]
}

/// Both: each way of one with each of the other.
fn both(a: Ways, b: Ways) -> Ways {
    let with = |x: &Vec<Wish>| b.iter().map(|y| x.iter().chain(y).cloned().collect()).collect::<Ways>();
    let mut out: Ways = a.iter().flat_map(with).filter(|way| !super::contradict(way)).collect();
    out.truncate(ALTERNATIVES);
    if out.is_empty() { anything() } else { out }
}

/// One or the other. A way that says something goes before one that says nothing.
fn either(mut a: Ways, b: Ways) -> Ways {
    a.extend(b);
    if a.iter().any(|way| !way.is_empty()) {
        a.retain(|way| !way.is_empty());
    }
    a.truncate(ALTERNATIVES);
    a
}

impl Reader<'_> {
    /// How an expression comes to be true, or false.
    fn truth(&self, expr: &Expr, wanted: bool) -> Ways {
        match expr {
            Expr::Nested(inner) => self.truth(inner, wanted),
            Expr::IsTrue(inner) | Expr::IsNotFalse(inner) => self.truth(inner, wanted),
            Expr::IsFalse(inner) | Expr::IsNotTrue(inner) => self.truth(inner, !wanted),
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => self.truth(expr, !wanted),
            Expr::UnaryOp { op: UnaryOperator::BangNot, expr } => self.truth(expr, !wanted),
            Expr::Cast { expr, .. } => self.truth(expr, wanted),
            Expr::BinaryOp { left, op, right } => self.operator(left, op, right, wanted),
            Expr::IsNull(inner) => self.null(inner, wanted),
            Expr::IsNotNull(inner) => self.null(inner, !wanted),
            Expr::InList { expr, list, negated } => self.listed(expr, list, wanted != *negated),
            Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right, .. } => match elements(right) {
                Some(list) => self.listed(left, list, wanted),
                None => anything(),
            },
            Expr::AllOp { left, compare_op: BinaryOperator::NotEq, right } => match elements(right) {
                Some(list) => self.listed(left, list, !wanted),
                None => anything(),
            },
            Expr::Between { expr, negated, low, high } => {
                let from = self.compared(expr, Comparison::GREATER_OR_EQUAL, low, wanted != *negated);
                let to = self.compared(expr, Comparison::LESS_OR_EQUAL, high, wanted != *negated);
                if wanted == *negated { either(from, to) } else { both(from, to) }
            }
            Expr::Like { expr, pattern, negated, .. } | Expr::ILike { expr, pattern, negated, .. } => {
                self.pattern(expr, pattern, Want::Like, wanted != *negated)
            }
            Expr::RLike { expr, pattern, negated, .. } => {
                self.pattern(expr, pattern, Want::Matches, wanted != *negated)
            }
            Expr::IsDistinctFrom(a, b) => self.compared(a, Comparison::NOT_EQUAL, b, wanted),
            Expr::IsNotDistinctFrom(a, b) => self.compared(a, Comparison::EQUAL, b, wanted),
            Expr::Function(function) => self.function(function, wanted),
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => match self.column(expr) {
                Some(column) => one(column, Want::OneOf(vec![self.boolean(wanted)])),
                None => anything(),
            },
            _ => anything(),
        }
    }

    fn boolean(&self, value: bool) -> Value {
        if self.dialect.is_postgres() { Value::text(value.to_string()) } else { Value::number(u8::from(value)) }
    }

    fn operator(&self, left: &Expr, op: &BinaryOperator, right: &Expr, wanted: bool) -> Ways {
        let compared = |comparison| self.compared(left, comparison, right, wanted);
        match op {
            BinaryOperator::And if wanted => both(self.truth(left, true), self.truth(right, true)),
            BinaryOperator::And => either(self.truth(left, false), self.truth(right, false)),
            BinaryOperator::Or if wanted => either(self.truth(left, true), self.truth(right, true)),
            BinaryOperator::Or => both(self.truth(left, false), self.truth(right, false)),
            BinaryOperator::Xor => self.alike(left, right, !wanted),
            BinaryOperator::Eq | BinaryOperator::Spaceship if condition(left) && condition(right) => {
                self.alike(left, right, wanted)
            }
            BinaryOperator::NotEq if condition(left) && condition(right) => self.alike(left, right, !wanted),
            BinaryOperator::Eq | BinaryOperator::Spaceship => compared(Comparison::EQUAL),
            BinaryOperator::NotEq => compared(Comparison::NOT_EQUAL),
            BinaryOperator::Lt => compared(Comparison::LESS),
            BinaryOperator::LtEq => compared(Comparison::LESS_OR_EQUAL),
            BinaryOperator::Gt => compared(Comparison::GREATER),
            BinaryOperator::GtEq => compared(Comparison::GREATER_OR_EQUAL),
            BinaryOperator::PGRegexMatch | BinaryOperator::PGRegexIMatch | BinaryOperator::Regexp => {
                self.pattern(left, right, Want::Matches, wanted)
            }
            BinaryOperator::PGRegexNotMatch | BinaryOperator::PGRegexNotIMatch => {
                self.pattern(left, right, Want::Matches, !wanted)
            }
            BinaryOperator::PGLikeMatch | BinaryOperator::PGILikeMatch => self.pattern(left, right, Want::Like, wanted),
            BinaryOperator::PGNotLikeMatch | BinaryOperator::PGNotILikeMatch => {
                self.pattern(left, right, Want::Like, !wanted)
            }
            _ => anything(),
        }
    }

    /// Two conditions that are both true or both false, or that are not.
    fn alike(&self, left: &Expr, right: &Expr, wanted: bool) -> Ways {
        let with = |a, b| both(self.truth(left, a), self.truth(right, b));
        if wanted { either(with(true, true), with(false, false)) } else { either(with(true, false), with(false, true)) }
    }

    fn null(&self, expr: &Expr, wanted: bool) -> Ways {
        let want = if wanted { Want::Null } else { Want::NotNull };
        self.column(expr).map_or_else(anything, |column| one(column, want))
    }

    fn listed(&self, expr: &Expr, list: &[Expr], wanted: bool) -> Ways {
        let values: Option<Vec<Value>> = list.iter().map(|e| self.value(e)).collect();
        match (self.column(expr), values) {
            (Some(column), Some(values)) if wanted => one(column, Want::OneOf(values)),
            (Some(column), Some(values)) => one(column, Want::NoneOf(values)),
            _ => anything(),
        }
    }

    /// A pattern that is to be met. One that must not be is left to luck.
    fn pattern(&self, expr: &Expr, pattern: &Expr, want: fn(String) -> Want, wanted: bool) -> Ways {
        match (self.column(expr), self.value(pattern)) {
            (Some(column), Some(Value::Text(pattern))) if wanted => one(column, want(pattern)),
            _ => anything(),
        }
    }

    fn function(&self, function: &Function, wanted: bool) -> Ways {
        let arguments = arguments(function);
        let first = arguments.first().and_then(|e| self.column(e));
        match (name(function).as_str(), first) {
            ("json_valid", Some(column)) if wanted => one(column, Want::Json(None)),
            ("regexp_like" | "regexp", Some(_)) if arguments.len() >= 2 => {
                self.pattern(arguments[0], arguments[1], Want::Matches, wanted)
            }
            ("starts_with", Some(_)) if arguments.len() == 2 => {
                let starts = |text: String| Want::Like(format!("{}%", text.replace(['%', '_'], "x")));
                match (self.column(arguments[0]), self.value(arguments[1])) {
                    (Some(column), Some(Value::Text(text))) if wanted => one(column, starts(text)),
                    _ => anything(),
                }
            }
            _ => anything(),
        }
    }

    fn compared(&self, left: &Expr, comparison: Comparison, right: &Expr, wanted: bool) -> Ways {
        let comparison = if wanted { comparison } else { comparison.negated() };
        match (self.term(left), self.term(right)) {
            (Some(Term::Value(value)), Some(term)) => met(term, comparison.swapped(), value),
            (Some(term), Some(Term::Value(value))) => met(term, comparison, value),
            // Whichever gets its value last has to fit the other.
            (Some(Term::Column(a)), Some(Term::Column(b))) => vec![vec![
                Wish { column: a.clone(), want: Want::ComparesTo(comparison, b.clone()) },
                Wish { column: b, want: Want::ComparesTo(comparison.swapped(), a) },
            ]],
            // `email = lower(email)`
            (Some(Term::Column(a)), Some(term)) | (Some(term), Some(Term::Column(a))) if comparison.equal => match term
            {
                Term::Lower(b) if a == b => one(a, Want::Lower(true)),
                Term::Upper(b) if a == b => one(a, Want::Lower(false)),
                Term::Trimmed(b) if a == b => one(a, Want::Trimmed),
                _ => anything(),
            },
            _ => anything(),
        }
    }

    fn term(&self, expr: &Expr) -> Option<Term> {
        if let Some(value) = self.value(expr) {
            return Some(Term::Value(value));
        }
        if let Some(columns) = self.summed(expr) {
            return Some(Term::Count(columns, true));
        }
        match expr {
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => self.term(inner),
            Expr::Trim { expr: inner, .. } => match self.term(inner)? {
                Term::Column(column) => Some(Term::Trimmed(column)),
                // `lower(trim(x))` and the like: case is the harder one.
                other => Some(other),
            },
            Expr::Function(function) => self.function_term(function),
            _ => self.column(expr).map(Term::Column),
        }
    }

    fn function_term(&self, function: &Function) -> Option<Term> {
        let arguments = arguments(function);
        let name = name(function);
        if matches!(name.as_str(), "num_nonnulls" | "num_nulls") {
            let columns: Option<Vec<String>> = arguments.iter().map(|e| self.column(e)).collect();
            return Some(Term::Count(columns?, name == "num_nonnulls"));
        }
        let of_text = |wrap: fn(String) -> Term| match self.term(arguments.first()?)? {
            Term::Column(column) | Term::Trimmed(column) => Some(wrap(column)),
            other => Some(other),
        };
        let length = || match self.term(arguments.first()?)? {
            Term::Column(column) => Some(Term::Length(column)),
            Term::Trimmed(column) => Some(Term::TrimmedLength(column)),
            other => Some(other),
        };
        match name.as_str() {
            "length" | "char_length" | "character_length" | "octet_length" | "len" | "cardinality" | "array_length"
            | "json_array_length" | "jsonb_array_length" => length(),
            "lower" | "lcase" => of_text(Term::Lower),
            "upper" | "ucase" => of_text(Term::Upper),
            "trim" | "btrim" | "ltrim" | "rtrim" => match self.term(arguments.first()?)? {
                Term::Column(column) => Some(Term::Trimmed(column)),
                other => Some(other),
            },
            "jsonb_typeof" | "json_typeof" | "json_type" => self.column(arguments.first()?).map(Term::JsonType),
            "coalesce" | "ifnull" | "abs" => self.term(arguments.first()?),
            _ => None,
        }
    }

    /// `(a IS NOT NULL)::int + (b IS NOT NULL)::int`, or the same with CASE.
    fn summed(&self, expr: &Expr) -> Option<Vec<String>> {
        match expr {
            Expr::Nested(inner) => self.summed(inner),
            Expr::BinaryOp { left, op: BinaryOperator::Plus, right } => {
                let mut columns = self.summed(left)?;
                columns.extend(self.summed(right)?);
                Some(columns)
            }
            Expr::Cast { expr, .. } => self.counted(expr),
            Expr::Case { operand: None, conditions, .. } => match &conditions[..] {
                [only] => self.counted(&only.condition),
                _ => None,
            },
            _ => self.counted(expr).filter(|_| !self.dialect.is_postgres()),
        }
    }

    fn counted(&self, expr: &Expr) -> Option<Vec<String>> {
        match expr {
            Expr::Nested(inner) => self.counted(inner),
            Expr::IsNotNull(inner) => self.column(inner).map(|c| vec![c]),
            _ => None,
        }
    }

    fn column(&self, expr: &Expr) -> Option<String> {
        let name = match expr {
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => return self.column(inner),
            Expr::Collate { expr: inner, .. } => return self.column(inner),
            Expr::Identifier(ident) => &ident.value,
            Expr::CompoundIdentifier(parts) => &parts.last()?.value,
            _ => return None,
        };
        let same = |c: &&String| *c == name || (!self.dialect.is_postgres() && c.eq_ignore_ascii_case(name));
        self.columns.iter().find(same).cloned()
    }

    fn value(&self, expr: &Expr) -> Option<Value> {
        match expr {
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => self.value(inner),
            Expr::Prefixed { value, .. } => self.value(value),
            Expr::TypedString(typed) => literal(&typed.value.value),
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match self.value(expr)? {
                Value::Number(number) => Some(Value::Number(format!("-{number}"))),
                _ => None,
            },
            Expr::Value(value) => match &value.value {
                Literal::Boolean(value) => Some(self.boolean(*value)),
                other => literal(other),
            },
            _ => None,
        }
    }
}

/// A comparison with a value.
fn met(term: Term, comparison: Comparison, value: Value) -> Ways {
    match term {
        Term::Column(column) if comparison == Comparison::EQUAL => one(column, Want::OneOf(vec![value])),
        Term::Column(column) | Term::Lower(column) | Term::Upper(column) if comparison == Comparison::NOT_EQUAL => {
            one(column, Want::NoneOf(vec![value]))
        }
        Term::Column(column) => one(column, Want::Compares(comparison, value)),
        Term::Lower(column) | Term::Upper(column) if comparison == Comparison::EQUAL => {
            one(column, Want::OneOf(vec![value]))
        }
        // `trim(name) <> ''`: not empty, and not only spaces.
        Term::Trimmed(column) if comparison == Comparison::NOT_EQUAL => {
            vec![vec![
                Wish { column: column.clone(), want: Want::Trimmed },
                Wish { column, want: Want::NoneOf(vec![value]) },
            ]]
        }
        Term::JsonType(column) if comparison == Comparison::EQUAL => match value {
            Value::Text(kind) => one(column, Want::Json(Some(kind))),
            _ => anything(),
        },
        Term::TrimmedLength(column) => {
            let mut out = met(Term::Length(column.clone()), comparison, value);
            out.iter_mut().for_each(|way| way.insert(0, Wish { column: column.clone(), want: Want::Trimmed }));
            out
        }
        Term::Length(column) => match number(&value) {
            Some(length) => one(column, Want::Length(comparison, length)),
            None => anything(),
        },
        Term::Count(columns, not_null) => match number(&value) {
            Some(count) => counted(&columns, comparison, count, not_null),
            None => anything(),
        },
        _ => anything(),
    }
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(text) | Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// Which columns are NULL so that so many are not.
fn counted(columns: &[String], comparison: Comparison, count: i64, not_null: bool) -> Ways {
    let size = columns.len().min(8);
    let mut out = Ways::new();
    for set in 0u32..(1 << size) {
        let chosen = |at: usize| (set >> at) & 1 == 1;
        if comparison.holds(i64::from(set.count_ones()).cmp(&count)) {
            let want = |at| if chosen(at) == not_null { Want::NotNull } else { Want::Null };
            let all = columns[..size].iter().enumerate();
            out.push(all.map(|(at, column)| Wish { column: column.clone(), want: want(at) }).collect());
        }
    }
    out.truncate(ALTERNATIVES);
    if out.is_empty() { anything() } else { out }
}

/// Is it true or false, rather than a value?
fn condition(expr: &Expr) -> bool {
    match expr {
        Expr::Nested(inner) => condition(inner),
        Expr::IsNull(_) | Expr::IsNotNull(_) | Expr::InList { .. } => true,
        Expr::BinaryOp { op, .. } => matches!(
            op,
            BinaryOperator::Eq
                | BinaryOperator::NotEq
                | BinaryOperator::Lt
                | BinaryOperator::LtEq
                | BinaryOperator::Gt
                | BinaryOperator::GtEq
                | BinaryOperator::And
                | BinaryOperator::Or
        ),
        Expr::UnaryOp { op: UnaryOperator::Not, .. } => true,
        _ => false,
    }
}

fn elements(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => elements(inner),
        Expr::Array(array) => Some(&array.elem),
        _ => None,
    }
}

fn name(function: &Function) -> String {
    function.name.0.last().map(|part| part.to_string().trim_matches('"').to_ascii_lowercase()).unwrap_or_default()
}

fn arguments(function: &Function) -> Vec<&Expr> {
    let FunctionArguments::List(list) = &function.args else { return Vec::new() };
    let one = |argument| match argument {
        &FunctionArg::Unnamed(FunctionArgExpr::Expr(ref expr)) => Some(expr),
        _ => None,
    };
    list.args.iter().filter_map(one).collect()
}

fn literal(value: &Literal) -> Option<Value> {
    match value {
        Literal::Number(text, _) => Some(Value::Number(text.clone())),
        other => other.clone().into_string().map(Value::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(condition: &str, dialect: Dialect) -> Ways {
        alternatives(condition, &["a".into(), "b".into(), "VALUE".into()], dialect)
    }

    fn wants(condition: &str) -> Vec<Want> {
        let found = ways(condition, Dialect::Postgres);
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().flatten().map(|w| w.want).collect()
    }

    #[test]
    fn as_postgresql_prints_them() {
        let number = |n: &str| Value::Number(n.into());
        let text = |t: &str| Value::Text(t.into());
        assert_eq!(wants("(a > (0)::numeric)"), [Want::Compares(Comparison::GREATER, number("0"))]);
        assert_eq!(wants("(a >= '-1'::integer)"), [Want::Compares(Comparison::GREATER_OR_EQUAL, text("-1"))]);
        assert_eq!(
            wants("((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))"),
            [Want::OneOf(vec![text("x"), text("y")])]
        );
        assert_eq!(wants("(a <> ''::text)"), [Want::NoneOf(vec![text("")])]);
        assert_eq!(wants("(char_length(a) <= 150)"), [Want::Length(Comparison::LESS_OR_EQUAL, 150)]);
        assert_eq!(wants("((VALUE)::text ~ '^[a-z]+$'::text)"), [Want::Matches("^[a-z]+$".into())]);
        assert_eq!(wants("(a ~~ 'x%'::text)"), [Want::Like("x%".into())]);
        assert_eq!(
            wants("(a <= b)"),
            [
                Want::ComparesTo(Comparison::LESS_OR_EQUAL, "b".into()),
                Want::ComparesTo(Comparison::GREATER_OR_EQUAL, "a".into())
            ]
        );
        assert_eq!(wants("(length(TRIM(BOTH FROM a)) > 0)"), [Want::Trimmed, Want::Length(Comparison::GREATER, 0)]);
        assert_eq!(wants("(jsonb_typeof(a) = 'object'::text)"), [Want::Json(Some("object".into()))]);
        assert_eq!(wants("(a = lower(a))"), [Want::Lower(true)]);
        assert_eq!(wants("NOT (a < 5)"), [Want::Compares(Comparison::GREATER_OR_EQUAL, number("5"))]);
    }

    #[test]
    fn as_others_print_them() {
        let found = ways("json_valid(`a`)", Dialect::Mysql);
        assert_eq!(found, one("a".into(), Want::Json(None)));
        let found = ways("`a` between 1 and 5", Dialect::Mysql);
        assert_eq!(found[0].len(), 2);
        let found = ways("\"t\".\"A\" IN ('x')", Dialect::Sqlite);
        assert_eq!(found, one("a".into(), Want::OneOf(vec![Value::Text("x".into())])));
    }

    #[test]
    fn several_ways() {
        let found = ways("((a IS NULL) OR (a > 0))", Dialect::Postgres);
        assert_eq!(found.len(), 2);
        let found = ways("(((a IS NOT NULL))::integer + ((b IS NOT NULL))::integer) = 1", Dialect::Postgres);
        assert_eq!(found.len(), 2, "{found:?}");
        let found = ways("((a IS NULL) = (b IS NULL))", Dialect::Postgres);
        let sizes: Vec<usize> = found.iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 2]);
        // Implication.
        let found = ways("((a <> 'x'::text) OR (b IS NOT NULL))", Dialect::Postgres);
        assert_eq!(found.len(), 2);
    }
}
