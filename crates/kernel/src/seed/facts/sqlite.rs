//! SQLite's pragmas, asked as tables, and the text of CREATE TABLE for what they don't tell.

use super::{Column, Edge, Facts, Filled, Key, Reference, Table};
use crate::Dialect;
use crate::answer::{Ask, Row};
use crate::catalog::{ConstraintKind, Name};
use crate::dialect::quote;
use crate::lookup::which;
use crate::rollback::read;
use crate::seed::kind;
use std::collections::BTreeMap;

const DIALECT: Dialect = Dialect::Sqlite;

/// All foreign keys that there are.
pub fn edges<E>(ask: &mut Ask<'_, E>) -> Result<Vec<Edge>, E> {
    let mut out: Vec<Edge> = Vec::new();
    let mut last = None;
    let rows = ask("SELECT m.name AS name, k.id AS id, k.\"table\" AS parent, k.\"from\" AS own, k.\"to\" AS other
FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) k WHERE m.type = 'table' ORDER BY m.name, k.id, k.seq")?;
    for row in rows.iter() {
        let id = (row.text("name").to_string(), row.text("id").to_string());
        if last.as_ref() != Some(&id) {
            let parent = Name::plain(row.text("parent"));
            let reference = Reference { columns: Vec::new(), parent, keys: Vec::new() };
            out.push(Edge { child: Name::plain(&id.0), reference });
            last = Some(id);
        }
        if let Some(edge) = out.last_mut() {
            edge.reference.columns.push(row.text("own").to_string());
            edge.reference.keys.extend(row.get("other").map(str::to_string));
        }
    }
    Ok(out)
}

/// Columns, keys and checks of tables.
pub fn tables<E>(wanted: &[Name], facts: &mut Facts, ask: &mut Ask<'_, E>) -> Result<(), E> {
    let which = format!("m.type = 'table' AND {}", which(wanted, "m.name", DIALECT));
    let made = texts(&which, ask)?;
    let columns = format!(
        "SELECT m.name AS name, x.name AS \"column\", x.type AS type, x.\"notnull\" AS required, x.dflt_value AS preset,
  x.pk AS pk, x.hidden AS hidden FROM sqlite_master m JOIN pragma_table_xinfo(m.name) x
WHERE {which} AND x.hidden <> 1 ORDER BY m.name, x.cid"
    );
    for row in ask(&columns)?.iter() {
        let name = Name::plain(row.text("name"));
        if facts.tables.last().is_none_or(|t| t.name != name) {
            facts.tables.push(Table { sql: quote(&name.name, DIALECT), name, ..Table::default() });
        }
        if let Some(table) = facts.tables.last_mut() {
            if row.text("pk") != "0" {
                if table.keys.is_empty() {
                    table.keys.push(Key::default());
                }
                table.keys[0].columns.push(row.text("column").to_string());
            }
            table.columns.push(column(&row));
        }
    }
    for table in &mut facts.tables {
        if let Some(sql) = made.get(&table.name.name) {
            said(table, sql);
        }
    }
    keys(&which, facts, ask)
}

fn texts<E>(which: &str, ask: &mut Ask<'_, E>) -> Result<BTreeMap<String, String>, E> {
    let rows = ask(&format!("SELECT m.name AS name, m.sql AS sql FROM sqlite_master m WHERE {which}"))?;
    Ok(rows.iter().map(|row| (row.text("name").to_string(), row.text("sql").to_string())).collect())
}

/// What only the text of the table tells: its checks, and which column is another name of the rowid.
fn said(table: &mut Table, sql: &str) {
    let catalog = read(sql, DIALECT);
    if let Some((_, made)) = catalog.tables.iter().next() {
        for constraint in &made.constraints {
            if let ConstraintKind::Check(check) = &constraint.kind {
                table.checks.push(check.text.clone());
            }
        }
    }
    let without_rowid = sql.to_ascii_uppercase().contains("WITHOUT ROWID");
    if let [Key { columns, .. }] = &table.keys[..]
        && let [only] = &columns[..]
        && !without_rowid
        && let Some(column) = table.columns.iter_mut().find(|c| c.name == *only)
        && column.filled == Filled::Counted
    {
        column.nullable = false;
        return;
    }
    for column in &mut table.columns {
        if column.filled == Filled::Counted {
            column.filled = Filled::No;
        }
    }
}

fn keys<E>(which: &str, facts: &mut Facts, ask: &mut Ask<'_, E>) -> Result<(), E> {
    let keys = format!(
        "SELECT m.name AS name, i.name AS id, x.name AS \"column\", s.sql AS sql FROM sqlite_master m
JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) x LEFT JOIN sqlite_master s ON s.name = i.name
WHERE {which} AND i.\"unique\" AND i.origin <> 'pk' ORDER BY m.name, i.name, x.seqno"
    );
    let mut last = None;
    for row in ask(&keys)?.iter() {
        let Some(table) = facts.table_mut(&Name::plain(row.text("name"))) else { continue };
        let id = (row.text("name").to_string(), row.text("id").to_string());
        if last.as_ref() != Some(&id) {
            table.keys.push(Key::default());
            last = Some(id);
        }
        let own: Vec<String> = match row.get("column") {
            Some(column) => vec![column.to_string()],
            // An expression: every column that the index names.
            None => {
                let named =
                    table.columns.iter().filter(|c| crate::catalog::mentions(row.text("sql"), &c.name, DIALECT));
                named.map(|c| c.name.clone()).collect()
            }
        };
        if let Some(key) = table.keys.last_mut() {
            key.columns.extend(own);
        }
    }
    Ok(())
}

fn column(row: &Row<'_>) -> Column {
    let declared = row.text("type");
    let in_key = row.text("pk") != "0";
    // 2 and 3: generated, virtual and stored.
    let filled = match row.text("hidden") {
        "2" | "3" => Filled::Computed,
        // Made sure of when the whole key is known.
        _ if in_key && declared.eq_ignore_ascii_case("integer") => Filled::Counted,
        _ if row.get("preset").is_some_and(|p| !p.eq_ignore_ascii_case("null")) => Filled::Default,
        _ => Filled::No,
    };
    Column {
        name: row.text("column").to_string(),
        kind: kind::sqlite::kind(declared),
        // A primary key may hold NULL in SQLite, but nobody means it.
        nullable: row.text("required") != "1" && !in_key,
        filled,
        checks: Vec::new(),
    }
}
