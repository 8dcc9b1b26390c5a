//! What an IF asks, and what the variables in it stand for.

use super::attribute::tested;
use super::guard::relation;
use super::probe::{is_column, names, probe};
use super::texts::text;
use super::unroll::list;
use super::{Attribute, Condition, Probe, Test};
use crate::Dialect;
use crate::lex::Kind;
use crate::rows::sql::Sql;
use crate::rows::{Name, calls_in};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// What a variable holds.
#[derive(Clone)]
pub(super) enum Meaning {
    /// Whether this holds.
    Truth(Condition),
    /// How many rows: more than none if this holds.
    Count(Condition),
    /// A value that is NULL unless this holds.
    Value(Condition),
    /// What a catalog's column says of something, NULL where it is not there.
    Column {
        /// It is there.
        there: Condition,
        /// It.
        of: Probe,
        /// The column.
        column: String,
    },
    /// This text.
    Text(String),
    /// NULL.
    Null,
    /// An array of these, as SQL writes each of them.
    List(Vec<String>),
}

impl Meaning {
    /// Does the database answer it?
    pub(super) fn is_answer(&self) -> bool {
        matches!(self, Meaning::Truth(_) | Meaning::Count(_) | Meaning::Value(_) | Meaning::Column { .. })
    }
}

/// The variables of a block.
#[derive(Clone, Default)]
pub(super) struct Variables {
    known: HashMap<String, Option<Meaning>>,
    /// How often any was set, and at which of those times each was.
    times: usize,
    set_at: HashMap<String, usize>,
    /// Those whose fields are the columns of a row.
    records: HashSet<String>,
    /// What FOUND says.
    found: Option<Meaning>,
}

impl Variables {
    pub(super) fn declare(&mut self, name: &str, record: bool) {
        self.known.entry(name.to_string()).or_insert(None);
        if record {
            self.records.insert(name.to_string());
        }
    }

    pub(super) fn is_declared(&self, name: &str) -> bool {
        self.known.contains_key(name)
    }

    pub(super) fn is_record(&self, name: &str) -> bool {
        self.records.contains(name)
    }

    /// The text that a variable holds, if it is known.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Meaning::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// The elements of the array that a variable holds.
    pub(super) fn list(&self, name: &str) -> Option<Vec<String>> {
        match self.get(name)? {
            Meaning::List(values) => Some(values.clone()),
            _ => None,
        }
    }

    /// What was set elsewhere meanwhile is not known any more.
    pub(super) fn forget_what_differs(&mut self, other: &Variables) {
        for (name, time) in &other.set_at {
            if self.set_at.get(name) != Some(time) && self.known.contains_key(name) {
                self.set(name.clone(), None);
            }
        }
    }

    pub(super) fn set(&mut self, name: String, meaning: Option<Meaning>) {
        self.times += 1;
        self.set_at.insert(name.clone(), self.times);
        self.known.insert(name, meaning);
    }

    /// How often any was set.
    pub(super) fn times(&self) -> usize {
        self.times
    }

    /// FOUND after a query.
    pub(super) fn found(&mut self, condition: Condition) {
        self.found = Some(Meaning::Truth(condition));
    }

    pub(super) fn forget_found(&mut self) {
        self.found = None;
    }

    fn get(&self, name: &str) -> Option<&Meaning> {
        match self.known.get(name) {
            Some(meaning) => meaning.as_ref(),
            None => self.found.as_ref().filter(|_| name == "found"),
        }
    }

    /// Where a condition asks nothing but what one of them holds: when that one was set.
    pub(super) fn asked_when_set(&self, sql: &Sql, range: Range<usize>) -> Option<usize> {
        if sql.find_word(range.clone(), &["select", "exists"]).is_some() {
            return None;
        }
        let mut named = range.filter(|at| matches!(sql.kind(*at), Some(Kind::Word | Kind::Quoted)));
        let first = named.find_map(|at| self.set_at.get_key_value(&sql.folded(at)))?;
        named.all(|at| !self.known.contains_key(&sql.folded(at)) || sql.folded(at) == *first.0).then_some(*first.1)
    }

