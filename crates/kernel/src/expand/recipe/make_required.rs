//! A column that was free to be NULL has to hold a value from now on.
//!
//! Expand lets nobody write a NULL any more, old versions included: a trigger puts the value in its place that was asked
//! for. The backfill fills what is there, and the contract sets NOT NULL while others write: how, each engine has its way.

mod mysql;
mod postgres;
mod sqlite;

use super::Recipe;
use crate::Dialect;
use crate::catalog::{Column, Name, Table};
use crate::dialect::quote;
use crate::expand::rewrite::Replaced;
use crate::expand::sync::mysql::stays;
use crate::expand::{Backfill, Decisions, Expansion, Gate, Piece, Question, Refusal, Restore, Restores};
use crate::lint::Step;
use crate::render::{clause, object};

pub const RECIPE: Recipe = Recipe { name: "make-required", find };

fn find(step: &Step, decisions: &Decisions, out: &mut Expansion) {
    for (before, after) in step.kept_tables().filter(|(before, _)| !step.follows(before)) {
        for was in before.columns.iter().filter(|c| !c.not_null && c.lineage.0 != 0) {
            let Some(is) = after.column_of(was.lineage).filter(|is| is.not_null && is.name == was.name) else {
                continue;
            };
            let key = |t: &Table| t.key_columns().contains(&was.name.as_str());
            // A primary key that comes has a recipe of its own.
            if key(after) && !key(before) {
                continue;
            }
            let required = Required { step, before, after, was, is };
            if let Err(refusal) = required.refuse() {
                out.refusals.push(refusal);
                continue;
            }
            let place = object(&before.name, &was.name);
            let said = decisions.fills.iter().find(|(of, _)| *of == place).map(|(_, value)| value.clone());
            match said.or_else(|| is.default.as_ref().map(|d| d.text.clone())) {
                Some(value) => out.pieces.push(required.piece(&value)),
                None => out.questions.push(ask(&place)),
            }
        }
    }
}

fn ask(place: &str) -> Question {
    Question {
        object: place.to_owned(),
        text: format!(
            "`{place}` may hold NULL today, and old versions may still write it: what is to stand there instead?"
        ),
        answers: vec![(
            format!("--fill {place}=<SQL expression>"),
            "that: '' or 0, or one over the row's other columns".into(),
        )],
    }
}

struct Required<'a> {
    step: &'a Step<'a>,
    before: &'a Table,
    after: &'a Table,
    was: &'a Column,
    is: &'a Column,
}

impl Required<'_> {
    fn refuse(&self) -> Result<(), Refusal> {
        let refusal = |why: &str, instead: &str| {
            Err(Refusal {
                object: object(&self.before.name, &self.was.name),
                why: why.to_owned(),
                instead: instead.to_owned(),
            })
        };
        let (was, is) = (self.was, self.is);
        let apart = "do that in a migration of its own, before this one or after the contract";
        if self.step.dialect == Dialect::Cockroach {
            let once = "fill the NULLs and make it required in one step";
            return refusal("nothing is known of triggers on CockroachDB here", once);
        }
        if let Some(why) = sqlite::obstacle(self).filter(|_| self.step.dialect == Dialect::Sqlite) {
            return refusal(&why, "fill the NULLs and make it required in one step");
        }
        if self.before.name != self.after.name {
            return refusal("its table gets another name in the same migration", apart);
        }
        if was.canonical != is.canonical || was.collation != is.collation || was.generated.is_some() {
            return refusal("its type changes too, or it is generated", apart);
        }
        Ok(())
    }

    fn piece(&self, value: &str) -> Piece {
        let (table, column, dialect) = (&self.before.name, &self.was.name, self.step.dialect);
        let (own, q) = (clause::name(table, dialect), quote(column, dialect));
        let mut expand = Vec::new();
        // SQLite gives it with the contract, which makes the table anew.
        if self.was.default != self.is.default && dialect != Dialect::Sqlite {
            let to = clause::default(self.is).map_or("DROP DEFAULT".to_owned(), |d| format!("SET {d}"));
            expand.push(format!("ALTER TABLE {own} ALTER COLUMN {q} {to}"));
        }
        let (triggers, mut contract) = match dialect {
            Dialect::Mysql => mysql::steps(self, value),
            Dialect::Sqlite => (vec![], vec![]),
            _ => postgres::steps(self, value),
        };
        expand.extend(triggers);
        if let Some(first) = contract.first_mut() {
            first.insert_str(0, &filled(table, column, &format!("coalesce({q}, {value})"), dialect));
        }
        let shape = (dialect == Dialect::Sqlite).then(|| sqlite::shape(self, value));
        let mut corners = vec![
            format!("a NULL that an old version writes into {column} becomes {value}: it does not find its NULL again"),
            format!(
                "the way back of expand leaves what the backfill filled: which rows held NULL is not known any more"
            ),
        ];
        corners.extend(shape.iter().flat_map(|shape| super::sqlite::corners(self.before, shape)));
        let mut set = vec![format!("{q} = {value}")];
        set.extend(stays(self.before, dialect));
        let backfill = Backfill {
            table: table.clone(),
            key: super::batch_key(self.before, dialect),
            set: set.join(", "),
            batch: vec![],
            todo: format!("{q} IS NULL"),
        };
        let gate = Gate {
            name: "backfilled",
            asks: format!("rows of {table} whose {column} is NULL"),
            question: format!("SELECT count(*) FROM {own} WHERE {q} IS NULL"),
        };
        Piece {
            recipe: RECIPE.name,
            title: format!("{} becomes required", object(table, column)),
            table: table.clone(),
            old: column.clone(),
            new: column.clone(),
            last: column.clone(),
            late: false,
            data_type: self.was.data_type.clone(),
            expand,
            indexes: vec![],
            backfill,
            contract,
            gates: vec![gate],
            corners,
            meanwhile: crate::expand::Meanwhile::Itself,
            shape,
            replaces: Replaced {
                table: table.clone(),
                names: vec![column.clone()],
                columns_only: true,
                ..Replaced::default()
            },
            ..Piece::default()
        }
    }

    /// What belongs to the recipe is called so.
    fn name(&self) -> String {
        format!("unmigrate_{}_{}_required", self.before.name.name, self.was.name)
    }
}

/// What the column holds when the contract runs, for who tries it without a backfill.
fn filled(table: &Name, column: &str, value: &str, dialect: Dialect) -> String {
    let said = Restore {
        kind: Restores::Filled,
        table: table.clone(),
        column: column.to_owned(),
        from: None,
        expression: value.to_owned(),
    };
    said.comment(dialect).map(|c| format!("{c}\n")).unwrap_or_default()
}
