//! What changes inside tables and views.

use super::{Diff, Phase, known, one};
use crate::Dialect;
use crate::catalog::{
    Catalog, Column, Constraint, ConstraintKind, Index, List, Name, Objects, Table, Trigger, View, mentions,
};
use crate::change::{Change, Pair};
use crate::names::mysql_renamed;
use std::collections::BTreeSet;
use std::rc::Rc;

impl Diff {
    /// `a` as it is, `now` after the renames, `b` as it shall be.
    pub(super) fn relations(&mut self, a: &Catalog, now: &Objects<Name, Table>, b: &Catalog) {
        self.find_replaced(now, b);
        for (name, wanted) in b.tables.iter() {
            match now.get(name) {
                None => self.create(wanted),
                Some(is) => {
                    let old = a.tables.iter().find(|(_, t)| known(t.lineage) && t.lineage.0 == is.lineage.0);
                    let old_name = old.map_or_else(|| name.clone(), |(n, _)| n.clone());
                    self.table(&old_name, a.tables.get(&old_name).unwrap_or(is), is, wanted);
                }
            }
        }
    }

    /// Tables and columns that go and come under one name: what rests on them goes and comes with them, however equal
    /// it is before and after.
    fn find_replaced(&mut self, now: &Objects<Name, Table>, b: &Catalog) {
        for (name, wanted) in b.tables.iter() {
            match now.get(name) {
                None => drop(self.made.insert(name.clone())),
                Some(is) => {
                    let anew = |(at, c): &(usize, &Column)| match counterpart(c, *at, is) {
                        None => true,
                        // PostgreSQL puts no expression on a column that is there: it is made anew.
                        Some(now) => {
                            self.dialect.is_postgres() && c.generated.is_some() && c.generated != now.generated
                        }
                    };
                    let anew: BTreeSet<String> =
                        wanted.columns.iter().enumerate().filter(anew).map(|(_, c)| c.name.clone()).collect();
                    if !anew.is_empty() {
                        self.remade.insert(name.clone(), anew);
                    }
                }
            }
        }
    }

    fn is_replaced(&self, table: &Name, column: &str) -> bool {
        self.remade.get(table).is_some_and(|columns| columns.contains(column))
    }

    /// Does a constraint rest on something that is made anew?
    fn rests_on_replaced(&self, table: &Name, constraint: &Constraint) -> bool {
        let own = constraint.columns().iter().any(|c| self.is_replaced(table, c))
            || match &constraint.kind {
                ConstraintKind::Check(sql) | ConstraintKind::Exclude(sql) => self.names_replaced(table, &sql.text),
                _ => false,
            };
        let other = constraint.foreign_key().is_some_and(|k| {
            self.made.contains(&k.table) || k.references.iter().any(|c| self.is_replaced(&k.table, c))
        });
        own || other
    }

    fn names_replaced(&self, table: &Name, text: &str) -> bool {
        self.remade.get(table).into_iter().flatten().any(|c| mentions(text, c, self.dialect))
    }

    fn index_on_replaced(&self, table: &Name, index: &Index) -> bool {
        index.parts.iter().any(|p| {
            p.column.as_ref().is_some_and(|c| self.is_replaced(table, c))
                || p.expression.as_ref().is_some_and(|e| self.names_replaced(table, &e.text))
        }) || index.include.iter().any(|c| self.is_replaced(table, c))
            || index.predicate.as_ref().is_some_and(|p| self.names_replaced(table, &p.text))
    }

    /// A table that comes: what rests on other objects comes later, by itself.
    fn create(&mut self, wanted: &Table) {
        let mut table = wanted.clone();
        let name = table.name.clone();
        let apart = self.dialect != Dialect::Sqlite;
        if apart {
            table.constraints.retain(|c| c.foreign_key().is_none());
            for constraint in wanted.constraints.iter_shared().filter(|c| c.foreign_key().is_some()) {
                self.push(
                    Phase::CreateForeignKey,
                    Change::Constraint { table: name.clone(), pair: Pair::create(constraint.clone()) },
                );
            }
        }
        let indexes = std::mem::take(&mut table.indexes);
        let triggers = std::mem::take(&mut table.triggers);
        let policies = std::mem::take(&mut table.policies);
        self.push(Phase::CreateTable, Change::Table(Pair::create(Rc::new(table))));
        for index in indexes.iter_shared().filter(|i| !brought(i, wanted)) {
            self.create_index(&name, index.clone());
        }
        triggers.iter_shared().for_each(|t| self.create_trigger(&name, t.clone()));
        for policy in policies.iter_shared() {
            self.push(Phase::CreatePolicy, Change::Policy { table: name.clone(), pair: Pair::create(policy.clone()) });
        }
    }

