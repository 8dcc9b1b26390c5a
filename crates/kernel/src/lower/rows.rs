//! INSERT, UPDATE, DELETE and calls: what they do to rows, and where rows were copied from.

use super::reach::Cause;
use super::{Lowering, Read};
use crate::Dialect;
use crate::catalog::{Lineage, Name, Table, Trigger};
use crate::change::{Change, Pair};
use crate::lex::{Kind, Token, lex};
use crate::reader::Reader;
use crate::rows::sql::Sql;
use crate::rows::{self, CopySource, RowChange, RowKind};
use std::ops::Range;
use std::rc::Rc;

/// Rows that a statement changed, with the objects as they were known at that moment.
#[derive(Debug, Clone)]
pub struct RowEffect {
    /// The statement.
    pub span: Range<usize>,
    /// The table; none where no file makes it.
    pub table: Option<Lineage>,
    /// The columns that were assigned or inserted.
    pub columns: Vec<Lineage>,
    /// What was done.
    pub change: RowChange,
    /// The triggers that ran.
    pub fired: Vec<Fired>,
}

/// A trigger that ran.
#[derive(Debug, Clone)]
pub struct Fired {
    /// Its name.
    pub trigger: String,
    /// The tables whose rows it may have changed.
    pub writes: Vec<Lineage>,
}

/// The triggers of a table that a change of its rows runs.
fn fired<'t>(table: &'t Table, change: &RowChange) -> Vec<&'t Trigger> {
    let runs = |trigger: &Trigger| {
        let event = trigger.event.text.to_ascii_uppercase();
        let words: Vec<&str> = event.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let has = |word: &str| words.contains(&word);
        // `UPDATE OF a, b`: only where one of them is assigned.
        let assigned = !has("OF") || change.columns.iter().any(|c| has(&c.to_ascii_uppercase()));
        let updates = has("UPDATE") && assigned;
        match change.kind {
            RowKind::Insert => has("INSERT") || (change.overwrites && (updates || has("DELETE"))),
            RowKind::Update => updates,
            RowKind::Delete => has("DELETE"),
            RowKind::Truncate => has("TRUNCATE"),
            RowKind::Merge => has("INSERT") || updates || has("DELETE"),
        }
    };
    table.triggers.iter().filter(|t| t.state != 'D' && runs(t)).collect()
}

/// The tables that INSERT INTO, UPDATE and DELETE FROM name in a body.
fn written(body: &str, dialect: Dialect) -> Vec<Name> {
    let mut out = Vec::new();
    let tokens = lex(body, 0, dialect);
    let tokens: Vec<Token> = tokens.into_iter().filter(|t| t.kind != Kind::Comment).collect();
    let mut r = Reader::new(body, &tokens, dialect);
    while !r.done() {
        let writes = r.eat("INSERT INTO") || r.eat("REPLACE INTO") || r.eat("DELETE FROM") || r.eat("UPDATE");
        if writes {
            r.eat("ONLY");
            out.extend(r.clone().name());
        } else {
            r.skip();
        }
    }
    out
}

/// Where a table's rows were copied from.
#[derive(Debug, Clone)]
pub struct CopiedFrom {
    /// The statement that copied them.
    pub span: Range<usize>,
    /// The table that they were copied into.
    pub into: Lineage,
    /// The table that they were copied from.
    pub from: Lineage,
    /// Destination column and the column that it was copied from as it is.
    pub columns: Vec<(String, String)>,
    /// Destination column and the expression that it was computed by.
    pub computed: Vec<(String, String)>,
    /// Every row exactly once.
    pub whole: bool,
}

/// A name of the rows' reader as the catalog has it.
pub fn name(name: &rows::Name) -> Name {
    Name { schema: name.schema.clone().unwrap_or_default(), name: name.name.clone() }
}