    /// A text speaks of one of them.
    pub(super) fn named_in(&self, text: &str) -> bool {
        let sql = Sql::new(text, Dialect::Postgres);
        sql.all().any(|at| {
            let name = matches!(sql.kind(at), Some(Kind::Word | Kind::Quoted));
            name && !(at > 0 && sql.punct(at - 1, b'.')) && self.known.contains_key(&sql.folded(at))
        })
    }
}

/// Functions of the system that change nothing, or only the session or the transaction.
fn harmless(function: &str) -> bool {
    let prefixes =
        ["to_reg", "pg_get_", "has_", "pg_advisory", "pg_try_advisory", "obj_description", "col_description"];
    prefixes.iter().any(|p| function.starts_with(p))
        || ["set_config", "pg_sleep", "enum_range", "current_schemas", "pg_table_is_visible", "pg_type_is_visible"]
            .contains(&function)
}

/// The functions called in a range that may do something.
pub(super) fn calls(sql: &Sql, range: Range<usize>) -> Vec<String> {
    let mut calls = calls_in(sql, range);
    calls.retain(|function| !harmless(function));
    calls
}

/// What a range asks.
pub(super) fn read(sql: &Sql, range: Range<usize>, variables: &Variables) -> Condition {
    parse(sql, range, variables, 0)
}

fn parse(sql: &Sql, range: Range<usize>, variables: &Variables, depth: usize) -> Condition {
    let range = bare(sql, range);
    let unknown = || Condition::Unknown(sql.source(range.clone()).to_string());
    if depth > 20 || sql.find_word(range.clone(), &["between", "case"]).is_some() {
        return unknown();
    }
    let go = |part: Range<usize>| parse(sql, part, variables, depth + 1);
    let either = parts(sql, range.clone(), "or");
    if either.len() > 1 {
        return Condition::Or(either.into_iter().map(go).collect());
    }
    let both = parts(sql, range.clone(), "and");
    if both.len() > 1 {
        return Condition::And(both.into_iter().map(go).collect());
    }
    if sql.is(range.start, "not") {
        return go(range.start + 1..range.end).not();
    }
    if sql.is(range.start, "exists") && sql.punct(range.start + 1, b'(') && sql.past(range.start + 1) == range.end {
        return query_exists(sql, sql.inside(range.start + 1), variables);
    }
    // A query of one value that is itself a question: `(SELECT EXISTS (..))`.
    if sql.is(range.start, "select") && sql.find_word(range.clone(), &["from", "where"]).is_none() {
        return go(range.start + 1..range.end);
    }
    atom(sql, range.clone(), variables).unwrap_or_else(unknown)
}

/// The parts of a range between a word, outside brackets.
pub(crate) fn parts(sql: &Sql, range: Range<usize>, word: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = range.start;
    while let Some(at) = sql.find_word(start..range.end, &[word]) {
        out.push(start..at);
        start = at + 1;
    }
    out.push(start..range.end);
    out
}

/// A range without the brackets around all of it.
pub(crate) fn bare(sql: &Sql, mut range: Range<usize>) -> Range<usize> {
    while range.len() > 2 && sql.punct(range.start, b'(') && sql.past(range.start) == range.end {
        range = sql.inside(range.start);
    }
    range
}

