//! What a statement that could not be read may have changed is not known any more, so that a later migration does not
//! undo its own change to something that was long gone.

use super::{Catalog, Name, Table};
use crate::lower::has_charset;

/// A piece of a table that may not be what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The table.
    pub table: Name,
    /// What of it.
    pub piece: Piece,
}

/// A piece of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Only that something is different.
    Something,
    /// The character set of its texts.
    Charset,
    /// A column.
    Column(String),
    /// An index.
    Index(String),
    /// A constraint; empty: the primary key.
    Constraint(String),
}

impl Catalog {
    /// At the beginning of a migration: what the ones before have left in doubt is forgotten.
    pub(super) fn forget_doubted(&mut self) {
        for Doubt { table, piece } in std::mem::take(&mut self.doubts) {
            let Some(known) = self.table(&table).cloned() else { continue };
            let mut table = Table { partial: true, ..known };
            match piece {
                Piece::Something => {}
                Piece::Charset => table.columns.retain(|c| !has_charset(c)),
                Piece::Column(name) => table.columns.retain(|c| !c.name.eq_ignore_ascii_case(&name)),
                Piece::Index(name) => table.indexes.retain(|i| !i.name.eq_ignore_ascii_case(&name)),
                Piece::Constraint(name) => {
                    let key = table.primary_key().map(|k| k.name.clone()).filter(|_| name.is_empty());
                    let name = key.unwrap_or(name);
                    table.constraints.retain(|c| !c.name.eq_ignore_ascii_case(&name));
                }
            }
            self.tables.assume(table.name.clone(), table);
        }
    }
}
