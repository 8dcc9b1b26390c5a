//! What only MySQL and MariaDB have: keys in the table, MODIFY and CHANGE, the indexes that foreign keys bring.

use super::constraint::parts;
use super::guard::has_index;
use super::{Lowering, Read, expected};
use crate::Dialect;
use crate::catalog::{Column, Constraint, Index, Lenient, Name, Part, Sql, Table};
use crate::change::{Change, Pair};
use crate::names;
use crate::reader::Reader;

/// Does `INDEX a (..)`, `KEY`, `FULLTEXT`, `SPATIAL` stand here?
pub fn begins_key(r: &Reader) -> bool {
    ["INDEX", "KEY", "FULLTEXT", "SPATIAL"].iter().any(|k| r.is(k))
}

impl Lowering<'_> {
    /// A key inside CREATE TABLE or behind ADD.
    pub(super) fn mysql_key(&mut self, r: &mut Reader, table: &Table) -> Result<Index, String> {
        let class = match r.eat_any(&["FULLTEXT", "SPATIAL"]) {
            Some("FULLTEXT") => "FULLTEXT",
            Some(_) => "SPATIAL",
            None => "",
        };
        r.eat_any(&["INDEX", "KEY"]);
        r.eat("IF NOT EXISTS");
        let name = if r.is_punct(b'(') || r.is("USING") { None } else { r.ident() };
        let mut method = String::new();
        if r.eat("USING") {
            method = r.ident().unwrap_or_default().to_ascii_lowercase();
        }
        let mut index = Index {
            lineage: self.fresh(),
            name: name.unwrap_or_default(),
            unique: false,
            class,
            method: String::new(),
            parts: parts(r)?,
            include: vec![],
            nulls_not_distinct: false,
            predicate: None,
            options: Sql::default(),
            implicit: false,
            concurrently: Lenient(false),
        };
        if r.eat("USING") {
            method = r.ident().unwrap_or_default().to_ascii_lowercase();
        }
        index.method = method;
        index.options = Sql::new(r.rest(), Dialect::Mysql);
        if index.name.is_empty() {
            index.name = self.index_name(table, &index);
        }
        Ok(index)
    }

    /// MariaDB's `ADD INDEX IF NOT EXISTS a`, and the same of other keys: is there one of that name?
    pub(super) fn has_already(&self, mut r: Reader, table: &Name) -> bool {
        if r.eat("CONSTRAINT") && !["UNIQUE", "FOREIGN"].iter().any(|w| r.is(w)) {
            r.skip();
        }
        let foreign = r.eat("FOREIGN KEY");
        r.eat_any(&["UNIQUE", "FULLTEXT", "SPATIAL"]);
        r.eat_any(&["INDEX", "KEY"]);
        let named = r.eat("IF NOT EXISTS").then(|| r.ident()).flatten();
        named.is_some_and(|name| match foreign {
            true => self.owner_of_constraint(table, &name),
            false => self.catalog.table(table).is_some_and(|t| has_index(t, &name, Dialect::Mysql)),
        })
    }

    /// InnoDB makes an index for a foreign key that has none to rest on, named as the key.
    pub(super) fn mysql_index_for_key(&mut self, table: &Name, key: &Constraint) {
        let Some(inside) = self.catalog.table(table) else { return };
        if let Some(index) = implicit_index(inside, key) {
            self.mysql_index_made(table, "", &columns_of(&index.parts));
            let index = Index { lineage: self.fresh(), ..index };
            self.emit(Change::Index { table: table.clone(), pair: Pair::create(index) });
        }
    }

    /// The same for a table that is being made: its own keys come first.
    pub(super) fn mysql_implicit_indexes(&mut self, table: &mut Table) {
        for key in table.constraints.clone() {
            if let Some(index) = implicit_index(table, &key) {
                let (lineage, columns) = (self.fresh(), columns_of(&index.parts));
                table.indexes.retain(|i| !(i.implicit && starts_with(&columns, &i.parts)));
                table.indexes.push(Index { lineage, ..index });
            }
        }
    }

    /// An index was made: one that InnoDB had made for a foreign key goes where this one serves as well.
    pub(super) fn mysql_index_made(&mut self, table: &Name, made: &str, columns: &[Option<String>]) {
        let Some(inside) = self.catalog.table(table) else { return };
        let replaced: Vec<Index> = inside
            .indexes
            .iter()
            .filter(|i| i.implicit && i.name != made && starts_with(columns, &i.parts))
            .cloned()
            .collect();
        for index in replaced {
            self.emit(Change::Index { table: table.clone(), pair: Pair::drop(index) });
        }
    }

    /// A renamed table's generated constraint names follow it.
    pub(super) fn mysql_rename_keys(&mut self, from: &Name, to: &Name) {
        let Some(table) = self.catalog.table(to).cloned() else { return };
        for before in table.constraints {
            if let Some(name) = names::mysql_renamed(&before.name, &from.name, &to.name) {
                let after = Constraint { name, ..before.clone() };
                self.emit(Change::Constraint { table: to.clone(), pair: Pair::alter(before, after) });
            }
        }
    }

    /// MODIFY, CHANGE and the table's own options.
    pub(super) fn mysql_action(&mut self, r: &mut Reader, table: &Name) -> Result<Option<Name>, String> {
        if r.eat("MODIFY") {
            r.eat("COLUMN");
            let missing_ok = r.eat("IF EXISTS");
            let from = r.ident().ok_or_else(expected("the column's name"))?;
            self.redefine(r, table, &from, from.clone(), missing_ok)?;
        } else if r.eat("CHANGE") {
            r.eat("COLUMN");
            let missing_ok = r.eat("IF EXISTS");
            let from = r.ident().ok_or_else(expected("the column's name"))?;
            let to = r.ident().ok_or_else(expected("the column's new name"))?;
            self.redefine(r, table, &from, to, missing_ok)?;
        } else if r.is("ALGORITHM")
            || r.is("LOCK")
            || r.is("ENABLE")
            || r.is("DISABLE")
            || r.is("ORDER")
            || r.is("FORCE")
            || r.are("WITH VALIDATION")
            || r.are("WITHOUT VALIDATION")
        {
            return Ok(None);
        } else if r.eat("CONVERT TO") {
            self.convert_table(r, table)?;
        } else {
            self.table_settings(r, table)?;
        }
        Ok(None)
    }

    /// The actions of one ALTER TABLE see the columns as they were before it: `CHANGE a b .., CHANGE b a ..` swaps. A
    /// column whose name another takes before its own turn steps aside.
    pub(super) fn mysql_step_aside(&mut self, table: &Name, actions: &[Reader]) {
        self.aside.clear();
        let names: Vec<(Option<String>, Option<String>)> =
            actions.iter().map(|r| source_and_target(r.clone())).collect();
        for (at, (from, to)) in names.iter().enumerate() {
            let Some(to) = to else { continue };
            let same = |other: &Option<String>| other.as_ref().is_some_and(|o| o.eq_ignore_ascii_case(to));
            if same(from) || !names[at + 1..].iter().any(|(later, _)| same(later)) {
                continue;
            }
            let Some(stored) = self.catalog.table(table).and_then(|t| t.column(to)).map(|c| c.name.clone()) else {
                continue;
            };
            let meanwhile = format!("{stored}__swap");
            if self.rename_column(table, &stored, &meanwhile).is_ok() {
                self.aside.push((stored, meanwhile));
            }
        }
    }

    /// What the column is called that an action means.
    pub(super) fn meant(&self, column: &str) -> String {
        let aside = self.aside.iter().find(|(name, _)| name.eq_ignore_ascii_case(column));
        aside.map_or_else(|| column.to_string(), |(_, meanwhile)| meanwhile.clone())
    }

    fn redefine(&mut self, r: &mut Reader, table: &Name, from: &str, to: String, missing_ok: bool) -> Read {
        let from = &self.meant(from);
        let inside = self.catalog.shared_table(table);
        let Some(at) = inside.position(from) else {
            if missing_ok {
                return Ok(());
            }
            return Err(format!("{table}.{from}: no file makes this column, so what it was is not known"));
        };
        let before = inside.columns[at].clone();
        let defined = self.column_named(r, to)?;
        let mut after = Column { lineage: before.lineage, ..defined.column };
        // A column of the primary key is NOT NULL whatever is written.
        after.not_null |= inside.key_columns().iter().any(|k| k.eq_ignore_ascii_case(from));
        let place = match defined.place {
            None => at,
            Some(None) => 0,
            Some(Some(other)) => inside.position(&other).map_or(at, |p| if p < at { p + 1 } else { p }),
        };
        if before != after || place != at {
            self.emit(Change::Column {
                table: table.clone(),
                pair: Pair::alter(before, after),
                places: Pair::alter(at, place),
                using: None,
            });
        }
        defined.constraints.into_iter().try_for_each(|c| self.add_declared(table, c))
    }
}

