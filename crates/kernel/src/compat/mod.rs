//! Which statements of a client that was built from an older schema break on a newer one.
//!
//! A client names what its schema declares: an object mapper selects every declared column by name, and reads written
//! rows back the same way. So it breaks where a declared name is gone, where a row may not be left without a value that it
//! does not know of, and where a value it writes or reads is none any more. [`Declared`] is what it names, [`Client`] how
//! its statements name it, [`judge`] holds both against a [`Catalog`].

mod declared;
mod judge;
mod view;

pub use declared::{Client, Declared, DeclaredColumn, DeclaredTable, Filled, Given};
pub use judge::{Break, Certainty, Operation, judge};

use crate::catalog::Catalog;
use crate::executable;
use crate::history::{History, Migration};
use crate::lower::Lowering;
use crate::rollback::{read, read_statement};
use crate::split::split;

/// The catalog after each of the migrations, given in the order in which a database runs them; first of all the one before.
pub fn catalogs<'h>(history: &History, order: impl Iterator<Item = &'h Migration>) -> Vec<Catalog> {
    let mut catalog = Catalog::of(history);
    let mut all = vec![catalog.clone()];
    for migration in order {
        apply(&mut catalog, migration);
        all.push(catalog.clone());
    }
    all
}

fn apply(catalog: &mut Catalog, migration: &Migration) {
    if let Some(snapshot) = &migration.snapshot_before {
        catalog.assume(&read(snapshot, catalog.dialect));
    }
    catalog.begin();
    let (dialect, server) = (catalog.dialect, catalog.server);
    let opened = executable::open(&migration.sql, dialect, server);
    let mut lowering = Lowering::new(catalog, &opened.text);
    for statement in split(&opened.text, dialect, migration.breakpoints) {
        read_statement(&mut lowering, migration, &statement);
    }
    lowering.adopt();
    lowering.catalog.end_session();
}
