//! PostgreSQL: the statements come from its own functions, one query for all.

use super::Made;
use crate::Dialect;
use crate::answer::Ask;
use crate::catalog::Name;
use crate::dialect::quote;
use crate::snapshot::{Options, postgres};

const STATEMENTS: &str = include_str!("postgres.sql");

pub(super) fn read<E>(ask: &mut Ask<E>, options: &Options) -> Result<Vec<Made>, E> {
    let home = postgres::home(options);
    let rows = postgres::settled(ask, &quote(home, Dialect::Postgres), |ask, version| {
        ask(&postgres::query(STATEMENTS, version, options))
    })?;
    let made = rows.iter().map(|row| Made {
        sql: row.text("sql").to_string(),
        kind: row.text("kind").to_string(),
        name: match row.text("schema") {
            schema if schema == home => Name::plain(row.text("name")),
            schema => Name::new(schema, row.text("name"), Dialect::Postgres),
        },
        part: row.text("part").to_string(),
        id: row.text("id").to_string(),
    });
    Ok(made.collect())
}
