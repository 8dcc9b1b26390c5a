//! SQLite, libSQL, Turso, D1.
//!
//! What ALTER TABLE can do is done with it; everything else makes the table anew (`rebuild.rs`). The file runs with
//! foreign keys off, so tables and rows can come and go in any order; what counts is that no view and no trigger names
//! a table that is away while another is renamed (sqlite.org/lang_altertable.html, section 2; run on 3.40).

use super::sqlite_clause::{create_table, create_trigger, create_view, of_query};
use super::sqlite_table::{InPlace, in_place};
use super::{Context, Statement, clause, object};
use crate::Dialect;
use crate::catalog::{Catalog, Column, ConstraintKind, Index, Name, Table, Trigger, View, mentions, renamed_sqlite};
use crate::change::{Change, Pair};
use crate::dialect::{Quotes, quote};
use crate::diff::{Phase, Step};
use crate::rebuild::{Rebuild, dangling, triggers_naming, views_reading};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The statements for the steps.
pub fn render(steps: &[Step], context: &Context) -> Result<Vec<Statement>, String> {
    let mut renderer = Renderer { steps, context, renamed: renamed(steps, context.now), ..Renderer::empty(context) };
    renderer.decide()?;
    renderer.aside();
    renderer.drops();
    renderer.renames();
    renderer.creates()?;
    renderer.tables()?;
    renderer.indexes();
    renderer.views();
    renderer.triggers();
    Ok(renderer.out)
}

/// The catalog as it is when the renames have run.
fn renamed<'a>(steps: &[Step], now: &'a Catalog) -> Cow<'a, Catalog> {
    let mut out = Cow::Borrowed(now);
    for step in steps {
        let before = matches!(step.phase, Phase::Rename | Phase::DropTable);
        if before && !in_the_way(steps, step) {
            if let Cow::Borrowed(now) = out {
                out = Cow::Owned(now.without_names());
            }
            out.to_mut().apply(&step.change);
        }
    }
    out
}

/// A column that gets the name of one that goes: the copy into the new table renames it.
fn in_the_way(steps: &[Step], rename: &Step) -> bool {
    let Change::Column { table, pair: Pair { before: Some(_), after: Some(to) }, .. } = &rename.change else {
        return false;
    };
    rename.phase == Phase::Rename
        && steps.iter().any(|s| match &s.change {
            Change::Column { table: old, pair: Pair { before: Some(gone), after: None }, .. } => {
                last_name(steps, old) == *table && gone.name.eq_ignore_ascii_case(&to.name)
            }
            _ => false,
        })
}

/// The name that a table has in the end.
fn last_name(steps: &[Step], name: &Name) -> Name {
    let mut name = name.clone();
    for step in steps.iter().filter(|s| s.phase == Phase::Rename) {
        if let Change::Table(Pair { before: Some(from), after: Some(to) }) = &step.change
            && from.name == name
        {
            name = to.name.clone();
        }
    }
    name
}

struct Renderer<'a> {
    context: &'a Context<'a>,
    steps: &'a [Step],
    renamed: Cow<'a, Catalog>,
    /// What is done to a table beyond its renames, by the name that it has in the end.
    plans: BTreeMap<Name, Plan<'a>>,
    /// Views that step aside though nothing changes in them.
    views: Vec<Name>,
    /// Triggers that do, with their tables.
    triggers: Vec<(Name, String)>,
    /// What a trigger must not name while another table is changed.
    away: BTreeSet<Name>,
    out: Vec<Statement>,
}

