//! The proof of a rollback: forth, back and forth again on a real engine, with the rows of the case in the tables.
//!
//! What is demanded of it is what its file claims. Graded `lossless`, every row is as it was; `lossy`, rows differ, and
//! only where a note says so; `manual`, it fails and changes nothing. It may be refused only where a note says that rows
//! may forbid it and the note's own query counts some.

use crate::case::Case;
use crate::engine::{Database, Outcome, ROLES, Snapshot, open};
use std::collections::BTreeSet;
use unmigrate_kernel::rowset::{Forgiven, compare};
use unmigrate_kernel::{Grade, Note, NoteKind, Rollback};

/// How the way back ended.
#[derive(Debug, PartialEq)]
enum Way {
    Back,
    Refused,
}

/// Runs a case on its engine and holds the rollback to its word.
pub fn check(case: &Case, rollback: &Rollback) -> Outcome<()> {
    let _nobody_makes_roles = ROLES.read();
    let trip = Trip { case, rollback };
    let mut rows = case.rows.as_deref();
    if rows.is_some() && trip.walk(open(case.dialect)?.as_mut(), rows)? == Way::Back {
        return Ok(());
    }
    rows = None;
    match trip.walk(open(case.dialect)?.as_mut(), rows)? {
        Way::Back => Ok(()),
        Way::Refused => Err("the rollback is refused where there are no rows".to_string()),
    }
}

struct Trip<'a> {
    case: &'a Case,
    rollback: &'a Rollback,
}

