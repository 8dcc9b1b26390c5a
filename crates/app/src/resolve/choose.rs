//! Which migrations are recorded, and as what.

use super::refusal;
use super::report::As;
use crate::Problem;
use crate::target::class::matches;
use std::collections::BTreeSet;
use unmigrate_sources::Source;
use unmigrate_sources::tracking::{State, Status};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// These are applied: names, or patterns in which `*` stands for anything.
    Applied(Vec<String>),
    /// All that are not applied are.
    All,
    /// All up to this one are applied; none: all there are. The database was made without the tool.
    Baseline(Option<String>),
    /// These are not applied any more.
    RolledBack(Vec<String>),
}

/// One migration that is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// Its place in the history.
    pub at: usize,
    /// It is recorded so already.
    pub already: bool,
}

impl Choice {
    /// What the migrations are recorded as.
    pub fn to(&self) -> As {
        if matches!(self, Choice::RolledBack(_)) { As::RolledBack } else { As::Applied }
    }
}

/// The migrations that are chosen, in the order of the folder.
///
/// # Errors
/// A name or a pattern that no migration has.
pub fn choose(choice: &Choice, source: &Source, state: &State) -> Result<Vec<Chosen>, Problem> {
    let all = source.history.migrations.len();
    let places: BTreeSet<usize> = match choice {
        Choice::Applied(words) | Choice::RolledBack(words) => {
            let mut places = BTreeSet::new();
            for word in words {
                let named = named(source, word);
                if named.is_empty() {
                    return Err(refusal::no_migration(word, source));
                }
                places.extend(named);
            }
            places
        }
        Choice::All | Choice::Baseline(None) => (0..all).collect(),
        Choice::Baseline(Some(word)) => {
            let last = named(source, word).pop().ok_or_else(|| refusal::no_migration(word, source))?;
            (0..=last).collect()
        }
    };
    let one = |at: usize| Chosen { at, already: is_already(choice.to(), at, state) };
    Ok(places.into_iter().map(one).collect())
}

fn named(source: &Source, word: &str) -> Vec<usize> {
    // Shells complete the folder: `prisma/migrations/2024.../`.
    let word = word.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(word);
    let is = |name: &str| if word.contains('*') { matches(word, name) } else { word == name };
    let migrations = source.history.migrations.iter().enumerate();
    migrations.filter(|(_, m)| is(&m.name)).map(|(at, _)| at).collect()
}

fn is_already(to: As, at: usize, state: &State) -> bool {
    let Some(standing) = state.migrations.get(at) else { return to == As::RolledBack };
    match to {
        As::Applied => standing.is_applied() && !standing.is_replayed(),
        As::RolledBack => matches!(standing.status, Status::Pending | Status::RolledBack),
    }
}
