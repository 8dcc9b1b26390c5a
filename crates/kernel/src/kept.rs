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

    /// Several queries as one: to ask each by itself takes longer than to answer it. Gives the rows of each, in the order of
    /// its `turn`.
    pub fn together<E>(&mut self, name: &str, parts: &[Part], ask: &mut Ask<E>) -> Result<Vec<Rows>, E> {
        let rows = self.ask(name, &as_one(parts), ask)?;
        Ok(apart(parts, &rows))
    }

    /// The same about some tables, which the conditions [`which`](Self::which) name.
    pub fn together_about<E>(
        &mut self,
        name: &str,
        parts: &[Part],
        tables: &[Name],
        ask: &mut Ask<E>,
    ) -> Result<Vec<Rows>, E> {
        let rows = self.about(name, &as_one(parts), tables, ask)?;
        Ok(apart(parts, &rows))
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

/// One of several queries that are asked as one.
#[derive(Debug)]
pub struct Part {
    /// A word that no other part has.
    pub name: &'static str,
    /// The columns that it answers; all of them text.
    pub columns: &'static [&'static str],
    /// The query; beside its columns it answers `turn`, a number.
    pub sql: String,
}

fn as_one(parts: &[Part]) -> String {
    let widest = parts.iter().map(|part| part.columns.len()).max().unwrap_or(0);
    let value = |part: &Part, at: usize| {
        let value = part.columns.get(at).map_or_else(|| "NULL::text".to_owned(), |name| format!("\"{name}\""));
        format!("{value} AS c{at}")
    };
    let one = |part: &Part| {
        let values: Vec<String> = (0..widest).map(|at| value(part, at)).collect();
        format!("SELECT '{0}' AS part, turn, {1} FROM ({2}) AS {0}", part.name, values.join(", "), part.sql)
    };
    let all = parts.iter().map(one).collect::<Vec<_>>().join("\nUNION ALL ");
    format!("SELECT * FROM ({all}) AS told ORDER BY part, turn")
}

fn apart(parts: &[Part], rows: &Rows) -> Vec<Rows> {
    let one = |part: &Part| {
        let own = rows.rows.iter().filter(|row| row.first().is_some_and(|name| name.as_deref() == Some(part.name)));
        let columns: Vec<String> = part.columns.iter().map(|name| (*name).to_owned()).collect();
        let values = own.map(|row| row.iter().skip(2).take(columns.len()).cloned().collect()).collect();
        Rows { columns, rows: values }
    };
    parts.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_as_they_were_asked() {
        let part = |name, columns, sql: &str| Part { name, columns, sql: sql.to_owned() };
        let parts = [part("a", &["x", "y"], "SELECT 1"), part("b", &["z"], "SELECT 2")];
        assert_eq!(
            as_one(&parts),
            "SELECT * FROM (SELECT 'a' AS part, turn, \"x\" AS c0, \"y\" AS c1 FROM (SELECT 1) AS a
UNION ALL SELECT 'b' AS part, turn, \"z\" AS c0, NULL::text AS c1 FROM (SELECT 2) AS b) AS told ORDER BY part, turn"
        );
        let row = |texts: &[&str]| texts.iter().map(|t| (!t.is_empty()).then(|| (*t).to_owned())).collect::<Vec<_>>();
        let rows = Rows { columns: vec![], rows: vec![row(&["a", "1", "p", "q"]), row(&["b", "1", "r", ""])] };
        let found = apart(&parts, &rows);
        assert_eq!((found[0].rows[0].clone(), found[1].rows[0].clone()), (row(&["p", "q"]), row(&["r"])));
        assert_eq!(found[0].columns, ["x", "y"]);
    }
}
