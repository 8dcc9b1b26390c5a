//! What the migration did to rows: undone where that is sure, named where it is not.

use super::Judge;
use super::key::finds;
use super::restored::Restored;
use crate::Dialect;
use crate::catalog::{Column, Constraint, ConstraintKind, ForeignKey, Lineage, Name, Table, Wanted};
use crate::lower::{Cause, Fired, Reached, RowEffect};
use crate::render::{Statement, object};
use crate::rollback::NoteKind;
use crate::rows::RowKind;

/// A DELETE that undoes an INSERT.
struct Delete {
    sql: String,
    /// The tables whose rows keep others in place.
    spared: Vec<String>,
}

/// What finds the rows of a table that refer to others.
struct Guard {
    table: Name,
    query: String,
}

/// The same constraint, through renames and changes.
fn same(a: &Constraint, b: &Constraint) -> bool {
    if a.lineage.0 != 0 || b.lineage.0 != 0 { a.lineage.0 == b.lineage.0 } else { a == b }
}

/// SQLite: the numbers of a table that is made anew go on where the old one's were. They go with the table.
fn carries_numbers(effect: &RowEffect) -> bool {
    let numbers = |name: &str| name.eq_ignore_ascii_case("sqlite_sequence");
    let change = &effect.change;
    effect.table.is_none()
        && change.kind == RowKind::Insert
        && numbers(&change.table.name)
        && !change.reads.is_empty()
        && change.reads.iter().all(|r| numbers(&r.name))
}

