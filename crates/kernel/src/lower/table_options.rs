//! MySQL's table options: what stands behind CREATE TABLE's parentheses, and what ALTER TABLE says of the table itself.

use super::{Lowering, Read, expected};
use crate::Dialect;
use crate::catalog::{Column, Name, Sql, Table};
use crate::change::{Change, Pair};
use crate::reader::Reader;
use crate::types;

/// An option's keyword, upper case, and its value as written.
pub type TableOption = (String, String);

/// Reads the options; `CHARSET` and `COLLATE` without their DEFAULT.
pub fn table_options(text: &str) -> Vec<TableOption> {
    let tokens: Vec<_> = crate::lex::lex(text, 0, Dialect::Mysql);
    let mut r = Reader::new(text, &tokens, Dialect::Mysql);
    let mut out = Vec::new();
    while let Some(option) = option(&mut r) {
        out.push(option);
    }
    out
}

fn option(r: &mut Reader) -> Option<TableOption> {
    r.eat_punct(b',');
    if r.is("PARTITION") || r.is("WITH") {
        let key = r.word()?.to_ascii_uppercase();
        r.skip();
        return Some((key, r.rest().to_string()));
    }
    if r.is("DEFAULT") {
        r.skip();
    }
    let key = if r.eat("CHARACTER SET") || r.eat("CHARSET") {
        "CHARSET".to_string()
    } else if let Some(key) = r.eat_any(&["DATA DIRECTORY", "INDEX DIRECTORY"]) {
        key.to_string()
    } else {
        r.ident()?.to_ascii_uppercase()
    };
    r.eat_punct(b'=');
    let mark = r.mark();
    r.skip_balanced();
    Some((key, r.since(mark).to_string()))
}

/// The value of one of them.
pub fn table_option<'o>(options: &'o [TableOption], key: &str) -> Option<&'o str> {
    options.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
}

