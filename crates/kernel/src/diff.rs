//! From one catalog to another: the changes, in an order in which they can run.
//!
//! Objects are matched by lineage first and by name second, so that a rename is a rename. What is dropped is dropped
//! first, under its old name; then come the renames; all that follows is under the new names. The inverse of a
//! migration is the difference from the catalog after it to the catalog before it.

mod order;
mod relation;

pub use order::sort;

use crate::Dialect;
use crate::catalog::{
    Catalog, Column, Index, Lineage, List, Name, Objects, Routine, Table, Target, Type, TypeKind, mentions, relabelled,
};
use crate::change::{Change, Pair};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// When a change runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Rules, statistics, publications and event triggers go before what they are about.
    DropAbout,
    /// Views go before what they read.
    DropView,
    /// Triggers and policies go before the columns that they name.
    DropTrigger,
    /// Policies.
    DropPolicy,
    /// What was granted.
    Revoke,
    /// Foreign keys go before the keys and indexes that they rest on.
    DropForeignKey,
    /// Tables, those that refer before those referred to.
    DropTable,
    /// Indexes.
    DropIndex,
    /// Other constraints.
    DropConstraint,
    /// Columns.
    DropColumn,
    /// Schemas that come back, before anything moves into them.
    CreateSchema,
    /// From here on, the new names.
    Rename,
    /// Schemas, extensions, roles.
    CreateOther,
    /// Types, and enums that change their values.
    Type,
    /// Functions that defaults and checks may call.
    CreateRoutine,
    /// Sequences that defaults draw from.
    Sequence,
    /// Tables, a partitioned one before its partitions.
    CreateTable,
    /// What a table itself is like.
    AlterTable,
    /// Columns that come.
    CreateColumn,
    /// Columns that change.
    AlterColumn,
    /// PostgreSQL: columns that are computed from others, as those shall be.
    CreateGenerated,
    /// Keys and checks.
    CreateConstraint,
    /// Indexes.
    CreateIndex,
    /// MySQL: an index that a foreign key rests on goes when its successor is there.
    DropNeededIndex,
    /// Foreign keys.
    CreateForeignKey,
    /// Functions whose body is checked against tables.
    CreateSqlRoutine,
    /// Views, those that are read first.
    CreateView,
    /// Triggers.
    CreateTrigger,
    /// Policies.
    CreatePolicy,
    /// Rules, statistics, publications and event triggers.
    CreateAbout,
    /// Privileges.
    Grant,
    /// Comments.
    Comment,
    /// Functions that nothing calls any more.
    DropRoutine,
    /// Sequences that nothing draws from any more.
    DropSequence,
    /// Types that nothing has any more.
    DropType,
    /// Extensions, schemas.
    DropOther,
}

/// A change and when it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// When.
    pub phase: Phase,
    /// What.
    pub change: Change,
}

/// The changes that lead from `a` to `b`, in order.
pub fn diff(a: &Catalog, b: &Catalog) -> Vec<Step> {
    let mut diff = Diff {
        steps: Vec::new(),
        renamed: a.clone(),
        made: BTreeSet::new(),
        remade: BTreeMap::new(),
        stay: b.sequences.iter().map(|(_, s)| s.lineage.0).filter(|lineage| *lineage != 0).collect(),
        dialect: a.dialect,
    };
    diff.drops(a, b);
    diff.renames(a, b);
    let tables = std::mem::take(&mut diff.renamed.tables);
    diff.relations(a, &tables, b);
    diff.renamed.tables = tables;
    let renamed = std::mem::replace(&mut diff.renamed, Catalog::new(a.dialect));
    diff.others(&renamed, b);
    order::sort(&mut diff.steps, a.dialect);
    diff.steps
}

struct Diff {
    steps: Vec<Step>,
    /// `a` after the drops of whole objects and after the renames.
    renamed: Catalog,
    /// Tables that are made anew, some under a name that was there.
    made: BTreeSet<Name>,
    /// The same of columns, by their tables.
    remade: BTreeMap<Name, BTreeSet<String>>,
    /// Sequences that are there in the end, whoever owns them before.
    stay: BTreeSet<u32>,
    dialect: Dialect,
}

