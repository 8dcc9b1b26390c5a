//! SQLite: tables in phases.
//!
//! A recipe says what it wants of a table: columns that come beside others, columns that may be NULL meanwhile, triggers, and
//! what becomes of them with the contract. What ALTER TABLE can't do makes the whole table anew, so all that is wanted of
//! one table is put together first: it is made anew once with expand, and once with the contract. How that is done, with the
//! indexes, triggers and views that are on the table, is the renderer's business (`render/sqlite.rs`).
//!
//! Nobody may write between the making of the copy and the change of its name. So all of it is one transaction: the
//! runner's own, or one that the text opens.

use super::rewrite::{self, Replaced, is_about};
use super::sync::convert::sqlite::NOT_GIVEN;
use super::{Expansion, Meanwhile, Piece, Refusal};
use crate::Dialect;
use crate::catalog::{Catalog, Column, Constraint, ForeignKey, Lineage, List, Name, Sql, Table};
use crate::dialect::quote;
use crate::diff::diff;
use crate::lint::{Scope, Statement, Step};
use crate::lower::Lowering;
use crate::render::{Context, Filled, clause, render};
use crate::split::split;
use std::collections::BTreeSet;

const LITE: Dialect = Dialect::Sqlite;

/// What a recipe wants of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Columns that are there and required, and that a statement may leave out while both shapes are; and how.
    pub eased: Vec<(String, Meanwhile)>,
    /// Defaults that columns have meanwhile.
    pub defaults: Vec<(String, String)>,
    /// Constraints that hold no more from expand on.
    pub let_go: Vec<Constraint>,
    /// Columns that come beside others, as they are meanwhile; and what each holds, as SQL over the row.
    pub beside: Vec<(Column, String)>,
    /// Triggers: what makes them, and what drops them.
    pub triggers: (Vec<String>, Vec<String>),
    /// Comments of the contract, above its first statement on the table.
    pub said: String,
    /// What the contract makes of it.
    pub swap: Swap,
}

impl Shape {
    /// What a column of it is meanwhile.
    pub fn meanwhile(&self, column: &str) -> Meanwhile {
        let own = self.eased.iter().find(|(name, _)| name == column);
        own.map_or(Meanwhile::Itself, |(_, how)| *how)
    }
}

/// What the contract makes of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Swap {
    /// The column beside it goes, and it gets that one's name.
    Renamed {
        /// The column.
        old: String,
        /// The one beside it, and the column's last name.
        new: String,
    },
    /// The columns that were there go, and those beside them get their last names.
    Replaced {
        /// Those that were there.
        old: Vec<String>,
        /// Those beside them, each with its last name.
        new: Vec<(String, String)>,
    },
    /// It becomes what the migration makes of it.
    Itself,
    /// It goes.
    Gone(String),
}

/// A piece that has a shape.
struct Wanted<'a> {
    piece: &'a Piece,
    shape: &'a Shape,
}

/// What the phases of the tables come to.
struct Tables<'a> {
    step: &'a Step<'a>,
    wanted: Vec<Wanted<'a>>,
    names: BTreeSet<Name>,
}

/// The statements of both phases.
struct Phases {
    expand: Vec<String>,
    rest: Vec<String>,
    contract: Vec<String>,
    /// Tables that one of them makes anew.
    anew: Vec<Name>,
}

