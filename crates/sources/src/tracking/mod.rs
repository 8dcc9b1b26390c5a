//! What each tool's own table says of a database, and how it is written: as SQL text and as reading of answers. Nothing
//! here talks to a database; who calls brings an [`Ask`] along and runs the statements.
//!
//! | | Prisma 2 to 7 | drizzle-orm 0.x | drizzle-orm 1.0 |
//! |---|---|---|---|
//! | table | `_prisma_migrations` in the URL's schema | `__drizzle_migrations`, PostgreSQL: in `drizzle` | the same |
//! | a migration is | its name, several rows each | its `created_at` | its `name` |
//! | pending is | no row that is finished and not rolled back | `when` above the highest `created_at` | no row of its name |
//!
//! The order of use: [`read`] the table, compare it with a folder ([`Tracking::state`]), then [`unmark`](Tracking::unmark)
//! what was rolled back or [`mark`](Tracking::mark) what was applied by hand. What is written is what the tool itself would
//! write, and every change is first tried on the tool's own rule: a write after which the tool would run more than was
//! undone, or skip what nobody ran, is refused or said.

pub mod batch;
mod drizzle;
mod lock;
pub mod moment;
mod prisma;
mod repair;
mod sql;
mod state;
mod write;

pub use drizzle::Rule;
pub use lock::{Holder, ToolLock};
pub use moment::Moment;
pub use repair::Repair;
pub use state::{Applied, How, Standing, State, Status, Unknown};
pub use write::{Refusal, Unmarked, Writes};

use crate::{Layout, Source, Tool};
use serde_json::Value;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Ask;

/// Where a tool keeps its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// PostgreSQL's schema, MySQL's database where it is not the connection's own. None: the connection's own, and
    /// always in SQLite.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
}

impl Location {
    /// Prisma's: in the schema that the URL's `?schema=` names, else in `public`.
    pub fn prisma(dialect: Dialect, url_schema: Option<&str>) -> Location {
        let schema = dialect.is_postgres().then(|| url_schema.filter(|s| !s.is_empty()).unwrap_or("public").to_owned());
        Location { schema, table: "_prisma_migrations".into() }
    }

    /// Drizzle's: as the config's `migrations: { table, schema }` says, else `__drizzle_migrations`, on PostgreSQL in the
    /// schema `drizzle`. Whoever calls `migrate()` in code may name others, which no config knows: then it is the user
    /// who says it.
    pub fn drizzle(dialect: Dialect, config: Option<&Value>) -> Location {
        let said = |key| config?.get("migrations")?.get(key)?.as_str().filter(|s| !s.is_empty());
        Location {
            schema: dialect.is_postgres().then(|| said("schema").unwrap_or("drizzle").to_owned()),
            table: said("table").unwrap_or("__drizzle_migrations").to_owned(),
        }
    }
}

/// What is at a [`Location`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Nothing: the tool has never run here.
    Missing,
    /// A table that is not the tool's, and its columns.
    Foreign(Vec<String>),
    /// The tool's table.
    Table(Tracking),
}

/// A tool's table, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracking {
    /// Whose SQL it is written in.
    pub dialect: Dialect,
    /// Where it is.
    pub at: Location,
    table: Table,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Table {
    Prisma(prisma::Table),
    Drizzle(drizzle::Table),
}

/// Reads a tool's table.
///
/// # Errors
/// Those of the database.
pub fn read<E>(tool: Tool, dialect: Dialect, at: &Location, ask: &mut Ask<'_, E>) -> Result<Reading, E> {
    let columns: Vec<String> =
        ask(&sql::columns(at, dialect))?.column("name").into_iter().flatten().map(str::to_owned).collect();
    if columns.is_empty() {
        return Ok(Reading::Missing);
    }
    let table = match tool {
        Tool::Prisma => prisma::Table::read(&columns, at, dialect, ask)?.map(Table::Prisma),
        Tool::Drizzle => drizzle::Table::read(&columns, at, dialect, ask)?.map(Table::Drizzle),
    };
    Ok(match table {
        Some(table) => Reading::Table(Tracking { dialect, at: at.clone(), table }),
        None => Reading::Foreign(columns),
    })
}

impl Tracking {
    /// A table that is not there yet, as the tool would make it: [`mark`](Self::mark) then makes it first. `orm` is the
    /// version of drizzle-orm in the project, where it is known.
    pub fn absent(source: &Source, at: &Location, orm: Option<&str>) -> Tracking {
        let dialect = source.history.dialect;
        let table = match source.tool {
            Tool::Prisma => Table::Prisma(prisma::Table::absent()),
            Tool::Drizzle => Table::Drizzle(drizzle::Table::absent(Rule::of(orm, None, source.layout))),
        };
        Tracking { dialect, at: at.clone(), table }
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        match &self.table {
            Table::Prisma(table) => table.rows.len(),
            Table::Drizzle(table) => table.rows.len(),
        }
    }

