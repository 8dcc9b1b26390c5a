//! What is on a column: how it comes on another that stands beside it, and what can't.

use super::then::Then;
use crate::Dialect;
use crate::catalog::{
    Catalog, Column, Constraint, ConstraintKind, Index, Name, Policy, Privilege, Table, Target, mentions,
};
use crate::dialect::quote;
use crate::expand::rewrite::{is_about, is_over};
use crate::lint::Step;
use crate::names::truncate;
use crate::render::clause;

const PG: Dialect = Dialect::Postgres;

/// What an index for the time being becomes.
pub(super) enum Becoming {
    Index(String),
    Constraint(Box<Constraint>),
}

impl Becoming {
    /// Its last name.
    pub fn name(&self) -> &str {
        match self {
            Becoming::Index(name) => name,
            Becoming::Constraint(constraint) => &constraint.name,
        }
    }
}

/// What is on a column when the migration is through, as it stands on the one that is there meanwhile.
#[derive(Default)]
pub(super) struct Hung {
    pub indexes: Vec<(Index, Becoming)>,
    /// A check and the name that it gets.
    pub checks: Vec<(Constraint, String)>,
}

impl Hung {
    /// What is on one more column of a table, under the names of the time being; each with its last name. What is over several
    /// columns is made with the last of them.
    pub fn extend(&mut self, then: &Then, table: &Name, meanwhile: &str) {
        let dialect = then.catalog.dialect;
        let (Some(table), later) = (then.table(table), then.later(table, meanwhile)) else { return };
        let ours = |last: &str| truncate(dialect, &format!("unmigrate_{meanwhile}_{last}"));
        let own = |i: &&Index| is_over(i, meanwhile, dialect) && !later.iter().any(|l| is_over(i, l, dialect));
        for index in table.indexes.iter().filter(own) {
            let own = Index { name: ours(&index.name), ..index.clone() };
            self.indexes.push((own, Becoming::Index(index.name.clone())));
        }
        let own = |c: &&Constraint| is_about(c, meanwhile, dialect) && !later.iter().any(|l| is_about(c, l, dialect));
        for constraint in table.constraints.iter().filter(own) {
            if let Some(index) = super::as_index(constraint) {
                // SQLite's constraints need no name: their columns make one.
                let name = match constraint.name.as_str() {
                    "" => ours(&format!("{}_key", constraint.columns().join("_"))),
                    name => ours(name),
                };
                let own = Index { name, ..index };
                self.indexes.push((own, Becoming::Constraint(Box::new(constraint.clone()))));
            } else if matches!(constraint.kind, ConstraintKind::Check(_)) {
                let own = Constraint { name: ours(&constraint.name), ..constraint.clone() };
                self.checks.push((own, constraint.name.clone()));
            }
        }
    }

    /// Statements that give everything its last name.
    pub fn names(&self, table: &Name, own: &str) -> Vec<String> {
        let mut out = Vec::new();
        for (index, becoming) in &self.indexes {
            let now = clause::name(&table.sibling(&index.name), PG);
            out.push(match becoming {
                Becoming::Index(name) => format!("ALTER INDEX {now} RENAME TO {}", quote(name, PG)),
                Becoming::Constraint(constraint) => super::constraint_using(constraint, &index.name, own),
            });
        }
        out.extend(self.checks.iter().map(|(check, name)| {
            format!("ALTER TABLE {own} RENAME CONSTRAINT {} TO {}", quote(&check.name, PG), quote(name, PG))
        }));
        out
    }

    /// What is said of them when the migration is through: it went with what was on the old column.
    pub fn remarks(&self, after: &Catalog, table: &Name) -> Vec<String> {
        let of_index = |name: &str| remark(after, "INDEX", &table.sibling(name), "");
        let of_constraint = |name: &str| remark(after, "CONSTRAINT", table, name);
        let of = |(_, becoming): &(Index, Becoming)| match becoming {
            Becoming::Index(name) => [of_index(name), None],
            Becoming::Constraint(constraint) => [of_constraint(&constraint.name), of_index(&constraint.name)],
        };
        let checks = self.checks.iter().filter_map(|(_, name)| of_constraint(name));
        self.indexes.iter().flat_map(of).flatten().chain(checks).collect()
    }
}

/// PostgreSQL: the statement that says of an index, or of a constraint of a table, what is said of it then.
pub(super) fn remark(after: &Catalog, kind: &'static str, name: &Name, part: &str) -> Option<String> {
    let target = Target { kind, name: name.clone(), part: part.to_owned() };
    let text = after.comments.get(&target)?;
    let own = clause::name(name, PG);
    Some(match kind {
        "CONSTRAINT" => format!("COMMENT ON CONSTRAINT {} ON {own} IS {text}", quote(part, PG)),
        _ => format!("COMMENT ON {kind} {own} IS {text}"),
    })
}

/// Foreign keys of a column, and to it: the reason why it can't be one of those that have none, where there is one.
pub(super) fn referring(step: &Step, table: &Table, column: &Column) -> Option<String> {
    let mut own =
        table.constraints.iter().filter(|c| is_about(c, &column.name, step.dialect) && c.foreign_key().is_some());
    if let Some(constraint) = own.next() {
        return Some(format!("the foreign key {} is on it", constraint.name));
    }
    let refers = |c: &Constraint| {
        c.foreign_key().is_some_and(|key| key.table == table.name && key.references.contains(&column.name))
    };
    let mut others = step.before.tables.iter();
    others.find_map(|(name, other)| {
        let key = other.constraints.iter().find(|c| refers(c))?;
        Some(format!("{} of {name} refers to it", key.name))
    })
}

/// What would go with a column, and is not made again on another: exclusions, triggers, policies, generated columns, views and
/// privileges that name it.
pub(super) fn obstacle(step: &Step, table: &Table, column: &Column) -> Option<String> {
    let named = |text: &str| mentions(text, &column.name, step.dialect);
    let mut excluded = table.constraints.iter().filter(|c| matches!(c.kind, ConstraintKind::Exclude(_)));
    if let Some(constraint) = excluded.find(|c| is_about(c, &column.name, step.dialect)) {
        return Some(format!("the exclusion {} is on it", constraint.name));
    }
    let (mut triggers, mut policies) = (table.triggers.iter(), table.policies.iter());
    if let Some(trigger) = triggers.find(|t| named(&t.event.text) || named(&t.rest.text)) {
        return Some(format!("the trigger {} names it", trigger.name));
    }
    let of_policy = |p: &Policy| [&p.using, &p.check].into_iter().flatten().any(|s| named(&s.text));
    if let Some(policy) = policies.find(|p| of_policy(p)) {
        return Some(format!("the policy {} names it", policy.name));
    }
    let reads = |c: &&Column| c.generated.as_ref().is_some_and(|g| named(&g.expression.text));
    if let Some(other) = table.columns.iter().find(reads) {
        return Some(format!("the generated column {} is computed from it", other.name));
    }
    let mut views = step.before.views.iter();
    let view = views.find(|(_, v)| mentions(&v.query.text, &table.name.name, step.dialect) && named(&v.query.text));
    if let Some((name, _)) = view {
        return Some(format!("the view {name} reads it"));
    }
    let held = |p: &Privilege| {
        p.target.name == table.name && p.privilege.split_once('(').is_some_and(|(_, columns)| named(columns))
    };
    let own = step.before.privileges.iter().any(|(p, _)| held(p)) || !column.settings.is_empty();
    own.then(|| "privileges or settings of its own are on it".to_owned())
}
