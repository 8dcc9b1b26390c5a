//! A table that has none gets a primary key, over columns that are there.
//!
//! Expand lets nobody write a NULL into them any more: a check that is not validated yet. `backfill` makes the unique index
//! beside everything else; the contract validates the check while others write, sets NOT NULL, which then looks at no row, and
//! makes the key out of the index.
//!
//! MySQL and MariaDB: the rows are counted, and the contract has InnoDB write the table anew by its key while others go on writing
//! (`LOCK=NONE`; MySQL 8.0 manual, 17.12.1; run on MariaDB 10.11).

use super::Recipe;
use super::add_constraint::duplicates;
use crate::Dialect;
use crate::catalog::{Column, Constraint, ConstraintKind, Index, Part, Table};
use crate::dialect::quote;
use crate::expand::rewrite::{Replaced, is_about};
use crate::expand::{Backfill, Decisions, Expansion, Gate, Piece, Refusal};
use crate::lint::Step;
use crate::names::truncate;
use crate::render::{clause, mysql_column, object};

pub const RECIPE: Recipe = Recipe { name: "add-primary-key", find };

const PG: Dialect = Dialect::Postgres;

fn find(step: &Step, _: &Decisions, out: &mut Expansion) {
    for (before, after) in step.kept_tables().filter(|(b, _)| !b.partial) {
        for constraint in after.constraints.iter().filter(|c| comes(before, c)) {
            // What comes with a column that another recipe has is that recipe's.
            let taken = |p: &Piece| p.table == before.name && is_about(constraint, &p.last, step.dialect);
            if out.pieces.iter().any(taken) {
                continue;
            }
            let ConstraintKind::PrimaryKey { parts, .. } = &constraint.kind else { continue };
            let keyed = Keyed { step, before, after, constraint, parts };
            match keyed.refuse() {
                Some(refusal) => out.refusals.push(refusal),
                None => out.pieces.extend(keyed.piece()),
            }
        }
    }
}

/// A primary key that was not there.
fn comes(before: &Table, constraint: &Constraint) -> bool {
    let known = |was: &Constraint| was.lineage.0 == constraint.lineage.0 || was == constraint;
    let key = matches!(constraint.kind, ConstraintKind::PrimaryKey { .. });
    key && !constraint.not_valid && !before.constraints.iter().any(known)
}

struct Keyed<'a> {
    step: &'a Step<'a>,
    before: &'a Table,
    after: &'a Table,
    constraint: &'a Constraint,
    parts: &'a [Part],
}