fn known(lineage: Lineage) -> bool {
    lineage.0 != 0
}

/// Two objects of one name are the same where at least one's lineage is not known, or both are of one lineage.
fn one(a: Lineage, b: Lineage) -> bool {
    a.0 == b.0 || !known(a) || !known(b)
}

/// Names of `a` and the names that their objects have in `b`.
fn matched<'a, K: Ord + Clone, V: Clone>(
    a: &'a Objects<K, V>,
    b: &'a Objects<K, V>,
    lineage: impl Fn(&V) -> Lineage,
    by_name_alone: bool,
) -> BTreeMap<&'a K, &'a K> {
    let by_lineage: BTreeMap<u32, &K> =
        b.iter().filter(|(_, v)| known(lineage(v))).map(|(k, v)| (lineage(v).0, k)).collect();
    let mut out = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (key, value) in a.iter() {
        if let Some(other) = by_lineage.get(&lineage(value).0).filter(|_| known(lineage(value))) {
            out.insert(key, *other);
            taken.insert(*other);
        }
    }
    for (key, value) in a.iter().filter(|(k, _)| !taken.contains(k)) {
        let same = b.get(key).is_some_and(|other| by_name_alone || one(lineage(value), lineage(other)));
        if !out.contains_key(key) && same {
            out.insert(key, key);
        }
    }
    out
}

/// Those of them that have another name there.
fn moved<K: Ord + Clone, V: Clone>(
    a: &Objects<K, V>,
    b: &Objects<K, V>,
    lineage: impl Fn(&V) -> Lineage,
    by_name_alone: bool,
) -> Vec<(K, K)> {
    let matched = matched(a, b, lineage, by_name_alone).into_iter();
    matched.filter(|(from, to)| from != to).map(|(from, to)| (from.clone(), to.clone())).collect()
}

/// Is what a comment is on there in one catalog and not in the other? (The comment goes with it.)
fn goes(target: &Target, a: &Catalog, b: &Catalog) -> bool {
    let there = |catalog: &Catalog| {
        let table = catalog.tables.get(&target.name);
        match target.kind {
            "COLUMN" => table.is_some_and(|t| t.column(&target.part).is_some()),
            "CONSTRAINT" => table.is_some_and(|t| t.constraint(&target.part).is_some()),
            "TRIGGER" => table.is_some_and(|t| t.triggers.iter().any(|i| i.name == target.part)),
            "POLICY" => table.is_some_and(|t| t.policies.iter().any(|i| i.name == target.part)),
            "INDEX" => {
                let key = || catalog.constraint_owner(&target.name.schema, &target.name.name);
                catalog.index(&target.name).is_some() || key().is_some()
            }
            "TYPE" | "DOMAIN" => catalog.types.contains(&target.name),
            "SEQUENCE" => {
                let of_identity =
                    |t: &Table| t.columns.iter().any(|c| c.identity_sequence(&t.name).as_ref() == Some(&target.name));
                catalog.sequences.contains(&target.name) || catalog.tables.iter().any(|(_, t)| of_identity(t))
            }
            "FUNCTION" | "PROCEDURE" | "ROUTINE" | "AGGREGATE" => {
                catalog.routines.contains(&(target.name.clone(), target.part.clone()))
            }
            kind => catalog.others.keys().any(|(k, n)| *k == kind && *n == target.name),
        }
    };
    there(a) && !there(b)
}

/// What a type is called while its successor takes its name.
pub(crate) fn aside(name: &str) -> String {
    format!("{name}__old")
}

/// Is an object of this kind about tables or functions that have to be there?
fn about(kind: &str) -> bool {
    ["RULE", "STATISTICS", "PUBLICATION", "EVENT TRIGGER"].contains(&kind)
}

impl Diff {
    fn push(&mut self, phase: Phase, change: Change) {
        if phase == Phase::Rename {
            self.renamed.follow_part(&change);
        }
        self.steps.push(Step { phase, change });
    }

