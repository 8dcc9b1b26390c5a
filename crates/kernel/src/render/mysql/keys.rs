//! Foreign keys: dropped by their own word, and out of the way of columns that change.

use super::moves::Moves;
use super::{Context, MYSQL, Renderer, clause, column, object, quote};
use crate::catalog::{Catalog, Constraint, ForeignKey, Name};
use crate::change::{Change, Pair};
use crate::diff::{Phase, Step};
use std::collections::BTreeSet;

/// A foreign key that is there before and after, and steps aside while a column under it changes.
pub struct Aside {
    /// Its table, as it is called now.
    pub table: Name,
    /// Its name now.
    pub name: String,
    /// Its table, as it is called afterwards.
    pub new_table: Name,
    /// As it is afterwards.
    pub constraint: Constraint,
}

/// The keys that stand on a column, or refer to one, that the server would refuse to change under them.
pub fn aside(steps: &[Step], context: &Context, moves: &Moves) -> Vec<Aside> {
    let changed = changed(steps, moves);
    if changed.is_empty() {
        return Vec::new();
    }
    let goes = |table: &Name, name: &str| {
        steps.iter().any(|s| match &s.change {
            Change::Constraint { table: t, pair: Pair { before: Some(c), after: None } } => {
                t == table && c.name == name
            }
            Change::Table(Pair { before: Some(t), after: None }) => t.name == *table,
            _ => false,
        })
    };
    let mut out = Vec::new();
    for (name, table) in context.now.tables.iter() {
        for constraint in &table.constraints {
            let Some(key) = constraint.foreign_key() else { continue };
            if !touches(key, name, &changed) || goes(name, &constraint.name) {
                continue;
            }
            let new_table = moves.table_becomes(name);
            let after = context.target.tables.get(&new_table).and_then(|t| {
                t.constraints.iter().find(|c| c.lineage.0 == constraint.lineage.0 || c.name == constraint.name)
            });
            let after = after.unwrap_or(constraint).clone();
            out.push(Aside { table: name.clone(), name: constraint.name.clone(), new_table, constraint: after });
        }
    }
    out
}

/// The columns that change so that a key over them is in the way, by their names now.
fn changed(steps: &[Step], moves: &Moves) -> BTreeSet<(Name, String)> {
    let mut out = BTreeSet::new();
    for step in steps.iter().filter(|s| s.phase == Phase::AlterColumn) {
        if let Change::Column { table, pair: Pair { before: Some(before), after: Some(after) }, .. } = &step.change
            && column::disturbs_keys(before, after)
        {
            out.insert((moves.table_was(table), moves.column_was(table, &before.name)));
        }
    }
    for step in steps.iter().filter(|s| s.phase == Phase::AlterTable) {
        if let Change::Table(Pair { before: Some(before), after: Some(after) }) = &step.change
            && super::alter::charset_changes(before, after)
        {
            let texts = before.columns.iter().filter(|c| crate::lower::has_charset(c));
            let was = |name: &str| moves.column_was(&after.name, name);
            out.extend(texts.map(|c| (moves.table_was(&after.name), was(&c.name))));
        }
    }
    out
}

/// Does a foreign key stand on the column, or refer to it?
pub fn names_column(catalog: &Catalog, table: &Name, column: &str) -> bool {
    let named = BTreeSet::from([(table.clone(), column.to_string())]);
    let mut keys = catalog.tables.iter().flat_map(|(n, t)| t.constraints.iter().map(move |c| (n, c)));
    keys.any(|(name, c)| c.foreign_key().is_some_and(|key| touches(key, name, &named)))
}

fn touches(key: &ForeignKey, table: &Name, changed: &BTreeSet<(Name, String)>) -> bool {
    let has = |table: &Name, columns: &[String]| columns.iter().any(|c| changed.contains(&(table.clone(), c.clone())));
    has(table, &key.columns) || has(&key.table, &key.references)
}

impl Renderer<'_> {
    /// DROP FOREIGN KEY: MySQL before 8.0.19 has no DROP CONSTRAINT.
    pub(super) fn drop_key(&mut self, table: &Name, name: &str) {
        let sql = format!("ALTER TABLE {} DROP FOREIGN KEY {}", clause::name(table, MYSQL), quote(name, MYSQL));
        self.say(sql, object(table, name));
    }

    pub(super) fn add_key(&mut self, table: &Name, key: &Constraint) {
        let sql = format!("ALTER TABLE {} ADD {}", clause::name(table, MYSQL), clause::constraint(key, MYSQL));
        self.say(sql, object(table, &key.name));
    }
}
