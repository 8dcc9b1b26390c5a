//! What has to be known of tables before rows can be made for them, asked of the engine's catalogs.
//!
//! One query per kind of fact, whatever the number of tables.

mod closure;
mod mysql;
mod postgres;
mod sqlite;

use super::kind::Kind;
use crate::Dialect;
use crate::answer::Ask;
use crate::catalog::Name;
use crate::dialect::quote;
use crate::kept::Kept;
pub use closure::Clearing;
use closure::closure;

/// Tables that rows are to be made for, with those that they refer to, and those that refer to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Whose SQL is written.
    pub dialect: Dialect,
    /// Each after those that it refers to, as far as that can be.
    pub tables: Vec<Table>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// As people write it.
    pub name: Name,
    /// As SQL writes it, with its schema where there are schemas.
    pub sql: String,
    /// In their order.
    pub columns: Vec<Column>,
    /// Primary keys, unique and exclusion constraints, unique indexes.
    pub keys: Vec<Key>,
    /// Foreign keys.
    pub references: Vec<Reference>,
    /// Conditions of CHECK constraints.
    pub checks: Vec<String>,
    /// How many rows there are.
    pub rows: usize,
    /// The columns that hold one value or none in all rows there are, though they could hold others.
    pub uniform: Vec<String>,
    /// It gets no rows.
    pub closed: bool,
    /// Of its rows, how many were not made for this: they don't stand in for any that are.
    pub beside: usize,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it takes.
    pub kind: Kind,
    /// NULL is a value too.
    pub nullable: bool,
    /// What the engine does where it is left out.
    pub filled: Filled,
    /// Conditions of its domain, on `VALUE`.
    pub checks: Vec<String>,
}

/// What an engine does with a column that an INSERT leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// It becomes NULL, or the INSERT is refused.
    No,
    /// It takes the column's default.
    Default,
    /// It takes the next number.
    Counted,
    /// It is computed, and nothing else may be written.
    Computed,
}

/// A key: columns that no two rows have the same values in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Key {
    /// Its columns, those in expressions too.
    pub columns: Vec<String>,
    /// Rows may not meet in them either: an exclusion constraint.
    pub exclusive: bool,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The columns here.
    pub columns: Vec<String>,
    /// The table there.
    pub parent: Name,
    /// The columns there, as many.
    pub keys: Vec<String>,
}

impl Table {
    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }
}

impl Facts {
    /// A table by its name.
    pub fn table(&self, name: &Name) -> Option<&Table> {
        self.tables.iter().find(|t| t.name == *name)
    }

    /// No rows are to be made in these tables, because a migration takes none in them: those around them still get some,
    /// as far as they can do without. Rows that are there stay.
    pub fn leave_empty(&mut self, tables: &[Name]) {
        for table in self.tables.iter_mut().filter(|t| tables.contains(&t.name)) {
            table.closed = true;
        }
    }

    fn table_mut(&mut self, name: &Name) -> Option<&mut Table> {
        self.tables.iter_mut().find(|t| t.name == *name)
    }
}

/// A foreign key and the table that it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edge {
    child: Name,
    reference: Reference,
}

fn edges<E>(dialect: Dialect, kept: &mut Kept, ask: &mut Ask<'_, E>) -> Result<Vec<Edge>, E> {
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => postgres::edges(kept, ask),
        Dialect::Mysql => mysql::edges(ask),
        Dialect::Sqlite => sqlite::edges(ask),
    }
}

/// Every foreign key, with the table that it stands in, as the catalogs name them: on SQLite perhaps without the columns
/// there.
pub(crate) fn references<E>(dialect: Dialect, ask: &mut Ask<'_, E>) -> Result<Vec<(Name, Reference)>, E> {
    let mut kept = Kept::of(dialect, ask)?;
    Ok(edges(dialect, &mut kept, ask)?.into_iter().map(|e| (e.child, e.reference)).collect())
}

/// Reads the facts of tables, of all that they refer to, and of those that refer to them.
///
/// Tables that are not there are left out. The queries see the schema as the session does: on PostgreSQL a name without
/// a schema is one in the session's current schema.
///
/// # Errors
/// The first that `ask` gives.
pub fn facts<E>(dialect: Dialect, tables: &[Name], ask: &mut Ask<'_, E>) -> Result<Facts, E> {
    facts_by(&mut Kept::of(dialect, ask)?, tables, ask)
}

/// The same by the queries that a session keeps.
///
/// # Errors
/// As [`facts`].
pub fn facts_by<E>(kept: &mut Kept, tables: &[Name], ask: &mut Ask<'_, E>) -> Result<Facts, E> {
    let dialect = kept.dialect();
    let mut edges = edges(dialect, kept, ask)?;
    let wanted = closure(tables, &edges);
    let mut facts = Facts { dialect, tables: Vec::new() };
    if wanted.is_empty() {
        return Ok(facts);
    }
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => {
            let places = postgres::tables(&wanted, &mut facts, kept, ask)?;
            edges = edges.into_iter().map(|edge| postgres::spelled(edge, &places)).collect();
        }
        Dialect::Mysql => mysql::tables(&wanted, &mut facts, ask)?,
        Dialect::Sqlite => sqlite::tables(&wanted, &mut facts, ask)?,
    }
    for edge in edges {
        if let Some(table) = facts.table_mut(&edge.child) {
            table.references.push(edge.reference);
        }
    }
    whole_references(&mut facts);
    narrow_keys(&mut facts);
    closure::sort(&mut facts.tables);
    counts(&mut facts, ask)?;
    Ok(facts)
}

