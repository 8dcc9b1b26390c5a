//! Where tables of ours lie: what was kept, the audit, the journal.
//!
//! Never among the user's own tables where that can be helped: Prisma's `migrate dev` calls a table that it does not know
//! drift and wants to reset the database (6.19.3), and `drizzle-kit push` drops it (0.31.11). So it is a schema of ours,
//! which both do not look at; with MySQL a database of ours on the same server, and with SQLite a file beside the
//! database, attached. `drizzle-kit push` of 1.0.0-rc.5 does look at every schema where its config has no `schemaFilter`,
//! and asks before it drops one that is not empty, ours as well as its own `drizzle`; `generate` and `migrate` don't.

use super::sql::literal;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::dialect::quote;

/// The name of the schema, and of the attached file in SQL.
pub const NAME: &str = "_unmigrate";
/// Before the name of each table that has to lie among the user's own.
const PREFIX: &str = "_unmigrate_";

/// A place for tables of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// PostgreSQL: a schema.
    Schema,
    /// MySQL: another database of the same server, by its name.
    Sibling(String),
    /// SQLite: a file, attached.
    Attached(PathBuf),
    /// Among the user's tables, with names that begin with `_unmigrate_`: where nothing else is allowed.
    Inside,
}

impl Home {
    /// Where they lie, or would lie if there were any. Nothing is made; SQLite's file is attached where it is there.
    ///
    /// # Errors
    /// Those of the database.
    pub fn find(db: &mut dyn Database) -> Result<Home, Failure> {
        match db.dialect() {
            Dialect::Postgres | Dialect::Cockroach => find_schema(db),
            Dialect::Mysql => find_sibling(db),
            Dialect::Sqlite => find_file(db),
        }
    }

    /// Makes the place, where it is not there; where that is not allowed, the place is [`Inside`](Home::Inside).
    ///
    /// # Errors
    /// Those of the database, but that the user may not.
    pub fn make(self, db: &mut dyn Database) -> Result<Home, Failure> {
        // Two that make it at the same time: one is refused, though it is there then (PostgreSQL).
        let made = self.try_make(db).or_else(|failure| match failure.kind {
            FailureKind::Refused => self.try_make(db),
            _ => Err(failure),
        });
        match made {
            Ok(()) => Ok(self),
            Err(Failure { kind: FailureKind::Denied, .. }) => Ok(Home::Inside),
            // Where a second file can't be had at all: a database over the network.
            Err(Failure { kind: FailureKind::Refused, .. }) if matches!(self, Home::Attached(_)) => Ok(Home::Inside),
            Err(failure) => Err(failure),
        }
    }

    fn try_make(&self, db: &mut dyn Database) -> Result<(), Failure> {
        match self {
            Home::Attached(path) => attach(db, path, true),
            Home::Inside => Ok(()),
            Home::Schema | Home::Sibling(_) => self.making().map_or(Ok(()), |sql| db.execute(&sql).map(drop)),
        }
    }

    /// A statement that makes the place, for a plan that is to show it.
    pub fn making(&self) -> Option<String> {
        match self {
            Home::Schema => Some(format!("CREATE SCHEMA IF NOT EXISTS {NAME}")),
            Home::Sibling(name) => Some(format!("CREATE DATABASE IF NOT EXISTS {}", quote(name, Dialect::Mysql))),
            Home::Attached(_) | Home::Inside => None,
        }
    }

    /// One of our tables, in SQL.
    pub fn table(&self, name: &str, dialect: Dialect) -> String {
        match self {
            Home::Schema | Home::Attached(_) => format!("{NAME}.{}", quote(name, dialect)),
            Home::Sibling(database) => format!("{}.{}", quote(database, dialect), quote(name, dialect)),
            Home::Inside => quote(&format!("{PREFIX}{name}"), dialect),
        }
    }

