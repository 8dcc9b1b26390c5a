//! Rebuilds: a table that was filled from another and has taken its place *is* that other table.
//!
//! Prisma's `new_X`, Drizzle's `__new_x`, `RENAME x TO x_old` with a copy back, a partitioned table in the place of a
//! plain one: all copy the rows, drop the old table and end under its name.

use super::{CopiedFrom, Lowering};
use crate::catalog::{Lineage, Name, Table};
use crate::change::Change;
use crate::rows::RowKind;
use std::rc::Rc;

impl Lowering<'_> {
    /// Gives every table that took another's place that table's lineage, and its columns the lineages of the columns
    /// that they were copied from. To be called when the whole file is read.
    pub fn adopt(&mut self) {
        if self.effects.is_empty() && self.copies.is_empty() {
            return;
        }
        let (before, now) = self.catalog.touched();
        for (name, old) in before.tables.iter() {
            let gone = !now.tables.iter().any(|(_, t)| t.lineage.0 == old.lineage.0);
            if !gone {
                continue;
            }
            let heir = self.heir(old.lineage, name, &now).or_else(|| self.filled_from(old, name, &now));
            let Some(copied) = heir else { continue };
            self.inherit(old, &copied);
            self.rebuilt.push(copied);
        }
    }

    /// The copy of a table's rows, over any number of tables between, into one that has its name now; or, under
    /// another name, one that holds all of it and nothing else.
    fn heir(&self, old: Lineage, name: &Name, now: &crate::catalog::Catalog) -> Option<CopiedFrom> {
        let mut ways: Vec<CopiedFrom> = self.copies.iter().filter(|c| c.from.0 == old.0).cloned().collect();
        let mut at = 0;
        while let Some(way) = ways.get(at).cloned() {
            at += 1;
            for next in self.copies.iter().filter(|c| c.from.0 == way.into.0 && c.into.0 != old.0) {
                if ways.len() < 16 {
                    ways.push(through(&way, next));
                }
            }
        }
        let into = |way: &CopiedFrom| {
            now.tables.iter_shared().find(|(_, t)| t.lineage.0 == way.into.0).map(|(n, t)| (n.clone(), t.clone()))
        };
        let named = ways.iter().find(|w| into(w).is_some_and(|(n, _)| n == *name));
        let alone = |way: &&CopiedFrom| {
            let only = self.copies.iter().filter(|c| c.into.0 == way.into.0).count() == 1;
            only && way.whole
                && way.computed.is_empty()
                && into(way).is_some_and(|(n, t)| !self.was_there(&n) && holds_all(&t, way))
        };
        named.or_else(|| ways.iter().find(alone)).cloned()
    }

    /// A table that has its name now and was filled by a query over it and others: which rows it holds only the database
    /// knows, but they are its rows, and the way back must not drop them.
    fn filled_from(&self, old: &Table, name: &Name, now: &crate::catalog::Catalog) -> Option<CopiedFrom> {
        let heir = now.tables.get(name)?;
        let called = |read: &Name| {
            let was =
                |t: &Option<Rc<Table>>| t.as_ref().is_some_and(|t| t.lineage.0 == old.lineage.0 && t.name == *read);
            read == name || self.changes.iter().any(|l| matches!(&l.change, Change::Table(pair) if was(&pair.after)))
        };
        let effect = self.effects.iter().find(|e| {
            e.change.kind == RowKind::Insert
                && e.table.is_some_and(|t| t.0 == heir.lineage.0)
                && e.change.reads.iter().any(|r| called(&super::rows::name(r)))
        })?;
        let same = heir.columns.iter().filter(|c| old.column(&c.name).is_some());
        Some(CopiedFrom {
            span: effect.span.clone(),
            into: heir.lineage,
            from: old.lineage,
            columns: same.map(|c| (c.name.clone(), c.name.clone())).collect(),
            computed: vec![],
            whole: false,
        })
    }

    fn was_there(&self, name: &Name) -> bool {
        self.catalog.touched().0.tables.contains(name)
    }

    fn inherit(&mut self, old: &Table, copied: &CopiedFrom) {
        let heir = self.catalog.table_of_lineage(copied.into).map(|(n, _)| n.clone());
        let Some(table) = heir.and_then(|n| self.catalog.tables.get_mut(&n)) else { return };
        let mut moved = vec![(table.lineage, old.lineage)];
        table.lineage = old.lineage;
        // A column that was copied twice goes on as the one of its own name.
        let mut pairs: Vec<&(String, String)> = copied.columns.iter().chain(&copied.computed).collect();
        pairs.sort_by_key(|(to, from)| !to.eq_ignore_ascii_case(from));
        for (to, from) in pairs {
            // A computed column keeps the lineage of the column of its own name.
            let source = old.column(from).or_else(|| old.column(to));
            if let (Some(source), Some(column)) = (source, table.column_mut(to))
                && !moved.iter().any(|(_, given)| given.0 == source.lineage.0)
            {
                moved.push((column.lineage, source.lineage));
                column.lineage = source.lineage;
            }
        }
        // What was done to the rows of the heir was done to the rows of the table that it is.
        let new = |l: Lineage| moved.iter().find(|(was, _)| was.0 == l.0).map_or(l, |(_, is)| *is);
        table.constraints.iter_mut().for_each(|c| c.stands_in = new(c.stands_in));
        // The copy itself is judged by what it left out.
        for effect in self.effects.iter_mut().filter(|e| e.span != copied.span) {
            effect.table = effect.table.map(new);
            effect.columns.iter_mut().for_each(|c| *c = new(*c));
        }
    }
}

/// Are all columns of a table copied ones?
fn holds_all(table: &Table, way: &CopiedFrom) -> bool {
    table.columns.iter().all(|c| way.columns.iter().any(|(to, _)| *to == c.name))
}

/// A copy of a copy.
fn through(first: &CopiedFrom, next: &CopiedFrom) -> CopiedFrom {
    let mut out = CopiedFrom { columns: vec![], computed: vec![], ..next.clone() };
    out.from = first.from;
    out.whole = first.whole && next.whole;
    for (to, between) in &next.columns {
        if let Some((_, from)) = first.columns.iter().find(|(b, _)| b == between) {
            out.columns.push((to.clone(), from.clone()));
        } else if let Some((_, expression)) = first.computed.iter().find(|(b, _)| b == between) {
            out.computed.push((to.clone(), expression.clone()));
        }
    }
    out.computed.extend(next.computed.iter().cloned());
    out
}
