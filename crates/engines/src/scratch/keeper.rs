//! How scratch databases are made, marked, found and dropped on a server. Only what carries our marker is ever dropped.

use super::marker::{self, Marker, PREFIX};
use crate::database::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::dialect::quote;

/// The table that marks a database where databases have no comments.
pub const MARKER_TABLE: &str = "_unmigrate_scratch";

/// What one engine's server is asked for. `name` is always a name of ours.
pub(super) trait Keeper: Sync {
    /// Makes a database, from a copy of another of ours where one is named. The marker is not yet in it.
    fn create(&self, admin: &mut dyn Database, name: &str, of: Option<&str>) -> Result<(), Failure>;
    /// Writes the marker.
    fn mark(&self, admin: &mut dyn Database, name: &str, marker: &Marker) -> Result<(), Failure>;
    /// Reads it.
    fn marker(&self, admin: &mut dyn Database, name: &str) -> Result<Option<Marker>, Failure>;
    /// Says on the server that this session minds a database, for as long as the session lasts.
    fn claim(&self, admin: &mut dyn Database, name: &str) -> Result<(), Failure>;
    /// Is a session in it, or minding it?
    fn in_use(&self, admin: &mut dyn Database, name: &str) -> Result<bool, Failure>;
    /// The names of the databases that begin as ours do.
    fn candidates(&self, admin: &mut dyn Database) -> Result<Vec<String>, Failure>;
    /// Is there nothing at all in the database that a session is in, not even a marker?
    fn is_empty(&self, inside: &mut dyn Database) -> Result<bool, Failure>;
    /// Drops it, with whoever is in it.
    fn remove(&self, admin: &mut dyn Database, name: &str) -> Result<(), Failure>;
    /// The tables in the database that a session is in, which is not ours, but what carries our marker.
    fn tables(&self, session: &mut dyn Database) -> Result<usize, Failure>;
    /// What a user needs, and who gives it.
    fn privilege(&self) -> (&'static str, &'static str);
}

/// The keeper of a dialect; none for SQLite, which has no server.
pub(super) fn keeper(dialect: Dialect) -> Option<&'static dyn Keeper> {
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => Some(&Postgres),
        Dialect::Mysql => Some(&Mysql),
        Dialect::Sqlite => None,
    }
}

/// Makes a database and marks it; what can't be marked is dropped again while it is still known to be empty.
pub(super) fn make(keeper: &dyn Keeper, admin: &mut dyn Database, name: &str, of: Option<&str>) -> Result<(), Failure> {
    keeper.claim(admin, name)?;
    keeper.create(admin, name, of)?;
    let marked = keeper.mark(admin, name, &Marker::of_this_process());
    if marked.is_err() && marker::is_ours(name) {
        let _ = keeper.remove(admin, name);
    }
    marked
}

/// Drops a database that carries our marker. One that does not is left, and that is an error.
pub(super) fn drop_marked(keeper: &dyn Keeper, admin: &mut dyn Database, name: &str) -> Result<(), Failure> {
    let ours = marker::is_ours(name) && keeper.marker(admin, name)?.is_some();
    if ours {
        return keeper.remove(admin, name);
    }
    let message = format!("{name} does not carry unmigrate's marker, and is left as it is");
    Err(Failure::new(FailureKind::Refused, message))
}

/// Drops what killed runs left: what carries the marker of a process that is gone, or is older than a day, and is in
/// nobody's use; and with it the copy that it was about to become. A run that was killed between making and marking left a
/// database with a name of ours and nothing in it.
pub(super) fn sweep(keeper: &dyn Keeper, admin: &mut dyn Database, inside: &Inside) -> Result<Vec<String>, Failure> {
    let mut swept = Vec::new();
    for name in keeper.candidates(admin)?.into_iter().filter(|name| marker::is_ours(name)) {
        let marker = keeper.marker(admin, &name)?;
        let orphan = match &marker {
            Some(marker) => marker.is_orphan(),
            None => marker::is_orphan_name(&name),
        };
        if !orphan || keeper.in_use(admin, &name)? {
            continue;
        }
        // Another run may be sweeping too, or this user may not: then it stays for now.
        let empty = || inside(&name).and_then(|mut session| keeper.is_empty(&mut *session)).unwrap_or(false);
        if (marker.is_some() || empty()) && keeper.remove(admin, &name).is_ok() {
            let copy = marker.and_then(|marker| marker.copy).filter(|copy| marker::is_ours(copy));
            if let Some(copy) = copy.filter(|copy| matches!(keeper.marker(admin, copy), Ok(None)))
                && keeper.remove(admin, &copy).is_ok()
            {
                swept.push(copy);
            }
            swept.push(name);
        }
    }
    Ok(swept)
}

/// Opens a session in a database of the server, by its name.
pub(super) type Inside<'a> = dyn Fn(&str) -> Result<Box<dyn Database + Send>, Failure> + 'a;

