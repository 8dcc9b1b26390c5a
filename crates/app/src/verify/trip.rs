//! The round trip of one migration: up, down and up again, with rows in the tables.

use super::blame::{place, short};
use super::filling::{Filled, Filling, is_gone};
use super::report::{Change, Gap, MigrationVerdict, Refusal, Rows, SampleUse, Verdict};
use super::run::{Rehearsed, Stop};
use super::sample::{Placed, discreet};
use super::scene::{Scene, count};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;
use std::time::Instant;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::rowset::{self, RowSet};
use unmigrate_kernel::snapshot::{Difference, Generator, Object, Snapshot};
use unmigrate_kernel::touch::Touched;
use unmigrate_kernel::{Grade, Migration, Note, NoteKind};

/// What is proven: a migration and the text of its rollback.
pub struct Subject<'a> {
    /// The up file.
    pub up: &'a Migration,
    /// What it concerns.
    pub touched: &'a Touched,
    /// The whole rollback file; none where there is none.
    pub down: Option<&'a str>,
    /// The rollback file as messages name it.
    pub down_file: &'a str,
    /// What its head claims.
    pub grade: Option<Grade>,
    /// What its comments name.
    pub notes: Vec<Note>,
}

/// How a trip ended, and whether the walk can go on from it.
pub struct Ended {
    /// The verdict, but for its time.
    pub verdict: MigrationVerdict,
    /// The database holds the migration, and a later one can be run on top.
    pub goes_on: bool,
}

/// Walks one migration forth, back and forth again. The scene stands before it, and afterwards behind it.
///
/// # Errors
/// Where the engine does not answer any more, or refuses what is ours to ask.
pub fn trip(scene: &mut Scene, subject: &Subject) -> Result<Ended, Failure> {
    let start = Instant::now();
    let mut trip = Trip { scene, subject, out: blank(subject) };
    let goes_on = trip.walk()?;
    let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Ended { verdict: MigrationVerdict { milliseconds, ..trip.out }, goes_on })
}

/// A verdict on nothing yet.
pub fn blank(subject: &Subject) -> MigrationVerdict {
    MigrationVerdict {
        name: subject.up.name.clone(),
        up: subject.up.file.clone(),
        down: subject.down_file.to_owned(),
        grade: subject.grade,
        verdict: Verdict::Unverified,
        rows: Rows::default(),
        empty: vec![],
        sample: None,
        differences: vec![],
        gaps: vec![],
        refusal: None,
        remembered: false,
        milliseconds: 0,
    }
}

struct Trip<'a, 'b> {
    scene: &'a mut Scene<'b>,
    subject: &'a Subject<'a>,
    out: MigrationVerdict,
}

/// The database between two files.
struct Moment {
    snapshot: Rc<Snapshot>,
    rows: RowSet,
    generators: BTreeMap<Object, Generator>,
}

/// The database after the migration, and after a while.
struct Left {
    /// The rows, where the file says that some are lost.
    rows: Option<RowSet>,
    /// How far generators have counted that never give a number twice.
    ahead: BTreeMap<Object, Generator>,
    /// Where generators stand, where one of them is a sequence of its own.
    own: BTreeMap<Object, Generator>,
}

impl Trip<'_, '_> {
    /// True where the walk can go on.
    fn walk(&mut self) -> Result<bool, Failure> {
        let Some((before, after)) = self.forth()? else { return Ok(false) };
        match self.subject.down {
            None => self.out.verdict = Verdict::Missing,
            Some(text) if self.subject.grade == Some(Grade::Manual) => self.by_hand(text, &after)?,
            Some(text) => self.back(text, &before, &after)?,
        }
        Ok(true)
    }

