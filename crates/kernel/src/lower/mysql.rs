//! What only MySQL and MariaDB have: keys in the table, MODIFY and CHANGE, the indexes that foreign keys bring.

use super::constraint::parts;
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
        index.method = if method == "btree" { String::new() } else { method };
        index.options = Sql::new(r.rest(), Dialect::Mysql);
        if index.name.is_empty() {
            index.name = self.index_name(table, &index);
        }
        Ok(index)
    }

    /// InnoDB makes an index for a foreign key that has none to rest on, named as the key.
    pub(super) fn mysql_index_for_key(&mut self, table: &Name, key: &Constraint) {
        let Some(inside) = self.catalog.table(table) else { return };
        if let Some(index) = implicit_index(inside, key) {
            let index = Index { lineage: self.fresh(), ..index };
            self.emit(Change::Index { table: table.clone(), pair: Pair::create(index) });
        }
    }

    /// The same for a table that is being made: its own keys come first.
    pub(super) fn mysql_implicit_indexes(&mut self, table: &mut Table) {
        for key in table.constraints.clone() {
            if let Some(index) = implicit_index(table, &key) {
                let lineage = self.fresh();
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
        {
            return Ok(None);
        } else if r.is("AUTO_INCREMENT") {
            // The counter's position is no part of the schema.
            return Ok(None);
        } else if r.are("CONVERT TO") || r.is("PARTITION") || r.is("ENGINE") || r.is("DISCARD") || r.is("IMPORT") {
            return Err(format!("ALTER TABLE .. {} is not inverted", r.peek_rest()));
        } else {
            self.table_option(r, table)?;
        }
        Ok(None)
    }

    fn redefine(&mut self, r: &mut Reader, table: &Name, from: &str, to: String, missing_ok: bool) -> Read {
        let inside = self.catalog.table(table).cloned().unwrap_or_default();
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

    /// `COMMENT = 'x'`, `DEFAULT CHARSET = utf8mb4`: the option's value takes the place of the old one.
    fn table_option(&mut self, r: &mut Reader, table: &Name) -> Read {
        let Some(before) = self.catalog.tables.shared(table) else { return Ok(()) };
        let mut after = (*before).clone();
        if r.eat("COMMENT") {
            r.eat_punct(b'=');
            let value = r.literal().unwrap_or("''").to_string();
            let kept = without_comment(&before.options.text);
            let text = if value == "''" { kept } else { format!("{kept} COMMENT={value}") };
            after.options = Sql::new(&text, Dialect::Mysql);
            self.table_change(before, after);
            return Ok(());
        }
        Err(format!("ALTER TABLE .. {} is not inverted", r.peek_rest()))
    }
}

/// The literal of a table's COMMENT option.
pub fn table_comment(options: &str) -> Option<String> {
    let tokens: Vec<_> = crate::lex::lex(options, 0, Dialect::Mysql);
    let mut r = Reader::new(options, &tokens, Dialect::Mysql);
    r.until(&["COMMENT"]);
    r.eat("COMMENT").then(|| r.eat_punct(b'='));
    r.literal().map(str::to_string)
}

fn without_comment(options: &str) -> String {
    let tokens: Vec<_> = crate::lex::lex(options, 0, Dialect::Mysql);
    let mut r = Reader::new(options, &tokens, Dialect::Mysql);
    let head = r.until(&["COMMENT"]).to_string();
    if r.eat("COMMENT") {
        r.eat_punct(b'=');
        r.literal();
    }
    format!("{head} {}", r.rest()).trim().to_string()
}

fn starts_with(columns: &[Option<String>], wanted: &[Part]) -> bool {
    columns.len() >= wanted.len()
        && wanted.iter().zip(columns).all(|(part, column)| match (&part.column, column) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        })
}

/// The index that InnoDB makes for a foreign key, unless one begins with its columns already.
fn implicit_index(table: &Table, key: &Constraint) -> Option<Index> {
    let foreign = key.foreign_key()?;
    let wanted: Vec<Part> = foreign.columns.iter().map(Part::column).collect();
    let columns = |parts: &[Part]| -> Vec<Option<String>> { parts.iter().map(|p| p.column.clone()).collect() };
    let by_index = table.indexes.iter().any(|i| i.class.is_empty() && starts_with(&columns(&i.parts), &wanted));
    let keys: Vec<Option<String>> = table.key_columns().into_iter().map(|c| Some(c.to_string())).collect();
    if by_index || starts_with(&keys, &wanted) {
        return None;
    }
    Some(Index {
        lineage: Default::default(),
        name: key.name.clone(),
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
