//! A database's own catalogs as a [`Catalog`], so that what a statement did can be told by looking before and after it,
//! though nobody can read the statement.
//!
//! The catalogs are turned into the statements that would make each object, and those are lowered like a migration's. What
//! a statement changed is then the difference of two such catalogs, written as SQL: that text stands for the statement
//! wherever the history is replayed, on machines without an engine too.
//!
//! What is told is the schema alone. What happened to rows can't be seen here: [`fears`] reads the statement's own words,
//! and doubts.

mod mysql;
mod postgres;
mod rows;
mod sqlite;

pub use rows::{Fears, fears};

use crate::Dialect;
use crate::answer::Ask;
use crate::catalog::{Catalog, Lineage, Name, Objects, TypeKind};
use crate::change::Change;
use crate::diff::diff;
use crate::lower::Lowering;
use crate::render::{Context, render};
use crate::snapshot::{self, Options};
use crate::split::split;
use std::collections::{BTreeMap, BTreeSet};

/// Looks at one database again and again, and knows objects again that it has seen before, under other names too where
/// the engine numbers them (PostgreSQL).
#[derive(Debug)]
pub struct Observer {
    dialect: Dialect,
    /// The engine's numbers tell which object is which.
    numbers: bool,
    known: BTreeMap<Identity, u32>,
}

/// What an object is known by: its kind and the engine's number for it, or its name where there is none.
type Identity = (String, String);

/// A database at one moment.
#[derive(Debug, Clone)]
pub struct Observation {
    /// What it holds.
    pub catalog: Catalog,
    /// What of it a catalog has no place for. Where that changes, nothing is told at all.
    beside: BTreeSet<String>,
}

/// A statement that would make an object, and what is known of the object.
#[derive(Debug, Default, PartialEq)]
struct Made {
    /// The statement; empty where one before it makes the object along with another.
    sql: String,
    /// `table`, `column`, `constraint`, `index`, `trigger`, `policy`, `view`, `type`, `label`, `sequence`, `routine`,
    /// `schema`; `definition` of a view, through renames of what it reads; empty for what has no number of its own.
    kind: String,
    /// Of the object, or of the table that it lives in.
    name: Name,
    /// The column, the constraint ..; a routine's arguments.
    part: String,
    /// The engine's number; empty for none.
    id: String,
}

impl Observer {
    /// One that has seen nothing.
    pub fn new(dialect: Dialect) -> Observer {
        Observer { dialect, numbers: true, known: BTreeMap::new() }
    }

    /// One that looks at several databases: objects are the same where their names are.
    pub fn by_name(dialect: Dialect) -> Observer {
        Observer { numbers: false, ..Observer::new(dialect) }
    }

    /// Looks at the database that `ask` is connected to.
    ///
    /// # Errors
    /// Those of `ask`.
    pub fn read<E>(&mut self, ask: &mut Ask<E>, options: &Options) -> Result<Observation, E> {
        let made = match self.dialect {
            Dialect::Postgres | Dialect::Cockroach => postgres::read(ask, options)?,
            Dialect::Mysql => mysql::read(ask, options)?,
            Dialect::Sqlite => sqlite::read(ask, options)?,
        };
        let mut beside = beside(&snapshot::read(self.dialect, ask, options)?);
        let sql: String = made.iter().filter(|m| !m.sql.is_empty()).map(|m| format!("{};\n", m.sql)).collect();
        let mut catalog = Catalog::new(self.dialect);
        let mut lowering = Lowering::new(&mut catalog, &sql);
        split(&sql, self.dialect, false).iter().for_each(|s| lowering.statement(s));
        let unread = lowering.changes.iter().filter(|l| matches!(l.change, Change::Opaque { .. }));
        beside.extend(unread.map(|l| sql[l.span.clone()].to_string()));
        self.number(&mut catalog, &made);
        catalog.begin();
        Ok(Observation { catalog, beside })
    }

    /// Gives every object the lineage that it had when it was seen before.
    fn number(&mut self, catalog: &mut Catalog, made: &[Made]) {
        let told = made.iter().filter(|m| !m.id.is_empty() && self.numbers);
        let ids: BTreeMap<(&str, &Name, String), &str> =
            told.map(|m| ((m.kind.as_str(), &m.name, plain(&m.part)), m.id.as_str())).collect();
        let mut give = |kind: &str, name: &Name, part: &str| {
            let identity =
                ids.get(&(kind, name, plain(part))).map_or_else(|| format!("{name}/{part}"), |id| (*id).to_string());
            // A column's number is one in its table.
            let home = if kind == "column" {
                ids.get(&("table", name, String::new())).copied().unwrap_or_default()
            } else {
                ""
            };
            self.lineage(kind, format!("{home}/{identity}"))
        };
        numbered(catalog, &mut give);
        let numbers = self.numbers;
        for made in made.iter().filter(|m| m.kind == "definition" && numbers) {
            let defined = self.lineage("definition", format!("{}/{}", made.id, made.part));
            catalog.views.get_mut(&made.name).into_iter().for_each(|v| v.defined = defined);
        }
    }

    fn lineage(&mut self, kind: &str, identity: String) -> Lineage {
        // Above all that lowering gave out.
        const FIRST: usize = 1 << 24;
        let next = u32::try_from(FIRST + self.known.len()).unwrap_or(u32::MAX);
        Lineage(*self.known.entry((kind.to_string(), identity)).or_insert(next))
    }
}

