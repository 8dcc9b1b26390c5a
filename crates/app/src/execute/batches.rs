//! An UPDATE that is marked for it, for some thousand rows at a time: each a transaction of its own, so that whoever writes a row
//! waits for one of them and not for all.
//!
//! Which rows are still to be done the statement's own WHERE says. So one that is cut off begins anew, and the journal knows
//! of it only that it was begun and that it is done. It goes up to the last key of its beginning: rows that come later are
//! written by triggers, or there are none that they would miss.

use super::outcome::Stop;
use super::patience::Pauses;
use super::session::wait_at_most;
use super::{Run, Walk};
use crate::journal::Line;
use crate::ranges::Ranges;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::plan::{Batched, Step};

/// Rows that a batch looks at.
const SIZE: u64 = 2000;

impl Walk<'_, '_, '_> {
    /// Does all of them, with a line before the first and one after the last.
    pub(super) fn batches(
        &mut self,
        batched: &Batched,
        ranges: &Ranges,
        step: &Step,
        place: (usize, usize),
    ) -> Result<(), Stop> {
        if let Some(journal) = &self.journal {
            journal.begun(self.db, place, &Line::default()).map_err(|f| Stop::failed(f).at(place))?;
        }
        let mut done = 0;
        let ran = self.each(batched, ranges, step, place, &mut done);
        let noted = ran.and_then(|()| match &self.journal {
            Some(journal) => journal.done(self.db, place).map_err(|f| Stop::failed(f).at(place)),
            None => Ok(()),
        });
        let Err(stop) = noted else {
            self.ran += 1;
            return Ok(());
        };
        let nothing = done == 0 && !stop.is_lost();
        let as_before =
            nothing && self.journal.as_ref().is_none_or(|journal| journal.not_begun(self.db, place).is_ok());
        Err(if as_before { stop } else { stop.begun() })
    }

    /// One range after the other. `done` counts the batches that are committed, or may be.
    fn each(
        &mut self,
        batched: &Batched,
        ranges: &Ranges,
        step: &Step,
        place: (usize, usize),
        done: &mut usize,
    ) -> Result<(), Stop> {
        let failed = |f: Failure| Stop::failed(f).at(place);
        wait_at_most(self.db, Some(self.order.patience.of_batch()), false).map_err(failed)?;
        let opening = opening(self.db, batched).map_err(failed)?;
        let mut way = Way::of(self.db, ranges).map_err(failed)?;
        let mut rows = 0;
        while let Some(range) = way.next(self.db, ranges).map_err(failed)? {
            let sql = batched.within(&range);
            rows += self.one(&opening, &sql, step, place, done)?;
            self.watch.batch(step, rows);
        }
        Ok(())
    }

    /// One batch, as often as it takes to get its rows.
    fn one(
        &mut self,
        opening: &[&str],
        sql: &str,
        step: &Step,
        place: (usize, usize),
        done: &mut usize,
    ) -> Result<u64, Stop> {
        let mut pauses = Pauses::new();
        loop {
            let failure = match transaction(self.db, opening, sql, done) {
                Ok(rows) => return Ok(rows),
                Err(failure) => failure,
            };
            let run = Run { phase: place.0, first: place.1, transaction: None, steps: std::slice::from_ref(step) };
            let stop = self.named(Stop::failed(failure).at(place), &run);
            let Some(pause) = pauses.next(self.order.patience.total).filter(|_| stop.is_locked()) else {
                return Err(stop);
            };
            self.waits(Some(step), &stop, pause);
        }
    }
}

fn transaction(db: &mut dyn Database, opening: &[&str], sql: &str, done: &mut usize) -> Result<u64, Failure> {
    opening.iter().try_for_each(|sql| db.execute(sql).map(drop))?;
    let ran = db.execute(sql).and_then(|rows| {
        // A COMMIT that was not answered may have been taken.
        *done += 1;
        db.execute("COMMIT").map(|_| rows)
    });
    if ran.is_err() {
        let _ = db.execute("ROLLBACK");
    }
    ran
}

/// What begins a batch.
///
/// One that reads other rows than those that it writes must not write what others have changed since: on PostgreSQL the
/// server refuses that in REPEATABLE READ, and the batch is tried again; on MySQL it reads them under a lock there, and without
/// one in READ COMMITTED. One that reads its own row alone, or says itself that it locks what it reads, takes no locks on the
/// gaps between keys, where others insert: but for servers that log statements, which refuse READ COMMITTED.
fn opening(db: &mut dyn Database, batched: &Batched) -> Result<Vec<&'static str>, Failure> {
    if db.dialect().is_postgres() {
        return Ok(vec![if batched.reads { "BEGIN ISOLATION LEVEL REPEATABLE READ" } else { "BEGIN" }]);
    }
    let logs = db.query("SELECT CASE WHEN @@log_bin = 1 THEN @@binlog_format ELSE '' END")?;
    let level = match batched.reads || logs.first() == Some("STATEMENT") {
        true => "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        false => "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
    };
    Ok(vec![level, "START TRANSACTION"])
}

/// How far it has come.
enum Way {
    /// By the key: from here, up to the last of the beginning.
    Keys { from: Option<Vec<String>>, end: Vec<String> },
    /// By pages: the next, how many there were, and how many are a batch.
    Pages { next: u64, all: u64, each: u64 },
    /// Nothing is left.
    Over,
}

impl Way {
    fn of(db: &mut dyn Database, ranges: &Ranges) -> Result<Way, Failure> {
        if ranges.is_paged() {
            let (all, each) = ranges.pages(db, SIZE)?;
            return Ok(Way::Pages { next: 0, all, each });
        }
        Ok(ranges.last(db)?.map_or(Way::Over, |end| Way::Keys { from: None, end }))
    }

    /// What holds for the rows of the next batch.
    fn next(&mut self, db: &mut dyn Database, ranges: &Ranges) -> Result<Option<String>, Failure> {
        let (range, then) = match &*self {
            Way::Over => return Ok(None),
            Way::Pages { next, all, .. } if next >= all => return Ok(None),
            Way::Pages { next, all, each } => {
                let page = |number: u64| vec![number.to_string()];
                let from = next.checked_sub(1).map(page);
                let range = ranges.between(from.as_deref(), Some(&page(next + each - 1)));
                (range, Way::Pages { next: next + each, all: *all, each: *each })
            }
            Way::Keys { from, end } => {
                let to = ranges.behind(db, from.as_deref(), Some(end), SIZE - 1)?;
                match to.filter(|to| Some(to) != from.as_ref()) {
                    None => (ranges.between(from.as_deref(), Some(end)), Way::Over),
                    Some(to) => {
                        (ranges.between(from.as_deref(), Some(&to)), Way::Keys { from: Some(to), end: end.clone() })
                    }
                }
            }
        };
        *self = then;
        Ok(Some(range))
    }
}
