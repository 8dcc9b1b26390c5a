//! The pages of `explain` for what is said here.

/// A code and its page.
pub(crate) const PAGES: &[(&str, &str)] = &[
    ("not-kept", include_str!("../../pages/not-kept.md")),
    ("push-would-drop", include_str!("../../pages/push-would-drop.md")),
    ("not-restored", include_str!("../../pages/not-restored.md")),
];
