//! A table gets another name, on PostgreSQL.
//!
//! Expand renames it at once and leaves a view of the old name, which PostgreSQL lets old versions read and write as if it were
//! the table. The contract drops the view.

use super::Recipe;
use crate::Dialect;
use crate::catalog::Table;
use crate::expand::rewrite::Replaced;
use crate::expand::{Backfill, Decisions, Expansion, Piece, Refusal};
use crate::lint::Step;
use crate::render::clause;

pub const RECIPE: Recipe = Recipe { name: "rename-table", find };

const PG: Dialect = Dialect::Postgres;

fn find(step: &Step, _: &Decisions, out: &mut Expansion) {
    for (before, after) in step.kept_tables().filter(|(before, after)| before.name != after.name) {
        match refuse(step, before, after) {
            Err(refusal) => out.refusals.push(refusal),
            Ok(()) => out.pieces.push(piece(step, before, after)),
        }
    }
}

fn refuse(step: &Step, before: &Table, after: &Table) -> Result<(), Refusal> {
    let cannot = |why: &str, instead: &str| {
        Err(Refusal { object: before.name.to_string(), why: why.to_owned(), instead: instead.to_owned() })
    };
    match step.dialect {
        Dialect::Postgres => {}
        Dialect::Mysql => {
            return cannot(
                "it gets another name, and between that and a view of the old name MySQL and MariaDB have a moment in which the old \
                 name leads nowhere; one RENAME TABLE of the table and a view has none, and MariaDB 10.11 crashed under it",
                "rename it in one step while no old version runs",
            );
        }
        Dialect::Sqlite => {
            return cannot(
                "it gets another name, and SQLite knows no upsert into the view that would stand for the old one",
                "rename it in one step while no old version runs: a file has one host",
            );
        }
        Dialect::Cockroach => {
            return cannot("it gets another name, and on CockroachDB nothing was tried", "rename it in one step");
        }
    }
    if step.after.tables.get(&before.name).is_some() || step.after.views.get(&before.name).is_some() {
        return cannot("its old name is given to something else in the same migration", "do that after the contract");
    }
    if before.row_security || after.row_security {
        return cannot(
            "it has row security, which a view of the old name passes by before PostgreSQL 15 (security_invoker)",
            "rename it in one step while no old version runs",
        );
    }
    Ok(())
}

fn piece(step: &Step, before: &Table, after: &Table) -> Piece {
    let (old, new) = (clause::name(&before.name, PG), clause::name(&after.name, PG));
    let grants = step.before.privileges.iter().filter(|(p, held)| {
        held.held && p.target.kind == "TABLE" && p.target.name == before.name && !p.privilege.contains('(')
    });
    let mut expand = vec![format!("CREATE VIEW {old} AS SELECT * FROM {new}")];
    expand.extend(grants.map(|(p, held)| {
        let option = if held.grantable { " WITH GRANT OPTION" } else { "" };
        format!("GRANT {} ON {old} TO {}{option}", p.privilege, p.grantee)
    }));
    Piece {
        recipe: RECIPE.name,
        title: format!("{} becomes {}", before.name, after.name),
        table: after.name.clone(),
        old: before.name.to_string(),
        new: after.name.to_string(),
        last: after.name.to_string(),
        data_type: String::new(),
        expand,
        indexes: vec![],
        backfill: Backfill { table: after.name.clone(), ..Backfill::default() },
        late: true,
        contract: vec![format!("-- unmigrate-ignore drop-view: nothing uses the old name\nDROP VIEW {old}")],
        gates: vec![],
        corners: vec![
            format!(
                "until the contract {} is a view: SELECT, INSERT, UPDATE, DELETE, RETURNING and ON CONFLICT (columns) work through it; \
                 ON CONFLICT ON CONSTRAINT, COPY .. FROM and TRUNCATE do not, and a privilege that no migration gave is not on it",
                before.name
            ),
            format!("a column that is added to {} before the contract is not in {}", after.name, before.name),
        ],
        // The statement that renames it stays.
        meanwhile: crate::expand::Meanwhile::Itself,
        shape: None,
        replaces: Replaced { table: after.name.clone(), ..Replaced::default() },
        ..Piece::default()
    }
}