impl Judge<'_> {
    pub(super) fn rows(&mut self) {
        let restored = Restored::new(self.evidence.lowering);
        for effect in self.evidence.lowering.effects.iter().filter(|e| !restored.effect(e)) {
            self.effect(effect);
        }
        for reached in self.evidence.lowering.reached.iter().filter(|r| !restored.reached(r)) {
            self.reached(reached);
        }
        for copy in &self.evidence.lowering.rebuilt {
            self.rebuilt(copy);
        }
        for (span, role) in &self.evidence.lowering.server_roles {
            let line = self.lines.of(span.start);
            let detail = "the role stays: it belongs to the server, and others may use it";
            self.note(NoteKind::Approximate, role.clone(), detail, line, None);
        }
        for (span, object) in &self.evidence.lowering.moved_sequences {
            let line = self.lines.of(span.start);
            let detail = "numbers go on from where the migration set them";
            self.note(NoteKind::Approximate, object.clone(), detail, line, None);
        }
        for (span, call) in &self.evidence.lowering.calls {
            let line = self.lines.of(span.start);
            self.note(
                NoteKind::Gone,
                format!("{call}()"),
                "the migration called it; what it did to rows stays",
                line,
                None,
            );
        }
    }

    /// The table as it was before the migration; none where the migration made it.
    fn before(&self, lineage: Lineage) -> Option<&Table> {
        let touched = self.evidence.before.tables.iter().find(|(_, t)| t.lineage.0 == lineage.0).map(|(_, t)| t);
        touched.or_else(|| {
            // Not touched but by its rows: it is as it was.
            let now = self.evidence.lowering.catalog.table_of_lineage(lineage)?;
            let made = self.evidence.steps.iter().any(|s| {
                matches!(&s.change, crate::change::Change::Table(crate::change::Pair { before: Some(t), after: None })
                    if t.lineage.0 == lineage.0)
            });
            (!made).then_some(now.1)
        })
    }

    pub(super) fn now(&self, lineage: Lineage) -> Option<&Table> {
        self.evidence.lowering.catalog.table_of_lineage(lineage).map(|(_, t)| t)
    }

    fn effect(&mut self, effect: &RowEffect) {
        let line = self.lines.of(effect.span.start);
        let change = &effect.change;
        if carries_numbers(effect) {
            return;
        }
        let Some(lineage) = effect.table else {
            let named = change.table.name.clone();
            self.note(NoteKind::Gone, named, "the migration changed rows of a table that no file makes", line, None);
            return;
        };
        let Some(before) = self.before(lineage).cloned() else { return };
        let table = before.name.to_string();
        for Fired { trigger, writes } in &effect.fired {
            let written = writes.iter().filter_map(|l| self.before(*l)).map(|t| t.name.to_string());
            let detail =
                format!("the trigger {trigger} ran for the rows that the migration changed; what it did stays");
            for written in written.collect::<Vec<_>>() {
                self.note(NoteKind::Gone, written, detail.clone(), line, None);
            }
        }
        match change.kind {
            RowKind::Insert if change.overwrites => {
                self.note(NoteKind::Gone, table, "the migration overwrote rows that were there", line, None);
            }
            RowKind::Insert => self.inserted(effect, &before, line),
            RowKind::Update => self.updated(effect, &before, line),
            RowKind::Delete => {
                let which =
                    change.filter.as_ref().map_or("all rows".to_string(), |f| format!("the rows where {}", squeeze(f)));
                self.note(NoteKind::Gone, table, format!("the migration deleted {which}"), line, None);
            }
            RowKind::Truncate => self.note(NoteKind::Gone, table, "the migration emptied it", line, None),
            RowKind::Merge => self.note(NoteKind::Gone, table, "the migration merged rows into it", line, None),
        }
    }

    fn updated(&mut self, effect: &RowEffect, before: &Table, line: usize) {
        let was: Vec<String> = effect
            .columns
            .iter()
            .filter_map(|l| before.column_of(*l))
            .filter(|c| c.generated.is_none())
            .map(|c| c.name.clone())
            .collect();
        if effect.columns.is_empty() {
            let detail = "the migration updated rows that were there";
            self.note(NoteKind::Gone, before.name.to_string(), detail, line, None);
        }
        let filter = effect.change.filter.as_ref().map(|f| format!(" where {}", squeeze(f))).unwrap_or_default();
        // ON UPDATE CURRENT_TIMESTAMP writes to every row that changes, unless the statement sets it itself.
        let now = self.now(before.lineage);
        let stays = |c: &&Column| now.is_none_or(|t| t.column_of(c.lineage).is_some());
        let set = |c: &&Column| effect.columns.iter().any(|l| l.0 == c.lineage.0);
        let stamped = before.columns.iter().filter(|c| c.on_update.is_some() && stays(c) && !set(c));
        let stamped: Vec<String> = stamped.map(|c| c.name.clone()).collect();
        for column in stamped {
            let detail = format!("the database stamped it when the migration updated rows{filter}");
            self.note(NoteKind::Gone, object(&before.name, &column), detail, line, None);
        }
        for column in was {
            let detail = format!("the migration overwrote it{filter}");
            self.note(NoteKind::Gone, object(&before.name, &column), detail, line, None);
        }
    }

    fn inserted(&mut self, effect: &RowEffect, before: &Table, line: usize) {
        let table = before.name.to_string();
        match self.delete(effect, before) {
            Ok(delete) => {
                let mut detail =
                    "the rows that the migration inserted, with what was changed in them since".to_string();
                if !delete.spared.is_empty() {
                    detail.push_str(&format!("; those that rows of {} refer to stay", delete.spared.join(", ")));
                }
                self.out.deletes.insert(0, Statement::new(delete.sql, table.clone()));
                self.note(NoteKind::Discards, table, detail, line, None);
            }
            Err(why) => {
                self.out.lossy = true;
                self.out.rows = true;
                let detail = format!("the rows that the migration inserted stay: {why}");
                self.note(NoteKind::ByHand, table, detail, line, None);
            }
        }
    }

    /// The DELETE of exactly the rows that an INSERT of constants added, or why there is none. Nothing cascades from it:
    /// rows that others refer to by now stay.
    fn delete(&self, effect: &RowEffect, before: &Table) -> Result<Delete, String> {
        let change = &effect.change;
        if change.meets_existing {
            return Err("it may have met rows that were there".to_string());
        }
        let rows = change.values.as_ref().ok_or("which they are only the database knows")?;
        let lineage = before.lineage;
        let now = self.now(lineage).ok_or("the table is gone")?;
        let guards = self.guards(now)?;
        if before.triggers.iter().chain(&now.triggers).any(|t| t.event.text.to_ascii_uppercase().contains("DELETE")) {
            return Err("a trigger runs when they are deleted".to_string());
        }
        let listed: Vec<Lineage> = if change.columns.is_empty() {
            before.columns.iter().map(|c| c.lineage).collect()
        } else {
            effect.columns.clone()
        };
        if !change.columns.is_empty() && listed.len() != change.columns.len() {
            return Err("it names columns that no file makes".to_string());
        }
        let keys = before.constraints.iter().filter(|c| c.has_index()).map(|c| c.columns());
        let unique = before
            .indexes
            .iter()
            .filter(|i| i.unique && i.predicate.is_none())
            .map(|i| i.parts.iter().filter_map(|p| p.column.as_deref()).collect::<Vec<_>>());
        let inline: Vec<Vec<&str>> = keys.chain(unique).filter(|k| !k.is_empty()).collect();
        let constant = |key: &[&str]| -> Option<Vec<usize>> {
            let places: Option<Vec<usize>> = key
                .iter()
                .map(|name| {
                    let lineage = before.column(name)?.lineage;
                    listed.iter().position(|l| l.0 == lineage.0)
                })
                .collect();
            let places = places?;
            let filled = rows.iter().all(|row| {
                places
                    .iter()
                    .all(|p| row.get(*p).is_some_and(|v| v.as_ref().is_some_and(|v| !v.eq_ignore_ascii_case("null"))))
            });
            filled.then_some(places)
        };
        let keys: Vec<Vec<usize>> = inline.iter().filter_map(|k| constant(k)).collect();
        let values = |places: &Vec<usize>| -> Option<Vec<Vec<String>>> {
            let value = |row: &Vec<Option<String>>, place: usize| {
                finds(before.column_of(listed[place])?, row[place].as_deref()?, self.dialect)
            };
            rows.iter().map(|row| places.iter().map(|p| value(row, *p)).collect()).collect()
        };
        let found = keys.iter().find_map(|places| Some((places, values(places)?)));
        let (places, values) = found.ok_or(match keys.is_empty() {
            true => "their key is not known",
            false => "their key may be stored in another form than it is written in",
        })?;
        let names: Option<Vec<String>> =
            places.iter().map(|p| now.column_of(listed[*p]).map(|c| self.quote(&c.name))).collect();
        let names = names.ok_or("their key is gone")?;
        let mut which = condition(&names, values);
        if !guards.is_empty() && names.len() > 1 {
            which = format!("({which})");
        }
        let mut sql = format!("DELETE FROM {} WHERE {which}", self.name(&now.name));
        for guard in &guards {
            sql.push_str(&format!("\n    AND NOT EXISTS ({})", guard.query));
        }
        let mut spared: Vec<String> = guards.into_iter().map(|g| g.table.to_string()).collect();
        spared.dedup();
        Ok(Delete { sql, spared })
    }

    /// What finds the rows of other tables that deleting would reach through their foreign keys. Where those are off, as
    /// in a rollback on SQLite, rows that refer to nothing would be left.
    fn guards(&self, table: &Table) -> Result<Vec<Guard>, String> {
        let mut guards = Vec::new();
        let unchecked = self.dialect == Dialect::Sqlite;
        let refers = |t: &Table| t.constraints.iter().any(|c| c.foreign_key().is_some_and(|k| k.table == table.name));
        let may = self.evidence.lowering.catalog.maybe(Wanted::Refers(&table.name));
        for (name, other) in may.into_iter().filter(|(_, t)| refers(t)) {
            // A table that goes with this rollback loses nothing more, and a foreign key that goes reaches nothing.
            let Some(was) = self.before(other.lineage) else { continue };
            for constraint in was.constraints.iter().filter(|w| other.constraints.iter().any(|c| same(c, w))) {
                let key = other.constraints.iter().find(|c| same(c, constraint)).and_then(|c| c.foreign_key());
                let Some(key) = key.filter(|k| k.table == table.name) else { continue };
                let acts = !matches!(key.on_delete.as_str(), "" | "RESTRICT" | "NO ACTION");
                if acts && *name == table.name {
                    return Err(format!("deleting them would reach into {name}"));
                }
                if (acts || unchecked) && *name != table.name {
                    guards.push(self.guard(name, key, table)?);
                }
            }
        }
        Ok(guards)
    }

    fn guard(&self, child: &Name, key: &ForeignKey, table: &Table) -> Result<Guard, String> {
        let primary: Vec<String> = table
            .constraints
            .iter()
            .filter(|c| matches!(c.kind, ConstraintKind::PrimaryKey { .. }))
            .flat_map(|c| c.columns().into_iter().map(str::to_string).collect::<Vec<_>>())
            .collect();
        let referred = if key.references.is_empty() { &primary } else { &key.references };
        if referred.len() != key.columns.len() {
            return Err(format!("deleting them would reach into {child}"));
        }
        let (own, other) = (self.name(&table.name), self.name(child));
        let pairs = key.columns.iter().zip(referred);
        let equal: Vec<String> =
            pairs.map(|(c, r)| format!("{other}.{} = {own}.{}", self.quote(c), self.quote(r))).collect();
        let query = format!("SELECT 1 FROM {other} WHERE {}", equal.join(" AND "));
        Ok(Guard { table: child.clone(), query })
    }

    /// Rows that went or changed with those that they refer to.
    fn reached(&mut self, reached: &Reached) {
        let Some(before) = self.before(reached.table).cloned() else { return };
        // Only rows that were there before can have been reached.
        if self.before(reached.parent_lineage).is_none() {
            return;
        }
        let line = self.lines.of(reached.span.start);
        let Reached { parent, action, .. } = reached;
        let what = if action == "CASCADE" { "deleted" } else { "changed" };
        let detail = match reached.cause {
            Cause::Dropped if reached.unsure => format!(
                "if the migration ran inside a transaction, where PRAGMA foreign_keys=OFF does nothing, dropping {parent} \
                 {what} the rows that refer to it (ON DELETE {action})"
            ),
            Cause::Dropped => {
                format!("dropping {parent} with foreign keys on {what} the rows that refer to it (ON DELETE {action})")
            }
            Cause::Deleted => format!("deleting rows of {parent} {what} those that refer to them (ON DELETE {action})"),
            Cause::Emptied => format!("emptying {parent} emptied it too (CASCADE)"),
        };
        if reached.unsure {
            // Said, and not counted as a loss: with drivers that run the statements one by one nothing is lost.
            return self.hazard(NoteKind::Gone, before.name.to_string(), detail, line);
        }
        self.note(NoteKind::Gone, before.name.to_string(), detail, line, None);
    }

    fn rebuilt(&mut self, copy: &crate::lower::CopiedFrom) {
        let line = self.lines.of(copy.span.start);
        let Some(before) = self.before(copy.from).cloned() else { return };
        if !copy.whole {
            let detail = "the migration did not copy every row when it made the table anew";
            self.note(NoteKind::Gone, before.name.to_string(), detail, line, None);
        }
        for (to, expression) in &copy.computed {
            let Some(column) = self.now(before.lineage).and_then(|t| t.column(to)) else { continue };
            if let Some(was) = before.column_of(column.lineage).map(|c| c.name.clone()) {
                let detail = format!("the migration replaced it by {}", squeeze(expression));
                self.note(NoteKind::Gone, object(&before.name, &was), detail, line, None);
            }
        }
    }
}

/// `"id" IN (1, 2)`, or the alternatives written out where a key has several columns.
fn condition(names: &[String], rows: Vec<Vec<String>>) -> String {
    if let [name] = names {
        let values: Vec<String> = rows.into_iter().map(|r| r.join("")).collect();
        return format!("{name} IN ({})", values.join(", "));
    }
    let one = |row: Vec<String>| {
        let equal: Vec<String> = names.iter().zip(row).map(|(n, v)| format!("{n} = {v}")).collect();
        format!("({})", equal.join(" AND "))
    };
    rows.into_iter().map(one).collect::<Vec<_>>().join(" OR ")
}

/// On one line, for a comment, and not too long.
fn squeeze(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(120) {
        Some((at, _)) => format!("{} ...", &line[..at]),
        None => line,
    }
}
