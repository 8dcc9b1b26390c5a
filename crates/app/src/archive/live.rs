//! What the database itself says of a table: its name, its key, its columns, its size.

use super::sql::literal;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::dialect::quote;

/// A table that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// In SQL, quoted; on PostgreSQL with its schema.
    pub table: String,
    /// Its columns in their order; generated ones are left out.
    pub columns: Vec<Column>,
    /// The columns of its primary key; empty where it has none.
    pub keys: Vec<String>,
    /// How many rows it has: counted where that is cheap, else as the engine estimates.
    pub rows: u64,
    /// How much it takes on the disk, where the engine tells.
    pub bytes: Option<u64>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type in SQL; empty where a value needs none to be put back.
    pub data_type: String,
    /// Its type is none of PostgreSQL's own (an enum, an extension's): it may go too, so values are kept as text.
    pub own_type: bool,
}

impl Live {
    /// Looks at a table; none where there is no such table.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find(db: &mut dyn Database, name: &Name) -> Result<Option<Live>, Failure> {
        let dialect = db.dialect();
        let quoted = match name.schema.as_str() {
            "" => quote(&name.name, dialect),
            schema => format!("{}.{}", quote(schema, dialect), quote(&name.name, dialect)),
        };
        Live::named(db, &quoted)
    }

    /// The same, by its name in SQL.
    ///
    /// # Errors
    /// Those of the database.
    pub fn named(db: &mut dyn Database, quoted: &str) -> Result<Option<Live>, Failure> {
        match db.dialect() {
            Dialect::Postgres | Dialect::Cockroach => postgres(db, quoted),
            Dialect::Mysql => mysql(db, quoted),
            Dialect::Sqlite => sqlite(db, quoted),
        }
    }

    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }
}

fn number(text: Option<&str>) -> Option<u64> {
    text.and_then(|text| text.parse::<i64>().ok()).and_then(|n| u64::try_from(n).ok())
}

fn texts(values: Vec<Option<&str>>) -> Vec<String> {
    values.into_iter().flatten().map(str::to_owned).collect()
}

fn postgres(db: &mut dyn Database, quoted: &str) -> Result<Option<Live>, Failure> {
    let regclass = format!("to_regclass({})", literal(quoted, Dialect::Postgres));
    let about = db.query(&format!(
        "SELECT format('%I.%I', n.nspname, c.relname) AS name, c.reltuples::bigint::text AS estimate, \
         pg_total_relation_size(c.oid)::text AS bytes FROM pg_catalog.pg_class c \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = {regclass} AND c.relkind IN ('r', 'p')"
    ))?;
    let Some(about) =
        about.iter().next().map(|r| (r.text("name").to_owned(), number(r.get("estimate")), number(r.get("bytes"))))
    else {
        return Ok(None);
    };
    let columns = db.query(&format!(
        "SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type, \
         CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN 0 ELSE 1 END::text AS own \
         FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
         WHERE a.attrelid = {regclass} AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum"
    ))?;
    let keys = db.query(&format!(
        "SELECT a.attname::text AS name FROM pg_catalog.pg_index i \
         JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, at) ON true \
         JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum \
         WHERE i.indrelid = {regclass} AND i.indisprimary AND k.at <= i.indnkeyatts ORDER BY k.at"
    ))?;
    // The engine's own estimate is -1 before the first ANALYZE, and far off after a load: small tables are counted.
    let (table, estimate, bytes) = about;
    let rows = match estimate.filter(|rows| *rows > 1_000_000) {
        Some(rows) => rows,
        None => number(db.query(&format!("SELECT count(*) FROM {table}"))?.first()).unwrap_or_default(),
    };
    let column = |row: unmigrate_engines::Row| Column {
        name: row.text("name").to_owned(),
        data_type: row.text("type").to_owned(),
        own_type: row.text("own") == "1",
    };
    Ok(Some(Live {
        table,
        columns: columns.iter().map(column).collect(),
        keys: texts(keys.column("name")),
        rows,
        bytes,
    }))
}

fn mysql(db: &mut dyn Database, quoted: &str) -> Result<Option<Live>, Failure> {
    let parts: Vec<String> = quoted.split("`.`").map(|part| part.trim_matches('`').replace("``", "`")).collect();
    let (schema, name) = match parts.as_slice() {
        [name] => ("DATABASE()".to_owned(), name),
        [schema, name] => (literal(schema, Dialect::Mysql), name),
        _ => return Ok(None),
    };
    let is = format!("TABLE_SCHEMA = {schema} AND TABLE_NAME = {}", literal(name, Dialect::Mysql));
    let about = db.query(&format!(
        "SELECT TABLE_NAME AS name, CAST(TABLE_ROWS AS CHAR) AS estimate, CAST(DATA_LENGTH AS CHAR) AS bytes \
         FROM information_schema.TABLES WHERE {is} AND TABLE_TYPE = 'BASE TABLE'"
    ))?;
    let Some((estimate, bytes)) = about.iter().next().map(|r| (number(r.get("estimate")), number(r.get("bytes"))))
    else {
        return Ok(None);
    };
    let columns = db.query(&format!(
        "SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE {is} AND GENERATION_EXPRESSION = '' \
         ORDER BY ORDINAL_POSITION"
    ));
    // MariaDB has NULL there for what is not generated.
    let columns = match columns {
        Ok(rows) if !rows.rows.is_empty() => rows,
        _ => db.query(&format!(
            "SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE {is} \
             AND COALESCE(GENERATION_EXPRESSION, '') = '' ORDER BY ORDINAL_POSITION"
        ))?,
    };
    let keys = db.query(&format!(
        "SELECT COLUMN_NAME AS name FROM information_schema.STATISTICS WHERE {is} AND INDEX_NAME = 'PRIMARY' \
         ORDER BY SEQ_IN_INDEX"
    ))?;
    let rows = match estimate.filter(|rows| *rows > 1_000_000) {
        Some(rows) => rows,
        None => number(db.query(&format!("SELECT count(*) FROM {quoted}"))?.first()).unwrap_or_default(),
    };
    let column = |name: String| Column { name, data_type: String::new(), own_type: false };
    let columns = texts(columns.column("name")).into_iter().map(column).collect();
    Ok(Some(Live { table: quoted.to_owned(), columns, keys: texts(keys.column("name")), rows, bytes }))
}

fn sqlite(db: &mut dyn Database, quoted: &str) -> Result<Option<Live>, Failure> {
    let name = quoted.rsplit("\".\"").next().unwrap_or_default().trim_matches('"').replace("\"\"", "\"");
    let literal = literal(&name, Dialect::Sqlite);
    // Hidden 2 and 3 are generated columns.
    let columns =
        db.query(&format!("SELECT name, pk FROM pragma_table_xinfo({literal}) WHERE hidden = 0 ORDER BY cid"))?;
    let names = texts(columns.column("name"));
    if names.is_empty() {
        return Ok(None);
    }
    let mut keys: Vec<(u64, String)> = columns
        .iter()
        .filter_map(|row| Some((number(row.get("pk")).filter(|at| *at > 0)?, row.text("name").to_owned())))
        .collect();
    keys.sort();
    let rows = number(db.query(&format!("SELECT count(*) FROM {quoted}"))?.first()).unwrap_or_default();
    // No more than the whole file.
    let pages = db.query("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?;
    let bytes = number(pages.first());
    let column = |name: String| Column { name, data_type: String::new(), own_type: false };
    let keys = keys.into_iter().map(|(_, name)| name).collect();
    Ok(Some(Live { table: quoted.to_owned(), columns: names.into_iter().map(column).collect(), keys, rows, bytes }))
}
