//! What lives in a session only: a rollback in the same session has to undo it too.

use crate::Dialect;
use crate::catalog::{Name, Table};
use crate::dialect::{Quotes, quote};
use crate::render::Statement;
use std::rc::Rc;

/// Drops the temporary tables and views that a migration left, where they are there.
pub fn leave((tables, views): &(Vec<Rc<Table>>, Vec<Name>), quotes: Quotes) -> Vec<Statement> {
    let drop = |kind: &str, name: &Name| {
        let own = quote(&name.name, quotes);
        let sql = match quotes.dialect {
            Dialect::Mysql => format!("DROP TEMPORARY {kind} IF EXISTS {own}"),
            Dialect::Sqlite => format!("DROP {kind} IF EXISTS temp.{own}"),
            Dialect::Postgres | Dialect::Cockroach => format!("DROP {kind} IF EXISTS pg_temp.{own}"),
        };
        Statement::new(sql, name.to_string())
    };
    let ends = |t: &&Rc<Table>| t.options.text.to_ascii_uppercase().contains("ON COMMIT DROP");
    let views = views.iter().map(|name| drop("VIEW", name));
    views.chain(tables.iter().filter(|t| !ends(t)).map(|t| drop("TABLE", &t.name))).collect()
}