enum Plan<'a> {
    InPlace(InPlace<'a>),
    Rebuild(&'a Table),
}

impl<'a> Renderer<'a> {
    fn empty(context: &'a Context<'a>) -> Renderer<'a> {
        Renderer {
            context,
            steps: &[],
            renamed: Cow::Borrowed(context.now),
            plans: BTreeMap::new(),
            views: vec![],
            triggers: vec![],
            away: BTreeSet::new(),
            out: vec![],
        }
    }

    fn quotes(&self) -> Quotes {
        self.context.now.quotes
    }

    fn say(&mut self, sql: String, object: impl Into<String>) {
        self.out.push(Statement::new(sql, object));
    }

    fn last_name(&self, name: &Name) -> Name {
        last_name(self.steps, name)
    }

    /// The tables that steps change inside, by the names that they have in the end.
    fn changed(&self) -> BTreeSet<Name> {
        let mut out = BTreeSet::new();
        for step in self.steps {
            match &step.change {
                Change::Table(Pair { before: Some(_), after: Some(to) }) if step.phase != Phase::Rename => {
                    out.insert(to.name.clone());
                }
                Change::Column { table, .. } | Change::Constraint { table, .. } if step.phase < Phase::Rename => {
                    out.insert(self.last_name(table));
                }
                Change::Column { table, .. } | Change::Constraint { table, .. } if step.phase > Phase::Rename => {
                    out.insert(table.clone());
                }
                _ => {}
            }
        }
        out
    }

    /// ALTER TABLE, or the whole table anew?
    fn decide(&mut self) -> Result<(), String> {
        for name in self.changed() {
            let (Some(is), Some(wanted)) = (self.renamed.table(&name).cloned(), self.context.target.tables.get(&name))
            else {
                continue;
            };
            if temporary(wanted) {
                continue;
            }
            let plan = match in_place(&is, wanted) {
                Some(in_place) => Plan::InPlace(in_place),
                None if wanted.persistence == "VIRTUAL" || is.persistence == "VIRTUAL" => {
                    return Err(format!("{name}: a virtual table can't be altered"));
                }
                None if of_query(wanted) || of_query(&is) => {
                    return Err(format!("{name}: a query made this table, and what columns it had is not known"));
                }
                None if wanted.partial => {
                    return Err(format!("{name}: no file makes this table, so it can't be made anew"));
                }
                None => Plan::Rebuild(wanted),
            };
            self.plans.insert(name, plan);
        }
        Ok(())
    }

    fn rebuilt(&self, table: &Name) -> bool {
        matches!(self.plans.get(table), Some(Plan::Rebuild(_)))
    }

    /// Which views and triggers must not be there while tables are away.
    fn aside(&mut self) {
        let in_place = self.plans.values().all(|p| matches!(p, Plan::InPlace(_)));
        if in_place && !self.steps.iter().any(|s| renames_table(s) || drops_column(s)) {
            return;
        }
        let mut away: BTreeSet<Name> = self.plans.keys().filter(|n| self.rebuilt(n)).cloned().collect();
        for step in self.steps {
            match &step.change {
                Change::Table(Pair { before: Some(gone), after: None }) => drop(away.insert(gone.name.clone())),
                Change::Table(Pair { before: None, after: Some(made) }) => drop(away.insert(made.name.clone())),
                _ => {}
            }
        }
        // What was in the way before the migration is in the way of undoing it.
        if !self.context.now.incomplete {
            away.extend(dangling(&self.renamed));
        }
        let gone: BTreeSet<Name> = self.steps.iter().filter_map(dropped_view).collect();
        away.extend(gone.iter().cloned());
        let dropped = |view: &View| gone.contains(&view.name);
        let views: Vec<Name> =
            views_reading(&self.renamed, &away).into_iter().filter(|v| !dropped(v)).map(|v| v.name.clone()).collect();
        // Views count too: a trigger that writes to one that is away would be in the way.
        away.extend(views.iter().cloned());
        let goes = |table: &Name, name: &str| {
            self.steps.iter().any(|s| {
                matches!(&s.change, Change::Trigger { pair: Pair { before: Some(t), after: None }, .. } if t.name == name)
                    || matches!(&s.change, Change::Table(Pair { before: Some(t), after: None }) if t.name == *table)
            })
        };
        let triggers = triggers_naming(&self.renamed, &away)
            .into_iter()
            .filter(|(table, t)| !t.modifiers.text.to_ascii_uppercase().contains("TEMP") && !goes(table, &t.name))
            .map(|(table, t)| (table.clone(), t.name.clone()))
            .collect();
        self.views = views;
        self.triggers = triggers;
        self.away = away;
    }

    /// All that goes before anything gets another name.
    fn drops(&mut self) {
        for view in self.views.clone() {
            self.say(format!("DROP VIEW {}", clause::name(&view, self.quotes())), view.to_string());
        }
        for (table, trigger) in self.triggers.clone() {
            self.say(format!("DROP TRIGGER {}", quote(&trigger, self.quotes())), object(&table, &trigger));
        }
        let steps = self.steps;
        for step in steps.iter().filter(|s| s.phase < Phase::Rename) {
            match &step.change {
                Change::View(Pair { before: Some(gone), after: None }) if !temp_view(gone) => {
                    self.say(format!("DROP VIEW {}", clause::name(&gone.name, self.quotes())), gone.name.to_string());
                }
                Change::Trigger { table, pair: Pair { before: Some(gone), after: None } } => {
                    self.drop_trigger(table, gone)
                }
                Change::Index { table, pair: Pair { before: Some(gone), after: None } }
                    if !self.rebuilt(&self.last_name(table)) =>
                {
                    self.say(format!("DROP INDEX {}", quote(&gone.name, self.quotes())), object(table, &gone.name));
                }
                Change::Table(Pair { before: Some(gone), after: None }) => self.drop_table(gone),
                Change::Column { table, pair: Pair { before: Some(gone), after: None }, .. }
                    if !self.rebuilt(&self.last_name(table)) =>
                {
                    let own = clause::name(table, self.quotes());
                    let sql = format!("ALTER TABLE {own} DROP COLUMN {}", quote(&gone.name, self.quotes()));
                    self.say(sql, object(table, &gone.name));
                }
                _ => {}
            }
        }
    }

    /// A trigger goes with its table and with its view; one that is in the way of another table before that.
    fn drop_trigger(&mut self, table: &Name, gone: &Trigger) {
        let with_view = self.views.contains(table)
            || self
                .steps
                .iter()
                .any(|s| matches!(&s.change, Change::View(Pair { before: Some(v), after: None }) if v.name == *table));
        let names = |n: &Name| n != table && mentions(&gone.rest.text, &n.name, Dialect::Sqlite);
        let goes_later = self.rebuilt(&self.last_name(table)) && !self.away.iter().any(names);
        if !with_view && !goes_later {
            self.say(format!("DROP TRIGGER {}", quote(&gone.name, self.quotes())), object(table, &gone.name));
        }
    }

    fn drop_table(&mut self, gone: &Table) {
        let sql = if temporary(gone) {
            // It is there only in the session that ran the migration.
            format!("DROP TABLE IF EXISTS temp.{}", quote(&gone.name.name, self.quotes()))
        } else {
            format!("DROP TABLE {}", clause::name(&gone.name, self.quotes()))
        };
        self.say(sql, gone.name.to_string());
    }

    fn renames(&mut self) {
        let steps = self.steps;
        for step in steps.iter().filter(|s| s.phase == Phase::Rename && !in_the_way(steps, s)) {
            match &step.change {
                Change::Table(Pair { before: Some(from), after: Some(to) }) if !temporary(from) => {
                    let own = clause::name(&from.name, self.quotes());
                    let sql = format!("ALTER TABLE {own} RENAME TO {}", quote(&to.name.name, self.quotes()));
                    self.say(sql, to.name.to_string());
                }
                Change::Column { table, pair: Pair { before: Some(from), after: Some(to) }, .. } => {
                    let own = clause::name(table, self.quotes());
                    let (from, to_name) = (quote(&from.name, self.quotes()), quote(&to.name, self.quotes()));
                    let sql = format!("ALTER TABLE {own} RENAME COLUMN {from} TO {to_name}");
                    self.say(sql, object(table, &to.name));
                }
                _ => {}
            }
        }
    }

    fn creates(&mut self) -> Result<(), String> {
        let steps = self.steps;
        for step in steps {
            if let Change::Table(Pair { before: None, after: Some(made) }) = &step.change
                && !temporary(made)
            {
                let sql = create_table(made, &made.name, self.quotes())
                    .ok_or(format!("{}: a query made this table, and what columns it had is not known", made.name))?;
                self.say(sql, made.name.to_string());
            }
        }
        Ok(())
    }

    fn tables(&mut self) -> Result<(), String> {
        let plans = std::mem::take(&mut self.plans);
        for (name, plan) in &plans {
            match plan {
                Plan::InPlace(in_place) => {
                    for column in &in_place.added {
                        let own = clause::name(name, self.quotes());
                        let definition = super::sqlite_clause::column(in_place.wanted, column, self.quotes());
                        self.say(format!("ALTER TABLE {own} ADD COLUMN {definition}"), object(name, &column.name));
                    }
                }
                Plan::Rebuild(wanted) => self.rebuild(name, wanted)?,
            }
        }
        self.plans = plans;
        Ok(())
    }

    fn rebuild(&mut self, name: &Name, wanted: &Table) -> Result<(), String> {
        let Some(is) = self.renamed.table(name).cloned() else { return Ok(()) };
        let taken = |n: &Name| {
            self.renamed.tables.contains(n) || self.renamed.views.contains(n) || self.context.target.tables.contains(n)
        };
        let plan = Rebuild::new(&is, wanted, taken);
        let mut made = renamed_sqlite(wanted, &plan.beside);
        if self.context.keys_on {
            refer_to(&mut made, name, &plan.beside);
        }
        let create = create_table(&made, &plan.beside, self.quotes())
            .ok_or(format!("{name}: a query made this table, and what columns it had is not known"))?;
        let (own, beside) = (clause::name(name, self.quotes()), clause::name(&plan.beside, self.quotes()));
        let mut first = Statement::new(create, name.to_string());
        first.objects.extend(wanted.columns.iter().map(|c| object(name, &c.name)));
        first.objects.extend(is.columns.iter().map(|c| object(name, &c.name)));
        first.objects.extend(wanted.constraints.iter().map(|c| object(name, &c.name)));
        self.out.push(first);
        if numbered(&is) && numbered(wanted) {
            // The numbers go on after the highest that was ever given, not after the highest that is left.
            let text = |n: &Name| n.name.replace('\'', "''");
            let (old, new) = (text(name), text(&plan.beside));
            self.say(
                format!(
                    "INSERT INTO sqlite_sequence (name, seq) SELECT '{new}', seq FROM sqlite_sequence WHERE name = '{old}'"
                ),
                name.to_string(),
            );
        }
        let filled: Vec<(&str, &str)> = self.filled(name, &plan);
        self.say(copy(&plan, &filled, &own, &beside, self.quotes()), name.to_string());
        self.say(format!("DROP TABLE {own}"), name.to_string());
        self.say(format!("ALTER TABLE {beside} RENAME TO {}", quote(&name.name, self.quotes())), name.to_string());
        Ok(())
    }

    /// The columns that nothing of the old table is copied into, and that hold something all the same.
    fn filled(&self, name: &Name, plan: &Rebuild) -> Vec<(&'a str, &'a str)> {
        let copied = |column: &str| plan.copied.iter().any(|(into, _)| *into == column);
        let own = self.context.filled.iter().filter(|f| f.table == *name && !copied(&f.column));
        let there = own.filter(|f| plan.wanted.column(&f.column).is_some_and(|c| c.generated.is_none()));
        there.map(|f| (f.column.as_str(), f.expression.as_str())).collect()
    }

    fn indexes(&mut self) {
        let mut wanted: Vec<(Name, Index)> = Vec::new();
        for (name, plan) in &self.plans {
            if let Plan::Rebuild(table) = plan {
                wanted.extend(table.indexes.iter().map(|i| (name.clone(), i.clone())));
            }
        }
        for step in self.steps {
            if let Change::Index { table, pair: Pair { before: None, after: Some(index) } } = &step.change
                && !self.rebuilt(table)
            {
                wanted.push((table.clone(), Index::clone(index)));
            }
        }
        for (table, index) in wanted {
            self.say(clause::create_index(&index, &table, false, self.quotes()), object(&table, &index.name));
        }
    }

    fn views(&mut self) {
        let steps = self.steps;
        let aside: Vec<Rc<View>> = self.views.iter().filter_map(|n| self.wanted_view(n)).collect();
        let made = steps.iter().filter_map(|s| match &s.change {
            Change::View(Pair { before: None, after: Some(view) }) if !temp_view(view) => Some(view.clone()),
            _ => None,
        });
        let mut all: Vec<Rc<View>> = made.collect();
        all.extend(aside);
        for view in all {
            self.say(create_view(&view, self.quotes()), view.name.to_string());
            for trigger in &view.triggers {
                self.say(create_trigger(&view.name, trigger, self.quotes()), object(&view.name, &trigger.name));
            }
        }
    }

    fn wanted_view(&self, name: &Name) -> Option<Rc<View>> {
        self.context.target.views.shared(name).or_else(|| self.context.now.views.shared(name))
    }

    fn wanted_table(&self, name: &Name) -> Option<&Table> {
        self.context.target.tables.get(name).or_else(|| self.context.now.tables.get(name))
    }

    fn triggers(&mut self) {
        let mut wanted: Vec<(Name, Trigger)> = Vec::new();
        for (name, plan) in &self.plans {
            if let Plan::Rebuild(table) = plan {
                wanted.extend(table.triggers.iter().map(|t| (name.clone(), t.clone())));
            }
        }
        for (table, name) in &self.triggers {
            let stays = self.wanted_table(table).and_then(|t| t.triggers.iter().find(|t| t.name == *name));
            if !self.rebuilt(table)
                && let Some(trigger) = stays
            {
                wanted.push((table.clone(), trigger.clone()));
            }
        }
        for step in self.steps {
            if let Change::Trigger { table, pair: Pair { before: None, after: Some(trigger) } } = &step.change
                && !self.rebuilt(table)
                && !self.views.contains(table)
            {
                wanted.push((table.clone(), Trigger::clone(trigger)));
            }
        }
        wanted.dedup_by(|a, b| a.1.name == b.1.name);
        for (table, trigger) in wanted {
            if !trigger.modifiers.text.to_ascii_uppercase().contains("TEMP") {
                self.say(create_trigger(&table, &trigger, self.quotes()), object(&table, &trigger.name));
            }
        }
    }
}

