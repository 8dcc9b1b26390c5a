//! The pages of `explain` for what is said here.

/// A code and its page.
pub(crate) const PAGES: &[(&str, &str)] = &[
    ("deploy-failed", include_str!("../../pages/deploy-failed.md")),
    ("deployed-elsewhere", include_str!("../../pages/deployed-elsewhere.md")),
    ("not-kept-before", include_str!("../../pages/not-kept-before.md")),
    ("not-put-back", include_str!("../../pages/not-put-back.md")),
    ("tool-not-found", include_str!("../../pages/tool-not-found.md")),
    ("two-databases", include_str!("../../pages/two-databases.md")),
    ("would-drift", include_str!("../../pages/would-drift.md")),
    ("written-since", include_str!("../../pages/written-since.md")),
];
