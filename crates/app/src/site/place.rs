//! What is known of the database and of the folder before anything is planned.

use super::refusal;
use crate::journal::Seen;
use crate::target::{Class, Facts, Marker, Protection, class};
use crate::verify::evidence::{self, Evidence, Hashes};
use crate::{ConfigLoader, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use unmigrate_engines::target::Host;
use unmigrate_engines::{Database, Failure, FailureKind, MARKER_TABLE, Target};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::dialect::quote;
use unmigrate_sources::tracking::Location;
use unmigrate_sources::{Layout, Source, Tool, config_file};

/// Which database and which folder of migrations.
pub struct Scene<'a> {
    /// The folder, read.
    pub source: &'a Source,
    /// How messages name a path: relative to the working directory.
    pub shown: &'a dyn Fn(&std::path::Path) -> String,
    /// Where the tool keeps its table.
    pub at: Location,
    /// The version of drizzle-orm in the project, where it is known.
    pub orm: Option<String>,
    /// The database, as it is reported.
    pub target: TargetReport,
    /// It is protected, or nothing says that it is not.
    pub protected: bool,
    /// A round trip over this migration's very files ran on an engine, by its name.
    pub verified: &'a dyn Fn(&str) -> bool,
    /// `drizzle-kit push` would look at a schema of ours too.
    pub pushed_whole: bool,
    /// The last look at the catalogs through this session.
    pub seen: RefCell<Option<Seen>>,
}

impl Scene<'_> {
    /// A transaction of ours wrote nothing but a row of a table of ours.
    pub fn wrote(&self, transaction: Option<u32>) {
        if let Some((seen, transaction)) = self.seen.borrow_mut().as_mut().zip(transaction) {
            seen.wrote(transaction);
        }
    }
}

/// A database, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetReport {
    /// In its own words: `PostgreSQL 15.20`.
    pub engine: String,
    /// Its name on its server; a file for SQLite.
    pub database: String,
    /// `local`, `ephemeral`, `protected` or `unknown`.
    pub class: String,
    /// A URL without password, to be read.
    pub shown: String,
}

/// A database's name and kind.
pub struct About {
    /// Its name, which has to be said where it is protected; a file's name for SQLite.
    pub database: String,
    /// What kind of database it is.
    pub class: Class,
}

/// Asks the database who it is, and the project what it protects.
///
/// # Errors
/// The outer: those of the database. The inner: an `unmigrate.json` that is not understood, since what was meant to
/// protect must not pass in silence.
pub fn about(
    db: &mut dyn Database,
    to: Option<&Target>,
    project: &Path,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Result<About, Problem>, Failure> {
    let database = name(db, to)?;
    let marker = marker(db)?;
    let server = match db.dialect() {
        Dialect::Postgres => {
            db.query("SELECT host(inet_server_addr())").ok().and_then(|a| a.first().map(str::to_owned))
        }
        _ => None,
    };
    let protection = match fs::read_to_string(project.join("unmigrate.json")) {
        Ok(text) => match Protection::parse(&text) {
            Ok(protection) => protection,
            Err(why) => return Ok(Err(refusal::protection(&why))),
        },
        Err(_) => Protection::default(),
    };
    let environment = ["NODE_ENV", "VERCEL_ENV", "RAILS_ENV", "APP_ENV"].iter().find_map(|name| variable(name));
    let host = match to {
        // Of a driver object nothing is known: no host of that name is this machine.
        None => Some("the caller's driver".to_owned()),
        Some(to) => to.endpoint().and_then(|e| e.hosts.first()).and_then(|host| match host {
            Host::Tcp { name, .. } => Some(name.clone()),
            Host::Socket { .. } => None,
        }),
    };
    let facts = Facts {
        marker,
        host: host.as_deref(),
        server: server.as_deref(),
        database: &database,
        environment: environment.as_deref(),
        protection: &protection,
    };
    let (class, _) = class::classify(&facts);
    Ok(Ok(About { database, class }))
}

fn name(db: &mut dyn Database, to: Option<&Target>) -> Result<String, Failure> {
    if let Some(name) = to.and_then(Target::database) {
        return Ok(name.to_owned());
    }
    if let Some(Target::Sqlite(place)) = to
        && let Some(file) = place.file()
    {
        return Ok(file.file_name().unwrap_or_default().to_string_lossy().into_owned());
    }
    let asked = match db.dialect() {
        Dialect::Postgres | Dialect::Cockroach => db.query("SELECT current_database()")?,
        Dialect::Mysql => db.query("SELECT DATABASE()")?,
        Dialect::Sqlite => return Ok("main".to_owned()),
    };
    Ok(asked.first().unwrap_or_default().to_owned())
}

/// Our mark of a scratch database. A table that can't be read is none.
fn marker(db: &mut dyn Database) -> Result<Option<Marker>, Failure> {
    let table = quote(MARKER_TABLE, db.dialect());
    match db.query(&format!("SELECT 1 FROM {table} LIMIT 1")) {
        Ok(answer) => Ok(answer.first().map(|_| Marker::Ephemeral)),
        Err(failure) if failure.kind == FailureKind::Lost => Err(failure),
        Err(_) => Ok(None),
    }
}

/// What Drizzle's config says, which evaluates it; none for Prisma, whose config says nothing that is asked here.
pub fn drizzle_config(source: &Source, project: &Path, loader: &dyn ConfigLoader) -> Option<Value> {
    let file = (source.tool == Tool::Drizzle).then(|| config_file(Tool::Drizzle, project)).flatten()?;
    loader.load(&file).ok()
}

/// Where the tool keeps its table: as the request says, else the tool's config, else the tool's own default.
pub fn location(source: &Source, to: Option<&Target>, config: Option<&Value>, said: Option<&str>) -> Location {
    let dialect = source.history.dialect;
    let usual = match source.tool {
        Tool::Prisma => Location::prisma(dialect, to.and_then(Target::endpoint).and_then(|e| e.schema.as_deref())),
        Tool::Drizzle => Location::drizzle(dialect, config),
    };
    match said.map(|said| said.split_once('.').map_or((None, said), |(schema, table)| (Some(schema), table))) {
        None => usual,
        Some((schema, table)) => {
            Location { schema: schema.map(str::to_owned).or(usual.schema), table: table.to_owned() }
        }
    }
}

/// Does `drizzle-kit push` look at every schema of the database? From 1.0 on, where its config names none.
pub fn pushed_whole(source: &Source, config: Option<&Value>) -> bool {
    let is_new = source.tool == Tool::Drizzle && source.layout == Layout::Folders;
    let names_none = config.is_some_and(|config| config.get("schemaFilter").is_none());
    is_new && source.history.dialect.is_postgres() && names_none
}

/// The migrations whose round trip ran on an engine, over the very texts that lie there now.
pub fn verified(source: &Source) -> BTreeSet<String> {
    let evidence = Evidence::read(&evidence::path(&source.dir, source.layout));
    if evidence.verified.is_empty() {
        return BTreeSet::new();
    }
    let downs: Vec<Option<String>> = source.places.iter().map(|place| fs::read_to_string(&place.down).ok()).collect();
    let texts = source.history.migrations.iter().zip(&downs).map(|(m, down)| (m.sql.as_str(), down.as_deref()));
    let hashes = Hashes::of(texts);
    let both = source.history.migrations.iter().zip(&hashes);
    let proven = both.filter(|(m, hashes)| evidence.holds(&m.name, hashes).is_some_and(|(v, _)| v.is_proven()));
    proven.map(|(m, _)| m.name.clone()).collect()
}