    /// Whole tables that go, before any rename.
    fn drops(&mut self, a: &Catalog, b: &Catalog) {
        let tables = matched(&a.tables, &b.tables, |t| t.lineage, false);
        for (name, table) in a.tables.iter_shared().filter(|(n, _)| !tables.contains_key(n)) {
            self.push(Phase::DropTable, Change::Table(Pair::drop(table.clone())));
            self.renamed.tables.remove(name);
            self.drop_owned(name, None);
            let identities = table.columns.iter().filter_map(|c| c.identity_sequence(name));
            identities.for_each(|sequence| self.forget(&sequence));
            self.forget_indexes(name, &table.indexes);
        }
        let views = matched(&a.views, &b.views, |v| v.lineage, true);
        for (name, view) in a.views.iter_shared().filter(|(n, _)| !views.contains_key(n)) {
            self.push(Phase::DropView, Change::View(Pair::drop(view.clone())));
            self.renamed.views.remove(name);
            self.forget(name);
            self.forget_indexes(name, &view.indexes);
        }
    }

    /// What goes with a table, or with one of its columns, without being said: its sequences, comments and privileges.
    fn drop_owned(&mut self, table: &Name, column: Option<&str>) {
        let owned: Vec<Name> = self
            .renamed
            .sequences
            .iter()
            .filter(|(_, s)| s.owner.as_ref().is_some_and(|(t, c)| t == table && column.is_none_or(|own| own == c)))
            .map(|(n, _)| n.clone())
            .collect();
        let phase = if column.is_none() { Phase::DropTable } else { Phase::DropColumn };
        for name in owned {
            let stays = self.renamed.sequences.shared(&name).filter(|s| self.stay.contains(&s.lineage.0));
            if let Some(sequence) = stays {
                let free = crate::catalog::Sequence { owner: None, ..(*sequence).clone() };
                self.renamed.sequences.insert(name, free.clone());
                self.push(Phase::DropForeignKey, Change::Sequence(Pair::alter((*sequence).clone(), free)));
                continue;
            }
            if let Some(gone) = self.renamed.sequences.remove(&name) {
                self.push(phase, Change::Sequence(Pair::drop((*gone).clone())));
            }
        }
        if column.is_none() {
            self.forget(table);
        }
    }

    fn forget(&mut self, relation: &Name) {
        let comments: Vec<_> =
            self.renamed.comments.keys().filter(|t| t.name == *relation && t.kind != "TYPE").cloned().collect();
        comments.iter().for_each(|t| drop(self.renamed.comments.remove(t)));
        let privileges: Vec<_> =
            self.renamed.privileges.keys().filter(|p| p.target.name == *relation).cloned().collect();
        privileges.iter().for_each(|p| drop(self.renamed.privileges.remove(p)));
    }

    /// The comments on the indexes of a relation that goes.
    fn forget_indexes(&mut self, relation: &Name, indexes: &List<Index>) {
        for index in indexes {
            let target = Target { kind: "INDEX", name: relation.sibling(index.name.clone()), part: String::new() };
            self.renamed.comments.remove(&target);
        }
    }

    fn renames(&mut self, a: &Catalog, b: &Catalog) {
        let schemas = moved(&a.others, &b.others, |o| o.lineage, true);
        for (from, to) in schemas.iter().filter(|(f, _)| f.0 == "SCHEMA") {
            if let (Some(before), Some(after)) = (a.others.shared(from), b.others.shared(to)) {
                let change = Change::Other(Pair::alter(before, after));
                self.renamed.apply(&change);
                self.push(Phase::Rename, change);
                self.renamed.rename_schema(&from.1.name, &to.1.name);
            }
        }
        self.rename_types(b);
        self.rename_routines(b);
        self.rename_labels(b);
        self.rename_tables(b);
        self.rename_columns(b);
        for (from, to) in moved(&self.renamed.sequences, &b.sequences, |s| s.lineage, true) {
            if let Some(before) = self.renamed.sequences.get(&from).cloned() {
                let after = crate::catalog::Sequence { name: to.clone(), ..before.clone() };
                self.renamed.rename_sequence(&from, &to);
                self.push(Phase::Rename, Change::Sequence(Pair::alter(before, after)));
            }
        }
        for (from, to) in moved(&self.renamed.views, &b.views, |v| v.lineage, true) {
            if let Some(before) = self.renamed.views.shared(&from) {
                let after = crate::catalog::View { name: to.clone(), ..(*before).clone() };
                self.renamed.rename_view(&from, &to);
                self.push(Phase::Rename, Change::View(Pair::alter(before, Rc::new(after))));
            }
        }
    }

