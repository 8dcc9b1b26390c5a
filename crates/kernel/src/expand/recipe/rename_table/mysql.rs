//! MySQL and MariaDB: one RENAME TABLE for the table and the view, so that each name leads somewhere at every moment.
//!
//! A view needs what it reads when it is made. So it is made, under a name of ours, over an empty table of the new name, which
//! makes room for the real one in the statement that gives all three their names.

use crate::catalog::{Name, Table, mentions};
use crate::dialect::{Dialect, quote};
use crate::expand::rewrite::Replaced;
use crate::expand::{Backfill, Piece, Refusal};
use crate::lint::Step;
use crate::names::truncate;
use crate::render::clause;

const MY: Dialect = Dialect::Mysql;

pub(super) fn refuse(step: &Step, before: &Table, after: &Table) -> Result<(), Refusal> {
    let cannot = |why: String, instead: &str| {
        Err(Refusal { object: before.name.to_string(), why, instead: instead.to_owned() })
    };
    if before.name.schema != after.name.schema {
        return cannot(
            "it goes to another database, and its triggers can't".to_owned(),
            "rename it in one step while no old version runs",
        );
    }
    let hidden = before.columns.iter().find(|c| c.settings.iter().any(|(word, _)| *word == "INVISIBLE"));
    if let Some(column) = hidden {
        return cannot(
            format!("its column {} is invisible, and would not be in a view of the old name", column.name),
            "rename it in one step while no old version runs",
        );
    }
    if before.partial {
        return cannot(
            "not all of its columns are known, and the view of the old name names each".to_owned(),
            "rename it in one step while no old version runs",
        );
    }
    let names = |text: &str| [before, after].iter().any(|t| mentions(text, &t.name.name, MY));
    let other = step.statements.iter().find(|s| !gives_name(s, after) && names(step.sql(s)));
    if let Some(statement) = other {
        let line = crate::split::line_of(step.text(), statement.span.start);
        return cannot(
            format!("it gets another name, and line {line} of {} is about it too", step.migration.file),
            "move that statement into a migration of its own, before this one or after the contract",
        );
    }
    Ok(())
}

/// The statement that renames it.
fn gives_name(statement: &crate::lint::Statement, after: &Table) -> bool {
    let renamed = Replaced { table: after.name.clone(), renamed: true, ..Replaced::default() };
    statement.changes.iter().any(|c| renamed.renames(&c.change))
}

pub(super) fn piece(step: &Step, before: &Table, after: &Table) -> Piece {
    let aside = |name: &Name, word: &str| name.sibling(truncate(MY, &format!("unmigrate_{word}_{}", name.name)));
    let (view, empty) = (aside(&before.name, "view"), aside(&after.name, "empty"));
    let [old, new, view, empty] = [&before.name, &after.name, &view, &empty].map(|name| clause::name(name, MY));
    let columns: Vec<String> = before.columns.iter().map(|c| quote(&c.name, MY)).collect();
    let expand = vec![
        format!("CREATE TABLE {new} LIKE {old}"),
        format!("CREATE ALGORITHM=MERGE VIEW {view} AS SELECT {} FROM {new}", columns.join(", ")),
        format!("RENAME TABLE {new} TO {empty}, {old} TO {new}, {view} TO {old}"),
        format!("-- unmigrate-ignore drop-table: the empty one that the view was made over\nDROP TABLE {empty}"),
    ];
    Piece {
        recipe: super::RECIPE.name,
        title: format!("{} becomes {}", before.name, after.name),
        table: after.name.clone(),
        old: before.name.to_string(),
        new: after.name.to_string(),
        last: after.name.to_string(),
        expand,
        backfill: Backfill { table: after.name.clone(), ..Backfill::default() },
        late: true,
        contract: vec![format!("-- unmigrate-ignore drop-view: nothing uses the old name\nDROP VIEW {old}")],
        corners: corners(step, before, after),
        replaces: Replaced { table: after.name.clone(), renamed: true, ..Replaced::default() },
        ..Piece::default()
    }
}

fn corners(step: &Step, before: &Table, after: &Table) -> Vec<String> {
    let (was, is) = (&before.name, &after.name);
    let mut out = vec![
        format!(
            "until the contract {was} is a view: SELECT, INSERT, UPDATE, DELETE, REPLACE, ON DUPLICATE KEY UPDATE, RETURNING, LOCK \
             TABLES and LAST_INSERT_ID() work through it; TRUNCATE, FORCE INDEX and USE INDEX, HANDLER and every ALTER do not, and a \
             privilege on {was} is none on {is}"
        ),
        format!("a column that is added to {is} before the contract is not in {was}"),
    ];
    let names = |text: &str| mentions(text, &was.name, MY);
    let views = step.after.views.iter().filter(|(_, v)| names(&v.query.text)).map(|(name, _)| name.to_string());
    let triggers = step.after.tables.iter().flat_map(|(_, t)| t.triggers.iter());
    let triggers = triggers.filter(|t| names(&t.rest.text)).map(|t| t.name.clone());
    let all: Vec<String> = views.chain(triggers).collect();
    if !all.is_empty() {
        out.push(format!(
            "{} name{} {was}, which MySQL and MariaDB do not change: they go on through the view, and have to be made anew before \
             the contract",
            all.join(", "),
            if all.len() == 1 { "s" } else { "" }
        ));
    }
    out
}
