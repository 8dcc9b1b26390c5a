//! A column gets another name: by RENAME, or dropped and added as a generator writes that can't tell.
//!
//! Expand adds a copy under the new name and keeps both in step. The contract drops the copy and renames the column
//! itself, so that all that hangs on it stays.

mod shape;

use super::{Recipe, as_index, recompose, sqlite};
use crate::Dialect;
use crate::catalog::{Column, Constraint, Index, Name, Table, mentions};
use crate::dialect::quote;
use crate::expand::rewrite::{Replaced, is_about, is_over};
use crate::expand::sync::convert::sqlite::{differ, has_default};
use crate::expand::sync::{Pair, mysql, postgres};
use crate::expand::{
    Backfill, Decisions, Expansion, Gate, Meanwhile, PhaseIndex, Piece, Question, Refusal, Restore, Restores,
};
use crate::lint::{Step, similarity};
use crate::names::truncate;
use crate::render::{clause, object};

pub const RECIPE: Recipe = Recipe { name: "rename-column", find };

fn find(step: &Step, decisions: &Decisions, out: &mut Expansion) {
    for (before, after) in step.kept_tables().filter(|(before, _)| !step.follows(before)) {
        for old in &before.columns {
            match new_name(before, after, old, decisions) {
                Becomes::Itself => {}
                // With another type too it is no copy: the recipe for types has it, where a person said so.
                Becomes::Column(new) if converted(step, before, after, old, new) => {}
                Becomes::Column(new) => match piece(step, before, after, old, new) {
                    Ok(piece) => out.pieces.push(piece),
                    Err(refusal) => out.refusals.push(refusal),
                },
                Becomes::Unknown(question) => out.questions.push(question),
                Becomes::Nothing(refusal) => out.refusals.push(refusal),
            }
        }
    }
}

/// It comes under another name and with another type, as an addition that a person called its successor.
fn converted(step: &Step, before: &Table, after: &Table, old: &Column, new: &Column) -> bool {
    let other = before.column_of(new.lineage).is_none() && new.canonical != old.canonical;
    other && (step.dialect.is_postgres() || step.dialect == Dialect::Sqlite) && before.name == after.name
}

/// What a column is after the migration.
pub(super) enum Becomes<'t> {
    /// It keeps its name, or goes for good.
    Itself,
    /// Another name.
    Column(&'t Column),
    /// A person has to say.
    Unknown(Question),
    /// A decision that does not fit.
    Nothing(Refusal),
}

pub(super) fn new_name<'t>(before: &Table, after: &'t Table, old: &Column, decisions: &Decisions) -> Becomes<'t> {
    if let Some(now) = after.column_of(old.lineage).filter(|_| old.lineage.0 != 0) {
        return if now.name == old.name { Becomes::Itself } else { Becomes::Column(now) };
    }
    if after.columns.iter().any(|c| c.name == old.name) {
        return Becomes::Itself;
    }
    if recompose::goes_on(before, after, old, decisions) || moves(before, old, decisions) {
        return Becomes::Itself;
    }
    let place = object(&before.name, &old.name);
    match decisions.renames.iter().find(|(of, _)| *of == place) {
        Some((_, None)) => Becomes::Itself,
        Some((_, Some(new))) => {
            let is_new = |c: &&Column| c.name == *new && before.column_of(c.lineage).is_none();
            let found = after.columns.iter().find(is_new).filter(|_| before.column(new).is_none());
            found.map_or_else(|| Becomes::Nothing(no_such(&place, new)), Becomes::Column)
        }
        None => {
            let mut new = candidates(before, after, old);
            new.retain(|c| !recompose::comes_of(before, c, decisions));
            match new.is_empty() {
                true => Becomes::Itself,
                false => Becomes::Unknown(ask(&place, &new, several(before, after))),
            }
        }
    }
}

/// A person said that its values move to another table.
pub(super) fn moves(before: &Table, old: &Column, decisions: &Decisions) -> bool {
    let place = object(&before.name, &old.name);
    decisions.moves.iter().any(|(of, _)| *of == place)
}

