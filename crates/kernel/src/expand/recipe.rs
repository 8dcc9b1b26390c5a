//! The recipes: one file each.

mod make_required;
mod rename_column;

use super::{Decisions, Expansion};
use crate::lint::Step;

/// One kind of breaking change.
pub struct Recipe {
    /// Its name: `rename-column`.
    pub name: &'static str,
    /// Looks at a migration, and adds what it would do, ask or refuse.
    pub find: fn(&Step, &Decisions, &mut Expansion),
}

/// Every recipe.
pub const RECIPES: &[Recipe] = &[rename_column::RECIPE, make_required::RECIPE];
