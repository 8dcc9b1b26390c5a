//! Rows for the tables that a migration concerns.

use super::sample::{self, Placed};
use std::collections::BTreeSet;
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::kept::Kept;
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

/// How far the keys of two rows are apart where an INSERT is to meet some rows and not others. Numbers that people write follow each
/// other, so that of two of them one is met at the most.
pub const GAP: usize = 3;

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

/// Fills tables, and those around them that rows need. `kept`: the queries of this session.
///
/// # Errors
/// Where the engine does not answer.
pub fn fill(db: &mut dyn Database, kept: &mut Kept, tables: &[Name], wanted: &Fill) -> Result<Filled, Failure> {
    let Fill { filling, closed, from, gaps, sample, keep } = *wanted;
    let dialect = db.dialect();
    if !keep {
        empty(db, kept, tables)?;
    }
    let spice = match filling {
        Filling::Full | Filling::Around | Filling::Beside => Spice::Full,
        Filling::Mild => Spice::Mild,
        Filling::Zeros | Filling::Uuids | Filling::Plain => Spice::Plain,
        Filling::Own | Filling::None => return Ok(Filled::default()),
    };
    let mut facts = seed::facts_by(kept, tables, &mut |sql| db.query(sql))?;
    if matches!(filling, Filling::Around | Filling::Beside) {
        facts.leave_empty(&closed.iter().cloned().collect::<Vec<_>>());
    }
    let mut filled = Filled::default();
    if let Some(sample) = sample {
        filled.sample = Some(sample::put(db, kept, &mut facts, sample)?);
    }
    let from = if sample.is_some() { from + AWAY } else { from };
    let texts = match filling {
        Filling::Zeros => Texts::Zeros,
        Filling::Uuids => Texts::Uuids,
        _ => Texts::Any,
    };
    let step = if gaps { GAP } else { 1 };
    let planned = seed::plan(&facts, &Options { spice, from, step, texts, ..Options::default() });
    // One commit for all of them; a row that is refused ends no transaction there.
    let whole = dialect != Dialect::Postgres && db.abilities().transactions && !planned.is_empty();
    if whole {
        db.execute("BEGIN")?;
    }
    if !(dialect == Dialect::Postgres && all_at_once(db, &planned, &mut filled)?) {
        for of_table in planned.chunk_by(|a, b| a.table == b.table && a.purpose == b.purpose) {
            sow(db, of_table, &mut filled)?;
        }
    }
    if whole {
        db.execute("COMMIT")?;
    }
    Ok(filled)
}

/// All rows as odd as they can be. False where one is refused: then none is left, since one text is one implicit
/// transaction.
fn all_at_once(db: &mut dyn Database, rows: &[Planned], filled: &mut Filled) -> Result<bool, Failure> {
    if rows.is_empty() {
        return Ok(true);
    }
    let first: Vec<&str> = rows.iter().map(|p| p.variants[0].as_str()).collect();
    match db.script(&gathered(&first)) {
        Ok(()) => {
            filled.made += rows.iter().filter(|p| p.purpose == Purpose::Row).count();
            Ok(true)
        }
        Err(failure) if is_gone(&failure) => Err(failure),
        Err(_) => Ok(false),
    }
}

/// INSERT statements as one text, those that follow each other in the same columns as one statement: to read each by itself
/// takes a server longer than to put the row in. What looks its parent up in its own table has to see the rows before it.
fn gathered(inserts: &[&str]) -> String {
    let mut out = String::new();
    let mut open: Option<&str> = None;
    for insert in inserts {
        let (into, values) = insert.split_once(" VALUES ").unwrap_or((insert, ""));
        let table = into.strip_prefix("INSERT INTO ").and_then(|rest| rest.split_once(" (")).map(|(table, _)| table);
        let alone = values.is_empty() || table.is_none_or(|table| values.contains(table));
        if !alone && open == Some(into) {
            out.push_str(", ");
            out.push_str(values);
            continue;
        }
        if !out.is_empty() {
            out.push_str(";\n");
        }
        out.push_str(insert);
        open = (!alone).then_some(into);
    }
    out
}

/// The rows of one table: all at once where the engine takes them so, else one by one.
fn sow(db: &mut dyn Database, rows: &[Planned], filled: &mut Filled) -> Result<(), Failure> {
    if db.dialect() == Dialect::Postgres && all_at_once(db, rows, filled)? {
        return Ok(());
    }
    let count = |n: usize| if rows[0].purpose == Purpose::Row { n } else { 0 };
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
fn empty(db: &mut dyn Database, kept: &mut Kept, tables: &[Name]) -> Result<(), Failure> {
    let dialect = db.dialect();
    let seed::Clearing { quickly, mut statements } = seed::clearing(kept, tables, &mut |sql| db.query(sql))?;
    match quickly.map(|text| db.script(&text)) {
        Some(Ok(())) => return Ok(()),
        Some(Err(failure)) if is_gone(&failure) => return Err(failure),
        _ => {}
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_in_the_same_columns_are_one_statement() {
        let texts = [
            r#"INSERT INTO "public"."t" ("a", "b") VALUES (1, ' VALUES ')"#,
            r#"INSERT INTO "public"."t" ("a", "b") VALUES (2, NULL)"#,
            r#"INSERT INTO "public"."t" ("a") VALUES (3)"#,
            r#"INSERT INTO "public"."u" DEFAULT VALUES"#,
            r#"INSERT INTO "public"."u" DEFAULT VALUES"#,
        ];
        let one = r#"INSERT INTO "public"."t" ("a", "b") VALUES (1, ' VALUES '), (2, NULL)"#;
        assert_eq!(gathered(&texts), [one, texts[2], texts[3], texts[4]].join(";\n"));
    }

    #[test]
    fn a_row_sees_those_before_it_in_its_own_table() {
        let texts = [
            r#"INSERT INTO "t" ("id", "p") VALUES (1, NULL)"#,
            r#"INSERT INTO "t" ("id", "p") VALUES (2, (SELECT "id" FROM "t" LIMIT 1))"#,
            r#"INSERT INTO "t" ("id", "p") VALUES (3, NULL)"#,
        ];
        assert_eq!(gathered(&texts), texts.join(";\n"));
    }
}