fn no_such(place: &str, new: &str) -> Refusal {
    Refusal {
        object: place.to_owned(),
        why: format!("the migration adds no column `{new}` that this one could become"),
        instead: format!("--rename {place}=<a column that the migration adds>, or --no-rename {place}"),
    }
}

/// The columns of its type that come where it goes, those whose names are most like it first.
fn candidates<'t>(before: &Table, after: &'t Table, old: &Column) -> Vec<&'t Column> {
    let is_new = |c: &&Column| before.column_of(c.lineage).is_none() && before.column(&c.name).is_none();
    let mut new: Vec<&Column> = after.columns.iter().filter(is_new).filter(|c| c.canonical == old.canonical).collect();
    new.sort_by(|a, b| similarity(&b.name, &old.name).total_cmp(&similarity(&a.name, &old.name)));
    new
}

/// More than one column goes or comes: one may be taken apart, or put together with others.
fn several(before: &Table, after: &Table) -> bool {
    let gone = before.columns.iter().filter(|c| after.column_of(c.lineage).is_none()).count();
    let come = after.columns.iter().filter(|c| before.column_of(c.lineage).is_none()).count();
    gone > 1 || come > 1
}

fn ask(place: &str, new: &[&Column], several: bool) -> Question {
    let names: Vec<String> = new.iter().map(|c| format!("`{}`", c.name)).collect();
    let rename =
        |c: &&Column| (format!("--rename {place}={}", c.name), format!("it becomes {}: the values stay", c.name));
    let mut answers: Vec<(String, String)> = new.iter().map(rename).collect();
    if several {
        answers.push((
            format!("--convert-back {place}=<SQL expression>"),
            "it is taken apart, or put together with others: that, computed from the columns that come, and --convert \
             <table>.<column>=<SQL expression> for each of them"
                .into(),
        ));
    }
    answers.push((format!("--no-rename {place}"), "it is none: the old column and its values go".into()));
    Question {
        object: place.to_owned(),
        text: format!(
            "`{place}` is dropped and {}, of the same type, is added: is that a rename?",
            names.join(" and ")
        ),
        answers,
    }
}

/// What there is about one rename.
struct Rename<'a> {
    step: &'a Step<'a>,
    dialect: Dialect,
    before: &'a Table,
    after: &'a Table,
    old: &'a Column,
    new: &'a Column,
}

fn piece(step: &Step, before: &Table, after: &Table, old: &Column, new: &Column) -> Result<Piece, Refusal> {
    let rename = Rename { step, dialect: step.dialect, before, after, old, new };
    rename.refuse()?;
    rename.piece()
}

