//! What stands on a column has to step aside while the column changes its type or goes: PostgreSQL refuses otherwise
//! ("cannot alter type of a column used by a view or rule", "used in a policy definition", "in a trigger definition").

use crate::Dialect;
use crate::catalog::{
    Catalog, Constraint, ConstraintKind, Lineage, Name, Policy, Sql, Table, Trigger, View, Wanted, mentions,
};
use crate::change::{Change, Pair};
use crate::diff::{Phase, Step};
use crate::render::Context;
use std::collections::BTreeSet;
use std::rc::Rc;

const PG: Dialect = Dialect::Postgres;

/// The steps, and the views, policies and triggers in their way dropped before and made again after.
pub fn with_dependents(steps: &[Step], context: &Context) -> Vec<Step> {
    let mut touched: Vec<(Name, Option<String>)> = Vec::new();
    for step in steps {
        match (&step.change, step.phase) {
            (Change::Column { table, pair, .. }, Phase::AlterColumn) => {
                if let (Some(before), Some(after)) = (&pair.before, &pair.after)
                    && (before.canonical != after.canonical
                        || before.collation != after.collation
                        || before.generated != after.generated)
                {
                    touched.push((table.clone(), Some(after.name.clone())));
                }
            }
            (Change::Column { table, pair: Pair { before: Some(gone), after: None }, .. }, _) => {
                touched.push((table.clone(), Some(gone.name.clone())));
            }
            (Change::Table(Pair { before: Some(gone), after: None }), _) => touched.push((gone.name.clone(), None)),
            (Change::View(Pair { before: Some(gone), after: None }), _) => touched.push((gone.name.clone(), None)),
            _ => {}
        }
    }
    let views: BTreeSet<Name> = touched.iter().flat_map(|(t, c)| views_on(context.now, t, c.as_deref())).collect();
    let mut extra = Extra { steps, out: Vec::new() };
    for name in &views {
        if let (Some(is), Some(wanted)) = (context.now.views.shared(name), wanted(context, steps, name)) {
            extra.view(is, wanted);
        }
    }
    for (table, column) in &touched {
        if let (Some(inside), Some(column)) = (context.now.table(table), column) {
            extra.inside(inside, column);
        }
    }
    for step in steps.iter().filter(|s| s.phase == Phase::AlterColumn) {
        if let Change::Column { pair: Pair { before: Some(before), after: Some(after) }, .. } = &step.change
            && before.canonical != after.canonical
        {
            extra.foreign_keys(context, after.lineage);
            extra.expressions(context, after.lineage);
        }
    }
    let mut all = steps.to_vec();
    all.extend(extra.out);
    crate::diff::sort(&mut all, Dialect::Postgres);
    all
}

/// What a view that is not touched itself becomes: the same, under the names that tables and columns have then.
fn wanted(context: &Context, steps: &[Step], name: &Name) -> Option<Rc<View>> {
    let dropped =
        |s: &Step| matches!(&s.change, Change::View(Pair { before: Some(v), after: None }) if v.name == *name);
    if steps.iter().any(dropped) {
        return None;
    }
    context.target.views.shared(name).or_else(|| context.now.views.shared(name))
}

