//! MySQL and MariaDB, in SQL that both take (run on MariaDB 10.11; where MySQL 8 differs, its manual was followed).
//!
//! DDL commits by itself here (MySQL manual, "Statements That Cause an Implicit Commit"), so a rollback that stops
//! halfway stays there. What changes inside a table is therefore one ALTER TABLE, which happens whole or not at all. It
//! is also the only way for an AUTO_INCREMENT column and its key, and for an index that a foreign key rests on and its
//! successor: neither may be without the other for a moment (errors 1075 and 1553).

mod alter;
pub(super) mod column;
mod create;
mod keys;
mod moves;

use super::clause;
use super::{Context, Statement, object};
use crate::Dialect;
use crate::catalog::{Name, Other, Privilege, Routine, Trigger, View, Wanted};
use crate::change::{Change, Pair};
use crate::dialect::quote;
use crate::diff::{Phase, Step};
use moves::Moves;

const MYSQL: Dialect = Dialect::Mysql;

/// A table that others refer to goes only so (MySQL manual, "foreign_key_checks").
const WITHOUT_CHECKS: &str =
    "SET @foreign_key_checks_before = @@SESSION.foreign_key_checks, SESSION foreign_key_checks = 0";
const CHECKS_AS_BEFORE: &str = "SET SESSION foreign_key_checks = @foreign_key_checks_before";

/// The statements for the steps. Those for steps before [`Phase::Rename`] that take whole objects away come first, so
/// that they are the same statements when rendered alone.
pub fn render(steps: &[Step], context: &Context) -> Result<Vec<Statement>, String> {
    let mut renderer = Renderer { context, steps, moves: Moves::read(steps), out: Vec::new() };
    renderer.leave();
    let aside = keys::aside(steps, context, &renderer.moves);
    aside.iter().for_each(|key| renderer.drop_key(&key.table, &key.name));
    renderer.rename()?;
    renderer.others(|kind| kind != "EVENT")?;
    renderer.create_tables()?;
    renderer.alter_tables()?;
    aside.iter().for_each(|key| renderer.add_key(&key.new_table, &key.constraint));
    renderer.arrive()?;
    renderer.others(|kind| kind == "EVENT")?;
    renderer.privileges(|phase| phase != Phase::Revoke);
    if renderer.leaves_references() {
        let setting = |sql: &str| Statement { sql: sql.to_string(), ..Statement::default() };
        renderer.out.insert(0, setting(WITHOUT_CHECKS));
        renderer.out.push(setting(CHECKS_AS_BEFORE));
    }
    Ok(renderer.out)
}

struct Renderer<'a> {
    context: &'a Context<'a>,
    steps: &'a [Step],
    moves: Moves,
    out: Vec<Statement>,
}

impl<'a> Renderer<'a> {
    fn say(&mut self, sql: String, object: impl Into<String>) {
        self.out.push(Statement::new(sql, object));
    }

    /// Does a table go, and another that refers to it stays? Then the migration, too, ran without the checks.
    fn leaves_references(&self) -> bool {
        let gone: Vec<&Name> = self
            .steps
            .iter()
            .filter_map(|s| match &s.change {
                Change::Table(Pair { before: Some(gone), after: None }) => Some(&gone.name),
                _ => None,
            })
            .collect();
        let dropped = |table: &Name, key: &str| {
            self.steps.iter().any(|s| {
                matches!(&s.change, Change::Constraint { table: t, pair: Pair { before: Some(c), after: None } }
                    if t == table && c.name == key)
            })
        };
        gone.iter().any(|name| {
            let others = self.context.now.maybe(Wanted::Refers(name)).into_iter().filter(|(n, _)| !gone.contains(n));
            others.into_iter().any(|(other, t)| {
                t.constraints
                    .iter()
                    .any(|c| c.foreign_key().is_some_and(|k| k.table == **name) && !dropped(other, &c.name))
            })
        })
    }

    /// What goes whole: views before what they read, foreign keys before what they rest on, then tables.
    fn leave(&mut self) {
        for step in self.steps {
            match &step.change {
                Change::View(Pair { before: Some(gone), after: None }) => {
                    self.say(format!("DROP VIEW {}", clause::name(&gone.name, MYSQL)), gone.name.to_string());
                }
                Change::Trigger { table, pair: Pair { before: Some(gone), after: None } } => {
                    let name = Name { schema: table.schema.clone(), name: gone.name.clone() };
                    self.say(format!("DROP TRIGGER {}", clause::name(&name, MYSQL)), object(table, &gone.name));
                }
                Change::Privilege { privilege, .. } if step.phase == Phase::Revoke => self.privilege(privilege, false),
                Change::Constraint { table, pair: Pair { before: Some(gone), after: None } }
                    if gone.foreign_key().is_some() =>
                {
                    self.drop_key(table, &gone.name);
                }
                Change::Table(Pair { before: Some(gone), after: None }) => self.drop_table(gone),
                _ => {}
            }
        }
    }

