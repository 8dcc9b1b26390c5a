//! Naming tables to an engine's catalogs, and reading their names from its answers.

use crate::Dialect;
use crate::answer::Row;
use crate::catalog::Name;
use crate::dialect::quote;

/// PostgreSQL: the schema in which names without one are meant. A script may have left the search path empty.
pub const USUAL_SCHEMA: &str = "coalesce(current_schema(), 'public')";

/// A string literal. MySQL takes a backslash for the beginning of an escape, unless its mode says otherwise, and then
/// two are two.
pub fn literal(text: &str, dialect: Dialect) -> String {
    let text = text.replace('\'', "''");
    match dialect {
        Dialect::Mysql => format!("'{}'", text.replace('\\', "\\\\")),
        _ => format!("'{text}'"),
    }
}

/// A condition that holds for these tables only; at least one. On PostgreSQL it is about `n.nspname` and `c.relname`,
/// else about `column`.
pub fn which(tables: &[Name], column: &str, dialect: Dialect) -> String {
    let one = |name: &Name| {
        let own = literal(&name.name, dialect);
        if !dialect.is_postgres() {
            return own;
        }
        let schema = if name.schema.is_empty() { USUAL_SCHEMA.to_string() } else { literal(&name.schema, dialect) };
        format!("({schema}, {own})")
    };
    let all = tables.iter().map(one).collect::<Vec<_>>().join(", ");
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => format!("(n.nspname, c.relname) IN ({all})"),
        Dialect::Mysql => format!("{column} IN ({all})"),
        Dialect::Sqlite => format!("{column} COLLATE NOCASE IN ({all})"),
    }
}

/// A table's name as people write it, from its schema, its name, and the usual schema.
pub fn name(schema: &str, name: &str, usual: &str, dialect: Dialect) -> Name {
    if schema == usual { Name::plain(name) } else { Name::new(schema, name, dialect) }
}

/// The name in an answer: its columns `schema`, `name` and `usual`, of which engines without schemas give one.
pub fn named(row: &Row<'_>, dialect: Dialect) -> Name {
    name(row.text("schema"), row.text("name"), row.text("usual"), dialect)
}

/// The same as SQL writes it.
pub fn sql(row: &Row<'_>, dialect: Dialect) -> String {
    match row.get("schema") {
        Some(schema) => format!("{}.{}", quote(schema, dialect), quote(row.text("name"), dialect)),
        None => quote(row.text("name"), dialect),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_in_a_condition() {
        let tables = [Name::plain("it's"), Name::new("auth", "users", Dialect::Postgres)];
        let condition = which(&tables, "t", Dialect::Postgres);
        assert_eq!(
            condition,
            "(n.nspname, c.relname) IN ((coalesce(current_schema(), 'public'), 'it''s'), ('auth', 'users'))"
        );
        assert_eq!(which(&tables[..1], "t", Dialect::Mysql), "t IN ('it''s')");
    }
}
