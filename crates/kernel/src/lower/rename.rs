//! Renames of tables, columns and constraints.

use super::{Lowering, Read, expected};
use crate::Dialect;
use crate::catalog::{Column, Constraint, Index, Name, Table, View};
use crate::change::{Change, Pair};
use crate::names;
use crate::reader::Reader;
use std::rc::Rc;

impl Lowering<'_> {
    /// `RENAME TO b`, `RENAME a TO b`, `RENAME CONSTRAINT a TO b`, `RENAME INDEX a TO b`.
    pub(super) fn rename_action(&mut self, r: &mut Reader, table: &Name) -> Result<Option<Name>, String> {
        r.skip();
        let mysql = self.dialect() == Dialect::Mysql;
        if r.eat("CONSTRAINT") {
            let (from, to) = pair(r)?;
            return self.rename_constraint(table, &from, &to).map(|()| None);
        }
        if mysql && (r.eat("INDEX") || r.eat("KEY")) {
            let (from, to) = pair(r)?;
            return self.rename_index(table, &from, &to).map(|()| None);
        }
        let bare = mysql && !r.is("COLUMN") && !r.is_at(1, "TO");
        if r.eat("TO") || r.eat("AS") || bare {
            let to = r.name().ok_or_else(expected("the new name"))?;
            let to = if to.schema.is_empty() { table.sibling(to.name) } else { to };
            return self.rename_table(table, to).map(Some);
        }
        r.eat("COLUMN");
        let (from, to) = pair(r)?;
        self.rename_column(table, &self.meant(&from), &to).map(|()| None)
    }

    /// MySQL's `RENAME TABLE a TO b, c TO d`.
    pub(super) fn rename_tables(&mut self, r: Reader) -> Read {
        for mut one in r.commas() {
            let from = one.name().ok_or_else(expected("the table's name"))?;
            if !one.eat("TO") {
                return Err("TO is missing".to_string());
            }
            let to = one.name().ok_or_else(expected("the new name"))?;
            if let Some(before) = self.catalog.views.shared(&from) {
                let after = View { name: to, ..(*before).clone() };
                self.emit(Change::View(Pair::alter(before, Rc::new(after))));
                continue;
            }
            let from = self.known_table(&from);
            self.rename_table(&from, to)?;
        }
        Ok(())
    }

    pub(super) fn rename_table(&mut self, from: &Name, to: Name) -> Result<Name, String> {
        let to = Name { name: names::truncate(self.dialect(), &to.name), schema: to.schema };
        let Some(before) = self.catalog.tables.shared(from) else { return Ok(to) };
        if let Some(over) = self.virtual_over(from) {
            return Err(format!(
                "the virtual table {over} reads its rows under the name {from}, and does so from then on"
            ));
        }
        let mut after = Table { name: to.clone(), ..(*before).clone() };
        // The indexes of a partition that come with its parent's keep the names that they had from the old one.
        let parent = before.partition_of.as_ref().and_then(|(parent, _)| self.catalog.table(parent));
        after.partial |= from.name != to.name && parent.is_some_and(super::alter::inherits);
        let alone = self.renames_alone().then(|| self.catalog.clone());
        self.emit(Change::Table(Pair::alter(before, Rc::new(after))));
        if let Some(catalog) = alone {
            self.keep_references(&catalog, from, &to);
        }
        if self.dialect() == Dialect::Mysql {
            self.mysql_rename_keys(from, &to);
        }
        Ok(to)
    }

    /// The virtual table of SQLite's full text search whose rows lie in a table (`content='t'`). It is found by its name as
    /// text, which no rename follows (sqlite.org/fts5.html, 4.4.3), so that all who write to it by triggers fail.
    fn virtual_over(&self, table: &Name) -> Option<&Name> {
        let names =
            |value: &str| value.trim().trim_matches(['\'', '"', '`', '[', ']', ' ']).eq_ignore_ascii_case(&table.name);
        let reads = |option: &str| {
            option
                .split_once('=')
                .is_some_and(|(key, value)| key.trim().eq_ignore_ascii_case("content") && names(value))
        };
        let over = |t: &Table| t.persistence == "VIRTUAL" && t.options.text.split([',', '(', ')']).any(reads);
        self.catalog.tables.iter().find(|(_, t)| over(t)).map(|(name, _)| name)
    }

    pub(super) fn rename_column(&mut self, table: &Name, from: &str, to: &str) -> Read {
        let to = names::truncate(self.dialect(), to);
        let Some(before) = self.catalog.table(table).and_then(|t| t.column(from)).cloned() else {
            // Nothing is known of it but its name, and that is all that a rename needs.
            return self.rename_unknown_column(table, from, &to);
        };
        let after = Column { name: to, ..before.clone() };
        let at = self.catalog.table(table).and_then(|t| t.position(from)).unwrap_or(0);
        let places = Pair::alter(at, at);
        self.emit(Change::Column { table: table.clone(), pair: Pair::alter(before, after), places, using: None });
        Ok(())
    }

    fn rename_unknown_column(&mut self, table: &Name, from: &str, to: &str) -> Read {
        if self.catalog.table(table).is_none_or(|t| !t.partial) {
            return Err(format!("{table}.{from}: no file makes this column"));
        }
        let stub = Column { lineage: self.fresh(), name: from.to_string(), ..Column::default() };
        let Some(known) = self.catalog.tables.shared(table) else { return Ok(()) };
        let mut assumed = (*known).clone();
        assumed.columns.push(stub);
        self.catalog.tables.assume(table.clone(), assumed);
        self.rename_column(table, from, to)
    }

    pub(super) fn rename_constraint(&mut self, table: &Name, from: &str, to: &str) -> Read {
        let to = names::truncate(self.dialect(), to);
        let inside = self.catalog.shared_table(table);
        let before =
            inside.constraint(from).cloned().ok_or(format!("{table}.{from}: no file makes this constraint"))?;
        let after = Constraint { name: to, ..before.clone() };
        self.emit(Change::Constraint { table: table.clone(), pair: Pair::alter(before, after) });
        Ok(())
    }

    pub(super) fn rename_index(&mut self, table: &Name, from: &str, to: &str) -> Read {
        let found = self
            .catalog
            .table(table)
            .and_then(|t| t.indexes.iter().find(|i| self.catalog.same(&i.name, from)))
            .cloned();
        let before = found.ok_or(format!("{table}.{from}: no file makes this index"))?;
        let after = Index { name: to.to_string(), implicit: false, ..before.clone() };
        self.emit(Change::Index { table: table.clone(), pair: Pair::alter(before, after) });
        Ok(())
    }
}

fn pair(r: &mut Reader) -> Result<(String, String), String> {
    let from = r.ident().ok_or_else(expected("the old name"))?;
    if !r.eat("TO") {
        return Err("TO is missing".to_string());
    }
    Ok((from, r.ident().ok_or_else(expected("the new name"))?))
}
