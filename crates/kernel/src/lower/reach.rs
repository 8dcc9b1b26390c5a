//! Rows of other tables that a statement takes along through their foreign keys.

use super::Lowering;
use crate::Dialect;
use crate::catalog::{Lineage, Name, Wanted};
use std::collections::BTreeSet;
use std::ops::Range;

/// The rows of a table that a statement about another deleted or changed through a foreign key.
#[derive(Debug, Clone)]
pub struct Reached {
    /// The statement.
    pub span: Range<usize>,
    /// What was done to the table that they refer to.
    pub cause: Cause,
    /// The table that they refer to.
    pub parent: Name,
    /// The same, by its lineage.
    pub parent_lineage: Lineage,
    /// The table whose rows refer to it.
    pub table: Lineage,
    /// Its columns that do.
    pub columns: Vec<String>,
    /// `CASCADE`, `SET NULL`, `SET DEFAULT`.
    pub action: String,
    /// The file turned foreign keys off, and a runner that has a transaction open leaves them on.
    pub unsure: bool,
}

/// What was done to the table that rows refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// SQLite: it was dropped, and its rows deleted first (sqlite.org/foreignkeys.html, section 5).
    Dropped,
    /// Rows of it were deleted.
    Deleted,
    /// It was emptied with TRUNCATE .. CASCADE.
    Emptied,
}

impl Lowering<'_> {
    /// Follows the foreign keys that refer to a table, and those that refer to what is deleted with its rows.
    pub(super) fn reach_through_keys(&mut self, parent: &Name, cause: Cause) {
        let sqlite = self.dialect() == Dialect::Sqlite;
        let unsure = sqlite && self.pragmas.foreign_keys_off && self.pragmas.unsure;
        if sqlite && self.pragmas.foreign_keys_off && !unsure {
            return;
        }
        let mut parents = vec![parent.clone()];
        let mut seen: BTreeSet<Name> = parents.iter().cloned().collect();
        while let Some(parent) = parents.pop() {
            let Some(parent_lineage) = self.catalog.table(&parent).map(|t| t.lineage) else { continue };
            for (name, table) in self.catalog.maybe(Wanted::Refers(&parent)).into_iter().filter(|(n, _)| **n != parent)
            {
                for key in table.constraints.iter().filter_map(|c| c.foreign_key()).filter(|k| k.table == parent) {
                    let acts = !matches!(key.on_delete.as_str(), "" | "RESTRICT" | "NO ACTION");
                    if !acts && cause != Cause::Emptied {
                        continue;
                    }
                    let action = if cause == Cause::Emptied { "CASCADE" } else { key.on_delete.as_str() };
                    self.reached.push(Reached {
                        span: self.span.clone(),
                        cause,
                        parent: parent.clone(),
                        parent_lineage,
                        table: table.lineage,
                        columns: key.columns.clone(),
                        action: action.to_string(),
                        unsure,
                    });
                    if action == "CASCADE" && seen.insert(name.clone()) {
                        parents.push(name.clone());
                    }
                }
            }
        }
    }
}
