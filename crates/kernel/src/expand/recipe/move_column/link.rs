//! The foreign key by which a row finds the one that its values move to: of the other table, or of its own.

use crate::catalog::{Constraint, ConstraintKind, Part, Table};
use crate::expand::{Decisions, Question};
use crate::render::object;

/// A foreign key between the two, with one row there for one here.
pub(super) struct Link<'a> {
    pub constraint: &'a Constraint,
    /// Columns of this table, each with that of the other.
    pub columns: Vec<(&'a str, &'a str)>,
    /// This table refers to the other, not the other way around.
    pub own: bool,
}

/// Why there is none, or which it is has to be said.
pub(super) enum NoLink {
    Why(String),
    Asked(Question),
}

impl<'a> Link<'a> {
    /// The one between two tables, as they are when the migration is through.
    pub fn between(here: &'a Table, there: &'a Table, decisions: &Decisions) -> Result<Link<'a>, NoLink> {
        let keys: Vec<Link> =
            referring(here, there).into_iter().chain(referring(there, here).into_iter().map(turned)).collect();
        if keys.is_empty() {
            let why =
                format!("no foreign key is between it and {}: nothing says which row belongs to which", there.name);
            return Err(NoLink::Why(why));
        }
        let named = |l: &&Link| l.names(here, there).iter().any(|name| decisions.by.contains(name));
        let said: Vec<&Link> = keys.iter().filter(named).collect();
        let many: Vec<&Link> = if said.is_empty() { keys.iter().collect() } else { said };
        let whole: Vec<&&Link> = many.iter().filter(|l| is_unique(l.side(here, there), &l.referring())).collect();
        match whole.as_slice() {
            [one] => Ok(Link { constraint: one.constraint, columns: one.columns.clone(), own: one.own }),
            [] => Err(NoLink::Why(format!(
                "{} refers by {}, which is not unique: one row may belong to several",
                many[0].side(here, there).name,
                many[0].referring().join(", ")
            ))),
            _ => Err(NoLink::Asked(ask(here, there, &whole))),
        }
    }

    /// The table that refers.
    pub fn side(&self, here: &'a Table, there: &'a Table) -> &'a Table {
        if self.own { here } else { there }
    }

    /// The columns that refer.
    pub fn referring(&self) -> Vec<&'a str> {
        self.columns.iter().map(|(own, other)| if self.own { *own } else { *other }).collect()
    }

    fn names(&self, here: &Table, there: &Table) -> Vec<String> {
        let table = if self.own { &here.name } else { &there.name };
        self.referring().iter().map(|column| object(table, column)).collect()
    }

    /// The columns of the other table.
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
            out.push(Link { constraint, columns, own: false });
        }
    }
    out
}

/// A foreign key of this table, which is the other one's of the other.
fn turned(link: Link) -> Link {
    let columns = link.columns.into_iter().map(|(a, b)| (b, a)).collect();
    Link { columns, own: true, ..link }
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
        let (by, says) = (&l.names(here, there)[0], l.referring().join(", "));
        (format!("--by {by}"), format!("those that {} links by {says}", l.side(here, there).name))
    };
    Question {
        object: there.name.to_string(),
        text: format!(
            "several foreign keys are between `{}` and `{}`: which row belongs to which?",
            here.name, there.name
        ),
        answers: all.iter().map(answer).collect(),
    }
}
