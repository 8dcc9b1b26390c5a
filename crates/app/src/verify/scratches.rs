//! Which scratch database a history is walked on, and how it is set up.

use super::Secret;
use super::stage::{Company, Stage, Stages};
use crate::Problem;
use crate::target::{self, Surroundings, invalid_url};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use unmigrate_engines::{
    Abilities, Database, Embedded, Failure, FailureKind, Product, Rows, Scratch, ScratchError, Target, Terms, Wanted,
    connect,
};
use unmigrate_kernel::catalog::mentions;
use unmigrate_kernel::dialect::quote;
use unmigrate_kernel::touch::extensions;
use unmigrate_kernel::{Dialect, History, rowset};
use unmigrate_sources::Source;

/// Opens scratch databases, in this order: on the server that the user named, in memory (SQLite), in this process
/// (PGlite), on the server that the project names for Prisma's shadow database.
pub struct Scratches {
    /// `--scratch-url`.
    pub named: Option<Target>,
    /// Prisma's shadow database.
    pub shadow: Option<Target>,
    /// All databases that the project uses: none of them is ever taken.
    pub configured: Vec<Target>,
    /// `pglite` or `server`, where the user chose.
    pub engine: Option<String>,
    /// Engines in this process.
    pub embedded: Arc<dyn Embedded>,
    /// The project's folder.
    pub cwd: PathBuf,
    /// Where no database may be made on a server, a schema of ours in the one that was named will do. Only for whoever
    /// runs nothing that leaves it.
    pub schema_instead: bool,
}

impl Stages for Scratches {
    fn open(&self, history: &History, dir: &str) -> Result<Box<dyn Stage>, Problem> {
        let opened = self.scratch(history).map_err(|why| why.at(dir))?;
        let stage = ScratchStage::open(opened, history);
        Ok(Box::new(stage.map_err(|failure| failed(&ScratchError::Failed(failure)).at(dir))?))
    }
}

/// A scratch database, and where the roles of its server can be tidied up.
struct Opened {
    scratch: Scratch,
    server: Option<Target>,
    in_process: bool,
}

impl Scratches {
    /// What the user asked for.
    ///
    /// # Errors
    /// `invalid-option`: an engine that is none; `invalid-url`.
    pub fn asked(
        engine: &Option<String>,
        url: &Option<Secret>,
        cwd: &Path,
        embedded: Arc<dyn Embedded>,
    ) -> Result<Scratches, Problem> {
        if let Some(word) = engine.as_deref().filter(|w| !matches!(*w, "pglite" | "server")) {
            let message = format!("`{word}` is not an engine that unmigrate knows");
            return Err(Problem::error("invalid-option", message, "use --engine pglite or --engine server"));
        }
        let parse =
            |url: &Secret| Target::parse(url.expose(), cwd).map_err(|failure| invalid_url("the scratch URL", &failure));
        let (named, engine, cwd) = (url.as_ref().map(parse).transpose()?, engine.clone(), cwd.to_path_buf());
        Ok(Scratches { named, shadow: None, configured: vec![], engine, embedded, cwd, schema_instead: false })
    }

    /// Learns which databases a history's project uses: they are never taken. And which it gave to Prisma for trying
    /// migrations out: that one may be.
    pub fn spare(&mut self, source: &Source, around: &Surroundings) {
        let dialect = source.history.dialect;
        self.configured.extend(target::all(source, around).iter().filter_map(|f| f.target(dialect).ok()));
        let shadow = || target::shadow(source, around)?.target(dialect).ok();
        self.shadow = self.shadow.take().or_else(shadow);
    }

    fn scratch(&self, history: &History) -> Result<Opened, Problem> {
        let dialect = history.dialect;
        let fits =
            |target: &&Target| target.dialect() == dialect || (target.dialect().is_postgres() && dialect.is_postgres());
        if let Some(named) = self.named.as_ref().filter(fits) {
            return on_server(named, &self.configured, self.terms(false));
        }
        if dialect == Dialect::Sqlite {
            let scratch = Scratch::memory().map_err(|f| failed(&ScratchError::Failed(f)))?;
            return Ok(Opened { scratch, server: None, in_process: false });
        }
        let in_process = if self.engine.as_deref() == Some("server") { None } else { Some(self.embedded(history)) };
        match (in_process, self.shadow.as_ref().filter(fits)) {
            (Some(Ok(opened)), _) => Ok(opened),
            (Some(Err(failure)), _) if self.engine.as_deref() == Some("pglite") => {
                Err(no_engine(dialect, Some(&failure)))
            }
            (_, Some(shadow)) => on_server(shadow, &self.configured, self.terms(true)),
            (missing, None) => Err(no_engine(dialect, missing.and_then(Result::err).as_ref())),
        }
    }