/// Puts together what the pieces want. False where none has a shape: then they stand for themselves.
pub(super) fn phases(step: &Step, found: &mut Expansion) -> bool {
    let wanted: Vec<Wanted> =
        found.pieces.iter().filter_map(|piece| Some(Wanted { piece, shape: piece.shape.as_ref()? })).collect();
    if wanted.is_empty() {
        return false;
    }
    let names = wanted.iter().map(|w| w.piece.table.clone()).collect();
    let tables = Tables { step, wanted, names };
    match tables.phases(&found.pieces) {
        Ok(done) => {
            let headed = |word: &str, what: &str| {
                let one = |p: &Piece| format!("-- {word}: {}. {what}\n", p.title);
                found.pieces.iter().map(one).collect::<String>()
            };
            let end = |statements: &[String]| super::joined(statements, step.migration);
            found.anew = done.anew;
            found.expand = headed("Expand", "Old and new versions both work until the contract.")
                + &end(&[done.expand, done.rest].concat());
            found.contract = headed("Contract", "Nothing may need the old shape from here on.") + &end(&done.contract);
        }
        Err(refusal) => found.refusals.push(refusal),
    }
    true
}

impl Tables<'_> {
    fn phases(&self, pieces: &[Piece]) -> Result<Phases, Refusal> {
        let gone = self.rebuilds();
        let replaced: Vec<&Replaced> = pieces.iter().map(|p| &p.replaces).collect();
        let rest = rewrite::without(self.step, &replaced, &gone)?;
        let mut both = self.both(!gone.is_empty())?;
        let mut expand = self.rendered(&self.step.before, &both, &self.fills())?;
        let guarded = self.cascades();
        let drops = expand.iter_mut().filter(|sql| guarded && sql.starts_with(ANEW));
        drops.for_each(|sql| sql.insert_str(0, KEPT));
        let own = pieces.iter().flat_map(|p| p.expand.clone());
        let triggers = self.wanted.iter().flat_map(|w| w.shape.triggers.0.clone());
        let anew = expand.iter().any(|sql| sql.contains(ANEW));
        expand.extend(own.chain(triggers));
        read(&mut both, &rest);
        let (contract, contract_anew) = self.contract(pieces, both)?;
        let dropped = |name: &&Name| {
            let sql = format!("{ANEW}{}", clause::name(name, self.step.before.quotes));
            expand.iter().chain(&contract).any(|s| s.ends_with(&sql))
        };
        let tables = self.names.iter().filter(dropped).cloned().collect();
        Ok(Phases {
            anew: tables,
            expand: self.around(expand, anew)?,
            rest,
            contract: self.around(contract, contract_anew)?,
        })
    }

    fn cannot(&self, table: &Name, why: impl Into<String>, instead: &str) -> Refusal {
        Refusal { object: table.to_string(), why: why.into(), instead: instead.to_owned() }
    }

    /// The statements with which the migration makes one of these tables anew: what they come to is done otherwise.
    fn rebuilds(&self) -> Vec<usize> {
        let step = self.step;
        let own: BTreeSet<u32> = self.names.iter().filter_map(|n| Some(step.before.table(n)?.lineage.0)).collect();
        let ways: Vec<_> = step.rebuilt.iter().filter(|w| own.contains(&w.from.0)).collect();
        if ways.is_empty() {
            return vec![];
        }
        let mut known = own;
        known.extend(ways.iter().map(|w| w.into.0));
        let mut out: Vec<usize> = Vec::new();
        for statement in &step.statements {
            let copies = ways.iter().any(|w| statement.span.contains(&w.span.start));
            let again = || self.makes_again(statement);
            if copies || statement.changes.iter().any(|c| of_table(&c.change, &known)) || again() {
                out.push(statement.index);
            }
        }
        // The pragmas around it go with the last rebuild.
        let others = step.rebuilt.len() > ways.len();
        out.extend(step.statements.iter().filter(|s| !others && is_pragma(step, s)).map(|s| s.index));
        out
    }

    /// An index that was there before, and is made again on the new table.
    fn makes_again(&self, statement: &Statement) -> bool {
        use crate::change::{Change, Pair};
        let one = |c: &Change| match c {
            Change::Index { table, pair: Pair { before: None, after: Some(index) } } => {
                let was = self.step.before.table(table).filter(|_| self.names.contains(table));
                was.is_some_and(|t| t.indexes.iter().any(|i| i.name.eq_ignore_ascii_case(&index.name) && i == &**index))
            }
            _ => false,
        };
        !statement.changes.is_empty() && statement.changes.iter().all(|c| one(&c.change))
    }

    /// What fills the columns that come, where their table is made anew anyway.
    fn fills(&self) -> Vec<Filled> {
        let one = |w: &Wanted| {
            let of = |(column, value): &(Column, String)| Filled {
                table: w.piece.table.clone(),
                column: column.name.clone(),
                expression: value.clone(),
            };
            w.shape.beside.iter().map(of).collect::<Vec<_>>()
        };
        self.wanted.iter().flat_map(one).collect()
    }

    /// The schema with both shapes. `anew`: the migration made tables anew, and what else it did to them is put in here.
    fn both(&self, anew: bool) -> Result<Catalog, Refusal> {
        let mut both = self.step.before.clone();
        // Nothing that comes may be taken for something of the schema after the migration.
        let floor = self.step.after.clone().fresh();
        while both.fresh().0 < floor.0 {}
        both.begin();
        for wanted in &self.wanted {
            let columns: Vec<Column> = wanted.shape.beside.iter().map(|(column, _)| column.clone()).collect();
            let fresh: Vec<Lineage> = columns.iter().map(|_| both.fresh()).collect();
            let Some(table) = both.table_mut(&wanted.piece.table) else { continue };
            for (name, how) in &wanted.shape.eased {
                let Some(column) = table.column_mut(name) else { continue };
                match how {
                    Meanwhile::Itself => {}
                    Meanwhile::Default => column.default = Some(Sql::new(NOT_GIVEN, LITE)),
                    Meanwhile::Null => {
                        column.not_null = false;
                        column.settings.clear();
                    }
                }
            }
            table.constraints.retain(|c| !wanted.shape.let_go.contains(c));
            for (name, default) in &wanted.shape.defaults {
                table.column_mut(name).into_iter().for_each(|c| c.default = Some(Sql::new(default, LITE)));
            }
            for (column, lineage) in columns.into_iter().zip(fresh) {
                table.columns.push(Column { lineage, ..column });
            }
        }
        for name in self.names.iter().filter(|_| anew) {
            self.beside_what_else(name, &mut both)?;
        }
        Ok(both)
    }

    /// What the migration does to a table that it makes anew, beyond what the pieces stand for: columns that come too are
    /// there from the beginning; all else is refused.
    fn beside_what_else(&self, name: &Name, both: &mut Catalog) -> Result<(), Refusal> {
        let (Some(before), Some(after)) = (self.step.before.table(name), self.step.after.table(name)) else {
            return Ok(());
        };
        let taken: Vec<&String> = self.names_of(name);
        let free = |column: &&Column| !taken.contains(&&column.name);
        let apart = "do that in a migration of its own, before this one or after the contract";
        let refuse = |what: String| {
            Err(self.cannot(name, format!("the migration makes the table anew, and {what} by that too"), apart))
        };
        for column in after.columns.iter().filter(free) {
            match before.column(&column.name) {
                Some(was) if Column { lineage: column.lineage, ..was.clone() } == *column => {}
                Some(_) => return refuse(format!("changes `{}`", column.name)),
                None => {
                    let lineage = both.fresh();
                    let Some(table) = both.table_mut(name) else { continue };
                    table.columns.push(Column { lineage, ..column.clone() });
                }
            }
        }
        if let Some(gone) = before.columns.iter().filter(free).find(|c| after.column(&c.name).is_none()) {
            return refuse(format!("drops `{}`", gone.name));
        }
        let about = |c: &Constraint| taken.iter().any(|n| is_about(c, n, LITE));
        let plain = |t: &Table| -> Vec<Constraint> {
            let own = t.constraints.iter().filter(|c| !about(c));
            own.map(|c| Constraint { lineage: Lineage::default(), stands_in: Lineage::default(), ..c.clone() })
                .collect()
        };
        let (was, is) = (plain(before), plain(after));
        if was.len() != is.len() || was.iter().any(|c| !is.contains(c)) {
            return refuse("changes a key, a reference or a check".to_owned());
        }
        match before.options == after.options {
            true => Ok(()),
            false => refuse("changes what stands behind its columns".to_owned()),
        }
    }

    /// The columns of a table that pieces are about.
    fn names_of(&self, name: &Name) -> Vec<&String> {
        let own = self.wanted.iter().filter(|w| w.piece.table == *name);
        own.flat_map(|w| &w.piece.replaces.names).collect()
    }

    /// The statements that lead from one schema to another that was made out of it.
    fn rendered(&self, from: &Catalog, to: &Catalog, filled: &[Filled]) -> Result<Vec<String>, Refusal> {
        let (was, is) = to.touched();
        let steps = diff(&was, &is);
        let context = Context {
            now: from,
            target: &is,
            concurrent: BTreeSet::new(),
            using: vec![],
            guarded_roles: BTreeSet::new(),
            filled: filled.to_vec(),
            keys_on: !self.opens() && !self.step.runner.foreign_keys_off,
        };
        let done = render(&steps, &context);
        let refusal = |why: String| {
            let table = self.wanted[0].piece.table.clone();
            self.cannot(&table, why, "do it in one step while no old version runs: a file has one host")
        };
        Ok(done.map_err(refusal)?.into_iter().map(|s| s.sql).collect())
    }

    /// The contract, over the schema with both shapes; and whether it makes a table anew.
    fn contract(&self, pieces: &[Piece], mut both: Catalog) -> Result<(Vec<String>, bool), Refusal> {
        let mut out: Vec<String> = self.wanted.iter().flat_map(|w| w.shape.triggers.1.clone()).collect();
        for index in self.wanted.iter().flat_map(|w| &w.piece.indexes) {
            out.push(format!("DROP INDEX IF EXISTS {}", quote(&index.name, both.quotes)));
        }
        let before_tables = out.len();
        // Renamed in place: what refers to the column, views and triggers go along.
        for (wanted, old, new) in self.renamed() {
            let (table, aside) = (&wanted.piece.table, aside(new));
            let (own, q) = (clause::name(table, both.quotes), |n: &str| quote(n, both.quotes));
            out.push(format!("ALTER TABLE {own} RENAME COLUMN {} TO {}", q(new), q(&aside)));
            out.push(format!("{}ALTER TABLE {own} RENAME COLUMN {} TO {}", super::IGNORE_RENAME, q(old), q(new)));
            both.rename_column(table, new, &aside);
            both.rename_column(table, old, new);
        }
        let mut last = both.clone();
        last.begin();
        self.names.iter().for_each(|name| self.finish(name, &mut last));
        let tables = self.rendered(&both, &last, &[])?;
        let anew = tables.iter().any(|sql| sql.contains(ANEW));
        let guarded = self.cascades();
        let required = self.names.iter().any(|name| requires(both.table(name), last.table(name)));
        let replaced = self.wanted.iter().any(|w| matches!(w.shape.swap, Swap::Replaced { .. } | Swap::Gone(_)));
        out.extend(tables.into_iter().map(|sql| {
            let said = match &sql {
                sql if sql.contains(" DROP COLUMN ") || sql.starts_with(ANEW) && replaced => GONE,
                sql if sql.starts_with(ANEW) && guarded => KEPT,
                sql if sql.starts_with("INSERT INTO ") && !sql.contains("sqlite_sequence") && required => FILLED,
                _ => "",
            };
            format!("{said}{sql}")
        }));
        let said: String = self.wanted.iter().map(|w| w.shape.said.as_str()).collect();
        if let Some(first) = out.get_mut(before_tables) {
            first.insert_str(0, &said);
        }
        out.extend(pieces.iter().flat_map(|p| p.contract.clone()));
        Ok((out, anew))
    }

    fn renamed(&self) -> impl Iterator<Item = (&Wanted<'_>, &str, &str)> {
        self.wanted.iter().filter_map(|w| match &w.shape.swap {
            Swap::Renamed { old, new } => Some((w, old.as_str(), new.as_str())),
            _ => None,
        })
    }

    /// A table as the contract leaves it: as the migration has it, each column the one that holds its values.
    fn finish(&self, name: &Name, last: &mut Catalog) {
        let Some(after) = self.step.after.table(name) else { return };
        let own: Vec<&Wanted> = self.wanted.iter().filter(|w| w.piece.table == *name).collect();
        let mut goes: Vec<String> = Vec::new();
        let mut held: Vec<(&str, &str)> = Vec::new();
        for wanted in own {
            match &wanted.shape.swap {
                Swap::Renamed { new, .. } => goes.push(aside(new)),
                Swap::Replaced { old, new } => {
                    goes.extend(old.iter().cloned());
                    held.extend(new.iter().map(|(now, last)| (last.as_str(), now.as_str())));
                }
                Swap::Gone(column) => goes.push(column.clone()),
                Swap::Itself => {}
            }
        }
        let Some(table) = last.table_mut(name) else { return };
        let now = table.clone();
        let holder =
            |name: &str| held.iter().find(|(last, _)| *last == name).map_or(name.to_owned(), |(_, n)| (*n).to_owned());
        let lineage = |column: &Column| now.column(&holder(&column.name)).map_or(column.lineage, |c| c.lineage);
        let mut columns: Vec<Column> =
            after.columns.iter().map(|c| Column { lineage: lineage(c), ..c.clone() }).collect();
        // What other pieces have yet to drop.
        let left = now
            .columns
            .iter()
            .filter(|c| !goes.contains(&c.name) && !columns.iter().any(|n| n.lineage.0 == c.lineage.0));
        columns.extend(left.cloned().collect::<Vec<_>>());
        columns.sort_by_key(|c| now.columns.iter().position(|n| n.lineage.0 == c.lineage.0).unwrap_or(usize::MAX));
        let moved = |was: Lineage| after.column_of(was).filter(|_| was.0 != 0).map_or(was, &lineage);
        let constraints = after.constraints.iter().map(|c| {
            let same = now.constraints.iter().find(|n| !c.name.is_empty() && n.name == c.name);
            let own = same.map_or(Lineage::default(), |n| n.lineage);
            Constraint { lineage: own, stands_in: moved(c.stands_in), ..c.clone() }
        });
        table.constraints = list(constraints);
        table.columns = list(columns.into_iter());
        let indexes = after.indexes.iter().map(|i| {
            let same = now.indexes.iter().find(|n| n.name == i.name);
            crate::catalog::Index { lineage: same.map_or(Lineage::default(), |n| n.lineage), ..i.clone() }
        });
        table.indexes = list(indexes);
        table.options = after.options.clone();
    }

    /// The runner has no transaction open.
    fn opens(&self) -> bool {
        matches!(self.step.runner.scope, Scope::Statement | Scope::Message)
    }

    /// A transaction around statements, where the runner brings none. A table that others refer to is made anew with
    /// foreign keys off: dropping it would delete what refers to it.
    fn around(&self, statements: Vec<String>, anew: bool) -> Result<Vec<String>, Refusal> {
        let opens = self.opens();
        let (aside, back) = if anew { self.aside()? } else { (vec![], vec![]) };
        let off = anew && (opens || self.step.runner.foreign_keys_off);
        let one = |yes: bool, sql: &str| yes.then(|| sql.to_owned());
        let head = [one(off, "PRAGMA foreign_keys=OFF"), one(opens, "BEGIN IMMEDIATE")];
        let tail = [one(opens, "COMMIT"), one(off, "PRAGMA foreign_keys=ON")];
        let all = head.into_iter().flatten().chain(aside).chain(statements).chain(back);
        Ok(all.chain(tail.into_iter().flatten()).collect())
    }

    /// Statements that put the rows aside that would go with the tables, and those that bring them back.
    ///
    /// Within the transaction that a runner opens, foreign keys can't be turned off, and to drop a table deletes or empties
    /// what refers to it, directly or by others. `defer_foreign_keys` alone is no help: what the drop has counted as a violation
    /// stays one, though a table of its name is there again at the end (run on 3.40).
    fn aside(&self) -> Result<(Vec<String>, Vec<String>), Refusal> {
        let mut out = (vec![], vec![]);
        if self.opens() || self.step.runner.foreign_keys_off {
            return Ok(out);
        }
        let before = &self.step.before;
        let refers = |t: &Table, to: &Name| {
            t.constraints.iter().filter_map(|c| c.foreign_key()).any(|k| before.same(&k.table.name, &to.name))
        };
        let pair = |to: &Name| {
            let mut others = self.names.iter().filter(|n| *n != to);
            others.find(|n| before.table(n).is_some_and(|t| refers(t, to))).cloned()
        };
        if let Some((name, child)) = self.names.iter().find_map(|name| Some((name, pair(name)?))) {
            let runner = self.step.runner.name;
            let why = format!(
                "{name} and {child}, which refers to it, change both, and {runner} keeps foreign keys on meanwhile"
            );
            return Err(self.cannot(name, why, "do each in a migration of its own"));
        }
        let children = self.children();
        if children.is_empty() {
            return Ok(out);
        }
        out.0.push("PRAGMA defer_foreign_keys=ON".to_owned());
        for name in &children {
            let Some(table) = before.table(name) else { continue };
            self.may_be_emptied(name, table)?;
            let columns: Vec<&str> =
                table.columns.iter().filter(|c| c.generated.is_none()).map(|c| c.name.as_str()).collect();
            let (own, columns) = (clause::name(name, before.quotes), clause::columns(&columns, before.quotes));
            let mut copy = name.sibling(format!("unmigrate_aside_{}", name.name));
            while before.tables.contains(&copy) {
                copy.name.push('_');
            }
            let copy = clause::name(&copy, before.quotes);
            out.0.push(format!("CREATE TABLE {copy} AS SELECT {columns} FROM {own}"));
            out.1.push(format!("INSERT INTO {own} ({columns}) SELECT {columns} FROM {copy}"));
            out.1.push(format!("DROP TABLE {copy}"));
        }
        // Those that refer to others go before them.
        let emptied =
            children.iter().rev().map(|name| format!("{EMPTIED}DELETE FROM {}", clause::name(name, before.quotes)));
        out.0.extend(emptied);
        Ok(out)
    }

    /// To drop one of our tables would delete or empty what refers to it, and `check` says so.
    fn cascades(&self) -> bool {
        let follows = |k: &ForeignKey| {
            let own = self.names.iter().any(|n| self.step.before.same(&k.table.name, &n.name));
            own && ["CASCADE", "SET NULL", "SET DEFAULT"].iter().any(|action| k.on_delete.eq_ignore_ascii_case(action))
        };
        let keys_on = !self.opens() && !self.step.runner.foreign_keys_off;
        let others = self.step.before.tables.iter().filter(|(n, _)| !self.names.contains(n));
        keys_on && others.flat_map(|(_, t)| &t.constraints).filter_map(Constraint::foreign_key).any(follows)
    }

    /// The tables that refer to one of ours, and those that refer to them: each behind those that it was reached by.
    fn children(&self) -> Vec<Name> {
        let before = &self.step.before;
        let mut reached: Vec<Name> = self.names.iter().cloned().collect();
        let mut at = 0;
        while at < reached.len() {
            let parent = reached[at].clone();
            let refers = |t: &Table| {
                t.constraints.iter().filter_map(|c| c.foreign_key()).any(|k| before.same(&k.table.name, &parent.name))
            };
            let new: Vec<Name> = before
                .tables
                .iter()
                .filter(|(n, t)| !reached.contains(n) && refers(t))
                .map(|(n, _)| n.clone())
                .collect();
            reached.extend(new);
            at += 1;
        }
        reached.split_off(self.names.len())
    }

    /// Rows of a table can be taken out and put back as if nothing had been.
    fn may_be_emptied(&self, name: &Name, table: &Table) -> Result<(), Refusal> {
        let parent = &self.wanted[0].piece.table;
        let why = |what: String| {
            let runner = self.step.runner.name;
            self.cannot(
                parent,
                format!(
                    "the table has to be made anew, {runner} keeps foreign keys on meanwhile, and the rows of {name}, which refers to \
                     it, can't be put aside: {what}"
                ),
                "run the migrations through a driver that turns foreign keys off before it begins (libSQL's does)",
            )
        };
        let fires = |t: &&crate::catalog::Trigger| {
            let event = t.event.text.to_ascii_uppercase();
            event.contains("INSERT") || event.contains("DELETE")
        };
        if let Some(trigger) = table.triggers.iter().find(fires) {
            return Err(why(format!("its trigger {} would fire", trigger.name)));
        }
        let unread = table.partial || !table.persistence.is_empty();
        if unread { Err(why("what it is made of is not known".to_owned())) } else { Ok(()) }
    }
}

