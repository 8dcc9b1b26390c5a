//! The result of inverting one migration: the text of its rollback, and what is to be said of it.

mod body;
mod check;
mod said;
mod session;

pub use said::said;

use crate::catalog::Catalog;
use crate::change::{Change, Pair};
use crate::diff::{Phase, Step, diff};
use crate::executable;
use crate::expand;
use crate::lex::Kind;
use crate::loss;
use crate::lower::{Lowered, Lowering};
use crate::render::{Context, Statement, object, render};
use crate::split::{self, line_of, split};
use crate::{Dialect, History, Migration};
use std::collections::BTreeSet;
use std::ops::Range;

/// What undoing the migration right after running it gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// The schema and every row.
    Lossless,
    /// The schema; some rows or values are not what they were, each named.
    Lossy,
    /// Some part needs a person; the file's first executed statement fails.
    Manual,
}

impl Grade {
    /// The word that files, terminal and JSON use.
    pub fn word(self) -> &'static str {
        match self {
            Grade::Lossless => "lossless",
            Grade::Lossy => "lossy",
            Grade::Manual => "manual",
        }
    }
}

/// What is said beside the grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// The shape returns, not its exact form (column order).
    Approximate,
    /// Today's rows may forbid the rollback.
    MayRefuse,
    /// Rolling back destroys what was written since.
    Discards,
    /// The migration destroyed it already.
    Gone,
    /// A person has to do it.
    ByHand,
}

impl NoteKind {
    /// The words of files and terminal: `may refuse`.
    pub fn words(self) -> &'static str {
        match self {
            NoteKind::Approximate => "approximate",
            NoteKind::MayRefuse => "may refuse",
            NoteKind::Discards => "discards",
            NoteKind::Gone => "gone",
            NoteKind::ByHand => "by hand",
        }
    }

    /// The word of the JSON contract: `mayRefuse`.
    pub fn json(self) -> &'static str {
        match self {
            NoteKind::Approximate => "approximate",
            NoteKind::MayRefuse => "mayRefuse",
            NoteKind::Discards => "discards",
            NoteKind::Gone => "gone",
            NoteKind::ByHand => "byHand",
        }
    }
}

/// One thing to know about a rollback, with the object and the place in the up file that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Which of the five it is.
    pub kind: NoteKind,
    /// The object as people write it: `users.email`.
    pub object: String,
    /// Why, in one sentence without a full stop.
    pub detail: String,
    /// The line of the up file, from 1.
    pub line: usize,
    /// A query that tells how much it is about, where a database can be asked: one row, one number.
    pub question: Option<String>,
}

/// The inverse of one migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// What it gives back.
    pub grade: Grade,
    /// Everything below the head line, ending in a line feed: SQL and comments, runnable by hand as it stands.
    pub body: String,
    /// What of the catalog before the migration the body was derived from, as text to be hashed.
    pub base: String,
    /// What is lost, refused or left, in the order of the up file.
    pub notes: Vec<Note>,
}

/// Replays a whole history and inverts every migration, in the order of the history.
pub fn rollbacks(history: &History) -> Vec<Rollback> {
    let mut catalog = Catalog::of(history);
    let made: Vec<Rollback> = history.migrations.iter().map(|m| rollback(&mut catalog, m)).collect();
    let doubtful = |m: &Migration| m.sql.to_ascii_uppercase().contains("CREATE TABLE IF NOT EXISTS");
    if !catalog.incomplete || !history.migrations.iter().any(doubtful) {
        return made;
    }
    // Only now is it known that the beginning is missing: what IF NOT EXISTS made may have been there before.
    let mut catalog = Catalog::of(history);
    catalog.incomplete = true;
    history.migrations.iter().map(|m| rollback(&mut catalog, m)).collect()
}