impl Trip<'_> {
    fn walk(&self, db: &mut dyn Database, rows: Option<&str>) -> Outcome<Way> {
        db.run(&self.case.before).map_err(|e| format!("before: {e}"))?;
        db.run(rows.unwrap_or_default()).map_err(|e| format!("rows: {e}"))?;
        let was = db.snapshot()?;
        db.run(&self.case.up).map_err(|e| format!("up: {e}"))?;
        let is = db.snapshot()?;
        if self.rollback.grade == Grade::Manual {
            return self.stops(db, &is);
        }
        let counted = self.counted(db)?;
        if let Err(why) = db.run(&self.rollback.body) {
            return self.refused(db, &is, counted, &why);
        }
        if counted > 0 {
            return Err(format!("a note counts {counted} rows that forbid the rollback, and it ran"));
        }
        let back = db.snapshot()?;
        same_objects(&was, &back).map_err(|e| format!("after the rollback:\n{e}"))?;
        self.same_order(&was, &back)?;
        self.same_rows(&was, &back, rows.is_some())?;
        // Rows that stay where they are may forbid that they come once more.
        if self.notes(NoteKind::ByHand).next().is_some() {
            return Ok(Way::Back);
        }
        db.run(&self.case.up).map_err(|e| format!("up again: {e}"))?;
        same_objects(&is, &db.snapshot()?).map_err(|e| format!("after up again:\n{e}"))?;
        Ok(Way::Back)
    }

    /// A file for a person fails before it changes anything.
    fn stops(&self, db: &mut dyn Database, is: &Snapshot) -> Outcome<Way> {
        if db.run(&self.rollback.body).is_ok() {
            return Err("graded manual, and it runs".to_string());
        }
        if db.snapshot()? != *is {
            return Err("graded manual, and it changed something".to_string());
        }
        Ok(Way::Back)
    }

    fn refused(&self, db: &mut dyn Database, is: &Snapshot, counted: i64, why: &str) -> Outcome<Way> {
        let mut notes = self.notes(NoteKind::MayRefuse);
        let asked = self.notes(NoteKind::MayRefuse).all(|n| n.question.is_some());
        if notes.next().is_none() {
            return Err(format!("down: {why}"));
        }
        if asked && counted == 0 {
            return Err(format!("down: {why}\nthough the notes count no rows that forbid it"));
        }
        if db.transactional() && db.snapshot()? != *is {
            return Err(format!("down: {why}\nand it left something changed"));
        }
        Ok(Way::Refused)
    }

    fn notes(&self, kind: NoteKind) -> impl Iterator<Item = &Note> {
        self.rollback.notes.iter().filter(move |n| n.kind == kind)
    }

    /// Every question can be asked; how many rows forbid the way back.
    fn counted(&self, db: &mut dyn Database) -> Outcome<i64> {
        let mut counted = 0;
        for note in &self.rollback.notes {
            if let Some(question) = note.question.as_ref().filter(|_| note.kind != NoteKind::Gone) {
                let rows = db.number(question).map_err(|e| format!("the question of {}: {e}", note.object))?;
                counted += if note.kind == NoteKind::MayRefuse { rows } else { 0 };
            }
        }
        Ok(counted)
    }

    fn same_order(&self, was: &Snapshot, back: &Snapshot) -> Outcome<()> {
        let order = |n: &&Note| n.detail.contains("can't put a column back in its place");
        let said =
            |table: &str| self.notes(NoteKind::Approximate).filter(order).any(|n| about(&n.object, table).is_some());
        for (table, order) in &was.order {
            let now = back.order.get(table).cloned().unwrap_or_default();
            if now != *order && !said(table) {
                let (was, is) = (order.join(", "), now.join(", "));
                return Err(format!("the order of {table}: {was} became {is}, and no note says so"));
            }
            if now != *order && !self.case.dialect.is_postgres() {
                return Err(format!("the order of {table} changes where it could be restored"));
            }
            if now == *order && said(table) {
                return Err(format!("the order of {table}: a note says that it changes, and it does not"));
            }
        }
        Ok(())
    }

    fn same_rows(&self, was: &Snapshot, back: &Snapshot, any: bool) -> Outcome<()> {
        if let Some(sequence) = was.ahead.iter().find(|s| back.behind.contains(s)) {
            return Err(format!("{sequence} no longer continues after the highest key"));
        }
        let earlier =
            |object: &String| back.next.get(object).zip(was.next.get(object)).is_some_and(|(is, was)| is < was);
        if self.rollback.grade == Grade::Lossless {
            if let Some(sequence) = was.next.keys().find(|object| earlier(object)) {
                return Err(format!("graded lossless, and {sequence} gives numbers again"));
            }
            return same_rows(was, back, &Forgiven::default());
        }
        let anew = self.notes(NoteKind::Gone).any(|n| earlier(&format!("sequence {}", n.object)));
        let any = any && was.rows.count() > 0;
        if any && was.rows == back.rows && !anew {
            return Err("graded lossy, and every row came back".to_string());
        }
        if !any && self.case.rows.is_none() && !anew {
            return Err("graded lossy: the case needs rows that show the loss".to_string());
        }
        same_rows(was, back, &Forgiven::of(&self.rollback.notes))
    }
}

/// The column of a table that a note's object names; empty for the table itself.
fn about<'a>(object: &'a str, table: &str) -> Option<&'a str> {
    let bare = table.replace('"', "");
    let bare = bare.strip_prefix("public.").unwrap_or(&bare);
    let rest = object.strip_prefix(bare)?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('.') }
}

fn same_objects(was: &Snapshot, is: &Snapshot) -> Outcome<()> {
    let names: BTreeSet<&String> = was.objects.keys().chain(is.objects.keys()).collect();
    let mut out = String::new();
    for name in names {
        match (was.objects.get(name), is.objects.get(name)) {
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) => out.push_str(&format!("  {name}\n    was {a}\n    is  {b}\n")),
            (Some(a), None) => out.push_str(&format!("  {name} is missing\n    was {a}\n")),
            (None, b) => out.push_str(&format!("  {name} is left\n    is  {}\n", b.map_or("", |b| b))),
        }
    }
    if out.is_empty() { Ok(()) } else { Err(out) }
}

/// Rows are as they were, but for what is forgiven.
fn same_rows(was: &Snapshot, is: &Snapshot, forgiven: &Forgiven) -> Outcome<()> {
    match compare(&was.rows, &is.rows, forgiven).first() {
        Some(gap) => Err(format!("the rows of {} are not as claimed\n    {gap:?}", gap.table)),
        None => Ok(()),
    }
}
