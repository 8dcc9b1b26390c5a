//! MariaDB or MySQL, a database of its own for every run.

use super::servers::Server;
use super::{Database, Outcome, Snapshot, unique_name};
use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder, Value};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Rows;
use unmigrate_kernel::split::{BREAKPOINT, split};

/// A connection to a database that goes with it.
pub struct Mysql {
    connection: Conn,
    name: String,
}

impl Mysql {
    /// A new, empty database.
    pub fn open() -> Outcome<Mysql> {
        let url = Server::MYSQL.url()?;
        let options = Opts::from_url(&url).map_err(|e| format!("{}: {e}", Server::MYSQL.variable))?;
        let mut connection = Conn::new(options.clone()).map_err(|e| format!("MariaDB does not answer: {e}"))?;
        let name = unique_name();
        let create = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
        connection.query_drop(create).map_err(words)?;
        let connection = Conn::new(OptsBuilder::from_opts(options).db_name(Some(&name))).map_err(words)?;
        Ok(Mysql { connection, name })
    }

    fn query(&mut self, sql: &str) -> Outcome<Rows> {
        let mut found = self.connection.query_iter(sql).map_err(|e| format!("{sql}: {e}"))?;
        let mut out = Rows::default();
        if let Some(rows) = found.iter() {
            out.columns = rows.columns().as_ref().iter().map(|c| c.name_str().into_owned()).collect();
            for row in rows {
                out.rows.push(row.map_err(words)?.unwrap().into_iter().map(text).collect());
            }
        }
        Ok(out)
    }
}

impl Database for Mysql {
    fn run(&mut self, sql: &str) -> Outcome<()> {
        for statement in split(sql, Dialect::Mysql, sql.contains(BREAKPOINT)) {
            let text = &sql[statement.span];
            self.connection.query_drop(text).map_err(|e| format!("{text}: {e}"))?;
        }
        Ok(())
    }

    fn snapshot(&mut self) -> Outcome<Snapshot> {
        Snapshot::read(Dialect::Mysql, &mut |sql| self.query(sql))
    }

    fn ask(&mut self, sql: &str) -> Outcome<Rows> {
        self.query(sql)
    }

    fn number(&mut self, query: &str) -> Outcome<i64> {
        let answer: Option<i64> = self.connection.query_first(query).map_err(|e| format!("{query}: {e}"))?;
        answer.ok_or_else(|| format!("{query}: no answer"))
    }

    /// DDL commits by itself.
    fn transactional(&self) -> bool {
        false
    }
}

impl Drop for Mysql {
    fn drop(&mut self) {
        if let Err(e) = self.connection.query_drop(format!("DROP DATABASE IF EXISTS {}", self.name)) {
            eprintln!("{} is left behind: {e}", self.name);
        }
    }
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::NULL => None,
        Value::Bytes(bytes) => Some(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => format!("bytes {:02x?}", e.into_bytes()),
        }),
        other => Some(other.as_sql(true)),
    }
}