/// Applies one migration to the catalog and gives its inverse.
pub fn rollback(catalog: &mut Catalog, migration: &Migration) -> Rollback {
    let dialect = catalog.dialect;
    if let Some(snapshot) = &migration.snapshot_before {
        catalog.assume(&read(snapshot, dialect));
    }
    catalog.begin();
    let opened = executable::open(&migration.sql, dialect, catalog.server);
    let statements = split(&opened.text, dialect, migration.breakpoints);
    if dialect == Dialect::Sqlite {
        catalog.quotes.backticks = backticks(&opened.text, &statements).unwrap_or(catalog.quotes.backticks);
    }
    let mut lowering = Lowering::new(catalog, &opened.text);
    if migration.may_run_in_transaction() {
        lowering.inside_transaction();
    }
    for statement in statements {
        read_statement(&mut lowering, migration, &statement);
        let doubt = opened.doubtful.iter().find(|(range, _)| overlap(range, &statement.span));
        if let Some((_, which)) = doubt {
            lowering.doubtful(&statement, which);
        }
    }
    lowering.adopt();
    let left = lowering.catalog.end_session();
    let (before, now) = lowering.catalog.touched();
    let steps = diff(&now, &before);
    let losses =
        loss::judge(&loss::Evidence { file: &migration.sql, lowering: &lowering, before: &before, steps: &steps });
    let restores = expand::restores(&migration.sql, dialect);
    let context = Context {
        now: lowering.catalog,
        target: &before,
        concurrent: concurrent(&lowering.changes),
        using: using(&lowering.changes, &before),
        guarded_roles: lowering.guarded_roles.clone(),
        filled: expand::filled(&restores),
        keys_on: false,
    };
    let mut notes = losses.notes;
    let mut by_hand = opaque(migration, &lowering.changes);
    let mut steps = steps;
    steps.sort_by_key(|s| !before_rows(s, dialect));
    let mut statements = render_around(&steps, losses.deletes, &context).unwrap_or_else(|why| {
        by_hand.push(Note {
            kind: NoteKind::ByHand,
            object: migration.name.clone(),
            detail: why,
            line: 1,
            question: None,
        });
        Vec::new()
    });
    let then = |name: &crate::catalog::Name| before.table(name).cloned();
    expand::rows::bring(&migration.sql, dialect, &then, &mut statements, &mut notes);
    statements.splice(0..0, expand::made::drops(&migration.sql, dialect));
    let begins = expand::locked::begins(&migration.sql, dialect);
    let lossy = match expand::fill(&restores, (context.now, &before), &begins, &mut statements, &mut notes) {
        true => losses.lossy && (losses.rows || notes.iter().any(|n| n.kind == NoteKind::Gone)),
        false => losses.lossy,
    };
    statements.splice(0..0, session::leave(&left, context.now.quotes));
    let checks = check::checks(&context);
    let grade = match (by_hand.is_empty(), lossy) {
        (false, _) => Grade::Manual,
        (true, true) => Grade::Lossy,
        (true, false) => Grade::Lossless,
    };
    notes.extend(by_hand);
    notes.sort_by_key(|n| n.line);
    let body = body::write(dialect, migration, grade, &statements, &notes, &checks);
    Rollback { grade, body, base: before.describe(), notes }
}

