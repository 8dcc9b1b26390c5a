//! Columns beside others: both sides hold one value, each in a shape of its own, until the contract puts the new side in the
//! other's place.
//!
//! Where the new column is to have the other's name, it stands under a name for the time being. What is to be on it when the
//! migration is through (indexes, unique constraints, checks, NOT NULL) is made on it meanwhile, without stopping others.

mod mysql;
mod postgres;
mod sqlite;

use super::hung::Hung;
use super::then::Then;
use super::truncate_to;
use crate::Dialect;
use crate::catalog::{Column, Constraint, ConstraintKind, Table};
use crate::expand::rewrite::{Replaced, is_about, is_over};
use crate::expand::shape::Shape;
use crate::expand::sync::convert::{self, Conversion, Side};
use crate::expand::sync::postgres as sync;
use crate::expand::{Backfill, Gate, Meanwhile, Piece, Restore, Restores};
use crate::lint::Step;
use crate::names::truncate;
use crate::render::clause;

/// Columns, and those that take their place. Mostly one each.
pub(super) struct Beside<'a> {
    pub step: &'a Step<'a>,
    pub before: &'a Table,
    pub after: &'a Table,
    /// Those that are there.
    pub old: Vec<&'a Column>,
    /// Those that take their place, as they are when the migration is through.
    pub new: Vec<&'a Column>,
}

/// The expressions, and whether they lose anything.
pub(super) struct Ways {
    /// The values of the new ones, in their order, as SQL over the row.
    pub up: Vec<String>,
    /// The values of the old ones, in their order, as SQL over the row.
    pub back: Vec<String>,
    /// Whatever the new ones hold by `up`, `back` gives exactly what it was made of.
    pub exact: bool,
    /// A value of the old ones may give none for the new ones: a person said so.
    pub free: bool,
}

/// What a recipe says of it.
pub(super) struct Said {
    pub recipe: &'static str,
    pub title: String,
    /// What becomes of values that one of the sides can't hold.
    pub values: Vec<String>,
}

/// All that the statements are made of.
struct Plan<'p> {
    beside: &'p Beside<'p>,
    ways: &'p Ways,
    hung: &'p Hung,
    /// The new columns as they are while both sides are there.
    copies: &'p [Column],
    /// Statements that make the triggers, and that drop them.
    triggers: (Vec<String>, Vec<String>),
}

impl<'a> Beside<'a> {
    pub fn dialect(&self) -> Dialect {
        self.step.dialect
    }

