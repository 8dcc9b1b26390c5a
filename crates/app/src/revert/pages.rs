//! The pages of `explain` for what is said here.

/// A code and its page.
pub(crate) const PAGES: &[(&str, &str)] = &[
    ("children-at-risk", include_str!("../../pages/children-at-risk.md")),
    ("no-snapshot", include_str!("../../pages/no-snapshot.md")),
    ("not-in-one", include_str!("../../pages/not-in-one.md")),
    ("not-last-by-name", include_str!("../../pages/not-last-by-name.md")),
    ("not-verified", include_str!("../../pages/not-verified.md")),
];
