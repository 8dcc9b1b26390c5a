//! Catalogs that are read again and again: what was not written since is not read.
//!
//! PostgreSQL tells of every row of its catalogs which transaction wrote it. A relation whose rows are as many and as old
//! as they were has the text that it had, unless what it names has another name now; so has all that belongs to none. What
//! is read beside what was written:
//!
//! - Everything, where a relation or a column of one has another name, or where something that any text may hang on was
//!   written over: a type, a function, a schema, an operator.
//! - What the server prints out of a tree that names other relations (views, rules, policies, comments, functions whose body
//!   is SQL), where any relation was written.

use super::postgres::{self, Stamps};
use super::{Object, Options, Snapshot};
use crate::Dialect;
use crate::answer::Ask;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// The catalogs of one session's database. Nobody else may be at work in it.
#[derive(Debug)]
pub struct Watch<'a> {
    dialect: Dialect,
    options: Options<'a>,
    known: Option<Known>,
    /// The server's version, once it knows our queries.
    prepared: Option<u32>,
    /// They are of no use here: everything is read each time.
    whole: bool,
}

impl<'a> Watch<'a> {
    /// Of a database that nothing is known of.
    pub fn new(dialect: Dialect, options: Options<'a>) -> Watch<'a> {
        Watch { dialect, options, known: None, prepared: None, whole: dialect != Dialect::Postgres }
    }

    /// One that reads everything each time.
    pub fn whole(dialect: Dialect, options: Options<'a>) -> Watch<'a> {
        Watch { whole: true, ..Watch::new(dialect, options) }
    }

    /// Is what it gives put together from what was read at different times?
    pub fn is_in_parts(&self) -> bool {
        !self.whole && self.known.is_some()
    }

    /// What the catalogs hold now: the same as [`read`](super::read).
    ///
    /// # Errors
    /// Those of `ask`.
    pub fn look<E>(&mut self, ask: &mut Ask<E>) -> Result<Rc<Snapshot>, E> {
        if self.whole {
            return self.read(ask);
        }
        // What is refused here may be allowed otherwise: a session may have forgotten our queries.
        match self.changed(ask) {
            Ok(Some(snapshot)) => Ok(snapshot),
            Ok(None) => self.read(ask),
            Err(_) => {
                self.known = None;
                self.prepared = None;
                self.read(ask)
            }
        }
    }

    fn read<E>(&self, ask: &mut Ask<E>) -> Result<Rc<Snapshot>, E> {
        super::read(self.dialect, ask, &self.options).map(Rc::new)
    }

    /// None where it has to be read as a whole.
    fn changed<E>(&mut self, ask: &mut Ask<E>) -> Result<Option<Rc<Snapshot>>, E> {
        if self.prepared.is_none() {
            let version = postgres::prepare(ask, &self.options);
            // Queries of these names are there, but they may be somebody's own.
            self.whole = version.is_err();
            self.prepared = Some(version?);
        }
        let since = self.known.as_ref().map(|known| &known.stamps);
        let stamps = postgres::stamps(ask, since)?;
        if stamps.in_transaction {
            self.known = None;
            return Ok(None);
        }
        let due = match &self.known {
            Some(known) => known.due(&stamps),
            None => Due::Everything,
        };
        let partly = match (self.known.take(), due) {
            (Some(known), Due::Some { relations, gone, rest }) => {
                known.updated(ask, stamps.clone(), relations, &gone, rest)?
            }
            _ => None,
        };
        let known = match partly {
            Some(known) => Some(known),
            None => Known::of(ask, stamps)?,
        };
        self.whole = known.is_none();
        self.known = known;
        Ok(self.known.as_ref().map(|known| known.snapshot.clone()))
    }
}

/// What was read, and when it was written.
#[derive(Debug)]
struct Known {
    stamps: Stamps,
    relations: BTreeMap<u32, Relation>,
    /// Indexes and toast tables, by the relation that they belong to.
    parts: BTreeMap<u32, u32>,
    /// What belongs to no relation.
    rest: Vec<Arc<Object>>,
    snapshot: Rc<Snapshot>,
}

/// An object and its text.
pub(super) type Told = (Arc<Object>, Arc<String>);

/// A table, a view, a sequence or a type of rows.
#[derive(Debug, Default)]
pub(super) struct Relation {
    /// All that is told of it, and how.
    pub objects: Vec<Told>,
    /// Its name, where it has columns in an order.
    pub table: Option<String>,
    /// Where they stand, and their names.
    pub columns: Vec<(i32, String)>,
    /// Its indexes, its toast table.
    pub parts: Vec<u32>,
}

/// What has to be read.
enum Due {
    Everything,
    Some { relations: BTreeSet<u32>, gone: BTreeSet<u32>, rest: bool },
}

impl Known {
    fn of<E>(ask: &mut Ask<E>, stamps: Stamps) -> Result<Option<Known>, E> {
        let relations = postgres::relations(ask, &stamps.there)?;
        let rest = postgres::rest(ask)?;
        let mut known = Known {
            stamps,
            relations: BTreeMap::new(),
            parts: BTreeMap::new(),
            rest: Vec::new(),
            snapshot: Rc::new(Snapshot::default()),
        };
        Ok((known.tell(rest) && known.take(relations)).then_some(known))
    }

    fn due(&self, now: &Stamps) -> Due {
        let was = &self.stamps;
        let mut relations: BTreeSet<u32> = now.there.difference(&was.there).copied().collect();
        let mut gone = BTreeSet::new();
        let counted = now.rows.keys().chain(was.rows.keys()).filter(|id| now.rows.get(id) != was.rows.get(id));
        for id in now.written.iter().chain(counted).filter(|id| was.there.contains(id)) {
            match self.owner(*id) {
                Some(owner) => drop(relations.insert(owner)),
                None => return Due::Everything,
            }
        }
        for id in was.there.difference(&now.there) {
            match self.owner(*id) {
                Some(owner) if owner == *id => drop(gone.insert(owner)),
                Some(owner) => drop(relations.insert(owner)),
                None => {}
            }
        }
        relations.retain(|id| !gone.contains(id));
        if now.whole != self.stamps.whole || now.made.values().any(|made| made.rewritten) {
            return Due::Everything;
        }
        let same = now.made.len() == self.stamps.made.len()
            && now.made.iter().all(|(kind, is)| self.stamps.made.get(kind).is_some_and(|was| was.stamp == is.stamp));
        let mut rest = !same || now.rest != self.stamps.rest;
        if !relations.is_empty() || !gone.is_empty() {
            let naming = self.relations.iter().filter(|(id, r)| !gone.contains(id) && r.names_others());
            relations.extend(naming.map(|(id, _)| *id));
            rest |= self.rest.iter().any(|object| names_others(object, self.text(object)));
        }
        Due::Some { relations, gone, rest }
    }

    /// The relation that has this number, or to which what has it belongs.
    fn owner(&self, id: u32) -> Option<u32> {
        if self.relations.contains_key(&id) { Some(id) } else { self.parts.get(&id).copied() }
    }

    fn text(&self, object: &Object) -> &str {
        self.snapshot.objects.get(object).map_or("", |text| text.as_str())
    }

    /// None where the whole has to be read after all.
    fn updated<E>(
        mut self,
        ask: &mut Ask<E>,
        stamps: Stamps,
        due: BTreeSet<u32>,
        gone: &BTreeSet<u32>,
        rest: bool,
    ) -> Result<Option<Known>, E> {
        let read = if due.is_empty() { BTreeMap::new() } else { postgres::relations(ask, &due)? };
        for id in &due {
            let renamed = match (self.relations.get(id), read.get(id)) {
                (Some(was), Some(is)) => was.has_other_names(is),
                (Some(_), None) => true,
                (None, _) => false,
            };
            if renamed {
                return Ok(None);
            }
        }
        due.iter().chain(gone).for_each(|id| self.forget(*id));
        if rest {
            let told = postgres::rest(ask)?;
            let snapshot = Rc::make_mut(&mut self.snapshot);
            self.rest.drain(..).for_each(|object| drop(snapshot.objects.remove(&object)));
            if !self.tell(told) {
                return Ok(None);
            }
        }
        self.stamps = stamps;
        Ok(self.take(read).then_some(self))
    }

    fn forget(&mut self, id: u32) {
        let Some(relation) = self.relations.remove(&id) else { return };
        if relation.is_empty() {
            return;
        }
        let snapshot = Rc::make_mut(&mut self.snapshot);
        for (object, _) in &relation.objects {
            snapshot.objects.remove(object);
        }
        relation.table.iter().for_each(|table| drop(snapshot.order.remove(table)));
        self.parts.retain(|_, owner| *owner != id);
    }

    /// False where two objects have one name, so that it can't be told whose a text is.
    fn take(&mut self, relations: BTreeMap<u32, Relation>) -> bool {
        if relations.is_empty() {
            return true;
        }
        let snapshot = Rc::make_mut(&mut self.snapshot);
        let mut alone = true;
        for (id, relation) in relations {
            for (object, text) in &relation.objects {
                alone &= snapshot.objects.insert(object.clone(), text.clone()).is_none();
            }
            if let Some(table) = &relation.table {
                let names = relation.columns.iter().map(|(_, name)| name.clone()).collect();
                alone &= snapshot.order.insert(table.clone(), Arc::new(names)).is_none();
            }
            self.parts.extend(relation.parts.iter().map(|part| (*part, id)));
            self.relations.insert(id, relation);
        }
        alone
    }

    /// The same of what belongs to no relation.
    fn tell(&mut self, rest: Vec<Told>) -> bool {
        let snapshot = Rc::make_mut(&mut self.snapshot);
        let mut alone = true;
        for (object, text) in rest {
            self.rest.push(object.clone());
            alone &= snapshot.objects.insert(object, text).is_none();
        }
        alone
    }
}

impl Relation {
    fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.table.is_none()
    }

    fn names_others(&self) -> bool {
        self.objects.iter().any(|(object, text)| names_others(object, text))
    }

    /// Is it, or a column of it, called otherwise? Others may print that name.
    fn has_other_names(&self, now: &Relation) -> bool {
        let own = |relation: &Relation| {
            let own = relation.objects.iter().find(|(o, _)| OWN.contains(&o.kind));
            own.map(|(object, _)| object.clone())
        };
        // A type of rows tells nothing of itself here: its fields are told with the types.
        let (was, is) = (own(self), own(now));
        let columns: BTreeMap<i32, &String> = now.columns.iter().map(|(place, name)| (*place, name)).collect();
        was.is_none()
            || was != is
            || self.columns.iter().any(|(at, name)| columns.get(at).is_some_and(|is| *is != name))
    }
}

/// The kinds of relations.
const OWN: [&str; 5] = ["table", "view", "materialized view", "foreign table", "sequence"];

/// Does the server print the names of other relations in it, in a way that may hang on more than their names?
fn names_others(object: &Object, text: &str) -> bool {
    match object.kind {
        // Of the database and of schemas there is no other name in it.
        "comment" if object.name == "on database" || object.name.starts_with("on schema ") => false,
        "view" | "materialized view" | "rule" | "policy" | "comment" | "statistics" | "publication" => true,
        // A body that is a string is printed as it was written.
        "function" | "procedure" => !text.contains("\nAS $") && !text.contains("\nAS '"),
        _ => false,
    }
}
