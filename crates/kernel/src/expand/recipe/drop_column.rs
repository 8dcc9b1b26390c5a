//! A column goes for good.
//!
//! Old versions read and write it until the contract; new ones don't know of it. So expand gives a column that has to hold a
//! value a default for the rows that new versions insert, and lets go of foreign keys that would stop them from deleting what
//! it refers to. The contract drops it.

use super::Recipe;
use super::rename_column::{Becomes, moves, new_name};
use crate::Dialect;
use crate::catalog::{Column, Constraint, ConstraintKind, Index, Table};
use crate::dialect::quote;
use crate::expand::rewrite::{Replaced, is_about, is_over};
use crate::expand::shape::{Shape, Swap};
use crate::expand::{Backfill, Decisions, Expansion, Piece, Question, Refusal};
use crate::lint::Step;
use crate::render::{clause, object};

pub const RECIPE: Recipe = Recipe { name: "drop-column", find };

fn find(step: &Step, decisions: &Decisions, out: &mut Expansion) {
    for (before, after) in step.kept_tables().filter(|(before, _)| !step.follows(before)) {
        for column in &before.columns {
            let place = object(&before.name, &column.name);
            let stays = column.lineage.0 != 0 && after.column_of(column.lineage).is_some();
            let asked = out.questions.iter().any(|q| q.object == place);
            let others = out.pieces.iter().any(|p| p.table == before.name && p.old == column.name);
            let moved = moves(before, column, decisions);
            if stays
                || asked
                || others
                || moved
                || !matches!(new_name(before, after, column, decisions), Becomes::Itself)
            {
                continue;
            }
            let gone = Gone { dialect: step.dialect, before, after, column };
            match gone.refuse().and_then(|()| gone.default(decisions)) {
                Ok(Ok(default)) => out.pieces.push(gone.piece(default)),
                Ok(Err(question)) => out.questions.push(question),
                Err(refusal) => out.refusals.push(refusal),
            }
        }
    }
}

struct Gone<'a> {
    dialect: Dialect,
    before: &'a Table,
    after: &'a Table,
    column: &'a Column,
}