    /// Runs the up with the most telling rows that it accepts; none where it accepts not even an empty database.
    fn forth(&mut self) -> Result<Option<(Moment, Rc<Snapshot>)>, Failure> {
        let (mut refused, mut closed, mut target, mut unread) = (0, BTreeSet::new(), BTreeSet::new(), false);
        let mut of_sample = None;
        for (filling, sampled) in self.ways() {
            let empty = match filling {
                Filling::Around => &closed,
                Filling::Beside => &target,
                _ => &BTreeSet::new(),
            };
            let pointless = match filling {
                Filling::Around | Filling::Beside => empty.is_empty(),
                Filling::Zeros | Filling::Uuids => !unread,
                _ => false,
            };
            if pointless {
                continue;
            }
            let mut filled = self.filled(filling, empty, sampled)?;
            let mut before = self.before()?;
            let mut rehearsed = self.rehearse()?;
            if rehearsed == (Rehearsed::TakenBack { refused: true }) && before.rows.count() > 0 {
                self.accepted(
                    &before,
                    &filled,
                    refused,
                    of_sample.clone().filter(|_| !sampled && filling.makes_rows()),
                );
                if let Some(found) = self.spared()? {
                    return Ok(Some(found));
                }
                // It is refused on all rows: now it is to be seen how.
                filled = self.filled(filling, empty, sampled)?;
                before = self.before()?;
                rehearsed = Rehearsed::Not;
            }
            let ran = if rehearsed == Rehearsed::Ran { Ok(()) } else { self.scene.up(self.subject.up) };
            match ran {
                Ok(()) => {
                    self.accepted(&before, &filled, refused, of_sample.filter(|_| !sampled && filling.makes_rows()));
                    let after = self.scene.advance()?;
                    return Ok(Some((before, after)));
                }
                Err(stop) => {
                    self.answered(&stop)?;
                    refused = refused.max(filled.made);
                    closed = self.named_by(&stop, &self.subject.touched.statements);
                    target = self.named_by(&stop, &self.subject.touched.inserts);
                    unread = is_unread(&stop.failure);
                    let refusal = self.refusal(&stop, true);
                    if sampled {
                        of_sample = Some(refusal.clone());
                    }
                    self.out.refusal = Some(refusal);
                    self.scene.undo(&stop)?;
                }
            }
        }
        self.out.verdict = Verdict::UpRefused;
        Ok(None)
    }

    /// Fills the tables.
    fn filled(&mut self, filling: Filling, empty: &BTreeSet<Name>, sampled: bool) -> Result<Filled, Failure> {
        let filled = self.scene.fill(self.subject.touched, filling, empty, sampled)?;
        self.scene.suppose(self.subject.up)?;
        Ok(filled)
    }

    /// These rows the migration takes. `refusal`: what those of the sample were refused with.
    fn accepted(&mut self, before: &Moment, filled: &Filled, refused: usize, refusal: Option<Refusal>) {
        let rows = &before.rows;
        self.out.rows = Rows {
            made: rows.count(),
            tables: rows.tables.values().filter(|t| !t.rows.is_empty()).count(),
            refused: refused.max(filled.refused),
        };
        let sample = filled.sample.clone();
        self.out.sample = self.scene.has_sample().then(|| used(sample, rows, refusal));
    }

    /// Runs the migration; where rows then forbid its rollback, that is tried too, and all of it taken back.
    fn rehearse(&mut self) -> Result<Rehearsed, Failure> {
        let notes = || self.subject.notes.iter().filter(|n| n.kind == NoteKind::MayRefuse);
        let text = self.subject.down.filter(|_| self.subject.grade != Some(Grade::Manual));
        let Some(text) = text.filter(|_| !self.subject.touched.any && notes().next().is_some()) else {
            return Ok(Rehearsed::Not);
        };
        let mut forbidden = |db: &mut dyn Database| {
            for note in notes() {
                let Some(question) = &note.question else { return Ok(Some(true)) };
                match count(db, question)? {
                    Some(0) => {}
                    Some(_) => return Ok(Some(true)),
                    None => return Ok(None),
                }
            }
            Ok(Some(false))
        };
        self.scene.rehearse(self.subject.up, text, &mut forbidden)
    }

    /// The fullest tables forbid the rollback: runs the migration on the first rows that do not. None where all do; then it
    /// did not run.
    fn spared(&mut self) -> Result<Option<(Moment, Rc<Snapshot>)>, Failure> {
        for filling in self.in_order(&Filling::OTHERS) {
            self.filled(filling, &BTreeSet::new(), false)?;
            let before = self.before()?;
            match self.rehearse()? {
                Rehearsed::Ran => {}
                Rehearsed::TakenBack { refused: true } => continue,
                _ => {
                    if let Err(stop) = self.scene.up(self.subject.up) {
                        self.answered(&stop)?;
                        self.scene.undo(&stop)?;
                        continue;
                    }
                }
            }
            self.out.rows.made = before.rows.count();
            self.out.sample.iter_mut().for_each(|s| *s = SampleUse { rows: 0, tables: 0, ..s.clone() });
            let after = self.scene.advance()?;
            return Ok(Some((before, after)));
        }
        Ok(None)
    }

    /// Fillings in the order in which they are tried: to have the history's own rows alone, all of it has to run again.
    /// Where it has none, that comes last.
    fn in_order(&self, fillings: &[Filling]) -> Vec<Filling> {
        let mut out = fillings.to_vec();
        if !self.subject.touched.sown {
            out.sort_by_key(|f| *f == Filling::Own);
        }
        out
    }