    /// PostgreSQL keeps track of who calls a function, whatever it is called.
    fn rename_routines(&mut self, b: &Catalog) {
        if !self.dialect.is_postgres() {
            return;
        }
        let routines = moved(&self.renamed.routines, &b.routines, |r| r.lineage, true);
        for (from, to) in routines.into_iter().filter(|(f, t)| f.1 == t.1) {
            if let Some(before) = self.renamed.routines.shared(&from).filter(|_| !self.renamed.routines.contains(&to)) {
                let after = Routine { name: to.0.clone(), ..(*before).clone() };
                self.renamed.rename_routine(&from, &to.0);
                self.push(Phase::Rename, Change::Routine(Pair::alter(before, Rc::new(after))));
            }
        }
    }

    fn rename_types(&mut self, b: &Catalog) {
        // A type whose new name another object of `a` holds is matched by that name instead: the pair changes values.
        for (from, to) in moved(&self.renamed.types, &b.types, |t| t.lineage, true) {
            let Some(before) = self.renamed.types.get(&from).cloned() else { continue };
            if self.renamed.types.contains(&to) {
                continue;
            }
            let after = Type { name: to.clone(), ..before.clone() };
            self.renamed.rename_type(&from, &to);
            self.push(Phase::Rename, Change::Type(Pair::alter(before, after)));
        }
    }

    /// What names a value of an enum names it anew when the enum itself is changed.
    fn rename_labels(&mut self, b: &Catalog) {
        let now = self.renamed.types.iter();
        let pairs: Vec<(Name, Vec<(String, String)>)> =
            now.filter_map(|(n, is)| Some((n.clone(), relabelled(is, b.types.get(n)?)))).collect();
        pairs.iter().for_each(|(name, moves)| self.renamed.relabel(name, moves));
    }

    fn rename_tables(&mut self, b: &Catalog) {
        let mut moves = moved(&self.renamed.tables, &b.tables, |t| t.lineage, false);
        // Names that nothing frees (two objects of one name) end it.
        let mut turns = 2 * moves.len();
        while !moves.is_empty() && turns > 0 {
            turns -= 1;
            let free = moves.iter().position(|(_, to)| !self.renamed.tables.contains(to));
            let (from, to) = match free {
                Some(at) => moves.remove(at),
                None if moves[0].0.name.ends_with("__swap") => break,
                // Two tables swap names: one steps aside.
                None => {
                    let aside = moves[0].0.sibling(format!("{}__swap", moves[0].0.name));
                    let from = std::mem::replace(&mut moves[0].0, aside.clone());
                    (from, aside)
                }
            };
            let Some(before) = self.renamed.tables.shared(&from) else { continue };
            let after = Table { name: to.clone(), ..(*before).clone() };
            self.renamed.rename_table(&from, &to);
            self.push(Phase::Rename, Change::Table(Pair::alter(before, Rc::new(after))));
        }
    }

