//! Which tables may be meant, without looking at all of them: what refers to a table, has a column of a type, holds an
//! index of a name. The answer may hold too many, never too few: whoever asks looks at each.
//!
//! What a migration touches is always in the answer. The rest is as it was when the migration began, and filed under
//! what it may be looked for by; only what was touched since is filed anew.

use super::{Catalog, ConstraintKind, Lineage, Name, Objects, Table};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

/// From so many tables on, they are filed.
const MANY: usize = 48;

/// What tables are looked for by.
#[derive(Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// A foreign key of theirs refers to it, or they are its partitions.
    Refers(&'a Name),
    /// A column of theirs is of this type, or its default is.
    OfType(&'a Name),
    /// This is the table's lineage, or a column's.
    Lineage(Lineage),
    /// A name of the table itself, an index or a constraint, without regard to case.
    Holds(&'a str),
}

impl Wanted<'_> {
    /// Under what they are filed; none where that can't be told.
    fn term(self) -> Option<u64> {
        match self {
            Wanted::Refers(name) => Some(term(1, &name.name)),
            Wanted::OfType(name) => {
                // Longer ones are cut where they are read.
                let plain = (1..63).contains(&name.name.len()) && name.name.bytes().all(in_word);
                plain.then(|| term(2, &name.name))
            }
            Wanted::Lineage(lineage) => (lineage.0 != 0).then(|| number(lineage)),
            Wanted::Holds(name) => Some(term(3, name)),
        }
    }
}

fn in_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

fn term(kind: u64, text: &str) -> u64 {
    text.bytes().fold(kind, |h, b| {
        (h.rotate_left(5) ^ u64::from(b.to_ascii_lowercase())).wrapping_mul(0x51_7c_c1_b7_27_22_0a_95)
    })
}

fn number(lineage: Lineage) -> u64 {
    (u64::from(lineage.0) | 1 << 40).wrapping_mul(0x51_7c_c1_b7_27_22_0a_95)
}

fn terms(table: &Table, into: &mut Vec<u64>) {
    into.push(number(table.lineage));
    into.push(term(3, &table.name.name));
    for column in &table.columns {
        into.push(number(column.lineage));
        // A default may still be a literal of the type that the column had.
        let cast = column.default.as_ref().and_then(|d| d.text.rsplit_once("::")).map_or("", |(_, cast)| cast);
        let own = [column.data_type.as_str(), column.canonical.as_str(), cast];
        let words = own.into_iter().flat_map(|text| text.split(|c: char| !u8::try_from(c).is_ok_and(in_word)));
        into.extend(words.filter(|w| !w.is_empty()).map(|w| term(2, w)));
    }
    for constraint in &table.constraints {
        into.push(term(3, &constraint.name));
        if let ConstraintKind::ForeignKey(key) = &constraint.kind {
            into.push(term(1, &key.table.name));
        }
    }
    into.extend(table.indexes.iter().map(|i| term(3, &i.name)));
    into.extend(table.partition_of.iter().map(|(parent, _)| term(1, &parent.name)));
}

/// Would a table be filed under this?
fn is_under(table: &Table, term: u64) -> bool {
    let mut found = Vec::new();
    terms(table, &mut found);
    found.contains(&term)
}

/// The terms are well mixed already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.0 = self.0.rotate_left(8) ^ u64::from(*b));
    }

    fn write_u64(&mut self, term: u64) {
        self.0 = term ^ (term >> 32);
    }
}

/// Tables by what they may be looked for by.
#[derive(Clone, Default)]
pub(super) struct Filed {
    names: Vec<Name>,
    places: HashMap<Name, (u32, HashSet<u64, BuildHasherDefault<AsItIs>>)>,
    by_term: HashMap<u64, Vec<u32>, BuildHasherDefault<AsItIs>>,
}

impl Filed {
    /// Under what it was filed before it stays filed: that costs a look, and taking it out would cost more.
    fn file(&mut self, name: &Name, table: &Table, found: &mut Vec<u64>) {
        found.clear();
        terms(table, found);
        let names = &mut self.names;
        if !self.places.contains_key(name) {
            names.push(name.clone());
            self.places.insert(name.clone(), (u32::try_from(names.len() - 1).unwrap_or(u32::MAX), HashSet::default()));
        }
        let Some((place, known)) = self.places.get_mut(name) else { return };
        for term in found.iter().filter(|t| known.insert(**t)) {
            self.by_term.entry(*term).or_default().push(*place);
        }
    }

