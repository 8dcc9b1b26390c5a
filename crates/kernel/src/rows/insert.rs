//! INSERT and REPLACE.

use super::constant::is_constant;
use super::copy::{copy, select, without_brackets};
use super::scan::{push_new, scan};
use super::sql::Sql;
use super::update::{assigned, assignments};
use super::{RowChange, RowEffects, RowKind};
use crate::Dialect;
use std::ops::Range;

/// The INSERT or REPLACE that begins here and ends with the range.
pub(super) fn insert(sql: &Sql, range: Range<usize>, effects: &mut RowEffects) -> Option<()> {
    let replace = sql.is(range.start, "replace");
    let mut ignore = false;
    let mut or_replace = replace;
    let mut at = range.start + 1;
    while sql.is_any(
        at,
        &["low_priority", "delayed", "high_priority", "ignore", "or", "into", "rollback", "abort", "fail", "replace"],
    ) {
        ignore |= sql.is(at, "ignore");
        or_replace |= sql.is(at, "replace");
        at += 1;
    }
    let (table, next) = sql.name(at)?;
    let mut change = RowChange::new(RowKind::Insert, table);
    change.overwrites = or_replace;
    change.meets_existing = ignore || or_replace;
    at = alias(sql, next, &mut change);
    if sql.is(at, "partition") && sql.punct(at + 1, b'(') {
        at = sql.past(at + 1);
    }
    if sql.punct(at, b'(') && !begins_query(sql, at + 1) {
        change.columns = columns(sql, sql.inside(at))?;
        at = sql.past(at);
    }
    if sql.is(at, "overriding") {
        at += 3;
    }
    let returning = sql.find_word(at..range.end, &["returning"]).unwrap_or(range.end);
    let body_end = conflict(sql, at..returning).unwrap_or(returning);
    body(sql, at..body_end, &mut change, effects)?;
    on_conflict(sql, body_end..returning, &mut change, effects);
    effects.changes.push(change);
    Some(())
}

/// `INSERT INTO t AS alias`.
fn alias(sql: &Sql, at: usize, change: &mut RowChange) -> usize {
    if !sql.is(at, "as") {
        return at;
    }
    let (alias, next) = sql.alias(at, sql.tokens.len());
    change.alias = alias;
    next
}

fn columns(sql: &Sql, range: Range<usize>) -> Option<Vec<String>> {
    let name = |part: Range<usize>| {
        let (mut parts, _) = sql.dotted(part.start)?;
        // MySQL allows `t.c`; PostgreSQL's `c.field` is a part of column c.
        if sql.dialect == Dialect::Mysql { parts.pop() } else { Some(parts.swap_remove(0)) }
    };
    sql.commas(range).into_iter().map(name).collect()
}

fn begins_query(sql: &Sql, at: usize) -> bool {
    let mut at = at;
    while sql.punct(at, b'(') {
        at += 1;
    }
    sql.is_any(at, &["select", "with", "values", "table"]) && !sql.punct(at + 1, b',') && !sql.punct(at + 1, b')')
}

/// Where ON CONFLICT or ON DUPLICATE KEY, or MySQL's row alias before it, begins.
fn conflict(sql: &Sql, range: Range<usize>) -> Option<usize> {
    sql.find(range, |at| sql.is(at, "on") && sql.is_any(at + 1, &["conflict", "duplicate"]))
}

/// What is inserted.
fn body(sql: &Sql, range: Range<usize>, change: &mut RowChange, effects: &mut RowEffects) -> Option<()> {
    let at = range.start;
    if sql.are(at, &["default", "values"]) {
        return Some(());
    }
    if sql.is_any(at, &["values", "value"]) {
        return values(sql, at + 1..range.end, change, effects);
    }
    if sql.is(at, "set") && sql.dialect == Dialect::Mysql {
        let set = assignments(sql, at + 1..range.end);
        change.columns = set.iter().map(|a| a.column.clone()).collect();
        let row = set.iter().map(|a| a.constant.then(|| a.text.clone())).collect();
        change.values = Some(vec![row]).filter(|rows: &Vec<Vec<Option<String>>>| rows[0].iter().any(Option::is_some));
        return Some(());
    }
    let inner = without_brackets(sql, range.clone());
    if sql.is(inner.start, "values") {
        return values(sql, inner.start + 1..inner.end, change, effects);
    }
    if !begins_query(sql, inner.start) {
        return None;
    }
    query(sql, range, change, effects);
    Some(())
}