    /// Each row as one text: what of it a plan counts on, to be hashed.
    pub fn row_texts(&self) -> Vec<String> {
        match &self.table {
            Table::Prisma(table) => table.rows.iter().map(|row| format!("{row:?}")).collect(),
            Table::Drizzle(table) => table.rows.iter().map(|row| format!("{row:?}")).collect(),
        }
    }

    /// How the database stands to a folder of migrations. `orm` is the version of drizzle-orm in the project, where it is
    /// known: the versions differ in what they take for pending.
    pub fn state(&self, source: &Source, orm: Option<&str>) -> State {
        match &self.table {
            Table::Prisma(table) => table.state(&locals(source)),
            Table::Drizzle(table) => table.state(&locals(source), self.rule(orm, source.layout), self.dialect),
        }
    }

    /// What drizzle-orm goes by here. For Prisma, which has one rule, [`Rule::Names`].
    pub fn rule(&self, orm: Option<&str>, layout: Layout) -> Rule {
        match &self.table {
            Table::Prisma(_) => Rule::Names,
            Table::Drizzle(table) => Rule::of(orm, Some(table.shape), layout),
        }
    }

    /// What makes the tool forget that migrations were applied, after they were undone: newest first, as they are undone.
    ///
    /// Prisma: every row of the name is deleted, the one way that `status`, `deploy` and `dev` of all versions and a later
    /// `resolve` agree with. Drizzle: the rows are deleted by `created_at` and hash, or by name.
    ///
    /// # Errors
    /// [`Refusal`]: the tool has no row of it, or would never run it again.
    pub fn unmark(&self, source: &Source, orm: Option<&str>, names: &[&str]) -> Result<Unmarked, Refusal> {
        let local = locals(source);
        let chosen = write::choose(names, &local)?;
        match &self.table {
            Table::Prisma(table) => table.unmark(&local, &chosen, &self.target()),
            Table::Drizzle(table) => table.unmark(&local, self.rule(orm, source.layout), &chosen, &self.target()),
        }
    }

    /// What makes the tool take migrations for applied: the very rows that it would write. Those that it takes for
    /// applied already are passed over. `now` is the database's time ([`clock`]), `id` gives a new UUID at each call.
    ///
    /// # Errors
    /// [`Refusal`]: there is no such migration, or the tool would then skip another for ever.
    pub fn mark(
        &self,
        source: &Source,
        orm: Option<&str>,
        names: &[&str],
        now: Moment,
        id: &mut dyn FnMut() -> String,
    ) -> Result<Writes, Refusal> {
        let local = locals(source);
        let chosen = write::choose(names, &local)?;
        match &self.table {
            Table::Prisma(table) => Ok(table.mark(&local, &chosen, now, id, &self.target())),
            Table::Drizzle(table) => table.mark(&local, self.rule(orm, source.layout), &chosen, now, &self.target()),
        }
    }

    /// What records migrations that ran, as the tool's own deploy does: for Prisma with a step that was applied, else as
    /// [`mark`](Self::mark). The statements of each migration, in the order of `names`; what makes the table comes with the
    /// first.
    ///
    /// # Errors
    /// As [`mark`](Self::mark).
    pub fn record(
        &self,
        source: &Source,
        orm: Option<&str>,
        names: &[&str],
        now: Moment,
        id: &mut dyn FnMut() -> String,
    ) -> Result<Vec<Writes>, Refusal> {
        let local = locals(source);
        let chosen = write::choose(names, &local)?;
        let writes = match &self.table {
            Table::Prisma(table) => table.record(&local, &chosen, now, id, &self.target()),
            Table::Drizzle(table) => table.mark(&local, self.rule(orm, source.layout), &chosen, now, &self.target())?,
        };
        // What makes the table changes no rows and comes first; each migration then has one row.
        let made = writes.iter().take_while(|write| write.changes.is_none()).count();
        let mut out: Vec<Writes> = writes[made..].iter().map(|write| vec![write.clone()]).collect();
        if let Some(first) = out.first_mut() {
            first.splice(0..0, writes[..made].iter().cloned());
        }
        Ok(out)
    }