    fn under(&self, term: u64) -> impl Iterator<Item = &Name> {
        self.by_term.get(&term).into_iter().flatten().map(|place| &self.names[*place as usize])
    }
}

/// What is filed, and what is to be filed before it is asked again.
pub(super) struct Finder {
    /// None in a copy: all tables are looked at.
    filed: Option<RefCell<Rc<Filed>>>,
    waiting: RefCell<Waiting>,
}

/// What is to be filed.
enum Waiting {
    /// All tables: they were so few that nobody asked.
    All,
    /// Those that were touched.
    Names(Vec<Name>),
}

impl Finder {
    fn copy(filed: Option<Rc<Filed>>) -> Finder {
        Finder { filed: filed.map(RefCell::new), waiting: RefCell::new(Waiting::Names(Vec::new())) }
    }
}

impl Default for Finder {
    fn default() -> Finder {
        Finder { filed: Some(RefCell::default()), waiting: RefCell::new(Waiting::All) }
    }
}

/// A copy of a catalog is asked little, and to file all anew would cost more.
impl Clone for Finder {
    fn clone(&self) -> Finder {
        Finder::copy(None)
    }
}

impl std::fmt::Debug for Finder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Finder")
    }
}

impl Finder {
    /// Those that a migration touched may be other than they were filed.
    pub(super) fn touched(&self, tables: &Objects<Name, Table>) {
        if tables.len() < MANY {
            return self.unfiled();
        }
        if let (Some(_), Waiting::Names(waiting)) = (&self.filed, &mut *self.waiting.borrow_mut()) {
            waiting.extend(tables.touched_keys().chain(tables.assumed()).cloned());
        }
    }

    /// All are to be filed before it is asked.
    pub(super) fn unfiled(&self) {
        *self.waiting.borrow_mut() = Waiting::All;
    }

    /// What is filed, with all that waited.
    fn settled(&self, tables: &Objects<Name, Table>) -> Option<Rc<Filed>> {
        let mut filed = self.filed.as_ref()?.borrow_mut();
        let mut found = Vec::new();
        match self.waiting.replace(Waiting::Names(Vec::new())) {
            Waiting::All => {
                let mut anew = Filed::default();
                tables.iter().for_each(|(name, table)| anew.file(name, table, &mut found));
                *filed = Rc::new(anew);
            }
            Waiting::Names(names) if names.is_empty() => {}
            Waiting::Names(names) => {
                let filed = Rc::make_mut(&mut filed);
                for (name, table) in names.iter().filter_map(|name| Some((name, tables.get(name)?))) {
                    filed.file(name, table, &mut found);
                }
            }
        }
        Some(filed.clone())
    }

    /// One that shares what is filed: for a copy that is let go of before the next migration begins.
    pub(super) fn share(&self, tables: &Objects<Name, Table>) -> Finder {
        Finder::copy(if tables.len() < MANY { None } else { self.settled(tables) })
    }
}

impl Catalog {
    /// The tables that may be meant, in the order of their names.
    pub(crate) fn maybe(&self, wanted: Wanted) -> Vec<(&Name, &Table)> {
        let tables = &self.tables;
        let few = tables.len() < MANY || tables.touched_keys().len() * 4 > tables.len();
        let term = wanted.term().filter(|_| !few && self.begun);
        let Some((term, filed)) = term.and_then(|term| Some((term, self.finder.settled(tables)?))) else {
            return tables.iter().collect();
        };
        let mut out: BTreeMap<&Name, &Table> = BTreeMap::new();
        for name in filed.under(term).chain(tables.touched_keys()).chain(tables.assumed()) {
            if let Some((name, table)) = tables.entry(name) {
                out.insert(name, table);
            }
        }
        debug_assert!(
            tables.iter().all(|(n, t)| out.contains_key(n) || !is_under(t, term)),
            "a table was changed unseen"
        );
        out.into_iter().collect()
    }

    /// The table of a lineage.
    pub(crate) fn table_of_lineage(&self, lineage: Lineage) -> Option<(&Name, &Table)> {
        self.maybe(Wanted::Lineage(lineage)).into_iter().find(|(_, t)| t.lineage.0 == lineage.0)
    }

    /// The table that has a column of a lineage.
    pub(crate) fn table_with_column(&self, lineage: Lineage) -> Option<(&Name, &Table)> {
        self.maybe(Wanted::Lineage(lineage)).into_iter().find(|(_, t)| t.column_of(lineage).is_some())
    }
}

#[cfg(test)]
mod tests;
