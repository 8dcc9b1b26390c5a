//! SQLite's foreign keys around a transaction. Off, since dropping a table that is rebuilt would delete or empty the rows
//! of others that refer to it; and since the setting does nothing inside a transaction, and some drivers ignore it
//! altogether, it is read back, and what it should have kept is counted. Where it stays on, the rows of the others are
//! copied out before the first statement and back after the last ([`children`](super::children)).

use super::children::Children;
use super::outcome::{Reason, Stop};
use super::statement;
use std::collections::{BTreeMap, BTreeSet};
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::dialect::quote;
use unmigrate_kernel::plan::Step;

/// Foreign keys are off until [`after`](Self::after), where the driver takes that.
pub struct Guard {
    was_on: bool,
    stays_on: bool,
}

/// What must not become worse.
pub struct Before {
    /// Rows that refer to nothing, by the table that they are in and the one that they refer to.
    broken: BTreeMap<(String, String), usize>,
    /// How many rows there are in the tables that a cascade could reach.
    rows: BTreeMap<String, u64>,
    /// Rows that are out of the way; none where foreign keys are off.
    children: Option<Children>,
}

impl Guard {
    /// Turns them off and reads back that they are; none on other engines.
    pub fn before(db: &mut dyn Database) -> Result<Option<Guard>, Stop> {
        if db.dialect() != Dialect::Sqlite {
            return Ok(None);
        }
        let was_on = setting(db)? != "0";
        set(db, "OFF")?;
        let stays_on = setting(db)? != "0";
        Ok(Some(Guard { was_on: was_on && !stays_on, stays_on }))
    }

    /// Puts them back, outside of the transaction.
    pub fn after(self, db: &mut dyn Database) {
        if self.was_on {
            let _ = set(db, "ON");
        }
    }

    /// Looks, inside of the transaction, and gets rows out of the way that these steps would take along.
    pub fn look(&self, db: &mut dyn Database, steps: &[Step]) -> Result<Before, Stop> {
        let (broken, rows) = (broken(db)?, counts(db)?);
        let children = self.stays_on.then(|| Children::out(db, steps)).transpose()?;
        Ok(Before { broken, rows, children })
    }

    /// Looks again, before COMMIT: no row refers to nothing that did not before, and no table that a cascade could have
    /// reached has another number of rows, unless a statement changes its rows by name.
    pub fn compare(&self, db: &mut dyn Database, before: &Before, steps: &[Step]) -> Result<(), Stop> {
        if let Some(children) = &before.children {
            children.back(db)?;
        }
        let now = broken(db)?;
        let worse = |pair: &(String, String)| now.get(pair) > before.broken.get(pair);
        let sum = |all: &BTreeMap<_, usize>| all.values().sum::<usize>();
        if sum(&now) > sum(&before.broken)
            && let Some((table, parent)) = now.keys().find(|pair| worse(pair))
        {
            let what = format!("rows of `{table}` would refer to rows of `{parent}` that are not there");
            return Err(Stop::new(Reason::Unexpected(what)));
        }
        let named: BTreeSet<String> =
            steps.iter().filter_map(|s| statement::rows_of(&s.sql, Dialect::Sqlite)).collect();
        let now = counts(db)?;
        for (table, rows) in &before.rows {
            if let Some(is) = now.get(table).filter(|is| *is != rows && !named.contains(&table.to_lowercase())) {
                let what = format!("`{table}` would have {is} rows, and has {rows}: a cascade reached it");
                return Err(Stop::new(Reason::Unexpected(what)));
            }
        }
        Ok(())
    }
}

fn setting(db: &mut dyn Database) -> Result<String, Stop> {
    let answer = db.query("PRAGMA foreign_keys").map_err(Stop::failed)?;
    // A driver that answers nothing ignores it.
    Ok(answer.first().unwrap_or("1").to_owned())
}

fn set(db: &mut dyn Database, to: &str) -> Result<(), Stop> {
    match db.query(&format!("PRAGMA foreign_keys={to}")) {
        Err(failure) if failure.kind == FailureKind::Lost => Err(Stop::failed(failure)),
        _ => Ok(()), // what counts is what it reads back as
    }
}

fn broken(db: &mut dyn Database) -> Result<BTreeMap<(String, String), usize>, Stop> {
    let answer = match db.query("PRAGMA foreign_key_check") {
        Ok(answer) => answer,
        // A key that refers to columns without a unique index can't be checked, before as well as after.
        Err(Failure { kind: FailureKind::Refused, .. }) => return Ok(BTreeMap::new()),
        Err(failure) => return Err(Stop::failed(failure)),
    };
    let mut out = BTreeMap::new();
    for row in answer.iter() {
        *out.entry((row.text("table").to_owned(), row.text("parent").to_owned())).or_default() += 1;
    }
    Ok(out)
}

fn counts(db: &mut dyn Database) -> Result<BTreeMap<String, u64>, Stop> {
    let tables = db
        .query(
            "SELECT DISTINCT m.name AS name FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f \
             WHERE m.type = 'table' AND f.on_delete IN ('CASCADE', 'SET NULL', 'SET DEFAULT')",
        )
        .map_err(Stop::failed)?;
    let mut out = BTreeMap::new();
    for name in tables.column("name").into_iter().flatten() {
        let count =
            db.query(&format!("SELECT count(*) FROM {}", quote(name, Dialect::Sqlite))).map_err(Stop::failed)?;
        out.insert(name.to_owned(), count.first().and_then(|n| n.parse().ok()).unwrap_or_default());
    }
    Ok(out)
}
