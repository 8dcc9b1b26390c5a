//! The pages of `explain` for what is said here.

/// A code and its page.
pub(crate) const PAGES: &[(&str, &str)] = &[
    ("marked-elsewhere", include_str!("../../pages/marked-elsewhere.md")),
    ("not-compared", include_str!("../../pages/not-compared.md")),
    ("not-held", include_str!("../../pages/not-held.md")),
    ("reason-missing", include_str!("../../pages/reason-missing.md")),
    ("script-of-one", include_str!("../../pages/script-of-one.md")),
    ("still-held", include_str!("../../pages/still-held.md")),
    ("tool-not-run", include_str!("../../pages/tool-not-run.md")),
    ("tool-refused", include_str!("../../pages/tool-refused.md")),
    ("would-skip", include_str!("../../pages/would-skip.md")),
];