    /// The first of those that are there: the only one, mostly.
    pub fn was(&self) -> &'a Column {
        self.old[0]
    }

    /// The first of those that take their place.
    pub fn is(&self) -> &'a Column {
        self.new[0]
    }

    /// One column that keeps its name in the end, so that the new one has another meanwhile.
    pub fn swaps(&self) -> bool {
        self.old.len() == 1 && self.new.len() == 1 && self.was().name == self.is().name
    }

    /// The name of a new one while both are there.
    pub fn meanwhile(&self, new: &Column) -> String {
        if !self.swaps() {
            return new.name.clone();
        }
        let dialect = self.dialect();
        let taken = |name: &str| self.before.column(name).is_some() || self.after.column(name).is_some();
        let name = truncate(dialect, &format!("{}_new", new.name));
        let others = (2..).map(|n| truncate(dialect, &format!("{}_new{n}", new.name)));
        std::iter::once(name).chain(others).find(|n| !taken(n)).unwrap_or_default()
    }

    pub fn piece(&self, ways: &Ways, then: &Then, said: Said) -> Piece {
        let (table, dialect) = (&self.before.name, self.dialect());
        let now = then.table(&self.after.name);
        let copy = |new: &&Column| {
            let meanwhile = self.meanwhile(new);
            now.and_then(|t| t.column(&meanwhile)).map_or_else(|| (*new).clone(), Clone::clone)
        };
        let copies: Vec<Column> = self.new.iter().map(copy).collect();
        let mut hung = Hung::default();
        copies.iter().for_each(|c| hung.extend(then, &self.after.name, &c.name));
        let conversion = Conversion {
            table: self.before,
            old: self.old.iter().zip(&ways.back).map(|(column, value)| Side { column, value: value.clone() }).collect(),
            new: copies.iter().zip(&ways.up).map(|(column, value)| Side { column, value: value.clone() }).collect(),
            exact: ways.exact,
            free: ways.free,
            dialect,
        };
        let name = format!("unmigrate_{}_{}", table.name, copies[0].name);
        let triggers = match dialect {
            Dialect::Mysql => convert::mysql::triggers(&conversion, &name),
            Dialect::Sqlite => self.sqlite_triggers(&conversion, &name),
            _ => {
                let (meet, follow) = (convert::postgres::meet(&conversion), convert::postgres::follow(&conversion));
                sync::install(self.before, &truncate_to(sync::LONGEST, &name), meet, follow)
            }
        };
        let plan = Plan { beside: self, ways, hung: &hung, copies: &copies, triggers };
        let (expand, contract) = match dialect {
            Dialect::Mysql => (plan.mysql_expand(), plan.mysql_contract()),
            Dialect::Sqlite => (vec![], vec![]),
            _ => (plan.expand(), plan.contract()),
        };
        let shape = (dialect == Dialect::Sqlite).then(|| plan.shape());
        let todo = conversion.todo();
        let mut gates = vec![self.backfilled(&copies, &todo)];
        // MySQL's are made by the contract.
        let indexes: Vec<_> =
            hung.indexes.iter().map(|(index, _)| index).filter(|_| dialect != Dialect::Mysql).collect();
        gates.extend(indexes.iter().map(|index| super::index_gate(table, &index.name, dialect)));
        Piece {
            recipe: said.recipe,
            title: said.title,
            table: table.clone(),
            old: self.was().name.clone(),
            new: copies[0].name.clone(),
            last: self.is().name.clone(),
            data_type: copies[0].data_type.clone(),
            expand,
            indexes: indexes.iter().map(|index| super::phase_index(index, table, dialect)).collect(),
            backfill: Backfill {
                table: table.clone(),
                key: super::batch_key(self.before, dialect),
                set: conversion.set(),
                batch: vec![],
                todo,
            },
            late: false,
            contract,
            gates,
            corners: self.corners(&copies, said.values, shape.as_ref(), !then.types.is_empty()),
            meanwhile: shape.as_ref().map_or(Meanwhile::Itself, |shape| shape.meanwhile(&self.was().name)),
            shape,
            replaces: Replaced {
                table: table.clone(),
                names: self.old.iter().chain(&self.new).map(|c| c.name.clone()).collect(),
                ..Replaced::default()
            },
            ..Piece::default()
        }
    }

    fn backfilled(&self, copies: &[Column], todo: &str) -> Gate {
        let table = &self.before.name;
        let names = |all: &mut dyn Iterator<Item = &str>| all.collect::<Vec<_>>().join(" and ");
        let (old, new) =
            (names(&mut self.old.iter().map(|c| c.name.as_str())), names(&mut copies.iter().map(|c| c.name.as_str())));
        Gate {
            name: "backfilled",
            asks: format!("rows of {table} whose {new} is not yet what {old} is"),
            question: format!("SELECT count(*) FROM {} WHERE {todo}", clause::name(table, self.dialect())),
        }
    }

    fn corners(&self, copies: &[Column], values: Vec<String>, shape: Option<&Shape>, anew: bool) -> Vec<String> {
        let (table, old, is) = (&self.before.name, &self.was().name, &self.is().data_type);
        let names = copies.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(" and ");
        let word = if copies.len() > 1 { "are" } else { "is" };
        let mut out = vec![format!(
            "{names} {word} NULL in rows that are not filled yet: versions that read it go out when `backfill` is done"
        )];
        if shape.is_some_and(|shape| !shape.eased.is_empty()) {
            // The copy fills them.
            out.clear();
        }
        out.extend(values);
        out.extend(shape.iter().flat_map(|shape| super::sqlite::corners(self.before, shape)));
        if self.swaps() {
            out.push(format!(
                "with the contract {old} is {}{is}: a version that names {old} has to live with both types, and one that names \
                 {names} fails from that moment. Where neither does, give the column a name of its own in the migration, and \
                 rename it by another expansion",
                if anew { "the new " } else { "" }
            ));
            out.push(format!("{old} is the last column of {table} then: an INSERT without a list of columns, and SELECT * by place, change"));
        }
        let defaults = |c: &&&Column| match self.dialect() {
            Dialect::Mysql => crate::expand::sync::mysql::has_default(c),
            Dialect::Sqlite => convert::sqlite::has_default(c),
            _ => sync::has_default(c),
        };
        out.extend(self.old.iter().filter(defaults).map(|column| {
            let old = &column.name;
            format!("an INSERT that gives {names} as NULL gets the default of {old}: it can't be told from one that names neither")
        }));
        out
    }

    /// Why columns can't have others beside them, and what to do instead: what would go with the old ones, and would have to
    /// be made again.
    pub fn obstacle(&self) -> Option<(String, &'static str)> {
        let (before, after) = (self.before, self.after);
        let apart = "do that in a migration of its own, before this one or after the contract";
        let quiet = "change its type in one step, at a quiet time";
        if before.partial {
            return Some(("the history does not say how its table was made".into(), "point at the whole history"));
        }
        if before.name != after.name {
            return Some(("its table gets another name in the same migration".into(), apart));
        }
        if before.partition_of.is_some() || before.partition_by.is_some() {
            return Some(("its table is partitioned".into(), quiet));
        }
        if self.old.iter().chain(&self.new).any(|c| c.generated.is_some()) {
            return Some(("it is generated".into(), quiet));
        }
        if self.new.len() == 1 && self.old.len() == 1 && self.is().not_null && !self.was().not_null {
            return Some(("it becomes NOT NULL too".into(), apart));
        }
        let mut all = self.old.iter();
        all.find_map(|old| super::hung::obstacle(self.step, before, old)).map(|why| (why, quiet))
    }

    /// What another recipe has a part in too: an index or a constraint over a column of each would be made twice, and go with
    /// either.
    pub fn shared(&self, pieces: &[Piece]) -> Option<String> {
        let dialect = self.dialect();
        let others: Vec<&str> = pieces
            .iter()
            .filter(|p| p.table == self.before.name && !self.new.iter().any(|c| c.name == p.last))
            .map(|p| p.last.as_str())
            .collect();
        let over = |test: &dyn Fn(&str) -> bool| {
            self.new.iter().any(|c| test(&c.name)).then(|| others.iter().find(|o| test(o))).flatten()
        };
        let both = |name: &str, other: &str| {
            format!("{name} is over it and over {other}, which changes in the same migration too")
        };
        let mut indexes = self.after.indexes.iter();
        let index = indexes.find_map(|i| Some(both(&i.name, over(&|c| is_over(i, c, dialect))?)));
        let mut constraints = self.after.constraints.iter();
        index.or_else(|| constraints.find_map(|c| Some(both(&c.name, over(&|name| is_about(c, name, dialect))?))))
    }

    /// Why columns whose values do not stay the same numbers can't have others beside them: they are keys, counted, or a part
    /// of a foreign key.
    pub fn key_obstacle(&self) -> Option<String> {
        let counts = |c: &&Column| {
            let next = c.default.as_ref().is_some_and(|d| d.text.to_ascii_lowercase().contains("nextval"));
            next || c.identity.is_some() || c.auto_increment
        };
        let key = self.before.key_columns();
        if self.old.iter().any(|c| key.contains(&c.name.as_str())) || self.old.iter().chain(&self.new).any(counts) {
            return Some("it is a key, or counted by a sequence, and does not become a wider integer".into());
        }
        let mut all = self.old.iter();
        all.find_map(|old| super::hung::referring(self.step, self.before, old))
    }
}