    /// Is one of our tables there?
    ///
    /// # Errors
    /// Those of the database.
    pub fn has(&self, db: &mut dyn Database, name: &str) -> Result<bool, Failure> {
        let dialect = db.dialect();
        let query = match (self, dialect) {
            (_, Dialect::Postgres | Dialect::Cockroach) => {
                let table = literal(&self.table(name, dialect), dialect);
                format!("SELECT CASE WHEN to_regclass({table}) IS NULL THEN 0 ELSE 1 END")
            }
            (Home::Sibling(database), _) => tables_of_mysql(&literal(database, dialect), name, dialect),
            (_, Dialect::Mysql) => tables_of_mysql("DATABASE()", &format!("{PREFIX}{name}"), dialect),
            (Home::Attached(_), _) => {
                // Where the file is not there, nothing is attached, and there is no table.
                if !is_attached(db)? {
                    return Ok(false);
                }
                format!("SELECT count(*) FROM {NAME}.sqlite_master WHERE name = {}", literal(name, dialect))
            }
            (_, _) => {
                let name = literal(&format!("{PREFIX}{name}"), dialect);
                format!("SELECT count(*) FROM main.sqlite_master WHERE name = {name}")
            }
        };
        Ok(db.query(&query)?.first() == Some("1"))
    }

    /// Names that a look at the database passes over: `LIKE` knows them by how they begin.
    pub fn is_ours(table: &str) -> bool {
        table.starts_with(PREFIX) || table == NAME
    }

    /// As people are told.
    pub fn words(&self) -> String {
        match self {
            Home::Schema => format!("schema {NAME}"),
            Home::Sibling(name) => format!("database {name}"),
            Home::Attached(path) => format!("file {}", path.display()),
            Home::Inside => format!("tables {PREFIX}*"),
        }
    }
}

fn tables_of_mysql(schema: &str, name: &str, dialect: Dialect) -> String {
    let name = literal(name, dialect);
    format!("SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {name}")
}

fn find_schema(db: &mut dyn Database) -> Result<Home, Failure> {
    let answer = db.query(&format!(
        "SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = '{NAME}') THEN \
         CASE WHEN has_database_privilege(current_database(), 'CREATE') THEN 1 ELSE 0 END \
         WHEN has_schema_privilege('{NAME}', 'CREATE') AND has_schema_privilege('{NAME}', 'USAGE') THEN 1 ELSE 0 END"
    ))?;
    Ok(if answer.first() == Some("1") { Home::Schema } else { Home::Inside })
}

fn find_sibling(db: &mut dyn Database) -> Result<Home, Failure> {
    let answer = db.query("SELECT DATABASE()")?;
    let Some(own) = answer.first() else { return Ok(Home::Inside) };
    // 64 characters at most.
    let sibling = Home::Sibling(format!("{}{NAME}", own.chars().take(64 - NAME.len()).collect::<String>()));
    for name in ["journal", "archive", "audit"] {
        if Home::Inside.has(db, name)? && !sibling.has(db, name)? {
            return Ok(Home::Inside);
        }
    }
    Ok(sibling)
}

fn find_file(db: &mut dyn Database) -> Result<Home, Failure> {
    let answer = db.query("PRAGMA database_list")?;
    let main = answer.iter().find(|row| row.get("name") == Some("main")).map(|row| row.text("file").to_owned());
    let Some(main) = main.filter(|file| !file.is_empty()) else { return Ok(Home::Inside) };
    let path = beside(Path::new(&main));
    if path.exists() && attach(db, &path, false).is_err() {
        return Ok(Home::Inside);
    }
    Ok(Home::Attached(path))
}

/// `dev.db` has `dev.unmigrate.db` beside it, so that what ignores the one ignores the other.
fn beside(main: &Path) -> PathBuf {
    match main.extension() {
        Some(extension) => main.with_extension(format!("unmigrate.{}", extension.to_string_lossy())),
        None => main.with_extension("unmigrate"),
    }
}

fn is_attached(db: &mut dyn Database) -> Result<bool, Failure> {
    let answer = db.query("PRAGMA database_list")?;
    Ok(answer.iter().any(|row| row.get("name") == Some(NAME)))
}

fn attach(db: &mut dyn Database, path: &Path, make: bool) -> Result<(), Failure> {
    if is_attached(db)? {
        return Ok(());
    }
    let text =
        path.to_str().ok_or_else(|| Failure::new(FailureKind::Unsupported, "the file's path is not valid Unicode"))?;
    if make && !path.exists() {
        // An empty file is an empty database. SQLite itself would not make one: ours are opened without that right.
        let made = OpenOptions::new().write(true).create_new(true).open(path);
        made.map_err(|e| Failure::new(FailureKind::Denied, format!("{}: {e}", path.display())))?;
    }
    db.execute(&format!("ATTACH DATABASE {} AS {NAME}", literal(text, Dialect::Sqlite))).map(drop)
}