/// What these do ends with the session, is only heard, or is nothing but an answer.
const OF_SESSION: [&str; 22] = [
    "set_config",
    "pg_sleep",
    "pg_notify",
    "pg_advisory_lock",
    "pg_advisory_lock_shared",
    "pg_advisory_unlock",
    "pg_advisory_xact_lock",
    "pg_try_advisory_lock",
    "pg_try_advisory_xact_lock",
    "pg_get_serial_sequence",
    "pg_get_constraintdef",
    "pg_get_functiondef",
    "pg_get_indexdef",
    "pg_get_viewdef",
    "pg_get_expr",
    "pg_typeof",
    "format_type",
    "to_regclass",
    "to_regtype",
    "current_setting",
    "currval",
    "version",
];

impl Lowering<'_> {
    pub(super) fn rows(&mut self, text: &str) -> Read {
        match rows::read(text, self.dialect()) {
            Ok(effects) => {
                if let Some(made) = effects.makes {
                    let persistence = "TEMP".to_string();
                    let table = Table { lineage: self.fresh(), name: name(&made), persistence, ..Table::default() };
                    self.emit(Change::Table(Pair::create(Rc::new(table))));
                }
                effects.changes.into_iter().for_each(|c| self.row_change(c));
                effects.calls.iter().try_for_each(|call| self.call(call))
            }
            Err(unread) => Err(unread.why),
        }
    }

    /// A statement about rows that may not run; where its condition speaks of what is not known, any row may be meant.
    pub(super) fn rows_perhaps(&mut self, text: &str, any_row: bool) -> Read {
        let effects = rows::read(text, self.dialect()).map_err(|unread| unread.why)?;
        for mut change in effects.changes {
            change.meets_existing = true;
            change.filter = change.filter.filter(|_| !any_row);
            self.row_change(change);
        }
        effects.calls.iter().try_for_each(|call| self.call(call))
    }

    pub(super) fn row_change(&mut self, mut change: RowChange) {
        let stored = self.catalog.table_name(&name(&change.table));
        if let Some(stored) = &stored {
            change.table.name = stored.name.clone();
        }
        let table = stored.as_ref().and_then(|n| self.catalog.table(n));
        if self.dialect() == Dialect::Sqlite && change.kind == RowKind::Insert {
            let (ignores, replaces) = table.map(super::sqlite::resolves_conflicts).unwrap_or_default();
            change.meets_existing |= ignores || replaces;
            change.overwrites |= replaces;
        }
        let columns = table
            .map(|t| change.columns.iter().filter_map(|c| t.column(c)).map(|c| c.lineage).collect())
            .unwrap_or_default();
        self.effects.push(RowEffect {
            span: self.span.clone(),
            table: table.map(|t| t.lineage),
            columns,
            fired: table.map(|t| self.fired(t, &change)).unwrap_or_default(),
            change: change.clone(),
        });
        // REPLACE deletes the rows that it meets.
        let replaces = change.kind == RowKind::Insert && change.overwrites && change.assignments.is_empty();
        let cause = match change.kind {
            RowKind::Delete => Some(Cause::Deleted),
            RowKind::Truncate if change.cascade => Some(Cause::Emptied),
            _ => replaces.then_some(Cause::Deleted),
        };
        if let (Some(cause), Some(stored)) = (cause, &stored) {
            self.reach_through_keys(stored, cause);
        }
        if change.kind == RowKind::Insert
            && let Some(stored) = stored
            && let Some(copy) = &change.copy
        {
            self.copied(&stored, copy, &change.columns, change.meets_existing);
        }
        self.emit(Change::Rows(change));
    }

    fn fired(&self, table: &Table, change: &RowChange) -> Vec<Fired> {
        let one = |trigger: &Trigger| Fired { trigger: trigger.name.clone(), writes: self.writes(table, trigger) };
        fired(table, change).into_iter().map(one).collect()
    }

    /// The tables whose rows a trigger writes: those that its body inserts into, updates or deletes from; the rows at
    /// hand, where it runs before they are written or its body names no table.
    fn writes(&self, table: &Table, trigger: &Trigger) -> Vec<Lineage> {
        let function = trigger.function.as_ref();
        let routine = self.catalog.routines.iter().find(|((n, _), _)| Some(n) == function).map(|(_, r)| &r.rest.text);
        let body = routine.unwrap_or(&trigger.rest.text).replace('$', " ");
        let mut out: Vec<Lineage> =
            written(&body, self.dialect()).iter().filter_map(|n| self.catalog.table(n)).map(|t| t.lineage).collect();
        let before = trigger.event.text.trim_start().get(..6).is_some_and(|w| w.eq_ignore_ascii_case("BEFORE"));
        if out.is_empty() || (before && self.dialect() != Dialect::Sqlite) {
            out.push(table.lineage);
        }
        out
    }

    /// `INSERT INTO new [(listed)] SELECT .. FROM old`: the rows of the new table are the old one's.
    pub(super) fn copied(&mut self, into: &Name, copy: &rows::Copy, listed: &[String], meets_existing: bool) {
        let Some(from) = self.catalog.table(&name(&copy.from)) else { return };
        let Some(target) = self.catalog.table(into) else { return };
        // Without a list SQLite passes over generated columns; the others refuse to fill them.
        let sqlite = self.dialect() == Dialect::Sqlite;
        let unlisted = target.columns.iter().filter(|c| !(sqlite && c.generated.is_some())).map(|c| c.name.clone());
        let places: Vec<String> = if listed.is_empty() { unlisted.collect() } else { listed.to_vec() };
        let mut made = CopiedFrom {
            span: self.span.clone(),
            into: target.lineage,
            from: from.lineage,
            columns: vec![],
            computed: vec![],
            whole: copy.whole && !meets_existing,
        };
        // A column that this file renamed before is told by what it was called before the file.
        let was = self.catalog.touched().0;
        let was = was.tables.iter().find(|(_, t)| t.lineage.0 == from.lineage.0).map(|(_, t)| t);
        let known = |column: String| {
            let then = from.column(&column).and_then(|c| was?.column_of(c.lineage));
            then.map_or(column, |c| c.name.clone())
        };
        let stars: Vec<(String, CopySource)> =
            from.columns.iter().map(|c| (String::new(), CopySource::Column(c.name.clone()))).collect();
        let pairs = if copy.columns.is_empty() { &stars } else { &copy.columns };
        for (at, (to, source)) in pairs.iter().enumerate() {
            let to = match (to.as_str(), places.get(at)) {
                ("", Some(place)) => place.clone(),
                ("", None) => continue,
                (to, _) => to.to_string(),
            };
            match source {
                // SQLite takes "x" for a string where there is no such column (sqlite.org/quirks.html, section 8).
                CopySource::Column(column) if from.column(column).is_none() && !from.partial => {
                    made.computed.push((to, column.clone()))
                }
                CopySource::Column(column) => made.columns.push((to, known(column.clone()))),
                CopySource::Expression { text, .. } => made.computed.push((to, text.clone())),
            }
        }
        self.copies.push(made);
    }

    /// A function that a file made may do anything.
    /// The functions that a statement calls.
    pub(super) fn calls_in(&mut self, text: &str) -> Read {
        let sql = Sql::new(text, self.dialect());
        rows::calls_in(&sql, sql.all()).iter().try_for_each(|call| self.call(call))
    }

    fn call(&mut self, call: &str) -> Read {
        let plain = call.rsplit('.').next().unwrap_or(call).to_ascii_lowercase();
        if self.dialect().is_postgres() && OF_SESSION.contains(&plain.as_str()) {
            return Ok(());
        }
        if self.dialect().is_postgres() && matches!(plain.as_str(), "setval" | "nextval") {
            self.sequence_moves(super::sequence::CALLED);
            return Ok(());
        }
        // SQLite has no functions that SQL makes, so none that change anything.
        if self.dialect() == Dialect::Sqlite {
            return Ok(());
        }
        let body = self
            .catalog
            .routines
            .iter()
            .find(|((n, _), _)| n.name.eq_ignore_ascii_case(&plain))
            .map(|(_, r)| r.rest.text.to_ascii_lowercase());
        match body {
            Some(body) if !["execute", "create ", "alter ", "drop "].iter().any(|w| body.contains(w)) => {
                self.calls.push((self.span.clone(), call.to_string()));
                Ok(())
            }
            _ => Err(format!("what {call}() does is not known")),
        }
    }
}
