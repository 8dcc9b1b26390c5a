//! All that changes inside a table, as one ALTER TABLE.

use super::create::index;
use super::{Context, MYSQL, Renderer, clause, column, object, quote};
use crate::catalog::{Column, Constraint, ConstraintKind, List, Name, Table};
use crate::change::{Change, Pair};
use crate::dialect::Server;
use crate::diff::{Phase, Step};
use crate::lower::{has_charset, table_option, table_options};
use crate::render::Statement;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The actions of one ALTER TABLE, by when they stand in it.
#[derive(Default)]
struct Actions {
    drops: Vec<String>,
    columns: Vec<String>,
    adds: Vec<String>,
    options: Vec<String>,
    /// The same as a statement of its own, where it is the only action.
    alone: Option<String>,
    objects: Vec<String>,
    /// A column that is there becomes AUTO_INCREMENT.
    numbers: bool,
}

impl Renderer<'_> {
    /// Every table that is there before and after, in the order of its first step.
    pub(super) fn alter_tables(&mut self) -> Result<(), String> {
        let mut tables: Vec<Name> = Vec::new();
        for step in self.steps {
            if let Some(owner) = self.owner(step).filter(|o| !self.creates(o))
                && !tables.contains(&owner)
            {
                tables.push(owner);
            }
        }
        tables.iter().try_for_each(|table| self.alter_table(table))
    }

    /// The table, by its name afterwards, that a step changes inside.
    fn owner(&self, step: &Step) -> Option<Name> {
        // What is dropped is named as it is now.
        let named = |table: &Name, drop: bool| if drop { self.moves.table_becomes(table) } else { table.clone() };
        match &step.change {
            Change::Column { table, pair, .. } => Some(named(table, pair.after.is_none())),
            Change::Index { table, pair } => Some(named(table, pair.after.is_none())),
            Change::Constraint { table, pair } => {
                let foreign = pair.before.as_ref().or(pair.after.as_ref()).is_some_and(|c| c.foreign_key().is_some());
                (!foreign).then(|| named(table, pair.after.is_none()))
            }
            Change::Table(Pair { before: Some(_), after: Some(after) }) if step.phase != Phase::Rename => {
                Some(after.name.clone())
            }
            _ => None,
        }
    }

    fn alter_table(&mut self, table: &Name) -> Result<(), String> {
        let steps = self.steps;
        let server = self.context.now.server;
        let own: Vec<&Step> = steps.iter().filter(|s| self.owner(s).as_ref() == Some(table)).collect();
        let mut actions = Actions::default();
        let mut retext = false;
        for step in &own {
            actions.keys(table, step, server);
            actions.numbers |= becomes_numbered(step);
            if let Change::Table(Pair { before: Some(before), after: Some(after) }) = &step.change {
                retext |= actions.table_options(before, after)?;
            }
        }
        if retext || own.iter().any(|s| matches!(s.change, Change::Column { .. })) {
            self.columns(table, &own, retext, &mut actions)?;
        }
        self.out.extend(actions.statements(table));
        Ok(())
    }

    fn columns(&mut self, table: &Name, steps: &[&Step], retext: bool, actions: &mut Actions) -> Result<(), String> {
        let (Some(now), Some(wanted)) = sides(self.context, &self.moves.table_was(table), table) else {
            return Ok(());
        };
        let mut work = Work { partial: now.partial, ..Work::default() };
        for step in steps {
            let Change::Column { table: named, pair, .. } = &step.change else { continue };
            let column = pair.after.as_ref().or(pair.before.as_ref());
            actions.objects.extend(column.map(|c| object(named, &c.name)));
            match (&pair.before, &pair.after) {
                (Some(before), None) => work.dropped.push(before.name.clone()),
                (None, Some(after)) => drop(work.added.insert(after.name.clone())),
                (Some(before), Some(after)) if step.phase != Phase::Rename && !column::same(before, after) => {
                    if column::modifies(before, after) {
                        work.altered.insert(after.name.clone());
                    } else {
                        work.dropped.push(self.moves.column_was(table, &before.name));
                        work.added.insert(after.name.clone());
                    }
                }
                _ => {}
            }
        }
        if retext {
            work.altered.extend(wanted.columns.iter().filter(|c| has_charset(c)).map(|c| c.name.clone()));
            actions.objects.extend(work.altered.iter().map(|name| object(table, name)));
        }
        for old in &now.columns {
            let becomes = self.moves.column_becomes(table, &old.name);
            if !work.dropped.contains(&old.name) {
                work.was.insert(becomes.clone(), old.name.clone());
                work.kept.push(becomes);
            }
        }
        self.rename_keyed(table, now, steps.len(), &mut work);
        let unknown = |c: &&Column| c.data_type.is_empty() && work.was.get(&c.name).is_some_and(|was| *was != c.name);
        match wanted.columns.iter().find(unknown) {
            Some(column) if self.context.now.server.is_some_and(|s| !s.renames_columns()) => Err(format!(
                "{}: no file says what it is like, and this server renames no column without being told",
                object(table, &column.name)
            )),
            _ => {
                work.write(&wanted.columns, actions);
                Ok(())
            }
        }
    }

    /// A column that a foreign key names is renamed by itself: together with what makes the server copy the table it is
    /// refused (error 1846, "Columns participating in a foreign key are renamed").
    fn rename_keyed(&mut self, table: &Name, now: &Table, steps: usize, work: &mut Work) {
        let keyed = |old: &str| super::keys::names_column(self.context.now, &now.name, old);
        let renamed = work.was.iter().filter(|(new, old)| new != old && keyed(old));
        let free = |new: &str| now.column(new).is_none();
        let moves: Vec<(String, String)> =
            renamed.filter(|(new, _)| steps > 1 && free(new)).map(|(new, old)| (new.clone(), old.clone())).collect();
        for (new, old) in moves {
            let Some(column) = now.column(&old).filter(|c| !c.data_type.is_empty()) else { continue };
            let definition = column::definition(&Column { name: new.clone(), ..column.clone() });
            let own = clause::name(table, MYSQL);
            let sql = format!("ALTER TABLE {own} CHANGE COLUMN {} {definition}", quote(&old, MYSQL));
            self.say(sql, object(table, &new));
            work.was.insert(new.clone(), new);
        }
    }
}

