//! The steps that copy what a rollback takes away.
//!
//! Where the copy lies in the same database as the rollback's transaction (PostgreSQL), it is part of it: a lock that
//! lets others read stops writers while it is made. Elsewhere (MySQL, SQLite's second file) it is made first and then
//! compared row by row with what is about to go, and where a row is not in it the rollback is not begun.

use super::copied::Copied;
use super::home::Home;
use super::list::{Kind, columns_of_catalog, make_catalog};
use super::live::{Column, Live};
use super::sql::{literal, now};
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::dialect::quote;
use unmigrate_kernel::discard::Discarded;
use unmigrate_kernel::plan::{Expect, Probe, Step, locks};

/// What is copied, as steps of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// Before anything else, in a transaction of their own or outside of any; empty where the copy is part of the rollback's.
    pub first: Vec<Step>,
    /// At the beginning of the rollback's own transaction.
    pub before: Vec<Step>,
    /// At its end.
    pub after: Vec<Step>,
    /// Rows that are copied, together.
    pub rows: u64,
    /// How much their tables take on the disk, together, where the engine tells: no copy takes more.
    pub bytes: Option<u64>,
    /// What is kept: `users.bio`, `orders`.
    pub objects: Vec<String>,
    /// What can't be put back by key, and why.
    pub keyless: Vec<String>,
    /// Each copy.
    pub copies: Vec<Copied>,
}

/// One copy.
struct Copy<'a> {
    dialect: Dialect,
    home: &'a Home,
    /// The table that is made.
    to: String,
    id: String,
    live: Live,
    columns: Vec<Column>,
    filter: Option<String>,
    kind: Kind,
    migration: &'a str,
}

/// Writes the steps that keep what is taken away. `stamp` is part of the copies' names, so that no two runs have the same:
/// digits and letters. `transaction` is the number of the rollback's transaction in its phase; none outside of any.
///
/// # Errors
/// Those of the database, which is asked for keys, columns and sizes.
pub fn keep(
    db: &mut dyn Database,
    home: &Home,
    discarded: &[Discarded],
    migration: &str,
    stamp: &str,
    transaction: Option<usize>,
) -> Result<Kept, Failure> {
    let dialect = db.dialect();
    let mut out = Kept::default();
    for (number, lost) in discarded.iter().enumerate() {
        let (name, kind) = match lost {
            Discarded::Table(name) => (name, Kind::Table),
            Discarded::Columns { table, .. } => (table, Kind::Columns),
            Discarded::Rows { table, .. } => (table, Kind::Rows),
            Discarded::Values { table, .. } => (table, Kind::Values),
        };
        let Some(live) = Live::find(db, name)? else { continue };
        // Nothing is there to be kept.
        if live.rows == 0 {
            continue;
        }
        let (columns, filter) = chosen(lost, &live);
        let id = format!("kept_{stamp}_{}", number + 1);
        let copy = Copy { dialect, home, to: home.table(&id, dialect), id, live, columns, filter, kind, migration };
        let object = match lost {
            Discarded::Columns { columns, .. } => {
                columns.iter().map(|c| format!("{name}.{c}")).collect::<Vec<_>>().join(", ")
            }
            Discarded::Values { column, .. } => format!("{name}.{column}"),
            _ => name.to_string(),
        };
        if copy.live.keys.is_empty() {
            out.keyless.push(format!("{object}: `{name}` has no primary key"));
        }
        out.copies.push(copy.told(lost));
        copy.push(&mut out, lost, transaction);
        out.rows += copy.live.rows;
        out.bytes = out.bytes.into_iter().chain(copy.live.bytes).reduce(|a, b| a + b);
        out.objects.push(object);
    }
    if !out.objects.is_empty() {
        let place = if is_apart(home, dialect) { &mut out.first } else { &mut out.before };
        let at = if is_apart(home, dialect) { apart(dialect) } else { transaction };
        let made =
            make_catalog(home, dialect).into_iter().map(|sql| step(sql, dialect, at, "make a place for what is kept"));
        place.splice(0..0, made);
    }
    Ok(out)
}

