//! Migrations that are asked for by name.

use crate::Problem;
use std::path::PathBuf;
use unmigrate_kernel::Migration;
use unmigrate_sources::{Context, Place, Source};

/// All migrations, or those that are named.
pub struct Selection<'a> {
    /// Each word, and what it is as a path: shells complete `prisma/migrations/2024.../`.
    words: Vec<(&'a str, PathBuf)>,
}

impl<'a> Selection<'a> {
    /// Takes the words; none: all.
    ///
    /// # Errors
    /// `no-such-migration` where a word names none, before anything is written.
    pub fn new(words: &'a [String], sources: &[Source], context: &Context) -> Result<Selection<'a>, Problem> {
        let path = |word: &str| context.cwd.join(word).components().collect();
        let selection = Selection { words: words.iter().map(|word| (word.as_str(), path(word))).collect() };
        let known = |word: &(&str, PathBuf)| sources.iter().any(|source| migrations(source).any(|m| names(word, m)));
        match selection.words.iter().find(|word| !known(word)) {
            Some((word, _)) => Err(no_such_migration(word, sources)),
            None => Ok(selection),
        }
    }

    /// Some migration of this history is among them.
    pub fn touches(&self, source: &Source) -> bool {
        self.words.is_empty() || migrations(source).any(|(migration, place)| self.takes(migration, place))
    }

    /// Nothing was named.
    pub fn takes_all(&self) -> bool {
        self.words.is_empty()
    }

    /// This one is among them.
    pub fn takes(&self, migration: &Migration, place: &Place) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| names(word, (migration, place)))
    }
}

fn migrations(source: &Source) -> impl Iterator<Item = (&Migration, &Place)> {
    source.history.migrations.iter().zip(&source.places)
}

/// By the tool's name, the up file, or the folder that holds it alone.
fn names((word, path): &(&str, PathBuf), (migration, place): (&Migration, &Place)) -> bool {
    let folder = place.up.parent().filter(|folder| folder.ends_with(&migration.name));
    migration.name == *word || place.up == *path || folder == Some(path)
}

fn no_such_migration(word: &str, sources: &[Source]) -> Problem {
    let last = sources.iter().filter_map(|s| s.history.migrations.last()).map(|m| format!("`{}`", m.name));
    let last: Vec<_> = last.take(3).collect();
    let newest = if last.is_empty() { String::new() } else { format!("; the newest is {}", last.join(", ")) };
    Problem::error(
        "no-such-migration",
        format!("there is no migration `{word}` among those that its tool applies{newest}"),
        "unmigrate status   lists them by name",
    )
}