fn text(options: &[TableOption]) -> String {
    let one = |(key, value): &TableOption| match key.as_str() {
        "CHARSET" => format!("DEFAULT CHARACTER SET {value}"),
        "COLLATE" => format!("COLLATE {value}"),
        "PARTITION" | "WITH" => format!("{key} {value}"),
        _ => format!("{key}={value}"),
    };
    options.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn set(options: &mut Vec<TableOption>, key: &str, value: Option<String>) {
    let at = options.iter().position(|(k, _)| k == key);
    match (at, value) {
        (Some(at), Some(value)) => options[at].1 = value,
        (Some(at), None) => drop(options.remove(at)),
        (None, Some(value)) => {
            // Partitions stand last.
            let end = options.iter().position(|(k, _)| k == "PARTITION").unwrap_or(options.len());
            options.insert(end, (key.to_string(), value));
        }
        (None, None) => {}
    }
}

/// Has a column a character set? (JSON is a text on MariaDB, and goes along where the others change.)
pub fn has_charset(column: &Column) -> bool {
    let base = types::parts(Dialect::Mysql, &column.canonical).base;
    base.ends_with("text") || ["char", "varchar", "enum", "set", "json"].contains(&base.as_str())
}

/// A column's type with the character set and collation that it takes from its table.
pub fn whole_type(column: &Column, table: &Table) -> String {
    let mut out = column.canonical.clone();
    if !has_charset(column) || column.canonical.starts_with("json") {
        return out;
    }
    let options = table_options(&table.options.text);
    let of_table = |key| table_option(&options, key).map(str::to_string);
    let own = column.charset.is_some() || column.collation.is_some();
    let (charset, collation) = match own {
        true => (column.charset.clone(), column.collation.clone()),
        false => (of_table("CHARSET"), of_table("COLLATE")),
    };
    for (label, value) in [("character set", charset), ("collate", collation)] {
        if let Some(value) = value {
            out.push_str(&format!(" {label} {}", value.trim_matches(|c| matches!(c, '\'' | '"' | '`'))));
        }
    }
    types::canonical(Dialect::Mysql, &out)
}

impl Lowering<'_> {
    /// `CONVERT TO CHARACTER SET x COLLATE y`: the table's default, and every text column's.
    pub(super) fn convert_table(&mut self, r: &mut Reader, table: &Name) -> Read {
        if !(r.eat("CHARACTER SET") || r.eat("CHARSET")) {
            return Err("CHARACTER SET is missing".to_string());
        }
        let charset = r.ident().or_else(|| r.string()).ok_or_else(expected("a character set"))?;
        let collation = if r.eat("COLLATE") { r.ident().or_else(|| r.string()) } else { None };
        let old = self.known_charset(table)?;
        // A column may have a character set of its own.
        let grows = |c: &Column| {
            let own = c
                .charset
                .clone()
                .or_else(|| c.collation.as_deref().map(|c| c.split('_').next().unwrap_or(c).to_string()));
            width(&charset) > own.as_deref().or(old.0.as_deref()).map_or(4, width)
        };
        let columns = self.catalog.table(table).map(|t| t.columns.clone()).unwrap_or_default();
        for before in columns.into_iter().filter(|c| has_charset(c) && !c.canonical.starts_with("json")) {
            let mut after = Column { charset: None, collation: None, ..before.clone() };
            let grown = [("tinytext", "TEXT"), ("text", "MEDIUMTEXT"), ("mediumtext", "LONGTEXT")];
            if let Some((_, grown)) = grown.iter().find(|(from, _)| before.canonical == *from && grows(&before)) {
                super::column::set_type(&mut after, grown, Dialect::Mysql);
            }
            self.emit_column(table, before, after, None);
        }
        self.set_options(table, vec![("CHARSET".to_string(), Some(charset)), ("COLLATE".to_string(), collation)]);
        Ok(())
    }

    /// What ALTER TABLE says of the table itself.
    pub(super) fn table_settings(&mut self, r: &mut Reader, table: &Name) -> Read {
        let mut changes = Vec::new();
        while !r.done() {
            let begins = r.peek_rest();
            let (key, value) = option(r).ok_or_else(|| format!("ALTER TABLE .. {begins} is not understood"))?;
            match key.as_str() {
                // The counter's position is no part of the schema.
                "AUTO_INCREMENT" => self.sequence_moves(table.to_string()),
                "COMMENT" => changes.push((key, Some(value).filter(|v| v != "''" && v != "\"\""))),
                "CHARSET" | "COLLATE" => {
                    self.freeze_charset(table)?;
                    if key == "CHARSET" {
                        changes.push(("COLLATE".to_string(), None));
                    }
                    changes.push((key, Some(value)));
                }
                "ENGINE" | "ROW_FORMAT" | "KEY_BLOCK_SIZE" | "CHECKSUM" | "STATS_PERSISTENT" | "STATS_AUTO_RECALC"
                | "STATS_SAMPLE_PAGES" | "MIN_ROWS" | "MAX_ROWS" | "AVG_ROW_LENGTH" | "PACK_KEYS"
                | "DELAY_KEY_WRITE" => changes.push((key, Some(value))),
                _ => return Err(format!("ALTER TABLE .. {begins} is not inverted")),
            }
        }
        self.set_options(table, changes);
        Ok(())
    }

    fn set_options(&mut self, table: &Name, changes: Vec<(String, Option<String>)>) {
        let Some(before) = self.catalog.tables.shared(table) else { return };
        let mut options = table_options(&before.options.text);
        let old = options.clone();
        changes.into_iter().for_each(|(key, value)| set(&mut options, &key, value));
        if options != old {
            let after = Table { options: Sql::new(&text(&options), Dialect::Mysql), ..(*before).clone() };
            self.table_change(before, after);
        }
    }

    /// The character set and collation of a table, where its statement says them.
    fn known_charset(&self, table: &Name) -> Result<(Option<String>, Option<String>), String> {
        let options = self.catalog.table(table).map(|t| table_options(&t.options.text)).unwrap_or_default();
        let own = |key| table_option(&options, key).map(str::to_string);
        match (own("CHARSET"), own("COLLATE")) {
            (None, None) => Err(format!("{table}: no file says which character set it had")),
            known => Ok(known),
        }
    }

    /// A new default leaves the columns with the old one, which they now have for themselves.
    fn freeze_charset(&mut self, table: &Name) -> Read {
        let (charset, collation) = self.known_charset(table)?;
        let columns = self.catalog.table(table).map(|t| t.columns.clone()).unwrap_or_default();
        let inherits = |c: &Column| has_charset(c) && c.charset.is_none() && c.collation.is_none();
        for before in columns.into_iter().filter(|c| inherits(c) && !c.canonical.starts_with("json")) {
            let after = Column { charset: charset.clone(), collation: collation.clone(), ..before.clone() };
            self.emit_column(table, before, after, None);
        }
        Ok(())
    }

    /// `CREATE TABLE a LIKE b`: all but foreign keys and triggers.
    pub(super) fn mysql_like(&mut self, r: &mut Reader, mut table: Table) -> Read {
        let other = r.name().ok_or_else(expected("the table that LIKE names"))?;
        let other = self.catalog.table(&other).cloned().ok_or(format!("{other}: no file makes this table"))?;
        table.options = other.options.clone();
        for column in other.columns {
            table.columns.push(Column { lineage: self.fresh(), ..column });
        }
        for constraint in other.constraints.into_iter().filter(|c| c.foreign_key().is_none()) {
            let lineage = self.fresh();
            table.constraints.push(crate::catalog::Constraint { lineage, ..constraint });
        }
        for index in other.indexes {
            let lineage = self.fresh();
            table.indexes.push(crate::catalog::Index { lineage, implicit: false, ..index });
        }
        self.emit(Change::Table(Pair::create(std::rc::Rc::new(table))));
        Ok(())
    }
}

/// The most bytes that a character takes.
fn width(charset: &str) -> u8 {
    match charset.to_ascii_lowercase().as_str() {
        "utf8mb4" | "utf16" | "utf32" | "gb18030" | "utf16le" => 4,
        "utf8" | "utf8mb3" | "eucjpms" | "ujis" => 3,
        "ucs2" | "gbk" | "gb2312" | "big5" | "sjis" | "cp932" | "euckr" => 2,
        _ => 1,
    }
}
