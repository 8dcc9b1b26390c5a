//! SQLite: tables in phases.
//!
//! A recipe says what it wants of a table: columns that come beside others, columns that may be NULL meanwhile, triggers, and
//! what becomes of them with the contract. What ALTER TABLE can't do makes the whole table anew, so all that is wanted of
//! one table is put together first: it is made anew once with expand, and once with the contract. How that is done, with the
//! indexes, triggers and views that are on the table, is the renderer's business (`render/sqlite.rs`).
//!
//! Nobody may write between the making of the copy and the change of its name. So all of it is one transaction: the
//! runner's own, or one that the text opens.

mod aside;
mod instead;

use super::rewrite::{self, Replaced, is_about};
use super::sync::convert::sqlite::NOT_GIVEN;
use super::{Expansion, Meanwhile, Piece, Refusal};
use crate::Dialect;
use crate::catalog::{Catalog, Column, Constraint, Index, Lineage, List, Name, Sql, Table};
use crate::dialect::quote;
use crate::diff::diff;
use crate::lint::{Scope, Step};
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
        let own = |late: bool| pieces.iter().filter(move |p| p.late == late).flat_map(|p| p.expand.clone());
        let triggers = self.wanted.iter().flat_map(|w| w.shape.triggers.0.clone());
        let anew = expand.iter().any(|sql| sql.contains(ANEW));
        expand.extend(own(false).chain(triggers));
        let rest: Vec<String> = rest.into_iter().chain(own(true)).collect();
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
        // Indexes that other pieces make with the contract come behind this.
        let later: Vec<&String> =
            pieces.iter().filter(|p| p.shape.is_none()).flat_map(|p| &p.replaces.objects).collect();
        self.names.iter().for_each(|name| self.finish(name, &later, &mut last));
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
    fn finish(&self, name: &Name, later: &[&String], last: &mut Catalog) {
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
        let indexes = after.indexes.iter().filter(|i| !later.contains(&&i.name)).map(|i| {
            let same = now.indexes.iter().find(|n| n.name == i.name);
            Index { lineage: same.map_or(Lineage::default(), |n| n.lineage), ..i.clone() }
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
}

/// A table is made anew where another is dropped.
const ANEW: &str = "DROP TABLE ";
/// Why `check` has nothing to say of statements.
const GONE: &str = "-- unmigrate-ignore drop-column, rename-column, drop-add-rename, column-recreated, change-column-type, rebuild-cascades: the other \
                    column holds the values\n";
const KEPT: &str = "-- unmigrate-ignore rebuild-cascades: the rows that would go are put aside, and back at the end\n";
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

/// Applies statements to a schema.
fn read(catalog: &mut Catalog, statements: &[String]) {
    let text: String = statements.iter().map(|s| format!("{s};\n")).collect();
    catalog.begin();
    let mut lowering = Lowering::new(catalog, &text);
    split(&text, LITE, false).iter().for_each(|s| lowering.statement(s));
    lowering.adopt();
}
