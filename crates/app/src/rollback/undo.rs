//! What takes a rollback back that was cut off, where no transaction holds it: the way forward again, for each statement
//! that ran, and the rows that are kept.

use crate::Problem;
use crate::archive::{Copied, Kept, Live};
use crate::site::refusal;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::dialect::quote;
use unmigrate_kernel::discard::{Discarded, discarded};
use unmigrate_kernel::plan::{Bookkeeping, Down, Fingerprint, Phase, Step, Undo, rollback};
use unmigrate_kernel::{Dialect, Grade, History, Migration, NoteKind, Rollback, rollbacks};

/// Says of each step how it is taken back. `history` is what is applied, the migration that is undone last; `phases` are
/// those of its rollback: the copies, where they are made before it, and the statements.
///
/// # Errors
/// Those of the database, which is asked whether anything would be lost.
pub fn fill(
    db: &mut dyn Database,
    history: &History,
    phases: &mut [Phase],
    kept: &Kept,
    bookkeeping: &[Bookkeeping],
) -> Result<(), Problem> {
    let dialect = db.dialect();
    if let [copies, _] = phases {
        copies.undo = of_copies(copies, kept, dialect);
    }
    let Some(phase) = phases.last_mut().filter(|phase| !is_whole(phase)) else { return Ok(()) };
    let runs = runs(phase);
    let texts: Vec<String> = runs.iter().map(|run| text(phase, run)).collect();
    let mut forth = history.clone();
    let last = history.migrations.len();
    forth.migrations.extend(texts.iter().map(|sql| migration(sql)));
    let ways = rollbacks(&forth);
    let discards: Vec<Vec<Discarded>> = (0..runs.len())
        .map(|at| {
            let before = History { migrations: forth.migrations[..last + at].to_vec(), ..forth.clone() };
            discarded(&before, last + at - 1, &texts[at])
        })
        .collect();
    for (at, run) in runs.iter().enumerate().rev() {
        let booked = run.iter().any(|step| bookkeeping.iter().any(|write| write.sql == phase.steps[*step].sql));
        let undo = match (texts[at].is_empty(), booked) {
            (true, true) => lost(run[0], "the tool's table has forgotten the migration already"),
            (true, false) => Undo { of: run[0], steps: vec![], lost: vec![] },
            (false, _) => one(db, run[0], &ways[last + at], (&discards[at], &discards[..at]), kept)
                .map_err(|f| refusal::database(&f))?,
        };
        phase.undo.push(undo);
    }
    Ok(())
}

/// One transaction holds all of it.
fn is_whole(phase: &Phase) -> bool {
    let first = phase.steps.iter().find(|step| !is_setting(step)).and_then(|step| step.transaction);
    first.is_some() && phase.steps.iter().filter(|step| !is_setting(step)).all(|step| step.transaction == first)
}

fn is_setting(step: &Step) -> bool {
    step.transaction.is_none() && step.sql.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("PRAGMA"))
}

/// The places of steps that happen together, or of one that stands alone.
fn runs(phase: &Phase) -> Vec<Vec<usize>> {
    let mut out: Vec<Vec<usize>> = Vec::new();
    for (at, step) in phase.steps.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| phase.steps[before].transaction);
        match out.last_mut().filter(|_| step.transaction.is_some() && step.transaction == before) {
            Some(run) => run.push(at),
            None => out.push(vec![at]),
        }
    }
    out
}

/// The statements of the rollback's own file.
fn text(phase: &Phase, run: &[usize]) -> String {
    let own = run.iter().map(|at| &phase.steps[*at]).filter(|step| step.file.is_some() && !is_setting(step));
    own.map(|step| format!("{};\n", step.sql)).collect()
}

fn migration(sql: &str) -> Migration {
    Migration {
        name: String::new(),
        file: String::new(),
        sql: sql.to_owned(),
        breakpoints: false,
        snapshot_before: None,
        observed: vec![],
    }
}

fn lost(of: usize, why: &str) -> Undo {
    Undo { of, steps: vec![], lost: vec![why.to_owned()] }
}