    fn terms(&self, may_hold_tables: bool) -> Terms {
        Terms { may_hold_tables, schema_instead: self.schema_instead }
    }

    fn embedded(&self, history: &History) -> Result<Opened, Failure> {
        let wanted = Wanted {
            dialect: history.dialect,
            extensions: extensions(history).into_iter().collect(),
            dir: self.cwd.clone(),
        };
        let embedded = self.embedded.clone();
        let scratch = Scratch::over(Box::new(move || embedded.open(&wanted)))?;
        Ok(Opened { scratch, server: None, in_process: true })
    }
}

fn on_server(target: &Target, configured: &[Target], terms: Terms) -> Result<Opened, Problem> {
    let scratch = Scratch::create(target, configured, terms).map_err(|why| failed(&why))?;
    Ok(Opened { scratch, server: Some(target.clone()), in_process: false })
}

fn failed(why: &ScratchError) -> Problem {
    Problem::error(why.code(), format!("there is no scratch database: {why}"), why.help())
}

fn no_engine(dialect: Dialect, missing: Option<&Failure>) -> Problem {
    let named = match dialect {
        Dialect::Mysql => "--scratch-url mysql://root@127.0.0.1:3306",
        _ => "--scratch-url postgres://postgres@127.0.0.1:5432/postgres",
    };
    let why = missing.map(|f| format!(": {}", f.message)).unwrap_or_default();
    let help = match missing.and_then(|f| f.hint.as_deref()) {
        Some(hint) => format!("{hint}; or name a server on which a scratch database may be made: {named}"),
        None => format!("name a server on which a scratch database may be made: {named}"),
    };
    let message = format!("there is no {} to run the migrations on{why}; nothing is verified", dialect.word());
    Problem::error("no-engine", message, help)
}

/// A scratch database with one session.
struct ScratchStage {
    session: Box<dyn Database + Send>,
    scratch: Option<Scratch>,
    /// A copy of what it once held.
    kept: Option<Scratch>,
    /// What its session was like at first, where copies can be made.
    at_first: Option<String>,
    engine: String,
    roles: Option<Roles>,
    company: Company,
    beside: Option<Vec<String>>,
    /// Databases that are being dropped.
    going: Vec<JoinHandle<()>>,
}

impl ScratchStage {
    fn open(opened: Opened, history: &History) -> Result<ScratchStage, Failure> {
        let Opened { scratch, server, in_process } = opened;
        let mut session = session(&scratch)?;
        let product = Product::of(&mut *session)?.to_string();
        let beside = if scratch.is_schema() { Some(schemas(&mut *session)?) } else { None };
        let engine = match (in_process, &beside) {
            (true, _) => format!("PGlite ({product})"),
            (false, Some(_)) => format!("{product}, in a schema of its own"),
            (false, None) => product,
        };
        let roles = match &server {
            // Nothing that makes roles runs in a schema.
            Some(server) if beside.is_none() && history.dialect == Dialect::Postgres => {
                Some(Roles::before(server.clone(), &mut *session, history)?)
            }
            _ => None,
        };
        let company = match (&server, &beside) {
            (_, Some(_)) => Company::No,
            (Some(_), None) => Company::OnServer,
            (None, None) => Company::Yes,
        };
        let copied = history.dialect == Dialect::Postgres && !in_process && beside.is_none();
        let at_first = if copied { surroundings(&mut *session).ok() } else { None };
        Ok(ScratchStage {
            session,
            scratch: Some(scratch),
            kept: None,
            at_first,
            engine,
            roles,
            company,
            beside,
            going: Vec::new(),
        })
    }

