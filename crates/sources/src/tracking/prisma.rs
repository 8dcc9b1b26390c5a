//! `_prisma_migrations`, as Prisma 2 to 7 keep it.
//!
//! `deploy` writes a row before a migration runs and finishes it afterwards, so several rows of one name are normal: one
//! for each try. A row counts as applied where it is finished and not rolled back, and as failed where it is neither.

use super::state::{Applied, How, Standing, State, Status, Unknown};
use super::write::{Refusal, Target, Unmarked, Writes};
use super::{Local, Location, Moment, Repair, is_unchanged, sql};
use std::collections::HashSet;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Ask;
use unmigrate_kernel::plan::Bookkeeping;

/// The table as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// In the order in which the tries began.
    pub rows: Vec<Row>,
    times: Times,
    /// Prisma 2.0 to 2.12 had a column `script TEXT NOT NULL`.
    has_script: bool,
    absent: bool,
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    id: String,
    name: String,
    checksum: String,
    started: Option<Moment>,
    finished: Option<Moment>,
    rolled_back: Option<Moment>,
    steps: i64,
    logs: Option<String>,
}

/// How SQLite's values are stored: there is no type for times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Times {
    /// Milliseconds since 1970, as the native engine does.
    Millis,
    /// ISO 8601, as the JavaScript drivers do by default.
    Iso,
}

const COLUMNS: [&str; 7] =
    ["id", "checksum", "finished_at", "migration_name", "rolled_back_at", "started_at", "applied_steps_count"];

impl Table {
    /// Reads the table; none where it is not Prisma's.
    pub fn read<E>(
        columns: &[String],
        at: &Location,
        dialect: Dialect,
        ask: &mut Ask<'_, E>,
    ) -> Result<Option<Table>, E> {
        if !COLUMNS.iter().all(|wanted| columns.iter().any(|c| c.eq_ignore_ascii_case(wanted))) {
            return Ok(None);
        }
        let answer = ask(&query(at, dialect))?;
        let mut rows: Vec<Row> = answer
            .iter()
            .map(|row| Row {
                id: row.text("id").into(),
                name: row.text("name").into(),
                checksum: row.text("checksum").into(),
                started: Moment::read(row.get("started")),
                finished: Moment::read(row.get("finished")),
                rolled_back: Moment::read(row.get("rolled_back")),
                steps: row.text("steps").parse().unwrap_or_default(),
                logs: row.get("logs").map(str::to_owned),
            })
            .collect();
        // SQLite sorts numbers before texts, and milliseconds may hide an order that the database knows: stable.
        rows.sort_by_key(|row| row.started);
        let iso = answer.iter().last().is_some_and(|row| row.get("style") == Some("text"));
        let has_script = columns.iter().any(|c| c.eq_ignore_ascii_case("script"));
        Ok(Some(Table { rows, times: if iso { Times::Iso } else { Times::Millis }, has_script, absent: false }))
    }

    /// The table where there is none yet.
    pub fn absent() -> Table {
        Table { rows: vec![], times: Times::Millis, has_script: false, absent: true }
    }

    /// How the database stands to the folder.
    pub fn state(&self, local: &[Local]) -> State {
        let migrations: Vec<Standing> = local.iter().map(|m| self.standing(m)).collect();
        let known: HashSet<&str> = local.iter().map(|m| m.name).collect();
        let mut names: Vec<&str> = Vec::new();
        for row in self.rows.iter().filter(|row| !known.contains(row.name.as_str())) {
            if !names.contains(&row.name.as_str()) {
                names.push(&row.name);
            }
        }
        let unknown: Vec<Unknown> = names.iter().map(|name| self.unknown(name)).collect();
        let order = self.order(local, &names);
        State { migrations, unknown, order, blocked: self.blocked() }
    }