/// Statements that empty tables and all that refer to them, to be run in this order and, on SQLite, in one transaction.
///
/// Tables that are not there are left out. They are for rows of ours in a scratch database: nothing is asked, and all rows go. On MySQL the last one has to be
/// run even where another failed: it puts the check of foreign keys back.
///
/// # Errors
/// The first that `ask` gives.
pub fn clear<E>(dialect: Dialect, tables: &[Name], ask: &mut Ask<'_, E>) -> Result<Vec<String>, E> {
    Ok(clearing(&mut Kept::of(dialect, ask)?, tables, ask)?.statements)
}

/// The same by the queries that a session keeps, and a quicker way where there is one.
///
/// # Errors
/// As [`clear`].
pub fn clearing<E>(kept: &mut Kept, tables: &[Name], ask: &mut Ask<'_, E>) -> Result<Clearing, E> {
    let dialect = kept.dialect();
    let edges = edges(dialect, kept, ask)?;
    let there = crate::rowset::tables(dialect, ask)?;
    let in_edges = |name: &Name| edges.iter().any(|e| e.child == *name || e.reference.parent == *name);
    let known: Vec<Name> = tables.iter().filter(|n| there.contains(n) || in_edges(n)).cloned().collect();
    Ok(closure::clear(&known, &edges, dialect))
}

/// Foreign keys in the spelling of what they name. One that names no columns there means the primary key; one whose
/// table is not there can't be met.
fn whole_references(facts: &mut Facts) {
    let dialect = facts.dialect;
    let same = |a: &str, b: &str| a == b || (!dialect.is_postgres() && a.eq_ignore_ascii_case(b));
    let spelled = |names: &[String], columns: &[String]| -> Option<Vec<String>> {
        names.iter().map(|n| columns.iter().find(|c| same(c, n)).cloned()).collect()
    };
    let names = |table: &Table| table.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
    let known: Vec<(Name, Vec<String>, Vec<String>)> = facts
        .tables
        .iter()
        .map(|t| (t.name.clone(), t.keys.first().map(|k| k.columns.clone()).unwrap_or_default(), names(t)))
        .collect();
    for table in &mut facts.tables {
        let own = names(table);
        table.references.retain_mut(|reference| {
            let parent = known
                .iter()
                .find(|(n, ..)| n.schema == reference.parent.schema && same(&n.name, &reference.parent.name));
            let Some((name, key, there)) = parent else { return false };
            let keys = if reference.keys.is_empty() { key } else { &reference.keys };
            let Some((keys, columns)) = spelled(keys, there).zip(spelled(&reference.columns, &own)) else {
                return false;
            };
            *reference = Reference { columns, parent: name.clone(), keys };
            reference.keys.len() == reference.columns.len()
        });
        // Those of several columns first: they say more.
        table.references.sort_by_key(|r| std::cmp::Reverse(r.columns.len()));
    }
}

/// A key has to fit into the columns that refer to it, which may be shorter.
fn narrow_keys(facts: &mut Facts) {
    let mut limits: Vec<(Name, String, usize)> = Vec::new();
    for table in &facts.tables {
        for reference in &table.references {
            for (own, key) in reference.columns.iter().zip(&reference.keys) {
                if let Some(Kind::Text { longest: Some(longest), .. }) = table.column(own).map(|c| &c.kind) {
                    limits.push((reference.parent.clone(), key.clone(), *longest));
                }
            }
        }
    }
    for (parent, key, limit) in limits {
        let column = facts.table_mut(&parent).and_then(|t| t.columns.iter_mut().find(|c| c.name == key));
        if let Some(Kind::Text { longest, .. }) = column.map(|c| &mut c.kind) {
            *longest = Some(longest.unwrap_or(limit).min(limit));
        }
    }
}

/// The columns of which it says something that all rows are alike: not those that refer to other tables, or are computed.
fn told(table: &Table) -> impl Iterator<Item = &Column> {
    let refers = |column: &Column| table.references.iter().any(|r| r.columns.contains(&column.name));
    table.columns.iter().filter(move |c| c.filled != Filled::Computed && c.kind.distinct() != Some(1) && !refers(c))
}

/// How many rows there are, and in which columns they all are alike.
fn counts<E>(facts: &mut Facts, ask: &mut Ask<'_, E>) -> Result<(), E> {
    let dialect = facts.dialect;
    let distinct = |column: &Column| {
        let name = quote(&column.name, dialect);
        match dialect {
            Dialect::Postgres | Dialect::Cockroach => format!("count(DISTINCT {name}::text)::text"),
            _ => format!("count(DISTINCT {name})"),
        }
    };
    let one = |(at, table): (usize, &Table)| {
        let count = if dialect.is_postgres() { "count(*)::text" } else { "count(*)" };
        let all: Vec<String> = std::iter::once(count.to_string()).chain(told(table).map(distinct)).collect();
        let joined = match dialect {
            Dialect::Mysql => format!("concat_ws(',', {})", all.join(", ")),
            _ => all.join(" || ',' || "),
        };
        format!("SELECT {at} AS at, {joined} AS counts FROM {}", table.sql)
    };
    let parts: Vec<String> = facts.tables.iter().enumerate().map(one).collect();
    // SQLite takes 500 parts of a UNION.
    for some in parts.chunks(200) {
        for row in ask(&some.join(" UNION ALL "))?.iter() {
            let Some(table) = row.text("at").parse().ok().and_then(|at: usize| facts.tables.get_mut(at)) else {
                continue;
            };
            let mut numbers = row.text("counts").split(',').map(|n| n.parse::<usize>().unwrap_or(0));
            table.rows = numbers.next().unwrap_or(0);
            let alike = told(table).zip(numbers).filter(|(_, n)| *n < 2).map(|(c, _)| c.name.clone()).collect();
            table.uniform = alike;
        }
    }
    Ok(())
}
