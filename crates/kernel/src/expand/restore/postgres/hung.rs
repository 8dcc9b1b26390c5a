//! What is on the columns that come: indexes are made beside others, checks and foreign keys hold for what is written and are
//! looked at then, and all of it gets its name in the end. What this does not know stays in the last transaction.

use super::PG;
use super::between::Between;
use super::ours::{ours, quoted};
use super::parts::Parts;
use crate::catalog::{Catalog, Constraint, ConstraintKind, ForeignKey, Index, Name, Sql, Table};
use crate::expand::recipe::{as_index, constraint_using};
use crate::expand::rewrite::{is_about, is_over};
use crate::render::{Statement, clause};

/// What a statement of the way back is about, as it is at the end and as it is until then.
struct Hung<'h> {
    between: &'h Between,
    now: &'h Catalog,
    statements: &'h [Statement],
    /// Unique indexes of the time between: a table, and the columns.
    unique: Vec<(Name, Vec<String>)>,
}

/// Takes what it knows out of the last transaction.
pub fn take(between: &Between, (now, then): (&Catalog, &Catalog), statements: &[Statement], parts: &mut Parts) {
    let mut hung = Hung { between, now, statements, unique: vec![] };
    let tables = || then.tables.iter().filter_map(|(name, table)| Some((name, table, between.catalog.table(name)?)));
    for (name, last, until) in tables().filter(|(_, table, _)| table.partition_by.is_none()) {
        for (last, until) in last.indexes.iter().zip(&until.indexes) {
            hung.index(name, last, until, parts);
        }
        for (last, until) in last.constraints.iter().zip(&until.constraints) {
            hung.constraint(name, last, until, parts);
        }
    }
    for (name, last, until) in tables().filter(|(_, table, _)| table.partition_by.is_none()) {
        for (last, until) in last.constraints.iter().zip(&until.constraints) {
            hung.foreign_key(name, last, until, parts);
        }
    }
}

