//! A table made anew beside the old one, filled from it, and put into its place.
//!
//! It is how SQLite changes what its ALTER TABLE can't (sqlite.org/lang_altertable.html, section 7), and how any
//! database could put a column back into the middle. What is decided here holds for all: which rows' values go where,
//! and what has to stand aside while the table is away.

use crate::catalog::{Catalog, Column, Name, Table, Trigger, View, mentions, relations_in};
use std::collections::BTreeSet;

/// The way from a table as it is to the table as it shall be.
#[derive(Debug, Clone, PartialEq)]
pub struct Rebuild<'a> {
    /// The table as it is.
    pub is: &'a Table,
    /// The table as it shall be, under the same name.
    pub wanted: &'a Table,
    /// What the new table is called until the old one is gone.
    pub beside: Name,
    /// The new table's columns that are filled, and the old one's that fill them.
    pub copied: Vec<(&'a str, &'a str)>,
}

impl<'a> Rebuild<'a> {
    /// Plans it. `taken` tells whether a name is in use.
    pub fn new(is: &'a Table, wanted: &'a Table, taken: impl Fn(&Name) -> bool) -> Rebuild<'a> {
        let copied = wanted
            .columns
            .iter()
            .filter(|c| c.generated.is_none())
            .filter_map(|c| Some((c.name.as_str(), counterpart(is, c)?.name.as_str())))
            .collect();
        let mut beside = wanted.name.sibling(format!("new_{}", wanted.name.name));
        while taken(&beside) {
            beside.name.push('_');
        }
        Rebuild { is, wanted, beside, copied }
    }
}

/// The column of a table that is this one: by its lineage, else by its name where neither has one of its own.
pub fn counterpart<'t>(table: &'t Table, column: &Column) -> Option<&'t Column> {
    let known = column.lineage.0 != 0;
    let by_lineage = known.then(|| table.column_of(column.lineage)).flatten();
    by_lineage.or_else(|| {
        let namesake = table.column(&column.name)?;
        (!known || namesake.lineage.0 == 0).then_some(namesake)
    })
}

/// The views that read any of these relations, directly or through other views, each after those that it reads.
pub fn views_reading<'c>(catalog: &'c Catalog, relations: &BTreeSet<Name>) -> Vec<&'c View> {
    let dialect = catalog.dialect;
    let mut found: Vec<&View> = Vec::new();
    let mut names: BTreeSet<Name> = relations.clone();
    loop {
        let known = found.len();
        for (name, view) in catalog.views.iter() {
            let reads = |n: &Name| n != name && mentions(&view.query.text, &n.name, dialect);
            if !found.iter().any(|f| f.name == *name) && names.iter().any(reads) {
                found.push(view);
            }
        }
        if found.len() == known {
            return found;
        }
        names.extend(found[known..].iter().map(|v| v.name.clone()));
    }
}

/// What SQLite's views and triggers name and no table or view is: what ALTER TABLE would stumble over.
pub fn dangling(catalog: &Catalog) -> BTreeSet<Name> {
    let views = catalog.views.iter().map(|(_, v)| &v.query.text);
    let on_tables = catalog.tables.iter().flat_map(|(_, t)| t.triggers.iter());
    let on_views = catalog.views.iter().flat_map(|(_, v)| v.triggers.iter());
    let triggers = on_tables.chain(on_views).map(|t| &t.rest.text);
    let there =
        |name: &Name| catalog.table(name).is_some() || catalog.views.keys().any(|v| catalog.same(&v.name, &name.name));
    let named = views.chain(triggers).flat_map(|text| relations_in(text)).map(Name::plain);
    named.filter(|name| !there(name)).collect()
}

/// The triggers that name any of these relations other than the table that they stand on.
pub fn triggers_naming<'c>(catalog: &'c Catalog, relations: &BTreeSet<Name>) -> Vec<(&'c Name, &'c Trigger)> {
    let dialect = catalog.dialect;
    let names = |own: &Name, trigger: &Trigger| {
        relations.iter().any(|n| n != own && mentions(&trigger.rest.text, &n.name, dialect))
    };
    let tables = catalog.tables.iter().map(|(n, t)| (n, &t.triggers));
    let views = catalog.views.iter().map(|(n, v)| (n, &v.triggers));
    tables
        .chain(views)
        .flat_map(|(own, triggers)| triggers.iter().map(move |t| (own, t)))
        .filter(|(own, trigger)| names(own, trigger))
        .collect()
}
