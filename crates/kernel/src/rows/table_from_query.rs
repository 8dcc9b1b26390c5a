//! CREATE TABLE .. AS SELECT.

use super::copy::{copy, item_name, select};
use super::scan::scan;
use super::sql::Sql;
use super::{Copy, Name, References};
use crate::Dialect;

/// A table made of a query's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFromQuery {
    /// Its name.
    pub name: Name,
    /// TEMP, TEMPORARY.
    pub temporary: bool,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// Its columns, where the list or the query names them all.
    pub columns: Option<Vec<String>>,
    /// The source text of the query.
    pub query: String,
    /// What the query refers to.
    pub references: References,
    /// The query takes the rows of one table.
    pub copy: Option<Copy>,
}

/// CREATE TABLE .. AS SELECT, or nothing when the statement is something else.
pub fn create_table_as(text: &str, dialect: Dialect) -> Option<TableFromQuery> {
    let sql = Sql::new(text, dialect);
    if !sql.sound || !sql.is(0, "create") {
        return None;
    }
    let mut at = 1;
    let mut temporary = false;
    while sql.is_any(at, &["or", "replace", "global", "local", "temp", "temporary", "unlogged"]) {
        temporary |= sql.is_any(at, &["temp", "temporary"]);
        at += 1;
    }
    if !sql.is(at, "table") {
        return None;
    }
    at += 1;
    let if_not_exists = sql.are(at, &["if", "not", "exists"]);
    let (name, after) = sql.name(at + if if_not_exists { 3 } else { 0 })?;
    let start = query_start(&sql, after)?;
    let end = data_clause(&sql);
    let listed = sql.punct(after, b'(') && after < start;
    let mut columns: Option<Vec<String>> = None;
    if listed {
        let parts = sql.commas(sql.inside(after));
        columns = Some(parts.iter().map(|part| sql.folded(part.start)).collect());
    } else if let Some(select) = select(&sql, start..end) {
        columns = select.items.iter().map(|item| item_name(&sql, item.clone())).collect();
    }
    let copy = copy(&sql, start..end, columns.as_deref().unwrap_or_default());
    Some(TableFromQuery {
        name,
        temporary,
        if_not_exists,
        columns,
        query: sql.source(start..end).to_string(),
        references: scan(&sql, start..end, false).into_references(),
        copy,
    })
}

/// PostgreSQL's `SELECT .. INTO t FROM ..` as CREATE TABLE AS, which it is; nothing where the statement is something else.
pub fn select_into(text: &str) -> Option<String> {
    let sql = Sql::new(text, Dialect::Postgres);
    let end = sql.tokens.len();
    let into = sql.find_word(0..end, &["into"]).filter(|_| sql.sound && sql.is(0, "select"))?;
    let mut at = into + 1;
    let mut kind = "";
    while sql.is_any(at, &["temp", "temporary", "unlogged", "table"]) {
        if !sql.is(at, "table") {
            kind = if sql.is(at, "unlogged") { "UNLOGGED " } else { "TEMP " };
        }
        at += 1;
    }
    let (_, next) = sql.name(at)?;
    let (name, head, rest) = (sql.source(at..next), sql.source(0..into), sql.source(next..end));
    Some(format!("CREATE {kind}TABLE {name} AS {head} {rest}"))
}

/// The query follows AS; MySQL lets AS be left out.
fn query_start(sql: &Sql, after: usize) -> Option<usize> {
    let end = sql.tokens.len();
    let begins = |at: usize| {
        sql.is_any(at, &["select", "with", "values", "table"])
            || (sql.punct(at, b'(') && sql.is_any(at + 1, &["select", "with", "values"]))
    };
    match sql.find(after..end, |at| sql.is(at, "as") && begins(at + 1)) {
        Some(at) => Some(at + 1),
        None if sql.dialect == Dialect::Mysql => sql.find(after..end, |at| sql.is(at, "select")),
        None => None,
    }
}

/// Where `WITH [NO] DATA` begins, or the end.
fn data_clause(sql: &Sql) -> usize {
    let end = sql.tokens.len();
    for words in [&["with", "no", "data"][..], &["with", "data"][..]] {
        if end > words.len() && sql.are(end - words.len(), words) {
            return end - words.len();
        }
    }
    end
}
