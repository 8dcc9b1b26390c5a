//! A rollback that a person wrote, judged without running it: what it leaves undone.

use super::protection;
use super::step::Step;
use crate::catalog::Catalog;
use crate::change::Change;
use crate::lower::Lowering;
use crate::split::split;
use std::collections::BTreeMap;

/// What a rollback leaves, as far as its text tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unmade {
    /// Less protection than there was before the migration: a clause each.
    pub unprotected: Vec<String>,
    /// What is not as it was: a clause for each object. Nothing where some statement can't be read.
    pub left: Vec<String>,
}

/// Reads the text of a rollback over the catalog after the migration, and compares with the one before.
pub fn unmade(step: &Step, down: &str) -> Unmade {
    // The catalog still remembers what the migration touched.
    let mut catalog: Catalog = step.after.clone();
    let mut lowering = Lowering::new(&mut catalog, down);
    split(down, step.dialect, false).iter().for_each(|s| lowering.statement(s));
    lowering.adopt();
    let unread = lowering.changes.iter().any(|c| matches!(c.change, Change::Opaque { .. }));
    lowering.catalog.end_session();
    let (was, is) = catalog.touched();
    Unmade { unprotected: protection::lost(&was, &is), left: if unread { vec![] } else { left(&was, &is) } }
}

fn left(was: &Catalog, is: &Catalog) -> Vec<String> {
    let (was, is) = (was.describe(), is.describe());
    let (was, is) = (lines(&was), lines(&is));
    let missing = was.iter().filter(|(key, line)| is.get(*key) != Some(line));
    let missing = missing.map(|(key, _)| (key, if is.contains_key(key) { "is not as it was" } else { "is missing" }));
    let extra = is.keys().filter(|key| !was.contains_key(*key)).map(|key| (key, "is still there"));
    missing.chain(extra).map(|((kind, name), what)| format!("the {kind} `{name}` {what}")).collect()
}

/// The lines of a described catalog, by kind and name; what stands inside of a table has the table's name before it.
fn lines(text: &str) -> BTreeMap<(&str, String), &str> {
    let mut found = BTreeMap::new();
    let mut owner = "";
    for line in text.lines() {
        let mut words = line.split(' ').skip_while(|w| w.is_empty());
        let (kind, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if !line.starts_with(' ') {
            owner = name;
            found.insert((kind, name.to_owned()), line);
        } else if kind == "security" {
            found.insert(("row security of", owner.to_owned()), line);
        } else {
            found.insert((kind, format!("{owner}.{name}")), line);
        }
    }
    found
}
