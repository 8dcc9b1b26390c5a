//! SQLite: what is wanted of the table. How it gets there, and what else is wanted of the same table, `expand/shape.rs` knows.

use super::{Beside, Plan};
use crate::catalog::Column;
use crate::expand::recipe::sqlite::beside;
use crate::expand::shape::{Shape, Swap};
use crate::expand::sync::convert::Conversion;
use crate::expand::sync::convert::sqlite::{Held, has_default, this_row, triggers};

/// Nobody fills it who does not name it.
fn eased(column: &Column) -> bool {
    column.not_null && !has_default(column)
}

impl Beside<'_> {
    /// Statements that make the triggers, and those that drop them.
    pub(super) fn sqlite_triggers(&self, conversion: &Conversion, name: &str) -> (Vec<String>, Vec<String>) {
        let old = self.old.iter().filter(|c| eased(c)).map(|c| c.name.clone());
        let new = conversion.new.iter().zip(&self.new).filter(|(_, new)| new.not_null);
        let required = old.chain(new.map(|(side, _)| side.column.name.clone())).collect();
        let held = Held { required, typed: true };
        triggers(conversion, &held, name, &this_row(self.before).unwrap_or_default())
    }
}

impl Plan<'_> {
    /// What the table is to be meanwhile, and in the end.
    pub(super) fn shape(&self) -> Shape {
        let copies = self.copies.iter().zip(&self.ways.up);
        let restores: String = (0..self.beside.old.len()).map(|at| self.restore(at)).collect();
        Shape {
            eased: self.beside.old.iter().filter(|c| eased(c)).map(|c| c.name.clone()).collect(),
            beside: copies.map(|(copy, value)| (beside(copy), value.clone())).collect(),
            triggers: self.triggers.clone(),
            said: format!("{}{restores}", self.filled()),
            swap: Swap::Replaced {
                old: self.beside.old.iter().map(|c| c.name.clone()).collect(),
                new: self.pairs().map(|(copy, new)| (copy.name.clone(), new.name.clone())).collect(),
            },
        }
    }
}
