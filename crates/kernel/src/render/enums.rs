//! An enum whose values change, on PostgreSQL.
//!
//! Values can be added and renamed in place; one can't be taken out, and a new one can't be used in the transaction
//! that adds it (55P04). Then the type is made anew and every column, default, index, check, view and function that
//! uses it moves over.

use super::clause::{self, literal};
use super::postgres::create_type;
use super::postgres::views_on;
use super::{Context, Statement, object};
use crate::Dialect;
use crate::catalog::{
    Catalog, Column, ConstraintKind, Label, Name, Routine, Table, Type, TypeKind, View, Wanted, mentions,
};
use crate::conversion::Labels;
use crate::dialect::quote;
use std::collections::BTreeSet;
use std::rc::Rc;

const PG: Dialect = Dialect::Postgres;

/// The statements that give an enum other values. `catalog` is the state in which they run.
pub fn alter(before: &Type, after: &Type, catalog: &Catalog, context: &Context) -> Result<Vec<Statement>, String> {
    let (TypeKind::Enum(had), TypeKind::Enum(wanted)) = (&before.kind, &after.kind) else {
        return Err(format!("{}: only enums change in place", after.name));
    };
    let mut out = Vec::new();
    let had = renames(&after.name, had, wanted, &mut out);
    let added: Vec<&Label> = wanted.iter().filter(|w| !had.contains(&w.name)).collect();
    let kept: Vec<&String> = wanted.iter().map(|w| &w.name).filter(|w| had.contains(w)).collect();
    let only_grows = kept.len() == had.len() && kept.iter().zip(&had).all(|(a, b)| *a == b);
    if only_grows && !used(&added, after, catalog, context) {
        out.extend(grow(&after.name, wanted, &had));
        return Ok(out);
    }
    out.extend(rebuild(after, wanted, catalog, context)?);
    Ok(out)
}

/// Renames the values that are the same under another name; gives the names as they are then.
fn renames(name: &Name, had: &[Label], wanted: &[Label], out: &mut Vec<Statement>) -> Vec<String> {
    let mut names: Vec<String> = had.iter().map(|l| l.name.clone()).collect();
    for (at, label) in had.iter().enumerate().filter(|(_, l)| l.lineage.0 != 0) {
        let Some(same) = wanted.iter().find(|w| w.lineage.0 == label.lineage.0) else { continue };
        if same.name != label.name && !names.contains(&same.name) {
            let sql = format!(
                "ALTER TYPE {} RENAME VALUE {} TO {}",
                clause::name(name, PG),
                literal(&label.name),
                literal(&same.name)
            );
            out.push(Statement::new(sql, name.to_string()));
            names[at] = same.name.clone();
        }
    }
    names
}

fn grow(name: &Name, wanted: &[Label], had: &[String]) -> Vec<Statement> {
    let mut there: Vec<&str> = had.iter().map(String::as_str).collect();
    let mut out = Vec::new();
    for (at, label) in wanted.iter().enumerate() {
        if there.contains(&label.name.as_str()) {
            continue;
        }
        let place = match (at.checked_sub(1).map(|p| &wanted[p].name), there.first()) {
            (Some(previous), _) if there.last() == Some(&previous.as_str()) => String::new(),
            (Some(previous), _) => format!(" AFTER {}", literal(previous)),
            (None, Some(first)) => format!(" BEFORE {}", literal(first)),
            (None, None) => String::new(),
        };
        let sql = format!("ALTER TYPE {} ADD VALUE {}{place}", clause::name(name, PG), literal(&label.name));
        out.push(Statement::new(sql, name.to_string()));
        there.insert(at.min(there.len()), &label.name);
    }
    out
}

/// Does anything that stands after this rollback name an added value? Then it is used in the same transaction.
fn used(added: &[&Label], kind: &Type, catalog: &Catalog, context: &Context) -> bool {
    let names = |text: &str| added.iter().any(|l| text.contains(&literal(&l.name)));
    let of_type = |c: &Column| of_type(c, &kind.name);
    let in_table = |t: &Table| {
        t.columns.iter().any(|c| of_type(c) && c.default.as_ref().is_some_and(|d| names(&d.text)))
            || t.indexes.iter().any(|i| i.predicate.as_ref().is_some_and(|p| names(&p.text)))
            || t.constraints.iter().any(|c| matches!(&c.kind, ConstraintKind::Check(sql) if names(&sql.text)))
            || t.policies.iter().any(|p| p.using.iter().chain(&p.check).any(|sql| names(&sql.text)))
    };
    context.target.tables.iter().any(|(_, t)| in_table(t))
        || catalog.maybe(Wanted::OfType(&kind.name)).iter().any(|(_, t)| t.columns.iter().any(of_type) && in_table(t))
        || context.target.views.iter().any(|(_, v)| names(&v.query.text))
}

