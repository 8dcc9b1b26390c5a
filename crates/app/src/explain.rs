//! `explain <word>`: a page for every grade, note, state and problem.

/// The page of a grade (`lossy`), a note (`may refuse`, `mayRefuse`, `may-refuse`), a state (`stale`) or a problem's
/// code (`unsupported-provider`), in Markdown. None for a word that has no page.
pub fn explain(_word: &str) -> Option<&'static str> {
    None
}
