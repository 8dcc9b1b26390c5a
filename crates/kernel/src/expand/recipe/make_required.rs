//! A column that was free to be NULL has to hold a value from now on.
//!
//! Expand lets nobody write a NULL any more, old versions included: a trigger puts the value in its place that was asked
//! for, and a check that is not validated yet holds for what is written. The backfill fills what is there; the contract
//! validates the check while others write, and sets NOT NULL, which then looks at no row.

use super::Recipe;
use crate::Dialect;
use crate::catalog::{Column, Name, Table, Trigger};
use crate::dialect::quote;
use crate::expand::rewrite::Replaced;
use crate::expand::{Backfill, Decisions, Expansion, Gate, Piece, Question, Refusal, Restore, Restores};
use crate::lint::Step;
use crate::names::truncate;
use crate::render::{clause, object};

pub const RECIPE: Recipe = Recipe { name: "make-required", find };

fn find(step: &Step, decisions: &Decisions, out: &mut Expansion) {
    for (before, after) in step.kept_tables() {
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
        match self.step.dialect {
            Dialect::Postgres => {}
            Dialect::Mysql => {
                return refusal(
                    "MySQL and MariaDB look at every row and copy the table when a column becomes NOT NULL: there is no check that \
                     holds for what is written alone",
                    "fill the NULLs first, and let the migration run at a quiet time",
                );
            }
            _ => {
                return refusal(
                    "a trigger can't assign the row here",
                    "fill the NULLs and make it required in one step",
                );
            }
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
        let (table, column) = (&self.before.name, &self.was.name);
        let (own, q) = (clause::name(table, Dialect::Postgres), quote(column, Dialect::Postgres));
        let pg = Dialect::Postgres;
        let name = truncate(pg, &format!("unmigrate_{}_{column}_required", table.name));
        let (function, check) = (clause::name(&table.sibling(&name), pg), quote(&name, pg));
        let trigger = quote(&format!("{}{name}", prefix(self.before, &name)), pg);
        let mut expand = Vec::new();
        if self.was.default != self.is.default {
            let to = clause::default(self.is).map_or("DROP DEFAULT".to_owned(), |d| format!("SET {d}"));
            expand.push(format!("ALTER TABLE {own} ALTER COLUMN {q} {to}"));
        }
        // Over the row that is written: the columns of the value are those of NEW.
        expand.push(format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $unmigrate$\nBEGIN\n  IF NEW.{q} IS NULL THEN\n    \
             NEW.{q} := (SELECT {value} FROM (SELECT NEW.*) AS written);\n  END IF;\n  RETURN NEW;\nEND\n$unmigrate$"
        ));
        expand.push(format!(
            "CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {own} FOR EACH ROW EXECUTE FUNCTION {function}()"
        ));
        expand.push(format!("ALTER TABLE {own} ADD CONSTRAINT {check} CHECK ({q} IS NOT NULL) NOT VALID"));
        let backfill = Backfill {
            table: table.clone(),
            key: self.before.key_columns().into_iter().map(str::to_owned).collect(),
            set: format!("{q} = {value}"),
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
            keys: vec![],
            data_type: self.was.data_type.clone(),
            expand,
            indexes: vec![],
            backfill,
            contract: vec![
                // While it looks at the rows, others read and write.
                format!(
                    "{}ALTER TABLE {own} VALIDATE CONSTRAINT {check}",
                    filled(table, column, &format!("coalesce({q}, {value})"))
                ),
                format!("ALTER TABLE {own} ALTER COLUMN {q} SET NOT NULL"),
                format!("ALTER TABLE {own} DROP CONSTRAINT {check}"),
                format!("DROP TRIGGER {trigger} ON {own}"),
                format!("DROP FUNCTION {function}()"),
            ],
            gates: vec![gate],
            corners: vec![
                format!(
                    "a NULL that an old version writes into {column} becomes {value}: it does not find its NULL again"
                ),
                format!(
                    "the way back of expand leaves what the backfill filled: which rows held NULL is not known any more"
                ),
            ],
            replaces: Replaced {
                table: table.clone(),
                names: vec![column.clone()],
                columns_only: true,
                ..Replaced::default()
            },
        }
    }
}

/// What the column holds when the contract runs, for who tries it without a backfill.
fn filled(table: &Name, column: &str, value: &str) -> String {
    let said = Restore {
        kind: Restores::Filled,
        table: table.clone(),
        column: column.to_owned(),
        expression: value.to_owned(),
    };
    said.comment(Dialect::Postgres).map(|c| format!("{c}\n")).unwrap_or_default()
}

/// What makes the name of our trigger the last.
fn prefix(table: &Table, name: &str) -> &'static str {
    let before = |t: &&Trigger| t.event.text.trim_start().to_ascii_uppercase().starts_with("BEFORE");
    let others: Vec<&str> = table.triggers.iter().filter(before).map(|t| t.name.as_str()).collect();
    ["", "zz_", "~"]
        .into_iter()
        .find(|p| others.iter().all(|o| format!("{p}{name}").as_str() > *o))
        .unwrap_or("\u{10FFFF}")
}