/// Are names quoted in backticks (SQLite takes both, and Drizzle writes those)? None where none is quoted.
fn backticks(text: &str, statements: &[split::Statement]) -> Option<bool> {
    let (mut ticks, mut others) = (0, 0);
    for quoted in statements.iter().flat_map(|s| &s.tokens).filter(|t| t.kind == Kind::Quoted) {
        *(if text[quoted.start..].starts_with('`') { &mut ticks } else { &mut others }) += 1;
    }
    (ticks + others > 0).then_some(ticks > others)
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// One statement: as it is written, or what a database showed it to do.
pub(crate) fn read_statement(lowering: &mut Lowering, migration: &Migration, statement: &split::Statement) {
    match migration.observed.iter().find(|o| o.statement == statement.span) {
        Some(observed) => lowering.observed(statement, &observed.text),
        None => lowering.statement(statement),
    }
}

/// The statements of each migration that can't be read and were not observed: bytes of its file. Replays the history.
pub fn opaque_statements(history: &History) -> Vec<Vec<Range<usize>>> {
    let mut catalog = Catalog::of(history);
    let mut out = Vec::new();
    for migration in &history.migrations {
        if let Some(snapshot) = &migration.snapshot_before {
            catalog.assume(&read(snapshot, history.dialect));
        }
        catalog.begin();
        let opened = executable::open(&migration.sql, history.dialect, catalog.server);
        let mut lowering = Lowering::new(&mut catalog, &opened.text);
        let mut found = Vec::new();
        for statement in split(&opened.text, history.dialect, migration.breakpoints) {
            let so_far = lowering.changes.len();
            read_statement(&mut lowering, migration, &statement);
            if lowering.changes[so_far..].iter().any(|l| matches!(l.change, Change::Opaque { .. })) {
                found.push(statement.span);
            }
        }
        lowering.adopt();
        lowering.catalog.end_session();
        out.push(found);
    }
    out
}

/// The catalog that a piece of SQL makes out of nothing.
pub fn read(sql: &str, dialect: Dialect) -> Catalog {
    let mut catalog = Catalog::new(dialect);
    let opened = executable::open(sql, dialect, None);
    let mut lowering = Lowering::new(&mut catalog, &opened.text);
    split(&opened.text, dialect, false).iter().for_each(|s| lowering.statement(s));
    catalog
}

/// What each statement of a piece of SQL changes, over a schema that another piece makes: byte ranges and changes.
pub fn changes(sql: &str, before: &str, dialect: Dialect, breakpoints: bool) -> Vec<Lowered> {
    let mut catalog = read(before, dialect);
    let opened = executable::open(sql, dialect, None);
    let mut lowering = Lowering::new(&mut catalog, &opened.text);
    split(&opened.text, dialect, breakpoints).iter().for_each(|s| lowering.statement(s));
    lowering.changes
}

/// On MySQL, what is dropped inside a table goes with all else that changes there.
fn before_rows(step: &Step, dialect: Dialect) -> bool {
    let inside =
        matches!(step.phase, Phase::DropIndex | Phase::DropConstraint | Phase::DropColumn | Phase::DropNeededIndex);
    step.phase < Phase::Rename && !(inside && dialect == Dialect::Mysql)
}

/// The rows that were inserted go when what refers to them is gone, and before anything gets another name.
fn render_around(steps: &[Step], deletes: Vec<Statement>, context: &Context) -> Result<Vec<Statement>, String> {
    let mut statements = render(steps, context)?;
    if !deletes.is_empty() {
        // SQLite's rebuilds are not in the order of the steps, but with foreign keys off rows can go at once.
        let before = match context.dialect() {
            Dialect::Sqlite => 0,
            dialect => {
                let first = steps.partition_point(|s| before_rows(s, dialect));
                render(&steps[..first], context).map_or(0, |s| s.len())
            }
        };
        let at = before.min(statements.len());
        statements.splice(at..at, deletes);
    }
    Ok(statements)
}

/// The indexes that were dropped CONCURRENTLY.
fn concurrent(changes: &[Lowered]) -> BTreeSet<String> {
    changes
        .iter()
        .filter_map(|l| match &l.change {
            Change::Index { pair: Pair { before: Some(index), after: None }, .. } if index.concurrently.0 => {
                Some(index.name.clone())
            }
            _ => None,
        })
        .collect()
}

/// The USING of each change of a column's type, by the column's name before the migration.
fn using(changes: &[Lowered], before: &Catalog) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for lowered in changes {
        if let Change::Column { pair: Pair { after: Some(column), .. }, using: Some(using), .. } = &lowered.change {
            let was = before.tables.iter().find_map(|(name, t)| Some((name, t.column_of(column.lineage)?)));
            if let Some((table, column)) = was {
                out.push((object(table, &column.name), using.clone()));
            }
        }
    }
    out
}

fn opaque(migration: &Migration, changes: &[Lowered]) -> Vec<Note> {
    changes
        .iter()
        .filter_map(|l| match &l.change {
            Change::Opaque { why } => Some(Note {
                kind: NoteKind::ByHand,
                object: body::first_words(&migration.sql[l.span.clone()]),
                detail: why.clone(),
                line: line_of(&migration.sql, l.span.start),
                question: None,
            }),
            _ => None,
        })
        .collect()
}
