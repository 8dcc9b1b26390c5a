//! Foreign keys that have a part in a column whose place another takes: each has a twin on the columns of the time being.
//!
//! The twin needs a unique index on what it refers to, which only `backfill` makes; so `backfill` makes the twins too, NOT
//! VALID first, and validates them while others write. The contract drops the old ones before their columns go, and gives the
//! twins their names.

use super::then::Then;
use crate::Dialect;
use crate::catalog::{Catalog, Constraint, ForeignKey, Name, Table};
use crate::dialect::quote;
use crate::expand::{Gate, PhaseKey, Piece, made};
use crate::lint::Step;
use crate::names::truncate;
use crate::render::clause;

const PG: Dialect = Dialect::Postgres;

/// Puts the foreign keys of all pieces into them: what goes first into the first, what comes last into the last.
pub(super) fn move_along(step: &Step, then: &Then, pieces: &mut [Piece]) {
    let gone = leaving(step, pieces);
    let twins = twins(step, then);
    if gone.is_empty() && twins.is_empty() {
        return;
    }
    if let Some(first) = pieces.first_mut() {
        let drops = gone.iter().map(|(own, name)| super::drop_foreign_key(own, name, PG));
        first.contract.splice(0..0, drops);
    }
    let Some(last) = pieces.last_mut() else { return };
    let said: String = twins.iter().map(|t| format!("{}\n", made::comment(&t.key.table, &t.key.name))).collect();
    if let Some(statement) = last.expand.first_mut() {
        statement.insert_str(0, &said);
    }
    for twin in twins {
        let (own, name) = (clause::name(&twin.key.table, PG), quote(&twin.key.name, PG));
        last.contract.push(format!(
            "DO $$ BEGIN\n  {};\nEXCEPTION WHEN duplicate_object THEN NULL; -- `unmigrate backfill` has made it\nEND $$",
            twin.whole
        ));
        last.contract.push(format!("ALTER TABLE {own} RENAME CONSTRAINT {name} TO {}", quote(&twin.last, PG)));
        last.contract.extend(super::hung::remark(&step.after, "CONSTRAINT", &twin.key.table, &twin.last));
        last.gates.push(gate(&twin.key));
        last.keys.push(twin.key);
    }
}

/// A foreign key of the time being.
struct Twin {
    key: PhaseKey,
    /// Makes it where it is not there, when everything has its last name.
    whole: String,
    last: String,
}

/// The columns that a foreign key refers to.
fn theirs<'c>(catalog: &'c Catalog, key: &'c ForeignKey) -> Vec<&'c str> {
    match key.references.is_empty() {
        false => key.references.iter().map(String::as_str).collect(),
        true => catalog.table(&key.table).map(Table::key_columns).unwrap_or_default(),
    }
}

/// Those of today that go with a column: table and name, as SQL has them.
fn leaving(step: &Step, pieces: &[Piece]) -> Vec<(String, String)> {
    let goes = |table: &Name, column: &str| pieces.iter().any(|p| p.table == *table && p.old == column);
    let mut out = Vec::new();
    for (name, table) in step.before.tables.iter() {
        for constraint in &table.constraints {
            let Some(key) = constraint.foreign_key() else { continue };
            let own = key.columns.iter().any(|c| goes(name, c));
            if own || theirs(&step.before, key).iter().any(|c| goes(&key.table, c)) {
                out.push((clause::name(name, PG), constraint.name.clone()));
            }
        }
    }
    out
}

fn twins(step: &Step, then: &Then) -> Vec<Twin> {
    let mut out = Vec::new();
    for (name, table) in then.catalog.tables.iter() {
        for constraint in &table.constraints {
            let Some(key) = constraint.foreign_key() else { continue };
            let own = key.columns.iter().any(|c| then.stands_beside(name, c));
            let theirs = theirs(&then.catalog, key);
            if own || theirs.iter().any(|c| then.stands_beside(&key.table, c)) {
                out.extend(twin(step, name, constraint, theirs));
            }
        }
    }
    out
}

fn twin(step: &Step, table: &Name, constraint: &Constraint, theirs: Vec<&str>) -> Option<Twin> {
    let ours = truncate(PG, &format!("unmigrate_{}", constraint.name));
    let own = clause::name(table, PG);
    let key = constraint.foreign_key()?;
    let spelled = ForeignKey { references: theirs.into_iter().map(str::to_owned).collect(), ..key.clone() };
    let now = Constraint {
        name: ours.clone(),
        not_valid: true,
        kind: crate::catalog::ConstraintKind::ForeignKey(spelled),
        ..constraint.clone()
    };
    let last = step.after.table(table)?.constraints.iter().find(|c| c.name == constraint.name)?;
    let whole = Constraint { name: ours.clone(), ..last.clone() };
    Some(Twin {
        key: PhaseKey {
            table: table.clone(),
            add: format!("ALTER TABLE {own} ADD {}", clause::constraint(&now, PG)),
            validate: format!("ALTER TABLE {own} VALIDATE CONSTRAINT {}", quote(&ours, PG)),
            name: ours,
        },
        whole: format!("ALTER TABLE {own} ADD {}", clause::constraint(&whole, PG)),
        last: constraint.name.clone(),
    })
}

/// Is it there, and valid?
fn gate(key: &PhaseKey) -> Gate {
    Gate {
        name: "referenced",
        asks: format!("foreign key missing or not valid of {}: {}, which `backfill` makes", key.table, key.name),
        question: format!(
            "SELECT 1 - count(*) FROM pg_constraint WHERE conrelid = to_regclass({}) AND conname = {} AND convalidated",
            clause::literal(&clause::name(&key.table, PG)),
            clause::literal(&key.name)
        ),
    }
}