    /// The fillings in the order in which they are tried; where there is a sample, each with it and then without it.
    fn ways(&self) -> Vec<(Filling, bool)> {
        let one = |filling: Filling| match self.scene.has_sample() && filling.makes_rows() {
            true => vec![(filling, true), (filling, false)],
            false => vec![(filling, false)],
        };
        self.in_order(&Filling::ALL).into_iter().flat_map(one).collect()
    }

    /// The tables that the statement names at which the migration stopped.
    fn named_by(&self, stop: &Stop, of: &[(Range<usize>, BTreeSet<Name>)]) -> BTreeSet<Name> {
        let at = stop.piece.span.start;
        of.iter().filter(|(span, _)| span.contains(&at)).flat_map(|(_, names)| names.iter().cloned()).collect()
    }

    /// A file for a person: running it as it is fails, and changes nothing.
    fn by_hand(&mut self, text: &str, after: &Snapshot) -> Result<(), Failure> {
        self.out.refusal = None;
        match self.scene.down(text) {
            Err(stop) => {
                self.answered(&stop)?;
                let left = self.scene.look()?;
                self.out.verdict = if stop.clean && *left == *after { Verdict::ByHand } else { Verdict::Differs };
                self.differ(&left.differences(after), false, text);
                if self.out.verdict == Verdict::Differs {
                    self.out.refusal = Some(self.refusal(&stop, false));
                    self.scene.again()?;
                }
                Ok(())
            }
            Ok(()) => {
                let left = self.scene.look()?;
                self.differ(&left.differences(after), false, text);
                self.out.verdict = Verdict::Differs;
                self.scene.again()
            }
        }
    }

    fn back(&mut self, text: &str, before: &Moment, after: &Snapshot) -> Result<(), Failure> {
        self.out.refusal = None;
        let forbidden = self.forbidden()?;
        let left = self.left(before)?;
        match self.scene.down(text) {
            Ok(()) => self.compare(text, before, &left, after),
            Err(stop) => {
                self.answered(&stop)?;
                self.refused(text, &stop, forbidden)
            }
        }
    }