    /// Drops one. The server writes down all that it holds in memory before: nobody waits for that.
    fn leave(&mut self, old: Option<Scratch>) {
        if old.is_some() {
            self.going.push(thread::spawn(move || drop(old)));
        }
    }

    /// Roles are the server's, and no copy of a database brings them back.
    fn roles_are_as_before(&mut self) -> bool {
        match &self.roles {
            Some(before) => roles_told(self.session.as_mut()).is_ok_and(|told| told == before.told),
            None => true,
        }
    }

    /// A copy of one of ours, while no session is in it.
    fn copy(of: &mut Option<Scratch>) -> Option<Scratch> {
        of.as_mut().and_then(|scratch| scratch.copy().ok())
    }
}

impl Stage for ScratchStage {
    fn db(&mut self) -> &mut dyn Database {
        self.session.as_mut()
    }

    fn restart(&mut self) -> Result<(), Failure> {
        // Sessions with it end before it is emptied.
        self.session = Box::new(Gone(self.session.dialect()));
        let Some(scratch) = self.scratch.as_mut() else { return Err(gone()) };
        scratch.fresh()?;
        self.roles.iter().for_each(Roles::tidy);
        self.session = session(scratch)?;
        Ok(())
    }

    fn keep(&mut self) -> Result<bool, Failure> {
        let Some(at_first) = &self.at_first else { return Ok(false) };
        if surroundings(self.session.as_mut()).ok().as_ref() != Some(at_first) || !self.roles_are_as_before() {
            return Ok(false);
        }
        let old = self.kept.take();
        self.leave(old);
        self.session = Box::new(Gone(self.session.dialect()));
        self.kept = ScratchStage::copy(&mut self.scratch);
        let Some(scratch) = &self.scratch else { return Err(gone()) };
        self.session = session(scratch)?;
        Ok(self.kept.is_some())
    }

    fn restore(&mut self, last: bool) -> Result<bool, Failure> {
        if self.kept.is_none() || !self.roles_are_as_before() {
            return Ok(false);
        }
        let copy = if last { self.kept.take() } else { ScratchStage::copy(&mut self.kept) };
        let Some(copy) = copy else { return Ok(false) };
        self.session = Box::new(Gone(self.session.dialect()));
        self.session = session(&copy)?;
        let old = self.scratch.replace(copy);
        self.leave(old);
        Ok(true)
    }

    fn company(&self) -> Company {
        self.company
    }

    fn engine(&self) -> String {
        self.engine.clone()
    }

    fn beside(&self) -> Option<&[String]> {
        self.beside.as_deref()
    }
}

impl Drop for ScratchStage {
    fn drop(&mut self) {
        // Roles can go when the database is gone in which they own things.
        self.session = Box::new(Gone(self.session.dialect()));
        self.scratch = None;
        self.kept = None;
        self.going.drain(..).for_each(|going| drop(going.join()));
        self.roles.iter().for_each(Roles::tidy);
    }
}

/// In place of a session that is over.
struct Gone(Dialect);

impl Database for Gone {
    fn dialect(&self) -> Dialect {
        self.0
    }

    fn abilities(&self) -> Abilities {
        Abilities { pinned_session: false, transactions: false }
    }

    fn execute(&mut self, _: &str) -> Result<u64, Failure> {
        Err(gone())
    }

    fn script(&mut self, _: &str) -> Result<(), Failure> {
        Err(gone())
    }

    fn query(&mut self, _: &str) -> Result<Rows, Failure> {
        Err(gone())
    }
}

fn gone() -> Failure {
    Failure::new(FailureKind::Lost, "the scratch database is gone")
}

/// A session that prints values always the same way, and does not wait for a disk that nobody will ever read.
fn session(scratch: &Scratch) -> Result<Box<dyn Database + Send>, Failure> {
    let mut session = scratch.open()?;
    let dialect = session.dialect();
    let own: &[&str] = match dialect {
        Dialect::Cockroach => &["SET synchronous_commit = off", "SET client_min_messages = error"],
        // Queries that are kept are asked of a few rows each time: to plan one anew takes longer than any plan could win.
        Dialect::Postgres => &[
            "SET synchronous_commit = off",
            "SET client_min_messages = error",
            "SELECT set_config(name, CASE name WHEN 'jit' THEN 'off' ELSE 'force_generic_plan' END, false)
             FROM pg_catalog.pg_settings WHERE name IN ('jit', 'plan_cache_mode')",
        ],
        Dialect::Mysql => &[],
        Dialect::Sqlite => &["PRAGMA foreign_keys = ON"],
    };
    for setting in own.iter().chain(rowset::settings(dialect)) {
        session.execute(setting)?;
    }
    Ok(session)
}

