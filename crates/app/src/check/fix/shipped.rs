//! Which migrations a database may have run: those are never changed.

use super::super::database::Standings;
use super::super::git::{self, Changes};
use super::super::report::Since;
use std::path::Path;
use unmigrate_sources::Source;

/// What is known of it.
pub struct Shipped {
    base: Option<(Since, Changes)>,
}

impl Shipped {
    /// Asks git what is new since this branch left the other one.
    pub fn ask(cwd: &Path, since: Option<Since>, branch: Option<&str>, dirs: &[&Path]) -> Shipped {
        let since = since.or_else(|| git::default_branch(cwd, branch));
        Shipped { base: since.map(|since| (since.clone(), git::changes(cwd, &since, dirs))) }
    }

    /// Why a migration may have been run; none: it is new, and no database that was asked has run it.
    pub fn why(&self, source: &Source, standings: Option<&Standings>, at: usize) -> Option<String> {
        if let Some(database) = standings.filter(|s| s.has_seen(at)).map(Standings::database) {
            return Some(format!("`{database}` has run it"));
        }
        match &self.base {
            Some((_, changes)) if changes.added.contains(&source.places[at].up) => None,
            Some((since, _)) => {
                Some(format!("it was there where this branch left {}: databases may have run it", since.reference))
            }
            None if standings.is_some() => None,
            None => Some(
                "nothing tells whether a database has run it: git knows no branch to compare with (--changed <ref>), and \
                 none was asked (--db <url>)"
                    .into(),
            ),
        }
    }
}
