//! MySQL and MariaDB: BEFORE triggers that assign NEW, one for INSERT and one for UPDATE.
//!
//! A column that is NOT NULL without a default may be left out of an INSERT where a BEFORE INSERT trigger assigns it:
//! MariaDB 10.11 asks for the value after the trigger, in strict mode too (run).

use super::Pair;
use crate::Dialect;
use crate::catalog::{Column, Table};
use crate::dialect::{Quotes, quote};
use crate::render::clause;

const MY: Dialect = Dialect::Mysql;
/// 64 characters, less the ending.
pub const LONGEST: usize = 64 - 4;

/// Are two values the same to the byte, as SQL? Collations that know no case would take a changed case for no change.
pub fn same(a: &str, b: &str) -> String {
    format!("CAST({a} AS BINARY) <=> CAST({b} AS BINARY)")
}

/// What an UPDATE that fills a column sets beside it: times that the engine would set anew stay as they are.
pub fn stays(table: &Table, quotes: impl Into<Quotes>) -> impl Iterator<Item = String> {
    let quotes = quotes.into();
    table.columns.iter().filter(|c| c.on_update.is_some()).map(move |c| {
        let name = quote(&c.name, quotes);
        format!("{name} = {name}")
    })
}

/// Statements that make the triggers, and those that drop them.
pub fn triggers(pair: &Pair) -> (Vec<String>, Vec<String>) {
    let own = clause::name(&pair.table.name, MY);
    let name = pair.name(LONGEST);
    let trigger = |ending: &str| clause::name(&pair.table.name.sibling(format!("{name}{ending}")), MY);
    let make = |ending: &str, event: &str, body: String| {
        format!("CREATE TRIGGER {} BEFORE {event} ON {own} FOR EACH ROW\nBEGIN\n{body}END", trigger(ending))
    };
    let drop = |ending: &str| format!("DROP TRIGGER {}", trigger(ending));
    (
        vec![make("_ins", "INSERT", inserted(pair)), make("_upd", "UPDATE", updated(pair))],
        vec![drop("_ins"), drop("_upd")],
    )
}

fn refuse(pair: &Pair) -> String {
    // MESSAGE_TEXT holds 128 characters.
    let text: String = pair.different().replace('\'', "''").chars().take(128).collect();
    format!("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{text}'")
}

fn inserted(pair: &Pair) -> String {
    let (old, new) = (quote(&pair.old.name, MY), quote(pair.new, MY));
    let rest = match has_default(pair.old) {
        true => format!("  ELSE\n    SET NEW.{old} = NEW.{new};\n"),
        false => format!(
            "  ELSEIF NEW.{old} IS NULL THEN\n    SET NEW.{old} = NEW.{new};\n  ELSEIF NOT ({}) THEN\n    {};\n",
            same(&format!("NEW.{old}"), &format!("NEW.{new}")),
            refuse(pair)
        ),
    };
    format!("  IF NEW.{new} IS NULL THEN\n    SET NEW.{new} = NEW.{old};\n{rest}  END IF;\n")
}

fn updated(pair: &Pair) -> String {
    let (old, new) = (quote(&pair.old.name, MY), quote(pair.new, MY));
    let same = |a: &str, b: &str| same(a, b);
    format!(
        "  IF {} THEN\n    SET NEW.{new} = NEW.{old};\n  ELSEIF {} THEN\n    SET NEW.{old} = NEW.{new};\n  \
         ELSEIF NOT ({}) THEN\n    {};\n  END IF;\n",
        same(&format!("NEW.{new}"), &format!("OLD.{new}")),
        same(&format!("NEW.{old}"), &format!("OLD.{old}")),
        same(&format!("NEW.{old}"), &format!("NEW.{new}")),
        refuse(pair)
    )
}

/// The engine fills the column where a statement does not name it.
pub fn has_default(column: &Column) -> bool {
    column.default.as_ref().is_some_and(|d| !d.text.eq_ignore_ascii_case("null")) || column.auto_increment
}
