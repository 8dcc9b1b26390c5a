//! Who is there: whether two sessions lead to the same database, whatever their URLs say. A name, an address, a socket, a
//! tunnel, a pooler or another schema may all lead to one place, so the server is asked.

use crate::database::{Database, Failure};
use crate::target::Host;
use crate::target::Target;
use std::path::PathBuf;
use unmigrate_kernel::Dialect;

/// A server and a database on it, as the server itself knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// PostgreSQL.
    Postgres {
        /// The cluster's identifier, which its standbys and restored copies share; none where this user may not ask.
        system: Option<String>,
        /// When the server started, to the microsecond; none where it does not tell.
        started: Option<String>,
        /// The database's number and name.
        database: (String, String),
    },
    /// CockroachDB: the cluster's identifier and the database's name.
    Cockroach(String, String),
    /// MySQL and MariaDB: what tells the server from others, and the database's name where one is selected.
    Mysql(String, Option<String>),
    /// An SQLite file: its canonical path, and its device and number where the system has those.
    File(PathBuf, Option<(u64, u64)>),
    /// In memory, or where nothing can be found out: equal to nothing, not even to itself.
    Unknown,
}

impl Identity {
    /// Asks a session who is there.
    ///
    /// # Errors
    /// Where it does not answer. What this user may not ask is left out.
    pub fn of(database: &mut dyn Database) -> Result<Identity, Failure> {
        match database.dialect() {
            Dialect::Postgres => postgres(database),
            Dialect::Cockroach => cockroach(database),
            Dialect::Mysql => mysql(database),
            Dialect::Sqlite => sqlite(database),
        }
    }
}

/// Do both lead to the same database? Where in doubt, no; but copies of a PostgreSQL cluster count as the same.
pub fn same_database(a: &Identity, b: &Identity) -> bool {
    match (a, b) {
        (Identity::Postgres { database: (one, _), .. }, Identity::Postgres { database: (other, _), .. }) => {
            same_server(a, b) && one == other
        }
        (Identity::Cockroach(_, one), Identity::Cockroach(_, other)) => same_server(a, b) && one == other,
        (Identity::Mysql(_, Some(one)), Identity::Mysql(_, Some(other))) => same_server(a, b) && one == other,
        (Identity::File(..), Identity::File(..)) => same_server(a, b),
        _ => false,
    }
}

/// Do both lead to the same server, or the same file?
pub fn same_server(a: &Identity, b: &Identity) -> bool {
    match (a, b) {
        (Identity::Postgres { system: Some(one), .. }, Identity::Postgres { system: Some(other), .. }) => one == other,
        (Identity::Postgres { started: Some(one), .. }, Identity::Postgres { started: Some(other), .. }) => {
            one == other
        }
        (Identity::Cockroach(one, _), Identity::Cockroach(other, _)) => one == other,
        (Identity::Mysql(one, _), Identity::Mysql(other, _)) => one == other,
        (Identity::File(path, number), Identity::File(other, other_number)) => {
            path == other || (number.is_some() && number == other_number)
        }
        _ => false,
    }
}

/// Do both URLs name the same place? For databases that can't be asked: what differs here may still be the same.
pub fn same_words(a: &Target, b: &Target) -> bool {
    match (a, b) {
        (Target::Postgres(one), Target::Postgres(other)) | (Target::Mysql(one), Target::Mysql(other)) => {
            let local = |host: &Host| match host {
                Host::Tcp { name, port } if ["localhost", "127.0.0.1", "::1"].contains(&name.as_str()) => {
                    Host::Tcp { name: "localhost".to_owned(), port: *port }
                }
                host => host.clone(),
            };
            let shared = one.hosts.iter().any(|host| other.hosts.iter().any(|h| local(h) == local(host)));
            shared && one.database == other.database
        }
        (Target::Sqlite(one), Target::Sqlite(other)) => one.file().is_some() && one.file() == other.file(),
        _ => false,
    }
}

fn postgres(database: &mut dyn Database) -> Result<Identity, Failure> {
    let here = database
        .query("SELECT oid::text AS oid, datname::text AS name FROM pg_database WHERE datname = current_database()")?;
    let here = here.iter().next().map(|row| (row.text("oid").to_owned(), row.text("name").to_owned()));
    // Not every user may ask these, and not everything that speaks the protocol knows them.
    let mut ask = |sql: &str| database.query(sql).ok().and_then(|rows| rows.first().map(str::to_owned));
    Ok(Identity::Postgres {
        system: ask("SELECT system_identifier::text FROM pg_control_system()"),
        started: ask("SELECT extract(epoch FROM pg_postmaster_start_time())::text"),
        database: here.unwrap_or_default(),
    })
}

fn cockroach(database: &mut dyn Database) -> Result<Identity, Failure> {
    let rows = database.query("SELECT crdb_internal.cluster_id()::text AS cluster, current_database() AS name")?;
    let row = rows.iter().next();
    Ok(row.map_or(Identity::Unknown, |r| Identity::Cockroach(r.text("cluster").to_owned(), r.text("name").to_owned())))
}

/// `server_uuid` is MySQL's, `server_uid` MariaDB's since 10.10; the others tell older MariaDBs apart.
fn mysql(database: &mut dyn Database) -> Result<Identity, Failure> {
    let rows = database.query(
        "SHOW GLOBAL VARIABLES WHERE Variable_name IN
         ('server_uuid', 'server_uid', 'server_id', 'hostname', 'port', 'datadir', 'lower_case_table_names')",
    )?;
    let value = |name: &str| {
        let row = rows.iter().find(|row| row.text("Variable_name") == name);
        row.map(|row| row.text("Value").to_owned()).unwrap_or_default()
    };
    let server = match value("server_uuid") {
        none if none.is_empty() => ["server_uid", "server_id", "hostname", "port", "datadir"].map(value).join("\n"),
        uuid => uuid,
    };
    let any_case = value("lower_case_table_names") != "0";
    let name = database.query("SELECT DATABASE()")?.first().map(str::to_owned);
    Ok(Identity::Mysql(server, name.map(|name| if any_case { name.to_lowercase() } else { name })))
}

fn sqlite(database: &mut dyn Database) -> Result<Identity, Failure> {
    let rows = database.query("PRAGMA database_list")?;
    let main = rows.iter().find(|row| row.text("name") == "main");
    let path = main.map(|row| row.text("file")).unwrap_or_default();
    if path.is_empty() {
        return Ok(Identity::Unknown);
    }
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
    let number = number_of(&path);
    Ok(Identity::File(path, number))
}

#[cfg(unix)]
fn number_of(path: &std::path::Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn number_of(_: &std::path::Path) -> Option<(u64, u64)> {
    None
}
