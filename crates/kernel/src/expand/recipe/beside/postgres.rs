//! PostgreSQL: the statements of both phases.

use super::Plan;
use crate::Dialect;
use crate::catalog::{Column, Constraint};
use crate::dialect::quote;
use crate::names::truncate;
use crate::render::clause;

const PG: Dialect = Dialect::Postgres;

impl Plan<'_> {
    pub(super) fn expand(&self) -> Vec<String> {
        let own = self.own();
        let mut out = Vec::new();
        for (copy, new) in self.pairs() {
            let mut column = format!("{} {}", quote(&copy.name, PG), copy.data_type);
            if let Some(collation) = &new.collation {
                column.push_str(&format!(" COLLATE {collation}"));
            }
            out.push(format!("ALTER TABLE {own} ADD COLUMN {column}"));
        }
        if let ([old], [new]) = (self.beside.old.as_slice(), self.beside.new.as_slice())
            && old.not_null
            && !new.not_null
        {
            out.push(format!("ALTER TABLE {own} ALTER COLUMN {} DROP NOT NULL", quote(&old.name, PG)));
        }
        out.extend(self.triggers.0.iter().cloned());
        for (check, column) in self.required() {
            out.push(format!("ALTER TABLE {own} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID"));
        }
        out.extend(self.hung.checks.iter().map(|(check, _)| {
            let eased = Constraint { not_valid: true, ..check.clone() };
            format!("ALTER TABLE {own} ADD {}", clause::constraint(&eased, PG))
        }));
        out
    }

    /// The checks that stand for NOT NULL until the contract, each with its column.
    fn required(&self) -> Vec<(String, String)> {
        let table = &self.beside.before.name.name;
        let name = |copy: &Column| truncate(PG, &format!("unmigrate_{table}_{}_required", copy.name));
        let all = self.pairs().filter(|(_, new)| new.not_null);
        all.map(|(copy, _)| (quote(&name(copy), PG), quote(&copy.name, PG))).collect()
    }

    pub(super) fn contract(&self) -> Vec<String> {
        let (own, table) = (self.own(), &self.beside.before.name);
        let mut out = Vec::new();
        // What looks at rows comes first, while others still read and write.
        let required = self.required();
        let checks = self.hung.checks.iter().map(|(check, _)| quote(&check.name, PG));
        for name in checks.chain(required.iter().map(|(check, _)| check.clone())) {
            out.push(format!("ALTER TABLE {own} VALIDATE CONSTRAINT {name}"));
        }
        out.extend(self.hung.indexes.iter().map(|(index, _)| super::super::create_if_missing(index, table)));
        out.extend(self.triggers.1.iter().cloned());
        for (check, column) in &required {
            out.push(format!("ALTER TABLE {own} ALTER COLUMN {column} SET NOT NULL"));
            out.push(format!("ALTER TABLE {own} DROP CONSTRAINT {check}"));
        }
        for (at, old) in self.beside.old.iter().enumerate() {
            out.push(format!(
                "{}-- unmigrate-ignore drop-column, rename-column, drop-add-rename, column-recreated: the other column holds the \
                 values\nALTER TABLE {own} DROP COLUMN {}",
                self.restore(at),
                quote(&old.name, PG)
            ));
        }
        for (copy, new) in self.pairs() {
            out.extend(self.last(copy, new, &own));
        }
        out.extend(self.hung.names(table, &own));
        out.extend(self.hung.remarks(&self.beside.step.after, table));
        for new in &self.beside.new {
            let text = self.comment_on(new);
            out.extend(text.map(|text| format!("COMMENT ON COLUMN {own}.{} IS {text}", quote(&new.name, PG))));
        }
        if let Some(first) = out.first_mut() {
            *first = format!("{}{first}", self.filled());
        }
        out
    }

    /// A new column gets its name and its default.
    fn last(&self, copy: &Column, new: &Column, own: &str) -> Vec<String> {
        let (meanwhile, last) = (quote(&copy.name, PG), quote(&new.name, PG));
        let mut out = Vec::new();
        if copy.name != new.name {
            out.push(format!(
                "-- unmigrate-ignore rename-column: the one that had the name is gone\nALTER TABLE {own} RENAME COLUMN {meanwhile} TO {last}"
            ));
        }
        if let Some(default) = clause::default(copy) {
            out.push(format!("ALTER TABLE {own} ALTER COLUMN {last} SET {default}"));
        }
        out
    }

    /// The comment on it when the migration is through, as a literal.
    fn comment_on(&self, new: &Column) -> Option<String> {
        let comments = self.beside.step.after.comments.iter();
        let table = &self.beside.after.name;
        let mut own = comments.filter(|(t, _)| t.kind == "COLUMN" && t.name == *table && t.part == new.name);
        own.next().map(|(_, text)| text.clone())
    }
}
