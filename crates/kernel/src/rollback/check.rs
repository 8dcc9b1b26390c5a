//! SQLite: the foreign keys that a rollback checks before it commits.
//!
//! `PRAGMA foreign_key_check` fails where any table has a foreign key whose parent keeps no unique key over the columns
//! (sqlite.org/foreignkeys.html, section 3). Such a key may have been there all along; then the others are checked.

use crate::Dialect;
use crate::catalog::{ConstraintKind, ForeignKey, Name, Table};
use crate::dialect::quote;
use crate::render::Context;

/// The statements that check; none of another database than SQLite.
pub fn checks(context: &Context) -> Vec<String> {
    if context.now.dialect != Dialect::Sqlite {
        return Vec::new();
    }
    let after = After { context };
    let mismatched = |t: &Table| t.constraints.iter().filter_map(|c| c.foreign_key()).any(|k| after.mismatched(k));
    if !after.tables().any(|(_, t)| mismatched(t)) {
        return vec!["PRAGMA foreign_key_check".to_string()];
    }
    let keyed = |t: &Table| t.constraints.iter().any(|c| c.foreign_key().is_some());
    let checked = after.tables().filter(|(_, t)| keyed(t) && !mismatched(t));
    checked.map(|(n, _)| format!("PRAGMA foreign_key_check({})", quote(&n.name, context.now.quotes))).collect()
}

/// The same columns, in any order.
fn same_columns(some: &[&str], others: &[String]) -> bool {
    match (some, others) {
        ([one], [other]) => one.eq_ignore_ascii_case(other),
        _ if some.len() != others.len() => false,
        _ => {
            let mut some: Vec<String> = some.iter().map(|c| c.to_ascii_lowercase()).collect();
            let mut others: Vec<String> = others.iter().map(|c| c.to_ascii_lowercase()).collect();
            some.sort();
            others.sort();
            some == others
        }
    }
}

/// The tables as they are when the rollback has run.
struct After<'a> {
    context: &'a Context<'a>,
}

impl<'a> After<'a> {
    /// Was it touched by the migration? Then only what it was before counts.
    fn touched(&self, name: &Name) -> bool {
        self.context.now.tables.touched(name)
    }

    fn tables(&self) -> impl Iterator<Item = (&'a Name, &'a Table)> + '_ {
        let untouched = self.context.now.tables.iter().filter(|(n, _)| !self.touched(n));
        untouched.chain(self.context.target.tables.iter())
    }

    fn table(&self, name: &Name) -> Option<&'a Table> {
        if let Some(table) = self.context.target.table(name) {
            return Some(table);
        }
        let now = self.context.now.table(name)?;
        if !self.touched(&now.name) {
            return Some(now);
        }
        // It gets another name, and the keys of tables that are not touched follow it.
        let same = |t: &&Table| now.lineage.0 != 0 && t.lineage.0 == now.lineage.0;
        self.context.target.tables.iter().map(|(_, t)| t).find(same)
    }

    fn mismatched(&self, key: &ForeignKey) -> bool {
        let Some(parent) = self.table(&key.table).filter(|t| !t.partial) else { return false };
        let fits = |columns: Vec<&str>, primary: bool| {
            same_columns(&columns, &key.references)
                || (key.references.is_empty() && primary && columns.len() == key.columns.len())
        };
        let constraint = parent
            .constraints
            .iter()
            .filter(|c| c.has_index())
            .any(|c| fits(c.columns(), matches!(c.kind, ConstraintKind::PrimaryKey { .. })));
        let index = parent.indexes.iter().filter(|i| i.unique && i.predicate.is_none()).any(|i| {
            let columns: Option<Vec<&str>> = i.parts.iter().map(|p| p.column.as_deref()).collect();
            columns.is_some_and(|c| fits(c, false))
        });
        !constraint && !index
    }
}
