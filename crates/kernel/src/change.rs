//! A change with both its sides. Its inverse is the swap.

use crate::catalog::{
    Catalog, Column, Constraint, Granted, Index, List, Name, Other, Policy, Privilege, Routine, Sequence, Table,
    Target, Trigger, Type, View,
};
use crate::catalog::{Sql, relabelled, replace_identifier};
use crate::rows::RowChange;
use std::rc::Rc;

/// An object before and after: none before is a creation, none after a drop.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair<T> {
    /// As it was.
    pub before: Option<T>,
    /// As it is.
    pub after: Option<T>,
}

impl<T> Pair<T> {
    /// It comes into being.
    pub fn create(after: impl Into<T>) -> Pair<T> {
        Pair { before: None, after: Some(after.into()) }
    }

    /// It goes.
    pub fn drop(before: impl Into<T>) -> Pair<T> {
        Pair { before: Some(before.into()), after: None }
    }

    /// It becomes another.
    pub fn alter(before: impl Into<T>, after: impl Into<T>) -> Pair<T> {
        Pair { before: Some(before.into()), after: Some(after.into()) }
    }

    /// The swap.
    pub fn inverse(self) -> Pair<T> {
        Pair { before: self.after, after: self.before }
    }
}

/// One change of a database.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant)] // a migration holds few, and most are of a column
pub enum Change {
    /// A whole table comes or goes; where both sides are there, only what is the table's own changed (name, options, row security).
    Table(Pair<Rc<Table>>),
    /// A column of a table.
    Column {
        /// Whose, by its name at that moment.
        table: Name,
        /// The column.
        pair: Pair<Rc<Column>>,
        /// Where it stood and where it stands, from 0.
        places: Pair<usize>,
        /// `USING ..` of this direction.
        using: Option<String>,
    },
    /// A constraint of a table.
    Constraint {
        /// Whose.
        table: Name,
        /// The constraint.
        pair: Pair<Rc<Constraint>>,
    },
    /// An index of a table or materialized view.
    Index {
        /// Whose.
        table: Name,
        /// The index.
        pair: Pair<Rc<Index>>,
    },
    /// A trigger of a table or view.
    Trigger {
        /// Whose.
        table: Name,
        /// The trigger.
        pair: Pair<Rc<Trigger>>,
    },
    /// A policy of a table.
    Policy {
        /// Whose.
        table: Name,
        /// The policy.
        pair: Pair<Rc<Policy>>,
    },
    /// A view.
    View(Pair<Rc<View>>),
    /// A type.
    Type(Pair<Type>),
    /// A sequence.
    Sequence(Pair<Sequence>),
    /// A function or procedure.
    Routine(Pair<Rc<Routine>>),
    /// An extension, schema, role ...
    Other(Pair<Rc<Other>>),
    /// A comment.
    Comment {
        /// On what.
        target: Target,
        /// Its text.
        pair: Pair<String>,
    },
    /// A privilege.
    Privilege {
        /// Which.
        privilege: Privilege,
        /// How it is held; none: as nobody ever touched it.
        pair: Pair<Granted>,
    },
    /// Rows change: has an inverse of its own, or none.
    Rows(RowChange),
    /// What could not be read.
    Opaque {
        /// Why.
        why: String,
    },
}

impl Change {
    /// The same change in the other direction. Rows and opaque statements have none.
    pub fn inverse(self) -> Option<Change> {
        Some(match self {
            Change::Table(pair) => Change::Table(pair.inverse()),
            Change::Column { table, pair, places, using: _ } => {
                Change::Column { table, pair: pair.inverse(), places: places.inverse(), using: None }
            }
            Change::Constraint { table, pair } => Change::Constraint { table, pair: pair.inverse() },
            Change::Index { table, pair } => Change::Index { table, pair: pair.inverse() },
            Change::Trigger { table, pair } => Change::Trigger { table, pair: pair.inverse() },
            Change::Policy { table, pair } => Change::Policy { table, pair: pair.inverse() },
            Change::View(pair) => Change::View(pair.inverse()),
            Change::Type(pair) => Change::Type(pair.inverse()),
            Change::Sequence(pair) => Change::Sequence(pair.inverse()),
            Change::Routine(pair) => Change::Routine(pair.inverse()),
            Change::Other(pair) => Change::Other(pair.inverse()),
            Change::Comment { target, pair } => Change::Comment { target, pair: pair.inverse() },
            Change::Privilege { privilege, pair } => Change::Privilege { privilege, pair: pair.inverse() },
            Change::Rows(_) | Change::Opaque { .. } => return None,
        })
    }
}