    fn create_index(&mut self, table: &Name, index: Rc<Index>) {
        self.push(Phase::CreateIndex, Change::Index { table: table.clone(), pair: Pair::create(index) });
    }

    fn create_trigger(&mut self, table: &Name, trigger: Rc<Trigger>) {
        self.push(Phase::CreateTrigger, Change::Trigger { table: table.clone(), pair: Pair::create(trigger) });
    }

    /// `old`: the table as it is; `is`: the same after the renames; `wanted`: as it shall be.
    fn table(&mut self, old_name: &Name, old: &Table, is: &Table, wanted: &Table) {
        if !same_header(is, wanted) {
            let pair = Pair::alter(Rc::new(is.clone()), Rc::new(wanted.clone()));
            self.push(Phase::AlterTable, Change::Table(pair));
        }
        self.columns(old_name, old, is, wanted);
        self.constraints(old_name, old, is, wanted);
        self.indexes(old_name, old, is, wanted);
        self.triggers(old_name, &old.triggers, &is.triggers, &wanted.triggers, &wanted.name);
        self.policies(old_name, old, is, wanted);
    }

    fn columns(&mut self, old_name: &Name, old: &Table, is: &Table, wanted: &Table) {
        for (at, gone) in old.columns.iter_shared().enumerate().filter(|(at, c)| counterpart(c, *at, wanted).is_none())
        {
            self.drop_owned(&wanted.name, Some(&gone.name));
            self.push(
                Phase::DropColumn,
                Change::Column {
                    table: old_name.clone(),
                    pair: Pair::drop(gone.clone()),
                    places: Pair::drop(at),
                    using: None,
                },
            );
        }
        let stay = is.columns.iter().enumerate().filter(|(at, c)| counterpart(c, *at, wanted).is_some());
        let mut order: Vec<&str> = stay.map(|(_, c)| c.name.as_str()).collect();
        for (at, column) in wanted.columns.iter_shared().enumerate() {
            let in_place = order.get(at).filter(|n| **n == column.name).map(|_| at);
            let Some(here) = in_place.or_else(|| order.iter().position(|n| *n == column.name)) else {
                order.insert(at.min(order.len()), &column.name);
                let computed = self.dialect.is_postgres() && column.generated.is_some();
                self.push(
                    if computed { Phase::CreateGenerated } else { Phase::CreateColumn },
                    Change::Column {
                        table: wanted.name.clone(),
                        pair: Pair::create(column.clone()),
                        places: Pair::create(at),
                        using: None,
                    },
                );
                continue;
            };
            let moved = here != at && !self.dialect.is_postgres();
            if moved {
                let name = order.remove(here);
                order.insert(at.min(order.len()), name);
            }
            let in_place = is.columns.shared(at).filter(|c| c.name == column.name);
            let Some(before) = in_place.or_else(|| is.shared_column(&column.name)) else { continue };
            if before != column || moved {
                self.push(
                    Phase::AlterColumn,
                    Change::Column {
                        table: wanted.name.clone(),
                        pair: Pair::alter(before.clone(), column.clone()),
                        places: Pair::alter(if moved { here } else { at }, at),
                        using: None,
                    },
                );
            }
        }
    }

    fn constraints(&mut self, old_name: &Name, old: &Table, is: &Table, wanted: &Table) {
        let mut left: Vec<&Rc<Constraint>> = wanted.constraints.iter_shared().collect();
        let mut unmatched = Vec::new();
        // Equal ones first, so that nameless ones find each other.
        for (at, constraint) in is.constraints.iter_shared().enumerate() {
            let stays = !self.rests_on_replaced(&wanted.name, constraint);
            match left.iter().position(|w| *w == constraint && stays) {
                Some(found) => drop(left.remove(found)),
                None => unmatched.push((at, constraint)),
            }
        }
        for (at, constraint) in unmatched {
            let renamed = left
                .iter()
                .position(|w| known(w.lineage) && w.lineage.0 == constraint.lineage.0 && w.name != constraint.name);
            let only_name = renamed.filter(|found| {
                let with_name = Constraint { name: left[*found].name.clone(), ..Constraint::clone(constraint) };
                // MySQL has no words for it, but renames with the table what it named after it.
                let follows = mysql_renamed(&constraint.name, &old_name.name, &wanted.name.name);
                let follows = self.dialect == Dialect::Mysql && follows.as_deref() == Some(&left[*found].name);
                let renames = self.dialect.is_postgres() || follows;
                renames && with_name == **left[*found]
            });
            if let Some(found) = only_name {
                let pair = Pair::alter(constraint.clone(), left.remove(found).clone());
                self.push(Phase::Rename, Change::Constraint { table: wanted.name.clone(), pair });
                continue;
            }
            // Under the names that the table and its columns have now.
            let was = old.constraints.shared(at).filter(|o| o.lineage.0 == constraint.lineage.0).unwrap_or(constraint);
            let phase = if was.foreign_key().is_some() { Phase::DropForeignKey } else { Phase::DropConstraint };
            self.push(phase, Change::Constraint { table: old_name.clone(), pair: Pair::drop(was.clone()) });
        }
        for constraint in left {
            let foreign = constraint.foreign_key().is_some();
            let phase = if foreign { Phase::CreateForeignKey } else { Phase::CreateConstraint };
            self.push(phase, Change::Constraint { table: wanted.name.clone(), pair: Pair::create(constraint.clone()) });
        }
    }