/// A text in quotes.
pub(super) fn literal(text: &str, dialect: Dialect) -> String {
    let text = text.replace('\'', "''");
    if dialect == Dialect::Mysql { format!("'{}'", text.replace('\\', "\\\\")) } else { format!("'{text}'") }
}

fn number(database: &mut dyn Database, sql: &str) -> Result<usize, Failure> {
    let answer = database.query(sql)?;
    let number = answer.first().and_then(|n| n.parse().ok());
    number.ok_or_else(|| Failure::new(FailureKind::Refused, "the server did not answer with a number"))
}

/// How many objects there are that a database made from template0 has not. Its own have numbers below 16384.
pub(super) const OBJECTS: &str = "SELECT
  (SELECT count(*) FROM pg_class WHERE oid >= 16384) + (SELECT count(*) FROM pg_proc WHERE oid >= 16384)
+ (SELECT count(*) FROM pg_type WHERE oid >= 16384) + (SELECT count(*) FROM pg_extension WHERE oid >= 16384)
+ (SELECT count(*) FROM pg_namespace WHERE oid >= 16384 AND nspname <> 'public' AND nspname !~ '^pg_(toast_)?temp_')
+ (SELECT count(*) FROM pg_cast WHERE oid >= 16384) + (SELECT count(*) FROM pg_default_acl)
+ (SELECT count(*) FROM pg_foreign_data_wrapper) + (SELECT count(*) FROM pg_language WHERE oid >= 16384)
+ (SELECT count(*) FROM pg_event_trigger) + (SELECT count(*) FROM pg_publication)
+ (SELECT count(*) FROM pg_largeobject_metadata) + (SELECT count(*) FROM pg_operator WHERE oid >= 16384)
+ (SELECT count(*) FROM pg_conversion WHERE oid >= 16384) + (SELECT count(*) FROM pg_collation WHERE oid >= 16384)
+ (SELECT count(*) FROM pg_opfamily WHERE oid >= 16384) + (SELECT count(*) FROM pg_opclass WHERE oid >= 16384)
+ (SELECT count(*) FROM pg_ts_config WHERE oid >= 16384) + (SELECT count(*) FROM pg_ts_dict WHERE oid >= 16384)
+ (SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database())";

struct Postgres;

impl Keeper for Postgres {
    fn create(&self, admin: &mut dyn Database, name: &str, of: Option<&str>) -> Result<(), Failure> {
        let name = quote(name, Dialect::Postgres);
        let template = match (admin.dialect(), of) {
            (Dialect::Cockroach, None) => String::new(),
            (Dialect::Cockroach, Some(_)) => {
                return Err(Failure::new(FailureKind::Unsupported, "CockroachDB can't copy a database"));
            }
            // What somebody put into template1 is not in the databases of production either.
            (_, of) => format!(" TEMPLATE {}", quote(of.unwrap_or("template0"), Dialect::Postgres)),
        };
        admin.execute(&format!("CREATE DATABASE {name}{template}")).map(|_| ())
    }

    fn mark(&self, admin: &mut dyn Database, name: &str, marker: &Marker) -> Result<(), Failure> {
        let (name, text) = (quote(name, Dialect::Postgres), literal(&marker.text(), Dialect::Postgres));
        admin.execute(&format!("COMMENT ON DATABASE {name} IS {text}")).map(|_| ())
    }

    fn marker(&self, admin: &mut dyn Database, name: &str) -> Result<Option<Marker>, Failure> {
        let name = literal(name, Dialect::Postgres);
        let sql = format!("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = {name}");
        Ok(admin.query(&sql)?.first().and_then(Marker::read))
    }

    fn claim(&self, admin: &mut dyn Database, name: &str) -> Result<(), Failure> {
        admin.execute(&format!("SET application_name = {}", literal(name, Dialect::Postgres))).map(|_| ())
    }