    fn of(&self, name: &str) -> impl DoubleEndedIterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.name == name)
    }

    fn standing(&self, local: &Local) -> Standing {
        let applied: Vec<&Row> = self.of(local.name).filter(|row| row.is_applied()).collect();
        let unfinished = self.of(local.name).rfind(|row| row.is_unfinished());
        let status = match (unfinished, applied.last()) {
            (Some(row), _) => Status::Unfinished(row.logs.clone().filter(|logs| !logs.is_empty())),
            (None, Some(row)) => Status::Applied(if row.steps == 0 { How::Marked } else { How::Run }),
            (None, None) if self.of(local.name).next().is_some() => Status::RolledBack,
            (None, None) => Status::Pending,
        };
        let row = unfinished.or(applied.last().copied());
        Standing {
            name: local.name.into(),
            runs_next: applied.is_empty() && unfinished.is_none(),
            edited: row.is_some_and(|row| !is_unchanged(&row.checksum, local.sql)),
            applied_rows: applied.len(),
            started: row.and_then(|row| row.started),
            finished: row.and_then(|row| row.finished),
            status,
        }
    }

    fn unknown(&self, name: &str) -> Unknown {
        let row = self.of(name).rfind(|row| row.is_applied());
        Unknown {
            what: name.into(),
            applied: row.is_some(),
            started: row.and_then(|row| row.started),
            finished: row.and_then(|row| row.finished),
        }
    }

    /// Each name once, where its last row stands that counts.
    fn order(&self, local: &[Local], unknown: &[&str]) -> Vec<Applied> {
        let mut seen = HashSet::new();
        let mut order: Vec<Applied> = Vec::new();
        for row in self.rows.iter().rev().filter(|row| row.is_applied()) {
            let name = row.name.as_str();
            let place = local.iter().position(|m| m.name == name).map(Applied::Migration);
            let place = place.or_else(|| unknown.iter().position(|u| *u == name).map(Applied::Unknown));
            if seen.insert(name) {
                order.extend(place);
            }
        }
        order.reverse();
        order
    }

    fn blocked(&self) -> Option<String> {
        let failed = self.rows.iter().find(|row| row.is_unfinished())?;
        Some(format!("`{}` was begun and not finished, and `prisma migrate deploy` stops at it (P3009)", failed.name))
    }

    /// Deletes every row of each name. What is left of earlier tries would make `status` of Prisma before 7.9 say that
    /// the migration is applied.
    pub fn unmark(&self, local: &[Local], chosen: &[usize], to: &Target) -> Result<Unmarked, Refusal> {
        let one = |at: &usize| {
            let name = local[*at].name;
            let rows = self.of(name).count() as u64;
            if !self.of(name).any(|row| row.is_applied() || row.is_unfinished()) {
                return Err(Refusal::NotApplied(name.into()));
            }
            let condition = format!("migration_name = {}", to.literal(name));
            Ok(vec![to.delete(&condition, rows, format!("make Prisma forget that `{name}` was applied"))])
        };
        Ok(Unmarked { writes: chosen.iter().map(one).collect::<Result<_, _>>()?, also_run: vec![], together: false })
    }

    /// The rows that `prisma migrate resolve --applied` writes.
    pub fn mark(
        &self,
        local: &[Local],
        chosen: &[usize],
        now: Moment,
        id: &mut dyn FnMut() -> String,
        to: &Target,
    ) -> Writes {
        self.rows_of(local, chosen, now, id, false, to)
    }

    fn rows_of(
        &self,
        local: &[Local],
        chosen: &[usize],
        now: Moment,
        id: &mut dyn FnMut() -> String,
        ran: bool,
        to: &Target,
    ) -> Writes {
        let mut writes: Writes = if self.absent { vec![to.create(create(to))] } else { vec![] };
        // Each a millisecond after the other, and all after what is there: the order of the rows is the order of time.
        let last = self.rows.iter().filter_map(|row| row.started).max();
        let mut at = last.map_or(now, |last| now.max(Moment(last.0 + 1)));
        for place in chosen {
            let local = &local[*place];
            let applied = self.of(local.name).any(Row::is_applied);
            if self.of(local.name).any(Row::is_unfinished) {
                writes.push(self.rolled_back(local.name, at, to));
            }
            if !applied {
                writes.push(self.applied(local, at, id(), ran, to));
                at.0 += 1;
            }
        }
        writes
    }

    /// The rows that `prisma migrate deploy` leaves: one step each, and nothing in the logs.
    pub fn record(
        &self,
        local: &[Local],
        chosen: &[usize],
        now: Moment,
        id: &mut dyn FnMut() -> String,
        to: &Target,
    ) -> Writes {
        self.rows_of(local, chosen, now, id, true, to)
    }

    fn applied(&self, local: &Local, at: Moment, id: String, ran: bool, to: &Target) -> Bookkeeping {
        let (name, time) = (to.literal(local.name), self.time(at, to.dialect));
        let mut values = vec![
            ("id", to.literal(&id)),
            ("checksum", to.literal(&super::checksum(local.sql))),
            ("finished_at", time.clone()),
            ("migration_name", name.clone()),
            ("logs", if ran { "NULL" } else { "''" }.into()),
            ("started_at", time),
            ("applied_steps_count", if ran { "1" } else { "0" }.into()),
        ];
        values.extend(self.has_script.then(|| ("script", "''".into())));
        let there = format!("migration_name = {name} AND finished_at IS NOT NULL AND rolled_back_at IS NULL");
        to.insert(
            &values,
            &there,
            format!(
                "record `{}` as applied, as `prisma migrate {}` does",
                local.name,
                if ran { "deploy" } else { "resolve" }
            ),
        )
    }

    /// What mends it: of several rows that say that a migration is applied, the last stays, which counts. Rows of no
    /// migration go where that is asked for.
    pub fn repair(&self, local: &[Local], forget_orphans: bool, to: &Target) -> Repair {
        let mut repair = Repair::default();
        for m in local {
            let applied: Vec<&Row> = self.of(m.name).filter(|row| row.is_applied()).collect();
            for row in applied.iter().rev().skip(1) {
                let why = format!("keep one of the rows of `{}`", m.name);
                repair.writes.push(to.delete(&format!("id = {}", to.literal(&row.id)), 1, why));
            }
        }
        let mut orphans: Vec<&str> = Vec::new();
        for row in self.rows.iter().filter(|row| !local.iter().any(|m| m.name == row.name)) {
            if !orphans.contains(&row.name.as_str()) {
                orphans.push(&row.name);
            }
        }
        if !forget_orphans {
            repair.orphans = orphans.into_iter().map(str::to_owned).collect();
            return repair;
        }
        for name in orphans {
            let condition = format!("migration_name = {}", to.literal(name));
            let why = format!("forget `{name}`, which is not in the folder");
            repair.writes.push(to.delete(&condition, self.of(name).count() as u64, why));
        }
        repair
    }

    /// What `prisma migrate resolve --rolled-back` writes.
    pub fn mark_rolled_back(&self, names: &[&str], now: Moment, to: &Target) -> Result<Writes, Refusal> {
        let mut writes = Vec::new();
        for name in names {
            if self.of(name).any(Row::is_unfinished) {
                writes.push(self.rolled_back(name, now, to));
            } else if self.of(name).next().is_none() {
                return Err(Refusal::NotApplied((*name).into()));
            } else if self.of(name).any(Row::is_applied) {
                return Err(Refusal::NotFailed((*name).into()));
            }
        }
        Ok(writes)
    }

    fn rolled_back(&self, name: &str, at: Moment, to: &Target) -> Bookkeeping {
        let rows = self.of(name).filter(|row| row.is_unfinished()).count() as u64;
        let open = format!("migration_name = {} AND finished_at IS NULL AND rolled_back_at IS NULL", to.literal(name));
        let sql = format!("UPDATE {} SET rolled_back_at = {} WHERE {open}", to.table(), self.time(at, to.dialect));
        let probe = unmigrate_kernel::plan::Probe { query: sql::exists(&to.table(), &open), done: "0".into() };
        let why = format!("record that the failed try of `{name}` was rolled back, as `prisma migrate resolve` does");
        Bookkeeping { sql, changes: Some(rows), probe, why }
    }

    fn time(&self, at: Moment, dialect: Dialect) -> String {
        match (dialect, self.times) {
            (Dialect::Postgres | Dialect::Cockroach, _) => format!("'{at}'"),
            (Dialect::Mysql, _) => format!("'{}'", at.plain()),
            (Dialect::Sqlite, Times::Millis) => at.0.to_string(),
            (Dialect::Sqlite, Times::Iso) => format!("'{at}'"),
        }
    }
}

