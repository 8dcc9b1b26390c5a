//! UPDATE, DELETE, TRUNCATE and MERGE.

use super::constant::is_constant;
use super::insert::reads;
use super::scan::{push_new, scan_tables};
use super::sql::Sql;
use super::{Name, RowChange, RowEffects, RowKind};
use std::ops::Range;

/// `column = expression`.
pub(super) struct Assignment {
    pub(super) qualifier: Option<String>,
    pub(super) column: String,
    pub(super) text: String,
    pub(super) constant: bool,
}

/// The assignments of a SET list.
pub(super) fn assignments(sql: &Sql, range: Range<usize>) -> Vec<Assignment> {
    sql.commas(range).into_iter().flat_map(|part| assignment(sql, part)).collect()
}

/// What a SET list reads: all but the columns that it sets.
pub(super) fn assigned_values(sql: &Sql, range: Range<usize>) -> Vec<Range<usize>> {
    let value = |part: Range<usize>| Some(sql.find(part.clone(), |at| sql.punct(at, b'='))? + 1..part.end);
    sql.commas(range).into_iter().filter_map(value).collect()
}

fn assignment(sql: &Sql, part: Range<usize>) -> Vec<Assignment> {
    let Some(equals) = sql.find(part.clone(), |at| sql.punct(at, b'=')) else { return Vec::new() };
    let value = equals + 1..part.end;
    let one = |target: Range<usize>, value: Range<usize>| {
        let (mut parts, _) = sql.dotted(target.start)?;
        let column = parts.pop()?;
        let text = sql.source(value.clone()).to_string();
        Some(Assignment { qualifier: parts.pop(), column, text, constant: is_constant(sql, value) })
    };
    if !sql.punct(part.start, b'(') {
        return one(part.start..equals, value).into_iter().collect();
    }
    // `(a, b) = (x, y)`, `(a, b) = ROW (x, y)`, `(a, b) = (SELECT ..)`
    let targets = sql.commas(sql.inside(part.start));
    let open = value.start + usize::from(sql.is(value.start, "row"));
    let listed = sql.punct(open, b'(') && sql.past(open) == part.end && !sql.is_any(open + 1, &["select", "with"]);
    let values = if listed { sql.commas(sql.inside(open)) } else { Vec::new() };
    let value_of = |i: usize| if values.len() == targets.len() { values[i].clone() } else { value.clone() };
    targets.iter().enumerate().filter_map(|(i, target)| one(target.clone(), value_of(i))).collect()
}

/// Notes an assignment in the change; `column` too, unless the columns are those of an INSERT.
pub(super) fn assigned(change: &mut RowChange, assignment: Assignment, column: bool) {
    if column {
        push_new(&mut change.columns, assignment.column.clone());
    }
    change.assignments.push((assignment.column, assignment.text));
}

/// What begins here and ends with the range: UPDATE.
pub(super) fn update(sql: &Sql, range: Range<usize>, effects: &mut RowEffects) -> Option<()> {
    let mut at = range.start + 1;
    let (mut ignore, mut replace) = (false, false);
    while sql.is_any(at, &["only", "low_priority", "ignore", "or", "rollback", "abort", "fail", "replace"])
        && !sql.is(at + 1, "set")
    {
        ignore |= sql.is(at, "ignore");
        replace |= sql.is(at, "replace");
        at += 1;
    }
    let set = sql.find_word(at..range.end, &["set"])?;
    let end = sql.find_word(set..range.end, &["returning"]).unwrap_or(range.end);
    let tail = sql.find_word(set..end, &["where", "order", "limit"]).unwrap_or(end);
    // `IS DISTINCT FROM` is no FROM.
    let from = sql.find(set..tail, |i| sql.is(i, "from") && !sql.is(i - 1, "distinct")).unwrap_or(tail);
    let targets = scan_tables(sql, at..set);
    let (first, _) = sql.name(at + usize::from(sql.punct(at, b'(')))?;
    let mut changes: Vec<RowChange> = Vec::new();
    for assignment in assignments(sql, set + 1..from) {
        let aliased = targets.aliases.iter().find(|(alias, table)| match &assignment.qualifier {
            Some(q) => alias == q || table.name == *q,
            None => true,
        });
        let (alias, table) = aliased.cloned().unwrap_or_else(|| (first.name.clone(), first.clone()));
        let place = changes.iter().position(|c| c.table == table).unwrap_or_else(|| {
            changes.push(RowChange::new(RowKind::Update, table.clone()));
            changes.len() - 1
        });
        let change = &mut changes[place];
        change.alias = Some(alias).filter(|a| *a != table.name);
        assigned(change, assignment, true);
    }
    if changes.is_empty() {
        return None;
    }
    for change in &mut changes {
        change.meets_existing = ignore;
        change.overwrites = replace;
        change.filter = filter(sql, tail..end);
        if targets.tables.len() > 1 {
            change.others = Some(sql.source(at..set).to_string());
        } else if from < tail {
            change.others = Some(sql.source(from + 1..tail).to_string());
        }
        for table in targets.tables.iter().filter(|t| **t != change.table) {
            push_new(&mut change.reads, table.clone());
        }
        for value in assigned_values(sql, set + 1..from) {
            reads(sql, value, false, change, effects);
        }
        reads(sql, from..end, true, change, effects);
    }
    effects.changes.append(&mut changes);
    Some(())
}

/// The condition after WHERE, up to MySQL's ORDER BY and LIMIT.
fn filter(sql: &Sql, range: Range<usize>) -> Option<String> {
    let start = sql.find_word(range.clone(), &["where"])? + 1;
    let end = sql.find_word(start..range.end, &["order", "limit"]).unwrap_or(range.end);
    Some(sql.source(start..end).to_string()).filter(|text| !text.is_empty())
}

