//! Whether a guarded statement runs: the guard is asked of the catalog as the history has built it.

use super::Lowering;
use crate::Dialect;
use crate::block::{Condition, Guard, Guarded, Probe};
use crate::catalog::{Catalog, Column, Name, Table, TypeKind};
use crate::reader::Reader;
use crate::types::parts;

/// What a block's conditions came to when they were asked.
#[derive(Default)]
pub(super) struct Answers {
    /// Where, the condition, and whether it held.
    given: Vec<(usize, Condition, Option<bool>)>,
    /// What the database held where a variable got its answer.
    asked: Vec<(usize, Catalog)>,
}

impl Answers {
    /// A variable gets an answer from this catalog.
    pub(super) fn ask(&mut self, number: usize, catalog: Catalog) {
        self.asked.push((number, catalog));
    }
}

impl Lowering<'_> {
    /// Does the guarded statement run? An error where only the database can tell.
    pub(super) fn runs(
        &mut self,
        guarded: &Guarded,
        statement: &Reader,
        answers: &mut Answers,
    ) -> Result<bool, String> {
        let guard = &guarded.guard;
        if let Guard::If(condition) = guard
            && let Some(runs) = self.about_role(condition, statement)
        {
            return Ok(runs);
        }
        match guard {
            Guard::None | Guard::UnlessMissing => Ok(true),
            Guard::UnlessDuplicate => Ok(!self.makes_what_exists(statement.clone())),
            Guard::If(condition) => self
                .held(condition, &guarded.asked, answers)
                .ok_or_else(|| "whether its condition holds only the database can tell".to_string()),
        }
    }

    /// Roles belong to the server, so no history tells whether one is there. One that is made where it is missing stays;
    /// what is granted where it is there is taken back where it is there.
    fn about_role(&mut self, condition: &Condition, statement: &Reader) -> Option<bool> {
        let (role, made) = match condition {
            Condition::NotExists(Probe::Role(role)) => (role, true),
            Condition::Exists(Probe::Role(role)) => (role, false),
            _ => return None,
        };
        if self.exists(&Probe::Role(role.clone())).is_some() {
            return None;
        }
        if made && (statement.are("CREATE ROLE") || statement.are("CREATE USER")) {
            self.server_roles.push((self.span.clone(), role.clone()));
            return Some(false);
        }
        let about_privileges =
            statement.is("GRANT") || statement.is("REVOKE") || statement.are("ALTER DEFAULT PRIVILEGES");
        if !made && about_privileges {
            self.guarded_roles.insert(role.clone());
            return Some(true);
        }
        None
    }

    pub(super) fn makes_what_exists(&self, mut r: Reader) -> bool {
        if r.eat("CREATE TYPE") || r.eat("CREATE DOMAIN") {
            return r.name().is_some_and(|n| self.catalog.types.contains(&n));
        }
        if r.eat("CREATE TABLE") {
            return r.name().is_some_and(|n| self.catalog.table(&n).is_some());
        }
        if r.eat("CREATE POLICY") || r.eat("CREATE TRIGGER") {
            let name = r.ident();
            r.until(&["ON"]);
            r.skip();
            let table = r.name().and_then(|t| self.catalog.table(&t));
            return table.is_some_and(|t| {
                t.policies.iter().any(|p| Some(&p.name) == name.as_ref())
                    || t.triggers.iter().any(|x| Some(&x.name) == name.as_ref())
            });
        }
        if r.eat("CREATE SCHEMA") || r.eat("CREATE ROLE") || r.eat("CREATE EXTENSION") {
            return r.ident().is_some_and(|n| self.catalog.others.keys().any(|(_, o)| o.name == n));
        }
        if r.eat_any(&["CREATE INDEX", "CREATE UNIQUE INDEX", "CREATE FULLTEXT INDEX"]).is_some() {
            let name = r.ident();
            r.until(&["ON"]);
            r.skip();
            let table = r.name().and_then(|t| self.catalog.table(&t));
            return name.zip(table).is_some_and(|(name, table)| has_index(table, &name, self.dialect()));
        }
        if !r.eat("ALTER TABLE") {
            return false;
        }
        r.eat("IF EXISTS");
        r.eat("ONLY");
        let Some(table) = r.name() else { return false };
        if r.eat("ADD CONSTRAINT") {
            return r.ident().is_some_and(|n| self.owner_of_constraint(&table, &n));
        }
        if r.eat_any(&["ADD INDEX", "ADD KEY", "ADD UNIQUE INDEX", "ADD UNIQUE KEY", "ADD UNIQUE"]).is_some() {
            let there = |name: String| self.catalog.table(&table).is_some_and(|t| has_index(t, &name, self.dialect()));
            return r.ident().is_some_and(there);
        }
        if r.eat("ADD COLUMN") || r.eat("ADD") {
            return r.ident().is_some_and(|n| self.catalog.table(&table).is_some_and(|t| t.column(&n).is_some()));
        }
        false
    }

    /// Does a guard hold, each of its conditions where it was asked?
    fn held(&mut self, guard: &Condition, asked: &[usize], answers: &mut Answers) -> Option<bool> {
        let parts = match guard {
            Condition::And(all) if asked.len() > 1 => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut places = asked.iter();
        let held: Vec<Option<bool>> = parts
            .iter()
            .map(|part| match places.next() {
                Some(at) => self.answer(part, *at, answers),
                None => self.holds(part),
            })
            .collect();
        all_held(held)
    }

    /// An ELSE has its answer from the IF.
    fn answer(&mut self, condition: &Condition, at: usize, answers: &mut Answers) -> Option<bool> {
        if let Some((_, _, held)) = answers.given.iter().find(|(place, known, _)| *place == at && known == condition) {
            return *held;
        }
        let held = match answers.asked.iter_mut().find(|(number, _)| *number == at) {
            Some((_, then)) => {
                std::mem::swap(self.catalog, then);
                let held = self.holds(condition);
                std::mem::swap(self.catalog, then);
                held
            }
            None => self.holds(condition),
        };
        answers.given.push((at, condition.clone(), held));
        answers.given.push((at, condition.clone().not(), held.map(|h| !h)));
        held
    }

    pub(super) fn holds(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Exists(probe) => self.exists(probe),
            Condition::NotExists(probe) => self.exists(probe).map(|e| !e),
            Condition::Not(inner) => self.holds(inner).map(|h| !h),
            Condition::And(all) => all_held(all.iter().map(|c| self.holds(c)).collect()),
            Condition::Or(any) => {
                let held: Vec<Option<bool>> = any.iter().map(|c| self.holds(c)).collect();
                if held.contains(&Some(true)) {
                    Some(true)
                } else {
                    held.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
                }
            }
            Condition::Has(probe, attribute) => self.has(probe, attribute),
            Condition::Unknown(_) => None,
        }
    }

    fn exists(&self, probe: &Probe) -> Option<bool> {
        let plain = |name: &str| Name::plain(name);
        let other = |kind: &'static str, name: &str| self.catalog.others.contains(&(kind, plain(name)));
        Some(match probe {
            Probe::Table(name) => {
                self.catalog.views.contains(&super::rows::name(name)) || self.asked_table(name)?.is_some()
            }
            Probe::Column(table, column) => self.asked_table(table)?.is_some_and(|t| t.column(column).is_some()),
            Probe::ColumnLike { table, name, data_type, nullable } => {
                match self.asked_table(table)?.and_then(|t| t.column(name)) {
                    Some(column) => is_like(column, data_type.as_deref(), *nullable)?,
                    None => false,
                }
            }
            Probe::Constraint { table, name } => self.in_table(table, |t| self.has_constraint(t, name))?,
            Probe::Index { table, name } => self.in_table(table, |t| has_index(t, name, self.dialect()))?,
            Probe::Type(name) => self.catalog.types.keys().any(|n| n.name == *name),
            Probe::EnumValue { ty, value } => self.catalog.types.iter().any(|(n, t)| {
                n.name == *ty && matches!(&t.kind, TypeKind::Enum(values) if values.iter().any(|v| v.name == *value))
            }),
            Probe::Function(name) => self.catalog.routines.keys().any(|(n, _)| n.name == *name),
            Probe::Trigger { table, name } => self.in_table(table, |t| t.triggers.iter().any(|x| x.name == *name))?,
            Probe::Policy { table, name } => self.in_table(table, |t| t.policies.iter().any(|p| p.name == *name))?,
            Probe::Schema(name) => name == "public" || other("SCHEMA", name),
            Probe::Extension(name) => name == "plpgsql" || other("EXTENSION", name),
            Probe::Role(name) if other("ROLE", name) || other("USER", name) => true,
            // Roles belong to the server, not to the history.
            Probe::Role(_) => return None,
            Probe::Sequence(name) => self.catalog.sequences.keys().any(|n| n.name == name.name),
            Probe::View(name) => self.catalog.views.keys().any(|n| n.name == name.name),
            Probe::Rows(_) | Probe::Unknown(_) => return None,
        })
    }

    /// The table that a question names, if it is there. None where only another schema has one of the name: a question
    /// that names no schema may mean that one.
    pub(super) fn asked_table(&self, name: &crate::rows::Name) -> Option<Option<&Table>> {
        let name = super::rows::name(name);
        let table = self.catalog.table(&name);
        let elsewhere = || self.catalog.tables.keys().any(|other| other.name == name.name);
        let doubtful = table.is_none() && name.schema.is_empty() && self.dialect().is_postgres() && elsewhere();
        (!doubtful).then_some(table)
    }

    /// Is there something in the table that a question names, or in any where it names none?
    fn in_table(&self, table: &Option<crate::rows::Name>, found: impl Fn(&Table) -> bool) -> Option<bool> {
        match table {
            Some(table) => Some(self.asked_table(table)?.is_some_and(found)),
            None => Some(self.catalog.tables.iter().any(|(_, t)| found(t))),
        }
    }
}

/// Has a column of MySQL this type, whatever its length? MariaDB keeps JSON as text, so that one only the server tells.
fn is_like(column: &Column, data_type: Option<&str>, nullable: Option<bool>) -> Option<bool> {
    let base = parts(Dialect::Mysql, &column.canonical).base;
    let same = match data_type {
        Some(_) if base == "json" => return None,
        Some(asked) => base.eq_ignore_ascii_case(asked),
        None => true,
    };
    Some(same && nullable.is_none_or(|may| may != column.not_null))
}

/// Has a table an index of this name, or a constraint that keeps one? MySQL's are the same in any case.
pub(super) fn has_index(table: &Table, name: &str, dialect: Dialect) -> bool {
    let same = |own: &str| own == name || (dialect == Dialect::Mysql && own.eq_ignore_ascii_case(name));
    table.indexes.iter().any(|i| same(&i.name)) || table.constraints.iter().any(|c| c.has_index() && same(&c.name))
}

/// Do all hold? One that does not is enough to tell.
fn all_held(held: Vec<Option<bool>>) -> Option<bool> {
    if held.contains(&Some(false)) { Some(false) } else { held.into_iter().collect::<Option<Vec<_>>>().map(|_| true) }
}
