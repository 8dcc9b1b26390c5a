//! SQLite, in memory.

use super::{Database, Outcome, Snapshot};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Rows;

/// A database in memory.
pub struct Sqlite {
    connection: Connection,
}

impl Sqlite {
    /// An empty one, foreign keys enforced.
    pub fn open() -> Outcome<Sqlite> {
        let connection = Connection::open_in_memory().map_err(words)?;
        connection.execute_batch("PRAGMA foreign_keys=ON").map_err(words)?;
        Ok(Sqlite { connection })
    }

    /// The rows of a query, every value as text.
    fn query(&self, sql: &str) -> Outcome<Rows> {
        let mut statement = self.connection.prepare(sql).map_err(|e| format!("{sql}: {e}"))?;
        let columns: Vec<String> = statement.column_names().map(str::to_string).collect();
        let mut out = Rows { columns, rows: Vec::new() };
        let mut found = statement.query([]).map_err(words)?;
        while let Some(row) = found.next().map_err(words)? {
            let values = (0..out.columns.len()).map(|at| row.get_ref(at).map(text).map_err(words));
            out.rows.push(values.collect::<Outcome<_>>()?);
        }
        Ok(out)
    }
}

impl Database for Sqlite {
    fn run(&mut self, sql: &str) -> Outcome<()> {
        let ran = self.connection.execute_batch(sql).map_err(words);
        if !self.connection.is_autocommit() {
            self.connection.execute_batch(if ran.is_ok() { "COMMIT" } else { "ROLLBACK" }).map_err(words)?;
        }
        if ran.is_err() {
            self.connection.execute_batch("PRAGMA foreign_keys=ON").map_err(words)?;
        }
        let orphans = self.query("PRAGMA foreign_key_check")?.rows;
        match ran {
            Ok(()) if !orphans.is_empty() => Err(format!("rows refer to nothing: {orphans:?}")),
            other => other,
        }
    }

    fn snapshot(&mut self) -> Outcome<Snapshot> {
        let mut out = Snapshot::read(Dialect::Sqlite, &mut |sql| self.query(sql))?;
        let settings = self.query("PRAGMA foreign_keys")?;
        out.objects.insert("setting foreign_keys".to_string(), settings.first().unwrap_or_default().to_string());
        Ok(out)
    }

    fn ask(&mut self, sql: &str) -> Outcome<Rows> {
        self.query(sql)
    }

    fn number(&mut self, query: &str) -> Outcome<i64> {
        self.connection.query_row(query, [], |row| row.get(0)).map_err(words)
    }

    fn transactional(&self) -> bool {
        true
    }
}

fn words(error: rusqlite::Error) -> String {
    error.to_string()
}

/// A value with its storage class, which a rebuild may change.
fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(i) => Some(i.to_string()),
        ValueRef::Real(r) => Some(format!("{r:?}")),
        ValueRef::Text(t) => Some(String::from_utf8_lossy(t).into_owned()),
        ValueRef::Blob(b) => Some(format!("blob {b:02x?}")),
    }
}