/// The views that read a table (and a column of it), and those that read them.
pub fn views_on(catalog: &Catalog, table: &Name, column: Option<&str>) -> BTreeSet<Name> {
    let mut found: BTreeSet<Name> = catalog
        .views
        .iter()
        .filter(|(_, v)| {
            mentions(&v.query.text, &table.name, PG)
                && column.is_none_or(|c| v.query.text.contains('*') || mentions(&v.query.text, c, PG))
        })
        .map(|(n, _)| n.clone())
        .collect();
    loop {
        let more: Vec<Name> = catalog
            .views
            .iter()
            .filter(|(n, v)| {
                !found.contains(*n) && found.iter().any(|f| f != *n && mentions(&v.query.text, &f.name, PG))
            })
            .map(|(n, _)| n.clone())
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

struct Extra<'a> {
    steps: &'a [Step],
    out: Vec<Step>,
}

impl Extra<'_> {
    fn push(&mut self, phase: Phase, change: Change) {
        let step = Step { phase, change };
        if !self.steps.contains(&step) && !self.out.contains(&step) {
            self.out.push(step);
        }
    }

    fn view(&mut self, is: Rc<View>, wanted: Rc<View>) {
        self.push(Phase::DropView, Change::View(Pair::drop(is)));
        self.push(Phase::CreateView, Change::View(Pair::create(wanted)));
    }

    fn inside(&mut self, table: &Table, column: &str) {
        for policy in &table.policies {
            if policy.using.iter().chain(&policy.check).any(|sql| mentions(&sql.text, column, PG)) {
                self.policy(&table.name, policy);
            }
        }
        for trigger in &table.triggers {
            if mentions(&trigger.event.text, column, PG) || mentions(&trigger.rest.text, column, PG) {
                self.trigger(&table.name, trigger);
            }
        }
    }

    /// A foreign key's two sides change their types one after the other: between them it can't stand.
    fn foreign_keys(&mut self, context: &Context, column: Lineage) {
        if column.0 == 0 {
            return;
        }
        let Some((holder, inside)) = context.now.table_with_column(column) else { return };
        let Some(name) = inside.column_of(column).map(|c| c.name.clone()) else { return };
        let own = context.now.tables.entry(holder);
        let mut may = context.now.maybe(Wanted::Refers(holder));
        may.extend(own.filter(|(own, _)| !may.iter().any(|(n, _)| n == own)));
        may.sort_by_key(|(n, _)| *n);
        for (table, t) in may {
            for constraint in &t.constraints {
                let Some(key) = constraint.foreign_key() else { continue };
                let refers = key.table == *holder && key.references.contains(&name);
                if refers || (table == holder && key.columns.contains(&name)) {
                    self.foreign_key(context, table, t, constraint);
                }
            }
        }
    }

    /// PostgreSQL writes casts into the checks and index expressions of a column that changes its type, and does not take
    /// them out on the way back: they are made anew from their text.
    fn expressions(&mut self, context: &Context, column: Lineage) {
        let holder = Some(column).filter(|c| c.0 != 0).and_then(|c| context.now.table_with_column(c));
        let Some((table, inside)) = holder else { return };
        let Some(name) = inside.column_of(column).map(|c| c.name.clone()) else { return };
        let later = context.target.tables.iter().find(|(_, t)| t.lineage.0 == inside.lineage.0);
        let (after, wanted) = later.map_or((table, inside), |(n, t)| (n, t));
        for constraint in &inside.constraints {
            let ConstraintKind::Check(sql) = &constraint.kind else { continue };
            let same = wanted.constraints.iter().find(|c| c.lineage.0 == constraint.lineage.0);
            if let (true, Some(same)) = (mentions(&sql.text, &name, PG), same) {
                let drop = Change::Constraint { table: table.clone(), pair: Pair::drop(constraint.clone()) };
                let create = Change::Constraint { table: after.clone(), pair: Pair::create(same.clone()) };
                self.push_pair((Phase::DropConstraint, drop), (Phase::CreateConstraint, create));
            }
        }
        for index in &inside.indexes {
            let text = |sql: &Sql| mentions(&sql.text, &name, PG);
            let named = index.predicate.as_ref().is_some_and(text)
                || index.parts.iter().any(|p| p.expression.as_ref().is_some_and(text));
            let same = wanted.indexes.iter().find(|i| i.lineage.0 == index.lineage.0);
            if let (true, Some(same)) = (named, same) {
                let drop = Change::Index { table: table.clone(), pair: Pair::drop(index.clone()) };
                let create = Change::Index { table: after.clone(), pair: Pair::create(same.clone()) };
                self.push_pair((Phase::DropIndex, drop), (Phase::CreateIndex, create));
            }
        }
    }

    fn push_pair(&mut self, drop: (Phase, Change), create: (Phase, Change)) {
        self.push(drop.0, drop.1);
        self.push(create.0, create.1);
    }

    fn foreign_key(&mut self, context: &Context, table: &Name, inside: &Table, constraint: &Constraint) {
        let handled = self.steps.iter().any(|s| {
            matches!(&s.change, Change::Constraint { table: t, pair: Pair { before: Some(c), after: None } } if t == table && c.name == constraint.name)
                || matches!(&s.change, Change::Table(Pair { before: Some(t), after: None }) if t.name == *table)
        });
        if handled {
            return;
        }
        // Under the names that table and columns have in the end.
        let later = context.target.tables.iter().find(|(_, t)| t.lineage.0 == inside.lineage.0);
        let (name, wanted) = match later {
            Some((name, t)) => (
                name,
                t.constraint(&constraint.name)
                    .or_else(|| t.constraints.iter().find(|c| c.lineage.0 == constraint.lineage.0)),
            ),
            None => (table, Some(constraint)),
        };
        let Some(wanted) = wanted else { return };
        let drop = Change::Constraint { table: table.clone(), pair: Pair::drop(constraint.clone()) };
        let create = Change::Constraint { table: name.clone(), pair: Pair::create(wanted.clone()) };
        self.push(Phase::DropForeignKey, drop);
        self.push(Phase::CreateForeignKey, create);
    }

    fn policy(&mut self, table: &Name, policy: &Policy) {
        let handled = self.steps.iter().any(|s| {
            matches!(&s.change, Change::Policy { table: t, pair: Pair { before: Some(p), .. } } if t == table && p.name == policy.name)
        });
        if !handled {
            let change = |pair| Change::Policy { table: table.clone(), pair };
            self.push(Phase::DropPolicy, change(Pair::drop(policy.clone())));
            self.push(Phase::CreatePolicy, change(Pair::create(policy.clone())));
        }
    }

    fn trigger(&mut self, table: &Name, trigger: &Trigger) {
        let handled = self.steps.iter().any(|s| {
            matches!(&s.change, Change::Trigger { table: t, pair: Pair { before: Some(x), .. } } if t == table && x.name == trigger.name)
        });
        if !handled {
            let change = |pair| Change::Trigger { table: table.clone(), pair };
            self.push(Phase::DropTrigger, change(Pair::drop(trigger.clone())));
            self.push(Phase::CreateTrigger, change(Pair::create(trigger.clone())));
        }
    }
}