fn rebuild(after: &Type, wanted: &[Label], catalog: &Catalog, context: &Context) -> Result<Vec<Statement>, String> {
    let name = clause::name(&after.name, PG);
    let mut old = after.name.sibling(format!("{}_old", after.name.name));
    while catalog.types.contains(&old) {
        old.name.push('_');
    }
    let users: Vec<(Name, Column)> = catalog
        .maybe(Wanted::OfType(&after.name))
        .into_iter()
        .flat_map(|(table, t)| t.columns.iter().filter(|c| of_type(c, &after.name)).map(|c| (table.clone(), c.clone())))
        // A partition follows its parent.
        .filter(|(table, _)| catalog.table(table).is_none_or(|t| t.partition_of.is_none()))
        .collect();
    // Their default is of the type, they are not: it steps aside.
    let leaning: Vec<(Name, Column)> = catalog
        .maybe(Wanted::OfType(&after.name))
        .into_iter()
        .flat_map(|(table, t)| t.columns.iter().map(|c| (table.clone(), c.clone())))
        .filter(|(_, c)| !of_type(c, &after.name) && c.default_is_of(&after.name, PG))
        .collect();
    let mut aside = Aside::default();
    for (table, column) in &users {
        aside.of_column(catalog, table, column)?;
    }
    aside.routines(catalog, &after.name);
    let mut out = aside.before;
    let head = |table: &Name, c: &Column| {
        format!("ALTER TABLE {} ALTER COLUMN {}", clause::name(table, PG), quote(&c.name, PG))
    };
    for (table, column) in &leaning {
        let sql = format!("{} DROP DEFAULT", head(table, column));
        out.push(Statement::new(sql, object(table, &column.name)));
    }
    out.push(Statement::new(format!("ALTER TYPE {name} RENAME TO {}", quote(&old.name, PG)), after.name.to_string()));
    out.push(Statement::new(create_type(after), after.name.to_string()));
    for (table, column) in &users {
        out.extend(convert(table, column, &name, wanted, context));
    }
    for (table, column) in &leaning {
        let wanted = context.target.table(table).and_then(|t| t.column(&column.name)).unwrap_or(column);
        if let Some(default) = wanted.default.as_ref().filter(|_| wanted.canonical == column.canonical) {
            let sql = format!("{} SET DEFAULT {}", head(table, column), default.text);
            out.push(Statement::new(sql, object(table, &column.name)));
        }
    }
    out.extend(aside.after);
    out.push(Statement::new(format!("DROP TYPE {}", clause::name(&old, PG)), after.name.to_string()));
    Ok(out)
}

fn of_type(column: &Column, name: &Name) -> bool {
    name.is_type_of(&column.canonical, PG)
}

fn convert(table: &Name, column: &Column, name: &str, before: &[Label], context: &Context) -> Vec<Statement> {
    let about = object(table, &column.name);
    let quoted = quote(&column.name, PG);
    let head = format!("ALTER TABLE {} ALTER COLUMN {quoted}", clause::name(table, PG));
    let array = if column.canonical.ends_with("[]") { "[]" } else { "" };
    let mut out = Vec::new();
    if column.default.is_some() {
        out.push(Statement::new(format!("{head} DROP DEFAULT"), about.clone()));
    }
    let values = names_back(&about, &quoted, before, context).unwrap_or_else(|| format!("{quoted}::text{array}"));
    out.push(Statement::new(
        format!("{head} SET DATA TYPE {name}{array} USING ({values}::{name}{array})"),
        about.clone(),
    ));
    // The default that it has in the end: today's may name a value that is gone.
    let wanted = context.target.table(table).and_then(|t| t.column(&column.name)).map_or(column, |c| c);
    if let Some(default) = wanted.default.as_ref().filter(|_| wanted.canonical == column.canonical) {
        out.push(Statement::new(format!("{head} SET DEFAULT {}", default.text), about));
    }
    out
}

/// Where the migration gave values other names: the names that they had.
fn names_back(about: &str, quoted: &str, had: &[Label], context: &Context) -> Option<String> {
    let using = context.using.iter().find(|(column, _)| column == about).map(|(_, using)| using)?;
    let had: Vec<String> = had.iter().map(|l| l.name.clone()).collect();
    let (ways, _) = Labels::read(using)?.back(&had);
    let whens: Vec<String> = ways
        .iter()
        .filter(|(is, was)| is != was)
        .map(|(is, was)| format!(" WHEN {} THEN {}", literal(is), literal(was)))
        .collect();
    (!whens.is_empty()).then(|| format!("(CASE {quoted}::text{} ELSE {quoted}::text END)", whens.concat()))
}

