//! `explain <word>`: a page for every grade, note, state, rule and problem.

use std::borrow::Cow;

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
    ("exact", include_str!("../pages/exact.md")),
    ("differs", include_str!("../pages/differs.md")),
    ("rows-differ", include_str!("../pages/rows-differ.md")),
    ("refused", include_str!("../pages/refused.md")),
    ("up-refused", include_str!("../pages/up-refused.md")),
    ("unverified", include_str!("../pages/unverified.md")),
    ("nothing-found", include_str!("../pages/nothing-found.md")),
    ("no-such-folder", include_str!("../pages/no-such-folder.md")),
    ("no-such-project", include_str!("../pages/no-such-project.md")),
    ("no-such-migration", include_str!("../pages/no-such-migration.md")),
    ("no-such-rename", include_str!("../pages/no-such-rename.md")),
    ("changed-meanwhile", include_str!("../pages/changed-meanwhile.md")),
    ("fix", include_str!("../pages/fix.md")),
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
    ("no-package", include_str!("../pages/no-package.md")),
    ("no-repository", include_str!("../pages/no-repository.md")),
    ("not-installed", include_str!("../pages/not-installed.md")),
    ("no-url", include_str!("../pages/no-url.md")),
    ("unset-variable", include_str!("../pages/unset-variable.md")),
    ("unsupported-driver", include_str!("../pages/unsupported-driver.md")),
    ("broken-plan", include_str!("../pages/broken-plan.md")),
    ("not-writable", include_str!("../pages/not-writable.md")),
    ("not-a-rollback-file", include_str!("../pages/not-a-rollback-file.md")),
    ("invalid-option", include_str!("../pages/invalid-option.md")),
    ("unknown-rule", include_str!("../pages/unknown-rule.md")),
    ("unknown-runner", include_str!("../pages/unknown-runner.md")),
    ("no-such-commit", include_str!("../pages/no-such-commit.md")),
    ("no-merge-base", include_str!("../pages/no-merge-base.md")),
    ("baseline-unreadable", include_str!("../pages/baseline-unreadable.md")),
    ("no-such-variable", include_str!("../pages/no-such-variable.md")),
    ("unknown-word", include_str!("../pages/unknown-word.md")),
    ("missing-binary", include_str!("../pages/missing-binary.md")),
    ("engine-stopped", include_str!("../pages/engine-stopped.md")),
    ("no-engine", include_str!("../pages/no-engine.md")),
    ("invalid-url", include_str!("../pages/invalid-url.md")),
    ("scratch-is-in-use", include_str!("../pages/scratch-is-in-use.md")),
    ("scratch-holds-tables", include_str!("../pages/scratch-holds-tables.md")),
    ("scratch-not-allowed", include_str!("../pages/scratch-not-allowed.md")),
    ("scratch-failed", include_str!("../pages/scratch-failed.md")),
    ("beyond-schema", include_str!("../pages/beyond-schema.md")),
    ("sample-failed", include_str!("../pages/sample-failed.md")),
    ("unsupported-platform", include_str!("../pages/unsupported-platform.md")),
    ("internal", include_str!("../pages/internal.md")),
];

/// The page of a grade (`lossy`), a note (`may refuse`, `mayRefuse`, `may-refuse`), a state (`stale`), a
/// verdict (`rows differ`), a rule (`drop-column`) or a problem's code (`unsupported-provider`), in Markdown. None for a word that has no page.
pub fn explain(word: &str) -> Option<Cow<'static, str>> {
    let word = hyphenated(word);
    let own = pages().find(|(name, _)| *name == word).map(|(_, text)| Cow::Borrowed(*text));
    crate::check::page(&word).or(own)
}

/// Every word that has a page, hyphenated.
pub fn words() -> impl Iterator<Item = &'static str> {
    pages().map(|(word, _)| *word)
}

fn pages() -> impl Iterator<Item = &'static Page> {
    let database = [
        crate::archive::PAGES,
        crate::deploy::PAGES,
        crate::doctor::PAGES,
        crate::expand::PAGES,
        crate::resolve::PAGES,
        crate::revert::PAGES,
        crate::rollback::PAGES,
    ];
    PAGES.iter().chain(database.into_iter().flatten())
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
    use crate::verify::Verdict;
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
    fn every_grade_note_state_and_verdict_has_a_page() {
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
        let verdicts = [
            Verdict::Exact,
            Verdict::Approximate,
            Verdict::Differs,
            Verdict::RowsDiffer,
            Verdict::Refused,
            Verdict::ByHand,
            Verdict::UpRefused,
            Verdict::Missing,
            Verdict::Unverified,
        ];
        let words = words.chain(verdicts.map(Verdict::words)).chain(verdicts.map(Verdict::json));
        for word in words.chain(states.map(State::word)) {
            assert!(explain(word).is_some(), "{word}");
        }
    }

    /// Codes are written where the problem is found; this reads them there, so that none goes without a page.
    #[test]
    fn every_code_has_a_page_and_every_page_a_use() {
        let mut codes = BTreeSet::new();
        let folders = [
            "src",
            "src/archive",
            "src/check",
            "src/check/fix",
            "src/compat",
            "src/init",
            "src/expand",
            "src/verify",
            "src/rollback",
            "src/site",
            "src/doctor",
            "src/revert",
            "src/deploy",
            "src/resolve",
            "src/site",
            "src/tool",
            "src/target",
            "../sources/src",
            "../cli/src/command",
            "../node/src",
            "../../js",
        ];
        for folder in folders {
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
        codes.extend(unmigrate_engines::ScratchError::CODES.map(str::to_owned));
        assert!(codes.len() > 20, "{codes:?}");
        let without: Vec<_> = codes.iter().filter(|code| explain(code).is_none()).collect();
        assert!(without.is_empty(), "{without:?}");
        // `misplaced` is a state and a code; of the nine verdicts three are notes or states as well; `fix` has one for its states
        let contract = 3 + 5 + 7 - 1 + 9 - 3 + 1;
        assert_eq!(words().count(), codes.len() + contract, "{codes:?}");
    }
}