/// What takes one run back: its inverse, and the rows that it took away.
fn one(
    db: &mut dyn Database,
    of: usize,
    way: &Rollback,
    (discards, earlier): (&[Discarded], &[Vec<Discarded>]),
    kept: &Kept,
) -> Result<Undo, Failure> {
    let dialect = db.dialect();
    let told = |kind: NoteKind| -> Vec<String> {
        way.notes.iter().filter(|n| n.kind == kind).map(|n| format!("{}: {}", n.object, n.detail)).collect()
    };
    if way.grade == Grade::Manual {
        return Ok(Undo { of, steps: vec![], lost: told(NoteKind::ByHand) });
    }
    let down = Down { name: "", file: "", text: &way.body, bookkeeping: &[] };
    let phases =
        rollback(&[down], dialect, Fingerprint::of(&unmigrate_kernel::snapshot::Snapshot::default(), [])).phases;
    let mut steps: Vec<Step> = phases.into_iter().flat_map(|phase| phase.steps).collect();
    for step in &mut steps {
        (step.file, step.line, step.why) = (None, 0, "take back what the rollback did".to_owned());
    }
    let gone = told(NoteKind::Gone);
    let mut whole = gone.is_empty() || !discards.is_empty();
    for discard in discards {
        let without = gone_before(discard, earlier);
        let copy = kept.copies.iter().find_map(|copy| Some((copy, copy.back(discard, &without, dialect)?)));
        match (copy, discard) {
            (Some((copy, sql)), _) => steps.extend(sql.into_iter().map(|sql| give_back(copy, sql, dialect))),
            // What the new type held as it was is as it was.
            (None, Discarded::Values { .. }) => whole &= gone.is_empty(),
            (None, _) => whole &= is_nothing(db, discard)?,
        }
    }
    let lost = match (whole, gone.is_empty()) {
        (true, _) => vec![],
        (false, false) => gone,
        (false, true) => vec!["values that were not kept".to_owned()],
    };
    Ok(Undo { of, steps, lost })
}

/// Columns of the same table that an earlier run dropped: they come back after the table does.
fn gone_before(discard: &Discarded, earlier: &[Vec<Discarded>]) -> Vec<String> {
    let (Discarded::Table(name) | Discarded::Rows { table: name, .. }) = discard else { return Vec::new() };
    let columns = |lost: &Discarded| match lost {
        Discarded::Columns { table, columns, .. } if table == name => columns.clone(),
        _ => Vec::new(),
    };
    earlier.iter().flatten().flat_map(columns).collect()
}

fn give_back(copy: &Copied, sql: String, dialect: Dialect) -> Step {
    // In PostgreSQL rows and shape of one run come back together or not at all.
    let transaction = (dialect != Dialect::Mysql).then_some(1);
    Step {
        transaction,
        expect: unmigrate_kernel::plan::Expect::Taken,
        locks: unmigrate_kernel::plan::locks(&sql, dialect),
        why: format!("give back what is kept of {}", copy.table),
        file: None,
        line: 0,
        probe: None,
        sql,
    }
}

/// No row has a value there today.
fn is_nothing(db: &mut dyn Database, discard: &Discarded) -> Result<bool, Failure> {
    let (name, columns): (&Name, &[String]) = match discard {
        Discarded::Table(name) => (name, &[]),
        Discarded::Columns { table, columns, .. } => (table, columns),
        Discarded::Rows { table, .. } | Discarded::Values { table, .. } => (table, &[]),
    };
    let Some(live) = Live::find(db, name)? else { return Ok(false) };
    if live.rows == 0 {
        return Ok(true);
    }
    if columns.is_empty() || columns.iter().any(|column| live.column(column).is_none()) {
        return Ok(false);
    }
    let some: Vec<String> = columns.iter().map(|c| format!("{} IS NOT NULL", quote(c, db.dialect()))).collect();
    let found = db.query(&format!("SELECT 1 FROM {} WHERE {} LIMIT 1", live.table, some.join(" OR ")))?;
    Ok(found.first().is_none())
}

/// Copies that were made before the rollback began are taken away again.
fn of_copies(phase: &Phase, kept: &Kept, dialect: Dialect) -> Vec<Undo> {
    let of = |(at, step): (usize, &Step)| {
        let made = kept.copies.iter().find(|copy| step.sql.starts_with(&format!("CREATE TABLE {} AS ", copy.copy)));
        let steps = made.into_iter().flat_map(|copy| copy.forget(dialect));
        let steps = steps.map(|sql| Step {
            transaction: None,
            expect: unmigrate_kernel::plan::Expect::Taken,
            locks: vec![],
            why: "take a copy away again".to_owned(),
            file: None,
            line: 0,
            probe: None,
            sql,
        });
        Undo { of: at, steps: steps.collect(), lost: vec![] }
    };
    phase.steps.iter().enumerate().rev().map(of).collect()
}