    fn rename_columns(&mut self, b: &Catalog) {
        let names: Vec<Name> = self.renamed.tables.keys().cloned().collect();
        for name in names {
            let (Some(now), Some(then)) = (self.renamed.tables.shared(&name), b.tables.get(&name)) else { continue };
            // A partition's columns are its parent's.
            if now.partition_of.is_some() && then.partition_of.is_some() {
                continue;
            }
            let moved = |(at, c): (usize, &Rc<Column>)| {
                let as_it_was = then.columns.shared(at).is_some_and(|o| Rc::ptr_eq(o, c));
                let known = (known(c.lineage) && !as_it_was).then_some(c.lineage)?;
                let then = then.column_of(known)?;
                (then.name != c.name).then(|| (c.name.clone(), then.name.clone()))
            };
            let mut moves: Vec<(String, String)> = now.columns.iter_shared().enumerate().filter_map(moved).collect();
            // A column that goes does not stand in the way: it is dropped before.
            let goes = |table: &Table, column: &str| {
                table.column(column).is_some_and(|c| !known(c.lineage) || then.column_of(c.lineage).is_none())
            };
            let mut turns = 2 * moves.len();
            while !moves.is_empty() && turns > 0 {
                turns -= 1;
                let Some(table) = self.renamed.tables.shared(&name) else { break };
                let free =
                    moves.iter().position(|(_, to)| goes(&table, to) || !table.columns.iter().any(|c| c.name == *to));
                let (from, to) = match free {
                    Some(at) => moves.remove(at),
                    // What is in its way does not move: stepping aside would never end.
                    None if moves[0].0.ends_with("__swap") => break,
                    None => {
                        let aside = format!("{}__swap", moves[0].0);
                        (std::mem::replace(&mut moves[0].0, aside.clone()), aside)
                    }
                };
                self.rename_column(&name, &from, &to);
            }
        }
    }

    fn rename_column(&mut self, table: &Name, from: &str, to: &str) {
        let Some(inside) = self.renamed.tables.get_mut(table) else { return };
        // The one in the way was dropped.
        inside.columns.retain(|c| c.name != to);
        let Some(before) = inside.column(from).cloned() else { return };
        let at = inside.position(from).unwrap_or(0);
        let after = crate::catalog::Column { name: to.to_string(), ..before.clone() };
        self.renamed.rename_column(table, from, to);
        self.push(
            Phase::Rename,
            Change::Column {
                table: table.clone(),
                pair: Pair::alter(before, after),
                places: Pair::alter(at, at),
                using: None,
            },
        );
    }

    /// Everything that is no table.
    fn others(&mut self, a: &Catalog, b: &Catalog) {
        self.types(a, b);
        self.sequences(a, b);
        self.routines(a, b);
        self.named_others(a, b);
        self.views(a, b);
        for (target, text) in a.comments.iter().filter(|(t, _)| !b.comments.contains(t) && !goes(t, a, b)) {
            self.push(Phase::Comment, Change::Comment { target: target.clone(), pair: Pair::drop(text.clone()) });
        }
        for (target, text) in b.comments.iter().filter(|(t, text)| a.comments.get(t) != Some(*text)) {
            let pair = Pair { before: a.comments.get(target).cloned(), after: Some(text.clone()) };
            self.push(Phase::Comment, Change::Comment { target: target.clone(), pair });
        }
        let gone = a.privileges.iter().filter(|(p, _)| !b.privileges.contains(p) && !goes(&p.target, a, b));
        for (privilege, held) in gone {
            let pair = Pair::drop(*held);
            self.push(Phase::Revoke, Change::Privilege { privilege: privilege.clone(), pair });
        }
        for (privilege, held) in b.privileges.iter().filter(|(p, held)| a.privileges.get(p) != Some(*held)) {
            let pair = Pair { before: a.privileges.get(privilege).copied(), after: Some(*held) };
            self.push(Phase::Grant, Change::Privilege { privilege: privilege.clone(), pair });
        }
    }

    fn types(&mut self, a: &Catalog, b: &Catalog) {
        for (name, gone) in a.types.iter().filter(|(n, _)| !b.types.contains(n)) {
            let _ = name;
            self.push(Phase::DropType, Change::Type(Pair::drop(gone.clone())));
        }
        for (name, wanted) in b.types.iter() {
            match a.types.get(name) {
                None => self.push(Phase::Type, Change::Type(Pair::create(wanted.clone()))),
                Some(is) if is != wanted => {
                    let values = matches!((&is.kind, &wanted.kind), (TypeKind::Enum(_), TypeKind::Enum(_)));
                    if values {
                        self.push(Phase::Type, Change::Type(Pair::alter(is.clone(), wanted.clone())));
                    } else {
                        // What has it still has to go: meanwhile it steps aside.
                        let aside = Type { name: name.sibling(aside(&name.name)), ..is.clone() };
                        self.push(Phase::Type, Change::Type(Pair::alter(is.clone(), aside.clone())));
                        self.push(Phase::Type, Change::Type(Pair::create(wanted.clone())));
                        self.push(Phase::DropType, Change::Type(Pair::drop(aside)));
                    }
                }
                Some(_) => {}
            }
        }
    }

