//! The pages of `explain` for what is said here.

/// A code and its page.
pub(crate) const PAGES: &[(&str, &str)] = &[
    ("already-applied", include_str!("../../pages/already-applied.md")),
    ("already-contracted", include_str!("../../pages/already-contracted.md")),
    ("already-expanded", include_str!("../../pages/already-expanded.md")),
    ("backfill-stopped", include_str!("../../pages/backfill-stopped.md")),
    ("gate-closed", include_str!("../../pages/gate-closed.md")),
    ("maybe-applied", include_str!("../../pages/maybe-applied.md")),
    ("module-failed", include_str!("../../pages/module-failed.md")),
    ("module-unusable", include_str!("../../pages/module-unusable.md")),
    ("no-batches", include_str!("../../pages/no-batches.md")),
    ("not-expanded", include_str!("../../pages/not-expanded.md")),
    ("nothing-to-expand", include_str!("../../pages/nothing-to-expand.md")),
    ("several-plans", include_str!("../../pages/several-plans.md")),
];
