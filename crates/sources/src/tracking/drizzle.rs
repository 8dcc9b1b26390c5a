//! `__drizzle_migrations`, as drizzle-orm keeps it.
//!
//! The table has had two shapes and the migrator three rules ([`Rule`]), and the newest migrator turns the old shape into
//! the new one at its first run. The hash is recorded and never compared.

mod rule;

pub use rule::Rule;

use super::state::{Applied, How, Standing, State, Status, Unknown};
use super::write::{Refusal, Target, Unmarked, Writes};
use super::{Local, Location, Moment, Repair, is_unchanged, sql};
use rule::Situation;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Ask;
use unmigrate_kernel::plan::Bookkeeping;

/// The table as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its columns.
    pub shape: Shape,
    /// In the order in which they were written.
    pub rows: Vec<Row>,
    absent: bool,
}

/// Which columns the table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `id, hash, created_at`: drizzle-orm 0.x, and 1.0 up to beta.15.
    V0,
    /// And `name, applied_at`: from beta.16 on.
    V1,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    hash: String,
    created_at: Option<i64>,
    name: Option<String>,
    applied_at: Option<Moment>,
}

impl Table {
    /// Reads the table; none where it is not Drizzle's.
    pub fn read<E>(
        columns: &[String],
        at: &Location,
        dialect: Dialect,
        ask: &mut Ask<'_, E>,
    ) -> Result<Option<Table>, E> {
        let has = |name: &str| columns.iter().any(|c| c.eq_ignore_ascii_case(name));
        if !(has("hash") && has("created_at")) {
            return Ok(None);
        }
        let shape = if has("name") { Shape::V1 } else { Shape::V0 };
        let answer = ask(&query(at, dialect, shape == Shape::V1, has("applied_at"), has("id")))?;
        let row = |row: unmigrate_kernel::answer::Row| Row {
            hash: row.text("hash").into(),
            created_at: row.get("created_at").and_then(|n| n.parse().ok()),
            name: row.get("name").map(str::to_owned),
            applied_at: Moment::read(row.get("applied_at")),
        };
        Ok(Some(Table { shape, rows: answer.iter().map(row).collect(), absent: false }))
    }

    /// The table where there is none yet.
    pub fn absent(rule: Rule) -> Table {
        let shape = if rule == Rule::Names { Shape::V1 } else { Shape::V0 };
        Table { shape, rows: vec![], absent: true }
    }

    /// How the database stands to the folder.
    pub fn state(&self, local: &[Local], rule: Rule, dialect: Dialect) -> State {
        let now = Situation { rows: &self.rows, shape: self.shape, rule, dialect };
        let owners = now.owners(local);
        let runs = now.runs_next(local);
        let of =
            |at: usize| owners.iter().zip(&self.rows).filter(move |(owner, _)| **owner == Some(at)).map(|(_, r)| r);
        let standing = |(at, m): (usize, &Local)| {
            let row = of(at).next_back();
            Standing {
                name: m.name.into(),
                status: if row.is_some() { Status::Applied(How::Untold) } else { Status::Pending },
                runs_next: runs[at],
                // Expo, op-sqlite and Durable Objects record no hash.
                edited: row.is_some_and(|row| !row.hash.is_empty() && !is_unchanged(&row.hash, m.sql)),
                applied_rows: of(at).count(),
                started: row.and_then(|row| row.applied_at),
                finished: row.and_then(|row| row.applied_at),
            }
        };
        let migrations = local.iter().enumerate().map(standing).collect();
        let (mut unknown, mut order): (Vec<Unknown>, Vec<Applied>) = (vec![], vec![]);
        for (owner, row) in owners.iter().zip(&self.rows) {
            let applied = match owner {
                Some(at) => Applied::Migration(*at),
                None => {
                    unknown.push(row.unknown());
                    Applied::Unknown(unknown.len() - 1)
                }
            };
            // Of two rows of one migration the later counts.
            order.retain(|earlier| *earlier != applied);
            order.push(applied);
        }
        State { migrations, unknown, order, blocked: now.blocked(&owners) }
    }

