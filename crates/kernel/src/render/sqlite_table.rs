//! What SQLite's ALTER TABLE can do to a table (sqlite.org/lang_altertable.html, sections 4 and 5; run on 3.40).

use super::sqlite_clause::stands_inline;
use crate::Dialect;
use crate::catalog::{Column, Constraint, ConstraintKind, Table, mentions};
use crate::rebuild::counterpart;

/// Columns that go and columns that come, and nothing else.
pub struct InPlace<'a> {
    /// The table as it shall be.
    pub wanted: &'a Table,
    /// ADD COLUMN, in this order. The columns that are dropped stand in the steps.
    pub added: Vec<&'a Column>,
}

/// Can ALTER TABLE lead from one to the other? Indexes and triggers are apart from it.
pub fn in_place<'a>(is: &Table, wanted: &'a Table) -> Option<InPlace<'a>> {
    if is.options != wanted.options || is.persistence != wanted.persistence {
        return None;
    }
    let (kept, dropped): (Vec<&Column>, Vec<&Column>) =
        is.columns.iter().partition(|c| counterpart(wanted, c).is_some());
    let added: Vec<&Column> = wanted.columns.iter().filter(|c| counterpart(is, c).is_none()).collect();
    if kept.is_empty() {
        return None;
    }
    // Those that stay are what they are, in their order; those that come are the last.
    let mut after = kept.iter();
    let mut first = wanted.columns.iter().take(wanted.columns.len() - added.len());
    let same = first.all(|w| after.next().is_some_and(|k| **k == *w && counterpart(is, w).is_some()));
    if !same || !added.iter().all(|c| can_add(wanted, c)) || !dropped.iter().all(|c| can_drop(is, wanted, c)) {
        return None;
    }
    constraints_stay(is, wanted, &added, &dropped).then_some(InPlace { wanted, added })
}

/// The constraints of columns that come or go do so with them; all others must be equal.
fn constraints_stay(is: &Table, wanted: &Table, added: &[&Column], dropped: &[&Column]) -> bool {
    let of = |constraint: &Constraint, columns: &[&Column]| columns.iter().any(|c| belongs(constraint, c));
    let mut left: Vec<&Constraint> = wanted.constraints.iter().filter(|c| !of(c, added)).collect();
    for constraint in is.constraints.iter().filter(|c| !of(c, dropped)) {
        match left.iter().position(|w| *w == constraint) {
            Some(at) => drop(left.remove(at)),
            None => return false,
        }
    }
    left.is_empty()
}

/// Does it stand in the column's definition?
fn belongs(constraint: &Constraint, column: &Column) -> bool {
    constraint.stands_in.0 != 0 && constraint.stands_in.0 == column.lineage.0
}

fn can_add(wanted: &Table, column: &Column) -> bool {
    let default = column.default.as_ref().map(|d| d.text.as_str());
    let null = default.is_none_or(|d| d.eq_ignore_ascii_case("null"));
    let constant = default.is_none_or(|d| !d.to_ascii_lowercase().starts_with("current_") && !d.starts_with('('));
    let stored = column.generated.as_ref().is_some_and(|g| g.stored);
    let fits = |c: &Constraint| match &c.kind {
        ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. } => false,
        ConstraintKind::ForeignKey(_) => null,
        ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => true,
    };
    constant
        && !stored
        && !(column.not_null && null && column.generated.is_none())
        && wanted.constraints.iter().filter(|c| belongs(c, column)).all(|c| stands_inline(wanted, c) && fits(c))
}

fn can_drop(is: &Table, wanted: &Table, column: &Column) -> bool {
    let names = |text: &str| mentions(text, &column.name, Dialect::Sqlite);
    let in_key = |c: &Constraint| c.has_index() && c.columns().iter().any(|n| n.eq_ignore_ascii_case(&column.name));
    let elsewhere = |c: &Constraint| match &c.kind {
        ConstraintKind::Check(sql) => names(&sql.text),
        _ => c.columns().iter().any(|n| n.eq_ignore_ascii_case(&column.name)),
    };
    let indexed = |i: &crate::catalog::Index| {
        i.parts.iter().any(|p| {
            p.column.as_ref().is_some_and(|c| c.eq_ignore_ascii_case(&column.name))
                || p.expression.as_ref().is_some_and(|e| names(&e.text))
        }) || i.predicate.as_ref().is_some_and(|p| names(&p.text))
    };
    !is.constraints.iter().any(|c| in_key(c) || (!belongs(c, column) && elsewhere(c)))
        && !wanted.indexes.iter().any(indexed)
        && !is
            .columns
            .iter()
            .any(|c| c.name != column.name && c.generated.as_ref().is_some_and(|g| names(&g.expression.text)))
}
