//! The pages of the rules: those over changes carry theirs in their own files, those about the history have one here.

use std::borrow::Cow;
use unmigrate_kernel::lint::rule;

/// A rule and its page.
type Page = (&'static str, &'static str);

const PAGES: &[Page] = &[
    ("unused-ignore", include_str!("pages/unused-ignore.md")),
    ("ignore-without-reason", include_str!("pages/ignore-without-reason.md")),
    ("journal-backwards", include_str!("pages/journal-backwards.md")),
    ("duplicate-number", include_str!("pages/duplicate-number.md")),
    ("snapshot-chain", include_str!("pages/snapshot-chain.md")),
    ("unmerged-branches", include_str!("pages/unmerged-branches.md")),
    ("provider-mismatch", include_str!("pages/provider-mismatch.md")),
    ("edited", include_str!("pages/edited.md")),
    ("removed", include_str!("pages/removed.md")),
    ("back-dated", include_str!("pages/back-dated.md")),
    ("edited-since-applied", include_str!("pages/edited-since-applied.md")),
    ("skipped-for-ever", include_str!("pages/skipped-for-ever.md")),
    ("applied-again", include_str!("pages/applied-again.md")),
    ("row-without-file", include_str!("pages/row-without-file.md")),
    ("deploy-blocked", include_str!("pages/deploy-blocked.md")),
    ("breaks-clients", include_str!("pages/breaks-clients.md")),
    ("rollback-missing", include_str!("pages/rollback-missing.md")),
    ("rollback-stale", include_str!("pages/rollback-stale.md")),
    ("rollback-outdated", include_str!("pages/rollback-outdated.md")),
    ("rollback-misplaced", include_str!("pages/rollback-misplaced.md")),
    ("rollback-orphaned", include_str!("pages/rollback-orphaned.md")),
    ("rollback-by-hand", include_str!("pages/rollback-by-hand.md")),
    ("rollback-unprotects", include_str!("pages/rollback-unprotects.md")),
    ("rollback-unverified", include_str!("pages/rollback-unverified.md")),
    ("rollback-differs", include_str!("pages/rollback-differs.md")),
    ("evidence-outdated", include_str!("pages/evidence-outdated.md")),
    ("rollback-incomplete", include_str!("pages/rollback-incomplete.md")),
];

/// Problems of reading a folder that `check` reports as findings; `explain` has their pages.
const READING: [&str; 3] = ["missing-sql", "duplicate-entry", "not-in-journal"];

/// Is there a rule of this name?
pub fn is_rule(name: &str) -> bool {
    rule::named(name).is_some() || PAGES.iter().any(|(n, _)| *n == name) || READING.contains(&name)
}

/// A rule's page, in Markdown.
pub fn page(name: &str) -> Option<Cow<'static, str>> {
    let own = PAGES.iter().find(|(n, _)| *n == name).map(|(_, text)| Cow::Borrowed(*text));
    own.or_else(|| rule::named(name).map(|r| r.page().text.into()))
}

/// Every rule with its first sentence, what it weighs by itself, and whether it has to be asked for.
pub fn rules() -> Vec<(&'static str, String, Option<unmigrate_kernel::lint::Severity>, bool)> {
    let hazards = rule::RULES.iter().map(|r| (r.name, r.page().summary(), Some(r.severity), r.style));
    let summary = |text: &str| text.lines().skip(1).find(|l| !l.is_empty()).unwrap_or_default().to_owned();
    hazards.chain(PAGES.iter().map(|(name, text)| (*name, summary(text), None, false))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_page_is_listed_and_has_its_title() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check/pages");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(files, PAGES.iter().map(|(name, _)| (*name).to_owned()).collect());
        for (name, text) in PAGES {
            assert!(text.starts_with(&format!("# {name}\n")), "{name}");
        }
    }

    /// Rules are written where they find something; this reads them there.
    #[test]
    fn every_rule_that_is_written_has_a_page() {
        let mut named = BTreeSet::new();
        for file in ["history.rs", "rollback.rs", "evidence.rs", "database.rs", "clients.rs", "ignored.rs"] {
            let text =
                std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check").join(file)).unwrap();
            for call in ["about(", ": &str = "] {
                for rest in text.split(call).skip(1) {
                    let rest = rest.trim_start();
                    if let Some(name) = rest.strip_prefix('"').and_then(|r| r.split('"').next()) {
                        named.insert(name.to_owned());
                    }
                }
            }
        }
        assert_eq!(named, PAGES.iter().map(|(name, _)| (*name).to_owned()).collect());
    }
}