/// A comparison of something that we know.
fn atom(sql: &Sql, range: Range<usize>, variables: &Variables) -> Option<Condition> {
    let operator = sql.find(range.clone(), |at| {
        sql.is(at, "is") || matches!(sql.kind(at), Some(Kind::Punct(b'=' | b'<' | b'>' | b'!')))
    });
    if let Some(operator) = operator
        && let Some(held) = compared_texts(sql, range.start..operator, operator..range.end, variables)
    {
        return Some(held);
    }
    let Some(operator) = operator.or_else(|| sql.find_word(range.clone(), &["in", "not", "like", "ilike"])) else {
        return match value(sql, range, variables)? {
            Meaning::Truth(condition) => Some(condition),
            _ => None,
        };
    };
    let (left, right) = (range.start..operator, operator..range.end);
    let left = value(sql, left, variables)?;
    let left_is_null = matches!(left, Meaning::Null);
    match left {
        Meaning::Truth(condition) => compared_truth(sql, right, condition),
        Meaning::Count(condition) => compared_count(sql, right, condition),
        Meaning::Value(condition) if sql.are(right.start, &["is", "null"]) && right.len() == 2 => Some(condition.not()),
        Meaning::Value(condition) if sql.are(right.start, &["is", "not", "null"]) && right.len() == 3 => {
            Some(condition)
        }
        // It can only equal something if it is there.
        Meaning::Value(condition) if sql.punct(right.start, b'=') => {
            Some(Condition::And(vec![condition, Condition::Unknown(sql.source(range).to_string())]))
        }
        Meaning::Column { there, of, column } => compared_column(sql, right, there, of, column, variables),
        Meaning::Text(_) | Meaning::Null if sql.is(right.start, "is") && sql.is(right.end - 1, "null") => {
            let negated = sql.is(right.start + 1, "not");
            always((left_is_null) != negated)
        }
        Meaning::Value(_) | Meaning::Text(_) | Meaning::Null | Meaning::List(_) => None,
    }
}

/// `'a' = 'b'`, of which a loop that is written out has many.
fn compared_texts(sql: &Sql, left: Range<usize>, right: Range<usize>, variables: &Variables) -> Option<Condition> {
    let (operator, right) = operator(sql, right);
    let same = text(sql, left, variables)? == text(sql, right, variables)?;
    match operator.as_str() {
        "=" => always(same),
        "<>" | "!=" => always(!same),
        _ => None,
    }
}

/// The operator of a comparison that a range begins with, and what is behind it.
pub(crate) fn operator(sql: &Sql, range: Range<usize>) -> (String, Range<usize>) {
    let part = |at: &usize| matches!(sql.kind(*at), Some(Kind::Punct(b'=' | b'<' | b'>' | b'!')));
    let operator: String = range.clone().take_while(part).map(|at| sql.at(at)).collect();
    let behind = range.start + operator.len()..range.end;
    (operator, behind)
}

/// What holds whatever the database holds, or never does.
fn always(holds: bool) -> Option<Condition> {
    Some(if holds { Condition::And(Vec::new()) } else { Condition::Or(Vec::new()) })
}

fn compared_truth(sql: &Sql, right: Range<usize>, condition: Condition) -> Option<Condition> {
    let negated = sql.is(right.start + 1, "not");
    let word = right.end.checked_sub(1)?;
    let yes = match (sql.is(word, "true"), sql.is(word, "false")) {
        (true, _) => true,
        (_, true) => false,
        _ => return None,
    };
    let plain = sql.punct(right.start, b'=') || sql.is(right.start, "is");
    plain.then(|| if yes != negated { condition } else { condition.not() })
}

/// A comparison with what a catalog says. NULL equals nothing and differs from nothing.
fn compared_column(
    sql: &Sql,
    right: Range<usize>,
    there: Condition,
    of: Probe,
    column: String,
    variables: &Variables,
) -> Option<Condition> {
    let test = tested(sql, right, &column, variables)?;
    // These are never NULL.
    if ["data_type", "udt_name", "is_nullable"].contains(&column.as_str()) {
        match test {
            Test::Null => return Some(there.not()),
            Test::NotNull => return Some(there),
            _ => {}
        }
    }
    if test == Test::Null {
        let has = Condition::Has(of, Attribute { column, test: Test::NotNull });
        return Some(Condition::And(vec![there, has]).not());
    }
    Some(Condition::And(vec![there, Condition::Has(of, Attribute { column, test })]))
}

fn compared_count(sql: &Sql, right: Range<usize>, condition: Condition) -> Option<Condition> {
    match sql.source(right).split_whitespace().collect::<String>().as_str() {
        "=0" | "<1" | "<=0" => Some(condition.not()),
        ">0" | ">=1" | "<>0" | "!=0" => Some(condition),
        _ => None,
    }
}

/// What an operand stands for.
fn value(sql: &Sql, range: Range<usize>, variables: &Variables) -> Option<Meaning> {
    let inner = bare(sql, range.clone());
    if inner.len() == 1 {
        return variables.get(&sql.folded(inner.start)).cloned();
    }
    if sql.is(inner.start, "select") && inner != range {
        return selected(sql, inner.clone(), inner.end, variables);
    }
    looked_up(sql, inner, variables).map(Meaning::Value)
}

