//! A database of its own for one test, which a tool is then run on. It goes when this does.

use crate::Outcome;
use crate::servers::Server;
use mysql::prelude::Queryable;
use postgres::{Client, NoTls, SimpleQueryMessage};
use rusqlite::types::ValueRef;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Rows;

pub struct Database {
    pub dialect: Dialect,
    /// As the tools take it.
    pub url: String,
    session: Session,
    name: String,
}

enum Session {
    Postgres { admin: Box<Client>, session: Option<Box<Client>> },
    Mysql(Box<mysql::Conn>),
    Sqlite(rusqlite::Connection),
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn detailed(error: postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |e| e.message().to_owned())
}

impl Database {
    /// SQLite's file lies in the folder.
    pub fn new(dialect: Dialect, folder: &Path) -> Outcome<Database> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("unmigrate_tracking_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let (session, url) = match dialect {
            Dialect::Postgres | Dialect::Cockroach => {
                let server = Server::POSTGRES.url()?;
                let mut admin = Client::connect(&server, NoTls).map_err(words)?;
                admin.batch_execute(&format!("CREATE DATABASE {name}")).map_err(detailed)?;
                let url = format!("{server}/{name}");
                let session = Client::connect(&url, NoTls).map_err(words)?;
                (Session::Postgres { admin: Box::new(admin), session: Some(Box::new(session)) }, url)
            }
            Dialect::Mysql => {
                let server = Server::MYSQL.url()?;
                let options = mysql::Opts::from_url(&server).map_err(words)?;
                let mut session = mysql::Conn::new(options).map_err(words)?;
                session.query_drop(format!("CREATE DATABASE {name}")).map_err(words)?;
                session.query_drop(format!("USE {name}")).map_err(words)?;
                (Session::Mysql(Box::new(session)), format!("{server}/{name}"))
            }
            Dialect::Sqlite => {
                let file = folder.join("dev.db");
                let session = rusqlite::Connection::open(&file).map_err(words)?;
                (Session::Sqlite(session), format!("file:{}", file.display()))
            }
        };
        Ok(Database { dialect, url, session, name })
    }

    /// Executes one statement; how many rows it changed.
    pub fn execute(&mut self, sql: &str) -> Outcome<u64> {
        let done = match &mut self.session {
            Session::Postgres { session: Some(session), .. } => session.execute(sql, &[]).map_err(detailed),
            Session::Postgres { .. } => Err("closed".into()),
            Session::Mysql(session) => {
                session.query_drop(sql).map_err(words)?;
                Ok(session.affected_rows())
            }
            Session::Sqlite(session) => session.execute(sql, []).map(|n| n as u64).map_err(words),
        };
        done.map_err(|why| format!("{sql}: {why}"))
    }

    /// Asks one query.
    pub fn query(&mut self, sql: &str) -> Outcome<Rows> {
        let answer = match &mut self.session {
            Session::Postgres { session: Some(session), .. } => postgres_rows(session, sql),
            Session::Postgres { .. } => Err("closed".into()),
            Session::Mysql(session) => mysql_rows(session, sql),
            Session::Sqlite(session) => sqlite_rows(session, sql),
        };
        answer.map_err(|why| format!("{sql}: {why}"))
    }

    /// Every table's columns, and every index, as text; the tools' own tables left out.
    pub fn schema(&mut self) -> Outcome<Vec<Vec<Option<String>>>> {
        let query = match self.dialect {
            Dialect::Postgres | Dialect::Cockroach => {
                "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns \
                 WHERE table_schema = 'public' AND table_name NOT LIKE '%\\_migrations' \
                 UNION ALL SELECT tablename, indexname, indexdef, '' FROM pg_indexes \
                 WHERE schemaname = 'public' AND tablename NOT LIKE '%\\_migrations' ORDER BY 1, 2"
            }
            Dialect::Mysql => {
                "SELECT table_name, column_name, column_type, is_nullable FROM information_schema.columns \
                 WHERE table_schema = DATABASE() AND table_name NOT LIKE '%\\_migrations' \
                 UNION ALL SELECT table_name, index_name, column_name, '' FROM information_schema.statistics \
                 WHERE table_schema = DATABASE() AND table_name NOT LIKE '%\\_migrations' ORDER BY 1, 2"
            }
            Dialect::Sqlite => {
                "SELECT m.name, c.name, c.type, c.\"notnull\" FROM sqlite_master m, pragma_table_xinfo(m.name) c \
                 WHERE m.name NOT LIKE '%!_migrations' ESCAPE '!' AND m.name NOT LIKE '%sqlite%' ORDER BY 1, 2"
            }
        };
        Ok(self.query(query)?.rows)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE {}", self.name);
        // What is left behind is a database with our name: nothing that a test could fail for.
        match &mut self.session {
            Session::Postgres { admin, session } => {
                session.take();
                let _ = admin.batch_execute(&format!("{drop} WITH (FORCE)"));
            }
            Session::Mysql(session) => {
                let _ = session.query_drop(drop);
            }
            Session::Sqlite(_) => {}
        }
    }
}

fn postgres_rows(session: &mut Client, sql: &str) -> Outcome<Rows> {
    let mut out = Rows::default();
    for message in session.simple_query(sql).map_err(detailed)? {
        match message {
            SimpleQueryMessage::RowDescription(columns) => {
                out.columns = columns.iter().map(|c| c.name().to_owned()).collect();
            }
            SimpleQueryMessage::Row(row) => {
                out.rows.push((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect());
            }
            _ => {}
        }
    }
    Ok(out)
}

fn mysql_rows(session: &mut mysql::Conn, sql: &str) -> Outcome<Rows> {
    let mut out = Rows::default();
    let mut answer = session.query_iter(sql).map_err(words)?;
    out.columns = answer.columns().as_ref().iter().map(|c| c.name_str().into_owned()).collect();
    for row in answer.by_ref() {
        let value = |value| match value {
            mysql::Value::NULL => None,
            mysql::Value::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            other => Some(other.as_sql(true)),
        };
        out.rows.push(row.map_err(words)?.unwrap().into_iter().map(value).collect());
    }
    Ok(out)
}

fn sqlite_rows(session: &rusqlite::Connection, sql: &str) -> Outcome<Rows> {
    let mut statement = session.prepare(sql).map_err(words)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut out = Rows { rows: vec![], columns };
    let mut rows = statement.query([]).map_err(words)?;
    while let Some(row) = rows.next().map_err(words)? {
        let value = |at| {
            Ok(match row.get_ref(at).map_err(words)? {
                ValueRef::Null => None,
                ValueRef::Integer(n) => Some(n.to_string()),
                ValueRef::Real(n) => Some(n.to_string()),
                ValueRef::Text(text) | ValueRef::Blob(text) => Some(String::from_utf8_lossy(text).into_owned()),
            })
        };
        out.rows.push((0..out.columns.len()).map(value).collect::<Outcome<_>>()?);
    }
    Ok(out)
}