impl Beside<'_> {
    /// What only some engines can't do. MySQL and MariaDB: a check goes with no column that it names, and a time that the engine
    /// sets on every UPDATE would be set by every step of this. SQLite: a check holds for all rows or for none, and there are
    /// columns that no trigger can fill.
    pub fn engine_obstacle(&self) -> Option<String> {
        if self.dialect().is_postgres() {
            return None;
        }
        let own = || super::sqlite::obstacle(self.before, &self.old);
        if let Some(why) = Some(self.dialect()).filter(|d| *d == Dialect::Sqlite).and_then(|_| own()) {
            return Some(why);
        }
        if self.old.iter().chain(&self.new).any(|c| c.on_update.is_some()) {
            return Some("the engine sets it on every UPDATE".into());
        }
        let about = |c: &&Constraint| {
            let checks = matches!(c.kind, ConstraintKind::Check(_));
            checks && self.old.iter().chain(&self.new).any(|column| is_about(c, &column.name, self.dialect()))
        };
        let mut all = self.before.constraints.iter().chain(&self.after.constraints);
        all.find(about).map(|c| format!("the check {} is on it", c.name))
    }
}

impl Plan<'_> {
    /// What the new columns hold when the contract runs, for who tries it without a backfill.
    fn filled(&self) -> String {
        let one = |(copy, value): (&Column, &String)| self.comment(Restores::Filled, &copy.name, value);
        self.copies.iter().zip(&self.ways.up).map(one).collect()
    }

    /// How the values of an old one come back.
    fn restore(&self, at: usize) -> String {
        let kind = if self.ways.exact { Restores::Exactly } else { Restores::Nearly };
        self.comment(kind, &self.beside.old[at].name, &self.ways.back[at])
    }

    fn comment(&self, kind: Restores, column: &str, expression: &str) -> String {
        let said = Restore {
            kind,
            table: self.beside.before.name.clone(),
            column: column.to_owned(),
            from: None,
            expression: expression.to_owned(),
        };
        said.comment(self.beside.dialect()).map(|c| format!("{c}\n")).unwrap_or_default()
    }

    fn own(&self) -> String {
        clause::name(&self.beside.before.name, self.beside.dialect())
    }

    /// Each new column as it is meanwhile, and as it is in the end.
    fn pairs(&self) -> impl Iterator<Item = (&Column, &Column)> {
        self.copies.iter().zip(self.beside.new.iter().copied())
    }
}