impl Gone<'_> {
    fn cannot(&self, why: &str, instead: &str) -> Refusal {
        Refusal { object: object(&self.before.name, &self.column.name), why: why.into(), instead: instead.into() }
    }

    /// The engine gives it a value where an INSERT does not name it.
    fn filled(&self) -> bool {
        let column = self.column;
        let default = column.default.as_ref().is_some_and(|d| !d.text.eq_ignore_ascii_case("null"));
        !column.not_null || default || column.identity.is_some() || column.auto_increment || column.generated.is_some()
    }

    fn refuse(&self) -> Result<(), Refusal> {
        let (before, column) = (self.before, self.column);
        let apart = "do that in a migration of its own, before this one or after the contract";
        if before.partial {
            return Err(self.cannot("the history does not say how its table was made", "point at the whole history"));
        }
        if before.name != self.after.name {
            return Err(self.cannot("its table gets another name in the same migration", apart));
        }
        if self.after.columns.iter().any(|c| c.name == column.name) {
            return Err(self.cannot("the migration drops it and makes another of its name", apart));
        }
        if before.key_columns().contains(&column.name.as_str()) {
            return Err(self.cannot("it is a part of the primary key", "give the table another key first"));
        }
        let once = |i: &Index| i.unique && is_over(i, &column.name, self.dialect);
        let single =
            |c: &Constraint| matches!(c.kind, ConstraintKind::Unique { .. }) && is_about(c, &column.name, self.dialect);
        let unique = before.indexes.iter().any(once) || before.constraints.iter().any(single);
        if unique && column.not_null && column.identity.is_none() && !column.auto_increment {
            return Err(self.cannot(
                "it is unique and NOT NULL: rows that new versions insert without it would all get the same value",
                "make it nullable first, in a migration of its own",
            ));
        }
        Ok(())
    }

    /// What the rows of new versions hold; none: the engine knows.
    fn default(&self, decisions: &Decisions) -> Result<Result<Option<String>, Question>, Refusal> {
        if self.filled() {
            return Ok(Ok(None));
        }
        let place = object(&self.before.name, &self.column.name);
        let said = decisions.fills.iter().find(|(of, _)| *of == place);
        Ok(said.map(|(_, value)| Some(value.clone())).ok_or_else(|| Question {
            object: place.clone(),
            text: format!(
                "`{place}` goes, and is NOT NULL: new versions insert rows without it, and old ones read them until the contract. What \
                 do they find there?"
            ),
            answers: vec![(format!("--fill {place}=<SQL>"), "that, as the column's default: '' or 0".into())],
        }))
    }

    fn own(&self) -> String {
        clause::name(&self.before.name, self.dialect)
    }

    fn piece(&self, default: Option<String>) -> Piece {
        let (table, column) = (&self.before.name, &self.column.name);
        let place = object(table, column);
        let mut corners = vec![format!(
            "the contract drops the values of {place}: deployed with `unmigrate deploy` a copy of them is kept, and the way \
             back alone brings an empty column"
        )];
        if let Some(value) = &default {
            corners.push(format!("rows that new versions insert hold {value} in {column}"));
        }
        let keys = self.stopping_keys();
        let shape = self.shape(default.as_deref(), &keys);
        if shape.as_ref().is_some_and(|shape| !shape.defaults.is_empty() || !keys.is_empty()) {
            corners.push(format!(
                "{table} is made anew with expand: nobody else writes to the database for as long as that takes"
            ));
        }
        corners.extend(keys.iter().map(|key| {
            format!(
                "from expand on {} no longer holds: a new version could not delete what {column} refers to",
                key.name
            )
        }));
        Piece {
            recipe: RECIPE.name,
            title: format!("{place} goes"),
            table: table.clone(),
            old: column.clone(),
            new: column.clone(),
            last: column.clone(),
            data_type: self.column.data_type.clone(),
            let_go: keys.iter().map(|key| key.name.clone()).collect(),
            default: default.clone(),
            expand: if shape.is_some() { vec![] } else { self.expand(default, &keys) },
            indexes: vec![],
            backfill: Backfill { table: table.clone(), ..Backfill::default() },
            late: false,
            contract: if shape.is_some() { vec![] } else { self.contract(&keys) },
            gates: vec![],
            corners,
            meanwhile: crate::expand::Meanwhile::Itself,
            shape,
            replaces: Replaced { table: table.clone(), names: vec![column.clone()], ..Replaced::default() },
            ..Piece::default()
        }
    }

    /// SQLite: a default that it has until the contract, and foreign keys that are let go.
    fn shape(&self, default: Option<&str>, keys: &[&Constraint]) -> Option<Shape> {
        (self.dialect == Dialect::Sqlite).then(|| Shape {
            eased: vec![],
            defaults: default.map(|value| (self.column.name.clone(), value.to_owned())).into_iter().collect(),
            let_go: keys.iter().map(|key| (*key).clone()).collect(),
            beside: vec![],
            triggers: (vec![], vec![]),
            said: String::new(),
            swap: Swap::Gone(self.column.name.clone()),
        })
    }

    /// Foreign keys of the column that stop who deletes what it refers to.
    fn stopping_keys(&self) -> Vec<&Constraint> {
        let of_it = |c: &&Constraint| is_about(c, &self.column.name, self.dialect);
        let keys = self.before.constraints.iter().filter(of_it);
        keys.filter(|c| c.foreign_key().is_some_and(|k| super::stops_deletes(&k.on_delete))).collect()
    }

    fn expand(&self, default: Option<String>, keys: &[&Constraint]) -> Vec<String> {
        let (own, q) = (self.own(), quote(&self.column.name, self.dialect));
        let mut out: Vec<String> = Vec::new();
        if let Some(value) = default {
            let word = self.column.canonical.split('(').next().unwrap_or_default().to_ascii_lowercase();
            let long = ["text", "blob", "json"].iter().any(|t| word.ends_with(t));
            // MySQL takes a default of these as an expression alone.
            let value = if self.dialect == Dialect::Mysql && long { format!("({value})") } else { value };
            out.push(format!("ALTER TABLE {own} ALTER COLUMN {q} SET DEFAULT {value}"));
        }
        out.extend(keys.iter().map(|key| super::drop_foreign_key(&own, &key.name, self.dialect)));
        out
    }

    fn contract(&self, dropped: &[&Constraint]) -> Vec<String> {
        let (own, q) = (self.own(), quote(&self.column.name, self.dialect));
        let ignore = "-- unmigrate-ignore drop-column: nothing uses it any more\n";
        let gone = |i: &&Index| {
            is_over(i, &self.column.name, self.dialect)
                && !self.after.indexes.iter().any(|a| a.lineage.0 == i.lineage.0)
        };
        let indexes = self.before.indexes.iter().filter(gone);
        match self.dialect {
            Dialect::Mysql => {
                let keys = self.before.constraints.iter().filter(|c| {
                    is_about(c, &self.column.name, self.dialect)
                        && c.foreign_key().is_some()
                        && !dropped.iter().any(|d| d.name == c.name)
                });
                let mut actions: Vec<String> =
                    keys.map(|c| format!("DROP FOREIGN KEY {}", quote(&c.name, self.dialect))).collect();
                actions.extend(indexes.map(|i| format!("DROP INDEX {}", quote(&i.name, self.dialect))));
                actions.push(format!("DROP COLUMN {q}"));
                vec![format!("{ignore}ALTER TABLE {own} {}", actions.join(", "))]
            }
            _ => vec![format!("{ignore}ALTER TABLE {own} DROP COLUMN {q}")],
        }
    }
}
