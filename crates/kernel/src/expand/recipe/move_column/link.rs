//! The foreign key by which a row finds the one that its values move to.

use crate::catalog::{Constraint, ConstraintKind, Part, Table};
use crate::expand::{Decisions, Question};
use crate::render::object;

/// A foreign key of the other table that refers to this one, with one row there for one here.
pub(super) struct Link<'a> {
    pub constraint: &'a Constraint,
    /// Columns of this table, each with that of the other that refers to it.
    pub columns: Vec<(&'a str, &'a str)>,
}

/// Why there is none, or which it is has to be said.
pub(super) enum NoLink {
    Why(String),
    Asked(Question),
}

impl<'a> Link<'a> {
    /// The one between two tables, as they are when the migration is through.
    pub fn between(here: &'a Table, there: &'a Table, decisions: &Decisions) -> Result<Link<'a>, NoLink> {
        let keys: Vec<Link> = referring(here, there);
        if keys.is_empty() {
            return Err(NoLink::Why(none(here, there)));
        }
        let named = |l: &&Link| l.columns.iter().any(|(_, other)| decisions.by.contains(&object(&there.name, other)));
        let said: Vec<&Link> = keys.iter().filter(named).collect();
        let many: Vec<&Link> = if said.is_empty() { keys.iter().collect() } else { said };
        let whole: Vec<&&Link> = many.iter().filter(|l| is_unique(there, &l.theirs())).collect();
        match whole.as_slice() {
            [one] => Ok(Link { constraint: one.constraint, columns: one.columns.clone() }),
            [] => Err(NoLink::Why(format!(
                "{} refers to it by {}, which is not unique: a row of {} may have several there",
                there.name,
                many[0].theirs().join(", "),
                here.name
            ))),
            _ => Err(NoLink::Asked(ask(here, there, &whole))),
        }
    }

    /// The columns that refer.
    pub fn theirs(&self) -> Vec<&'a str> {
        self.columns.iter().map(|(_, other)| *other).collect()
    }

    /// ON DELETE CASCADE.
    pub fn cascades(&self) -> bool {
        self.constraint.foreign_key().is_some_and(|k| k.on_delete.to_ascii_lowercase().starts_with("cascade"))
    }
}

fn referring<'a>(here: &'a Table, there: &'a Table) -> Vec<Link<'a>> {
    let mut out = Vec::new();
    for constraint in &there.constraints {
        let Some(key) = constraint.foreign_key().filter(|k| k.table == here.name) else { continue };
        let own: Vec<&str> = match key.references.is_empty() {
            true => here.key_columns(),
            false => key.references.iter().map(String::as_str).collect(),
        };
        let columns: Vec<(&str, &str)> = own.into_iter().zip(key.columns.iter().map(String::as_str)).collect();
        if !columns.is_empty() {
            out.push(Link { constraint, columns });
        }
    }
    out
}

fn none(here: &Table, there: &Table) -> String {
    match referring(there, here).is_empty() {
        true => format!("no foreign key of {} refers to it: nothing says which row belongs to which", there.name),
        false => format!("it refers to {}, and not the other way around", there.name),
    }
}

/// Is one row at most to be found by these columns, whenever it is asked?
pub(super) fn is_unique(table: &Table, columns: &[&str]) -> bool {
    let alike = |parts: &[Part]| {
        // MySQL: a part of a text.
        let whole = |p: &&Part| !p.suffix.text.contains('(');
        let names: Vec<&str> = parts.iter().filter(whole).filter_map(|p| p.column.as_deref()).collect();
        names.len() == parts.len() && names.len() == columns.len() && columns.iter().all(|c| names.contains(c))
    };
    let constraint = |c: &Constraint| match &c.kind {
        ConstraintKind::PrimaryKey { parts, .. } | ConstraintKind::Unique { parts, .. } => {
            c.deferrable.is_empty() && alike(parts)
        }
        _ => false,
    };
    table.constraints.iter().any(constraint)
        || table.indexes.iter().any(|i| i.unique && i.predicate.is_none() && alike(&i.parts))
}

fn ask(here: &Table, there: &Table, all: &[&&Link]) -> Question {
    let answer = |l: &&&Link| {
        (
            format!("--by {}", object(&there.name, l.columns[0].1)),
            format!("the row of {} that refers to it by {}", there.name, l.theirs().join(", ")),
        )
    };
    Question {
        object: there.name.to_string(),
        text: format!(
            "`{}` refers to `{}` by several foreign keys: which row belongs to which?",
            there.name, here.name
        ),
        answers: all.iter().map(answer).collect(),
    }
}
