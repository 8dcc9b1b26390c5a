//! Steps outside of a transaction: MySQL's, which commits DDL by itself, and PostgreSQL's `CONCURRENTLY`.
//!
//! Before each, the journal gets a line with a hash of what the catalogs hold; after it, the line says that it is done.
//! Where a line says only that it was begun, the next run knows whether it happened: by the step's own probe, by the
//! hash that is or is not the same, and where rows change, because statement and line are one transaction.

use super::outcome::Stop;
use super::patience::Pauses;
use super::session::wait_at_most;
use super::{Run, Walk, statement};
use crate::journal::{self, Line};
use crate::ranges::Ranges;
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::{Expect, Phase, Step, batched};

impl Walk<'_, '_, '_> {
    pub(super) fn apart(&mut self, phase: &Phase, step: &Step, place: (usize, usize)) -> Result<(), Stop> {
        let dialect = self.db.dialect();
        if statement::is_pragma_of_keys(&step.sql, dialect) {
            return Ok(());
        }
        let settled = self.order.resume.and_then(|r| r.steps.get(&place)).copied();
        // What is set lives in the session: the next one needs it again.
        if settled == Some(true) && !statement::is_setting(&step.sql, dialect) {
            self.ran += 1;
            return Ok(());
        }
        if let Some(batched) = batched(&step.sql, dialect).filter(|_| step.expect == Expect::Taken)
            && let Some(ranges) =
                Ranges::find(self.db, &batched.table, &batched.relation).map_err(|f| Stop::failed(f).at(place))?
        {
            return self.batches(&batched, &ranges, step, place);
        }
        let mut pauses = Pauses::new();
        loop {
            let run = Run { phase: place.0, first: place.1, transaction: None, steps: std::slice::from_ref(step) };
            let tried = match dialect {
                Dialect::Mysql if statement::is_rows(&step.sql, dialect) => self.rows(step, place),
                _ => self.noted(step, place),
            };
            let Err(stop) = tried else {
                self.ran += 1;
                return Ok(());
            };
            let stop = self.named(stop.at(place), &run);
            let Some(pause) = pauses.next(self.order.patience.total).filter(|_| stop.is_locked()) else {
                return Err(stop);
            };
            let _ = phase;
            self.waits(Some(step), &stop, pause);
        }
    }

    /// Rows of MySQL: the statement and the line of the journal in one transaction.
    fn rows(&mut self, step: &Step, place: (usize, usize)) -> Result<(), Stop> {
        let limit = self.order.patience.of(step, None);
        wait_at_most(self.db, limit, false).map_err(Stop::failed)?;
        self.db.execute("START TRANSACTION").map_err(Stop::failed)?;
        let ran = self.take(step).and_then(|()| match &self.journal {
            Some(journal) => journal.done(self.db, place).map_err(Stop::failed),
            None => Ok(()),
        });
        match ran {
            // A COMMIT that was not answered: the journal's line tells, since it went with it.
            Ok(()) => self.db.execute("COMMIT").map(drop).map_err(|f| Stop::failed(f).begun()),
            Err(stop) => {
                let _ = self.db.execute("ROLLBACK");
                Err(stop)
            }
        }
    }

    /// A line before and a line after.
    fn noted(&mut self, step: &Step, place: (usize, usize)) -> Result<(), Stop> {
        let Some(journal) = self.journal.take() else { return self.take(step) };
        let result = self.with_lines(&journal, step, place);
        self.journal = Some(journal);
        result
    }

    fn with_lines(&mut self, journal: &journal::Journal, step: &Step, place: (usize, usize)) -> Result<(), Stop> {
        let limit = self.order.patience.of(step, None);
        let names = statement::names(&step.sql, self.db.dialect());
        let print = journal::print(self.db, &names).map_err(Stop::failed)?;
        let held = match &step.probe {
            Some(probe) => probe.holds(&self.db.query(&probe.query).map_err(Stop::failed)?),
            None => false,
        };
        let before = Line { print, held, invalid: invalid(self.db)? };
        wait_at_most(self.db, limit, false).map_err(Stop::failed)?;
        journal.begun(self.db, place, &before).map_err(Stop::failed)?;
        match self.take(step) {
            Ok(()) => journal.done(self.db, place).map_err(|f| Stop::failed(f).begun()),
            Err(stop) if stop.is_lost() => Err(stop.begun()),
            Err(stop) => {
                // What CONCURRENTLY left half made would be in the way of the next try.
                let swept = sweep(self.db, &before.invalid, &step.sql);
                let same = swept.is_ok() && journal::print(self.db, &names).is_ok_and(|now| now == before.print);
                if same && journal.not_begun(self.db, place).is_ok() { Err(stop) } else { Err(stop.begun()) }
            }
        }
    }
}

/// PostgreSQL's indexes that are not valid, by their names with schema, quoted.
pub(super) fn invalid(db: &mut dyn Database) -> Result<Vec<String>, Stop> {
    if db.dialect() != Dialect::Postgres {
        return Ok(Vec::new());
    }
    let answer = db.query(
        "SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_catalog.pg_index i \
         JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE NOT i.indisvalid ORDER BY 1",
    );
    Ok(answer.map_err(Stop::failed)?.column("name").into_iter().flatten().map(str::to_owned).collect())
}

/// Drops invalid indexes that were not there before a CREATE INDEX CONCURRENTLY or a REINDEX was tried. What a DROP left
/// invalid is left: the next try drops it.
pub(super) fn sweep(db: &mut dyn Database, before: &[String], sql: &str) -> Result<(), Failure> {
    let dropping = sql.trim_start().get(..4).is_some_and(|word| word.eq_ignore_ascii_case("DROP"));
    if dropping || !statement::is_concurrent(sql, db.dialect()) {
        return Ok(());
    }
    let now = invalid(db).map_err(|_| Failure::new(FailureKind::Refused, "the indexes can't be read"))?;
    for index in now.iter().filter(|name| !before.contains(name)) {
        db.execute(&format!("DROP INDEX CONCURRENTLY IF EXISTS {index}"))?;
    }
    Ok(())
}
