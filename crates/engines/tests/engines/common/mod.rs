//! The servers that the tests need: one that runs is used, else it is started; none is ever passed over in silence.

#![allow(dead_code, reason = "every test takes what it needs")]

use std::net::TcpStream;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use unmigrate_engines::{Database, Rows, Target, connect};

/// PostgreSQL's URL, with the database `postgres`.
pub fn postgres_url() -> String {
    server("UNMIGRATE_TEST_POSTGRES", "postgres", 5432, "postgres://postgres@127.0.0.1:5432")
        .trim_end_matches('/')
        .to_owned()
        + "/postgres"
}

/// MariaDB's or MySQL's URL, without a database.
pub fn mysql_url() -> String {
    server("UNMIGRATE_TEST_MYSQL", "mysql", 3306, "mysql://root@127.0.0.1:3306")
}

fn server(variable: &str, word: &str, port: u16, usual: &str) -> String {
    if let Ok(url) = std::env::var(variable) {
        return url;
    }
    static STARTING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = STARTING.lock();
    if TcpStream::connect(("127.0.0.1", port)).is_err() {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/servers.sh");
        let out = Command::new("sh").arg(script).arg(word).output().expect("sh");
        assert!(out.status.success(), "{word} could not be started: {}", String::from_utf8_lossy(&out.stderr));
    }
    usual.to_owned()
}

/// The target of a URL.
pub fn target(url: &str) -> Target {
    Target::parse(url, std::path::Path::new("/")).expect(url)
}

/// A session.
pub fn session(url: &str) -> Box<dyn Database + Send> {
    connect(&target(url)).expect(url)
}

/// The first value of a query.
pub fn first(database: &mut dyn Database, sql: &str) -> String {
    database.query(sql).expect(sql).first().unwrap_or_default().to_owned()
}

/// All rows as text, NULL as `~`.
pub fn flat(rows: &Rows) -> Vec<Vec<&str>> {
    rows.rows.iter().map(|row| row.iter().map(|value| value.as_deref().unwrap_or("~")).collect()).collect()
}

/// A database of a test's own; it goes with it.
pub struct Own {
    /// Its URL.
    pub url: String,
    /// Its name.
    pub name: String,
    server: String,
}

impl Own {
    /// On PostgreSQL.
    pub fn postgres() -> Own {
        let server = postgres_url();
        let name = unique();
        let url = format!("{}/{name}", server.trim_end_matches("/postgres"));
        session(&server).execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).expect("a database");
        Own { url, name, server }
    }

    /// On MariaDB.
    pub fn mysql() -> Own {
        let server = mysql_url();
        let name = unique();
        session(&server).execute(&format!("CREATE DATABASE {name}")).expect("a database");
        Own { url: format!("{}/{name}", server.trim_end_matches('/')), name, server }
    }

    /// A session with it.
    pub fn open(&self) -> Box<dyn Database + Send> {
        session(&self.url)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let force = if self.server.starts_with("mysql") { "" } else { " WITH (FORCE)" };
        let dropped = connect(&target(&self.server))
            .and_then(|mut session| session.execute(&format!("DROP DATABASE IF EXISTS {}{force}", self.name)));
        if let Err(e) = dropped {
            eprintln!("{} is left behind: {e}", self.name);
        }
    }
}

/// A name that no other test has.
pub fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("engines_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
