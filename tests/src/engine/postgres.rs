//! PostgreSQL, a database of its own for every run.

use super::servers::Server;
use super::{Database, Outcome, Snapshot, unique_name};
use postgres::{Client, Config, NoTls, SimpleQueryMessage};
use std::sync::Mutex;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Rows;
use unmigrate_kernel::split::{BREAKPOINT, split};

/// Makes an emptied database what a new one is.
const EMPTY: &str = "
DO $$
DECLARE statement text;
BEGIN
  FOR statement IN
    SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger
    UNION ALL SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
    UNION ALL SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension WHERE extname <> 'plpgsql'
    UNION ALL SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    UNION ALL SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname ~ '^unmigrate'
  LOOP
    EXECUTE statement;
  END LOOP;
  EXECUTE format('ALTER DATABASE %I RESET ALL', current_database());
  CREATE SCHEMA public;
  IF current_setting('server_version_num')::int >= 150000 THEN
    ALTER SCHEMA public OWNER TO pg_database_owner;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
  ELSE
    GRANT ALL ON SCHEMA public TO PUBLIC;
  END IF;
END $$;
DISCARD ALL";

/// Databases that wait for the next case: making one costs the server a checkpoint.
static IDLE: Mutex<Vec<Postgres>> = Mutex::new(Vec::new());

/// A database with two sessions: one runs the case, one looks, with nothing on its search path.
pub struct Postgres {
    session: Option<Client>,
    look: Option<Client>,
    admin: Client,
    name: String,
    /// What it is like when it is empty.
    empty: Snapshot,
}

/// A database for one case; it is emptied and kept for another.
pub struct Lent(Option<Postgres>);

/// An empty database.
pub fn lend() -> Outcome<Lent> {
    let idle = IDLE.lock().map_err(|e| e.to_string())?.pop();
    Ok(Lent(Some(match idle {
        Some(database) => database,
        None => Postgres::open()?,
    })))
}

/// Drops the databases that no case needs any more.
pub fn close() {
    if let Ok(mut idle) = IDLE.lock() {
        idle.clear();
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(mut database) = self.0.take() else { return };
        // One that can't be made empty is dropped.
        if database.make_empty().is_ok()
            && let Ok(mut idle) = IDLE.lock()
        {
            idle.push(database);
        }
    }
}

impl Postgres {
    fn open() -> Outcome<Postgres> {
        let url = Server::POSTGRES.url()?;
        let mut config: Config = url.parse().map_err(|e| format!("{}: {e}", Server::POSTGRES.variable))?;
        if config.get_dbname().is_none() {
            config.dbname("postgres");
        }
        let mut admin = config.connect(NoTls).map_err(|e| format!("PostgreSQL does not answer: {}", words(&e)))?;
        let name = unique_name();
        admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).map_err(|e| words(&e))?;
        config.dbname(&name);
        let mut database = Postgres { session: None, look: None, admin, name, empty: Snapshot::default() };
        let connect = |options: &str| config.clone().options(options).connect(NoTls).map_err(|e| words(&e));
        database.session =
            Some(connect("-c synchronous_commit=off -c statement_timeout=120s -c client_min_messages=error")?);
        database.look = Some(connect("-c search_path= -c statement_timeout=120s")?);
        database.make_empty_at_first()?;
        Ok(database)
    }

    fn make_empty_at_first(&mut self) -> Outcome<()> {
        self.drop_all()?;
        self.empty = self.snapshot()?;
        Ok(())
    }

    fn drop_all(&mut self) -> Outcome<()> {
        for statement in split(EMPTY, Dialect::Postgres, false) {
            self.session()?.batch_execute(&EMPTY[statement.span]).map_err(|e| words(&e))?;
        }
        Ok(())
    }

    fn make_empty(&mut self) -> Outcome<()> {
        self.drop_all()?;
        let found = self.snapshot()?;
        let left: Vec<&String> =
            found.objects.keys().filter(|o| found.objects.get(*o) != self.empty.objects.get(*o)).collect();
        if found == self.empty { Ok(()) } else { Err(format!("{left:?} is left")) }
    }

    fn session(&mut self) -> Outcome<&mut Client> {
        self.session.as_mut().ok_or_else(|| "the session is closed".to_string())
    }

    fn look(&mut self, sql: &str) -> Outcome<Rows> {
        let client = self.look.as_mut().ok_or("the session is closed")?;
        query(client, sql)
    }
}

fn query(client: &mut Client, sql: &str) -> Outcome<Rows> {
    let messages = client.simple_query(sql).map_err(|e| format!("{sql}: {}", words(&e)))?;
    let mut out = Rows::default();
    for message in messages {
        match message {
            SimpleQueryMessage::RowDescription(columns) => {
                out.columns = columns.iter().map(|c| c.name().to_string()).collect()
            }
            SimpleQueryMessage::Row(row) => {
                out.rows.push((0..row.len()).map(|at| row.get(at).map(str::to_string)).collect())
            }
            _ => {}
        }
    }
    Ok(out)
}

impl Database for Lent {
    fn run(&mut self, sql: &str) -> Outcome<()> {
        self.inner()?.run(sql)
    }

    fn snapshot(&mut self) -> Outcome<Snapshot> {
        self.inner()?.snapshot()
    }

    fn ask(&mut self, sql: &str) -> Outcome<Rows> {
        self.inner()?.look(sql)
    }

    fn number(&mut self, sql: &str) -> Outcome<i64> {
        let rows = query(self.inner()?.session()?, sql)?;
        rows.first().and_then(|a| a.parse().ok()).ok_or_else(|| format!("{sql}: no number"))
    }

    fn transactional(&self) -> bool {
        true
    }
}

impl Lent {
    fn inner(&mut self) -> Outcome<&mut Postgres> {
        self.0.as_mut().ok_or_else(|| "it was given back".to_string())
    }
}

impl Postgres {
    fn run(&mut self, sql: &str) -> Outcome<()> {
        let session = self.session()?;
        let mut ran = Ok(());
        for statement in split(sql, Dialect::Postgres, sql.contains(BREAKPOINT)) {
            let text = &sql[statement.span];
            ran = session.batch_execute(text).map_err(|e| format!("{text}: {}", words(&e)));
            if ran.is_err() {
                break;
            }
        }
        // Outside a transaction, this is a warning.
        let end = if ran.is_ok() { "COMMIT" } else { "ROLLBACK" };
        session.batch_execute(end).map_err(|e| words(&e))?;
        ran
    }

    fn snapshot(&mut self) -> Outcome<Snapshot> {
        Snapshot::read(Dialect::Postgres, &mut |sql| self.look(sql))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.session = None;
        self.look = None;
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        if let Err(e) = self.admin.batch_execute(&drop) {
            eprintln!("{} is left behind: {}", self.name, words(&e));
        }
    }
}

fn words(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(e) => [Some(e.message()), e.detail()].into_iter().flatten().collect::<Vec<_>>().join(": "),
        None => error.to_string(),
    }
}
