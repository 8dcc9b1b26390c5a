//! The `information_schema` of MySQL and MariaDB.

use super::{Column, Edge, Facts, Filled, Key, Reference, Table};
use crate::Dialect;
use crate::answer::{Ask, Row};
use crate::catalog::Name;
use crate::dialect::quote;
use crate::lookup::which;
use crate::seed::kind;

const DIALECT: Dialect = Dialect::Mysql;

/// All foreign keys that there are.
pub fn edges<E>(ask: &mut Ask<'_, E>) -> Result<Vec<Edge>, E> {
    let mut out: Vec<Edge> = Vec::new();
    let mut last = None;
    let rows =
        ask("SELECT constraint_name AS id, table_name AS name, referenced_table_name AS parent, column_name AS own,
  referenced_column_name AS other FROM information_schema.key_column_usage
WHERE table_schema = DATABASE() AND referenced_table_schema = DATABASE()
ORDER BY table_name, constraint_name, ordinal_position")?;
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
            edge.reference.keys.push(row.text("other").to_string());
        }
    }
    Ok(out)
}

/// Columns, keys and checks of tables.
pub fn tables<E>(wanted: &[Name], facts: &mut Facts, ask: &mut Ask<'_, E>) -> Result<(), E> {
    let columns = format!(
        "SELECT c.table_name AS name, c.column_name AS `column`, c.data_type AS type, c.column_type AS column_type,
  c.character_maximum_length AS longest, c.character_octet_length AS bytes, c.numeric_precision AS digits,
  c.numeric_scale AS scale, c.datetime_precision AS fraction, c.is_nullable AS nullable, c.column_default AS preset,
  c.extra AS extra, c.character_set_name AS charset, c.generation_expression AS generation
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = DATABASE() AND {} AND t.table_type = 'BASE TABLE'
ORDER BY c.table_name, c.ordinal_position",
        which(wanted, "c.table_name", DIALECT)
    );
    for row in ask(&columns)?.iter() {
        let name = Name::plain(row.text("name"));
        if facts.tables.last().is_none_or(|t| t.name != name) {
            facts.tables.push(Table { sql: quote(&name.name, DIALECT), name, ..Table::default() });
        }
        if let Some(table) = facts.tables.last_mut() {
            table.columns.push(column(&row));
        }
    }
    keys(wanted, facts, ask)?;
    checks(wanted, facts, ask)
}

fn keys<E>(wanted: &[Name], facts: &mut Facts, ask: &mut Ask<'_, E>) -> Result<(), E> {
    let keys = format!(
        "SELECT table_name AS name, index_name AS id, column_name AS `column` FROM information_schema.statistics
WHERE table_schema = DATABASE() AND {} AND non_unique = 0
ORDER BY table_name, index_name <> 'PRIMARY', index_name, seq_in_index",
        which(wanted, "table_name", DIALECT)
    );
    let mut last = None;
    for row in ask(&keys)?.iter() {
        let Some(table) = facts.table_mut(&Name::plain(row.text("name"))) else { continue };
        let id = (row.text("name").to_string(), row.text("id").to_string());
        if last.as_ref() != Some(&id) {
            table.keys.push(Key::default());
            last = Some(id);
        }
        if let Some(key) = table.keys.last_mut() {
            key.columns.extend(row.get("column").map(str::to_string));
        }
    }
    Ok(())
}

/// MariaDB names the table of a check in the same catalog, MySQL in another, and before 8.0.16 there are none. The
/// server's own comment tells MariaDB from the rest.
fn checks<E>(wanted: &[Name], facts: &mut Facts, ask: &mut Ask<'_, E>) -> Result<(), E> {
    let has = ask("SELECT column_name AS name FROM information_schema.columns
WHERE table_schema = 'information_schema' AND table_name = 'CHECK_CONSTRAINTS'")?;
    let has = |name: &str| has.column("name").iter().flatten().any(|n| n.eq_ignore_ascii_case(name));
    let query = if has("table_name") {
        format!(
            "SELECT table_name AS name, check_clause AS clause FROM information_schema.check_constraints
WHERE constraint_schema = DATABASE() AND {} ORDER BY table_name, constraint_name",
            which(wanted, "table_name", DIALECT)
        )
    } else if has("check_clause") {
        format!(
            "SELECT t.table_name AS name, k.check_clause AS clause FROM information_schema.check_constraints k
JOIN information_schema.table_constraints t USING (constraint_schema, constraint_name)
WHERE k.constraint_schema = DATABASE() AND t.constraint_type = 'CHECK' AND {}
ORDER BY t.table_name, k.constraint_name",
            which(wanted, "t.table_name", DIALECT)
        )
    } else {
        return Ok(());
    };
    for row in ask(&query)?.iter() {
        let Some(table) = facts.table_mut(&Name::plain(row.text("name"))) else { continue };
        table.checks.push(row.text("clause").to_string());
    }
    Ok(())
}

fn column(row: &Row<'_>) -> Column {
    let extra = row.text("extra").to_ascii_lowercase();
    let nullable = row.text("nullable").eq_ignore_ascii_case("yes");
    // MariaDB prints the default of a nullable column without one as NULL.
    let preset = row.get("preset").filter(|p| !(nullable && p.eq_ignore_ascii_case("null")));
    let filled = if !row.text("generation").is_empty() {
        Filled::Computed
    } else if extra.contains("auto_increment") {
        Filled::Counted
    } else if preset.is_some() {
        Filled::Default
    } else {
        Filled::No
    };
    Column { name: row.text("column").to_string(), kind: kind::mysql::kind(row), nullable, filled, checks: Vec::new() }
}
