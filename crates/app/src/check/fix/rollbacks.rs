//! The rollbacks of a fixed history: those that are missing, or were made from other texts, are written anew.

use super::report::FixedFile;
use crate::State;
use crate::file::{Present, Wanted, compare};
use crate::verify::evidence::{self, Evidence};
use crate::verify::observe;
use std::path::PathBuf;
use unmigrate_kernel::{History, rollbacks};
use unmigrate_sources::next::Next;
use unmigrate_sources::{Context, Layout, Source};

/// What becomes of the rollbacks.
#[derive(Default)]
pub struct Anew {
    /// Those that are written.
    pub files: Vec<FixedFile>,
    /// Those that a person edited, and that are made from another text from now on.
    pub theirs: Vec<String>,
}

/// Looks at those of the migrations that `due` names, by their place, and at those of the new ones.
pub fn anew(
    source: &Source,
    history: &History,
    planned: &[Next],
    due: &dyn Fn(usize) -> bool,
    context: &Context,
) -> Anew {
    let mut history = history.clone();
    observe::recall(&mut history, &Evidence::read(&evidence::path(&source.dir, source.layout)));
    let all = rollbacks(&history);
    let old = source
        .places
        .iter()
        .map(|p| (!p.refused && p.misplaced.as_ref().is_none_or(|m| !m.is_file())).then(|| p.down.clone()));
    let places: Vec<Option<PathBuf>> = old.chain(planned.iter().map(|new| beside(source, new))).collect();
    let mut anew = Anew::default();
    for (at, ((migration, rollback), place)) in history.migrations.iter().zip(&all).zip(places).enumerate() {
        let Some(down) = place.filter(|_| at >= source.places.len() || due(at)) else { continue };
        let Ok(present) = Present::at(&down) else { continue };
        let wanted = Wanted::new(&migration.sql, rollback);
        let standing = compare(&present, Some(&wanted));
        let shown = context.shown(&down);
        match standing.state {
            State::Missing | State::Stale | State::Outdated => {
                let before = if let Present::Text(text) = present { Some(text) } else { None };
                anew.files.push(FixedFile::new(shown, down, before, wanted.text().to_owned(), true));
            }
            State::Edited if standing.up_changed => anew.theirs.push(shown),
            _ => {}
        }
    }
    anew
}

/// Where the rollback of a new migration lies, by where the others do.
fn beside(source: &Source, new: &Next) -> Option<PathBuf> {
    let (up, _) = new.files.iter().find(|(path, _)| path.extension().is_some_and(|x| x == "sql"))?;
    let name = match source.layout {
        Layout::Folders => "down.sql".to_owned(),
        Layout::Journal => format!("{}.down.sql", new.name),
    };
    let folder = source.places.last()?.down.parent()?;
    Some(match source.layout {
        Layout::Folders => up.with_file_name(name),
        Layout::Journal => folder.join(name),
    })
}
