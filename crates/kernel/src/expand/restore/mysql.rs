//! MySQL and MariaDB: columns that come back are filled while others write.
//!
//! The engine fills what it adds with a default, or with the empty value of its type where it is NOT NULL, and neither could be
//! told from what somebody wrote. So the column comes back empty, its default with the next statement, and NOT NULL when it is
//! filled. What holds something by then was written since, and is taken over. One that takes the name of another is filled
//! under that one's last name: see [`swap`].

mod swap;

use super::{Restore, Restores, added_at};
use crate::catalog::{Column, Name, Table, mentions};
use crate::dialect::{Quotes, quote};
use crate::expand::sync::convert::mysql::FILLING;
use crate::expand::sync::mysql::same;
use crate::lex::{Kind, lex};
use crate::plan::BATCHED;
use crate::render::{Statement, clause, mysql_column};

/// Puts everything behind the triggers of each table.
pub fn fill(
    found: &[(&Restore, Table)],
    all: &[Restore],
    then: &dyn Fn(&Name) -> Option<Table>,
    statements: &mut Vec<Statement>,
    quotes: Quotes,
) {
    let mut done: Vec<&Name> = Vec::new();
    for (first, table) in found {
        let alone = found.iter().filter(|(r, _)| r.table == first.table).count() == 1;
        if alone && swap::swap(first, all, table, then, statements, quotes) {
            continue;
        }
        if done.contains(&&first.table) {
            continue;
        }
        done.push(&first.table);
        let own: Vec<&Restore> = found.iter().map(|(r, _)| *r).filter(|r| r.table == first.table).collect();
        let mut required = Vec::new();
        for restore in &own {
            let column = then(&restore.table).and_then(|t| t.column(&restore.column).cloned());
            let Some((at, column)) = added_at(restore, statements).zip(column) else { continue };
            required.extend(ease(&column, &restore.table, at, statements, quotes));
        }
        let added = own.iter().filter_map(|r| added_at(r, statements)).max();
        let tables = std::iter::once(&first.table).chain(own.iter().filter_map(|r| r.from.as_ref()));
        let last = tables.filter_map(|table| last_trigger(table, statements, quotes)).max();
        let at = last.max(added).unwrap_or_default();
        let new = [rows(&own, all, table, quotes), required].concat();
        statements.splice(at + 1..at + 1, new.into_iter().map(|s| Statement::new(s, "")));
    }
}

/// Where the last trigger of a table is made.
fn last_trigger(table: &Name, statements: &[Statement], quotes: Quotes) -> Option<usize> {
    let head = format!(" ON {} ", clause::name(table, quotes));
    statements.iter().rposition(|s| s.sql.starts_with("CREATE TRIGGER") && s.sql.contains(&head))
}

/// Lets a column come back empty. Gives what makes it what it was when it is filled.
fn ease(column: &Column, table: &Name, at: usize, statements: &mut Vec<Statement>, quotes: Quotes) -> Option<String> {
    let whole = mysql_column(column);
    let eased = mysql_column(&Column { not_null: false, default: None, ..column.clone() });
    let (add, instead) = (format!("ADD COLUMN {whole}"), format!("ADD COLUMN {eased}"));
    if whole == eased || !statements[at].sql.contains(&add) {
        return None;
    }
    statements[at].sql = statements[at].sql.replacen(&add, &instead, 1);
    let own = clause::name(table, quotes);
    if let Some(default) = clause::default(column) {
        let sql = format!("ALTER TABLE {own} ALTER COLUMN {} SET {default}", quote(&column.name, quotes));
        statements.insert(at + 1, Statement::new(sql, ""));
    }
    column.not_null.then(|| format!("ALTER TABLE {own} MODIFY COLUMN {whole}"))
}

/// What fills a column: each looks by its WHERE which rows are still to be done, and so goes in batches.
fn update(table: &Table, column: &str, value: &str, quotes: Quotes) -> String {
    super::update(table, column, value, quotes).replacen("UPDATE ", &format!("UPDATE {BATCHED} "), 1)
}

/// What is written to the rows.
fn rows(own: &[&Restore], all: &[Restore], table: &Table, quotes: Quotes) -> Vec<String> {
    let fill = |r: &&Restore| {
        let column = quote(&r.column, quotes);
        let set = update(table, &column, &r.expression, quotes);
        match r.from {
            // No old version has written yet: what stands over there counts, whatever a default has put here.
            Some(_) => format!("{set} WHERE NOT ({})", same(&column, &format!("({})", r.expression))),
            None => format!("{set} WHERE {column} IS NULL"),
        }
    };
    let computed: Vec<&Restore> = all.iter().filter(|r| r.kind == Restores::Filled && r.table == table.name).collect();
    if computed.is_empty() && own.iter().all(|r| r.from.is_none()) {
        return own.iter().flat_map(|r| copied(r, table, quotes).into_iter().chain([fill(r)])).collect();
    }
    // The triggers would write the other side anew from a part of this one.
    let mut out = vec![format!("SET {FILLING} = 1")];
    if computed.is_empty() {
        out.extend(own.iter().filter(|r| r.from.is_none()).filter_map(|r| copied(r, table, quotes)));
    }
    out.extend(computed.iter().filter_map(|r| taken_over(r, own, table, quotes)));
    out.extend(own.iter().map(fill));
    out.push(format!("SET {FILLING} = NULL"));
    out
}

/// A copy: the other one takes over what was written.
fn copied(restore: &Restore, table: &Table, quotes: Quotes) -> Option<String> {
    let (column, value) = (quote(&restore.column, quotes), &restore.expression);
    let tokens = lex(value, 0, quotes.dialect);
    let plain = tokens.len() == 1 && tokens[0].kind == Kind::Quoted;
    let apart = same(&column, value);
    let late = format!("{} WHERE {column} IS NOT NULL AND NOT ({apart})", update(table, value, &column, quotes));
    plain.then_some(late)
}

/// What is computed from columns that were all written since takes over what they hold.
fn taken_over(filled: &Restore, own: &[&Restore], table: &Table, quotes: Quotes) -> Option<String> {
    let of = |r: &&&Restore| mentions(&filled.expression, &r.column, quotes.dialect);
    let written: Vec<String> =
        own.iter().filter(of).map(|r| format!("{} IS NOT NULL", quote(&r.column, quotes))).collect();
    let column = quote(&filled.column, quotes);
    let apart = same(&column, &format!("({})", filled.expression));
    let set = update(table, &column, &filled.expression, quotes);
    (!written.is_empty()).then(|| format!("{set} WHERE {} AND NOT ({apart})", written.join(" AND ")))
}
