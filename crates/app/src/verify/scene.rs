//! The scratch database on the walk: how far it is, what it holds, and how it gets back there.

use super::filling::{Fill, Filled, Filling, GAP, fill, is_gone};
use super::run::{Forbidden, Rehearsed, Stop, down, rehearse, up, up_again};
use super::spent::{Part, Spent};
use super::stage::Stage;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Instant;
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::expand::{silently, supposed};
use unmigrate_kernel::kept::Kept;
use unmigrate_kernel::rowset::{self, RowSet};
use unmigrate_kernel::sample::Sample;
use unmigrate_kernel::seed;
use unmigrate_kernel::snapshot::{self, Generator, Object, Snapshot, Watch};
use unmigrate_kernel::touch::Touched;
use unmigrate_kernel::{Dialect, Migration};

/// A scratch database, somewhere on the way through a history.
pub struct Scene<'a> {
    stage: &'a mut dyn Stage,
    migrations: &'a [Migration],
    /// How many of the migrations it holds.
    done: usize,
    /// How many of them a copy holds, without rows of ours.
    kept: usize,
    /// How often tables were filled: keys of rows are made of it.
    fillings: usize,
    /// Its catalogs, where nothing ran since they were read.
    seen: Option<Rc<Snapshot>>,
    look: Look,
    watch: Watch<'static>,
    /// Queries that the session keeps; none where that was not asked yet.
    kept_queries: Option<Kept>,
    /// Rows of somebody's that are put in beside those that are made.
    sample: Option<&'a Sample>,
    spent: Spent,
}

/// How catalogs are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// What was written since the last look.
    Changes,
    /// All of them, each time.
    Whole,
}