impl Row {
    fn is_applied(&self) -> bool {
        self.finished.is_some() && self.rolled_back.is_none()
    }

    fn is_unfinished(&self) -> bool {
        self.finished.is_none() && self.rolled_back.is_none()
    }
}

fn query(at: &Location, dialect: Dialect) -> String {
    let text = |column: &str| sql::text(column, dialect);
    let time = |column: &str| text(&millis(column, dialect));
    let style = if dialect == Dialect::Sqlite { ", typeof(started_at) AS style" } else { "" };
    format!(
        "SELECT {} AS id, {} AS name, {} AS checksum, {} AS started, {} AS finished, {} AS rolled_back, {} AS steps, {} AS logs\
         {style} FROM {} ORDER BY started_at, finished_at",
        text("id"),
        text("migration_name"),
        text("checksum"),
        time("started_at"),
        time("finished_at"),
        time("rolled_back_at"),
        text("applied_steps_count"),
        text("logs"),
        sql::table(at, dialect)
    )
}

/// A time as milliseconds since 1970, whatever the session's time zone.
fn millis(column: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => format!("(extract(epoch FROM {column}) * 1000)::bigint"),
        // Prisma writes UTC into DATETIME, which has no zone.
        Dialect::Mysql => format!("TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {column}) DIV 1000"),
        Dialect::Sqlite => format!(
            "CAST(CASE typeof({column}) WHEN 'text' THEN round((julianday({column}) - 2440587.5) * 86400000) \
             ELSE {column} END AS INTEGER)"
        ),
    }
}

/// The table as the engine makes it.
fn create(to: &Target) -> String {
    let table = to.table();
    match to.dialect {
        Dialect::Postgres | Dialect::Cockroach => format!(
            "CREATE TABLE IF NOT EXISTS {table} (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, \
             finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, \
             started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)"
        ),
        Dialect::Mysql => format!(
            "CREATE TABLE IF NOT EXISTS {table} (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, \
             finished_at DATETIME(3), migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at DATETIME(3), \
             started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count INTEGER UNSIGNED NOT NULL \
             DEFAULT 0) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
        ),
        Dialect::Sqlite => format!(
            "CREATE TABLE IF NOT EXISTS {table} (\"id\" TEXT PRIMARY KEY NOT NULL, \"checksum\" TEXT NOT NULL, \
             \"finished_at\" DATETIME, \"migration_name\" TEXT NOT NULL, \"logs\" TEXT, \"rolled_back_at\" DATETIME, \
             \"started_at\" DATETIME NOT NULL DEFAULT current_timestamp, \
             \"applied_steps_count\" INTEGER UNSIGNED NOT NULL DEFAULT 0)"
        ),
    }
}

#[cfg(test)]
mod tests;