impl Rename<'_> {
    fn cannot(&self, why: impl Into<String>, instead: impl Into<String>) -> Refusal {
        Refusal { object: object(&self.before.name, &self.old.name), why: why.into(), instead: instead.into() }
    }

    /// What this recipe can't do, said before anything is written.
    fn refuse(&self) -> Result<(), Refusal> {
        let (before, old, new) = (self.before, self.old, self.new);
        let apart = "do that in a migration of its own, before this one or after the contract";
        if let Some(why) = sqlite::obstacle(before, [old].as_slice()).filter(|_| self.dialect == Dialect::Sqlite) {
            return Err(self.cannot(why, "rename it in one step while no old version runs: a file has one host"));
        }
        if let Some(trigger) = sqlite::read_on_insert(before, &old.name).filter(|_| self.dialect == Dialect::Sqlite) {
            return Err(self.cannot(
                format!(
                    "the trigger {trigger} reads it on INSERT, and SQLite may fire that before the one that fills it from the new name"
                ),
                "drop the trigger in a migration of its own, and make it again after the contract",
            ));
        }
        if self.dialect == Dialect::Cockroach {
            return Err(self.cannot("nothing is known of triggers on CockroachDB here", "rename it in one step"));
        }
        if before.partial {
            return Err(self.cannot("the history does not say how its table was made", "point at the whole history"));
        }
        if before.name != self.after.name {
            return Err(self.cannot("its table gets another name in the same migration", apart));
        }
        if before.partition_of.is_some() {
            return Err(
                self.cannot("its table is a partition, whose columns are those of its parent", "rename it there")
            );
        }
        if before.partition_by.as_ref().is_some_and(|by| mentions(&by.text, &old.name, self.dialect)) {
            return Err(self.cannot(
                "its table is partitioned by it, and a trigger may not move a row to another partition",
                "rename it in one step",
            ));
        }
        if old.generated.is_some() || new.generated.is_some() {
            return Err(self.cannot("it is generated, and no client writes it", "add the new one beside it"));
        }
        let like = Column { lineage: old.lineage, name: old.name.clone(), ..new.clone() };
        let eased = Column { not_null: old.not_null && new.not_null, default: old.default.clone(), ..like };
        let wanted = Column { not_null: eased.not_null, ..old.clone() };
        if eased.canonical != wanted.canonical || eased.collation != wanted.collation || eased.charset != wanted.charset
        {
            let (was, is) = (&old.data_type, &new.data_type);
            return Err(self.cannot(format!("its type changes too, from {was} to {is}"), apart));
        }
        if new.not_null && !old.not_null {
            return Err(self.cannot("it becomes NOT NULL too", apart));
        }
        let (is, was) = (&eased, &wanted);
        if is.identity != was.identity || is.auto_increment != was.auto_increment || is.on_update != was.on_update {
            return Err(self.cannot("how the database fills it changes too", apart));
        }
        Ok(())
    }

    fn piece(&self) -> Result<Piece, Refusal> {
        let (table, dialect) = (&self.before.name, self.dialect);
        let pair = Pair { table: self.before, old: self.old, new: &self.new.name };
        let (triggers, drops) = match dialect {
            Dialect::Mysql => mysql::triggers(&pair),
            Dialect::Sqlite => (vec![], vec![]),
            _ => postgres::triggers(&pair),
        };
        let keys = self.keys()?;
        if self.before.partition_by.is_some() && !keys.phase.is_empty() {
            return Err(self.cannot(
                "its table is partitioned, and an index of all partitions can't be made CONCURRENTLY",
                "rename it in one step",
            ));
        }
        let shape = (dialect == Dialect::Sqlite).then(|| self.shape(&pair));
        let mut corners = self.corners();
        if shape.as_ref().is_some_and(|shape| !shape.eased.is_empty()) {
            // The copy fills it.
            corners.remove(0);
        }
        corners.extend(keys.left_out.iter().map(|index| {
            format!(
                "what {index} is for {} has no index under the new name until the contract: MySQL leaves an index over several \
                 columns behind when one of them goes",
                self.old.name
            )
        }));
        let backfill = self.backfill();
        corners.extend(shape.iter().flat_map(|shape| sqlite::corners(self.before, shape)));
        let gate = Gate {
            name: "backfilled",
            asks: format!("rows of {table} whose {} is not yet what {} is", self.new.name, self.old.name),
            question: format!("SELECT count(*) FROM {} WHERE {}", clause::name(table, dialect), backfill.todo),
        };
        Ok(Piece {
            recipe: RECIPE.name,
            title: format!("{} becomes {}", object(table, &self.old.name), object(table, &self.new.name)),
            table: table.clone(),
            old: self.old.name.clone(),
            new: self.new.name.clone(),
            last: self.new.name.clone(),
            late: false,
            data_type: self.old.data_type.clone(),
            expand: if shape.is_some() { vec![] } else { self.expand(triggers) },
            indexes: keys.phase,
            backfill,
            contract: if shape.is_some() { vec![] } else { self.contract(drops, keys.renames) },
            gates: vec![gate],
            corners,
            meanwhile: shape.as_ref().map_or(Meanwhile::Itself, |shape| shape.meanwhile(&self.old.name)),
            shape,
            replaces: Replaced {
                table: table.clone(),
                names: vec![self.old.name.clone(), self.new.name.clone()],
                ..Replaced::default()
            },
            ..Piece::default()
        })
    }

    fn own(&self) -> String {
        clause::name(&self.before.name, self.dialect)
    }

    fn quoted(&self) -> (String, String) {
        (quote(&self.old.name, self.dialect), quote(&self.new.name, self.dialect))
    }

    fn expand(&self, triggers: Vec<String>) -> Vec<String> {
        let own = self.own();
        let (old, new) = self.quoted();
        let mut column = format!("{new} {}", self.old.data_type);
        if let (Some(charset), Dialect::Mysql) = (&self.old.charset, self.dialect) {
            column.push_str(&format!(" CHARACTER SET {charset}"));
        }
        if let Some(collation) = &self.old.collation {
            column.push_str(&format!(" COLLATE {collation}"));
        }
        if self.dialect == Dialect::Mysql {
            // A TIMESTAMP without a word is NOT NULL with a default of its own on older servers.
            column.push_str(" NULL");
        }
        let mut out = vec![format!("ALTER TABLE {own} ADD COLUMN {column}")];
        if self.old.not_null && !self.new.not_null && self.dialect.is_postgres() {
            out.push(format!("ALTER TABLE {own} ALTER COLUMN {old} DROP NOT NULL"));
        }
        out.extend(self.grants().0);
        out.extend(triggers);
        out
    }

    /// Privileges on the column alone, given for the new one and taken again; those on the table hold for it anyway.
    fn grants(&self) -> (Vec<String>, Vec<String>) {
        let new = self.quoted().1;
        let held =
            self.step.before.privileges.iter().filter(|(p, held)| held.held && p.target.name == self.before.name);
        let of_it = held.filter_map(|(privilege, held)| {
            let (word, columns) = privilege.privilege.split_once('(')?;
            let what = format!("{} ({new}) ON {}", word.trim(), self.own());
            let option = if held.grantable { " WITH GRANT OPTION" } else { "" };
            let about = mentions(columns, &self.old.name, self.dialect);
            let who = &privilege.grantee;
            about.then(|| (format!("GRANT {what} TO {who}{option}"), format!("REVOKE {what} FROM {who}")))
        });
        of_it.unzip()
    }

    fn backfill(&self) -> Backfill {
        let (old, new) = self.quoted();
        let mut set = vec![format!("{new} = {old}")];
        let todo = match self.dialect {
            Dialect::Mysql => {
                set.extend(mysql::stays(self.before, self.dialect));
                format!("NOT ({})", mysql::same(&new, &old))
            }
            Dialect::Sqlite => differ(self.old, &new, &old),
            _ => postgres::differ(self.old, &new, &old),
        };
        let key = super::batch_key(self.before, self.dialect);
        Backfill { table: self.before.name.clone(), key, set: set.join(", "), batch: vec![], todo }
    }

    /// How the values of the copy come back.
    fn restore(&self) -> Restore {
        Restore {
            kind: Restores::Exactly,
            table: self.before.name.clone(),
            column: self.new.name.clone(),
            from: None,
            expression: self.quoted().0,
        }
    }

    fn contract(&self, drops: Vec<String>, renames: Vec<String>) -> Vec<String> {
        let own = self.own();
        let (old, new) = self.quoted();
        let restore = self.restore();
        let said = format!(
            "{}\n-- unmigrate-ignore drop-column, rename-column, drop-add-rename: both names held the same values, and nothing uses \
             the old one\n",
            restore.comment(self.dialect).unwrap_or_default()
        );
        if self.dialect == Dialect::Mysql {
            let mut actions = vec![format!("DROP COLUMN {new}"), format!("RENAME COLUMN {old} TO {new}")];
            actions.extend(renames);
            // Between the triggers' end and the new name nobody may write.
            let mut out = vec![format!("LOCK TABLES {own} WRITE")];
            out.extend(drops);
            out.push(format!("{said}ALTER TABLE {own} {}", actions.join(", ")));
            out.push("UNLOCK TABLES".into());
            return out;
        }
        let mut out = [drops, self.grants().1].concat();
        out.push(format!("{said}ALTER TABLE {own} DROP COLUMN {new}"));
        out.push(format!("{}ALTER TABLE {own} RENAME COLUMN {old} TO {new}", crate::expand::IGNORE_RENAME));
        out.extend(renames);
        if self.old.default != self.new.default {
            let to = clause::default(self.new).map_or("DROP DEFAULT".to_owned(), |d| format!("SET {d}"));
            out.push(format!("ALTER TABLE {own} ALTER COLUMN {new} {to}"));
        }
        out
    }

    fn corners(&self) -> Vec<String> {
        let (table, old, new) = (&self.before.name, &self.old.name, &self.new.name);
        let mut out = vec![format!(
            "{new} is NULL in rows that are not filled yet: versions that read it go out when `backfill` is done"
        )];
        let default = match self.dialect {
            Dialect::Mysql => mysql::has_default(self.old),
            Dialect::Sqlite => has_default(self.old),
            _ => postgres::has_default(self.old),
        };
        out.push(match default {
            true => format!(
                "an INSERT that gives {new} as NULL gets the default of {old}: it can't be told from one that names neither; and \
                 one that gives both and differently gets the value of {new}"
            ),
            false => format!("an INSERT or UPDATE that gives both and differently is refused ({})", match self.dialect {
                Dialect::Mysql => "SQLSTATE 45000",
                Dialect::Sqlite => "SQLITE_CONSTRAINT_TRIGGER",
                _ => "check_violation",
            }),
        });
        let of_it = self.before.triggers.iter().filter(|t| mentions(&t.event.text, old, self.dialect));
        out.extend(of_it.map(|t| {
            format!("trigger {} fires for UPDATE OF {old} only, and not where a statement names {new}", t.name)
        }));
        let updates = |e: &str| e.to_ascii_uppercase().contains("UPDATE");
        let fires = self.before.triggers.iter().filter(|t| t.state != 'D' && updates(&t.event.text));
        out.extend(fires.map(|t| format!("trigger {} of {table} fires for every row that the backfill fills", t.name)));
        let named = |r: &str| mentions(r, old, self.dialect);
        let views = self.step.before.views.iter().filter(|(_, v)| {
            self.dialect == Dialect::Sqlite
                && mentions(&v.query.text, &table.name, self.dialect)
                && mentions(&v.query.text, old, self.dialect)
        });
        out.extend(views.map(|(name, _)| {
            format!("the view {name} reads {old}: with the contract SQLite writes {new} in its place there, and in the names of its columns")
        }));
        let routines = self.step.before.routines.iter().filter(|(_, r)| named(&r.rest.text));
        out.extend(routines.map(|((name, _), _)| {
            format!("{name}() names {old}: where it means this column, it has to be written anew before the contract")
        }));
        out
    }
}