/// The copy can't be part of the rollback's transaction.
fn is_apart(home: &Home, dialect: Dialect) -> bool {
    dialect == Dialect::Mysql || (dialect == Dialect::Sqlite && *home != Home::Inside)
}

/// The transaction of steps that stand apart: none has DDL in it on MySQL.
fn apart(dialect: Dialect) -> Option<usize> {
    (dialect != Dialect::Mysql).then_some(0)
}

/// The columns that are copied beside the key, and which rows.
fn chosen(lost: &Discarded, live: &Live) -> (Vec<Column>, Option<String>) {
    let these = |names: &[String]| {
        let wanted = |c: &&Column| live.keys.is_empty() || names.contains(&c.name) || live.keys.contains(&c.name);
        live.columns.iter().filter(wanted).cloned().collect()
    };
    match lost {
        Discarded::Table(_) => (live.columns.clone(), None),
        Discarded::Rows { filter, .. } => (live.columns.clone(), filter.clone()),
        Discarded::Columns { columns, filter, .. } => (these(columns), filter.clone()),
        Discarded::Values { column, .. } => (these(std::slice::from_ref(column)), None),
    }
}

fn step(sql: String, dialect: Dialect, transaction: Option<usize>, why: impl Into<String>) -> Step {
    let locks = locks(&sql, dialect);
    Step { sql, transaction, expect: Expect::Taken, locks, why: why.into(), file: None, line: 0, probe: None }
}

