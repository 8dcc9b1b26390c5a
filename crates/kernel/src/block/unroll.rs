//! Loops over values that stand in the block: once for each of them, as if it were written out.

use super::body::{Body, Item, Why};
use super::condition::{Variables, bare};
use super::simple::NAMES;
use super::texts::literal;
use crate::Dialect;
use crate::lex::Kind;
use crate::rows::sql::{Sql, unquoted};
use std::ops::Range;

/// More values than these are not written out.
const VALUES: usize = 200;

/// Questions of one round have numbers of their own.
const ROUND: usize = 1 << 24;

/// A variable of a loop, or a field of one, and the literal that it stands for in one round.
struct Binding {
    path: Vec<String>,
    literal: String,
}

/// What a loop's query gives: the names of its columns, and its rows as literals.
struct Rows {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Body<'_, '_> {
    /// Writes the loop out that begins here and whose LOOP stands at `start`; what follows its END LOOP. None where its
    /// values are not known, or what is done may end it early.
    pub(super) fn unrolled(&mut self, at: usize, start: usize, names: &[String]) -> Result<Option<usize>, Why> {
        let Some(rounds) = self.rounds(at, start, names) else { return Ok(None) };
        let Some(end) = end_of_loop(self.sql, start) else { return Ok(None) };
        let leaves = (start..end).any(|i| self.sql.is_any(i, &["exit", "continue", "return"]));
        let Some(span) = self.sql.span(at..end + 2).filter(|_| !leaves) else { return Ok(None) };
        for bindings in rounds {
            self.round(start + 1..end, &bindings, span.clone())?;
        }
        Ok(Some(self.closed(end, "loop")?))
    }

    /// The names of constraints or policies that a query looks for, as a loop takes them, and beside each its table.
    fn constraints(&self, query: Range<usize>) -> Option<Rows> {
        let from = self.sql.find_word(query.clone(), &["from"])?;
        let (wanted, names) = self.wanted_names(query.clone())?;
        let (mut columns, mut is_name) = (Vec::new(), Vec::new());
        for item in self.sql.commas(query.start + 1..from) {
            let (path, next) = self.sql.dotted(item.start)?;
            let (alias, next) = self.sql.alias(next, item.end);
            let column = path.last()?.clone();
            let own = NAMES.contains(&column.as_str());
            if next != item.end || !(own || ["tablename", "table_name"].contains(&column.as_str())) {
                return None;
            }
            columns.push(alias.unwrap_or(column));
            is_name.push(own);
        }
        let table = literal(&wanted.table.name);
        let row = |name: &String| is_name.iter().map(|own| if *own { literal(name) } else { table.clone() }).collect();
        Some(Rows { columns, rows: names.iter().map(row).collect() })
    }

    fn round(&mut self, body: Range<usize>, bindings: &[Binding], span: Range<usize>) -> Result<(), Why> {
        let text = substituted(self.sql, body, bindings);
        let sql = Sql::new(&text, Dialect::Postgres);
        if !sql.sound {
            return Err("a loop is not understood".into());
        }
        self.rounds += 1;
        let mut inner = self.within(&sql, self.rounds * ROUND);
        let read = inner.statements(0);
        let items = std::mem::take(&mut inner.items);
        let (budget, rounds, moves, variables) = (inner.budget, inner.rounds, inner.moves_sequences, inner.variables);
        (self.budget, self.rounds) = (budget, rounds);
        self.moves_sequences |= moves;
        self.variables.forget_what_differs(&variables);
        let (next, raises) = read?;
        if next < sql.tokens.len() || raises {
            return Err("a loop is not understood".into());
        }
        let whole = |item: Item| Item { text: Some(item.text_in(&text).to_string()), span: span.clone(), ..item };
        self.items.extend(items.into_iter().map(whole));
        Ok(())
    }

