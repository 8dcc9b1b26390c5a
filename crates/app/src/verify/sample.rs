//! Rows of a database that the user names: taken once at the start, in a session that can only read, and put into the
//! scratch database beside the rows that are made.
//!
//! They are somebody's data. No message repeats a value of theirs: of what an engine says, only words stay that stand in
//! the statement or name an object.

use super::Secret;
use super::filling::is_gone;
use super::report::Unfit;
use crate::Problem;
use crate::target::invalid_url;
use std::collections::BTreeMap;
use std::path::Path;
use unmigrate_engines::{Database, Failure, FailureKind, Target, read_only};
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::kept::Kept;
use unmigrate_kernel::sample::{self, OfTable, Sample};
use unmigrate_kernel::seed::Facts;
use unmigrate_kernel::{Dialect, rowset};

/// How many rows of each table are taken where nobody says.
pub const ROWS: usize = 20;
/// And how many at most.
pub const MOST_ROWS: usize = 1000;

/// Whose rows they are, and the rows.
pub struct Sampled {
    /// Of the database that they come from.
    pub dialect: Dialect,
    /// The rows.
    pub rows: Sample,
}

impl Sampled {
    /// Takes them. Nothing is written to the database, and the session ends before anything else begins.
    ///
    /// # Errors
    /// `invalid-url`; `sample-failed` where the database can't be read.
    pub fn take(target: &Target, rows: usize) -> Result<Sampled, Problem> {
        let taken = || -> Result<Sampled, Failure> {
            let mut session = read_only(target)?;
            let dialect = session.dialect();
            for setting in rowset::settings(dialect) {
                session.execute(setting)?;
            }
            let rows = sample::take(dialect, rows, &mut |sql| session.query(sql))?;
            // It only read; where this fails, the end of the session does the same.
            let _ = session.execute("ROLLBACK");
            Ok(Sampled { dialect, rows })
        };
        taken().map_err(|failure| {
            let help = failure.hint.clone().unwrap_or_else(|| {
                "name a database whose tables this user may SELECT from, such as a replica or a copy".to_owned()
            });
            Problem::error("sample-failed", format!("no rows could be taken from {target}: {failure}"), help)
        })
    }

    /// The database that a URL names.
    ///
    /// # Errors
    /// `invalid-url`.
    pub fn target(url: &Secret, cwd: &Path) -> Result<Target, Problem> {
        Target::parse(url.expose(), cwd).map_err(|failure| invalid_url("the sample's URL", &failure))
    }
}

/// What came of putting rows of a sample into the tables of a migration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Placed {
    /// Rows of it that are in the tables, by table.
    pub rows: BTreeMap<Name, usize>,
    /// Those that the tables did not take.
    pub unfit: Vec<Unfit>,
}

/// Puts the rows of a sample into the tables of `facts`, and notes there how many these are.
///
/// # Errors
/// Where the engine does not answer. A row that it refuses does not fit.
pub fn put(db: &mut dyn Database, kept: &mut Kept, facts: &mut Facts, sample: &Sample) -> Result<Placed, Failure> {
    let names: Vec<_> = facts.tables.iter().map(|t| t.name.clone()).collect();
    let there = rowset::read_by(kept, &names, &mut |sql| db.query(sql))?;
    let mut placed = Placed::default();
    for of_table in sample.inserts(facts, &there) {
        let refused = table(db, &of_table)?;
        let put = of_table.rows - of_table.there - refused.as_ref().map_or(0, |(rows, _)| *rows);
        placed.rows.insert(of_table.table.clone(), of_table.there + put);
        let name = of_table.table.to_string();
        let known = known(facts, &of_table.table);
        placed.unfit.extend(refused.map(|(rows, why)| Unfit { why: discreet(&why, &known), table: name, rows }));
        if let Some(table) = facts.tables.iter_mut().find(|t| t.name == of_table.table) {
            table.beside = of_table.there + put;
            table.rows += put;
        }
    }
    Ok(placed)
}

/// The names that an engine may repeat.
fn known(facts: &Facts, table: &Name) -> String {
    let columns = facts.table(table).into_iter().flat_map(|t| t.columns.iter().map(|c| c.name.as_str()));
    columns.chain([table.name.as_str()]).collect::<Vec<_>>().join("\n")
}