/// What steps aside while the type is made anew, and comes back.
#[derive(Default)]
struct Aside {
    before: Vec<Statement>,
    after: Vec<Statement>,
    seen: BTreeSet<String>,
}

impl Aside {
    fn pair(&mut self, key: String, drop: String, create: String, about: String) {
        if self.seen.insert(key) {
            self.before.push(Statement::new(drop, about.clone()));
            self.after.insert(0, Statement::new(create, about));
        }
    }

    fn of_column(&mut self, catalog: &Catalog, table: &Name, column: &Column) -> Result<(), String> {
        let Some(inside) = catalog.table(table) else { return Ok(()) };
        let named = |text: &str| mentions(text, &column.name, PG);
        if inside.columns.iter().any(|c| c.generated.as_ref().is_some_and(|g| named(&g.expression.text))) {
            return Err(format!("{table}: a generated column rests on {}, whose type must be made anew", column.name));
        }
        // Views are dropped last-made first, so the outermost goes first.
        let views = views_on(catalog, table, Some(&column.name));
        for view in ordered(catalog, views) {
            self.view(&view);
        }
        let own = clause::name(table, PG);
        for policy in &inside.policies {
            if policy.using.iter().chain(&policy.check).any(|sql| named(&sql.text)) {
                let (drop, create) = super::postgres::policy_statements(table, policy);
                self.pair(format!("policy {table} {}", policy.name), drop, create, object(table, &policy.name));
            }
        }
        for trigger in inside.triggers.iter().filter(|t| named(&t.event.text) || named(&t.rest.text)) {
            let (drop, create) = super::postgres::trigger_statements(table, trigger);
            self.pair(format!("trigger {table} {}", trigger.name), drop, create, object(table, &trigger.name));
        }
        for constraint in &inside.constraints {
            let drop = format!("ALTER TABLE {own} DROP CONSTRAINT {}", quote(&constraint.name, PG));
            let create = format!("ALTER TABLE {own} ADD {}", clause::constraint(constraint, PG));
            if matches!(&constraint.kind, ConstraintKind::Check(sql) if named(&sql.text)) {
                self.pair(format!("check {table} {}", constraint.name), drop, create, object(table, &constraint.name));
            }
        }
        for index in &inside.indexes {
            let in_predicate = index.predicate.as_ref().is_some_and(|p| named(&p.text));
            let in_part = index.parts.iter().any(|p| p.expression.as_ref().is_some_and(|e| named(&e.text)));
            if in_predicate || in_part {
                let drop = format!("DROP INDEX {}", clause::name(&table.sibling(&index.name), PG));
                let create = clause::create_index(index, table, false, PG);
                self.pair(format!("index {table} {}", index.name), drop, create, object(table, &index.name));
            }
        }
        Ok(())
    }

    fn view(&mut self, view: &Rc<View>) {
        let statements = super::postgres::view_statements(view);
        if !self.seen.insert(format!("view {}", view.name)) {
            return;
        }
        let about = view.name.to_string();
        let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
        self.before.push(Statement::new(format!("DROP {kind} {}", clause::name(&view.name, PG)), about));
        // In the reverse order of the drops.
        self.after.splice(0..0, statements);
    }

    fn routines(&mut self, catalog: &Catalog, name: &Name) {
        let using: Vec<Rc<Routine>> = catalog
            .routines
            .keys()
            .filter_map(|k| catalog.routines.shared(k))
            .filter(|r| mentions(r.head(), &name.name, PG))
            .collect();
        for routine in using {
            let own = clause::name(&routine.name, PG);
            let drop = format!("DROP {} {own}({})", routine.kind, routine.signature);
            let create = format!("CREATE {} {own}{}", routine.kind, routine.rest.text);
            self.pair(
                format!("routine {} {}", routine.name, routine.signature),
                drop,
                create,
                routine.name.to_string(),
            );
        }
    }
}

/// Those that read others first.
fn ordered(catalog: &Catalog, names: BTreeSet<Name>) -> Vec<Rc<View>> {
    let mut left: Vec<Rc<View>> = names.iter().filter_map(|n| catalog.views.shared(n)).collect();
    let mut out = Vec::new();
    while !left.is_empty() {
        let outermost = (0..left.len())
            .find(|at| {
                !left.iter().any(|v| v.name != left[*at].name && mentions(&v.query.text, &left[*at].name.name, PG))
            })
            .unwrap_or(0);
        out.push(left.remove(outermost));
    }
    out
}
