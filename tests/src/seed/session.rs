//! Plain sessions with the three engines: text in, text out.

use crate::servers::{Server, given_up};
use mysql::prelude::Queryable;
use rusqlite::types::ValueRef;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Rows;
use unmigrate_kernel::split::{BREAKPOINT, split};

/// What went wrong, in words.
pub type Outcome<T> = Result<T, String>;

/// A database of its own, which goes when this does.
pub struct Session {
    pub dialect: Dialect,
    driver: Driver,
    /// A transaction is open: what may be refused needs a savepoint.
    pub in_transaction: bool,
}

enum Driver {
    Postgres { client: Box<postgres::Client>, admin: Box<postgres::Client>, name: String },
    Mysql { connection: Box<mysql::Conn>, name: String },
    Sqlite(rusqlite::Connection),
}

impl Session {
    /// A new, empty database; none where somebody said that this engine's tests are not to run.
    pub fn open(dialect: Dialect) -> Outcome<Option<Session>> {
        let server = match dialect {
            Dialect::Postgres | Dialect::Cockroach => Some(Server::POSTGRES),
            Dialect::Mysql => Some(Server::MYSQL),
            Dialect::Sqlite => None,
        };
        if server.is_some_and(given_up) {
            return Ok(None);
        }
        let driver = match dialect {
            Dialect::Postgres | Dialect::Cockroach => postgres_database()?,
            Dialect::Mysql => mysql_database()?,
            Dialect::Sqlite => {
                let connection = rusqlite::Connection::open_in_memory().map_err(|e| e.to_string())?;
                connection.execute_batch("PRAGMA foreign_keys=ON").map_err(|e| e.to_string())?;
                Driver::Sqlite(connection)
            }
        };
        Ok(Some(Session { dialect, driver, in_transaction: false }))
    }

    /// One statement.
    pub fn execute(&mut self, sql: &str) -> Outcome<()> {
        match &mut self.driver {
            Driver::Postgres { client, .. } => client.batch_execute(sql).map_err(|e| words(&e)),
            Driver::Mysql { connection, .. } => connection.query_drop(sql).map_err(|e| e.to_string()),
            Driver::Sqlite(connection) => connection.execute_batch(sql).map_err(|e| e.to_string()),
        }
    }

    /// A text of several statements.
    pub fn script(&mut self, sql: &str) -> Outcome<()> {
        for statement in split(sql, self.dialect, sql.contains(BREAKPOINT)) {
            let text = &sql[statement.span];
            self.execute(text).map_err(|e| format!("{}: {e}", text.chars().take(200).collect::<String>()))?;
        }
        Ok(())
    }

    /// One query.
    pub fn query(&mut self, sql: &str) -> Outcome<Rows> {
        let rows = match &mut self.driver {
            Driver::Postgres { client, .. } => postgres_rows(client, sql),
            Driver::Mysql { connection, .. } => mysql_rows(connection, sql),
            Driver::Sqlite(connection) => sqlite_rows(connection, sql).map_err(|e| e.to_string()),
        };
        rows.map_err(|e| format!("{sql}: {e}"))
    }

    /// Executes the first variant that is accepted, each in a savepoint where there is a transaction: which one it
    /// was, and why those before were refused.
    pub fn first_accepted(&mut self, variants: &[String]) -> Result<(usize, Vec<String>), Vec<String>> {
        let mut refused = Vec::new();
        for (at, sql) in variants.iter().enumerate() {
            match self.in_savepoint(sql) {
                Ok(()) => return Ok((at, refused)),
                Err(e) => refused.push(format!("{sql}: {e}")),
            }
        }
        Err(refused)
    }

    /// Executes something that changes nothing where it is refused.
    pub fn in_savepoint(&mut self, sql: &str) -> Outcome<()> {
        // Outside of a transaction, PostgreSQL has no savepoints, and MySQL forgets them.
        let open = self.in_transaction && self.dialect != Dialect::Mysql;
        if !open {
            return self.execute(sql);
        }
        self.execute("SAVEPOINT one")?;
        let done = self.execute(sql);
        self.execute(if done.is_ok() { "RELEASE SAVEPOINT one" } else { "ROLLBACK TO SAVEPOINT one" })?;
        done
    }

