//! What the SQL of all the tables has in common.

use super::Location;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::dialect::quote;

/// The table's name in SQL.
pub fn table(at: &Location, dialect: Dialect) -> String {
    let table = quote(&at.table, dialect);
    match &at.schema {
        Some(schema) => format!("{}.{table}", quote(schema, dialect)),
        None => table,
    }
}

/// A string that means the same whatever the session's settings: in MySQL a backslash may or may not escape.
pub fn literal(text: &str, dialect: Dialect) -> String {
    if dialect == Dialect::Mysql && text.contains('\\') {
        let hex: String = text.bytes().map(|b| format!("{b:02x}")).collect();
        return format!("CONVERT(X'{hex}' USING utf8mb4)");
    }
    // A text with a NUL can be in no name and no file that a tool applied; engines end their strings there.
    format!("'{}'", text.replace('\0', "").replace('\'', "''"))
}

/// A column's value as text.
pub fn text(column: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => format!("{column}::text"),
        Dialect::Mysql => format!("CAST({column} AS CHAR)"),
        Dialect::Sqlite => format!("CAST({column} AS TEXT)"),
    }
}

/// The columns of a table, one a row, as `name` and `type`; no rows where there is no such table.
pub fn columns(at: &Location, dialect: Dialect) -> String {
    let name = literal(&at.table, dialect);
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => {
            let schema = at.schema.as_ref().map_or("current_schema()".into(), |s| literal(s, dialect));
            format!(
                "SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type FROM pg_catalog.pg_attribute a \
                 JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                 WHERE n.nspname = {schema} AND c.relname = {name} AND c.relkind IN ('r', 'p') AND a.attnum > 0 \
                 AND NOT a.attisdropped ORDER BY a.attnum"
            )
        }
        Dialect::Mysql => {
            let schema = at.schema.as_ref().map_or("DATABASE()".into(), |s| literal(s, dialect));
            format!(
                "SELECT COLUMN_NAME AS name, COLUMN_TYPE AS type FROM information_schema.COLUMNS \
                 WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {name} ORDER BY ORDINAL_POSITION"
            )
        }
        Dialect::Sqlite => format!("SELECT name, type FROM pragma_table_info({name}) ORDER BY cid"),
    }
}

/// A query that answers `1` where the condition holds for some row of the table, else `0`.
pub fn exists(table: &str, condition: &str) -> String {
    format!("SELECT CASE WHEN EXISTS (SELECT 1 FROM {table} WHERE {condition}) THEN 1 ELSE 0 END")
}
