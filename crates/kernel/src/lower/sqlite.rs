//! What only SQLite does.

use super::Lowering;
use crate::Dialect;
use crate::catalog::{Catalog, Column, Name, Table};
use crate::conversion::declared_for;
use crate::reader::Reader;
use crate::rows::{CopySource, TableFromQuery};

/// Whose transaction is open.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Open {
    #[default]
    None,
    /// The runner's, where it has one around the file: some do, some don't.
    Runner,
    /// The file's own.
    Own,
}

/// What PRAGMAs have set in this file.
#[derive(Debug, Default)]
pub struct Pragmas {
    open: Open,
    /// Foreign keys are not enforced.
    pub foreign_keys_off: bool,
    /// They were turned off where a runner may have a transaction open.
    pub unsure: bool,
    /// Renames leave the other tables, views and triggers as they are.
    pub legacy_alter_table: bool,
}

impl Pragmas {
    /// A runner may have a transaction open around the file.
    pub fn inside(&mut self) {
        self.open = Open::Runner;
    }

    /// A statement that opens or ends a transaction.
    pub fn transaction(&mut self, word: &str) {
        match word {
            "BEGIN" if self.open == Open::None => self.open = Open::Own,
            "COMMIT" | "END" => self.open = Open::None,
            _ => {}
        }
    }

    /// Reads `foreign_keys = OFF`, `foreign_keys(0)`.
    pub fn set(&mut self, r: &mut Reader) {
        let Some(name) = r.name() else { return };
        r.eat_punct(b'=');
        let value = r.rest().trim_matches(['(', ')', '\'', '"', ' ']).to_ascii_lowercase();
        let on = match value.as_str() {
            "on" | "1" | "true" | "yes" => true,
            "off" | "0" | "false" | "no" => false,
            _ => return,
        };
        match name.name.to_ascii_lowercase().as_str() {
            // Inside of a transaction it does nothing (sqlite.org/pragma.html#pragma_foreign_keys).
            "foreign_keys" if self.open != Open::Own => {
                self.foreign_keys_off = !on;
                self.unsure = self.open == Open::Runner;
            }
            "legacy_alter_table" => self.legacy_alter_table = on,
            _ => {}
        }
    }
}

impl Lowering<'_> {
    /// With `legacy_alter_table` on and foreign keys off, a renamed table is renamed alone: foreign keys, views and
    /// triggers go on naming what it was called (sqlite.org/pragma.html#pragma_legacy_alter_table).
    pub(super) fn renames_alone(&self) -> bool {
        self.dialect() == Dialect::Sqlite && self.pragmas.legacy_alter_table && self.pragmas.foreign_keys_off
    }

    /// Sets the foreign keys, views and triggers back that a rename has carried along.
    pub(super) fn keep_references(&mut self, before: &Catalog, from: &Name, to: &Name) {
        let changed: Vec<Name> = self.catalog.touched().1.tables.keys().cloned().collect();
        for name in changed {
            let was = before.tables.get(if name == *to { from } else { &name });
            if let (Some(was), Some(table)) = (was, self.catalog.tables.get_mut(&name)) {
                table.constraints = was.constraints.clone();
                table.triggers = was.triggers.clone();
            }
        }
        let views: Vec<Name> = self.catalog.touched().1.views.keys().cloned().collect();
        for name in views {
            if let (Some(was), Some(view)) = (before.views.get(&name), self.catalog.views.get_mut(&name)) {
                *view = was.clone();
            }
        }
    }

    /// The columns of CREATE TABLE AS over one table: names and types, no constraint and no default
    /// (sqlite.org/lang_createtable.html, section 2.1). None where the query's columns can't be told.
    pub(super) fn sqlite_query_columns(&mut self, made: &TableFromQuery) -> Option<Vec<Column>> {
        let copy = made.copy.as_ref()?;
        let from = self.catalog.table(&super::rows::name(&copy.from)).filter(|t| !t.partial)?.clone();
        let listed: Vec<(String, String)> = if copy.columns.is_empty() {
            from.columns.iter().map(|c| (c.name.clone(), declared_for(&c.data_type).to_string())).collect()
        } else {
            let names = made.columns.as_ref().filter(|n| n.len() == copy.columns.len())?;
            let sources = copy.columns.iter().map(|(_, source)| match source {
                CopySource::Column(c) => from.column(c).map(|c| declared_for(&c.data_type).to_string()),
                CopySource::Expression { text, .. } => of_expression(text),
            });
            names.iter().cloned().zip(sources).map(|(n, t)| Some((n, t?))).collect::<Option<_>>()?
        };
        let column = |(name, data_type): (String, String)| {
            let mut column = Column { lineage: self.catalog.fresh(), name, ..Column::default() };
            super::column::set_type(&mut column, &data_type, Dialect::Sqlite);
            column
        };
        Some(listed.into_iter().map(column).collect())
    }
}

/// Do the table's own constraints say IGNORE, or REPLACE, where a row meets another (sqlite.org/lang_conflict.html)?
pub fn resolves_conflicts(table: &Table) -> (bool, bool) {
    let tails = table.constraints.iter().map(|c| c.tail.text.to_ascii_uppercase());
    let settings = table.columns.iter().flat_map(|c| &c.settings).map(|(key, value)| format!("{key} {value}"));
    let clauses: Vec<String> = tails.chain(settings).filter(|text| text.contains("ON CONFLICT")).collect();
    let any = |word: &str| clauses.iter().any(|text| text.ends_with(word));
    (any("IGNORE"), any("REPLACE"))
}

/// An expression has no affinity, but CAST has its type's (sqlite.org/datatype3.html, section 3.2).
fn of_expression(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    if lower.contains("select") || lower.contains("collate") {
        return None;
    }
    let inside = lower.strip_prefix("cast").map(str::trim).and_then(|t| t.strip_prefix('(')?.strip_suffix(')'));
    Some(inside.and_then(|t| t.rsplit_once(" as ")).map_or("", |(_, to)| declared_for(to)).to_string())
}