fn sides<'c>(context: &'c Context, old: &Name, new: &Name) -> (Option<&'c Table>, Option<&'c Table>) {
    (context.now.table(old), context.target.table(new).or_else(|| context.now.table(old)))
}

/// The columns of one table.
#[derive(Default)]
struct Work {
    partial: bool,
    dropped: Vec<String>,
    added: BTreeSet<String>,
    altered: BTreeSet<String>,
    /// Those that stay, in their order, by their names afterwards.
    kept: Vec<String>,
    /// Their names now.
    was: BTreeMap<String, String>,
}

impl Work {
    fn write(&self, wanted: &List<Column>, actions: &mut Actions) {
        for gone in &self.dropped {
            actions.drops.push(format!("DROP COLUMN {}", quote(gone, MYSQL)));
        }
        let mut order = self.staying(wanted);
        let mut previous: Option<&str> = None;
        for column in wanted {
            let name = column.name.as_str();
            let definition = column::definition(column);
            let stays = order.iter().any(|n| n == name);
            let mut place = String::new();
            if !stays {
                let at = previous.and_then(|p| order.iter().position(|n| n == p)).map_or(0, |at| at + 1);
                let last = at == order.len() && self.added.contains(name);
                place = match previous {
                    _ if last => String::new(),
                    Some(previous) => format!(" AFTER {}", quote(previous, MYSQL)),
                    // Of a table that no file makes the first column is not known.
                    None if self.partial => String::new(),
                    None => " FIRST".to_string(),
                };
                order.insert(at, name.to_string());
            }
            previous = Some(name);
            let was = self.was.get(name).map_or(name, String::as_str);
            if self.added.contains(name) {
                actions.columns.push(format!("ADD COLUMN {definition}{place}"));
            } else if was != name && column.data_type.is_empty() {
                // No file says what it is like, and RENAME COLUMN needs no more than the names (MySQL 8, MariaDB 10.5).
                let (from, to) = (quote(was, MYSQL), quote(name, MYSQL));
                actions.columns.push(format!("RENAME COLUMN {from} TO {to}"));
            } else if was != name {
                // MySQL 5.7 has no RENAME COLUMN.
                actions.columns.push(format!("CHANGE COLUMN {} {definition}{place}", quote(was, MYSQL)));
            } else if self.altered.contains(name) || !place.is_empty() {
                actions.columns.push(format!("MODIFY COLUMN {definition}{place}"));
            }
        }
    }

