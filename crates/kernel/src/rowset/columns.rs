//! The columns of tables, and how the engine is asked to print what is in them.

use crate::Dialect;
use crate::answer::Ask;
use crate::catalog::Name;
use crate::dialect::quote;
use crate::kept::Kept;
use crate::lookup;

/// What has to be known of a table to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// As people write it.
    pub name: Name,
    /// What follows FROM.
    pub from: String,
    /// In their order.
    pub columns: Vec<Column>,
    /// The columns of the primary key.
    pub key: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// MySQL's word for its type (`data_type`); empty elsewhere.
    kind: String,
}

impl Column {
    /// An expression for its value as text.
    pub fn printed(&self, dialect: Dialect) -> String {
        let name = quote(&self.name, dialect);
        match dialect {
            Dialect::Postgres | Dialect::Cockroach => format!("{name}::text"),
            // Text in quotes, so that `'1'` is not `1`.
            Dialect::Sqlite => format!("nullif(quote({name}), 'NULL')"),
            Dialect::Mysql => {
                // All alike, or a UNION of two tables may mix collations.
                format!("CAST({} AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin", self.exact(&name))
            }
        }
    }

    /// MySQL: is it printed in hexadecimal digits?
    pub fn is_hex(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "binary"
                | "varbinary"
                | "tinyblob"
                | "blob"
                | "mediumblob"
                | "longblob"
                | "bit"
                | "geometry"
                | "point"
                | "linestring"
                | "polygon"
                | "multipoint"
                | "multilinestring"
                | "multipolygon"
                | "geomcollection"
                | "geometrycollection"
                | "vector"
        )
    }

    /// MySQL: an expression that loses nothing when it becomes text.
    fn exact(&self, name: &str) -> String {
        match self.kind.as_str() {
            _ if self.is_hex() => format!("hex({name})"),
            // Printed with six digits, but for this.
            "float" => format!("({name} + 0e0)"),
            _ => name.to_string(),
        }
    }
}

/// The layouts of those of the tables that are there.
pub fn layouts<E>(dialect: Dialect, tables: &[Name], kept: &mut Kept, ask: &mut Ask<'_, E>) -> Result<Vec<Layout>, E> {
    let mut out: Vec<Layout> = Vec::new();
    let sql = query(dialect, &kept.which(tables), tables);
    let rows = if dialect.is_postgres() { kept.about("layouts", &sql, tables, ask)? } else { ask(&sql)? };
    for row in rows.iter() {
        let name = lookup::named(&row, dialect);
        if out.last().is_none_or(|l| l.name != name) {
            let only = if row.text("kind_of_table") == "r" { "ONLY " } else { "" };
            let from = format!("{only}{}", lookup::sql(&row, dialect));
            out.push(Layout { name, from, columns: Vec::new(), key: Vec::new() });
        }
        if let Some(layout) = out.last_mut()
            && let Some(column) = row.get("column")
        {
            if row.text("in_key") == "1" {
                layout.key.push(column.to_string());
            }
            let kind = row.text("kind").to_ascii_lowercase();
            layout.columns.push(Column { name: column.to_string(), kind });
        }
    }
    Ok(out)
}

fn query(dialect: Dialect, on_postgres: &str, tables: &[Name]) -> String {
    let usual = lookup::USUAL_SCHEMA;
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => format!(
            "SELECT n.nspname::text AS schema, c.relname::text AS name, {usual}::text AS usual, c.relkind::text AS kind_of_table,
  a.attname::text AS column, CASE WHEN a.attnum = ANY (k.indkey) THEN '1' END AS in_key
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_index k ON k.indrelid = c.oid AND k.indisprimary
WHERE {on_postgres} AND c.relkind IN ('r', 'p') ORDER BY n.nspname, c.relname, a.attnum"
        ),
        Dialect::Mysql => format!(
            "SELECT table_name AS name, column_name AS `column`, data_type AS kind, column_key = 'PRI' AS in_key
FROM information_schema.columns WHERE table_schema = DATABASE() AND {} ORDER BY table_name, ordinal_position",
            lookup::which(tables, "table_name", dialect)
        ),
        // 1 in `hidden`: columns of virtual tables that SELECT * leaves out.
        Dialect::Sqlite => format!(
            "SELECT m.name AS name, x.name AS \"column\", x.pk > 0 AS in_key FROM sqlite_master m
JOIN pragma_table_xinfo(m.name) x WHERE m.type = 'table' AND x.hidden <> 1 AND {} ORDER BY m.name, x.cid",
            lookup::which(tables, "m.name", dialect)
        ),
    }
}
