//! `explain <word>`: a page for every grade, note, state and problem.

/// A word, hyphenated, and its page.
type Page = (&'static str, &'static str);

const PAGES: &[Page] = &[
    ("lossless", include_str!("../pages/lossless.md")),
    ("lossy", include_str!("../pages/lossy.md")),
    ("manual", include_str!("../pages/manual.md")),
    ("approximate", include_str!("../pages/approximate.md")),
    ("may-refuse", include_str!("../pages/may-refuse.md")),
    ("discards", include_str!("../pages/discards.md")),
    ("gone", include_str!("../pages/gone.md")),
    ("by-hand", include_str!("../pages/by-hand.md")),
    ("written", include_str!("../pages/written.md")),
    ("unchanged", include_str!("../pages/unchanged.md")),
    ("edited", include_str!("../pages/edited.md")),
    ("stale", include_str!("../pages/stale.md")),
    ("outdated", include_str!("../pages/outdated.md")),
    ("missing", include_str!("../pages/missing.md")),
    ("misplaced", include_str!("../pages/misplaced.md")),
    ("nothing-found", include_str!("../pages/nothing-found.md")),
    ("no-such-folder", include_str!("../pages/no-such-folder.md")),
    ("no-such-project", include_str!("../pages/no-such-project.md")),
    ("no-such-migration", include_str!("../pages/no-such-migration.md")),
    ("no-migrations", include_str!("../pages/no-migrations.md")),
    ("unknown-tool", include_str!("../pages/unknown-tool.md")),
    ("tool-mismatch", include_str!("../pages/tool-mismatch.md")),
    ("unknown-dialect", include_str!("../pages/unknown-dialect.md")),
    ("unsupported-provider", include_str!("../pages/unsupported-provider.md")),
    ("unsupported-prisma-8", include_str!("../pages/unsupported-prisma-8.md")),
    ("missing-sql", include_str!("../pages/missing-sql.md")),
    ("duplicate-entry", include_str!("../pages/duplicate-entry.md")),
    ("not-in-journal", include_str!("../pages/not-in-journal.md")),
    ("broken-journal", include_str!("../pages/broken-journal.md")),
    ("unsafe-name", include_str!("../pages/unsafe-name.md")),
    ("link-outside", include_str!("../pages/link-outside.md")),
    ("invalid-utf8", include_str!("../pages/invalid-utf8.md")),
    ("migration-too-large", include_str!("../pages/migration-too-large.md")),
    ("unreadable", include_str!("../pages/unreadable.md")),
    ("config-unreadable", include_str!("../pages/config-unreadable.md")),
    ("no-url", include_str!("../pages/no-url.md")),
    ("unset-variable", include_str!("../pages/unset-variable.md")),
    ("unsupported-driver", include_str!("../pages/unsupported-driver.md")),
    ("broken-plan", include_str!("../pages/broken-plan.md")),
    ("not-writable", include_str!("../pages/not-writable.md")),
    ("not-a-rollback-file", include_str!("../pages/not-a-rollback-file.md")),
    ("invalid-option", include_str!("../pages/invalid-option.md")),
    ("unknown-word", include_str!("../pages/unknown-word.md")),
    ("missing-binary", include_str!("../pages/missing-binary.md")),
    ("unsupported-platform", include_str!("../pages/unsupported-platform.md")),
    ("internal", include_str!("../pages/internal.md")),
];

/// The page of a grade (`lossy`), a note (`may refuse`, `mayRefuse`, `may-refuse`), a state (`stale`) or a problem's
/// code (`unsupported-provider`), in Markdown. None for a word that has no page.
pub fn explain(word: &str) -> Option<&'static str> {
    let word = hyphenated(word);
    PAGES.iter().find(|(name, _)| *name == word).map(|(_, text)| *text)
}

/// Every word that has a page, hyphenated.
pub fn words() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(word, _)| *word)
}

/// `mayRefuse`, `May refuse` and `may_refuse` are `may-refuse`.
fn hyphenated(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 1);
    let mut after_lower = false;
    for c in word.trim().chars() {
        if c.is_uppercase() && after_lower {
            out.push('-');
        }
        after_lower = c.is_lowercase();
        let separates = c.is_whitespace() || c == '_';
        out.push(if separates { '-' } else { c.to_ascii_lowercase() });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::State;
    use std::collections::BTreeSet;
    use unmigrate_kernel::{Grade, NoteKind};

    #[test]
    fn every_spelling_of_a_word() {
        for word in ["may refuse", "mayRefuse", "May-Refuse", " may_refuse "] {
            assert!(explain(word).is_some_and(|page| page.starts_with("# may refuse\n")), "{word}");
        }
        assert_eq!(explain("nonesuch"), None);
    }

    #[test]
    fn every_grade_note_and_state_has_a_page() {
        use NoteKind::*;
        let grades = [Grade::Lossless, Grade::Lossy, Grade::Manual].map(Grade::word);
        let notes = [Approximate, MayRefuse, Discards, Gone, ByHand];
        let states = [
            State::Written,
            State::Unchanged,
            State::Edited,
            State::Stale,
            State::Outdated,
            State::Missing,
            State::Misplaced,
        ];
        let words = grades.into_iter().chain(notes.map(NoteKind::words)).chain(notes.map(NoteKind::json));
        for word in words.chain(states.map(State::word)) {
            assert!(explain(word).is_some(), "{word}");
        }
    }

    /// Codes are written where the problem is found; this reads them there, so that none goes without a page.
    #[test]
    fn every_code_has_a_page_and_every_page_a_use() {
        let mut codes = BTreeSet::new();
        for folder in ["src", "src/target", "../sources/src", "../cli/src/command", "../node/src", "../../js"] {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            for file in std::fs::read_dir(folder).unwrap() {
                let Ok(text) = std::fs::read_to_string(file.unwrap().path()) else { continue };
                let calls = ["Problem::error(", "Problem::warning(", "Error::error(", "code: "];
                let calls = calls.iter().flat_map(|call| text.split(call).skip(1));
                let first = calls.filter_map(|call| {
                    let quoted = call.trim_start();
                    let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
                    quoted[1..].split(quote).next()
                });
                let is_code = |word: &&str| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
                codes.extend(first.filter(is_code).map(str::to_owned));
            }
        }
        assert!(codes.len() > 20, "{codes:?}");
        let without: Vec<_> = codes.iter().filter(|code| explain(code).is_none()).collect();
        assert!(without.is_empty(), "{without:?}");
        let contract = 3 + 5 + 7 - 1; // `misplaced` is a state and a code
        assert_eq!(words().count(), codes.len() + contract, "{codes:?}");
    }
}
