//! The constraints that a DO block looks for, as the history has made them.

use super::Lowering;
use super::attribute::letter_of;
use super::definition::of_constraint;
use crate::block::Wanted;
use crate::catalog::{Constraint, ConstraintKind, Table};

impl Lowering<'_> {
    /// Their names; none where the history can't tell.
    pub(super) fn constraints_wanted(&self, wanted: &Wanted) -> Option<Vec<String>> {
        let table = self.catalog.table(&super::rows::name(&wanted.table)).filter(|table| !table.partial)?;
        if wanted.policy {
            let like = |name: &str| wanted.name_like.iter().all(|like| like.is_in(name));
            return Some(table.policies.iter().map(|p| p.name.clone()).filter(|name| like(name)).collect());
        }
        let mut names = Vec::new();
        for constraint in &table.constraints {
            if is_wanted(table, constraint, wanted)? {
                names.push(constraint.name.clone());
            }
        }
        Some(names)
    }
}

fn is_wanted(table: &Table, constraint: &Constraint, wanted: &Wanted) -> Option<bool> {
    if wanted.kind.is_some_and(|kind| kind != letter_of(constraint))
        || !wanted.name_like.iter().all(|like| like.is_in(&constraint.name))
    {
        return Some(false);
    }
    let key = constraint.foreign_key();
    if let Some(refers) = &wanted.refers
        && key.is_none_or(|key| key.table != super::rows::name(refers))
    {
        return Some(false);
    }
    if let Some(column) = &wanted.column {
        // A check's columns are in its expression.
        let told = !matches!(constraint.kind, ConstraintKind::Check(_) | ConstraintKind::Exclude(_));
        if !told {
            return None;
        }
        if !constraint.columns().contains(&column.as_str()) {
            return Some(false);
        }
    }
    let printed = of_constraint(table, constraint);
    for like in &wanted.definition_like {
        if !printed.holds(like)? {
            return Some(false);
        }
    }
    Some(true)
}