    fn rename(&mut self) -> Result<(), String> {
        for step in self.steps.iter().filter(|s| s.phase == Phase::Rename) {
            match &step.change {
                Change::Table(Pair { before: Some(before), after: Some(after) }) => {
                    self.rename_table(&before.name, &after.name);
                }
                // RENAME TABLE renames views too (MySQL manual, "RENAME TABLE Statement").
                Change::View(Pair { before: Some(before), after: Some(after) }) => {
                    self.rename_table(&before.name, &after.name);
                }
                Change::Type(_) | Change::Sequence(_) | Change::Other(_) => {
                    return Err("what was renamed can't be renamed back on MySQL".to_string());
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn rename_table(&mut self, from: &Name, to: &Name) {
        let sql = format!("RENAME TABLE {} TO {}", clause::name(from, MYSQL), clause::name(to, MYSQL));
        self.say(sql, to.to_string());
    }

    /// Foreign keys, when all tables are what they shall be; then what is text.
    fn arrive(&mut self) -> Result<(), String> {
        for step in self.steps {
            match &step.change {
                Change::Constraint { table, pair: Pair { before: None, after: Some(key) } }
                    if key.foreign_key().is_some() =>
                {
                    self.add_key(table, key);
                }
                Change::Routine(pair) => self.routine(pair.before.as_deref(), pair.after.as_deref()),
                Change::View(Pair { before: None, after: Some(view) }) => self.create_view(view)?,
                Change::Trigger { table, pair: Pair { before, after: Some(trigger) } } => {
                    if let Some(before) = before {
                        let name = Name { schema: table.schema.clone(), name: before.name.clone() };
                        self.say(format!("DROP TRIGGER {}", clause::name(&name, MYSQL)), object(table, &before.name));
                    }
                    self.create_trigger(table, trigger)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn create_view(&mut self, view: &View) -> Result<(), String> {
        if let Some(missing) = self.missing(view) {
            return Err(format!(
                "{}: the view reads {missing}, which was renamed or dropped: it can't be made again as it was",
                view.name
            ));
        }
        let modifiers = spaced(&view.modifiers.text);
        let options = if view.options.is_empty() { String::new() } else { format!(" {}", view.options.text) };
        let own = clause::name(&view.name, MYSQL);
        self.say(format!("CREATE {modifiers}VIEW {own}{options} AS {}", view.query.text), view.name.to_string());
        Ok(())
    }

    /// What a view reads that is not there when all is undone: nothing that is renamed or dropped takes a view along, and
    /// what the view names has to be there when it is made (MySQL manual, "CREATE VIEW Statement").
    fn missing(&self, view: &View) -> Option<String> {
        let (now, target) = (self.context.now, self.context.target);
        let table =
            |name: &Name| target.table(name).or_else(|| now.table(name).filter(|t| !now.tables.touched(&t.name)));
        let is_view =
            |name: &Name| target.views.contains(name) || (now.views.contains(name) && !now.views.touched(name));
        let reads = &view.reads.0;
        if let Some((gone, _)) = reads.iter().find(|(name, _)| table(name).is_none() && !is_view(name)) {
            return Some(gone.to_string());
        }
        let has = |name: &Name, column: &str| table(name).is_some_and(|t| t.partial || t.column(column).is_some());
        let all = reads.iter().flat_map(|(name, columns)| columns.iter().map(move |column| (name, column)));
        let of_table = all.filter(|(name, _)| table(name).is_some());
        let gone = of_table.into_iter().find(|(_, column)| !reads.iter().any(|(other, _)| has(other, column)));
        gone.map(|(name, column)| format!("{name}.{column}"))
    }

    fn create_trigger(&mut self, table: &Name, trigger: &Trigger) -> Result<(), String> {
        // A rename of a column does not reach into triggers, and what they name has to be there when they are made.
        let columns = self.columns_of(table);
        if let Some(column) = row_columns(&trigger.rest.text)
            .into_iter()
            .find(|c| !columns.is_empty() && !columns.iter().any(|own| own.eq_ignore_ascii_case(c)))
        {
            let name = &trigger.name;
            return Err(format!(
                "{name}: the trigger names {table}.{column}, which was renamed or dropped: it can't be made again as it was"
            ));
        }
        let order = self.fires_before(table, trigger).map(|o| format!("PRECEDES {} ", quote(&o, MYSQL)));
        let each = "FOR EACH ROW";
        let rest = &trigger.rest.text;
        let rest = match (order, rest.get(..each.len()).filter(|head| head.eq_ignore_ascii_case(each))) {
            (Some(order), Some(head)) => format!("{head} {order}{}", rest[each.len()..].trim_start()),
            _ => rest.clone(),
        };
        let sql = format!(
            "CREATE {}TRIGGER {} {} ON {} {rest}",
            spaced(&trigger.modifiers.text),
            quote(&trigger.name, MYSQL),
            trigger.event.text,
            clause::name(table, MYSQL),
        );
        self.say(sql, object(table, &trigger.name));
        Ok(())
    }

    /// The columns that a table has when all is undone; none where it is not known whole.
    fn columns_of(&self, table: &Name) -> Vec<String> {
        let known = self.context.target.tables.get(table).or_else(|| self.context.now.tables.get(table));
        let known = known.filter(|t| !t.partial);
        known.map(|t| t.columns.iter().map(|c| c.name.clone()).collect()).unwrap_or_default()
    }

    /// A trigger fires after those that are there, unless it is told before which (MySQL manual, "CREATE TRIGGER").
    fn fires_before(&self, table: &Name, trigger: &Trigger) -> Option<String> {
        let wanted = &self.context.target.tables.get(table)?.triggers;
        let at = wanted.iter().position(|t| t.name == trigger.name)?;
        let made = |name: &str| {
            self.steps.iter().any(|s| {
                matches!(&s.change, Change::Trigger { table: t, pair: Pair { before: None, after: Some(made) } }
                    if t == table && made.name == name)
            })
        };
        let later = wanted.iter().skip(at + 1).find(|t| t.event == trigger.event && !made(&t.name));
        later.map(|t| t.name.clone())
    }

    /// MySQL has no CREATE OR REPLACE for routines (MariaDB has): the old one goes first.
    fn routine(&mut self, before: Option<&Routine>, after: Option<&Routine>) {
        if let Some(gone) = before {
            self.say(format!("DROP {} {}", gone.kind, clause::name(&gone.name, MYSQL)), gone.name.to_string());
        }
        if let Some(made) = after {
            let head = clause::name(&made.name, MYSQL);
            let modifiers = spaced(&made.modifiers.text);
            let sql = format!("CREATE {modifiers}{} {head} {}", made.kind, made.rest.text);
            self.say(sql, made.name.to_string());
        }
    }

    /// Events and the rest, each kept as the statement that makes it.
    fn others(&mut self, of: impl Fn(&str) -> bool) -> Result<(), String> {
        for step in self.steps.iter().filter(|s| s.phase != Phase::Rename) {
            let Change::Other(pair) = &step.change else { continue };
            let kind = pair.before.as_ref().or(pair.after.as_ref()).map_or("", |o| o.kind);
            if of(kind) {
                self.other(pair.before.as_deref(), pair.after.as_deref());
            }
        }
        let sequence = self.steps.iter().any(|s| matches!(s.change, Change::Sequence(_) | Change::Type(_)));
        if sequence { Err("sequences of MariaDB are not undone yet".to_string()) } else { Ok(()) }
    }

    fn other(&mut self, before: Option<&Other>, after: Option<&Other>) {
        if let Some(gone) = before {
            self.say(format!("DROP {} {}", gone.kind, clause::name(&gone.name, MYSQL)), gone.name.to_string());
        }
        if let Some(made) = after {
            self.say(made.create.text.clone(), made.name.to_string());
        }
    }

    fn privileges(&mut self, of: impl Fn(Phase) -> bool) {
        for step in self.steps {
            if let Change::Privilege { privilege, pair } = &step.change
                && of(step.phase)
            {
                self.privilege(privilege, pair.after.is_some_and(|g| g.held));
            }
        }
    }

    fn privilege(&mut self, privilege: &Privilege, grant: bool) {
        let target = &privilege.target;
        let on = match target.kind {
            "ROLE" => String::new(),
            "TABLE" => format!(" ON {}", clause::name(&target.name, MYSQL)),
            kind => format!(" ON {kind} {}", clause::name(&target.name, MYSQL)),
        };
        let (verb, to) = if grant { ("GRANT", "TO") } else { ("REVOKE", "FROM") };
        self.say(format!("{verb} {}{on} {to} {}", privilege.privilege, privilege.grantee), target.name.to_string());
    }
}

/// The columns that a trigger's body names of the row: `NEW.a`, `OLD.b`.
fn row_columns(body: &str) -> Vec<String> {
    let tokens = crate::lex::lex(body, 0, MYSQL);
    let mut out = Vec::new();
    for at in 2..tokens.len() {
        let piece = |at: usize| &body[tokens[at].start..tokens[at].end];
        let row = matches!(piece(at - 2).trim_matches('`').to_ascii_lowercase().as_str(), "new" | "old");
        let inner = at < 3 || tokens[at - 3].kind != crate::lex::Kind::Punct(b'.');
        if row && inner && piece(at - 1) == "." {
            out.extend(crate::reader::identifier(piece(at), tokens[at].kind, MYSQL));
        }
    }
    out
}

/// With a space behind it, where there is anything.
fn spaced(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{text} ") }
}
