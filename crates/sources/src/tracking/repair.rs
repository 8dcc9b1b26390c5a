//! Rows of a tool's table that lead it astray, and what mends them: rows of a migration that lack what the tool goes by,
//! rows that are there more than once, rows that belong to no migration.

use super::write::{Target, Writes};
use super::{Table, Tracking, locals};
use crate::Source;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::{Bookkeeping, Probe};

/// What mends a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repair {
    /// In the order in which they are run, all in one transaction.
    pub writes: Writes,
    /// Rows that belong to no migration of the folder, as messages name them. They are left as they are, unless it was
    /// asked for that they go.
    pub orphans: Vec<String>,
}

impl Tracking {
    /// What would mend the table; nothing where it is in order. Rows without a migration are deleted only with
    /// `forget_orphans`: they may be of somebody else's branch.
    pub fn repair(&self, source: &Source, orm: Option<&str>, forget_orphans: bool) -> Repair {
        let local = locals(source);
        match &self.table {
            Table::Prisma(table) => table.repair(&local, forget_orphans, &self.target()),
            Table::Drizzle(table) => {
                table.repair(&local, self.rule(orm, source.layout), forget_orphans, &self.target())
            }
        }
    }
}

impl Target<'_> {
    /// Deletes all but one of `count` rows for which the condition holds: no key tells them apart.
    pub(super) fn keep_one(&self, condition: &str, count: u64, why: String) -> Bookkeeping {
        let table = self.table();
        let gone = count - 1;
        let sql = match self.dialect {
            Dialect::Mysql => format!("DELETE FROM {table} WHERE {condition} LIMIT {gone}"),
            Dialect::Sqlite => format!(
                "DELETE FROM {table} WHERE {condition} AND rowid <> (SELECT min(rowid) FROM {table} WHERE {condition})"
            ),
            Dialect::Postgres | Dialect::Cockroach => format!(
                "DELETE FROM {table} WHERE {condition} AND ctid <> (SELECT ctid FROM {table} WHERE {condition} LIMIT 1)"
            ),
        };
        let query = format!("SELECT count(*) FROM {table} WHERE {condition}");
        Bookkeeping { sql, changes: Some(gone), probe: Probe { query, done: "1".into() }, why }
    }
}
