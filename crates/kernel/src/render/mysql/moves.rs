//! What the steps rename: which name now is which name afterwards.

use crate::catalog::Name;
use crate::change::{Change, Pair};
use crate::diff::{Phase, Step};

/// The renames of tables and columns, in order.
pub struct Moves {
    tables: Vec<(Name, Name)>,
    columns: Vec<(Name, String, String)>,
}

impl Moves {
    /// Reads them from the steps.
    pub fn read(steps: &[Step]) -> Moves {
        let mut moves = Moves { tables: Vec::new(), columns: Vec::new() };
        for step in steps.iter().filter(|s| s.phase == Phase::Rename) {
            match &step.change {
                Change::Table(Pair { before: Some(before), after: Some(after) }) => {
                    moves.tables.push((before.name.clone(), after.name.clone()));
                }
                Change::Column { table, pair: Pair { before: Some(before), after: Some(after) }, .. } => {
                    moves.columns.push((table.clone(), before.name.clone(), after.name.clone()));
                }
                _ => {}
            }
        }
        moves
    }

    /// A table's name afterwards.
    pub fn table_becomes(&self, name: &Name) -> Name {
        self.tables.iter().fold(name.clone(), |at, (from, to)| if at == *from { to.clone() } else { at })
    }

    /// A table's name now, by its name afterwards.
    pub fn table_was(&self, name: &Name) -> Name {
        self.tables.iter().rev().fold(name.clone(), |at, (from, to)| if at == *to { from.clone() } else { at })
    }

    /// A column's name afterwards; the table by its name afterwards.
    pub fn column_becomes(&self, table: &Name, name: &str) -> String {
        let of = self.columns.iter().filter(|(t, _, _)| t == table);
        of.fold(name.to_string(), |at, (_, from, to)| if at == *from { to.clone() } else { at })
    }

    /// A column's name now, by its name afterwards.
    pub fn column_was(&self, table: &Name, name: &str) -> String {
        let of = self.columns.iter().rev().filter(|(t, _, _)| t == table);
        of.fold(name.to_string(), |at, (_, from, to)| if at == *to { from.clone() } else { at })
    }
}