    /// Does some work in one transaction.
    pub fn transaction<T>(&mut self, work: impl FnOnce(&mut Session) -> Outcome<T>) -> Outcome<T> {
        self.execute("BEGIN")?;
        self.in_transaction = true;
        let done = work(self);
        self.in_transaction = false;
        self.execute(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        done
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let done = match &mut self.driver {
            Driver::Postgres { admin, name, .. } => {
                admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).map_err(|e| words(&e))
            }
            Driver::Mysql { connection, name } => {
                connection.query_drop(format!("DROP DATABASE IF EXISTS {name}")).map_err(|e| e.to_string())
            }
            Driver::Sqlite(_) => Ok(()),
        };
        if let Err(e) = done {
            eprintln!("a database is left behind: {e}");
        }
    }
}

fn unique_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("unmigrate_seed_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn postgres_database() -> Outcome<Driver> {
    let mut config: postgres::Config =
        Server::POSTGRES.url()?.parse().map_err(|e| format!("{}: {e}", Server::POSTGRES.variable))?;
    if config.get_dbname().is_none() {
        config.dbname("postgres");
    }
    let mut admin = config.connect(postgres::NoTls).map_err(|e| words(&e))?;
    let name = unique_name();
    admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).map_err(|e| words(&e))?;
    config.dbname(&name).options("-c synchronous_commit=off -c client_min_messages=error");
    let client = config.connect(postgres::NoTls).map_err(|e| words(&e))?;
    Ok(Driver::Postgres { client: Box::new(client), admin: Box::new(admin), name })
}

fn mysql_database() -> Outcome<Driver> {
    let options = mysql::Opts::from_url(&Server::MYSQL.url()?).map_err(|e| e.to_string())?;
    let mut connection = mysql::Conn::new(options).map_err(|e| e.to_string())?;
    let name = unique_name();
    let create = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
    connection.query_drop(create).map_err(|e| e.to_string())?;
    connection.query_drop(format!("USE {name}")).map_err(|e| e.to_string())?;
    Ok(Driver::Mysql { connection: Box::new(connection), name })
}

fn postgres_rows(client: &mut postgres::Client, sql: &str) -> Outcome<Rows> {
    let mut out = Rows::default();
    for message in client.simple_query(sql).map_err(|e| words(&e))? {
        match message {
            postgres::SimpleQueryMessage::RowDescription(columns) => {
                out.columns = columns.iter().map(|c| c.name().to_string()).collect();
            }
            postgres::SimpleQueryMessage::Row(row) => {
                out.rows.push((0..row.len()).map(|at| row.get(at).map(str::to_string)).collect());
            }
            _ => {}
        }
    }
    Ok(out)
}

fn mysql_rows(connection: &mut mysql::Conn, sql: &str) -> Outcome<Rows> {
    let mut found = connection.query_iter(sql).map_err(|e| e.to_string())?;
    let columns = found.columns().as_ref().iter().map(|c| c.name_str().into_owned()).collect();
    let mut out = Rows { columns, rows: Vec::new() };
    for row in found.by_ref() {
        let row = row.map_err(|e| e.to_string())?;
        let text = |value: mysql::Value| match value {
            mysql::Value::NULL => None,
            mysql::Value::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            other => Some(other.as_sql(true)),
        };
        out.rows.push(row.unwrap().into_iter().map(text).collect());
    }
    Ok(out)
}

fn sqlite_rows(connection: &rusqlite::Connection, sql: &str) -> rusqlite::Result<Rows> {
    let mut statement = connection.prepare(sql)?;
    let mut out = Rows { columns: statement.column_names().map(str::to_string).collect(), rows: Vec::new() };
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let mut values = Vec::new();
        for at in 0..out.columns.len() {
            values.push(match row.get_ref(at)? {
                ValueRef::Null => None,
                ValueRef::Integer(n) => Some(n.to_string()),
                ValueRef::Real(n) => Some(format!("{n:?}")),
                ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Blob(bytes) => Some(format!("{bytes:02x?}")),
            });
        }
        out.rows.push(values);
    }
    Ok(out)
}

fn words(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(e) => [Some(e.message()), e.detail()].into_iter().flatten().collect::<Vec<_>>().join(": "),
        None => error.to_string(),
    }
}
