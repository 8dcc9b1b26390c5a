//! The guards and conditions: how they combine, and which errors mean that something is there already.

use super::{Condition, Guard, Probe};
use crate::rows::Name;

impl Condition {
    /// The opposite.
    pub(crate) fn not(self) -> Condition {
        match self {
            Condition::Exists(probe) => Condition::NotExists(probe),
            Condition::NotExists(probe) => Condition::Exists(probe),
            Condition::Not(inner) => *inner,
            other => Condition::Not(Box::new(other)),
        }
    }

    /// All of them.
    pub(super) fn all(mut list: Vec<Condition>) -> Condition {
        if list.len() == 1 { list.swap_remove(0) } else { Condition::And(list) }
    }
}

/// Whether there is a table, view, index or sequence of a name.
pub(super) fn relation(name: Name) -> Condition {
    let index = Probe::Index { table: None, name: name.name.clone() };
    let kinds = [Probe::Table(name.clone()), Probe::View(name.clone()), index, Probe::Sequence(name)];
    Condition::Or(kinds.into_iter().map(Condition::Exists).collect())
}

/// The guard that errors caught make, and the conditions around.
pub(super) fn guard(caught: &[Guard], mut conditions: Vec<Condition>) -> Guard {
    match caught {
        [] if conditions.is_empty() => return Guard::None,
        [one] if conditions.is_empty() => return one.clone(),
        _ => {}
    }
    conditions.extend(caught.iter().map(|guard| match guard {
        Guard::If(condition) => condition.clone(),
        Guard::UnlessDuplicate => Condition::Unknown("unless what it makes exists".into()),
        Guard::UnlessMissing => Condition::Unknown("unless what it needs is missing".into()),
        Guard::None => Condition::And(Vec::new()),
    }));
    Guard::If(Condition::all(conditions))
}

/// What catching an error of this name (or SQLSTATE), and doing nothing about it, means for what raised it.
pub(super) fn caught(error: &str) -> Guard {
    const DUPLICATE: &[&str] = &[
        "duplicate_object",
        "duplicate_table",
        "duplicate_column",
        "duplicate_schema",
        "duplicate_function",
        "42710",
        "42p07",
        "42701",
        "42p06",
        "42723",
    ];
    const MISSING: &[&str] = &[
        "undefined_object",
        "undefined_table",
        "undefined_column",
        "undefined_function",
        "invalid_schema_name",
        "42704",
        "42p01",
        "42703",
        "42883",
        "3f000",
    ];
    let error = error.to_lowercase();
    if DUPLICATE.contains(&error.as_str()) {
        Guard::UnlessDuplicate
    } else if MISSING.contains(&error.as_str()) {
        Guard::UnlessMissing
    } else {
        Guard::If(Condition::Unknown(format!("the error {error} is caught")))
    }
}
