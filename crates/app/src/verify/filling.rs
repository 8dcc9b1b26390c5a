//! Rows for the tables that a migration concerns.

use super::sample::{self, Placed};
use std::collections::BTreeSet;
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::sample::Sample;
use unmigrate_kernel::seed::{self, Options, Planned, Purpose, Spice, Texts};

/// Which rows stand in the tables that a migration concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filling {
    /// Edge values, NULLs, several rows per parent: what shows the most.
    Full,
    /// Odd values, but not the ends of every type.
    Mild,
    /// Values that fit nearly everywhere, and text that is a number with zeros before it: made a number it loses them.
    Zeros,
    /// The same, and text that is a uuid in capitals.
    Uuids,
    /// Values that fit nearly everywhere.
    Plain,
    /// No rows in the table into which the statement that was refused puts rows, and edge values around it.
    Beside,
    /// No rows in the tables of the statement that was refused, and edge values around them.
    Around,
    /// Only the rows that the history itself puts in.
    Own,
    /// No rows.
    None,
}

impl Filling {
    /// In the order in which they are tried.
    pub const ALL: [Filling; 9] = [
        Filling::Full,
        Filling::Mild,
        Filling::Zeros,
        Filling::Uuids,
        Filling::Plain,
        Filling::Beside,
        Filling::Around,
        Filling::Own,
        Filling::None,
    ];

    /// Those that a rollback is tried on which the fullest tables forbid.
    pub const OTHERS: [Filling; 5] = [Filling::Mild, Filling::Plain, Filling::Around, Filling::Own, Filling::None];

    /// Rows of ours are made.
    pub fn makes_rows(self) -> bool {
        !matches!(self, Filling::Own | Filling::None)
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filled {
    /// Rows that were put in.
    pub made: usize,
    /// Rows that the engine took in no variant.
    pub refused: usize,
    /// What came of the sample, where there is one.
    pub sample: Option<Placed>,
}

/// How far the rows that are made keep away from the numbers that a sample's keys begin with.
const AWAY: usize = 5000;

/// What the tables are filled with.
pub struct Fill<'a> {
    /// Which rows.
    pub filling: Filling,
    /// The tables that [`Filling::Around`] and [`Filling::Beside`] leave empty.
    pub closed: &'a BTreeSet<Name>,
    /// The number of the first row: no earlier filling of the same database may have used it.
    pub from: usize,
    /// Only every other key is taken: the migration inserts rows and lets those stand that it meets.
    pub gaps: bool,
    /// Rows that are put in beside those that are made.
    pub sample: Option<&'a Sample>,
    /// The rows of an earlier filling stay.
    pub keep: bool,
}

/// Fills tables, and those around them that rows need.
///
/// # Errors
/// Where the engine does not answer.
pub fn fill(db: &mut dyn Database, tables: &[Name], wanted: &Fill) -> Result<Filled, Failure> {
    let Fill { filling, closed, from, gaps, sample, keep } = *wanted;
    let dialect = db.dialect();
    if !keep {
        empty(db, tables)?;
    }
    let spice = match filling {
        Filling::Full | Filling::Around | Filling::Beside => Spice::Full,
        Filling::Mild => Spice::Mild,
        Filling::Zeros | Filling::Uuids | Filling::Plain => Spice::Plain,
        Filling::Own | Filling::None => return Ok(Filled::default()),
    };
    let mut facts = seed::facts(dialect, tables, &mut |sql| db.query(sql))?;
    if matches!(filling, Filling::Around | Filling::Beside) {
        facts.leave_empty(&closed.iter().cloned().collect::<Vec<_>>());
    }
    let mut filled = Filled::default();
    if let Some(sample) = sample {
        filled.sample = Some(sample::put(db, &mut facts, sample)?);
    }
    let from = if sample.is_some() { from + AWAY } else { from };
    let texts = match filling {
        Filling::Zeros => Texts::Zeros,
        Filling::Uuids => Texts::Uuids,
        _ => Texts::Any,
    };
    let step = if gaps { 2 } else { 1 };
    let planned = seed::plan(&facts, &Options { spice, from, step, texts, ..Options::default() });
    // One commit for all of them; a row that is refused ends no transaction there.
    let whole = dialect != Dialect::Postgres && db.abilities().transactions && !planned.is_empty();
    if whole {
        db.execute("BEGIN")?;
    }
    for of_table in planned.chunk_by(|a, b| a.table == b.table && a.purpose == b.purpose) {
        sow(db, of_table, &mut filled)?;
    }
    if whole {
        db.execute("COMMIT")?;
    }
    Ok(filled)
}

/// The rows of one table: all at once where the engine takes them so, else one by one.
fn sow(db: &mut dyn Database, rows: &[Planned], filled: &mut Filled) -> Result<(), Failure> {
    let count = |n: usize| if rows[0].purpose == Purpose::Row { n } else { 0 };
    if db.dialect() == Dialect::Postgres {
        // One text is one implicit transaction: where a row is refused, none is left.
        let first: Vec<&str> = rows.iter().map(|p| p.variants[0].as_str()).collect();
        match db.script(&first.join(";\n")) {
            Ok(()) => {
                filled.made += count(rows.len());
                return Ok(());
            }
            Err(failure) if is_gone(&failure) => return Err(failure),
            Err(_) => {}
        }
    }
    for planned in rows {
        let put = put(db, planned)?;
        filled.made += count(usize::from(put));
        filled.refused += count(usize::from(!put));
    }
    Ok(())
}

/// Puts one row in, as odd as the engine takes it. False where it takes none.
fn put(db: &mut dyn Database, planned: &Planned) -> Result<bool, Failure> {
    for insert in &planned.variants {
        match db.execute(insert) {
            Ok(_) => return Ok(true),
            Err(failure) if is_gone(&failure) => return Err(failure),
            Err(_) => {}
        }
    }
    Ok(false)
}

/// Empties tables and all that refer to them. One that refuses keeps its rows, and the migration meets them.
fn empty(db: &mut dyn Database, tables: &[Name]) -> Result<(), Failure> {
    let dialect = db.dialect();
    let mut statements = seed::clear(dialect, tables, &mut |sql| db.query(sql))?;
    if dialect == Dialect::Sqlite && !statements.is_empty() {
        statements.insert(0, "BEGIN".to_owned());
        statements.push("COMMIT".to_owned());
    }
    for statement in statements {
        match db.execute(&statement) {
            Err(failure) if is_gone(&failure) => return Err(failure),
            _ => {}
        }
    }
    Ok(())
}

/// An engine that does not answer any more.
pub fn is_gone(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Lost | FailureKind::Unauthorized)
}
