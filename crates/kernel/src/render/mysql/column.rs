//! A column's definition, always whole: MODIFY and CHANGE forget what they do not say.

use super::{MYSQL, clause, quote};
use crate::catalog::{Column, Sql};

/// A column as CREATE TABLE, ADD, MODIFY and CHANGE write it.
pub fn definition(column: &Column) -> String {
    let mut out = format!("{} {}", quote(&column.name, MYSQL), column.data_type);
    let mut add = |text: String| {
        out.push(' ');
        out.push_str(&text);
    };
    if let Some(charset) = &column.charset {
        add(format!("CHARACTER SET {charset}"));
    }
    if let Some(collation) = &column.collation {
        add(format!("COLLATE {collation}"));
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored { "STORED" } else { "VIRTUAL" };
        add(format!("GENERATED ALWAYS AS ({}) {kind}", generated.expression.text));
    }
    match (column.not_null, column.generated.is_some()) {
        (true, _) => add("NOT NULL".to_string()),
        // A TIMESTAMP is NOT NULL where nothing is said and explicit_defaults_for_timestamp is off; a generated column
        // takes no NULL on MariaDB.
        (false, false) => add("NULL".to_string()),
        (false, true) => {}
    }
    if let Some(default) = clause::default(column) {
        add(default);
    }
    if let Some(on_update) = &column.on_update {
        add(format!("ON UPDATE {}", on_update.text));
    }
    if column.auto_increment {
        add("AUTO_INCREMENT".to_string());
    }
    for (setting, value) in column.settings.iter().filter(|(s, _)| *s != "CHECK") {
        add(format!("{setting} {value}").trim_end().to_string());
    }
    if let Some(comment) = &column.comment {
        add(format!("COMMENT {comment}"));
    }
    // On MariaDB a column's CHECK is part of it and goes with a MODIFY that does not repeat it.
    for (_, condition) in column.settings.iter().filter(|(s, _)| *s == "CHECK") {
        add(format!("CHECK ({condition})"));
    }
    out
}

/// Would the two definitions make the same column? Layout and case of a type's name are nothing to the database.
pub fn same(a: &Column, b: &Column) -> bool {
    let key = |c: &Column| Sql::new(&c.data_type, MYSQL);
    let alike = Column { data_type: b.data_type.clone(), ..a.clone() };
    key(a) == key(b) && alike == *b
}

/// Does the change touch what a foreign key over the column rests on? (Its type, its character set, AUTO_INCREMENT, or
/// NULL that goes: error 1832 or 1833, MySQL manual, "ALTER TABLE and Foreign Keys".)
pub fn disturbs_keys(a: &Column, b: &Column) -> bool {
    a.canonical != b.canonical
        || a.charset != b.charset
        || a.collation != b.collation
        || a.auto_increment != b.auto_increment
        || (!a.not_null && b.not_null)
}

/// Can a MODIFY lead from one to the other? A virtual column can't become another kind, nor any other a virtual one
/// (MySQL manual, "ALTER TABLE and Generated Columns"; MariaDB makes no column computed at all, error 1907).
pub fn modifies(a: &Column, b: &Column) -> bool {
    match (&a.generated, &b.generated) {
        (None, None) => true,
        (Some(a), Some(b)) => a.stored == b.stored,
        (Some(a), None) => a.stored,
        (None, Some(_)) => false,
    }
}