/// The rows of one table. How many it refused, and what the engine said of the first.
fn table(db: &mut dyn Database, of: &OfTable) -> Result<Option<(usize, Failure)>, Failure> {
    let missing = of.rows - of.there - of.inserts.len();
    if missing > 0 {
        return Ok(Some((missing, Failure::new(FailureKind::Refused, "the table has none of its columns"))));
    }
    let mut left: Vec<&String> = of.inserts.iter().collect();
    let mut said = None;
    // One text is one implicit transaction there: where a row is refused, none is left.
    let whole = db.dialect() == Dialect::Postgres && !left.is_empty();
    if whole && answered(db.script(&of.inserts.join(";\n")))?.is_none() {
        left.clear();
    }
    let mut refused = Vec::new();
    for insert in left {
        if let Some(why) = answered(db.execute(insert).map(drop))? {
            refused.push(insert);
            said = said.or(Some(why));
        }
    }
    for statement in &of.raise {
        answered(db.query(statement).map(drop))?;
    }
    Ok(said.map(|why| (refused.len(), why)))
}

/// What the engine refused it with; none where it ran.
fn answered(ran: Result<(), Failure>) -> Result<Option<Failure>, Failure> {
    match ran {
        Ok(()) => Ok(None),
        Err(failure) if is_gone(&failure) => Err(failure),
        Err(failure) => Ok(Some(failure)),
    }
}

/// An engine's message without the values in it: the detail goes, and what stands in quotes stays only where it stands
/// in `known` too, which is SQL and the names of objects. What a trigger or a function says may hold anything.
pub fn discreet(failure: &Failure, known: &str) -> String {
    const DETAIL: [&str; 4] = ["Key (", "Failing row contains", "Partition key of", "Token \""];
    // RAISE on PostgreSQL, SIGNAL on MySQL.
    if matches!(failure.code.as_deref(), Some("P0001" | "45000")) {
        return "an error that its own code raises, whose words may hold a row's values".to_owned();
    }
    let message = &failure.message;
    let cut = DETAIL.iter().filter_map(|words| message.find(words)).min();
    let mut rest = cut.map_or(message.as_str(), |at| message[..at].trim_end_matches([' ', ':', '\n']));
    let mut out = String::new();
    while let Some(at) = rest.find(['"', '\'', '`']) {
        out.push_str(&rest[..at]);
        let (quote, inside) = rest[at..].split_at(1);
        rest = match inside.split_once(quote) {
            Some((name, after)) if !name.is_empty() && known.contains(name) => {
                out.extend([quote, name, quote]);
                after
            }
            // A value may have quotes in it: all goes up to the last one.
            _ => {
                out.push('…');
                inside.rsplit_once(quote).map_or("", |(_, after)| after)
            }
        };
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::discreet;
    use unmigrate_engines::{Failure, FailureKind};

    #[test]
    fn no_value_is_repeated() {
        let known = "CREATE UNIQUE INDEX users_email_key ON users (email); ALTER TABLE users ADD age integer";
        for (said, shown) in [
            (
                "duplicate key value violates unique constraint \"users_email_key\": Key (email)=(ada@b.c) already exists.",
                "duplicate key value violates unique constraint \"users_email_key\"",
            ),
            (
                "null value in column \"email\" of relation \"users\" violates not-null constraint: Failing row contains (7, ada).",
                "null value in column \"email\" of relation \"users\" violates not-null constraint",
            ),
            ("invalid input syntax for type integer: \"forty\"", "invalid input syntax for type integer: …"),
            ("invalid input syntax for type json: Token \"ada\" is invalid.", "invalid input syntax for type json"),
            ("Duplicate entry 'ada@b.c' for key 'users_email_key'", "Duplicate entry …"),
            (
                "Incorrect value: 'it's \"ada\"' for column `users`.`age` at row 1",
                "Incorrect value: … for column `users`.`age` at row 1",
            ),
            ("value too long for type character varying(5)", "value too long for type character varying(5)"),
            ("ada's", "ada…"),
            ("UNIQUE constraint failed: users.email", "UNIQUE constraint failed: users.email"),
        ] {
            assert_eq!(discreet(&Failure::new(FailureKind::Refused, said), known), shown);
        }
        let raised = Failure { code: Some("P0001".into()), ..Failure::new(FailureKind::Refused, "ada is too young") };
        assert!(!discreet(&raised, known).contains("ada"));
    }
}