    /// Deletes the rows of each migration, after it has been tried what the migrator would then do.
    pub fn unmark(&self, local: &[Local], rule: Rule, chosen: &[usize], to: &Target) -> Result<Unmarked, Refusal> {
        let before = Situation { rows: &self.rows, shape: self.shape, rule, dialect: to.dialect };
        let owners = before.owners(local);
        if let Some(at) = chosen.iter().find(|at| !owners.contains(&Some(**at))) {
            return Err(Refusal::NotApplied(local[*at].name.into()));
        }
        let left = self.without(&owners, chosen);
        let after = Situation { rows: &left, ..before };
        let (ran, runs) = (before.runs_next(local), after.runs_next(local));
        if let Some(at) = chosen.iter().find(|at| !runs[**at]) {
            let above = after.above(local, local[*at].stamp);
            return Err(Refusal::NotLast { name: local[*at].name.into(), above });
        }
        let also = (0..local.len()).filter(|at| runs[*at] && !ran[*at] && !chosen.contains(at));
        let also_run = also.map(|at| local[at].name.to_owned()).collect();
        let writes = chosen
            .iter()
            .map(|at| {
                let rows = owners.iter().zip(&self.rows).filter(|(owner, _)| **owner == Some(*at)).map(|(_, row)| row);
                self.deletions(local[*at].name, rows.collect(), to)
            })
            .collect();
        let halfway = (1..chosen.len()).any(|n| {
            let left = self.without(&owners, &chosen[..n]);
            let runs = Situation { rows: &left, ..before }.runs_next(local);
            chosen[..n].iter().any(|at| !runs[*at])
        });
        Ok(Unmarked { writes, also_run, together: halfway })
    }

    fn without(&self, owners: &[Option<usize>], chosen: &[usize]) -> Vec<Row> {
        let gone = |owner: &Option<usize>| owner.is_some_and(|at| chosen.contains(&at));
        owners.iter().zip(&self.rows).filter(|(owner, _)| !gone(owner)).map(|(_, row)| row.clone()).collect()
    }

    /// One statement for each kind of row that a migration has: nearly always one.
    fn deletions(&self, name: &str, rows: Vec<&Row>, to: &Target) -> Writes {
        let conditions = self.counted(&rows, to);
        let why = format!("make Drizzle forget that `{name}` was applied");
        conditions.into_iter().map(|(condition, count)| to.delete(&condition, count, why.clone())).collect()
    }

    /// The rows that the migrator writes, after it has been tried what it would then do.
    pub fn mark(
        &self,
        local: &[Local],
        rule: Rule,
        chosen: &[usize],
        now: Moment,
        to: &Target,
    ) -> Result<Writes, Refusal> {
        let before = Situation { rows: &self.rows, shape: self.shape, rule, dialect: to.dialect };
        let (owners, ran) = (before.owners(local), before.runs_next(local));
        let mut writes = if self.absent { self.create(to) } else { vec![] };
        let mut rows = self.rows.clone();
        for at in chosen {
            let m = &local[*at];
            if m.stamp.is_none() && rule != Rule::Names {
                return Err(Refusal::NoStamp(m.name.into()));
            }
            match owners.iter().position(|owner| *owner == Some(*at)) {
                // Its row is there; what the migrator goes by may be missing in it.
                Some(row) if ran[*at] && self.shape == Shape::V1 && self.rows[row].name.is_none() => {
                    writes.push(self.name(&self.rows[row], m, to));
                    rows[row].name = Some(m.name.into());
                }
                Some(_) if !ran[*at] => {}
                _ => {
                    writes.push(self.insert(m, now, to));
                    rows.push(Row::of(m, self.shape));
                }
            }
        }
        let runs = Situation { rows: &rows, ..before }.runs_next(local);
        if let Some(at) = chosen.iter().find(|at| runs[**at]) {
            return Err(Refusal::WouldNotCount(local[*at].name.into()));
        }
        let skipped = (0..local.len()).filter(|at| ran[*at] && !runs[*at] && !chosen.contains(at));
        let skipped: Vec<String> = skipped.map(|at| local[at].name.to_owned()).collect();
        match chosen.iter().max_by_key(|at| local[**at].stamp) {
            Some(at) if !skipped.is_empty() => Err(Refusal::WouldSkip { name: local[*at].name.into(), skipped }),
            _ => Ok(writes),
        }
    }

