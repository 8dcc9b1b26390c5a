//! Rows of other tables that would go with one that is made anew where foreign keys are on.

use super::Tables;
use crate::catalog::{Constraint, ForeignKey, Name, Table, Trigger};
use crate::expand::Refusal;
use crate::render::clause;

const EMPTIED: &str = "-- Its rows come back at the end.\n";

impl Tables<'_> {
    /// Statements that put the rows aside that would go with the tables, and those that bring them back.
    ///
    /// Within the transaction that a runner opens, foreign keys can't be turned off, and to drop a table deletes or empties
    /// what refers to it, directly or by others. `defer_foreign_keys` alone is no help: what the drop has counted as a violation
    /// stays one, though a table of its name is there again at the end (run on 3.40).
    pub(super) fn aside(&self) -> Result<(Vec<String>, Vec<String>), Refusal> {
        let mut out = (vec![], vec![]);
        if self.opens() || self.step.runner.foreign_keys_off {
            return Ok(out);
        }
        let before = &self.step.before;
        let refers = |t: &Table, to: &Name| {
            t.constraints.iter().filter_map(|c| c.foreign_key()).any(|k| before.same(&k.table.name, &to.name))
        };
        let pair = |to: &Name| {
            let mut others = self.names.iter().filter(|n| *n != to);
            others.find(|n| before.table(n).is_some_and(|t| refers(t, to))).cloned()
        };
        if let Some((name, child)) = self.names.iter().find_map(|name| Some((name, pair(name)?))) {
            let runner = self.step.runner.name;
            let why = format!(
                "{name} and {child}, which refers to it, change both, and {runner} keeps foreign keys on meanwhile"
            );
            return Err(self.cannot(name, why, "do each in a migration of its own"));
        }
        let children = self.children();
        if children.is_empty() {
            return Ok(out);
        }
        out.0.push("PRAGMA defer_foreign_keys=ON".to_owned());
        for name in &children {
            let Some(table) = before.table(name) else { continue };
            self.may_be_emptied(name, table)?;
            let columns: Vec<&str> =
                table.columns.iter().filter(|c| c.generated.is_none()).map(|c| c.name.as_str()).collect();
            let (own, columns) = (clause::name(name, before.quotes), clause::columns(&columns, before.quotes));
            let mut copy = name.sibling(format!("unmigrate_aside_{}", name.name));
            while before.tables.contains(&copy) {
                copy.name.push('_');
            }
            let copy = clause::name(&copy, before.quotes);
            out.0.push(format!("CREATE TABLE {copy} AS SELECT {columns} FROM {own}"));
            out.1.push(format!("INSERT INTO {own} ({columns}) SELECT {columns} FROM {copy}"));
            out.1.push(format!("DROP TABLE {copy}"));
        }
        // Those that refer to others go before them.
        let emptied =
            children.iter().rev().map(|name| format!("{EMPTIED}DELETE FROM {}", clause::name(name, before.quotes)));
        out.0.extend(emptied);
        Ok(out)
    }

    /// To drop one of our tables would delete or empty what refers to it, and `check` says so.
    pub(super) fn cascades(&self) -> bool {
        let follows = |k: &ForeignKey| {
            let own = self.names.iter().any(|n| self.step.before.same(&k.table.name, &n.name));
            own && ["CASCADE", "SET NULL", "SET DEFAULT"].iter().any(|action| k.on_delete.eq_ignore_ascii_case(action))
        };
        let keys_on = !self.opens() && !self.step.runner.foreign_keys_off;
        let others = self.step.before.tables.iter().filter(|(n, _)| !self.names.contains(n));
        keys_on && others.flat_map(|(_, t)| &t.constraints).filter_map(Constraint::foreign_key).any(follows)
    }

    /// The tables that refer to one of ours, and those that refer to them: each behind those that it was reached by.
    fn children(&self) -> Vec<Name> {
        let before = &self.step.before;
        let mut reached: Vec<Name> = self.names.iter().cloned().collect();
        let mut at = 0;
        while at < reached.len() {
            let parent = reached[at].clone();
            let refers = |t: &Table| {
                t.constraints.iter().filter_map(|c| c.foreign_key()).any(|k| before.same(&k.table.name, &parent.name))
            };
            let new: Vec<Name> = before
                .tables
                .iter()
                .filter(|(n, t)| !reached.contains(n) && refers(t))
                .map(|(n, _)| n.clone())
                .collect();
            reached.extend(new);
            at += 1;
        }
        reached.split_off(self.names.len())
    }

    /// Rows of a table can be taken out and put back as if nothing had been.
    fn may_be_emptied(&self, name: &Name, table: &Table) -> Result<(), Refusal> {
        let parent = &self.wanted[0].piece.table;
        let why = |what: String| {
            let runner = self.step.runner.name;
            self.cannot(
                parent,
                format!(
                    "the table has to be made anew, {runner} keeps foreign keys on meanwhile, and the rows of {name}, which refers to \
                     it, can't be put aside: {what}"
                ),
                "run the migrations through a driver that turns foreign keys off before it begins (libSQL's does)",
            )
        };
        let fires = |t: &&Trigger| {
            let event = t.event.text.to_ascii_uppercase();
            event.contains("INSERT") || event.contains("DELETE")
        };
        if let Some(trigger) = table.triggers.iter().find(fires) {
            return Err(why(format!("its trigger {} would fire", trigger.name)));
        }
        let unread = table.partial || !table.persistence.is_empty();
        if unread { Err(why("what it is made of is not known".to_owned())) } else { Ok(()) }
    }
}