/// `to_regclass('x')` and its like: NULL unless there is such a thing.
fn looked_up(sql: &Sql, range: Range<usize>, variables: &Variables) -> Option<Condition> {
    let (parts, bracket) = sql.dotted(range.start)?;
    if !sql.punct(bracket, b'(') || sql.past(bracket) != range.end {
        return None;
    }
    let name = name_in(&text(sql, sql.inside(bracket), variables)?)?;
    Some(Condition::Exists(match parts.last()?.as_str() {
        "to_regclass" => return Some(relation(name)),
        "to_regtype" => Probe::Type(name.name),
        "to_regproc" | "to_regprocedure" => Probe::Function(name.name),
        "to_regnamespace" => Probe::Schema(name.name),
        "to_regrole" => Probe::Role(name.name),
        _ => return None,
    }))
}

/// The name that a string for `regclass` and its like spells.
pub(super) fn name_in(written: &str) -> Option<Name> {
    let sql = Sql::new(written, Dialect::Postgres);
    sql.name(0).map(|(name, _)| name)
}

/// What is assigned: a question, a count, a looked-up value.
pub(super) fn meaning(sql: &Sql, range: Range<usize>, variables: &Variables) -> Option<Meaning> {
    if let Some(meaning) = value(sql, range.clone(), variables) {
        return Some(meaning);
    }
    if let Some(text) = text(sql, range.clone(), variables) {
        return Some(Meaning::Text(text));
    }
    if let Some(values) = list(sql, range.clone(), variables) {
        return Some(Meaning::List(values));
    }
    match read(sql, range, variables) {
        Condition::Unknown(_) => None,
        condition => Some(Meaning::Truth(condition)),
    }
}

/// What the one value of a query means; its list of values ends at `into` or at FROM.
pub(super) fn selected(sql: &Sql, query: Range<usize>, into: usize, variables: &Variables) -> Option<Meaning> {
    let from = sql.find_word(query.clone(), &["from"]);
    let list = query.start + 1..from.unwrap_or(query.end).min(into);
    if from.is_none() {
        return meaning(sql, list, variables);
    }
    let exists = query_exists(sql, query, variables);
    let called = sql.kind(list.start) == Some(Kind::Word) && sql.punct(list.start + 1, b'(');
    if called && sql.is(list.start, "count") && sql.past(list.start + 1) == list.end {
        return Some(Meaning::Count(exists));
    }
    if let Some(meaning) = column_meaning(sql, list.clone(), &exists) {
        return Some(meaning);
    }
    // An aggregate gives a row from none, and any other expression may be NULL where there is a row.
    let plain = sql.dotted(list.start).is_some_and(|(_, next)| next == list.end) || list.len() == 1;
    plain.then_some(Meaning::Value(exists))
}

/// What a column that a query gives means, where the query is about one object of the catalogs.
pub(super) fn column_meaning(sql: &Sql, item: Range<usize>, exists: &Condition) -> Option<Meaning> {
    let column = is_column(sql, item)?;
    let about = match exists {
        Condition::And(all) => all.first()?,
        one => one,
    };
    match about {
        Condition::Exists(
            probe @ (Probe::Column(..) | Probe::Index { .. } | Probe::Constraint { .. } | Probe::Table(_)),
        ) if !names(&column) => Some(Meaning::Column { there: exists.clone(), of: probe.clone(), column }),
        _ => None,
    }
}

/// Whether a query has rows.
pub(super) fn query_exists(sql: &Sql, query: Range<usize>, variables: &Variables) -> Condition {
    let query = bare(sql, query);
    let from = sql.find_word(query.clone(), &["from"]);
    let several = sql.find_word(query.clone(), &["union", "intersect", "except", "group", "having"]).is_some();
    match from {
        Some(from) if !several && !sql.is(query.start, "with") => probe(sql, from + 1..query.end, variables),
        _ => Condition::Exists(Probe::Rows(sql.source(query).to_string())),
    }
}