/// What begins here and ends with the range: DELETE, in its three forms.
pub(super) fn delete(sql: &Sql, range: Range<usize>, effects: &mut RowEffects) -> Option<()> {
    let mut at = range.start + 1;
    while sql.is_any(at, &["low_priority", "quick", "ignore"]) {
        at += 1;
    }
    let end = sql.find_word(at..range.end, &["returning"]).unwrap_or(range.end);
    let tail = sql.find_word(at..end, &["where", "order", "limit"]).unwrap_or(end);
    let from = sql.find_word(at..tail, &["from"])?;
    let using = sql.find(from..tail, |i| sql.is(i, "using") && !joined(sql, from..i)).unwrap_or(tail);
    // `DELETE a, b FROM ..` and `DELETE FROM a, b USING ..` name what is deleted apart from where it is looked for.
    let (named, tables) = if from > at { (at..from, from + 1..tail) } else { (from + 1..using, from + 1..using) };
    let searched = scan_tables(sql, tables.clone());
    let also = scan_tables(sql, (using + 1).min(tail)..tail);
    let aliases: Vec<_> = searched.aliases.iter().chain(&also.aliases).collect();
    let mut targets: Vec<(Option<String>, Name)> = Vec::new();
    if from > at || sql.find(named.clone(), |i| sql.punct(i, b',')).is_some() {
        for part in sql.commas(named) {
            let (name, _) = sql.name(part.start)?;
            let known = aliases.iter().find(|(alias, table)| *alias == name.name || *table == name);
            targets.push(known.map_or((None, name), |(alias, table)| (Some(alias.clone()), table.clone())));
        }
    } else {
        let (alias, table) = searched.aliases.first()?;
        targets.push((Some(alias.clone()), table.clone()));
    }
    for (alias, table) in targets {
        let mut change = RowChange::new(RowKind::Delete, table.clone());
        change.alias = alias.filter(|a| *a != table.name);
        change.filter = filter(sql, tail..end);
        let several = searched.tables.len() > 1;
        change.others = match using < tail {
            true => Some(sql.source(using + 1..tail).to_string()),
            false => several.then(|| sql.source(tables.clone()).to_string()),
        };
        for read in searched.tables.iter().chain(&also.tables).filter(|t| **t != table) {
            push_new(&mut change.reads, read.clone());
        }
        reads(sql, tail..end, true, &mut change, effects);
        effects.changes.push(change);
    }
    Some(())
}

/// A JOIN stands before, so that USING is its list of columns.
fn joined(sql: &Sql, range: Range<usize>) -> bool {
    let bracket = sql.punct(range.end + 1, b'(') && !sql.is_any(range.end + 2, &["select", "with", "values"]);
    bracket && sql.find_word(range, &["join", "straight_join"]).is_some()
}

/// TRUNCATE: one change for each table.
pub(super) fn truncate(sql: &Sql, range: Range<usize>, effects: &mut RowEffects) -> Option<()> {
    let start = range.start + 1 + usize::from(sql.is(range.start + 1, "table"));
    let words = ["restart", "continue", "cascade", "restrict"];
    let end = sql
        .find(start..range.end, |at| sql.is_any(at, &words) && at > start && !sql.punct(at - 1, b','))
        .unwrap_or(range.end);
    let cascade = sql.find_word(end..range.end, &["cascade"]).is_some();
    let parts = sql.commas(start..end);
    for part in &parts {
        let (table, _) = sql.name(part.start + usize::from(sql.is(part.start, "only")))?;
        let mut change = RowChange::new(RowKind::Truncate, table);
        change.cascade = cascade;
        effects.changes.push(change);
    }
    (!parts.is_empty()).then_some(())
}

/// MERGE: its table, and the columns that any of its branches writes.
pub(super) fn merge(sql: &Sql, range: Range<usize>, effects: &mut RowEffects) -> Option<()> {
    let mut at = range.start + 1;
    at += usize::from(sql.is(at, "into"));
    at += usize::from(sql.is(at, "only"));
    let (table, next) = sql.name(at)?;
    let mut change = RowChange::new(RowKind::Merge, table);
    change.meets_existing = true;
    change.overwrites = true;
    change.alias = sql.alias(next, range.end).0;
    let using = sql.find_word(next..range.end, &["using"])?;
    let first = sql.find_word(using..range.end, &["when"])?;
    let on = sql.find_word(using..first, &["on"]).unwrap_or(first);
    for read in scan_tables(sql, using + 1..on).tables {
        push_new(&mut change.reads, read);
    }
    let mut when = first;
    while when < range.end {
        let end = sql.find(when + 1..range.end, |i| sql.is(i, "when")).unwrap_or(range.end);
        branch(sql, when..end, &mut change);
        when = end;
    }
    reads(sql, on..range.end, true, &mut change, effects);
    effects.changes.push(change);
    Some(())
}

fn branch(sql: &Sql, range: Range<usize>, change: &mut RowChange) {
    let Some(then) = sql.find_word(range.clone(), &["then"]) else { return };
    if sql.are(then + 1, &["update", "set"]) {
        for assignment in assignments(sql, then + 3..range.end) {
            assigned(change, assignment, true);
        }
    } else if sql.is(then + 1, "insert") && sql.punct(then + 2, b'(') {
        for part in sql.commas(sql.inside(then + 2)) {
            push_new(&mut change.columns, sql.folded(part.start));
        }
    }
}