    fn sequences(&mut self, a: &Catalog, b: &Catalog) {
        for (_, gone) in a.sequences.iter().filter(|(n, _)| !b.sequences.contains(n)) {
            self.push(Phase::DropSequence, Change::Sequence(Pair::drop(gone.clone())));
        }
        for (name, wanted) in b.sequences.iter() {
            match a.sequences.get(name) {
                None => self.push(Phase::Sequence, Change::Sequence(Pair::create(wanted.clone()))),
                Some(is) if is != wanted => {
                    // A column that comes back has to be there before it can own anything.
                    let there =
                        |(table, column): &(Name, String)| a.table(table).is_some_and(|t| t.column(column).is_some());
                    let phase = match wanted.owner.as_ref().is_none_or(there) {
                        true => Phase::Sequence,
                        false => Phase::AlterColumn,
                    };
                    self.push(phase, Change::Sequence(Pair::alter(is.clone(), wanted.clone())));
                }
                Some(_) => {}
            }
        }
    }

    fn routines(&mut self, a: &Catalog, b: &Catalog) {
        for (_, gone) in a.routines.iter_shared().filter(|(k, _)| !b.routines.contains(k)) {
            self.push(Phase::DropRoutine, Change::Routine(Pair::drop(gone.clone())));
        }
        for (key, wanted) in b.routines.iter() {
            let is = a.routines.shared(key);
            if is.as_deref() == Some(wanted) {
                continue;
            }
            let over_new = |head: &str| {
                let mut made = b.tables.iter().filter(|(n, _)| !a.tables.contains(n));
                made.any(|(n, _)| mentions(head, &n.name, self.dialect))
            };
            let checked = wanted.rest.text.to_ascii_lowercase().contains("language sql");
            let called = || b.tables.iter().any(|(_, t)| t.calls(&wanted.name.name, self.dialect));
            let aggregate = wanted.kind == "AGGREGATE";
            let late = aggregate || over_new(wanted.head()) || (checked && !called());
            let phase = if late { Phase::CreateSqlRoutine } else { Phase::CreateRoutine };
            self.push(phase, Change::Routine(Pair { before: is, after: Some(Rc::new(wanted.clone())) }));
        }
    }

    fn named_others(&mut self, a: &Catalog, b: &Catalog) {
        for (_, gone) in a.others.iter_shared().filter(|(k, _)| !b.others.contains(k)) {
            let phase = if about(gone.kind) { Phase::DropAbout } else { Phase::DropOther };
            self.push(phase, Change::Other(Pair::drop(gone.clone())));
        }
        for (key, wanted) in b.others.iter_shared() {
            let phase = match wanted.kind {
                "SCHEMA" if !a.others.contains(key) => Phase::CreateSchema,
                kind if about(kind) => Phase::CreateAbout,
                _ => Phase::CreateOther,
            };
            match a.others.shared(key) {
                None => self.push(phase, Change::Other(Pair::create(wanted.clone()))),
                Some(is) if is != *wanted => {
                    self.push(phase, Change::Other(Pair::alter(is, wanted.clone())));
                }
                Some(_) => {}
            }
        }
    }

    fn views(&mut self, a: &Catalog, b: &Catalog) {
        for (name, wanted) in b.views.iter_shared() {
            match a.views.shared(name) {
                None => self.push(Phase::CreateView, Change::View(Pair::create(wanted.clone()))),
                Some(is) => self.view(is, wanted.clone()),
            }
        }
    }
}