    fn indexes(&mut self, old_name: &Name, old: &Table, is: &Table, wanted: &Table) {
        for (at, index) in is.indexes.iter_shared().enumerate() {
            let was = old.indexes.shared(at).filter(|o| o.lineage.0 == index.lineage.0).unwrap_or(index);
            match wanted.indexes.iter_shared().find(|w| self.same_name(&w.name, &index.name)) {
                Some(same) if same == index && !self.index_on_replaced(&wanted.name, index) => continue,
                Some(_) => {}
                None if self.index_renamed(index, wanted) => continue,
                None => {}
            }
            let phase = if self.needed(was, old) { Phase::DropNeededIndex } else { Phase::DropIndex };
            self.push(phase, Change::Index { table: old_name.clone(), pair: Pair::drop(was.clone()) });
        }
        for index in wanted.indexes.iter_shared() {
            let stays = !self.index_on_replaced(&wanted.name, index);
            let there = is.indexes.iter_shared().any(|i| {
                (stays && self.same_name(&i.name, &index.name) && i == index)
                    || (i.lineage.0 == index.lineage.0 && known(i.lineage) && self.index_renamed(i, wanted))
            });
            if there {
                continue;
            }
            if brought(index, wanted) {
                self.remake_key(old_name, old, is, wanted, &index.name);
            } else {
                self.create_index(&wanted.name, index.clone());
            }
        }
    }

    /// Pushes the rename where an index differs from its successor in name only.
    fn index_renamed(&mut self, index: &Rc<Index>, wanted: &Table) -> bool {
        let successor = wanted
            .indexes
            .iter_shared()
            .find(|w| known(w.lineage) && w.lineage.0 == index.lineage.0 && w.name != index.name);
        let Some(successor) = successor.filter(|_| self.dialect != Dialect::Sqlite) else { return false };
        if (Index { name: successor.name.clone(), implicit: successor.implicit, ..Index::clone(index) }) != **successor
        {
            return false;
        }
        let rename = Change::Index { table: wanted.name.clone(), pair: Pair::alter(index.clone(), successor.clone()) };
        if !self.steps.iter().any(|s| s.change == rename) {
            self.push(Phase::Rename, rename);
        }
        true
    }

    fn same_name(&self, a: &str, b: &str) -> bool {
        a == b || (!self.dialect.is_postgres() && a.eq_ignore_ascii_case(b))
    }

    /// MySQL refuses to drop the last index that a foreign key of the table can rest on.
    fn needed(&self, index: &Index, table: &Table) -> bool {
        self.dialect == Dialect::Mysql
            && table.constraints.iter().any(|c| {
                c.foreign_key().is_some_and(|k| {
                    let first = index.parts.first().and_then(|p| p.column.as_deref());
                    k.columns.first().map(String::as_str) == first
                })
            })
    }

    /// The index that InnoDB makes for a foreign key comes back with the key itself.
    fn remake_key(&mut self, old_name: &Name, old: &Table, is: &Table, wanted: &Table, name: &str) {
        let (Some(old), Some(kept)) = (old.constraint(name), is.constraint(name)) else { return };
        if wanted.constraint(name) == Some(kept) {
            let pair = Pair::drop(old.clone());
            self.push(Phase::DropForeignKey, Change::Constraint { table: old_name.clone(), pair });
            let pair = Pair::create(kept.clone());
            self.push(Phase::CreateForeignKey, Change::Constraint { table: wanted.name.clone(), pair });
        }
    }