    fn in_use(&self, admin: &mut dyn Database, name: &str) -> Result<bool, Failure> {
        let name = literal(name, Dialect::Postgres);
        let sql = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE (datname = {name} OR application_name = {name})
             AND pid <> pg_backend_pid()"
        );
        Ok(number(admin, &sql)? > 0)
    }

    fn candidates(&self, admin: &mut dyn Database) -> Result<Vec<String>, Failure> {
        let like = literal(&format!("{}%", PREFIX.replace('_', "\\_")), Dialect::Postgres);
        let rows = admin.query(&format!("SELECT datname FROM pg_database WHERE datname LIKE {like}"))?;
        Ok(rows.column("datname").into_iter().flatten().map(str::to_owned).collect())
    }

    fn is_empty(&self, inside: &mut dyn Database) -> Result<bool, Failure> {
        Ok(number(inside, OBJECTS)? == 0)
    }

    fn remove(&self, admin: &mut dyn Database, name: &str) -> Result<(), Failure> {
        let (quoted, text) = (quote(name, Dialect::Postgres), literal(name, Dialect::Postgres));
        let forced = admin.execute(&format!("DROP DATABASE IF EXISTS {quoted} WITH (FORCE)"));
        match forced {
            // PostgreSQL 12, CockroachDB.
            Err(failure) if failure.code.as_deref() == Some("42601") => {
                let others = format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {text} AND pid <> pg_backend_pid()"
                );
                let _ = admin.query(&others);
                let cascade = if admin.dialect() == Dialect::Cockroach { " CASCADE" } else { "" };
                admin.execute(&format!("DROP DATABASE IF EXISTS {quoted}{cascade}")).map(|_| ())
            }
            done => done.map(|_| ()),
        }
    }

    fn tables(&self, session: &mut dyn Database) -> Result<usize, Failure> {
        let marked = session.query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()",
        )?;
        if marked.first().and_then(Marker::read).is_some() {
            return Ok(0);
        }
        number(
            session,
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname !~ '^pg_'
             AND n.nspname NOT IN ('information_schema', 'crdb_internal')
             AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
             AND NOT n.nspname LIKE 'unmigrate\\_scratch\\_%'",
        )
    }

    fn privilege(&self) -> (&'static str, &'static str) {
        ("the right to create databases (CREATEDB)", "ALTER ROLE <user> CREATEDB")
    }
}

struct Mysql;

impl Keeper for Mysql {
    fn create(&self, admin: &mut dyn Database, name: &str, of: Option<&str>) -> Result<(), Failure> {
        if of.is_some() {
            return Err(Failure::new(FailureKind::Unsupported, "MySQL can't copy a database"));
        }
        let name = quote(name, Dialect::Mysql);
        admin.execute(&format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).map(|_| ())
    }

    fn mark(&self, admin: &mut dyn Database, name: &str, marker: &Marker) -> Result<(), Failure> {
        let name = quote(name, Dialect::Mysql);
        let text = literal(&marker.text(), Dialect::Mysql);
        admin.execute(&format!(
            "CREATE TABLE {name}.{MARKER_TABLE} (only_one_row int PRIMARY KEY CHECK (only_one_row = 1)) COMMENT = {text}"
        ))?;
        Ok(())
    }

    fn marker(&self, admin: &mut dyn Database, name: &str) -> Result<Option<Marker>, Failure> {
        let name = literal(name, Dialect::Mysql);
        let sql = format!(
            "SELECT table_comment FROM information_schema.tables
             WHERE table_schema = {name} AND table_name = '{MARKER_TABLE}'"
        );
        Ok(admin.query(&sql)?.first().and_then(Marker::read))
    }

    fn claim(&self, admin: &mut dyn Database, name: &str) -> Result<(), Failure> {
        admin.query(&format!("SELECT GET_LOCK({}, 0)", literal(name, Dialect::Mysql))).map(|_| ())
    }

    fn in_use(&self, admin: &mut dyn Database, name: &str) -> Result<bool, Failure> {
        let name = literal(name, Dialect::Mysql);
        let sql = format!(
            "SELECT (SELECT count(*) FROM information_schema.processlist WHERE db = {name} AND id <> CONNECTION_ID())
             + (IFNULL(IS_USED_LOCK({name}), CONNECTION_ID()) <> CONNECTION_ID())"
        );
        Ok(number(admin, &sql)? > 0)
    }

    fn candidates(&self, admin: &mut dyn Database) -> Result<Vec<String>, Failure> {
        let like = literal(&format!("{}%", PREFIX.replace('_', "\\_")), Dialect::Postgres);
        let rows = admin.query(&format!(
            "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE {like}"
        ))?;
        Ok(rows.column("name").into_iter().flatten().map(str::to_owned).collect())
    }

    fn is_empty(&self, inside: &mut dyn Database) -> Result<bool, Failure> {
        let sql = "SELECT (SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE())
             + (SELECT count(*) FROM information_schema.routines WHERE routine_schema = DATABASE())
             + (SELECT count(*) FROM information_schema.events WHERE event_schema = DATABASE())
             + (DATABASE() IS NULL)";
        Ok(number(inside, sql)? == 0)
    }

    fn remove(&self, admin: &mut dyn Database, name: &str) -> Result<(), Failure> {
        admin.execute(&format!("DROP DATABASE IF EXISTS {}", quote(name, Dialect::Mysql))).map(|_| ())
    }

    fn tables(&self, session: &mut dyn Database) -> Result<usize, Failure> {
        let sql = format!(
            "SELECT IF(SUM(table_name = '{MARKER_TABLE}'), 0, count(*)) FROM information_schema.tables
             WHERE table_schema = DATABASE()"
        );
        number(session, &sql)
    }

    fn privilege(&self) -> (&'static str, &'static str) {
        ("the right to create and drop databases (CREATE, DROP)", "GRANT ALL ON `unmigrate\\_scratch\\_%`.* TO <user>")
    }
}
