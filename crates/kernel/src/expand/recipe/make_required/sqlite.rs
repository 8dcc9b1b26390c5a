//! SQLite: triggers put the value in the place of a NULL that somebody writes, and refuse it where the value is NULL too. The
//! contract makes the table anew with NOT NULL.

use super::{Required, filled};
use crate::Dialect;
use crate::dialect::quote;
use crate::expand::shape::{Shape, Swap};
use crate::expand::sync::convert::sqlite::{install, refuse_null, this_row};
use crate::render::clause;

const LITE: Dialect = Dialect::Sqlite;

/// Why no trigger can do it.
pub(super) fn obstacle(of: &Required) -> Option<String> {
    crate::expand::recipe::sqlite::obstacle(of.before, &[of.was])
}

/// What is wanted of the table.
pub(super) fn shape(of: &Required, value: &str) -> Shape {
    let (own, q) = (clause::name(&of.before.name, LITE), quote(&of.was.name, LITE));
    let row = this_row(of.before).unwrap_or_default();
    let fill = format!("  UPDATE {own} SET {q} = {value} WHERE {row} AND {q} IS NULL;\n");
    let body = format!("{fill}{}", refuse_null(of.before, &row, &of.was.name, "NULL"));
    Shape {
        eased: vec![],
        defaults: vec![],
        let_go: vec![],
        beside: vec![],
        triggers: install(of.before, &of.name(), (&body, &format!("UPDATE OF {q}"), &body)),
        said: filled(&of.before.name, &of.was.name, &format!("coalesce({q}, {value})"), LITE),
        swap: Swap::Itself,
    }
}