/// References of a table to itself are to its rows in the new one: those in the old one go.
fn refer_to(table: &mut Table, from: &Name, to: &Name) {
    for constraint in &mut table.constraints {
        if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
            && key.table == *from
        {
            key.table = to.clone();
        }
    }
}

/// INSERT .. SELECT of the columns that both have, and of those that are computed.
fn copy(plan: &Rebuild, filled: &[(&str, &str)], own: &str, beside: &str, quotes: Quotes) -> String {
    let (mut into, from): (Vec<&str>, Vec<&str>) = plan.copied.iter().copied().unzip();
    if !into.is_empty() {
        let list = |names: &[&str]| clause::columns(names, quotes);
        let computed: String = filled.iter().map(|(_, expression)| format!(", {expression}")).collect();
        into.extend(filled.iter().map(|(column, _)| *column));
        return format!("INSERT INTO {beside} ({}) SELECT {}{computed} FROM {own}", list(&into), list(&from));
    }
    // No column is left of it but the rows: as many come back.
    let first = plan.wanted.columns.iter().find(|c| c.generated.is_none());
    let value = first.and_then(|c| c.default.as_ref()).map_or("NULL", |d| d.text.as_str());
    let name = first.map(|c| c.name.as_str()).unwrap_or_default();
    format!("INSERT INTO {beside} ({}) SELECT {value} FROM {own}", quote(name, quotes))
}

fn renames_table(step: &Step) -> bool {
    step.phase == Phase::Rename && matches!(step.change, Change::Table(_) | Change::Column { .. })
}

fn dropped_view(step: &Step) -> Option<Name> {
    match &step.change {
        Change::View(Pair { before: Some(gone), after: None }) => Some(gone.name.clone()),
        _ => None,
    }
}

fn drops_column(step: &Step) -> bool {
    matches!(step.change, Change::Column { pair: Pair { before: Some(_), after: None }, .. })
}

fn numbered(table: &Table) -> bool {
    table.columns.iter().any(|c: &Column| c.auto_increment)
}

fn temporary(table: &Table) -> bool {
    table.persistence == "TEMP" || table.name.schema.eq_ignore_ascii_case("temp")
}

fn temp_view(view: &View) -> bool {
    view.modifiers.text.to_ascii_uppercase().contains("TEMP")
}
