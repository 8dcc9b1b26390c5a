//! The rules: one file each, whose header is its page and whose examples are its tests.

mod column_recreated;
mod drop_add_rename;
mod drop_column;
mod drop_table;
mod rename_column;
mod rename_table;

use super::Rule;

/// What every rule needs.
mod prelude {
    pub use crate::Dialect;
    pub use crate::catalog::{Column, Constraint, ConstraintKind, Index, Name, Table, mentions};
    pub use crate::change::{Change, Pair};
    pub use crate::dialect::quote;
    pub use crate::lint::similar::similarity;
    pub use crate::lint::step::{Statement, Step, gone};
    pub use crate::lint::{Fix, Found, Rule, Scope, Severity};
    pub use crate::rows::RowKind;
}

/// Every rule.
pub const RULES: &[Rule] = &[
    drop_column::RULE,
    drop_table::RULE,
    rename_column::RULE,
    rename_table::RULE,
    drop_add_rename::RULE,
    column_recreated::RULE,
];

/// The rule of a name.
pub fn named(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.name == name)
}