fn starts_with(columns: &[Option<String>], wanted: &[Part]) -> bool {
    columns.len() >= wanted.len()
        && wanted.iter().zip(columns).all(|(part, column)| match (&part.column, column) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        })
}

fn columns_of(parts: &[Part]) -> Vec<Option<String>> {
    parts.iter().map(|p| p.column.clone()).collect()
}

/// The index that InnoDB makes for a foreign key, unless one begins with its columns already. One that it had made for
/// another key over the same columns, or the first of them, is no hindrance: it goes (run on MariaDB 10.11).
fn implicit_index(table: &Table, key: &Constraint) -> Option<Index> {
    let foreign = key.foreign_key()?;
    let wanted: Vec<Part> = foreign.columns.iter().map(Part::column).collect();
    let goes = |i: &Index| i.implicit && starts_with(&columns_of(&wanted), &i.parts);
    let serves = |i: &Index| i.class.is_empty() && !goes(i) && starts_with(&columns_of(&i.parts), &wanted);
    let by_index = table.indexes.iter().any(serves);
    let keys: Vec<Option<String>> = table.key_columns().into_iter().map(|c| Some(c.to_string())).collect();
    if by_index || starts_with(&keys, &wanted) {
        return None;
    }
    // Named as the key; where the server named that, after the first column (run on MariaDB 10.11).
    let taken = |n: &str| table.indexes.iter().any(|i| !goes(i) && i.name.eq_ignore_ascii_case(n));
    let name = match names::mysql_renamed(&key.name, &table.name.name, "") {
        Some(_) => names::mysql_index_name(foreign.columns.first()?, &taken),
        None => key.name.clone(),
    };
    if table.indexes.iter().any(|i| goes(i) && i.parts.len() == wanted.len() && i.name == name) {
        return None;
    }
    Some(Index {
        lineage: Default::default(),
        name,
        unique: false,
        class: "",
        method: String::new(),
        parts: wanted,
        include: vec![],
        nulls_not_distinct: false,
        predicate: None,
        options: Sql::default(),
        implicit: true,
        concurrently: Lenient(false),
    })
}

/// The column that an action of ALTER TABLE renames, redefines or drops, and the name that it gives it.
fn source_and_target(mut r: Reader) -> (Option<String>, Option<String>) {
    if r.eat("CHANGE") {
        r.eat("COLUMN");
        r.eat("IF EXISTS");
        return (r.ident(), r.ident());
    }
    if r.eat("RENAME COLUMN") {
        let from = r.ident();
        return (from, if r.eat("TO") { r.ident() } else { None });
    }
    let key = ["INDEX", "KEY", "PRIMARY", "FOREIGN", "CONSTRAINT", "CHECK", "PARTITION"];
    if r.eat("DROP") && !key.iter().any(|k| r.is(k)) {
        r.eat("COLUMN");
        r.eat("IF EXISTS");
        return (r.ident(), None);
    }
    (None, None)
}