impl Catalog {
    /// Makes a change happen. One that does not fit (its object is not there) changes nothing.
    pub fn apply(&mut self, change: &Change) {
        self.taken.follow(change);
        self.follow_part(change);
        match change {
            Change::Table(pair) => self.apply_table(pair),
            Change::Column { table, pair, places, .. } => self.apply_column(table, pair, places),
            Change::Constraint { table, pair } => {
                if let Some(table) = self.table_mut(table) {
                    put(&mut table.constraints, pair, |a, b| a.lineage.0 == b.lineage.0 && a.name == b.name);
                }
            }
            Change::Index { table, pair } => {
                let same = |a: &Index, b: &Index| a.name == b.name;
                if let Some(table) = self.table_mut(table) {
                    put(&mut table.indexes, pair, same);
                } else if let Some(view) = self.views.get_mut(table) {
                    put(&mut view.indexes, pair, same);
                }
            }
            Change::Trigger { table, pair } => {
                let same = |a: &Trigger, b: &Trigger| a.name == b.name;
                if let Some(table) = self.table_mut(table) {
                    put(&mut table.triggers, pair, same);
                } else if let Some(view) = self.views.get_mut(table) {
                    put(&mut view.triggers, pair, same);
                }
            }
            Change::Policy { table, pair } => {
                if let Some(table) = self.table_mut(table) {
                    put(&mut table.policies, pair, |a, b| a.name == b.name);
                }
            }
            Change::View(pair) => match (&pair.before, &pair.after) {
                (Some(before), Some(after)) if before.name != after.name => {
                    self.rename_view(&before.name, &after.name);
                    self.views.put(after.name.clone(), after.clone());
                }
                (_, Some(after)) => self.views.put(after.name.clone(), after.clone()),
                (Some(before), None) => drop(self.views.remove(&before.name)),
                (None, None) => {}
            },
            Change::Type(pair) => match (&pair.before, &pair.after) {
                (Some(before), Some(after)) => {
                    if before.name != after.name {
                        self.rename_type(&before.name, &after.name);
                    }
                    self.types.insert(after.name.clone(), after.clone());
                    self.relabel(&after.name, &relabelled(before, after));
                }
                (None, Some(after)) => self.types.insert(after.name.clone(), after.clone()),
                (Some(before), None) => drop(self.types.remove(&before.name)),
                (None, None) => {}
            },
            Change::Sequence(pair) => match (&pair.before, &pair.after) {
                (Some(before), Some(after)) => {
                    if before.name != after.name {
                        self.rename_sequence(&before.name, &after.name);
                    }
                    self.sequences.insert(after.name.clone(), after.clone());
                }
                (None, Some(after)) => self.sequences.insert(after.name.clone(), after.clone()),
                (Some(before), None) => drop(self.sequences.remove(&before.name)),
                (None, None) => {}
            },
            Change::Routine(pair) => {
                if let (Some(before), Some(after)) = (&pair.before, &pair.after)
                    && before.name != after.name
                    && self.dialect.is_postgres()
                {
                    self.rename_routine(&(before.name.clone(), before.signature.clone()), &after.name);
                }
                if let Some(before) = &pair.before {
                    self.routines.remove(&(before.name.clone(), before.signature.clone()));
                }
                if let Some(after) = &pair.after {
                    self.routines.put((after.name.clone(), after.signature.clone()), after.clone());
                }
            }
            Change::Other(pair) => {
                if let Some(before) = &pair.before {
                    self.others.remove(&(before.kind, before.name.clone()));
                }
                if let Some(after) = &pair.after {
                    self.others.put((after.kind, after.name.clone()), after.clone());
                }
            }
            Change::Comment { target, pair } => match &pair.after {
                Some(text) => self.comments.insert(target.clone(), text.clone()),
                None => drop(self.comments.remove(target)),
            },
            Change::Privilege { privilege, pair } => match pair.after {
                Some(granted) => self.privileges.insert(privilege.clone(), granted),
                None => drop(self.privileges.remove(privilege)),
            },
            Change::Rows(_) | Change::Opaque { .. } => {}
        }
    }