impl<'a> Scene<'a> {
    /// At the beginning: an empty database.
    pub fn new(
        stage: &'a mut dyn Stage,
        migrations: &'a [Migration],
        sample: Option<&'a Sample>,
        look: Look,
    ) -> Scene<'a> {
        let watch = watch(stage, look);
        Scene {
            stage,
            migrations,
            done: 0,
            kept: 0,
            fillings: 0,
            seen: None,
            look,
            watch,
            kept_queries: None,
            sample,
            spent: Spent::default(),
        }
    }

    /// Rows of a sample may be in the tables: no value of any row is to be told.
    pub fn has_sample(&self) -> bool {
        self.sample.is_some()
    }

    /// Runs a migration. It is not yet counted among those that the database holds.
    ///
    /// # Errors
    /// As [`up`].
    pub fn up(&mut self, migration: &Migration) -> Result<(), Stop> {
        self.seen = None;
        self.timed(Part::Files, |db| up(db, &migration.sql, migration.breakpoints))
    }

    /// Runs a rollback.
    ///
    /// # Errors
    /// As [`down`].
    pub fn down(&mut self, text: &str) -> Result<(), Stop> {
        self.seen = None;
        self.timed(Part::Files, |db| down(db, text))
    }

    /// Runs a migration and, where the rows then forbid its rollback, tries that and takes both back. See [`rehearse`].
    ///
    /// # Errors
    /// Where the engine does not answer.
    pub fn rehearse(
        &mut self,
        migration: &Migration,
        down: &str,
        forbidden: &mut Forbidden,
    ) -> Result<Rehearsed, Failure> {
        let up = (migration.sql.as_str(), migration.breakpoints);
        let sequences = self.look()?.objects.keys().any(|o| o.kind == "sequence");
        let found = self.timed(Part::Files, |db| rehearse(db, up, down, sequences, forbidden))?;
        if found == Rehearsed::Ran {
            self.seen = None;
        }
        Ok(found)
    }

    /// Where the time went so far.
    pub fn spent(&self) -> Spent {
        self.spent
    }

    fn timed<T>(&mut self, part: Part, work: impl FnOnce(&mut dyn Database) -> T) -> T {
        let start = Instant::now();
        let done = work(self.stage.db());
        self.spent.add(part, start.elapsed());
        done
    }

    /// Work for the sake of rows that asks the session's kept queries.
    fn asked<T>(
        &mut self,
        work: impl FnOnce(&mut dyn Database, &mut Kept) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let known = self.kept_queries.take();
        let (done, kept) = self.timed(Part::Rows, |db| {
            let kept = known.map_or_else(|| Kept::of(db.dialect(), &mut |sql| db.query(sql)), Ok);
            match kept {
                Ok(mut kept) => (work(db, &mut kept), Some(kept)),
                Err(failure) => (Err(failure), None),
            }
        });
        self.kept_queries = kept;
        done
    }

    /// Whose SQL it takes.
    pub fn dialect(&mut self) -> Dialect {
        self.stage.db().dialect()
    }

    /// What its catalogs hold.
    ///
    /// # Errors
    /// Where the engine does not answer.
    pub fn look(&mut self) -> Result<Rc<Snapshot>, Failure> {
        if let Some(seen) = &self.seen {
            return Ok(seen.clone());
        }
        let start = Instant::now();
        let db = self.stage.db();
        let read = self.watch.look(&mut |sql| db.query(sql))?;
        self.spent.add(Part::Catalogs, start.elapsed());
        debug_assert_eq!(self.whole().as_ref(), Ok(&*read), "what was read in parts is the whole");
        self.seen = Some(read.clone());
        Ok(read)
    }

    /// Is what was read in parts what there is as a whole? Where it is not, nothing that was compared counts.
    ///
    /// # Errors
    /// Where the engine does not answer.
    pub fn is_sound(&mut self) -> Result<bool, Failure> {
        Ok(!self.watch.is_in_parts() || *self.look()? == self.whole()?)
    }

    fn whole(&mut self) -> Result<Snapshot, Failure> {
        self.timed(Part::Catalogs, |db| snapshot::read(db.dialect(), &mut |sql| db.query(sql), &OPTIONS))
    }

    /// Where every generator of keys stands.
    ///
    /// # Errors
    /// Where the engine does not answer.
    pub fn generators(&mut self) -> Result<BTreeMap<Object, Generator>, Failure> {
        // On PostgreSQL each is a sequence, and all of these have been seen.
        if self.dialect() == Dialect::Postgres && !self.look()?.objects.keys().any(|o| o.kind == "sequence") {
            return Ok(BTreeMap::new());
        }
        self.timed(Part::Rows, |db| snapshot::generators(db.dialect(), &mut |sql| db.query(sql), &OPTIONS))
    }

    /// Makes generators count on that never give a number twice, as if rows had come and gone. Gives how far they are.
    ///
    /// # Errors
    /// Where the engine does not answer.
    pub fn count_on(&mut self) -> Result<BTreeMap<Object, Generator>, Failure> {
        let db = self.stage.db();
        let statements = snapshot::count_on(db.dialect());
        if statements.is_empty() {
            return Ok(BTreeMap::new());
        }
        for statement in statements {
            match db.execute(statement) {
                Err(failure) if is_gone(&failure) => return Err(failure),
                // There is no such generator.
                Err(_) => return Ok(BTreeMap::new()),
                Ok(_) => {}
            }
        }
        self.generators()
    }

    /// Fills the tables that a migration concerns. `closed` are those that [`Filling::Around`] and
    /// [`Filling::Beside`] leave empty; `sampled`: with
    /// the rows of the sample, where there is one.
    ///
    /// # Errors
    /// Where the engine does not answer. A row that it refuses is made plainer, and left out in the end.
    pub fn fill(
        &mut self,
        touched: &Touched,
        filling: Filling,
        closed: &BTreeSet<Name>,
        sampled: bool,
    ) -> Result<Filled, Failure> {
        let tables = self.concerned(touched)?;
        if tables.is_empty() {
            return Ok(Filled::default());
        }
        if filling == Filling::Own {
            self.again()?;
            return Ok(Filled::default());
        }
        let from = self.fillings * seed::Options::default().rows;
        self.fillings += GAP;
        let sample = self.sample.filter(|_| sampled);
        // Where there is a sample, the first filling without it is the second.
        let keep = filling == Filling::Full && (sampled || self.sample.is_none());
        let wanted = Fill { filling, closed, from, gaps: touched.tolerant, sample, keep };
        let text = self.migrations.get(self.done).map_or("", |m| m.sql.as_str());
        let around = silently(text, self.dialect());
        self.asked(|db, kept| {
            let Some([begin, end]) = around else { return fill(db, kept, &tables, &wanted) };
            db.execute(&begin)?;
            let filled = fill(db, kept, &tables, &wanted);
            db.execute(&end)?;
            filled
        })
    }

    /// Makes true what a file supposes of the rows that it meets: that a copy which it drops is filled
    /// (`-- unmigrate-restore`, `-- unmigrate-filled`). Only a backfill makes it so, and none runs here.
    ///
    /// # Errors
    /// Where the engine does not answer. What it refuses stays as it is, and shows in the rows.
    pub fn suppose(&mut self, migration: &Migration) -> Result<(), Failure> {
        for sql in supposed(&migration.sql, self.dialect()) {
            let done = self.timed(Part::Rows, |db| db.execute(&sql));
            done.map(drop).or_else(|f| if f.kind == FailureKind::Lost { Err(f) } else { Ok(()) })?;
        }
        Ok(())
    }

    /// The rows of the tables that a migration concerns.
    ///
    /// # Errors
    /// Where the engine does not answer.
    pub fn rows(&mut self, touched: &Touched) -> Result<RowSet, Failure> {
        let tables = self.concerned(touched)?;
        self.asked(|db, kept| rowset::read_by(kept, &tables, &mut |sql| db.query(sql)))
    }

    /// The number that a note's query answers; none where it can't be asked.
    ///
    /// # Errors
    /// Where the engine does not answer.
    pub fn count(&mut self, question: &str) -> Result<Option<i64>, Failure> {
        count(self.stage.db(), question)
    }

    /// A migration ran: the walk is one further.
    ///
    /// # Errors
    /// Where the engine does not answer.
    pub fn advance(&mut self) -> Result<Rc<Snapshot>, Failure> {
        self.done += 1;
        self.look()
    }

    /// A migration ran, and nobody looks at what it left.
    pub fn passed(&mut self) {
        self.done += 1;
    }

    /// A migration was refused: the database is as it was before it.
    ///
    /// # Errors
    /// Where that can't be done.
    pub fn undo(&mut self, stop: &Stop) -> Result<(), Failure> {
        if stop.clean { Ok(()) } else { self.again() }
    }

    /// Builds the database anew as the migrations so far make it, without rows of ours.
    ///
    /// # Errors
    /// Where the engine refuses what it took before.
    pub fn again(&mut self) -> Result<(), Failure> {
        let start = Instant::now();
        let made = self.built_anew();
        self.spent.anew += start.elapsed();
        self.spent.times += 1;
        made
    }

    fn built_anew(&mut self) -> Result<(), Failure> {
        self.seen = None;
        let (kept, done) = (std::mem::take(&mut self.kept), self.done);
        // Where a later copy follows, this one is no longer needed.
        let last = kept > 0 && done >= kept + WORTH_A_COPY;
        let from = if kept > 0 && kept <= done && self.stage.restore(last)? {
            self.kept = if last { 0 } else { kept };
            kept
        } else {
            self.stage.restart()?;
            self.kept = if kept > done { kept } else { 0 };
            0
        };
        for migration in &self.migrations[from..self.done] {
            up_again(self.stage.db(), &migration.sql, migration.breakpoints).map_err(|stop| *stop.failure)?;
        }
        if self.done - from >= WORTH_A_COPY && self.stage.keep()? {
            self.kept = self.done;
        }
        self.watch = watch(self.stage, self.look);
        self.kept_queries = None;
        Ok(())
    }

    /// The same, one migration earlier.
    ///
    /// # Errors
    /// As [`again`](Self::again).
    pub fn back_to_before(&mut self) -> Result<(), Failure> {
        self.done -= 1;
        self.again()
    }

    /// The tables to fill and to look at, of those that are there now.
    fn concerned(&mut self, touched: &Touched) -> Result<Vec<Name>, Failure> {
        if !touched.any {
            return Ok(touched.tables.iter().cloned().collect());
        }
        self.timed(Part::Rows, |db| rowset::tables(db.dialect(), &mut |sql| db.query(sql)))
    }
}

/// The number that a query answers; none where it can't be asked.
///
/// # Errors
/// Where the engine does not answer.
pub fn count(db: &mut dyn Database, question: &str) -> Result<Option<i64>, Failure> {
    match db.query(question) {
        Ok(rows) => Ok(rows.first().and_then(|n| n.parse().ok())),
        Err(failure) if is_gone(&failure) => Err(failure),
        Err(_) => Ok(None),
    }
}

fn watch(stage: &mut dyn Stage, look: Look) -> Watch<'static> {
    let db = stage.db();
    // A session that may be another one the next time knows nothing of this one's queries.
    match look {
        Look::Changes if db.abilities().pinned_session => Watch::new(db.dialect(), OPTIONS),
        _ => Watch::whole(db.dialect(), OPTIONS),
    }
}

/// So many migrations take longer to run than a copy of the database takes to make.
const WORTH_A_COPY: usize = 20;

/// Roles belong to the server, and the scratch database is not alone on it.
const OPTIONS: snapshot::Options = snapshot::Options { ignore: &["_unmigrate_scratch"], roles: &[], schema: None };
