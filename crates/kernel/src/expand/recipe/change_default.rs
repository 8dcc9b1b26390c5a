//! A default changes on which old versions may rely.
//!
//! It can be only one at a time: the old one stays until the contract, and new versions name the value themselves until then.

use super::Recipe;
use crate::Dialect;
use crate::catalog::{Column, Table};
use crate::dialect::quote;
use crate::expand::rewrite::Replaced;
use crate::expand::{Backfill, Decisions, Expansion, Piece};
use crate::lint::Step;
use crate::render::{clause, object};

pub const RECIPE: Recipe = Recipe { name: "change-default", find };

fn find(step: &Step, _: &Decisions, out: &mut Expansion) {
    // SQLite changes a default by making the table anew.
    if matches!(step.dialect, Dialect::Sqlite | Dialect::Cockroach) {
        return;
    }
    for (before, after) in step.kept_tables().filter(|(b, a)| b.name == a.name && !b.partial) {
        for was in before.columns.iter().filter(|c| c.lineage.0 != 0 && c.default.is_some()) {
            let Some(is) = after.column_of(was.lineage) else { continue };
            let alike = Column { default: was.default.clone(), ..is.clone() } == *was;
            let others = out.pieces.iter().any(|p| p.table == before.name && p.old == was.name);
            if alike && is.default != was.default && !others {
                out.pieces.push(piece(step, before, was, is));
            }
        }
    }
}

fn piece(step: &Step, table: &Table, was: &Column, is: &Column) -> Piece {
    let (own, q) = (clause::name(&table.name, step.dialect), quote(&is.name, step.dialect));
    let to = clause::default(is).map_or("DROP DEFAULT".to_owned(), |d| format!("SET {d}"));
    let text = |c: &Column| c.default.as_ref().map_or("none".to_owned(), |d| d.text.clone());
    let (old, new) = (text(was), text(is));
    Piece {
        recipe: RECIPE.name,
        title: format!("the default of {} becomes {new}", object(&table.name, &is.name)),
        table: table.name.clone(),
        old: is.name.clone(),
        new: is.name.clone(),
        last: is.name.clone(),
        data_type: is.data_type.clone(),
        expand: vec![],
        indexes: vec![],
        backfill: Backfill { table: table.name.clone(), ..Backfill::default() },
        late: false,
        contract: vec![format!("ALTER TABLE {own} ALTER COLUMN {q} {to}")],
        gates: vec![],
        corners: vec![format!(
            "until the contract an INSERT that does not name {} gets {old}, one of a new version too: it names its value",
            is.name
        )],
        meanwhile: crate::expand::Meanwhile::Itself,
        shape: None,
        replaces: Replaced {
            table: table.name.clone(),
            names: vec![is.name.clone()],
            columns_only: true,
            ..Replaced::default()
        },
        ..Piece::default()
    }
}
