//! The engines that the cases run on, and what is read from each to compare: its catalogs and its rows.
//!
//! What is read here is asked of the engine's own catalogs, and has nothing from the kernel but the splitting of a text
//! into statements.

mod mysql;
mod postgres;
mod servers;
mod sqlite;

use std::collections::BTreeMap;
use unmigrate_kernel::Dialect;

pub use servers::{Server, given_up};

/// What went wrong, in words.
pub type Outcome<T> = Result<T, String>;

/// A row: columns by name, NULL is none.
pub type Row = BTreeMap<String, Option<String>>;

/// All that can be compared of a database.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// Objects, by kind and name, and what each is like.
    pub objects: BTreeMap<String, String>,
    /// The order of the columns of each table, where an engine can't restore it.
    pub order: BTreeMap<String, String>,
    /// The rows of each table, sorted.
    pub rows: BTreeMap<String, Vec<Row>>,
    /// The generators of keys whose next key lies above all keys that there are.
    pub ahead: Vec<String>,
}

/// An empty database of its own for one run; it goes when this does.
pub trait Database {
    /// Runs a text, statement by statement, to the first that fails; then no transaction is left open.
    fn run(&mut self, sql: &str) -> Outcome<()>;
    /// Reads all that is compared.
    fn snapshot(&mut self) -> Outcome<Snapshot>;
    /// The one number that a query answers.
    fn number(&mut self, query: &str) -> Outcome<i64>;
    /// A rollback that fails changes nothing at all.
    fn transactional(&self) -> bool;
}

/// A new database for a dialect.
pub fn open(dialect: Dialect) -> Outcome<Box<dyn Database>> {
    Ok(match dialect {
        Dialect::Postgres | Dialect::Cockroach => Box::new(postgres::lend()?),
        Dialect::Mysql => Box::new(mysql::Mysql::open()?),
        Dialect::Sqlite => Box::new(sqlite::Sqlite::open()?),
    })
}

/// Puts away what was kept between cases.
pub fn close() {
    postgres::close();
}

/// A name that no other database of this server has.
fn unique_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("unmigrate_case_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
