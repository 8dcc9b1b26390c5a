//! Queries that a session on PostgreSQL keeps: to read and to plan them takes the server longer than to answer them. Who asks
//! it again and again keeps a [`Kept`] for as long as the session.

use crate::Dialect;
use crate::answer::{Ask, Rows};
use crate::catalog::Name;
use crate::lookup::{literal, which};
use std::collections::BTreeSet;

/// What a session keeps of ours.
#[derive(Debug)]
pub struct Kept {
    dialect: Dialect,
    names: BTreeSet<String>,
}

impl Kept {
    /// Asks the session. CockroachDB is left to read its queries each time.
    pub fn of<E>(dialect: Dialect, ask: &mut Ask<E>) -> Result<Kept, E> {
        if dialect != Dialect::Postgres {
            return Ok(Kept { dialect, names: BTreeSet::new() });
        }
        let rows = ask("SELECT name FROM pg_prepared_statements WHERE name LIKE 'unmigrate\\_%'")?;
        Ok(Kept { dialect, names: rows.iter().map(|row| row.text("name").to_owned()).collect() })
    }

    /// Whose session it is.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// A condition on `n.nspname` and `c.relname` that holds for the tables that [`about`](Self::about) is given.
    pub fn which(&self, tables: &[Name]) -> String {
        if self.dialect != Dialect::Postgres {
            return which(tables, "", self.dialect);
        }
        "(n.nspname, c.relname) IN (SELECT coalesce(space, current_schema(), 'public')::name, of::name
  FROM unnest($1::text[], $2::text[]) AS wanted(space, of))"
            .to_owned()
    }

    /// Asks a query under a name that no other has.
    pub fn ask<E>(&mut self, name: &str, sql: &str, ask: &mut Ask<E>) -> Result<Rows, E> {
        self.execute(name, "", sql, "", ask)
    }

    /// The same about some tables, which its condition [`which`](Self::which) names.
    pub fn about<E>(&mut self, name: &str, sql: &str, tables: &[Name], ask: &mut Ask<E>) -> Result<Rows, E> {
        let list = |texts: Vec<String>| format!("ARRAY[{}]::text[]", texts.join(", "));
        let quoted = |text: &str| literal(text, self.dialect);
        let schema = |name: &Name| if name.schema.is_empty() { "NULL".to_owned() } else { quoted(&name.schema) };
        let schemas = list(tables.iter().map(schema).collect());
        let names = list(tables.iter().map(|t| quoted(&t.name)).collect());
        self.execute(name, "(text[], text[])", sql, &format!("({schemas}, {names})"), ask)
    }

    fn execute<E>(
        &mut self,
        name: &str,
        parameters: &str,
        sql: &str,
        arguments: &str,
        ask: &mut Ask<E>,
    ) -> Result<Rows, E> {
        if self.dialect != Dialect::Postgres {
            return ask(sql);
        }
        let name = format!("unmigrate_{name}");
        let (prepare, execute) = (format!("PREPARE {name}{parameters} AS {sql}"), format!("EXECUTE {name}{arguments}"));
        if self.names.insert(name.clone()) {
            if let Err(failure) = ask(&prepare) {
                self.names.remove(&name);
                return Err(failure);
            }
            return ask(&execute);
        }
        // A script may have had the session forget it (DISCARD, DEALLOCATE).
        ask(&execute).or_else(|failure| if ask(&prepare).is_err() { Err(failure) } else { ask(&execute) })
    }
}