    /// What marks failed migrations as rolled back, as `prisma migrate resolve --rolled-back` does. Those that are marked
    /// so already are passed over.
    ///
    /// # Errors
    /// [`Refusal`]: it never failed, or the tool knows no such mark (Drizzle).
    pub fn mark_rolled_back(&self, names: &[&str], now: Moment) -> Result<Writes, Refusal> {
        match &self.table {
            Table::Prisma(table) => table.mark_rolled_back(names, now, &self.target()),
            Table::Drizzle(_) => Err(Refusal::NoSuchMark),
        }
    }

    /// The names of the migrations of the last deploy, oldest first; see [`batch`].
    ///
    /// # Errors
    /// [`batch::NoBatch`]: nothing was applied by the tool, or its table does not tell when.
    pub fn batch(&self, state: &State) -> Result<Vec<Applied>, batch::NoBatch> {
        batch::last(state, matches!(&self.table, Table::Drizzle(table) if table.shape == drizzle::Shape::V0))
    }

    fn target(&self) -> write::Target<'_> {
        write::Target { dialect: self.dialect, at: &self.at }
    }
}

/// A query for the database's own time, in milliseconds since 1970.
pub fn clock(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint::text",
        Dialect::Mysql => "SELECT CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000 AS CHAR)",
        Dialect::Sqlite => "SELECT CAST(CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) AS TEXT)",
    }
}

/// A migration of the folder, with what the tools' tables hold of it.
#[derive(Debug, Clone, Copy)]
struct Local<'a> {
    name: &'a str,
    sql: &'a str,
    stamp: Option<i64>,
}

fn locals(source: &Source) -> Vec<Local<'_>> {
    let both = source.history.migrations.iter().zip(&source.places);
    both.map(|(m, place)| Local { name: &m.name, sql: &m.sql, stamp: place.stamp }).collect()
}

/// Lower-case hex of a text's SHA-256: Prisma's checksum, Drizzle's hash.
pub fn checksum(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Is a checksum that a tool once wrote still that of the file? Other line ends are no edit: a checkout makes them. Very
/// old rows of Prisma have hex without leading zeros.
fn is_unchanged(recorded: &str, text: &str) -> bool {
    let lf = text.replace("\r\n", "\n");
    let is = |text: &str| {
        let sum = checksum(text);
        sum == recorded || (recorded.len() != 64 && unpadded(&sum) == recorded)
    };
    is(text) || is(&lf) || is(&lf.replace('\n', "\r\n"))
}

fn unpadded(hex: &str) -> String {
    let pairs = hex.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned());
    pairs.map(|pair| pair.strip_prefix('0').map_or(pair.clone(), str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn where_the_tables_are() {
        let at =
            |schema: Option<&str>, table: &str| Location { schema: schema.map(str::to_owned), table: table.into() };
        assert_eq!(Location::prisma(Dialect::Postgres, None), at(Some("public"), "_prisma_migrations"));
        assert_eq!(Location::prisma(Dialect::Postgres, Some("t7")), at(Some("t7"), "_prisma_migrations"));
        assert_eq!(Location::prisma(Dialect::Mysql, Some("t7")), at(None, "_prisma_migrations"));
        assert_eq!(Location::drizzle(Dialect::Postgres, None), at(Some("drizzle"), "__drizzle_migrations"));
        let config = json!({ "migrations": { "table": "m", "schema": "public" } });
        assert_eq!(Location::drizzle(Dialect::Postgres, Some(&config)), at(Some("public"), "m"));
        assert_eq!(Location::drizzle(Dialect::Sqlite, Some(&config)), at(None, "m"));
    }

    #[test]
    fn checksums_with_other_line_ends_and_without_zeros() {
        let (lf, crlf) = ("a;\nb;\n", "a;\r\nb;\r\n");
        for (written, read) in [(lf, lf), (lf, crlf), (crlf, lf), (crlf, crlf)] {
            assert!(is_unchanged(&checksum(written), read));
        }
        assert!(!is_unchanged(&checksum(lf), "a;\n"));
        assert_eq!(checksum(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let text = (0..).map(|n| n.to_string()).find(|t| unpadded(&checksum(t)).len() < 64).unwrap_or_default();
        assert!(is_unchanged(&unpadded(&checksum(&text)), &text));
        assert!(!is_unchanged("", &text));
    }

    #[test]
    fn texts_in_sql() {
        assert_eq!(sql::literal("it's", Dialect::Postgres), "'it''s'");
        assert_eq!(sql::literal("a\\'", Dialect::Mysql), "CONVERT(X'615c27' USING utf8mb4)");
        let at = Location { schema: Some("a\"b".into()), table: "t".into() };
        assert_eq!(sql::table(&at, Dialect::Postgres), "\"a\"\"b\".\"t\"");
    }
}