fn values(sql: &Sql, range: Range<usize>, change: &mut RowChange, effects: &mut RowEffects) -> Option<()> {
    let mut rows = Vec::new();
    let mut computed: Vec<Range<usize>> = Vec::new();
    let mut at = range.start;
    loop {
        at += usize::from(sql.is(at, "row") && sql.punct(at + 1, b'('));
        if !sql.punct(at, b'(') || sql.past(at) > range.end {
            return None;
        }
        let mut row = Vec::new();
        for value in sql.commas(sql.inside(at)) {
            let constant = is_constant(sql, value.clone());
            row.push(constant.then(|| sql.source(value.clone()).to_string()));
            if !constant {
                computed.push(value);
            }
        }
        rows.push(row);
        at = sql.past(at);
        if at >= range.end || !sql.punct(at, b',') {
            break;
        }
        at += 1;
    }
    // MySQL's `AS new (a, b)`; after a list of VALUES used as a query, ORDER BY or LIMIT may follow.
    if at < range.end && !sql.is(at, "as") {
        rows.clear();
    }
    for value in computed {
        reads(sql, value, false, change, effects);
    }
    let constant = rows.iter().flatten().any(Option::is_some);
    change.values = Some(rows).filter(|_| constant);
    Some(())
}

/// INSERT of a query: a copy, one row of constants, or neither.
fn query(sql: &Sql, range: Range<usize>, change: &mut RowChange, effects: &mut RowEffects) {
    change.copy = copy(sql, range.clone(), &change.columns);
    change.meets_existing |= skips_existing(sql, range.clone());
    if let Some(one) = select(sql, range.clone()).filter(|s| s.from.is_none() && !s.reduced) {
        let value = |item: &Range<usize>| {
            let item = without_as(sql, item.clone());
            is_constant(sql, item.clone()).then(|| sql.source(item).to_string())
        };
        let row: Vec<_> = one.items.iter().map(value).collect();
        change.values = Some(vec![row]).filter(|rows| rows[0].iter().any(Option::is_some));
        // Whether the row went in depends on what was there.
        change.meets_existing |= one.filtered;
    }
    reads(sql, range, true, change, effects);
}

fn without_as(sql: &Sql, item: Range<usize>) -> Range<usize> {
    let cut = item.len() > 2 && sql.is(item.end - 2, "as");
    item.start..item.end - if cut { 2 } else { 0 }
}

/// A query that leaves out what is already there.
fn skips_existing(sql: &Sql, range: Range<usize>) -> bool {
    let any = |found: &dyn Fn(usize) -> bool| range.clone().any(found);
    // `LEFT JOIN t .. WHERE t.id IS NULL`
    let anti_join =
        any(&|at| sql.are(at, &["is", "null"])) && any(&|at| sql.is(at, "left") && !sql.punct(at + 1, b'('));
    anti_join || any(&|at| sql.is(at, "except") || (sql.is(at, "not") && sql.is_any(at + 1, &["exists", "in"])))
}

fn on_conflict(sql: &Sql, range: Range<usize>, change: &mut RowChange, effects: &mut RowEffects) {
    if range.is_empty() {
        return;
    }
    change.meets_existing = true;
    let duplicate = sql.is(range.start + 1, "duplicate");
    let update =
        if duplicate { Some(range.start + 3) } else { sql.find(range.clone(), |at| sql.are(at, &["do", "update"])) };
    let Some(update) = update else { return };
    change.overwrites = true;
    let set = update + if duplicate { 1 } else { 3 };
    let end = sql.find_word(set..range.end, &["where"]).unwrap_or(range.end);
    for assignment in assignments(sql, set..end) {
        assigned(change, assignment, false);
    }
    reads(sql, set..range.end, false, change, effects);
}

/// Notes what a part of the statement reads.
pub(super) fn reads(sql: &Sql, range: Range<usize>, query: bool, change: &mut RowChange, effects: &mut RowEffects) {
    let found = scan(sql, range, query);
    let own = |q: &String| *q == change.table.name || change.alias.as_ref() == Some(q);
    for word in found.columns {
        if word.qualifier.as_ref().is_none_or(own) && change.kind != RowKind::Insert {
            push_new(&mut change.names, word.name);
        }
    }
    for table in found.tables {
        push_new(&mut change.reads, table);
    }
    effects.called(sql.dialect, found.calls);
}