/// What is to be done with the indexes and constraints that are on the column.
#[derive(Default)]
struct Keys {
    phase: Vec<PhaseIndex>,
    /// Indexes that have none like them for the time of both shapes.
    left_out: Vec<String>,
    renames: Vec<String>,
}

impl Rename<'_> {
    fn keys(&self) -> Result<Keys, Refusal> {
        let mut renamed = self.step.before.clone();
        renamed.rename_column(&self.before.name, &self.old.name, &self.new.name);
        let Some(then) = renamed.table(&self.before.name).cloned() else { return Ok(Keys::default()) };
        let mut keys = Keys::default();
        let mut met: Vec<String> = Vec::new();
        for (was, is) in self.before.indexes.iter().zip(&then.indexes).filter(|(was, is)| was != is) {
            let like = |i: &&Index| Index { name: is.name.clone(), ..(*i).clone() } == *is;
            let target = self.after.indexes.iter().find(like).map(|i| i.name.clone());
            match self.dialect == Dialect::Mysql && is.parts.len() > 1 {
                true => keys.left_out.push(was.name.clone()),
                false => keys.phase.push(self.phase_index(is, &was.name, target.as_deref())),
            }
            keys.renames.extend(self.index_rename(&was.name, target.as_deref()));
            met.extend(target);
        }
        for (was, is) in self.before.constraints.iter().zip(&then.constraints).filter(|(was, is)| was != is) {
            let like = |c: &&Constraint| Constraint { name: is.name.clone(), ..(*c).clone() } == *is;
            let target = self.after.constraints.iter().find(like).map(|c| c.name.clone());
            match as_index(is) {
                Some(index) if self.dialect == Dialect::Mysql && index.parts.len() > 1 => {
                    keys.left_out.push(if was.name.is_empty() { "the primary key".into() } else { was.name.clone() });
                }
                Some(index) => keys.phase.push(self.phase_index(&index, &was.name, target.as_deref())),
                None => {}
            }
            keys.renames.extend(self.constraint_rename(&was.name, target.as_deref()));
            met.extend(target);
        }
        match self.unmet(&met) {
            Some(name) => Err(self.cannot(
                format!("the migration also makes {name} on the new column, which the old one has nothing like"),
                "make it in a migration of its own, before this one on the old column or after the contract",
            )),
            None => Ok(keys),
        }
    }

    /// An index or constraint of the new column that none of the old one becomes.
    fn unmet(&self, met: &[String]) -> Option<String> {
        let (indexes, constraints) = (self.after.indexes.iter(), self.after.constraints.iter());
        let indexes = indexes.filter(|i| is_over(i, &self.new.name, self.dialect));
        let constraints = constraints.filter(|c| is_about(c, &self.new.name, self.dialect));
        indexes.map(|i| &i.name).chain(constraints.map(|c| &c.name)).find(|n| !met.contains(n)).cloned()
    }

    /// The index of the copy: under the name that the ORM will know it by, where the old one has another.
    fn phase_index(&self, index: &Index, was: &str, target: Option<&str>) -> PhaseIndex {
        let name = match target.filter(|t| *t != was) {
            Some(target) => target.to_owned(),
            // SQLite's constraints need no name: their columns make one.
            None if was.is_empty() => {
                let columns: Vec<&str> = index.parts.iter().filter_map(|p| p.column.as_deref()).collect();
                format!("unmigrate_{}_{}_key", self.before.name.name, columns.join("_"))
            }
            None => truncate(self.dialect, &format!("unmigrate_{}_{was}", self.new.name)),
        };
        let index = Index { name: name.clone(), ..index.clone() };
        let table = &self.before.name;
        let made = clause::create_index(&index, table, self.dialect.is_postgres(), self.dialect);
        let own = |n: &str| clause::name(&table.sibling(n), self.dialect);
        match self.dialect {
            Dialect::Mysql => PhaseIndex {
                sql: format!("{made} ALGORITHM=INPLACE LOCK=NONE"),
                drop: format!("DROP INDEX {} ON {}", quote(&name, self.dialect), self.own()),
                name,
            },
            Dialect::Sqlite => {
                PhaseIndex { sql: made, drop: format!("DROP INDEX IF EXISTS {}", quote(&name, self.dialect)), name }
            }
            _ => PhaseIndex { sql: made, drop: format!("DROP INDEX CONCURRENTLY IF EXISTS {}", own(&name)), name },
        }
    }

    fn index_rename(&self, was: &str, target: Option<&str>) -> Option<String> {
        let q = |n: &str| quote(n, self.dialect);
        let own =
            |n: &str| clause::name(&Name { schema: self.before.name.schema.clone(), name: n.into() }, self.dialect);
        match (target, self.dialect) {
            (Some(target), _) if target == was => None,
            (Some(target), Dialect::Mysql) => Some(format!("RENAME INDEX {} TO {}", q(was), q(target))),
            (Some(target), _) => Some(format!("ALTER INDEX {} RENAME TO {}", own(was), q(target))),
            (None, Dialect::Mysql) => Some(format!("DROP INDEX {}", q(was))),
            (None, _) => Some(format!("DROP INDEX {}", own(was))),
        }
    }

    fn constraint_rename(&self, was: &str, target: Option<&str>) -> Option<String> {
        let q = |n: &str| quote(n, self.dialect);
        match (target, self.dialect) {
            (Some(target), _) if target == was => None,
            // Its foreign keys and checks can't be renamed in place; the name is no more than a name.
            (_, Dialect::Mysql | Dialect::Sqlite) => None,
            (Some(target), _) => {
                Some(format!("ALTER TABLE {} RENAME CONSTRAINT {} TO {}", self.own(), q(was), q(target)))
            }
            (None, _) => Some(format!("ALTER TABLE {} DROP CONSTRAINT {}", self.own(), q(was))),
        }
    }
}