    fn insert(&self, m: &Local, now: Moment, to: &Target) -> Bookkeeping {
        let hash = to.literal(&super::checksum(m.sql));
        let stamp = m.stamp.map_or("NULL".to_owned(), |stamp| stamp.to_string());
        let mut values = vec![("hash", hash), ("created_at", stamp)];
        if self.shape == Shape::V1 {
            values.push(("name", to.literal(m.name)));
        }
        // The servers have a default for it; in SQLite the migrator writes it.
        if self.shape == Shape::V1 && to.dialect == Dialect::Sqlite {
            let iso = now.to_string();
            values.push(("applied_at", format!("'{}Z'", iso.trim_end_matches("+00:00"))));
        }
        let there = Row::of(m, self.shape).condition(self.shape, to);
        to.insert(&values, &there, format!("record `{}` as applied, as Drizzle does", m.name))
    }

    /// Puts the name into a row that an older migrator wrote.
    fn name(&self, row: &Row, m: &Local, to: &Target) -> Bookkeeping {
        let name = to.literal(m.name);
        let sql = format!("UPDATE {} SET name = {name} WHERE {}", to.table(), row.condition(self.shape, to));
        let why = format!("give the row of `{}` its name, without which Drizzle 1.0 runs it again", m.name);
        to.write(sql, 1, &format!("name = {name}"), why)
    }

    /// What mends it: of several rows of a migration one stays; what the migrator goes by is filled in where it is missing
    /// or is another's; rows of no migration go where that is asked for.
    pub fn repair(&self, local: &[Local], rule: Rule, forget_orphans: bool, to: &Target) -> Repair {
        let owners = Situation { rows: &self.rows, shape: self.shape, rule, dialect: to.dialect }.owners(local);
        let mut repair = Repair::default();
        for (at, m) in local.iter().enumerate() {
            let rows: Vec<&Row> =
                owners.iter().zip(&self.rows).filter(|(owner, _)| **owner == Some(at)).map(|(_, row)| row).collect();
            // The one that says what the migrator would write; else the last, which counts.
            let exact = Row::of(m, self.shape);
            let is_exact = |row: &&&Row| row.created_at == exact.created_at && row.name == exact.name;
            let Some(kept) = rows.iter().rfind(is_exact).or(rows.last()).copied() else { continue };
            self.single(&rows, kept, m, to, &mut repair.writes);
            self.complete(kept, m, rule, to, &mut repair.writes);
        }
        let orphans: Vec<&Row> =
            owners.iter().zip(&self.rows).filter(|(owner, _)| owner.is_none()).map(|(_, row)| row).collect();
        if !forget_orphans {
            repair.orphans = orphans.iter().map(|row| row.unknown().what).collect();
            return repair;
        }
        for (condition, count) in self.counted(&orphans, to) {
            let why = "forget a row that belongs to no migration".to_owned();
            repair.writes.push(to.delete(&condition, count, why));
        }
        repair
    }

    /// Conditions, and for how many of the rows each holds.
    fn counted(&self, rows: &[&Row], to: &Target) -> Vec<(String, u64)> {
        let mut out: Vec<(String, u64)> = Vec::new();
        for row in rows {
            let condition = row.condition(self.shape, to);
            match out.iter_mut().find(|(known, _)| *known == condition) {
                Some((_, count)) => *count += 1,
                None => out.push((condition, 1)),
            }
        }
        out
    }

    /// Deletes all of a migration's rows but one.
    fn single(&self, rows: &[&Row], kept: &Row, m: &Local, to: &Target, writes: &mut Writes) {
        let why = format!("keep one of the rows of `{}`", m.name);
        let kept = kept.condition(self.shape, to);
        for (condition, count) in self.counted(rows, to) {
            match condition == kept {
                true if count > 1 => writes.push(to.keep_one(&condition, count, why.clone())),
                true => {}
                false => writes.push(to.delete(&condition, count, why.clone())),
            }
        }
    }

    /// Fills in what the migrator goes by.
    fn complete(&self, row: &Row, m: &Local, rule: Rule, to: &Target, writes: &mut Writes) {
        if self.shape == Shape::V1 && row.name.is_none() {
            writes.push(self.name(row, m, to));
            return;
        }
        let Some(stamp) = m.stamp.filter(|stamp| row.created_at != Some(*stamp)) else { return };
        // By its name the migrator finds it whatever its time is.
        if rule == Rule::Names && (self.shape == Shape::V1 || row.created_at.is_some()) {
            return;
        }
        let table = to.table();
        let condition = row.condition(self.shape, to);
        let sql = format!("UPDATE {table} SET created_at = {stamp} WHERE {condition}");
        let why = format!("give the row of `{}` its time, by which Drizzle knows it", m.name);
        writes.push(to.write(sql, 1, &format!("created_at = {stamp}"), why));
    }

