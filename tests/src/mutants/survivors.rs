//! Mutants that are not found, because they are no worse: `docs/mutants.md` lists them, with the reasons.

use crate::Outcome;
use std::collections::HashSet;
use std::path::Path;

/// The mutants that the page lists.
pub struct Survivors(HashSet<String>);

impl Survivors {
    /// Reads the page: every line that begins with a dash and a case's name in backticks is one.
    pub fn read(page: &Path) -> Outcome<Survivors> {
        let text = std::fs::read_to_string(page).map_err(|e| format!("{}: {e}", page.display()))?;
        Ok(Survivors(text.lines().filter(|l| l.starts_with("- `")).map(str::to_owned).collect()))
    }

    /// Is it among them?
    pub fn lists(&self, line: &str) -> bool {
        self.0.contains(line)
    }
}