impl Keyed<'_> {
    fn refuse(&self) -> Option<Refusal> {
        let refusal = |why: String, instead: &str| {
            Some(Refusal { object: object(&self.before.name, &self.constraint.name), why, instead: instead.to_owned() })
        };
        let quiet = "add it at a quiet time";
        match self.step.dialect {
            Dialect::Postgres | Dialect::Mysql => {}
            Dialect::Sqlite => return refusal("it gets a primary key: the table is made anew for it".into(), quiet),
            Dialect::Cockroach => return refusal("nothing is known of that on CockroachDB here".into(), quiet),
        }
        if !self.before.key_columns().is_empty() {
            return refusal(
                "the table has another primary key, by which old versions may upsert, and there is only one at a time"
                    .into(),
                "add a unique index over the new columns first; change the key when every version goes by them",
            );
        }
        let parted = self.before.partition_by.is_some() || self.before.partition_of.is_some();
        match self.step.dialect {
            Dialect::Postgres if parted => {
                return refusal(
                    "its table is partitioned, and an index of all partitions can't be made CONCURRENTLY".into(),
                    "make it on each partition CONCURRENTLY, then on the table, and attach them",
                );
            }
            Dialect::Mysql if parted => {
                return refusal("its table is partitioned, and how that is written anew was not tried".into(), quiet);
            }
            _ => {}
        }
        let columns = self.constraint.columns();
        let counts = |name: &&&str| {
            let column = |table: &Table| table.column(name).is_some_and(|c| c.auto_increment);
            column(self.after) && !column(self.before)
        };
        if let Some(column) = columns.iter().find(counts) {
            return refusal(
                format!("its column {column} begins to count, and the table is copied for that while nobody writes"),
                quiet,
            );
        }
        let new = |name: &&&str| self.after.column(name).is_some_and(|c| self.before.column_of(c.lineage).is_none());
        if let Some(column) = columns.iter().find(new) {
            return refusal(
                format!("its column {column} comes with it, and a table without a key can't be filled in batches"),
                "add the column without a default and let every version write it, fill the rows, and give the table the key in a \
                 migration of its own",
            );
        }
        None
    }

    fn piece(&self) -> Option<Piece> {
        match self.step.dialect {
            Dialect::Mysql => Some(self.at_once()),
            _ => self.out_of_an_index(),
        }
    }

    /// Columns of the key that may be NULL until now.
    fn free(&self) -> Vec<&str> {
        let may = |name: &&str| self.before.column(name).is_some_and(|c| !c.not_null);
        self.constraint.columns().into_iter().filter(may).collect()
    }

    /// Rows that the key would refuse.
    fn gates(&self) -> Vec<Gate> {
        let (table, dialect) = (&self.after.name, self.step.dialect);
        let mut gates = vec![duplicates(table, self.parts, false, None, dialect)];
        let free = self.free();
        if !free.is_empty() {
            let nulls: Vec<String> = free.iter().map(|c| format!("{} IS NULL", quote(c, dialect))).collect();
            gates.push(Gate {
                name: "violations",
                asks: format!("rows of {table} that hold NULL in {}", free.join(" or ")),
                question: format!("SELECT count(*) FROM {} WHERE {}", clause::name(table, dialect), nulls.join(" OR ")),
            });
        }
        gates
    }

    /// What both engines have in common.
    fn whole(&self, contract: Vec<String>, corners: Vec<String>) -> Piece {
        let (table, columns) = (&self.after.name, self.constraint.columns());
        Piece {
            recipe: RECIPE.name,
            title: format!("{table} gets the primary key ({})", columns.join(", ")),
            table: table.clone(),
            old: self.constraint.name.clone(),
            new: self.constraint.name.clone(),
            last: self.constraint.name.clone(),
            backfill: Backfill { table: table.clone(), ..Backfill::default() },
            late: true,
            contract,
            gates: self.gates(),
            corners,
            meanwhile: crate::expand::Meanwhile::Itself,
            shape: None,
            replaces: Replaced {
                table: table.clone(),
                names: columns.iter().map(|c| (*c).to_owned()).collect(),
                objects: vec![self.constraint.name.clone()],
                ..Replaced::default()
            },
            ..Piece::default()
        }
    }

    fn at_once(&self) -> Piece {
        let my = Dialect::Mysql;
        let required = self.free().into_iter().filter_map(|c| self.after.column(c));
        let mut changes: Vec<String> = required
            .map(|c| format!("MODIFY COLUMN {}", mysql_column(&Column { not_null: true, ..c.clone() })))
            .collect();
        changes.push(format!("ADD PRIMARY KEY ({})", clause::parts(self.parts, my)));
        changes.push("ALGORITHM=INPLACE, LOCK=NONE".into());
        let contract = vec![format!("ALTER TABLE {} {}", clause::name(&self.after.name, my), changes.join(", "))];
        let written = "duplicates and NULLs that are written between the gate and the end of the contract make it fail; nothing \
                       is changed then";
        self.whole(contract, vec![written.into()])
    }

    fn out_of_an_index(&self) -> Option<Piece> {
        let (table, pg) = (&self.after.name, PG);
        let own = clause::name(table, pg);
        let ours = truncate(pg, &format!("unmigrate_{}", self.constraint.name));
        let index = Index { name: ours.clone(), ..super::as_index(self.constraint)? };
        let check = |column: &str| quote(&truncate(pg, &format!("unmigrate_{}_{column}_required", table.name)), pg);
        let free = self.free();
        let of = |f: &dyn Fn(&str) -> String| free.iter().map(|c| f(c)).collect::<Vec<_>>();
        let required = of(&|c| {
            format!("ALTER TABLE {own} ADD CONSTRAINT {} CHECK ({} IS NOT NULL) NOT VALID", check(c), quote(c, pg))
        });
        let mut contract = of(&|c| format!("ALTER TABLE {own} VALIDATE CONSTRAINT {}", check(c)));
        contract.push(super::create_if_missing(&index, table));
        contract.extend(of(&|c| format!("ALTER TABLE {own} ALTER COLUMN {} SET NOT NULL", quote(c, pg))));
        contract.extend(of(&|c| format!("ALTER TABLE {own} DROP CONSTRAINT {}", check(c))));
        contract.push(super::constraint_using(self.constraint, &ours, &own));
        let mut corners = of(&|c| {
            format!(
                "from expand on a NULL in {c} is refused, whoever writes it; one that is there stays until you fill it"
            )
        });
        corners.push(
            "from the moment that `backfill` has made the index, a duplicate is refused, whoever writes it".into(),
        );
        let mut piece = self.whole(contract, corners);
        piece.gates.insert(1, super::index_gate(table, &ours, PG));
        piece.expand = required;
        piece.indexes = vec![super::phase_index(&index, table, PG)];
        Some(piece)
    }
}
