//! A table goes for good.
//!
//! Old versions read and write it until the contract, which drops it. Expand lets go of its foreign keys that would stop new
//! versions, which don't know of it, from deleting what its rows refer to.

use super::Recipe;
use super::rename_column::moves;
use crate::Dialect;
use crate::catalog::Table;
use crate::expand::rewrite::Replaced;
use crate::expand::{Backfill, Decisions, Expansion, Piece, Question, Refusal};
use crate::lint::Step;
use crate::render::clause;

pub const RECIPE: Recipe = Recipe { name: "drop-table", find };

fn find(step: &Step, decisions: &Decisions, out: &mut Expansion) {
    let after = |lineage: u32| step.after.tables.iter().any(|(_, t)| t.lineage.0 == lineage);
    for (name, table) in step.touched_before.tables.iter() {
        let merged = table.columns.iter().any(|column| moves(table, column, decisions));
        if table.lineage.0 == 0 || after(table.lineage.0) || step.rebuilt_from(table) || merged {
            continue;
        }
        let said = decisions.renames.iter().any(|(of, to)| *of == name.to_string() && to.is_none());
        match like(step, table).filter(|_| !said) {
            Some(new) => out.questions.push(ask(table, new)),
            None if step.after.tables.get(name).is_some() => out.refusals.push(Refusal {
                object: name.to_string(),
                why: "the migration drops it and makes another of its name".into(),
                instead: "do that in two migrations".into(),
            }),
            None => out.pieces.push(piece(step.dialect, table)),
        }
    }
}

/// A table that the migration makes, with the same columns.
fn like<'s>(step: &'s Step, table: &Table) -> Option<&'s Table> {
    let columns = |t: &Table| {
        let mut all: Vec<(String, String)> = t.columns.iter().map(|c| (c.name.clone(), c.canonical.clone())).collect();
        all.sort();
        all
    };
    let wanted = columns(table);
    let made = step.touched_after.tables.iter().map(|(_, t)| t);
    made.filter(|t| step.before.tables.get(&t.name).is_none()).find(|t| columns(t) == wanted)
}

fn ask(table: &Table, new: &Table) -> Question {
    Question {
        object: table.name.to_string(),
        text: format!(
            "`{}` is dropped and `{}` is made with the same columns: is that a rename? Then write it as one: ALTER TABLE .. RENAME TO",
            table.name, new.name
        ),
        answers: vec![(format!("--no-rename {}", table.name), "it is none: the table and its rows go".into())],
    }
}

fn piece(dialect: Dialect, table: &Table) -> Piece {
    let name = &table.name;
    let own = clause::name(name, dialect);
    let stopping: Vec<&str> = table
        .constraints
        .iter()
        .filter(|c| c.foreign_key().is_some_and(|k| k.table != *name && super::stops_deletes(&k.on_delete)))
        .map(|c| c.name.as_str())
        .collect();
    let mut corners = vec![format!(
        "the contract drops the rows of {name}: deployed with `unmigrate deploy` a copy of them is kept, and the way back \
         alone brings an empty table"
    )];
    let can = dialect != Dialect::Sqlite;
    if !stopping.is_empty() {
        let keys = stopping.join(", ");
        corners.push(match can {
            true => {
                format!("from expand on {keys} no longer holds: a new version could not delete what {name} refers to")
            }
            false => format!("{keys} holds until the contract: a new version can't delete what {name} refers to"),
        });
    }
    Piece {
        recipe: RECIPE.name,
        title: format!("{name} goes"),
        table: name.clone(),
        // The whole table.
        old: String::new(),
        new: String::new(),
        last: String::new(),
        data_type: String::new(),
        let_go: stopping.iter().filter(|_| can).map(|key| (*key).to_owned()).collect(),
        expand: if can { stopping.iter().map(|k| super::drop_foreign_key(&own, k, dialect)).collect() } else { vec![] },
        indexes: vec![],
        backfill: Backfill { table: name.clone(), ..Backfill::default() },
        late: false,
        contract: vec![format!("-- unmigrate-ignore drop-table: nothing uses it any more\nDROP TABLE {own}")],
        gates: vec![],
        corners,
        meanwhile: crate::expand::Meanwhile::Itself,
        shape: None,
        replaces: Replaced { table: name.clone(), whole: true, ..Replaced::default() },
        ..Piece::default()
    }
}