    /// The most columns that can stay where they are while the others are put between them.
    fn staying(&self, wanted: &List<Column>) -> Vec<String> {
        let places: Vec<(usize, &String)> = self
            .kept
            .iter()
            .filter_map(|name| Some((wanted.iter().position(|c| c.name == *name)?, name)))
            .filter(|(_, name)| !self.added.contains(*name))
            .collect();
        // The longest run of rising places: its length up to each, and the one before.
        let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(places.len());
        for (at, (place, _)) in places.iter().enumerate() {
            let before = (0..at).filter(|b| places[*b].0 < *place).max_by_key(|b| best[*b].0);
            best.push((before.map_or(1, |b| best[b].0 + 1), before));
        }
        let mut at = (0..best.len()).max_by_key(|at| best[*at].0);
        let mut out = Vec::new();
        while let Some(here) = at {
            out.push(places[here].1.clone());
            at = best[here].1;
        }
        out.reverse();
        out
    }
}

impl Actions {
    /// The primary key, checks and indexes.
    fn keys(&mut self, table: &Name, step: &Step, server: Option<Server>) {
        match &step.change {
            // It was read and forgotten.
            Change::Constraint { pair, .. } if is_check(pair) && server.is_some_and(|s| !s.has_checks()) => {}
            Change::Constraint { table: named, pair } => {
                if let Some(gone) = &pair.before {
                    self.drops.push(match gone.kind {
                        ConstraintKind::PrimaryKey { .. } => "DROP PRIMARY KEY".to_string(),
                        _ if server.is_some_and(|s| !s.drops_constraints()) => {
                            format!("DROP CHECK {}", quote(&gone.name, MYSQL))
                        }
                        _ => format!("DROP CONSTRAINT {}", quote(&gone.name, MYSQL)),
                    });
                    self.objects.push(object(named, &gone.name));
                }
                if let Some(made) = &pair.after {
                    self.adds.push(format!("ADD {}", clause::constraint(made, MYSQL)));
                    self.objects.push(object(named, &made.name));
                }
            }
            Change::Index { table: named, pair: Pair { before: Some(gone), after: None } } => {
                self.drops.push(format!("DROP INDEX {}", quote(&gone.name, MYSQL)));
                self.alone = Some(format!("DROP INDEX {} ON {}", quote(&gone.name, MYSQL), clause::name(table, MYSQL)));
                self.objects.push(object(named, &gone.name));
            }
            Change::Index { table: named, pair: Pair { before: None, after: Some(made) } } => {
                self.adds.push(format!("ADD {}", index(made)));
                self.alone = Some(clause::create_index(made, table, false, MYSQL));
                self.objects.push(object(named, &made.name));
            }
            Change::Index { table: named, pair: Pair { before: Some(before), after: Some(after) } } => {
                let (from, to) = (quote(&before.name, MYSQL), quote(&after.name, MYSQL));
                if server.is_some_and(|s| !s.renames_indexes()) {
                    self.drops.push(format!("DROP INDEX {from}"));
                    self.adds.push(format!("ADD {}", index(after)));
                } else {
                    self.drops.push(format!("RENAME INDEX {from} TO {to}"));
                }
                self.objects.push(object(named, &after.name));
            }
            _ => {}
        }
    }