    /// Do the rows that are there now forbid the rollback, as its file says that they may? What can't be counted may.
    fn forbidden(&mut self) -> Result<bool, Failure> {
        for note in self.subject.notes.iter().filter(|n| n.kind == NoteKind::MayRefuse) {
            let counted = note.question.as_ref().map(|q| self.scene.count(q)).transpose()?.flatten();
            if counted != Some(0) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What the migration left: the rows, where its file says that it lost some, and what has been counted since.
    fn left(&mut self, before: &Moment) -> Result<Left, Failure> {
        let ahead = self.scene.count_on()?;
        let loses = self.subject.notes.iter().any(|n| n.kind == NoteKind::Gone);
        let rows = loses.then(|| self.scene.rows(self.subject.touched)).transpose()?;
        let own = if before.generators.values().any(|g| g.takes.is_some()) {
            self.scene.generators()?
        } else {
            BTreeMap::new()
        };
        Ok(Left { rows, ahead, own })
    }

    /// Refused with rows in the tables. Where the file says that these rows may forbid it, it is tried on others.
    fn refused(&mut self, text: &str, stop: &Stop, forbidden: bool) -> Result<(), Failure> {
        let mut refusal = self.refusal(stop, false);
        let mut stands_behind = true;
        let others: &[Filling] = match forbidden && by_rows(stop) && self.out.rows.made > 0 {
            true => &Filling::OTHERS,
            false => &[],
        };
        for filling in self.in_order(others) {
            if stands_behind {
                self.scene.back_to_before()?;
                stands_behind = false;
            }
            self.filled(filling, &BTreeSet::new(), false)?;
            let before = self.before()?;
            if let Err(stop) = self.scene.up(self.subject.up) {
                self.answered(&stop)?;
                self.scene.undo(&stop)?;
                continue;
            }
            let after = self.scene.advance()?;
            stands_behind = true;
            let forbidden = self.forbidden()?;
            let left = self.left(&before)?;
            match self.scene.down(text) {
                Ok(()) => {
                    self.out.rows.made = before.rows.count();
                    self.out.sample.iter_mut().for_each(|s| *s = SampleUse { rows: 0, tables: 0, ..s.clone() });
                    return self.compare(text, &before, &left, &after);
                }
                Err(stop) => {
                    self.answered(&stop)?;
                    if !forbidden || !by_rows(&stop) {
                        refusal = self.refusal(&stop, false);
                        break;
                    }
                }
            }
        }
        self.out.refusal = Some(refusal);
        self.out.verdict = Verdict::Refused;
        self.scene.again()?;
        if !stands_behind {
            self.scene.up(self.subject.up).map_err(|stop| *stop.failure)?;
            self.scene.passed();
        }
        Ok(())
    }

    /// The tables that the migration's own statements name and that hold no row.
    fn without_rows(&self, rows: &RowSet) -> Vec<String> {
        let named: BTreeSet<&Name> = self.subject.touched.statements.iter().flat_map(|(_, tables)| tables).collect();
        let empty = named.into_iter().filter(|name| rows.tables.get(*name).is_some_and(|table| table.rows.is_empty()));
        empty.map(ToString::to_string).collect()
    }

    /// The rollback ran: is everything what it was, and does the migration run once more?
    fn compare(&mut self, text: &str, before: &Moment, left: &Left, after: &Snapshot) -> Result<(), Failure> {
        self.out.empty = self.without_rows(&before.rows);
        let back = self.moment()?;
        let mut differences = back.snapshot.differences(&before.snapshot);
        differences.extend(fallen_back(&before.generators, &back.generators));
        differences.extend(given_again(&left.ahead, &back.generators));
        differences.extend(self.begun_anew(before, left, &back));
        let reordered = back.snapshot.reordered(&before.snapshot);
        self.gaps(&before.rows, left.rows.as_ref(), &back.rows);
        self.differ(&differences, false, text);
        let mut verdict = match (differences.is_empty(), self.out.gaps.is_empty()) {
            (false, _) => Verdict::Differs,
            (true, false) => Verdict::RowsDiffer,
            (true, true) if reordered.is_empty() => Verdict::Exact,
            (true, true) => Verdict::Approximate,
        };
        if verdict == Verdict::Approximate {
            self.differ(&reordered, false, text);
        }
        match self.scene.up(self.subject.up) {
            Ok(()) => {
                let redone = self.scene.look()?;
                let differences = redone.differences(after);
                self.differ(&differences, true, text);
                if !differences.is_empty() && verdict.is_proven() {
                    verdict = Verdict::Differs;
                }
                if !differences.is_empty() {
                    self.scene.again()?;
                }
            }
            Err(stop) => {
                self.answered(&stop)?;
                // Rows that the file leaves for a person may forbid that they come once more.
                let stay = self.subject.notes.iter().any(|n| n.kind == NoteKind::ByHand);
                if verdict.is_proven() && !stay {
                    verdict = Verdict::Differs;
                    self.out.refusal = Some(self.refusal(&stop, true));
                }
                self.scene.again()?;
            }
        }
        self.out.verdict = verdict;
        Ok(())
    }

    /// The database before the migration. A sequence of its own has given a number, so that one that begins anew is seen.
    fn before(&mut self) -> Result<Moment, Failure> {
        let mut moment = self.moment()?;
        for generator in moment.generators.values_mut() {
            let Some(takes) = &generator.takes else { continue };
            match self.scene.count(takes)? {
                Some(given) => generator.next = given.to_string(),
                // It is at its end.
                None => generator.takes = None,
            }
        }
        Ok(moment)
    }

    /// Sequences of their own that give a number again which they gave before the migration, of which no note says so, and that the
    /// migration has not set back itself.
    fn begun_anew(&self, before: &Moment, left: &Left, back: &Moment) -> Vec<Difference> {
        let gone = |n: &&Note| n.kind == NoteKind::Gone;
        let said = |object: &Object| self.subject.notes.iter().filter(gone).any(|n| n.object == object.name);
        let again = |is: &Generator, given: i64| is.next.parse::<i64>().is_ok_and(|next| next <= given);
        let one = |(object, was): (&Object, &Generator)| {
            let (given, is) = (was.next.parse::<i64>().ok()?, back.generators.get(object)?);
            let set_back = left.own.get(object).is_some_and(|left| again(left, given));
            (again(is, given) && !set_back && !said(object)).then(|| Difference {
                object: object.clone(),
                before: Some(format!("had given {given}")),
                after: Some(format!("continues at {}, and gives it again", is.next)),
            })
        };
        before.generators.iter().filter(|(_, was)| was.takes.is_some()).filter_map(one).collect()
    }

    fn moment(&mut self) -> Result<Moment, Failure> {
        Ok(Moment {
            snapshot: self.scene.look()?,
            rows: self.scene.rows(self.subject.touched)?,
            generators: self.scene.generators()?,
        })
    }

    fn gaps(&mut self, before: &RowSet, left: Option<&RowSet>, back: &RowSet) {
        let forgiven = rowset::Forgiven::of(&self.subject.notes);
        let worn = left.map(|left| rowset::worn(before, left, back, &self.subject.notes)).unwrap_or_default();
        self.out.gaps = rowset::compare(before, back, &forgiven)
            .into_iter()
            .chain(worn)
            .map(|g| Gap {
                table: g.table.to_string(),
                column: g.column,
                count: g.count,
                row: (!g.key.is_empty()).then_some(g.key),
                example: example(&g.example).filter(|_| !self.scene.has_sample()),
            })
            .collect();
    }

    fn differ(&mut self, differences: &[Difference], after_redo: bool, down: &str) {
        let dialect = self.scene.dialect();
        for d in differences {
            let at = place(&d.object, &self.subject.up.sql, self.subject.up.breakpoints, down, dialect);
            let file = if at.in_down { self.subject.down_file } else { &self.subject.up.file };
            self.out.differences.push(Change {
                object: format!("{} {}", d.object.kind, d.object.name),
                before: d.before.clone(),
                after: d.after.clone(),
                file: file.to_owned(),
                line: at.line,
                statement: at.statement,
                after_redo,
            });
        }
    }

    fn refusal(&self, stop: &Stop, of_up: bool) -> Refusal {
        let file = if of_up { &self.subject.up.file } else { self.subject.down_file };
        Refusal {
            file: file.to_owned(),
            line: stop.piece.line,
            statement: short(&stop.piece.sql),
            message: match self.scene.has_sample() {
                true => discreet(&stop.failure, &format!("{}\n{}", self.subject.up.sql, stop.piece.sql)),
                false => stop.failure.message.clone(),
            },
            code: stop.failure.code.clone(),
        }
    }

    /// An engine that is gone is no verdict on a file.
    fn answered(&self, stop: &Stop) -> Result<(), Failure> {
        if is_gone(&stop.failure) { Err((*stop.failure).clone()) } else { Ok(()) }
    }
}

/// What is told of a sample.
fn used(placed: Option<Placed>, held: &RowSet, refusal: Option<Refusal>) -> SampleUse {
    let Placed { rows, unfit } = placed.unwrap_or_default();
    let counted = || rows.iter().filter(|(name, n)| **n > 0 && held.tables.contains_key(name)).map(|(_, n)| *n);
    SampleUse { rows: counted().sum(), tables: counted().count(), unfit, refusal }
}

/// Can rows be what it was refused for? Not where the engine does not know a name, or can't read the statement.
fn by_rows(stop: &Stop) -> bool {
    match stop.failure.code.as_deref() {
        Some(code) if code.starts_with("SQLITE_") => code.starts_with("SQLITE_CONSTRAINT"),
        Some(code) => !code.starts_with("42"),
        None => true,
    }
}

/// Generators of keys that went on above every key, and now would give one that is taken.
fn fallen_back(before: &BTreeMap<Object, Generator>, back: &BTreeMap<Object, Generator>) -> Vec<Difference> {
    let fell = back.iter().filter(|(object, is)| !is.above && before.get(object).is_some_and(|was| was.above));
    fell.map(|(object, is)| Difference {
        object: object.clone(),
        before: Some("continues after the highest key".to_owned()),
        after: Some(format!("continues at {}, which is taken", is.next)),
    })
    .collect()
}

/// Generators that never give a number twice, and of which the rollback forgot how far they had counted.
fn given_again(ahead: &BTreeMap<Object, Generator>, back: &BTreeMap<Object, Generator>) -> Vec<Difference> {
    let number = |g: &Generator| g.next.parse::<i64>().ok();
    let one = |(object, was): (&Object, &Generator)| {
        let is = back.get(object)?;
        (number(is)? < number(was)?).then(|| Difference {
            object: object.clone(),
            before: Some(format!("continues at {}, and gives no number twice", was.next)),
            after: Some(format!("continues at {}", is.next)),
        })
    };
    ahead.iter().filter_map(one).collect()
}

/// Was a text refused because it is not written as another type is? Then other text may do.
fn is_unread(failure: &Failure) -> bool {
    // Invalid text representation and the like on PostgreSQL; a wrong or truncated value on MySQL.
    matches!(failure.code.as_deref(), Some("22P02" | "22007" | "22008")) || matches!(failure.number, Some(1366 | 1292))
}

/// `id = 7: 'a' became 'b'` as what was and what is; of rows that came or went there is only one side.
fn example(text: &str) -> Option<(String, String)> {
    text.split_once(" became ").map(|(was, is)| (was.to_owned(), is.to_owned()))
}
