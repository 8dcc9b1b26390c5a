//! What everything is called in the time between: what is there keeps its name, and what comes has one that nobody reads.

use super::ours::{ours, quoted};
use super::parts::Parts;
use crate::Dialect;
use crate::catalog::{Catalog, Column, Name, Table, mentions, replace_identifier};
use crate::render::{Statement, clause, create_type};

const PG: Dialect = Dialect::Postgres;

/// Names of the end, and those of the time between.
pub struct Between {
    /// What there is at the end, under the names of the time between.
    pub catalog: Catalog,
    /// Columns that come.
    coming: Vec<(Name, String, String)>,
    /// Columns that are there, and get other names.
    renamed: Vec<(Name, String, String)>,
    /// Columns that come back with nothing in them: they are not there yet.
    absent: Vec<(Name, String)>,
    /// Types that come.
    types: Vec<(Name, Name)>,
}

impl Between {
    /// Of columns that come, each with its table as it is now. None where a type of theirs can't be there before the end.
    pub fn of(
        columns: &[(Name, String, Table)],
        now: &Catalog,
        then: &Catalog,
        statements: &[Statement],
    ) -> Option<Between> {
        let mut between =
            Between { catalog: then.clone(), coming: vec![], renamed: vec![], absent: vec![], types: vec![] };
        for (table, last, there) in columns {
            let later = then.table(table)?;
            let taken = |name: &str| there.column(name).is_some() || later.column(name).is_some();
            let name =
                std::iter::once(ours(last)).chain((2..9).map(|n| ours(&format!("{n}_{last}")))).find(|n| !taken(n))?;
            between.coming.push((table.clone(), last.clone(), name));
            between.type_comes(later.column(last)?, then, statements)?;
        }
        for (name, later) in then.tables.iter() {
            let Some(there) = now.table(name) else { continue };
            for column in &later.columns {
                if between.column(name, &column.name).is_some() {
                    continue;
                }
                let same = there.column_of(column.lineage).filter(|_| column.lineage.0 != 0);
                match same.or_else(|| there.column(&column.name)) {
                    Some(c) if c.name != column.name => {
                        between.renamed.push((name.clone(), column.name.clone(), c.name.clone()));
                    }
                    Some(_) => {}
                    None => between.absent.push((name.clone(), column.name.clone())),
                }
            }
        }
        between.rename_all();
        Some(between)
    }

    /// The type of a column that comes, where it comes too.
    fn type_comes(&mut self, column: &Column, then: &Catalog, statements: &[Statement]) -> Option<()> {
        for (name, made) in then.types.iter().filter(|(name, _)| mentions(&column.data_type, &name.name, PG)) {
            let sql = create_type(made);
            if !statements.iter().any(|s| s.sql == sql) {
                return None;
            }
            if !self.types.iter().any(|(last, _)| last == name) {
                self.types.push((name.clone(), name.sibling(ours(&name.name))));
            }
        }
        Some(())
    }

    fn rename_all(&mut self) {
        let all: Vec<_> = self.coming.iter().chain(&self.renamed).cloned().collect();
        // By way of a name that nothing has: one may get the name of another.
        for (at, (table, last, _)) in all.iter().enumerate() {
            self.catalog.rename_column(table, last, &placeholder(at));
        }
        for (at, (table, _, name)) in all.iter().enumerate() {
            self.catalog.rename_column(table, &placeholder(at), name);
        }
    }

    /// The name of a column that comes.
    pub fn column(&self, table: &Name, last: &str) -> Option<String> {
        self.coming.iter().find(|(t, c, _)| t == table && c == last).map(|(_, _, name)| name.clone())
    }

    /// The columns of a table that come, as they are called until the end.
    pub fn coming<'b>(&'b self, table: &'b Name) -> impl Iterator<Item = &'b str> {
        self.coming.iter().filter(move |(t, _, _)| t == table).map(|(_, _, name)| name.as_str())
    }

    /// Columns of a table that are not there before the end.
    pub fn absent<'b>(&'b self, table: &'b Name) -> impl Iterator<Item = &'b str> {
        self.absent.iter().filter(move |(t, _)| t == table).map(|(_, name)| name.as_str())
    }

    /// Has a table the names that it has at the end?
    pub fn is_as_then(&self, table: &Name) -> bool {
        !self.renamed.iter().any(|(t, _, _)| t == table)
    }

    /// Does a text name a type that comes?
    pub fn names_type(&self, text: &str) -> bool {
        self.types.iter().any(|(last, _)| mentions(text, &last.name, PG))
    }

    /// An expression over a row of the end as one over a row of the time between.
    pub fn said(&self, table: &Name, expression: &str) -> String {
        let mut text = expression.to_owned();
        let mut put = |from: &str, to: &str| {
            if let Some(changed) = replace_identifier(&text, from, to, PG, true) {
                text = changed;
            }
        };
        let own: Vec<_> = self.renamed.iter().filter(|(t, _, _)| t == table).collect();
        own.iter().enumerate().for_each(|(at, (_, last, _))| put(last, &placeholder(at)));
        self.types.iter().for_each(|(last, name)| put(&last.name, &name.name));
        // What comes is empty until it is filled.
        self.coming.iter().filter(|(t, _, _)| t == table).for_each(|(_, last, name)| put(last, name));
        own.iter().enumerate().for_each(|(at, (_, _, name))| put(&placeholder(at), name));
        text
    }

    /// The type of a column that comes.
    pub fn type_of(&self, column: &Column) -> String {
        let put = |text: String, (last, name): &(Name, Name)| {
            replace_identifier(&text, &last.name, &name.name, PG, true).unwrap_or(text)
        };
        self.types.iter().fold(column.data_type.clone(), put)
    }

    /// Types come with the columns, and get their names in the end.
    pub fn types(&self, statements: &[Statement], parts: &mut Parts) {
        for (last, name) in &self.types {
            let Some(made) = self.catalog.types.get(last) else { continue };
            let whole = create_type(made);
            let Some(at) = statements.iter().position(|s| s.sql == whole) else { continue };
            let sql = create_type(&crate::catalog::Type { name: name.clone(), ..made.clone() });
            parts.types.push(Statement { sql, ..statements[at].clone() });
            let renamed = format!("ALTER TYPE {} RENAME TO {}", clause::name(name, PG), quoted(&last.name));
            parts.instead.push((at, vec![Statement::new(renamed, "")]));
        }
    }
}

fn placeholder(at: usize) -> String {
    format!("unmigrate_between_{at}")
}
