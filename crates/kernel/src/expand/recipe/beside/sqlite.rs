//! SQLite: what is wanted of the table. How it gets there, and what else is wanted of the same table, `expand/shape.rs` knows.

use super::{Beside, Plan};
use crate::catalog::Column;
use crate::expand::Meanwhile;
use crate::expand::recipe::sqlite::{beside, meanwhile};
use crate::expand::shape::{Shape, Swap};
use crate::expand::sync::convert::Conversion;
use crate::expand::sync::convert::sqlite::{Held, this_row, triggers};

impl Beside<'_> {
    /// The old columns that are eased, and how. One that becomes another which may be NULL may be so too.
    fn eased(&self) -> Vec<(String, Meanwhile)> {
        let one = |c: &&Column| (c.name.clone(), meanwhile(self.before, c, !self.becomes_free()));
        self.old.iter().map(one).filter(|(_, how)| *how != Meanwhile::Itself).collect()
    }

    /// One column that becomes another, which may be NULL.
    fn becomes_free(&self) -> bool {
        self.old.len() == 1 && self.new.len() == 1 && !self.is().not_null
    }

    /// Statements that make the triggers, and those that drop them.
    pub(super) fn sqlite_triggers(&self, conversion: &Conversion, name: &str) -> (Vec<String>, Vec<String>) {
        let eased = self.eased();
        let old = eased.iter().map(|(name, _)| name.clone()).filter(|_| !self.becomes_free());
        let new = conversion.new.iter().zip(&self.new).filter(|(_, new)| new.not_null);
        let required: Vec<String> = old.chain(new.map(|(side, _)| side.column.name.clone())).collect();
        let held = Held { required, eased, typed: true };
        triggers(conversion, &held, name, &this_row(self.before).unwrap_or_default())
    }
}

impl Plan<'_> {
    /// What the table is to be meanwhile, and in the end.
    pub(super) fn shape(&self) -> Shape {
        let copies = self.copies.iter().zip(&self.ways.up);
        let restores: String = (0..self.beside.old.len()).map(|at| self.restore(at)).collect();
        Shape {
            eased: self.beside.eased(),
            defaults: vec![],
            let_go: vec![],
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
