//! Rows for the tables that a migration concerns.

use std::collections::BTreeSet;
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::seed::{self, Options, Planned, Purpose, Spice};

/// Which rows stand in the tables that a migration concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filling {
    /// Edge values, NULLs, several rows per parent: what shows the most.
    Full,
    /// Odd values, but not the ends of every type.
    Mild,
    /// Values that fit nearly everywhere.
    Plain,
    /// No rows in the tables of the statement that was refused, and edge values around them.
    Around,
    /// No rows.
    None,
}

impl Filling {
    /// In the order in which they are tried.
    pub const ALL: [Filling; 5] = [Filling::Full, Filling::Mild, Filling::Plain, Filling::Around, Filling::None];
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filled {
    /// Rows that were put in.
    pub made: usize,
    /// Rows that the engine took in no variant.
    pub refused: usize,
}

/// Fills tables, and those around them that rows need. `from` is the number of the first row: no earlier filling of the same
/// database may have used it. `closed` are the tables that [`Filling::Around`] leaves empty.
///
/// # Errors
/// Where the engine does not answer.
pub fn fill(
    db: &mut dyn Database,
    tables: &[Name],
    filling: Filling,
    closed: &BTreeSet<Name>,
    from: usize,
) -> Result<Filled, Failure> {
    let dialect = db.dialect();
    if filling != Filling::Full {
        empty(db, tables)?;
    }
    let spice = match filling {
        Filling::Full | Filling::Around => Spice::Full,
        Filling::Mild => Spice::Mild,
        Filling::Plain => Spice::Plain,
        Filling::None => return Ok(Filled::default()),
    };
    let mut facts = seed::facts(dialect, tables, &mut |sql| db.query(sql))?;
    if filling == Filling::Around {
        facts.leave_empty(&closed.iter().cloned().collect::<Vec<_>>());
    }
    let planned = seed::plan(&facts, &Options { spice, from, ..Options::default() });
    let mut filled = Filled::default();
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