    /// What the loop's variables stand for, round after round.
    fn rounds(&self, at: usize, start: usize, names: &[String]) -> Option<Vec<Vec<Binding>>> {
        let sql = self.sql;
        let named = sql.find_word(at..start, &["in"])?;
        let rows = if sql.is(at, "foreach") {
            // With SLICE a round gets an array.
            if !sql.is(named + 1, "array") || sql.find_word(at..named, &["slice"]).is_some() {
                return None;
            }
            Rows::of_list(list(sql, named + 2..start, &self.variables)?, "")
        } else {
            let query = bare(sql, named + 1..start);
            counted(sql, query.clone())
                .or_else(|| queried(sql, query.clone(), &self.variables))
                .or_else(|| self.constraints(query))?
        };
        let record = names.len() == 1 && self.variables.is_record(&names[0]);
        let fits = record || names.len() == rows.columns.len();
        (fits && rows.rows.len() <= VALUES)
            .then(|| rows.rows.iter().map(|row| bound(names, record, &rows.columns, row)).collect())
    }
}

fn bound(names: &[String], record: bool, columns: &[String], row: &[String]) -> Vec<Binding> {
    let path = |index: usize| match record {
        true => vec![names[0].clone(), columns[index].clone()],
        false => vec![names[index].clone()],
    };
    row.iter().enumerate().map(|(index, literal)| Binding { path: path(index), literal: literal.clone() }).collect()
}

impl Rows {
    fn of_list(values: Vec<String>, column: &str) -> Rows {
        Rows { columns: vec![column.to_string()], rows: values.into_iter().map(|value| vec![value]).collect() }
    }
}

/// Where the END of END LOOP stands.
pub(super) fn end_of_loop(sql: &Sql, start: usize) -> Option<usize> {
    let mut depth = 0usize;
    for at in start..sql.tokens.len() {
        if sql.are(at, &["end", "loop"]) {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        } else if sql.is(at, "loop") && !sql.is(at.wrapping_sub(1), "end") {
            depth += 1;
        }
    }
    None
}

/// `1..10`
fn counted(sql: &Sql, range: Range<usize>) -> Option<Rows> {
    let written: String = sql.source(range).split_whitespace().collect();
    let (first, last) = written.split_once("..")?;
    let (first, last): (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
    let count = usize::try_from(last.checked_sub(first)?.checked_add(1)?).unwrap_or(0);
    let values = (first..=last).take(count.min(VALUES + 1)).map(|value| value.to_string()).collect();
    Some(Rows::of_list(values, ""))
}

/// `SELECT unnest(ARRAY[..])`, `SELECT * FROM unnest(..) AS x`, `SELECT * FROM (VALUES (..), ..) AS t(a, b)`
fn queried(sql: &Sql, range: Range<usize>, variables: &Variables) -> Option<Rows> {
    let range = bare(sql, range);
    if !sql.is(range.start, "select") {
        return None;
    }
    let Some(from) = sql.find_word(range.clone(), &["from"]) else {
        return unnested(sql, range.start + 1..range.end, variables);
    };
    let selected = range.start + 1..from;
    let rows = if sql.punct(from + 1, b'(') {
        listed(sql, from + 1, range.end)?
    } else {
        unnested(sql, from + 1..range.end, variables)?
    };
    if selected.len() == 1 && sql.punct(selected.start, b'*') {
        return Some(rows);
    }
    chosen(sql, selected, rows)
}

/// `unnest(..) [AS] x`
fn unnested(sql: &Sql, range: Range<usize>, variables: &Variables) -> Option<Rows> {
    if !sql.is(range.start, "unnest") || !sql.punct(range.start + 1, b'(') {
        return None;
    }
    let (alias, next) = sql.alias(sql.past(range.start + 1), range.end);
    // `AS x(y)`
    let (alias, next) = match sql.punct(next, b'(') && sql.past(next) == next + 3 {
        true => (Some(sql.folded(next + 1)), next + 3),
        false => (alias, next),
    };
    let values = list(sql, sql.inside(range.start + 1), variables)?;
    (next == range.end).then(|| Rows::of_list(values, alias.as_deref().unwrap_or("unnest")))
}

/// `(VALUES (..), (..)) AS t(a, b)`
fn listed(sql: &Sql, open: usize, end: usize) -> Option<Rows> {
    let inside = sql.inside(open);
    if !sql.is(inside.start, "values") {
        return None;
    }
    let row = |part: Range<usize>| -> Option<Vec<String>> {
        let whole = sql.punct(part.start, b'(') && sql.past(part.start) == part.end;
        whole
            .then(|| sql.commas(sql.inside(part.start)).into_iter().map(|value| constant(sql, value)).collect())
            .flatten()
    };
    let rows: Vec<Vec<String>> =
        sql.commas(inside.start + 1..inside.end).into_iter().map(row).collect::<Option<_>>()?;
    let (_, next) = sql.alias(sql.past(open), end);
    let named = sql.punct(next, b'(');
    let columns: Vec<String> = match named {
        true => sql.commas(sql.inside(next)).into_iter().map(|part| sql.folded(part.start)).collect(),
        false => (1..=rows.first()?.len()).map(|number| format!("column{number}")).collect(),
    };
    let next = if named { sql.past(next) } else { next };
    let fits = next == end && rows.iter().all(|row| row.len() == columns.len());
    fits.then_some(Rows { columns, rows })
}

/// The columns that a query chooses, each by its name.
fn chosen(sql: &Sql, selected: Range<usize>, rows: Rows) -> Option<Rows> {
    let mut places = Vec::new();
    let mut columns = Vec::new();
    for part in sql.commas(selected) {
        let (path, next) = sql.dotted(part.start)?;
        let place = rows.columns.iter().position(|column| Some(column) == path.last())?;
        let (alias, next) = sql.alias(next, part.end);
        if next != part.end {
            return None;
        }
        places.push(place);
        columns.push(alias.unwrap_or_else(|| rows.columns[place].clone()));
    }
    let rows = rows.rows.into_iter().map(|row| places.iter().map(|place| row[*place].clone()).collect()).collect();
    Some(Rows { columns, rows })
}

/// The values of `ARRAY['a', 'b']`, of `'{a,b}'`, or of a variable that was declared to be one.
pub(super) fn list(sql: &Sql, range: Range<usize>, variables: &Variables) -> Option<Vec<String>> {
    let range = bare(sql, range);
    let cast = sql.find(range.clone(), |at| sql.kind(at) == Some(Kind::Cast)).unwrap_or(range.end);
    let at = range.start;
    if sql.is(at, "array") && sql.punct(at + 1, b'[') && sql.past(at + 1) == cast {
        return sql.commas(sql.inside(at + 1)).into_iter().map(|value| constant(sql, value)).collect();
    }
    if cast != at + 1 {
        return None;
    }
    if sql.kind(at) == Some(Kind::String) {
        return elements(&unquoted(sql.at(at)));
    }
    let name = sql.folded(at);
    variables.list(&name).or_else(|| elements(&variables.text(&name)?))
}

/// Of `{a,b}`.
fn elements(written: &str) -> Option<Vec<String>> {
    let plain = written.strip_prefix('{')?.strip_suffix('}')?;
    let simple = !plain.is_empty() && !plain.contains(['{', '}', '"', '\\']);
    simple.then(|| plain.split(',').map(|value| literal(value.trim())).collect())
}

/// A string or a number, as it is written in SQL.
fn constant(sql: &Sql, range: Range<usize>) -> Option<String> {
    let range = bare(sql, range);
    let cast = range.len() == 1 || sql.kind(range.start + 1) == Some(Kind::Cast);
    let literal = matches!(sql.kind(range.start), Some(Kind::String | Kind::Number));
    (literal && cast).then(|| sql.source(range.start..range.start + 1).to_string())
}

/// The source with the variables replaced. A name behind a dot, or one that is called, is no variable.
fn substituted(sql: &Sql, range: Range<usize>, bindings: &[Binding]) -> String {
    let Some(span) = sql.span(range.clone()) else { return String::new() };
    let mut out = String::new();
    let mut copied = span.start;
    let mut at = range.start;
    while at < range.end {
        let Some((binding, length)) = bindings.iter().find_map(|b| Some((b, stands_at(sql, at, b)?))) else {
            at += 1;
            continue;
        };
        out.push_str(&sql.text[copied..sql.tokens[at].start]);
        out.push_str(&binding.literal);
        copied = sql.tokens[at + length - 1].end;
        at += length;
    }
    out.push_str(&sql.text[copied..span.end]);
    out
}

/// How many tokens the variable takes here, if it stands here.
fn stands_at(sql: &Sql, at: usize, binding: &Binding) -> Option<usize> {
    let name = matches!(sql.kind(at), Some(Kind::Word | Kind::Quoted)) && !(at > 0 && sql.punct(at - 1, b'.'));
    let (path, next) = sql.dotted(at).filter(|_| name)?;
    (path == binding.path && !sql.punct(next, b'(')).then_some(next - at)
}
