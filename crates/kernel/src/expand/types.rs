//! Types that go with the last column of theirs: that column is there until the contract, and so are they.

use super::{Expansion, Piece};
use crate::catalog::Name;
use crate::lint::Step;
use crate::render::clause;

/// Has the contract drop what the migration drops, behind the last piece that needs it.
pub fn go_later(step: &Step, found: &mut Expansion) {
    let stays = |lineage: u32| lineage != 0 && step.after.types.iter().any(|(_, t)| t.lineage.0 == lineage);
    for (name, of) in step.touched_before.types.iter() {
        if step.after.types.contains(name) || stays(of.lineage.0) {
            continue;
        }
        let Some(last) = found.pieces.iter_mut().rfind(|piece| needs(step, piece, name)) else { continue };
        last.contract.push(format!("DROP TYPE {}", clause::name(name, step.dialect)));
        last.replaces.types.push(name.clone());
    }
}

/// Is an old column of the type there until the contract?
fn needs(step: &Step, piece: &Piece, name: &Name) -> bool {
    let Some(table) = step.before.tables.get(&piece.table) else { return false };
    let own = |column: &str| piece.old.is_empty() || column == piece.old;
    let columns = table.columns.iter().filter(|c| own(&c.name));
    !piece.recipe.starts_with("add-") && columns.into_iter().any(|c| name.is_type_of(&c.canonical, step.dialect))
}