    /// True where the character set changes, and every text column is to be written anew: CONVERT TO would make longer
    /// types of some (MySQL manual, "ALTER TABLE", on CONVERT TO CHARACTER SET).
    fn table_options(&mut self, before: &Table, after: &Table) -> Result<bool, String> {
        self.objects.push(after.name.to_string());
        let (has, had) = (table_options(&before.options.text), table_options(&after.options.text));
        let charset = charset_changes(before, after);
        if charset {
            let value = |key| table_option(&had, key);
            let mut text = value("CHARSET").map_or(String::new(), |c| format!("DEFAULT CHARACTER SET {c}"));
            if let Some(collation) = value("COLLATE") {
                text.push_str(&format!(" COLLATE {collation}"));
            }
            self.options.push(text.trim().to_string());
        }
        let keys: BTreeSet<&str> = has.iter().chain(&had).map(|(k, _)| k.as_str()).collect();
        for key in keys.into_iter().filter(|k| !matches!(*k, "CHARSET" | "COLLATE" | "AUTO_INCREMENT")) {
            let (is, was) = (table_option(&has, key), table_option(&had, key));
            if is != was {
                let value = was.or_else(|| default_option(key));
                let value = value.ok_or_else(|| format!("{}: {key} can't be set back in place", after.name))?;
                self.options.push(format!("{key}={value}"));
            }
        }
        Ok(charset)
    }

    /// The statement, if there is anything to do. Where a column becomes AUTO_INCREMENT, a row that holds 0 would get the
    /// next number (MySQL manual, "ALTER TABLE"), but for a mode that is set around it.
    fn statements(mut self, table: &Name) -> Vec<Statement> {
        let numbers = self.numbers;
        let setting = |sql: &str| Statement { sql: sql.to_string(), ..Statement::default() };
        match (self.statement(table), numbers) {
            (None, _) => vec![],
            (Some(alter), false) => vec![alter],
            (Some(alter), true) => vec![setting(KEEP_ZERO), alter, setting(AS_BEFORE)],
        }
    }

    fn statement(&mut self, table: &Name) -> Option<Statement> {
        let mut all = std::mem::take(&mut self.drops);
        for list in [&mut self.columns, &mut self.adds, &mut self.options] {
            all.append(list);
        }
        let own = clause::name(table, MYSQL);
        let sql = match (all.as_slice(), self.alone.take()) {
            ([], _) => return None,
            ([_], Some(alone)) => alone,
            ([only], None) => format!("ALTER TABLE {own} {only}"),
            (several, _) => format!("ALTER TABLE {own}\n    {}", several.join(",\n    ")),
        };
        Some(Statement { sql, apart: false, objects: std::mem::take(&mut self.objects) })
    }
}

/// A 0 stays what it is while a column becomes AUTO_INCREMENT (MySQL manual, "Server SQL Modes").
const KEEP_ZERO: &str = "SET @sql_mode_before = @@SESSION.sql_mode, SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_AUTO_VALUE_ON_ZERO')";
const AS_BEFORE: &str = "SET SESSION sql_mode = @sql_mode_before";

fn becomes_numbered(step: &Step) -> bool {
    matches!(&step.change, Change::Column { pair: Pair { before: Some(is), after: Some(was) }, .. }
        if was.auto_increment && !is.auto_increment)
}

fn is_check(pair: &Pair<Rc<Constraint>>) -> bool {
    pair.before.as_ref().or(pair.after.as_ref()).is_some_and(|c| matches!(c.kind, ConstraintKind::Check(_)))
}

/// Do two headers name different character sets or collations?
pub fn charset_changes(a: &Table, b: &Table) -> bool {
    let (a, b) = (table_options(&a.options.text), table_options(&b.options.text));
    ["CHARSET", "COLLATE"].iter().any(|key| table_option(&a, key) != table_option(&b, key))
}

/// What an option is where nothing is said (MySQL manual, "CREATE TABLE", table options).
fn default_option(key: &str) -> Option<&'static str> {
    Some(match key {
        "COMMENT" => "''",
        "ENGINE" => "InnoDB",
        "ROW_FORMAT" | "STATS_PERSISTENT" | "STATS_AUTO_RECALC" | "STATS_SAMPLE_PAGES" | "PACK_KEYS" => "DEFAULT",
        "KEY_BLOCK_SIZE" | "CHECKSUM" | "MIN_ROWS" | "MAX_ROWS" | "AVG_ROW_LENGTH" | "DELAY_KEY_WRITE" => "0",
        _ => return None,
    })
}