/// What belongs to a session of PostgreSQL, or to its database but not to what is in it: no copy has it. Migrations that
/// change it run again from the first one on.
fn surroundings(session: &mut dyn Database) -> Result<String, Failure> {
    let rows = session.query(
        "SELECT concat_ws('|', current_user, session_user, now() = statement_timestamp(),
  (SELECT string_agg(name || '=' || setting, ',' ORDER BY name) FROM pg_settings WHERE source = 'session'),
  (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()),
  (SELECT count(*) FROM pg_prepared_statements WHERE name NOT LIKE 'unmigrate\\_%'),
  (SELECT count(*) FROM pg_cursors), (SELECT count(*) FROM pg_listening_channels()),
  (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
  (SELECT concat_ws(' ', datacl, datconnlimit, datallowconn, datistemplate, dattablespace, datdba) FROM pg_database WHERE datname = current_database()),
  (SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database()),
  (SELECT count(*) FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid WHERE datname = current_database()),
  (SELECT count(*) FROM pg_shseclabel s JOIN pg_database d ON d.oid = objoid WHERE datname = current_database())) AS around",
    )?;
    Ok(rows.first().unwrap_or_default().to_owned())
}

/// The schemas of a database in which SQL could make or change anything, but for the session's own.
fn schemas(session: &mut dyn Database) -> Result<Vec<String>, Failure> {
    let rows = session.query("SELECT nspname::text AS name FROM pg_namespace WHERE nspname <> current_schema()")?;
    let names = rows.iter().map(|row| row.text("name").to_owned());
    // To name these reads, and changes nothing.
    Ok(names.filter(|name| name != "pg_catalog" && name != "information_schema").collect())
}

/// Roles belong to the server, not to the database: those that the history makes there go again with the scratch
/// database. A role that was there before is never touched.
struct Roles {
    server: Target,
    there: BTreeSet<String>,
    /// All that was told of them, and who is in which.
    told: String,
    text: String,
}

impl Roles {
    fn before(server: Target, session: &mut dyn Database, history: &History) -> Result<Roles, Failure> {
        let texts = history.migrations.iter().map(|m| m.sql.as_str());
        let text =
            texts.filter(|sql| sql.to_ascii_uppercase().contains("ROLE") || sql.to_ascii_uppercase().contains("USER"));
        let text = text.collect::<Vec<_>>().join("\n");
        Ok(Roles { server, there: roles(session)?, told: roles_told(session)?, text })
    }

    fn tidy(&self) {
        if self.text.is_empty() {
            return;
        }
        // What stays behind is named by nobody's rollback, and the next run meets it as a role that is there.
        let Ok(mut session) = connect(&self.server) else { return };
        let now = roles(&mut *session).unwrap_or_default();
        for role in now.difference(&self.there).filter(|role| mentions(&self.text, role, Dialect::Postgres)) {
            let _ = session.execute(&format!("DROP ROLE {}", quote(role, Dialect::Postgres)));
        }
    }
}

fn roles_told(session: &mut dyn Database) -> Result<String, Failure> {
    let rows = session.query(
        "SELECT concat((SELECT string_agg(r::text, ',' ORDER BY oid) FROM pg_roles r),
  (SELECT string_agg(m::text, ',' ORDER BY m::text) FROM pg_auth_members m)) AS told",
    )?;
    Ok(rows.first().unwrap_or_default().to_owned())
}

fn roles(session: &mut dyn Database) -> Result<BTreeSet<String>, Failure> {
    let rows = session.query("SELECT rolname::text AS name FROM pg_roles")?;
    Ok(rows.iter().map(|r| r.text("name").to_owned()).collect())
}
