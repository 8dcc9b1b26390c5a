//! A query over `information_schema`: which object's existence it asks about.
//!
//! MySQL 8.4 Reference Manual, 28.3: the tables and their columns; both are compared without regard to case.

use super::Value;
use super::evaluate::Evaluation;
use crate::block::{Condition, Probe, bare, parts};
use crate::rows::{Name, tables_in};
use std::collections::HashMap;
use std::ops::Range;

/// Columns that say in which database, all of which have to be the one that the migration runs in.
const DATABASES: &[&str] = &["table_schema", "constraint_schema", "index_schema", "trigger_schema", "routine_schema"];

/// Columns that name what is asked about.
const NAMES: &[&str] = &[
    "table_name",
    "column_name",
    "index_name",
    "constraint_name",
    "trigger_name",
    "routine_name",
    "data_type",
    "is_nullable",
];

/// Columns whose value only says what kind of thing it is, where its name says enough.
const KINDS: &[&str] = &["constraint_type", "table_type", "table_catalog", "constraint_catalog"];

/// What the query asks of which this is all from FROM on. None where it is not understood.
pub(super) fn asked(evaluation: &Evaluation, from: Range<usize>) -> Option<Condition> {
    let sql = evaluation.sql;
    let where_at = sql.find_word(from.clone(), &["where"])?;
    let end = sql.find_word(where_at..from.end, &["limit", "order"]).unwrap_or(from.end);
    if sql.find_word(from.clone(), &["union", "group", "having", "join"]).is_some() {
        return None;
    }
    let [table] = tables_in(sql, from.start + 1..where_at).try_into().ok()?;
    let table: Name = table;
    if !table.schema.is_some_and(|schema| schema.eq_ignore_ascii_case("information_schema")) {
        return None;
    }
    let facts = facts(evaluation, where_at + 1..end)?;
    let get = |column: &str| facts.get(column).cloned();
    let owner = get("table_name").map(|name| Name { schema: None, name });
    let of_columns = table.name.eq_ignore_ascii_case("columns");
    let (data_type, nullable) = (get("data_type"), get("is_nullable"));
    if !of_columns && (data_type.is_some() || nullable.is_some()) {
        return None;
    }
    Some(Condition::Exists(match table.name.to_ascii_lowercase().as_str() {
        "tables" => Probe::Table(owner?),
        "columns" if data_type.is_none() && nullable.is_none() => Probe::Column(owner?, get("column_name")?),
        "columns" => {
            let nullable = nullable.map(|word| word.eq_ignore_ascii_case("yes"));
            Probe::ColumnLike { table: owner?, name: get("column_name")?, data_type, nullable }
        }
        "statistics" => Probe::Index { table: Some(owner?), name: get("index_name")? },
        "table_constraints" | "key_column_usage" | "referential_constraints" => {
            Probe::Constraint { table: owner, name: get("constraint_name")? }
        }
        "triggers" => Probe::Trigger { table: None, name: get("trigger_name")? },
        "routines" => Probe::Function(get("routine_name")?),
        "views" => Probe::View(owner?),
        _ => return None,
    }))
}

/// Is there one row at most where there is what is asked about?
pub(super) fn is_one(condition: &Condition) -> bool {
    use Probe::{Column, ColumnLike, Table};
    matches!(condition, Condition::Exists(Table(_) | Column(..) | ColumnLike { .. }))
}

/// The columns that must equal a text. None where a condition is anything else.
fn facts(evaluation: &Evaluation, range: Range<usize>) -> Option<HashMap<String, String>> {
    let sql = evaluation.sql;
    let mut facts = HashMap::new();
    let range = bare(sql, range);
    if sql.find_word(range.clone(), &["or", "between", "not"]).is_some() {
        return None;
    }
    for part in parts(sql, range, "and") {
        let part = bare(sql, part);
        let (column, next) = sql.dotted(part.start)?;
        // A procedure's own variable goes before a column of the same name.
        if evaluation.session.local(sql, part.start).is_some() {
            return None;
        }
        let column = column.last()?.to_ascii_lowercase();
        if KINDS.contains(&column.as_str()) {
            continue;
        }
        if !sql.punct(next, b'=') {
            return None;
        }
        match evaluation.value(next + 1..part.end)? {
            Value::Database if DATABASES.contains(&column.as_str()) => {}
            Value::Text(text) if NAMES.contains(&column.as_str()) => {
                facts.insert(column, text);
            }
            _ => return None,
        }
    }
    Some(facts)
}