/// A table is made anew where another is dropped.
const ANEW: &str = "DROP TABLE ";
/// Why `check` has nothing to say of statements.
const GONE: &str = "-- unmigrate-ignore drop-column, rename-column, drop-add-rename, column-recreated, change-column-type, rebuild-cascades: the other \
                    column holds the values\n";
const KEPT: &str = "-- unmigrate-ignore rebuild-cascades: the rows that would go are put aside, and back at the end\n";
const EMPTIED: &str = "-- Its rows come back at the end.\n";
const FILLED: &str = "-- unmigrate-ignore set-not-null: the triggers have let nobody write NULL\n";

/// A column becomes NOT NULL.
fn requires(was: Option<&Table>, is: Option<&Table>) -> bool {
    let Some((was, is)) = was.zip(is) else { return false };
    let eased = |c: &Column| was.column_of(c.lineage).is_some_and(|w| !w.not_null);
    is.columns.iter().any(|c| c.not_null && eased(c))
}

/// What the column that goes is called while the other one gets its name.
fn aside(new: &str) -> String {
    format!("unmigrate_{new}_goes")
}

fn list<T>(all: impl Iterator<Item = T>) -> List<T> {
    let mut out = List::default();
    all.for_each(|one| out.push(one));
    out
}

/// Is a change about one of the tables of these lineages as a whole?
fn of_table(change: &crate::change::Change, lineages: &BTreeSet<u32>) -> bool {
    match change {
        crate::change::Change::Table(pair) => {
            pair.before.iter().chain(&pair.after).any(|t| lineages.contains(&t.lineage.0))
        }
        _ => false,
    }
}

fn is_pragma(step: &Step, statement: &Statement) -> bool {
    let mut reader = step.reader(statement);
    let word = |n: Name| n.name.to_ascii_lowercase();
    reader.eat("PRAGMA")
        && reader
            .name()
            .is_some_and(|n| ["foreign_keys", "defer_foreign_keys", "foreign_key_check"].contains(&word(n).as_str()))
}

/// Applies statements to a schema.
fn read(catalog: &mut Catalog, statements: &[String]) {
    let text: String = statements.iter().map(|s| format!("{s};\n")).collect();
    catalog.begin();
    let mut lowering = Lowering::new(catalog, &text);
    split(&text, LITE, false).iter().for_each(|s| lowering.statement(s));
    lowering.adopt();
}
