//! Databases of a test's own, on the real engines, and plans by hand. A server that runs is used, else it is started; none
//! is ever passed over in silence.

#![allow(dead_code, reason = "every test takes what it needs")]

pub mod project;
pub mod ward;

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use unmigrate_app::archive::Home;
use unmigrate_app::execute::{Finished, Order, Patience, Stopped, Unwatched, execute};
use unmigrate_engines::{Database, Target, connect};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::{Expect, Fingerprint, Phase, Plan, Step, Then, locks};
use unmigrate_kernel::snapshot::Snapshot;

/// A database of a test's own; it goes with it.
pub struct Own {
    /// Its URL.
    pub url: String,
    server: Option<(String, String)>,
    _dir: Option<TempDir>,
}

/// The three engines.
pub const ENGINES: [&str; 3] = ["postgres", "mysql", "sqlite"];

impl Own {
    /// On PostgreSQL, MariaDB or SQLite.
    pub fn on(engine: &str) -> Own {
        match engine {
            "postgres" => Own::postgres(),
            "mysql" => Own::mysql(),
            _ => Own::sqlite(),
        }
    }

    pub fn postgres() -> Own {
        let server = server("UNMIGRATE_TEST_POSTGRES", "postgres", 5432, "postgres://postgres@127.0.0.1:5432");
        let (server, name) = (format!("{}/postgres", server.trim_end_matches('/')), unique());
        session(&server).execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).expect("a database");
        let url = format!("{}/{name}", server.trim_end_matches("/postgres"));
        Own { url, server: Some((server, name)), _dir: None }
    }

    pub fn mysql() -> Own {
        let server = server("UNMIGRATE_TEST_MYSQL", "mysql", 3306, "mysql://root@127.0.0.1:3306");
        let name = unique();
        session(&server).execute(&format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).expect("a database");
        Own { url: format!("{}/{name}", server.trim_end_matches('/')), server: Some((server, name)), _dir: None }
    }

    pub fn sqlite() -> Own {
        let dir = TempDir::new().expect("a folder");
        let path = dir.path().join("dev.db");
        std::fs::write(&path, "").expect("a file");
        Own { url: format!("file:{}", path.display()), server: None, _dir: Some(dir) }
    }

    /// One that another process made and still has.
    pub fn there(url: &str) -> Own {
        Own { url: url.to_owned(), server: None, _dir: None }
    }

    /// Its folder; SQLite only.
    pub fn folder(&self) -> PathBuf {
        self._dir.as_ref().expect("SQLite").path().to_owned()
    }

    /// A session with it.
    pub fn open(&self) -> Box<dyn Database + Send> {
        session(&self.url)
    }

    /// A session with the server, which nothing done to this database reaches.
    pub fn admin(&self) -> Box<dyn Database + Send> {
        session(&self.server.as_ref().expect("a server").0)
    }

    /// The server, where there is one.
    pub fn server(&self) -> Option<&str> {
        self.server.as_ref().map(|(server, _)| server.as_str())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.server.as_ref().map_or("main", |(_, name)| name)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let Some((server, name)) = &self.server else { return };
        let mysql = server.starts_with("mysql");
        let force = if mysql { "" } else { " WITH (FORCE)" };
        let mut statements = vec![format!("DROP DATABASE IF EXISTS {name}{force}")];
        statements.extend(mysql.then(|| format!("DROP DATABASE IF EXISTS {name}_unmigrate")));
        let dropped = connect(&target(server))
            .and_then(|mut session| statements.iter().try_for_each(|sql| session.execute(sql).map(drop)));
        if let Err(e) = dropped {
            eprintln!("{name} is left behind: {e}");
        }
    }
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

fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("app_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn target(url: &str) -> Target {
    Target::parse(url, Path::new("/")).expect(url)
}

/// A session.
pub fn session(url: &str) -> Box<dyn Database + Send> {
    connect(&target(url)).expect(url)
}

/// The first value of a query.
pub fn first(db: &mut dyn Database, sql: &str) -> String {
    db.query(sql).expect(sql).first().unwrap_or("NULL").to_owned()
}

/// Runs statements one by one.
pub fn run(db: &mut dyn Database, statements: &[&str]) {
    for sql in statements {
        db.execute(sql).expect(sql);
    }
}

/// A fingerprint that tests take for every database's.
pub fn any_print() -> Fingerprint {
    Fingerprint::of(&Snapshot::default(), [])
}

/// A step of a file, at this line, as PostgreSQL takes it.
pub fn step(sql: &str, transaction: Option<usize>, line: usize) -> Step {
    Step {
        sql: sql.into(),
        transaction,
        expect: Expect::Taken,
        locks: locks(sql, Dialect::Postgres),
        why: "test".into(),
        file: Some("m/down.sql".into()),
        line,
        probe: None,
    }
}

/// Steps in one transaction, or outside of any on MySQL, whose lines count from 1.
pub fn phase(name: &str, engine: &str, statements: &[&str]) -> Phase {
    let transaction = (engine != "mysql").then_some(0);
    let dialect = project::dialect(engine);
    let one = |(at, sql): (usize, &&str)| Step { locks: locks(sql, dialect), ..step(sql, transaction, at + 1) };
    let steps = statements.iter().enumerate().map(one).collect();
    Phase { name: name.into(), steps, undo: vec![], then: Then::Go }
}

/// A plan for any database.
pub fn plan(phases: Vec<Phase>) -> Plan {
    Plan { made_for: any_print(), phases }
}

/// An order without a tool, with little patience.
pub fn order<'a>(db: &mut dyn Database, plan: &'a Plan) -> Order<'a> {
    let patience = Patience { lock: std::time::Duration::from_millis(200), total: std::time::Duration::from_secs(1) };
    let home = Home::find(db).expect("a home");
    Order { plan, tool_lock: None, patience, resume: None, replaces: None, home }
}

/// Walks a plan.
pub fn walk(db: &mut dyn Database, plan: &Plan) -> Result<Finished, Box<Stopped>> {
    let order = order(db, plan);
    execute(db, &order, &mut Unwatched, &mut |_| Ok(any_print()), None)
}