    /// Where a part of a table gets another name, what is said of it follows.
    pub(crate) fn follow_part(&mut self, change: &Change) {
        fn names<T>(pair: &Pair<Rc<T>>, name: impl Fn(&T) -> &str) -> Option<(String, String)> {
            let (from, to) = (name(pair.before.as_deref()?), name(pair.after.as_deref()?));
            (from != to).then(|| (from.to_string(), to.to_string()))
        }
        let (table, kind, renamed, indexed) = match change {
            Change::Constraint { table, pair } => {
                let indexed = pair.after.as_ref().is_some_and(|c| c.has_index());
                (table, Some("CONSTRAINT"), names(pair, |c| &c.name), indexed)
            }
            Change::Index { table, pair } => (table, None, names(pair, |i| &i.name), true),
            Change::Trigger { table, pair } => (table, Some("TRIGGER"), names(pair, |t| &t.name), false),
            Change::Policy { table, pair } => (table, Some("POLICY"), names(pair, |p| &p.name), false),
            _ => return,
        };
        let Some((from, to)) = renamed else { return };
        if let Some(kind) = kind {
            let target = |part: &str| Target { kind, name: table.clone(), part: part.to_string() };
            self.move_comment(&target(&from), target(&to));
        }
        if indexed {
            let target = |name: &str| Target { kind: "INDEX", name: table.sibling(name), part: String::new() };
            self.move_comment(&target(&from), target(&to));
            self.rename_marks(table, &from, &to);
        }
    }

    /// What a table says of its index: that it is clustered on it, that it identifies its rows by it.
    fn rename_marks(&mut self, table: &Name, from: &str, to: &str) {
        let Some(inside) = self.table(table) else { return };
        let clustered = inside.cluster_on.as_deref() == Some(from);
        let identity = inside.replica_identity.as_ref();
        let identity = identity.and_then(|i| replace_identifier(&i.text, from, to, self.dialect, false));
        if !clustered && identity.is_none() {
            return;
        }
        let dialect = self.dialect;
        let Some(inside) = self.table_mut(table) else { return };
        if clustered {
            inside.cluster_on = Some(to.to_string());
        }
        if let Some(text) = identity {
            inside.replica_identity = Some(Sql::new(&text, dialect));
        }
    }

    fn move_comment(&mut self, from: &Target, to: Target) {
        if let Some(text) = self.comments.remove_known(from) {
            self.comments.put(to, text);
        }
    }

    fn apply_table(&mut self, pair: &Pair<Rc<Table>>) {
        match (&pair.before, &pair.after) {
            (Some(before), Some(after)) => {
                if before.name != after.name {
                    self.rename_table(&before.name, &after.name);
                }
                if let Some(table) = self.tables.get_mut(&after.name) {
                    table.take_header(after);
                }
            }
            (None, Some(after)) => self.tables.put(after.name.clone(), after.clone()),
            (Some(before), None) => drop(self.tables.remove(&before.name)),
            (None, None) => {}
        }
    }

    fn apply_column(&mut self, table: &Name, pair: &Pair<Rc<Column>>, places: &Pair<usize>) {
        let Some(name) = self.table_name(table) else { return };
        if let (Some(before), Some(after)) = (&pair.before, &pair.after)
            && before.name != after.name
        {
            self.rename_column(&name, &before.name, &after.name);
        }
        let Some(table) = self.tables.get_mut(&name) else { return };
        let columns = &mut table.columns;
        match (&pair.before, &pair.after) {
            (None, Some(after)) => {
                let at = places.after.unwrap_or(columns.len()).min(columns.len());
                columns.insert(at, after.clone());
            }
            (Some(before), None) => columns.retain(|c| c.name != before.name),
            (Some(_), Some(after)) => {
                let Some(at) = columns.iter().position(|c| c.name == after.name) else { return };
                // What a rename made of the identity's sequence stays.
                let renamed = pair.before.as_ref().is_some_and(|b| b.name != after.name);
                let identity = renamed.then(|| columns[at].identity.clone());
                columns.set(at, after.clone());
                if let Some(identity) = identity {
                    columns[at].identity = identity;
                }
                if let Some(to) = places.after.filter(|to| *to != at) {
                    columns.relocate(at, to);
                }
            }
            (None, None) => {}
        }
    }
}

/// Puts one in, takes one out, or replaces one in its place.
fn put<T: Clone>(list: &mut List<T>, pair: &Pair<Rc<T>>, same: impl Fn(&T, &T) -> bool) {
    let at = pair.before.as_ref().and_then(|before| list.iter().position(|item| same(item, before)));
    match (at, &pair.after) {
        (Some(at), Some(after)) => list.set(at, after.clone()),
        (Some(at), None) => drop(list.remove(at)),
        (None, Some(after)) => list.push(after.clone()),
        (None, None) => {}
    }
}
