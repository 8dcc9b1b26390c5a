//! Changes into SQL, one file per database.
//!
//! A renderer sees the steps, and the whole catalog that they start from: an enum's retreat, a rebuild and a MODIFY
//! need what is around them.

pub mod clause;
mod enums;
mod mysql;
mod postgres;
mod sqlite;
mod sqlite_clause;
mod sqlite_table;

pub(crate) use mysql::column::definition as mysql_column;
pub(crate) use postgres::{create_type, identity_clause};

use crate::Dialect;
use crate::catalog::{Catalog, Name};
use crate::diff::Step;
use std::collections::BTreeSet;

/// One statement of a rollback.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statement {
    /// Without its semicolon.
    pub sql: String,
    /// It can't run in a transaction.
    pub apart: bool,
    /// The objects that it is about, as notes name them: `users`, `users.email`.
    pub objects: Vec<String>,
}

impl Statement {
    /// A statement about one object.
    pub fn new(sql: impl Into<String>, object: impl Into<String>) -> Statement {
        Statement { sql: sql.into(), apart: false, objects: vec![object.into()] }
    }
}

/// What a renderer may look at.
pub struct Context<'a> {
    /// The whole catalog before the first step.
    pub now: &'a Catalog,
    /// Of the catalog after the last step, what differs.
    pub target: &'a Catalog,
    /// The indexes that the migration dropped CONCURRENTLY: they come back so.
    pub concurrent: BTreeSet<String>,
    /// `USING` of the type changes that the migration made, by `table.column`.
    pub using: Vec<(String, String)>,
    /// Roles that the migration spoke to only where the server has them.
    pub guarded_roles: BTreeSet<String>,
    /// What columns hold that come, where their table is made anew: the copy fills them (SQLite).
    pub filled: Vec<Filled>,
    /// SQLite: foreign keys are on while it runs.
    pub keys_on: bool,
}

/// A column that comes, and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Its table.
    pub table: Name,
    /// The column.
    pub column: String,
    /// Over the table as it is when the copy is made.
    pub expression: String,
}

impl Context<'_> {
    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        self.now.dialect
    }

    /// The catalog after the first `done` steps.
    pub fn at(&self, steps: &[Step]) -> Catalog {
        let mut catalog = self.now.without_names();
        steps.iter().for_each(|s| catalog.apply(&s.change));
        catalog
    }
}

/// The statements that make the steps happen. An error names what has no SQL, and why.
pub fn render(steps: &[Step], context: &Context) -> Result<Vec<Statement>, String> {
    match context.dialect() {
        Dialect::Postgres | Dialect::Cockroach => postgres::render(steps, context),
        Dialect::Mysql => mysql::render(steps, context),
        Dialect::Sqlite => sqlite::render(steps, context),
    }
}

/// `users.email`: a column as notes name it.
pub fn object(table: &Name, part: &str) -> String {
    match table.schema.is_empty() {
        true => [&table.name, ".", part].concat(),
        false => [&table.schema, ".", &table.name, ".", part].concat(),
    }
}
