//! The engines that the cases run on, and what is read from each to compare: its catalogs and its rows.
//!
//! The catalogs are read by the kernel's own reader, which knows nothing of the catalog that it replays.

mod mysql;
mod postgres;
mod servers;
mod sqlite;

use std::collections::BTreeMap;
use std::sync::RwLock;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::{Ask, Rows};
use unmigrate_kernel::rowset::{self, RowSet};
use unmigrate_kernel::snapshot::{self, Options};

pub use servers::{Server, given_up};

/// What went wrong, in words.
pub type Outcome<T> = Result<T, String>;

/// All that can be compared of a database.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// Objects, by kind and name, and what each is like.
    pub objects: BTreeMap<String, String>,
    /// The order of the columns of each table.
    pub order: BTreeMap<String, Vec<String>>,
    /// All rows.
    pub rows: RowSet,
    /// The generators of keys whose next key lies above all keys that there are.
    pub ahead: Vec<String>,
    /// Those whose next key is taken.
    pub behind: Vec<String>,
    /// The next number of every generator.
    pub next: BTreeMap<String, i64>,
}

impl Snapshot {
    /// What the engine's catalogs tell, and all rows.
    fn read(dialect: Dialect, ask: &mut Ask<String>) -> Outcome<Snapshot> {
        let options = Options { roles: &["unmigrate%"], ..Options::default() };
        let read = snapshot::read(dialect, ask, &options)?;
        let generators = snapshot::generators(dialect, ask, &options)?;
        let tables = rowset::tables(dialect, ask)?;
        let rows = rowset::read(dialect, &tables, ask)?;
        Ok(Snapshot {
            objects: read.objects.into_iter().map(|(object, text)| (object.to_string(), text.to_string())).collect(),
            order: read.order.into_iter().map(|(table, columns)| (table, columns.to_vec())).collect(),
            rows,
            ahead: generators.iter().filter(|(_, g)| g.above).map(|(object, _)| object.to_string()).collect(),
            next: generators.iter().filter_map(|(o, g)| Some((o.to_string(), g.next.parse().ok()?))).collect(),
            behind: generators.iter().filter(|(_, g)| !g.above).map(|(object, _)| object.to_string()).collect(),
        })
    }
}

/// An empty database of its own for one run; it goes when this does.
pub trait Database {
    /// Runs a text, statement by statement, to the first that fails; then no transaction is left open.
    fn run(&mut self, sql: &str) -> Outcome<()>;
    /// Reads all that is compared.
    fn snapshot(&mut self) -> Outcome<Snapshot>;
    /// Asks one query.
    fn ask(&mut self, sql: &str) -> Outcome<Rows>;
    /// The one number that a query answers.
    fn number(&mut self, query: &str) -> Outcome<i64>;
    /// A rollback that fails changes nothing at all.
    fn transactional(&self) -> bool;
}

/// Roles belong to the whole server: a test that makes some is alone with it for as long as it holds this.
pub static ROLES: RwLock<()> = RwLock::new(());

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