/// Arguments without their layout.
fn plain(part: &str) -> String {
    part.replace(' ', "")
}

/// Puts a lineage on every object: of a kind, of a name (its table's, where it lives in one) and the part of that.
fn numbered(catalog: &mut Catalog, give: &mut impl FnMut(&str, &Name, &str) -> Lineage) {
    for name in keys(&catalog.tables) {
        let Some(table) = catalog.tables.get_mut(&name) else { continue };
        table.lineage = give("table", &name, "");
        table.columns.iter_mut().for_each(|c| c.lineage = give("column", &name, &c.name));
        table.constraints.iter_mut().for_each(|c| c.lineage = give("constraint", &name, &c.name));
        table.indexes.iter_mut().for_each(|i| i.lineage = give("index", &name, &i.name));
        table.triggers.iter_mut().for_each(|t| t.lineage = give("trigger", &name, &t.name));
        table.policies.iter_mut().for_each(|p| p.lineage = give("policy", &name, &p.name));
        table.constraints.iter_mut().for_each(|c| c.stands_in = Lineage::default());
    }
    for name in keys(&catalog.views) {
        let Some(view) = catalog.views.get_mut(&name) else { continue };
        view.lineage = give("view", &name, "");
        view.defined = Lineage::default();
        view.indexes.iter_mut().for_each(|i| i.lineage = give("index", &name, &i.name));
        view.triggers.iter_mut().for_each(|t| t.lineage = give("trigger", &name, &t.name));
    }
    for name in keys(&catalog.types) {
        let Some(datatype) = catalog.types.get_mut(&name) else { continue };
        datatype.lineage = give("type", &name, "");
        if let TypeKind::Enum(labels) = &mut datatype.kind {
            labels.iter_mut().for_each(|l| l.lineage = give("label", &name, &l.name));
        }
    }
    for name in keys(&catalog.sequences) {
        catalog.sequences.get_mut(&name).into_iter().for_each(|s| s.lineage = give("sequence", &name, ""));
    }
    for (name, signature) in keys(&catalog.routines) {
        let lineage = give("routine", &name, &signature);
        catalog.routines.get_mut(&(name, signature)).into_iter().for_each(|r| r.lineage = lineage);
    }
    for (kind, name) in keys(&catalog.others) {
        let lineage = give(if kind == "SCHEMA" { "schema" } else { kind }, &name, "");
        catalog.others.get_mut(&(kind, name)).into_iter().for_each(|o| o.lineage = lineage);
    }
}

fn keys<K: Ord + Clone, V: Clone>(objects: &Objects<K, V>) -> Vec<K> {
    objects.keys().cloned().collect()
}

/// Kinds of objects that a catalog holds whole; of all others it is only known whether they changed.
const HELD: &[&str] = &[
    "aggregate",
    "column",
    "comment",
    "constraint",
    "extension",
    "function",
    "grant",
    "index",
    "materialized view",
    "policy",
    "procedure",
    "row security",
    "rule",
    "schema",
    "sequence",
    "statistics",
    "table",
    "trigger",
    "type",
    "view",
];

fn beside(snapshot: &snapshot::Snapshot) -> BTreeSet<String> {
    let others = snapshot.objects.iter().filter(|(object, _)| !HELD.contains(&object.kind));
    others.map(|(object, text)| format!("{object}: {text}")).collect()
}

/// The SQL that leads from one moment to a later one, in our own words: what stands for the statement that ran between.
/// Empty where the schema is what it was.
///
/// # Errors
/// Where what changed can't be told: an object that catalogs have no place for, or one that has no SQL. In words.
pub fn changes(before: &Observation, after: &Observation) -> Result<String, String> {
    if let Some(other) = before.beside.symmetric_difference(&after.beside).next() {
        return Err(format!("it changed what is not observed: {other}"));
    }
    let steps = diff(&before.catalog, &after.catalog);
    let context = Context {
        filled: vec![],
        keys_on: false,
        now: &before.catalog,
        target: &after.catalog,
        concurrent: BTreeSet::new(),
        using: Vec::new(),
        guarded_roles: BTreeSet::new(),
    };
    let text: String = render(&steps, &context)?.iter().map(|s| format!("{};\n", s.sql)).collect();
    proven(&text, before, after)?;
    Ok(text)
}

/// Does the text do in a replay what the statement did?
fn proven(text: &str, before: &Observation, after: &Observation) -> Result<(), String> {
    let mut catalog = before.catalog.clone();
    let dialect = catalog.dialect;
    let mut lowering = Lowering::new(&mut catalog, text);
    split(text, dialect, false).iter().for_each(|s| lowering.statement(s));
    if let Some(why) = lowering.changes.iter().find_map(|l| match &l.change {
        Change::Opaque { why } => Some(why.clone()),
        _ => None,
    }) {
        return Err(format!("what it did can't be written: {why}"));
    }
    lowering.adopt();
    // What was made again has a lineage of its own in each.
    let (mut is, mut wanted) = (catalog, after.catalog.clone());
    let mut names = Observer::by_name(dialect);
    names.number(&mut is, &[]);
    names.number(&mut wanted, &[]);
    match diff(&is, &wanted).into_iter().next() {
        None => Ok(()),
        Some(step) => {
            let left = step.change.summary();
            Err(format!("what it did can't be written: {} {} {}", left.action, left.kind, left.object))
        }
    }
}