impl Hung<'_> {
    fn at(&self, sql: &str) -> Option<usize> {
        self.statements.iter().position(|s| s.sql == sql)
    }

    /// It is over a column that comes, and over none that is not there yet, and names no type that is not.
    fn is_of(&self, table: &Name, over: &dyn Fn(&str) -> bool, texts: &[&Option<Sql>]) -> bool {
        let typed = texts.iter().filter_map(|t| t.as_ref()).any(|t| self.between.names_type(&t.text));
        self.between.coming(table).any(over) && !self.between.absent(table).any(over) && !typed
    }

    fn index(&mut self, table: &Name, last: &Index, until: &Index, parts: &mut Parts) {
        let mut texts: Vec<&Option<Sql>> = until.parts.iter().map(|p| &p.expression).collect();
        texts.push(&until.predicate);
        let made = [false, true].map(|apart| clause::create_index(last, table, apart, PG));
        let Some(at) = made.iter().find_map(|sql| self.at(sql)) else { return };
        if !self.is_of(table, &|c| is_over(until, c, PG), &texts) {
            return;
        }
        let own = Index { name: ours(&last.name), ..until.clone() };
        self.make(table, &own, at, parts);
        let renamed =
            format!("ALTER INDEX {} RENAME TO {}", clause::name(&table.sibling(&own.name), PG), quoted(&last.name));
        parts.instead.push((at, vec![Statement::new(renamed, "")]));
    }

    fn make(&mut self, table: &Name, own: &Index, at: usize, parts: &mut Parts) {
        let sql = clause::create_index(own, table, true, PG);
        parts.beside.push(Statement { sql, apart: true, ..self.statements[at].clone() });
        let columns: Option<Vec<String>> = own.parts.iter().map(|p| p.column.clone()).collect();
        if let Some(columns) = columns.filter(|_| own.unique && own.predicate.is_none()) {
            self.unique.push((table.clone(), columns));
        }
    }

    fn constraint(&mut self, table: &Name, last: &Constraint, until: &Constraint, parts: &mut Parts) {
        let own = clause::name(table, PG);
        let Some(at) = self.at(&format!("ALTER TABLE {own} ADD {}", clause::constraint(last, PG))) else { return };
        let text = match &until.kind {
            ConstraintKind::Check(sql) => Some(sql.clone()),
            _ => None,
        };
        if last.not_valid || !self.is_of(table, &|c| is_about(until, c, PG), &[&text]) {
            return;
        }
        if let Some(index) = as_index(until) {
            let index = Index { name: ours(&last.name), ..index };
            self.make(table, &index, at, parts);
            let made = constraint_using(last, &index.name, &own);
            parts.instead.push((at, vec![Statement::new(made, "")]));
        } else if text.is_some() {
            let name = quoted(&ours(&last.name));
            let eased = Constraint { name: ours(&last.name), not_valid: true, ..until.clone() };
            let add = format!("ALTER TABLE {own} ADD {}", clause::constraint(&eased, PG));
            parts.first.push(Statement::new(add, ""));
            let looked = format!("ALTER TABLE {own} VALIDATE CONSTRAINT {name}");
            parts.beside.push(Statement { sql: looked.clone(), apart: true, ..self.statements[at].clone() });
            parts.instead.push((at, named_last(&own, &name, &last.name, looked)));
        }
    }

    fn foreign_key(&self, table: &Name, last: &Constraint, until: &Constraint, parts: &mut Parts) {
        let (own, Some(key)) = (clause::name(table, PG), until.foreign_key()) else { return };
        let Some(at) = self.at(&format!("ALTER TABLE {own} ADD {}", clause::constraint(last, PG))) else { return };
        let Some(theirs) = self.theirs(key) else { return };
        let comes =
            |table: &Name, columns: &[String]| columns.iter().any(|c| self.between.coming(table).any(|n| n == c));
        let (here, there) = (comes(table, &key.columns), comes(&key.table, &theirs));
        let absent = self.between.absent(table).any(|c| key.columns.iter().any(|own| own == c))
            || self.between.absent(&key.table).any(|c| theirs.iter().any(|own| own == c));
        let held = !there || self.unique.iter().any(|(t, columns)| *t == key.table && alike(columns, &theirs));
        if last.not_valid || !(here || there) || absent || !held {
            return;
        }
        let name = ours(&last.name);
        let spelled = ForeignKey { references: theirs, ..key.clone() };
        let kind = ConstraintKind::ForeignKey(spelled);
        let eased = Constraint { name: name.clone(), not_valid: true, kind, ..until.clone() };
        let name = quoted(&name);
        parts.keys.push(Statement::new(format!("ALTER TABLE {own} ADD {}", clause::constraint(&eased, PG)), ""));
        let looked = format!("ALTER TABLE {own} VALIDATE CONSTRAINT {name}");
        parts.looked.push(Statement { sql: looked.clone(), apart: true, ..self.statements[at].clone() });
        parts.instead.push((at, named_last(&own, &name, &last.name, looked)));
    }

    /// The columns that a foreign key refers to, until the end. None where they can't be told.
    fn theirs(&self, key: &ForeignKey) -> Option<Vec<String>> {
        if !key.references.is_empty() {
            return Some(key.references.clone());
        }
        let owned = |t: &Table| t.key_columns().into_iter().map(str::to_owned).collect::<Vec<_>>();
        let theirs = self.between.catalog.table(&key.table).or_else(|| self.now.table(&key.table)).map(owned)?;
        (!theirs.is_empty()).then_some(theirs)
    }
}

fn alike(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.iter().all(|c| b.contains(c))
}

/// A constraint gets its name. Where it was looked at already nothing is looked at here.
fn named_last(own: &str, name: &str, last: &str, looked: String) -> Vec<Statement> {
    let renamed = format!("ALTER TABLE {own} RENAME CONSTRAINT {name} TO {}", quoted(last));
    [looked, renamed].into_iter().map(|sql| Statement::new(sql, "")).collect()
}