    /// The table as the migrator makes it, and on PostgreSQL its schema.
    fn create(&self, to: &Target) -> Writes {
        let table = to.table();
        let new = self.shape == Shape::V1;
        let columns = match (to.dialect, new) {
            (Dialect::Postgres | Dialect::Cockroach, false) => {
                "id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint"
            }
            (Dialect::Postgres | Dialect::Cockroach, true) => {
                "id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint, name text, \
                 applied_at timestamp with time zone DEFAULT now()"
            }
            (Dialect::Mysql, false) => "id serial primary key, hash text not null, created_at bigint",
            (Dialect::Mysql, true) => {
                "id serial primary key, hash text not null, created_at bigint, name text, \
                 applied_at timestamp default current_timestamp"
            }
            (Dialect::Sqlite, false) => "id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric",
            (Dialect::Sqlite, true) => {
                "id INTEGER PRIMARY KEY, hash text NOT NULL, created_at numeric, name text, applied_at TEXT"
            }
        };
        let schema = to.at.schema.as_ref().filter(|_| to.dialect.is_postgres());
        let schema = schema.map(|s| {
            let probe = unmigrate_kernel::plan::Probe {
                query: format!(
                    "SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = {}) THEN 1 ELSE 0 END",
                    to.literal(s)
                ),
                done: "1".into(),
            };
            let name = unmigrate_kernel::dialect::quote(s, to.dialect);
            let sql = format!("CREATE SCHEMA IF NOT EXISTS {name}");
            Bookkeeping { sql, changes: None, probe, why: format!("make the schema {name}") }
        });
        schema.into_iter().chain([to.create(format!("CREATE TABLE IF NOT EXISTS {table} ({columns})"))]).collect()
    }
}

impl Row {
    /// The row that the migrator writes for a migration.
    fn of(m: &Local, shape: Shape) -> Row {
        let name = (shape == Shape::V1).then(|| m.name.to_owned());
        Row { hash: super::checksum(m.sql), created_at: m.stamp, name, applied_at: None }
    }

    /// What holds for this row and its duplicates alone. Never the id: it is NULL in SQLite.
    fn condition(&self, shape: Shape, to: &Target) -> String {
        if let Some(name) = &self.name {
            return format!("name = {}", to.literal(name));
        }
        let created_at = self.created_at.map_or("created_at IS NULL".to_owned(), |at| format!("created_at = {at}"));
        let unnamed = if shape == Shape::V1 { " AND name IS NULL" } else { "" };
        format!("{created_at} AND hash = {}{unnamed}", to.literal(&self.hash))
    }

    fn unknown(&self) -> Unknown {
        let hash: String = self.hash.chars().take(12).collect();
        let created_at = self.created_at.map_or("NULL".into(), |at| at.to_string());
        let what = self.name.clone().unwrap_or_else(|| format!("created_at {created_at}, hash {hash}…"));
        Unknown { what, applied: true, started: self.applied_at, finished: self.applied_at }
    }
}

fn query(at: &Location, dialect: Dialect, named: bool, timed: bool, numbered: bool) -> String {
    let text = |column: &str| sql::text(column, dialect);
    let applied_at = match dialect {
        Dialect::Postgres | Dialect::Cockroach => "(extract(epoch FROM applied_at) * 1000)::bigint".to_owned(),
        Dialect::Mysql => "FLOOR(UNIX_TIMESTAMP(applied_at) * 1000)".into(),
        Dialect::Sqlite => "CAST(round((julianday(applied_at) - 2440587.5) * 86400000) AS INTEGER)".into(),
    };
    let created_at = if dialect == Dialect::Sqlite { "CAST(created_at AS INTEGER)" } else { "created_at" };
    // SQLite's id is NULL in the old shape, whose type `SERIAL` means nothing there.
    let order = match dialect {
        Dialect::Sqlite => " ORDER BY rowid",
        _ if numbered => " ORDER BY id",
        _ => " ORDER BY created_at",
    };
    let name = if named { format!(", {} AS name", text("name")) } else { String::new() };
    let applied_at = if timed { format!(", {} AS applied_at", text(&applied_at)) } else { String::new() };
    format!(
        "SELECT {} AS hash, {} AS created_at{name}{applied_at} FROM {}{order}",
        text("hash"),
        text(created_at),
        sql::table(at, dialect)
    )
}

#[cfg(test)]
mod tests;
