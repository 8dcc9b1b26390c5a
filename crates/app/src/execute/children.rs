//! SQLite with foreign keys that can't be turned off (a driver that ignores the setting, or that has a transaction open
//! already): dropping a table deletes or empties the rows that refer to it, and those that refer to them. So these rows are
//! copied out and deleted before the first statement, and put back after the last, all in the one transaction.
//!
//! Where that would not be the same as with foreign keys off, it is refused: a table whose rows are copied is itself
//! changed by the rollback, or has triggers, which would fire.

use super::outcome::{Reason, Stop};
use super::statement;
use std::collections::BTreeSet;
use unmigrate_engines::Database;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::dialect::quote;
use unmigrate_kernel::plan::Step;

/// Rows that are out of the way.
pub struct Children {
    tables: Vec<Copied>,
}

struct Copied {
    table: String,
    columns: String,
    copy: String,
}

/// A table that refers to another.
struct Reference {
    child: String,
    parent: String,
}

impl Children {
    /// Copies out and deletes the rows of all tables that refer to one that is dropped, directly or by others.
    pub fn out(db: &mut dyn Database, steps: &[Step]) -> Result<Children, Stop> {
        let dropped: BTreeSet<String> = steps.iter().filter_map(|step| statement::dropped(&step.sql)).collect();
        let reached = reached(&references(db)?, &dropped);
        let mut children = Children { tables: Vec::new() };
        if reached.is_empty() {
            return Ok(children);
        }
        let changed: BTreeSet<String> = steps.iter().flat_map(|step| statement::bare_names(&step.sql)).collect();
        for table in &reached {
            if changed.contains(&table.to_lowercase()) || has_triggers(db, table)? {
                return Err(Stop::new(Reason::ForeignKeysStayOn));
            }
        }
        // Until the rows are back, keys may refer to nothing; it is all held to at COMMIT.
        db.execute("PRAGMA defer_foreign_keys=ON").map_err(Stop::failed)?;
        for (number, table) in reached.iter().enumerate() {
            let columns = columns(db, table)?;
            let copy = format!("temp.{}", quote(&format!("_unmigrate_out_{number}"), Dialect::Sqlite));
            let from = quote(table, Dialect::Sqlite);
            db.execute(&format!(
                "CREATE TEMP TABLE {} AS SELECT {columns} FROM {from}",
                copy.trim_start_matches("temp.")
            ))
            .map_err(Stop::failed)?;
            children.tables.push(Copied { table: from, columns, copy });
        }
        // Those that are reached last refer to those before them, and go first.
        for one in children.tables.iter().rev() {
            db.execute(&format!("DELETE FROM {}", one.table)).map_err(Stop::failed)?;
        }
        Ok(children)
    }

    /// Puts them back.
    pub fn back(&self, db: &mut dyn Database) -> Result<(), Stop> {
        for Copied { table, columns, copy } in &self.tables {
            db.execute(&format!("INSERT INTO {table} ({columns}) SELECT {columns} FROM {copy}"))
                .map_err(Stop::failed)?;
        }
        for one in &self.tables {
            db.execute(&format!("DROP TABLE {}", one.copy)).map_err(Stop::failed)?;
        }
        Ok(())
    }
}

fn references(db: &mut dyn Database) -> Result<Vec<Reference>, Stop> {
    let found = db
        .query(
            "SELECT m.name AS child, f.\"table\" AS parent FROM sqlite_master m \
             JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
        )
        .map_err(Stop::failed)?;
    let one = |row: unmigrate_engines::Row| Reference {
        child: row.text("child").to_owned(),
        parent: row.text("parent").to_lowercase(),
    };
    Ok(found.iter().map(one).collect())
}

/// Tables that refer to one of these, and those that refer to them, in that order. A table that is dropped itself is none:
/// its rows are where the rollback puts them.
fn reached(references: &[Reference], dropped: &BTreeSet<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut parents: BTreeSet<String> = dropped.clone();
    loop {
        let is_new = |r: &&Reference| {
            parents.contains(&r.parent) && r.child.to_lowercase() != r.parent && !out.contains(&r.child)
        };
        let mut next: Vec<String> = references.iter().filter(is_new).map(|r| r.child.clone()).collect();
        next.dedup();
        if next.is_empty() {
            return out;
        }
        parents.extend(next.iter().map(|name| name.to_lowercase()));
        next.retain(|name| !out.contains(name));
        out.append(&mut next);
    }
}

fn has_triggers(db: &mut dyn Database, table: &str) -> Result<bool, Stop> {
    let name = table.replace('\'', "''");
    let sql =
        format!("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{name}' COLLATE NOCASE LIMIT 1");
    Ok(db.query(&sql).map_err(Stop::failed)?.first().is_some())
}

/// Those that can be inserted, as a list.
fn columns(db: &mut dyn Database, table: &str) -> Result<String, Stop> {
    let name = table.replace('\'', "''");
    let found = db
        .query(&format!("SELECT name FROM pragma_table_xinfo('{name}') WHERE hidden = 0 ORDER BY cid"))
        .map_err(Stop::failed)?;
    let names = found.column("name").into_iter().flatten().map(|name| quote(name, Dialect::Sqlite));
    Ok(names.collect::<Vec<_>>().join(", "))
}
