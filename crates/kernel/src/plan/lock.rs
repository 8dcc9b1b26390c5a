//! Which locks a statement takes, told from its text.
//!
//! PostgreSQL's modes are those of its manual, compared with `pg_locks` of a real server in the tests. What the text does
//! not name is not in the list: the table of an index that is dropped, the other side of a foreign key that is dropped.

mod mysql;
mod postgres;

use crate::Dialect;
use crate::reader::Reader;
use crate::split::split;

/// A lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// On what, as people write it; none: on the whole database.
    pub relation: Option<String>,
    /// How strong.
    pub mode: Mode,
    /// What is done while it is held.
    pub work: Work,
}

/// How strong a lock is. The order is that of strength within a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// PostgreSQL: readers.
    AccessShare,
    /// PostgreSQL: SELECT FOR UPDATE.
    RowShare,
    /// PostgreSQL: writers.
    RowExclusive,
    /// PostgreSQL: neither readers nor writers wait.
    ShareUpdateExclusive,
    /// PostgreSQL: writers wait.
    Share,
    /// PostgreSQL: writers wait, and whoever takes the same.
    ShareRowExclusive,
    /// PostgreSQL: only readers do not wait.
    Exclusive,
    /// PostgreSQL: everybody waits.
    AccessExclusive,
    /// MySQL: of the table's metadata, as every reader and writer takes it.
    SharedMetadata,
    /// MySQL: of the table's metadata, exclusively for a moment at the beginning and at the end: whoever comes meanwhile
    /// waits behind it until all transactions that used the table are over.
    Metadata,
    /// SQLite: the one writer that there can be.
    Database,
    /// The text does not tell (a DO block, a procedure).
    Unknown,
}

/// What is done while a lock is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// Catalogs are changed: milliseconds.
    Quick,
    /// Every row is read: to check it, or for an index.
    Scan,
    /// Every row is written anew.
    Rewrite,
}

impl Mode {
    /// As the database's manual writes it.
    pub fn words(self) -> &'static str {
        match self {
            Mode::AccessShare => "ACCESS SHARE",
            Mode::RowShare => "ROW SHARE",
            Mode::RowExclusive => "ROW EXCLUSIVE",
            Mode::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Mode::Share => "SHARE",
            Mode::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Mode::Exclusive => "EXCLUSIVE",
            Mode::AccessExclusive => "ACCESS EXCLUSIVE",
            Mode::SharedMetadata => "shared metadata",
            Mode::Metadata => "exclusive metadata",
            Mode::Database => "the database's write lock",
            Mode::Unknown => "unknown",
        }
    }

    /// Readers wait behind it.
    pub fn stops_readers(self) -> bool {
        matches!(self, Mode::AccessExclusive | Mode::Metadata | Mode::Unknown)
    }

    /// Writers wait behind it.
    pub fn stops_writers(self) -> bool {
        self.stops_readers() || matches!(self, Mode::Share | Mode::ShareRowExclusive | Mode::Exclusive | Mode::Database)
    }
}

impl Work {
    /// The word of JSON.
    pub fn word(self) -> &'static str {
        match self {
            Work::Quick => "quick",
            Work::Scan => "scan",
            Work::Rewrite => "rewrite",
        }
    }
}

/// The locks that a statement takes, each relation once. Empty: none that a reader or a writer could meet.
pub fn locks(sql: &str, dialect: Dialect) -> Vec<Lock> {
    let mut out = Vec::new();
    for statement in split(sql, dialect, false) {
        let reader = Reader::new(sql, &statement.tokens, dialect);
        let found = match dialect {
            Dialect::Postgres | Dialect::Cockroach => postgres::locks(reader),
            Dialect::Mysql => mysql::locks(reader),
            Dialect::Sqlite => sqlite(&reader),
        };
        found.into_iter().for_each(|lock| add(&mut out, lock));
    }
    out
}

/// The strongest of each relation stays.
fn add(locks: &mut Vec<Lock>, lock: Lock) {
    match locks.iter_mut().find(|there| there.relation == lock.relation) {
        Some(there) => {
            there.mode = there.mode.max(lock.mode);
            there.work = there.work.max(lock.work);
        }
        None => locks.push(lock),
    }
}

fn lock(relation: Option<String>, mode: Mode, work: Work) -> Lock {
    Lock { relation, mode, work }
}

/// A name in a statement, as people write it.
fn relation(reader: &mut Reader) -> Option<String> {
    let name = reader.name()?;
    Some(if name.schema.is_empty() { name.name } else { format!("{}.{}", name.schema, name.name) })
}

/// `REFERENCES name`, wherever it stands in what is left.
fn references(reader: &Reader) -> Vec<String> {
    let mut at = reader.clone();
    let mut out = Vec::new();
    while !at.done() {
        if at.eat("REFERENCES") {
            out.extend(relation(&mut at));
        } else {
            at.skip();
        }
    }
    out
}

/// Does the word stand anywhere in what is left?
fn holds(reader: &Reader, keywords: &str) -> bool {
    let mut at = reader.clone();
    while !at.done() {
        if at.are(keywords) {
            return true;
        }
        at.skip();
    }
    false
}

fn sqlite(reader: &Reader) -> Vec<Lock> {
    let reads = ["SELECT", "PRAGMA", "EXPLAIN", "VALUES"].iter().any(|word| reader.is(word));
    let rewrites =
        reader.is("INSERT") || reader.is("UPDATE") || reader.are("ALTER TABLE") && holds(reader, "DROP COLUMN");
    let work = if rewrites { Work::Rewrite } else { Work::Quick };
    if reads { vec![] } else { vec![lock(None, Mode::Database, work)] }
}

#[cfg(test)]
mod tests;
