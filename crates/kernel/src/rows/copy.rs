//! The select list of a query that fills a table: a copy of another table's rows, or a row of constants.

use super::scan::{past_type, scan};
use super::sql::Sql;
use super::{Copy, CopySource, words};
use crate::lex::Kind;
use std::ops::Range;

/// A query taken apart at its clauses. Ranges are of tokens.
pub(super) struct Select {
    pub(super) items: Vec<Range<usize>>,
    pub(super) from: Option<Range<usize>>,
    pub(super) filtered: bool,
    /// DISTINCT, GROUP BY, LIMIT and the like: not every row comes through once.
    pub(super) reduced: bool,
}

const CLAUSES: &[&str] = &["where", "group", "having", "window", "order", "limit", "offset", "fetch", "for"];

/// The one SELECT that a range is; none when it begins with WITH, is a union, or is something else.
pub(super) fn select(sql: &Sql, range: Range<usize>) -> Option<Select> {
    let range = without_brackets(sql, range);
    if !sql.is(range.start, "select")
        || sql.find_word(range.clone(), &["union", "intersect", "except", "into"]).is_some()
    {
        return None;
    }
    let distinct = sql.is_any(range.start + 1, &["distinct", "distinctrow"]);
    let mut start = range.start + 1 + usize::from(distinct || sql.is(range.start + 1, "all"));
    if distinct && sql.is(start, "on") && sql.punct(start + 1, b'(') {
        start = sql.past(start + 1);
    }
    // `IS DISTINCT FROM` is no FROM.
    let from = sql.find(start..range.end, |at| sql.is(at, "from") && !sql.is(at - 1, "distinct"));
    let tail = sql.find_word(from.unwrap_or(start)..range.end, CLAUSES).unwrap_or(range.end);
    let items = sql.commas(start..from.unwrap_or(tail));
    let filtered = sql.find_word(tail..range.end, &["where"]).is_some();
    let reduced =
        distinct || sql.find_word(tail..range.end, &["group", "having", "limit", "offset", "fetch"]).is_some();
    Some(Select { items, from: from.map(|from| from + 1..tail), filtered, reduced })
}

/// `((x))` without its brackets.
pub(super) fn without_brackets(sql: &Sql, mut range: Range<usize>) -> Range<usize> {
    while sql.punct(range.start, b'(') && sql.past(range.start) == range.end && range.len() > 2 {
        range = sql.inside(range.start);
    }
    range
}

/// The copy that a query makes into these columns (none: by position), if it reads one table.
pub(super) fn copy(sql: &Sql, query: Range<usize>, into: &[String]) -> Option<Copy> {
    let select = select(sql, query)?;
    let from = select.from.clone()?;
    let at = from.start + usize::from(sql.is(from.start, "only"));
    let (table, next) = sql.name(at)?;
    let (alias, after) = sql.alias(next, from.end);
    if after != from.end {
        return None;
    }
    let names = [alias.unwrap_or_else(|| table.name.clone()), table.name.clone()];
    let whole = !select.filtered && !select.reduced && !select.items.iter().any(|i| counts_rows(sql, i.clone()));
    let all = select.items.iter().any(|item| ends_in_star(sql, item.clone()));
    if all && select.items.len() == 1 {
        return Some(Copy { from: table, columns: Vec::new(), whole });
    }
    if all || (!into.is_empty() && into.len() != select.items.len()) {
        return None;
    }
    let columns = select.items.iter().enumerate();
    let columns =
        columns.map(|(i, item)| (into.get(i).cloned().unwrap_or_default(), source(sql, item.clone(), &names)));
    Some(Copy { from: table, columns: columns.collect(), whole })
}

/// Its rows are not the table's rows one by one: an aggregate, or a function that makes rows.
fn counts_rows(sql: &Sql, item: Range<usize>) -> bool {
    let called = |at: usize| sql.kind(at) == Some(Kind::Word) && sql.punct(at + 1, b'(');
    let mut at = item.start;
    while at < item.end {
        if sql.punct(at, b'(') && sql.is_any(at + 1, &["select", "with", "values"]) {
            at = sql.past(at); // a scalar subquery counts rows of its own
            continue;
        }
        if sql.kind(at) == Some(Kind::Cast) || sql.is(at, "as") {
            at = past_type(sql, at + 1).max(at + 1); // `numeric (3, 1)` is no call
            continue;
        }
        // A function of the user's own may be an aggregate, or make rows.
        let own = sql.dialect.is_postgres() && sql.identifier(at) && !words::harmless(sql.at(at));
        if called(at) && (own || words::makes_rows(sql.at(at))) {
            return true;
        }
        if called(at) && words::aggregate(sql.at(at)) && !over(sql, sql.past(at + 1)) {
            return true;
        }
        at += 1;
    }
    false
}

/// `FILTER (..) OVER` may follow here.
fn over(sql: &Sql, at: usize) -> bool {
    let at = if sql.is(at, "filter") { sql.past(at + 1) } else { at };
    sql.is(at, "over")
}

fn ends_in_star(sql: &Sql, item: Range<usize>) -> bool {
    let last = item.end - usize::from(!item.is_empty());
    sql.punct(last, b'*') && (item.len() == 1 || sql.punct(last.wrapping_sub(1), b'.'))
}

fn source(sql: &Sql, item: Range<usize>, table: &[String]) -> CopySource {
    let item = without_alias(sql, item);
    match sql.dotted(item.start) {
        Some((parts, next)) if next == item.end && is_column(sql, item.clone(), &parts, table) => {
            CopySource::Column(parts.last().cloned().unwrap_or_default())
        }
        _ => {
            let columns = scan(sql, item.clone(), false).into_references().columns;
            CopySource::Expression { text: sql.source(item).to_string(), columns }
        }
    }
}

fn is_column(sql: &Sql, item: Range<usize>, parts: &[String], table: &[String]) -> bool {
    match parts {
        [_] => sql.identifier(item.start),
        [.., qualifier, _] => table.contains(qualifier),
        [] => false,
    }
}

/// An item of a select list without its `AS alias` or bare alias.
fn without_alias(sql: &Sql, item: Range<usize>) -> Range<usize> {
    if item.len() < 2 {
        return item;
    }
    let last = item.end - 1;
    if sql.is(last - 1, "as") {
        return item.start..last - 1;
    }
    let before = last - 1;
    let value_ended = match sql.kind(before) {
        Some(Kind::String | Kind::Number | Kind::Quoted | Kind::Punct(b')' | b']')) => true,
        Some(Kind::Word) => sql.identifier(before) || sql.is_any(before, &["end", "null", "true", "false"]),
        _ => false,
    };
    let in_type = before > item.start
        && (sql.kind(before - 1) == Some(Kind::Cast))
        && sql.is_any(last, &["precision", "varying"]);
    let alias = sql.identifier(last) && value_ended && !in_type && !sql.are(before, &["time", "zone"]);
    if alias { item.start..last } else { item }
}

/// The alias, or the column's own name, that an item of a select list gives to its column.
pub(super) fn item_name(sql: &Sql, item: Range<usize>) -> Option<String> {
    let bare = without_alias(sql, item.clone());
    let last = item.end.checked_sub(1)?;
    let plain = sql.dotted(bare.start).is_some_and(|(_, next)| next == bare.end);
    (bare.end < item.end || plain).then(|| sql.folded(last))
}
