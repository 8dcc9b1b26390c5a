//! Scratch databases for the proof, kept from one case to the next: making one costs a server more than emptying it.

use crate::servers::Server;
use std::path::Path;
use std::sync::Mutex;
use unmigrate_app::verify::Stage;
use unmigrate_engines::{Database, Failure, Product, Scratch, Target, Terms};
use unmigrate_kernel::{Dialect, rowset};

static IDLE: Mutex<Vec<(Dialect, Theater)>> = Mutex::new(Vec::new());

/// A scratch database and a session with it.
pub struct Theater {
    session: Option<Box<dyn Database + Send>>,
    scratch: Scratch,
    engine: String,
}

/// Runs something on a scratch database of a dialect.
pub fn on<T>(dialect: Dialect, run: impl FnOnce(&mut dyn Stage) -> Result<T, Failure>) -> Result<T, String> {
    let mut theater = lend(dialect)?;
    let done = run(&mut theater).map_err(|e| e.to_string())?;
    // One on which something went wrong is not kept.
    IDLE.lock().map_err(|e| e.to_string())?.push((dialect, theater));
    Ok(done)
}

/// Drops what was kept.
pub fn close() {
    if let Ok(mut idle) = IDLE.lock() {
        idle.clear();
    }
}

fn lend(dialect: Dialect) -> Result<Theater, String> {
    let mut idle = IDLE.lock().map_err(|e| e.to_string())?;
    if let Some(at) = idle.iter().position(|(d, _)| *d == dialect) {
        return Ok(idle.swap_remove(at).1);
    }
    drop(idle);
    let scratch = match dialect {
        Dialect::Sqlite => Scratch::memory().map_err(|e| e.to_string())?,
        Dialect::Mysql => on_server(Server::MYSQL)?,
        Dialect::Postgres | Dialect::Cockroach => on_server(Server::POSTGRES)?,
    };
    let mut session = open(&scratch).map_err(|e| e.to_string())?;
    let engine = Product::of(session.as_mut()).map(|p| p.to_string()).map_err(|e| e.to_string())?;
    Ok(Theater { session: Some(session), scratch, engine })
}

/// A session in which values are printed the same each time.
fn open(scratch: &Scratch) -> Result<Box<dyn Database + Send>, Failure> {
    let mut session = scratch.open()?;
    for setting in rowset::settings(session.dialect()) {
        session.execute(setting)?;
    }
    Ok(session)
}

fn on_server(server: Server) -> Result<Scratch, String> {
    let target = Target::parse(&server.url()?, Path::new(".")).map_err(|e| e.to_string())?;
    let target = match (server.name, target.database()) {
        ("PostgreSQL", None) => target.with_database(Some("postgres")),
        _ => target,
    };
    let terms = Terms { may_hold_tables: true, schema_instead: false };
    Scratch::create(&target, &[], terms).map_err(|e| e.to_string())
}

impl Stage for Theater {
    fn db(&mut self) -> &mut dyn Database {
        match &mut self.session {
            Some(session) => session.as_mut(),
            // It is only away while it is made anew.
            None => unreachable!("the scratch database was used after it could not be emptied"),
        }
    }

    fn restart(&mut self) -> Result<(), Failure> {
        self.session = None;
        self.scratch.fresh()?;
        self.session = Some(open(&self.scratch)?);
        Ok(())
    }

    fn engine(&self) -> String {
        self.engine.clone()
    }
}
