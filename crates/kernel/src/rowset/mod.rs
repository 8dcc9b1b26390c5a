//! All rows of tables, in a form that can be compared: every value as the engine prints it, exactly and the same each
//! time.

mod columns;
mod compare;
mod forgiven;
mod worn;

pub use compare::{Gap, GapKind, compare};
pub use forgiven::Forgiven;
pub use worn::worn;

use crate::Dialect;
use crate::answer::Ask;
use crate::catalog::Name;
use crate::kept::Kept;
use crate::lookup;
pub(crate) use columns::{Column, Layout, layouts};
use std::collections::BTreeMap;

/// The rows of tables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowSet {
    /// By the name of the table.
    pub tables: BTreeMap<Name, TableRows>,
}

/// The rows of one table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableRows {
    /// The names of its columns, in their order.
    pub columns: Vec<String>,
    /// The columns of its primary key; empty where it has none.
    pub key: Vec<String>,
    /// Its rows, sorted; each as long as `columns`. NULL is none.
    pub rows: Vec<Vec<Option<String>>>,
}

impl RowSet {
    /// How many rows there are in all.
    pub fn count(&self) -> usize {
        self.tables.values().map(|t| t.rows.len()).sum()
    }
}

/// What a session has to be set to before rows are read in it, so that two sessions print a value the same way: each is
/// one statement. Migrations that run in the same session see it too, so that it is set once and before all of them.
pub fn settings(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => &[
            "SET datestyle = 'ISO, YMD'",
            "SET timezone = 'UTC'",
            "SET intervalstyle = 'postgres'",
            "SET bytea_output = 'hex'",
            "SET extra_float_digits = 1",
        ],
        Dialect::Mysql => &["SET time_zone = '+00:00'", "SET NAMES utf8mb4"],
        Dialect::Sqlite => &[],
    }
}

/// Every table of the schemas that are somebody's own, sorted. Partitions are left out: their rows are read with the
/// table that they are part of.
///
/// # Errors
/// The first that `ask` gives.
pub fn tables<E>(dialect: Dialect, ask: &mut Ask<'_, E>) -> Result<Vec<Name>, E> {
    let query = match dialect {
        Dialect::Postgres | Dialect::Cockroach => {
            "SELECT n.nspname::text AS schema, c.relname::text AS name, coalesce(current_schema(), 'public')::text AS usual
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
        }
        Dialect::Mysql => {
            "SELECT table_name AS name FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
        }
        Dialect::Sqlite => {
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite^_%' ESCAPE '^'"
        }
    };
    let rows = ask(query)?;
    let mut out: Vec<Name> = rows.iter().map(|row| lookup::named(&row, dialect)).collect();
    out.sort();
    Ok(out)
}

/// How many tables one query reads.
const AT_ONCE: usize = 40;

/// Reads all rows of tables; those that are not there are left out. The session should have the [`settings`].
///
/// # Errors
/// The first that `ask` gives.
pub fn read<E>(dialect: Dialect, tables: &[Name], ask: &mut Ask<'_, E>) -> Result<RowSet, E> {
    read_by(&mut Kept::of(dialect, ask)?, tables, ask)
}

/// The same by the queries that a session keeps.
///
/// # Errors
/// As [`read`].
pub fn read_by<E>(kept: &mut Kept, tables: &[Name], ask: &mut Ask<'_, E>) -> Result<RowSet, E> {
    let dialect = kept.dialect();
    let mut out = RowSet::default();
    if tables.is_empty() {
        return Ok(out);
    }
    let layouts = layouts(dialect, tables, kept, ask)?;
    // Tables of like widths share a query, so that it is no wider than it has to be.
    let mut by_width: Vec<&Layout> = layouts.iter().collect();
    by_width.sort_by_key(|l| l.columns.len());
    for some in by_width.chunks(AT_ONCE) {
        let mut read: Vec<Vec<Vec<Option<String>>>> = vec![Vec::new(); some.len()];
        for mut row in ask(&query(dialect, some))?.rows {
            let at = row.first().cloned().flatten().and_then(|at| at.parse::<usize>().ok());
            if let Some(at) = at.filter(|at| *at < some.len()) {
                row.remove(0);
                row.truncate(some[at].columns.len());
                read[at].push(row);
            }
        }
        for (layout, mut rows) in some.iter().zip(read) {
            rows.sort();
            let columns = layout.columns.iter().map(|c| c.name.clone()).collect();
            out.tables.insert(layout.name.clone(), TableRows { columns, key: layout.key.clone(), rows });
        }
    }
    Ok(out)
}

/// One query for some tables: the table's place, then its columns, filled up to the widest.
fn query(dialect: Dialect, tables: &[&Layout]) -> String {
    let widest = tables.iter().map(|l| l.columns.len()).max().unwrap_or(0);
    let nothing = if dialect.is_postgres() { "NULL::text" } else { "NULL" };
    let one = |(at, layout): (usize, &&Layout)| {
        let mut parts = vec![format!("{at} AS at")];
        for place in 0..widest {
            let value = layout.columns.get(place).map_or_else(|| nothing.to_string(), |c| c.printed(dialect));
            parts.push(if at == 0 { format!("{value} AS c{place}") } else { value });
        }
        format!("SELECT {} FROM {}", parts.join(", "), layout.from)
    };
    tables.iter().enumerate().map(one).collect::<Vec<_>>().join(" UNION ALL ")
}