impl Copy<'_> {
    fn told(&self, lost: &Discarded) -> Copied {
        let cast = |c: &Column| (c.name.clone(), c.data_type.clone());
        Copied {
            id: self.id.clone(),
            lost: lost.clone(),
            table: self.live.table.clone(),
            copy: self.to.clone(),
            catalog: self.home.table("archive", self.dialect),
            columns: self.columns.iter().map(cast).collect(),
            keys: self.live.keys.clone(),
        }
    }

    fn push(&self, out: &mut Kept, lost: &Discarded, transaction: Option<usize>) {
        let table = &self.live.table;
        if is_apart(self.home, self.dialect) {
            let at = apart(self.dialect);
            out.first.push(Step {
                probe: self.is_made(),
                ..step(self.copying(), self.dialect, at, format!("keep what goes of {table}"))
            });
            out.first.push(step(self.noting(), self.dialect, at, "note what is kept"));
            let same = Step {
                expect: Expect::NoRows,
                ..step(self.missing(), self.dialect, transaction, "see that all of it is kept")
            };
            out.before.push(same);
        } else {
            if self.dialect.is_postgres() {
                let lock = format!("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE");
                out.before.push(step(lock, self.dialect, transaction, "let nobody write while it is copied"));
            }
            out.before.push(step(self.copying(), self.dialect, transaction, format!("keep what goes of {table}")));
            out.before.push(step(self.noting(), self.dialect, transaction, "note what is kept"));
        }
        if let Discarded::Values { column, table_after, column_after, .. } = lost
            && !self.live.keys.is_empty()
        {
            let after = match table_after.schema.as_str() {
                "" => quote(&table_after.name, self.dialect),
                schema => format!("{}.{}", quote(schema, self.dialect), quote(&table_after.name, self.dialect)),
            };
            let why = "keep only what the new type changed";
            out.after.extend(
                self.narrowed(column, &after, column_after)
                    .into_iter()
                    .map(|sql| step(sql, self.dialect, transaction, why)),
            );
        }
    }

    fn q(&self, name: &str) -> String {
        quote(name, self.dialect)
    }

    fn filtered(&self) -> String {
        self.filter.as_ref().map_or_else(String::new, |filter| format!(" WHERE {filter}"))
    }

    fn copying(&self) -> String {
        let column = |c: &Column| match c.own_type {
            true => format!("{0}::text AS {0}", self.q(&c.name)),
            false => self.q(&c.name),
        };
        let columns: Vec<String> = self.columns.iter().map(column).collect();
        format!("CREATE TABLE {} AS SELECT {} FROM {}{}", self.to, columns.join(", "), self.live.table, self.filtered())
    }

    fn is_made(&self) -> Option<Probe> {
        let Home::Sibling(database) = self.home else { return None };
        let (schema, name) = (literal(database, self.dialect), literal(&self.id, self.dialect));
        let query = format!(
            "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {name}"
        );
        Some(Probe { query, done: "1".into() })
    }

    /// The line in the catalog, with what was really copied.
    fn noting(&self) -> String {
        let text = |text: &str| literal(text, self.dialect);
        let list = |names: Vec<&String>| text(&serde_json::to_string(&names).unwrap_or_default());
        let bytes = match (self.dialect, self.live.bytes) {
            (Dialect::Postgres, _) => format!("pg_total_relation_size({}::regclass)", text(&self.to)),
            (Dialect::Mysql, Some(bytes)) => bytes.to_string(),
            _ => "NULL".into(),
        };
        let copied = self.columns.iter().map(|c| &c.name).filter(|c| !self.live.keys.contains(c)).collect();
        let values = [
            text(&self.id),
            text(self.migration),
            text(self.kind.word()),
            text(&self.live.table),
            list(copied),
            list(self.live.keys.iter().collect()),
            format!("(SELECT count(*) FROM {})", self.to),
            bytes,
            now(self.dialect).to_owned(),
        ];
        let columns = columns_of_catalog(self.dialect);
        format!("INSERT INTO {} ({columns}) SELECT {}", self.home.table("archive", self.dialect), values.join(", "))
    }

    /// Rows of the table that are not in the copy as they are: one is enough.
    fn missing(&self) -> String {
        let keys = &self.live.keys;
        let (table, to) = (&self.live.table, &self.to);
        if keys.is_empty() {
            // Nothing tells which row is which: as many as there are.
            return format!(
                "SELECT 1 FROM (SELECT (SELECT count(*) FROM {table}{}) AS a, (SELECT count(*) FROM {to}) AS b) AS c \
                 WHERE a <> b",
                self.filtered()
            );
        }
        let same: Vec<String> = self
            .columns
            .iter()
            .map(|c| self.same(&format!("k.{}", self.q(&c.name)), &format!("t.{}", self.q(&c.name))))
            .collect();
        format!(
            "SELECT 1 FROM (SELECT * FROM {table}{}) AS t WHERE NOT EXISTS (SELECT 1 FROM {to} AS k WHERE {}) LIMIT 1",
            self.filtered(),
            same.join(" AND ")
        )
    }

    fn same(&self, a: &str, b: &str) -> String {
        null_safe(self.dialect, a, b)
    }

    /// Takes out of the copy what the new type holds as it was, and remembers what became of the rest.
    fn narrowed(&self, column: &str, after: &str, column_after: &str) -> Vec<String> {
        let (to, column, column_after) = (&self.to, self.q(column), self.q(column_after));
        let text = |value: &str| match self.dialect {
            Dialect::Mysql => format!("CAST({value} AS CHAR)"),
            _ => format!("CAST({value} AS TEXT)"),
        };
        let keys: Vec<String> = self.live.keys.iter().map(|k| format!("t.{0} = {to}.{0}", self.q(k))).collect();
        let value =
            format!("(SELECT {} FROM {after} AS t WHERE {})", text(&format!("t.{column_after}")), keys.join(" AND "));
        let kind = if self.dialect == Dialect::Mysql { "LONGTEXT" } else { "TEXT" };
        vec![
            format!("ALTER TABLE {to} ADD COLUMN _became {kind}"),
            format!("UPDATE {to} SET _became = {value}"),
            format!("DELETE FROM {to} WHERE {}", self.same(&text(&column), "_became")),
        ]
    }
}

/// Equal, NULL to NULL too.
pub(super) fn null_safe(dialect: Dialect, a: &str, b: &str) -> String {
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => format!("{a} IS NOT DISTINCT FROM {b}"),
        Dialect::Mysql => format!("{a} <=> {b}"),
        Dialect::Sqlite => format!("{a} IS {b}"),
    }
}
