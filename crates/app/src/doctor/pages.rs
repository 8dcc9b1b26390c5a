//! The pages of `explain` for what is said here.

/// A code and its page.
pub(crate) const PAGES: &[(&str, &str)] = &[
    ("applied-out-of-order", include_str!("../../pages/applied-out-of-order.md")),
    ("applied-unrecorded", include_str!("../../pages/applied-unrecorded.md")),
    ("duplicate-rows", include_str!("../../pages/duplicate-rows.md")),
    ("failed-migration", include_str!("../../pages/failed-migration.md")),
    ("invalid-index", include_str!("../../pages/invalid-index.md")),
    ("no-undo", include_str!("../../pages/no-undo.md")),
    ("nothing-to-mend", include_str!("../../pages/nothing-to-mend.md")),
    ("only-names", include_str!("../../pages/only-names.md")),
    ("orphaned-down", include_str!("../../pages/orphaned-down.md")),
    ("replayed-migration", include_str!("../../pages/replayed-migration.md")),
    ("skipped-migration", include_str!("../../pages/skipped-migration.md")),
    ("untold-statements", include_str!("../../pages/untold-statements.md")),
    ("upgrade-blocked", include_str!("../../pages/upgrade-blocked.md")),
];
