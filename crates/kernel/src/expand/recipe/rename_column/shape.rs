//! SQLite: what a rename wants of its table. How it gets there, `expand/shape.rs` knows.

use super::Rename;
use crate::catalog::Column;
use crate::expand::Meanwhile;
use crate::expand::recipe::sqlite::{beside, meanwhile};
use crate::expand::shape::{Shape, Swap};
use crate::expand::sync::Pair;
use crate::expand::sync::convert::sqlite::{Held, LONGEST, this_row, triggers};
use crate::expand::sync::convert::{Conversion, Side};

impl Rename<'_> {
    /// The copy beside it, and the column itself free to be NULL where new versions would not fill it.
    pub(super) fn shape(&self, pair: &Pair) -> Shape {
        let (before, old, new) = (self.before, self.old, self.new);
        let copy = Column { name: new.name.clone(), ..beside(old) };
        let (old_name, new_name) = self.quoted();
        let conversion = Conversion {
            table: before,
            old: vec![Side { column: old, value: new_name }],
            new: vec![Side { column: &copy, value: old_name.clone() }],
            exact: true,
            free: false,
            dialect: self.dialect,
        };
        let how = meanwhile(before, old, new.not_null);
        let eased: Vec<(String, Meanwhile)> =
            (how != Meanwhile::Itself).then(|| (old.name.clone(), how)).into_iter().collect();
        let required: Vec<String> = (old.not_null && new.not_null).then(|| old.name.clone()).into_iter().collect();
        let held = Held { required, eased: eased.clone(), typed: false };
        let triggers = triggers(&conversion, &held, &pair.name(LONGEST), &this_row(before).unwrap_or_default());
        Shape {
            eased,
            defaults: vec![],
            let_go: vec![],
            beside: vec![(copy.clone(), old_name)],
            triggers,
            said: self.restore().comment(self.dialect).map(|c| format!("{c}\n")).unwrap_or_default(),
            swap: Swap::Renamed { old: old.name.clone(), new: new.name.clone() },
        }
    }
}