    fn triggers(
        &mut self,
        old_name: &Name,
        old: &List<Trigger>,
        is: &List<Trigger>,
        wanted: &List<Trigger>,
        name: &Name,
    ) {
        let renamed = |t: &Trigger| {
            let successor =
                wanted.iter().find(|w| known(w.lineage) && w.lineage.0 == t.lineage.0 && w.name != t.name)?;
            let as_it_was = Trigger { name: successor.name.clone(), made_as: successor.made_as.clone(), ..t.clone() };
            (self.dialect.is_postgres() && as_it_was == *successor).then_some(successor)
        };
        let moves: Vec<(Trigger, Trigger)> = is.iter().filter_map(|t| Some((t.clone(), renamed(t)?.clone()))).collect();
        for (from, to) in &moves {
            let pair = Pair::alter(from.clone(), to.clone());
            self.push(Phase::Rename, Change::Trigger { table: name.clone(), pair });
        }
        let (gone, come): (Vec<_>, Vec<_>) =
            moves.iter().map(|(from, to)| (from.name.as_str(), to.name.as_str())).unzip();
        for (at, trigger) in is.iter().enumerate().filter(|(_, t)| !gone.contains(&t.name.as_str())) {
            let same = wanted.iter().find(|w| w.name == trigger.name);
            let state_only = same.is_some_and(|w| Trigger { state: w.state, ..trigger.clone() } == *w);
            if same == Some(trigger) {
                continue;
            }
            if let (true, Some(same)) = (state_only, same) {
                let pair = Pair::alter(trigger.clone(), same.clone());
                self.push(Phase::CreateTrigger, Change::Trigger { table: name.clone(), pair });
                continue;
            }
            let was = old.get(at).unwrap_or(trigger);
            let pair = Pair::drop(was.clone());
            self.push(Phase::DropTrigger, Change::Trigger { table: old_name.clone(), pair });
        }
        for trigger in wanted.iter_shared().filter(|t| !come.contains(&t.name.as_str())) {
            let there =
                is.iter().any(|t| t.name == trigger.name && Trigger { state: trigger.state, ..t.clone() } == **trigger);
            if !there {
                self.create_trigger(name, trigger.clone());
            }
        }
    }

    fn policies(&mut self, old_name: &Name, old: &Table, is: &Table, wanted: &Table) {
        for (at, policy) in is.policies.iter_shared().enumerate() {
            if wanted.policies.iter_shared().any(|w| w == policy) {
                continue;
            }
            let was = old.policies.shared(at).unwrap_or(policy);
            self.push(Phase::DropPolicy, Change::Policy { table: old_name.clone(), pair: Pair::drop(was.clone()) });
        }
        for policy in wanted.policies.iter_shared().filter(|w| !is.policies.contains(w)) {
            self.push(
                Phase::CreatePolicy,
                Change::Policy { table: wanted.name.clone(), pair: Pair::create(policy.clone()) },
            );
        }
    }

    /// A view that is there before and after.
    pub(super) fn view(&mut self, is: Rc<View>, wanted: Rc<View>) {
        let same_definition = known(is.defined) && is.defined.0 == wanted.defined.0;
        let same_query = (is.query == wanted.query || same_definition)
            && is.options == wanted.options
            && is.materialized == wanted.materialized
            && is.modifiers == wanted.modifiers;
        if !same_query {
            self.push(Phase::DropView, Change::View(Pair::drop(is)));
            self.push(Phase::CreateView, Change::View(Pair::create(wanted)));
            return;
        }
        let name = wanted.name.clone();
        for index in is.indexes.iter_shared().filter(|i| !wanted.indexes.contains(i)) {
            self.push(Phase::DropIndex, Change::Index { table: name.clone(), pair: Pair::drop(index.clone()) });
        }
        for index in wanted.indexes.iter_shared().filter(|i| !is.indexes.contains(i)) {
            self.create_index(&name, index.clone());
        }
        self.triggers(&name, &is.triggers, &is.triggers, &wanted.triggers, &name);
    }
}

/// The same column in another state of its table, where most stand in the same place.
fn counterpart<'t>(column: &Column, at: usize, table: &'t Table) -> Option<&'t Column> {
    let in_place = || table.columns.get(at).filter(|c| c.lineage.0 == column.lineage.0);
    let by_lineage = || in_place().or_else(|| table.column_of(column.lineage));
    let by_lineage = known(column.lineage).then(by_lineage).flatten();
    by_lineage.or_else(|| table.column(&column.name).filter(|o| one(o.lineage, column.lineage)))
}

/// Does it come with the foreign key that MySQL made it for? (The key may be gone, or called otherwise by now.)
fn brought(index: &Index, table: &Table) -> bool {
    let over = |columns: &[String]| {
        let parts = index.parts.iter().map(|p| p.column.as_deref());
        parts.eq(columns.iter().map(|c| Some(c.as_str())))
    };
    index.implicit
        && table.constraint(&index.name).and_then(Constraint::foreign_key).is_some_and(|key| over(&key.columns))
}

/// Is all equal that is the table's own, apart from what stands inside it?
fn same_header(a: &Table, b: &Table) -> bool {
    a.persistence == b.persistence
        && a.options == b.options
        && a.partition_by == b.partition_by
        && a.partition_of == b.partition_of
        && a.row_security == b.row_security
        && a.force_row_security == b.force_row_security
        && a.replica_identity == b.replica_identity
        && a.cluster_on == b.cluster_on
}
