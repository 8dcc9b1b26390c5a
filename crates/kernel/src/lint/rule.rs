//! The rules: one file each, whose header is its page and whose examples are its tests.

mod add_auto_increment;
mod add_check;
mod add_exclusion;
mod add_foreign_key;
mod add_primary_key;
mod add_required_column;
mod add_stored_generated;
mod add_unique;
mod attach_partition;
mod breaks_dependents;
pub(crate) mod change_column_type;
mod column_recreated;
mod convert_charset;
mod copy_mismatch;
mod create_index;
mod data_with_schema;
mod drop_add_rename;
mod drop_cascade;
mod drop_column;
mod drop_enum_value;
mod drop_index;
mod drop_index_of_key;
mod drop_not_null;
mod drop_primary_key;
mod drop_schema;
mod drop_table;
mod drops_handmade;
mod duplicate_index;
mod enum_value_inserted;
mod enum_value_used;
mod every_row_changed;
mod inline_reference;
mod key_without_index;
mod less_protected;
mod lock_table;
mod lock_timeout;
mod missing_breakpoint;
mod modify_drops;
mod name_too_long;
mod needs_no_transaction;
mod nested_transaction;
mod pragma_left;
mod prefer_bigint_key;
mod prefer_identity;
mod prefer_jsonb;
mod prefer_text;
mod prefer_timestamptz;
mod rebuild_cascades;
mod rebuild_loses;
mod refresh_view;
mod reindex;
mod rename_column;
mod rename_enum_value;
mod rename_table;
mod rewrite_command;
mod rls_without_policy;
mod security_definer;
mod set_not_null;
mod special_index;
mod sqlite_add_column;
mod sqlite_drop_column;
mod table_without_key;
mod truncate;
mod validate_with_add;
mod volatile_default;

use super::Rule;
use super::shared::{
    add_and_validate, add_not_valid, added, is_serial, listed, new_columns, not_valid, referring, volatile,
};

/// What every rule needs.
mod prelude {
    pub use crate::Dialect;
    pub use crate::catalog::{Column, Constraint, ConstraintKind, Index, Name, Table};
    pub use crate::change::{Change, Pair};
    pub use crate::dialect::quote;
    pub(super) use crate::lint::repair;
    pub use crate::lint::similar::similarity;
    pub use crate::lint::step::{Statement, Step, gone};
    pub use crate::lint::{Fix, Found, Rule, Severity};
}

/// Every rule: what loses data or breaks code, what stops others, what only some engines or runners do, taste.
pub const RULES: &[Rule] = &[
    drop_column::RULE,
    drop_table::RULE,
    rename_column::RULE,
    rename_table::RULE,
    drop_add_rename::RULE,
    column_recreated::RULE,
    add_required_column::RULE,
    set_not_null::RULE,
    add_foreign_key::RULE,
    add_check::RULE,
    validate_with_add::RULE,
    add_unique::RULE,
    add_primary_key::RULE,
    drop_primary_key::RULE,
    add_exclusion::RULE,
    create_index::RULE,
    drop_index::RULE,
    reindex::RULE,
    needs_no_transaction::RULE,
    volatile_default::RULE,
    add_auto_increment::RULE,
    add_stored_generated::RULE,
    rewrite_command::RULE,
    refresh_view::RULE,
    change_column_type::RULE,
    enum_value_used::RULE,
    drop_enum_value::RULE,
    rename_enum_value::RULE,
    enum_value_inserted::RULE,
    data_with_schema::RULE,
    every_row_changed::RULE,
    truncate::RULE,
    drop_cascade::RULE,
    breaks_dependents::RULE,
    drops_handmade::RULE,
    rebuild_cascades::RULE,
    rebuild_loses::RULE,
    copy_mismatch::RULE,
    sqlite_add_column::RULE,
    sqlite_drop_column::RULE,
    pragma_left::RULE,
    modify_drops::RULE,
    drop_index_of_key::RULE,
    special_index::RULE,
    inline_reference::RULE,
    convert_charset::RULE,
    missing_breakpoint::RULE,
    nested_transaction::RULE,
    less_protected::RULE,
    security_definer::RULE,
    duplicate_index::RULE,
    drop_schema::RULE,
    lock_table::RULE,
    attach_partition::RULE,
    name_too_long::RULE,
    prefer_jsonb::RULE,
    prefer_timestamptz::RULE,
    prefer_text::RULE,
    prefer_bigint_key::RULE,
    prefer_identity::RULE,
    table_without_key::RULE,
    key_without_index::RULE,
    lock_timeout::RULE,
    rls_without_policy::RULE,
    drop_not_null::RULE,
];

/// The rule of a name.
pub fn named(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.name == name)
}
