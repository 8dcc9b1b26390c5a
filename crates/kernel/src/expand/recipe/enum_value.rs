//! A value of an enum goes or gets another name: refused, with the reason.

use super::Recipe;
use crate::catalog::TypeKind;
use crate::expand::{Decisions, Expansion, Refusal};
use crate::lint::Step;

pub const RECIPE: Recipe = Recipe { name: "enum-value", find };

fn find(step: &Step, _: &Decisions, out: &mut Expansion) {
    for (name, before) in step.touched_before.types.iter() {
        let Some(after) = step.after.types.get(name) else { continue };
        let (TypeKind::Enum(was), TypeKind::Enum(is)) = (&before.kind, &after.kind) else { continue };
        let gone: Vec<&str> =
            was.iter().map(|l| l.name.as_str()).filter(|old| !is.iter().any(|new| new.name == *old)).collect();
        if gone.is_empty() {
            continue;
        }
        out.refusals.push(Refusal {
            object: name.to_string(),
            why: format!(
                "the values {} go or get another name: a column holds one of both, and old versions can't read the new one, nor new \
                 ones the old",
                gone.join(", ")
            ),
            instead: "add the new value first, let every version read both, write the new one, replace the old one by an UPDATE in \
                      batches, and drop it when no row holds it"
                .into(),
        });
    }
}
