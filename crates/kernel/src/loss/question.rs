//! The queries beside the notes. They are asked before the rollback runs, of tables and columns as they are called now.

use super::Judge;
use crate::catalog::{Column, ForeignKey, Name, Part, Table, mentions};

/// A table before the migration, and the same one now.
pub(super) struct Asked<'a> {
    was: &'a Table,
    now: &'a Table,
}

impl<'a> Asked<'a> {
    /// What it is called now.
    pub(super) fn name(&self) -> Name {
        self.now.name.clone()
    }

    /// The column that was called so, as it is now; none where it comes back with the rollback.
    fn column(&self, name: &str) -> Option<&'a Column> {
        match self.was.column(name) {
            Some(was) if was.lineage.0 != 0 => self.now.column_of(was.lineage),
            _ => self.now.column(name),
        }
    }

    /// Do these columns hold NULL in some part in every row when the rollback has run? Then no key over them refuses.
    pub(super) fn comes_back_empty<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> bool {
        let empty = |c: &Column| !c.not_null && c.default.is_none() && c.identity.is_none() && c.generated.is_none();
        names.into_iter().any(|n| self.column(n).is_none() && self.was.column(n).is_some_and(empty))
    }
}

impl Judge<'_> {
    /// The table that was called so before the migration; none where it is not there now.
    pub(super) fn asked(&self, table: &Name) -> Option<Asked<'_>> {
        let catalog = &self.evidence.lowering.catalog;
        match self.evidence.before.table(table) {
            Some(was) if was.lineage.0 != 0 => Some(Asked { was, now: self.now(was.lineage)? }),
            Some(was) => Some(Asked { was, now: catalog.table(table)? }),
            None => {
                let now = catalog.table(table)?;
                Some(Asked { was: now, now })
            }
        }
    }

    /// A column that is there before and after, as it is called now: its table and itself, quoted.
    pub(super) fn called_now(&self, table: &Name, column: &Column) -> (String, String) {
        let holder = self.evidence.lowering.catalog.table_with_column(column.lineage);
        let found = holder.and_then(|(name, t)| Some((name, t.column_of(column.lineage)?)));
        match found.filter(|_| column.lineage.0 != 0) {
            Some((name, column)) => (self.name(name), self.quote(&column.name)),
            None => (self.name(table), self.quote(&column.name)),
        }
    }

    /// How many values rows share that a key over these parts would keep apart.
    pub(super) fn duplicates(&self, table: &Name, parts: &[Part]) -> Option<String> {
        let asked = self.asked(table)?;
        let columns: Option<Vec<String>> =
            parts.iter().map(|p| Some(self.quote(&asked.column(p.column.as_deref()?)?.name))).collect();
        let (own, columns) = (self.name(&asked.now.name), columns?);
        let filled: Vec<String> = columns.iter().map(|c| format!("{c} IS NOT NULL")).collect();
        Some(format!(
            "SELECT count(*) FROM (SELECT 1 FROM {own} WHERE {} GROUP BY {} HAVING count(*) > 1) d",
            filled.join(" AND "),
            columns.join(", ")
        ))
    }

    /// How many rows a check would refuse, where all that it names is called as it was.
    pub(super) fn breaking(&self, table: &Name, check: &str) -> Option<String> {
        let asked = self.asked(table)?;
        let named = |c: &&Column| mentions(check, &c.name, self.dialect);
        let same = |c: &Column| asked.column(&c.name).is_some_and(|now| now.name == c.name);
        // A function or a type that comes back can't be asked yet.
        let (before, now) = (self.evidence.before, &self.evidence.lowering.catalog.types);
        let mut types = before.types.keys().filter(|n| !now.contains(n));
        let gone = before.routines.keys().any(|(n, _)| mentions(check, &n.name, self.dialect))
            || types.any(|n| mentions(check, &n.name, self.dialect));
        let all = !gone && asked.was.columns.iter().filter(named).all(same);
        all.then(|| format!("SELECT count(*) FROM {} WHERE NOT ({check})", self.name(&asked.now.name)))
    }

    /// How many rows refer to nothing.
    pub(super) fn orphans(&self, table: &Name, key: &ForeignKey) -> Option<String> {
        let asked = self.asked(table)?;
        let own: Option<Vec<String>> = key.columns.iter().map(|c| Some(self.quote(&asked.column(c)?.name))).collect();
        let own = own?;
        let filled: Vec<String> = own.iter().map(|c| format!("c.{c} IS NOT NULL")).collect();
        let rows = format!("SELECT count(*) FROM {} c WHERE {}", self.name(&asked.now.name), filled.join(" AND "));
        // A table that comes back comes back empty.
        let Some(parent) = self.asked(&key.table) else { return Some(rows) };
        if key.references.len() != key.columns.len() {
            return None;
        }
        let referred: Option<Vec<String>> =
            key.references.iter().map(|c| Some(self.quote(&parent.column(c)?.name))).collect();
        let pairs = own.iter().zip(referred?);
        let joined: Vec<String> = pairs.map(|(c, p)| format!("p.{p} = c.{c}")).collect();
        let other = self.name(&parent.now.name);
        Some(format!("{rows} AND NOT EXISTS (SELECT 1 FROM {other} p WHERE {})", joined.join(" AND ")))
    }
}
