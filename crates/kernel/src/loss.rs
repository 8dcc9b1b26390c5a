//! What a rollback gives back and what it does not: the notes beside the grade, each with its object and a question.

mod key;
mod question;
mod restored;
mod rows;
mod server;

use crate::Dialect;
use crate::catalog::{
    Catalog, Column, Constraint, ConstraintKind, Index, Lineage, Name, Table, TypeKind, Wanted, mentions,
};
use crate::change::{Change, Pair};
use crate::conversion::{Labels, of_column};
use crate::dialect::{Quotes, quote};
use crate::diff::{Phase, Step};
use crate::lower::{Lowering, whole_type};
use crate::render::{Statement, clause, object};
use crate::rollback::{Note, NoteKind};
use crate::split::Lines;
use std::collections::HashSet;

/// What is judged: a migration as it was read, and the steps of its way back.
pub struct Evidence<'a> {
    /// The up file.
    pub file: &'a str,
    /// The migration, read.
    pub lowering: &'a Lowering<'a>,
    /// What it touched, as it was before.
    pub before: &'a Catalog,
    /// The steps of the way back.
    pub steps: &'a [Step],
}

/// What the way back does not give back, and the statements that undo rows.
#[derive(Debug, Default)]
pub struct Losses {
    /// In the order of the up file.
    pub notes: Vec<Note>,
    /// Rows or values are not what they were.
    pub lossy: bool,
    /// Some of that is told by no note of something gone.
    pub rows: bool,
    /// DELETEs of the rows that the migration inserted.
    pub deletes: Vec<Statement>,
}

/// Judges a way back.
pub fn judge(evidence: &Evidence) -> Losses {
    let catalog = &evidence.lowering.catalog;
    let (dialect, quotes) = (catalog.dialect, catalog.quotes);
    let returning = evidence.steps.iter().filter_map(|s| match &s.change {
        Change::Table(Pair { before: None, after: Some(table) }) => Some(&table.name),
        _ => None,
    });
    let mut judge = Judge {
        evidence,
        dialect,
        quotes,
        places: places(evidence.lowering),
        returning: returning.collect(),
        lines: Lines::new(evidence.file),
        out: Losses::default(),
    };
    for step in evidence.steps {
        judge.step(step);
        judge.refused_by_some(step);
    }
    judge.order();
    judge.numbered();
    judge.sequences();
    judge.rows();
    let mut losses = judge.out;
    losses.notes.sort_by(|a, b| (a.line, a.kind, &a.object).cmp(&(b.line, b.kind, &b.object)));
    losses.notes.dedup();
    losses
}

/// Every lineage with where a statement that changed it begins: by lineage, and then in the order of the changes.
fn places(lowering: &Lowering) -> Vec<(u32, usize)> {
    let mut out = Vec::new();
    for lowered in &lowering.changes {
        let own = lineages(&lowered.change).into_iter().flatten();
        out.extend(own.chain(inside(&lowered.change)).map(|lineage| (lineage.0, lowered.span.start)));
    }
    out.sort_by_key(|(lineage, _)| *lineage);
    out
}

/// What comes and goes with a whole table.
fn inside(change: &Change) -> impl Iterator<Item = Lineage> {
    let table = match change {
        Change::Table(Pair { before: Some(table), after: None } | Pair { before: None, after: Some(table) }) => {
            Some(table)
        }
        _ => None,
    };
    table.into_iter().flat_map(|table| {
        let columns = table.columns.iter().map(|c| c.lineage);
        let constraints = table.constraints.iter().map(|c| c.lineage);
        let indexes = table.indexes.iter().map(|i| i.lineage);
        columns.chain(constraints).chain(indexes).filter(|l| l.0 != 0)
    })
}

fn lineages(change: &Change) -> [Option<Lineage>; 2] {
    fn of<T>(pair: &Pair<T>, lineage: impl Fn(&T) -> Lineage) -> [Option<Lineage>; 2] {
        [pair.before.as_ref().map(&lineage), pair.after.as_ref().map(&lineage)]
    }
    match change {
        Change::Table(pair) => of(pair, |t| t.lineage),
        Change::Column { pair, .. } => of(pair, |c| c.lineage),
        Change::Constraint { pair, .. } => of(pair, |c| c.lineage),
        Change::Index { pair, .. } => of(pair, |i| i.lineage),
        Change::Trigger { pair, .. } => of(pair, |t| t.lineage),
        Change::Policy { pair, .. } => of(pair, |p| p.lineage),
        Change::View(pair) => of(pair, |v| v.lineage),
        Change::Type(pair) => of(pair, |t| t.lineage),
        Change::Sequence(pair) => of(pair, |s| s.lineage),
        Change::Routine(pair) => of(pair, |r| r.lineage),
        Change::Other(pair) => of(pair, |o| o.lineage),
        Change::Comment { .. } | Change::Privilege { .. } | Change::Rows(_) | Change::Opaque { .. } => [None, None],
    }
}

struct Judge<'a> {
    evidence: &'a Evidence<'a>,
    dialect: Dialect,
    quotes: Quotes,
    /// Where lineages were changed.
    places: Vec<(u32, usize)>,
    /// The tables that the way back makes again.
    returning: HashSet<&'a Name>,
    lines: Lines<'a>,
    out: Losses,
}

impl Judge<'_> {
    /// The line of the statement that made an object, or last changed it.
    fn line(&self, lineage: Lineage, last: bool) -> usize {
        let from = self.places.partition_point(|(other, _)| *other < lineage.0);
        let to = self.places.partition_point(|(other, _)| *other <= lineage.0);
        let changes = &self.places[from..to];
        let place = if last { changes.last() } else { changes.first() };
        place.map_or(1, |(_, start)| self.lines.of(*start))
    }

    fn note(
        &mut self,
        kind: NoteKind,
        object: String,
        detail: impl Into<String>,
        line: usize,
        question: Option<String>,
    ) {
        self.out.lossy |= kind == NoteKind::Gone;
        self.out.notes.push(Note { kind, object, detail: detail.into(), line, question });
    }

    /// What is lost with some runners only: it does not weigh on the grade.
    fn hazard(&mut self, kind: NoteKind, object: String, detail: String, line: usize) {
        self.out.notes.push(Note { kind, object, detail, line, question: None });
    }

    fn name(&self, name: &Name) -> String {
        clause::name(name, self.quotes)
    }

    fn quote(&self, name: &str) -> String {
        quote(name, self.quotes)
    }

    fn step(&mut self, step: &Step) {
        match (&step.change, step.phase) {
            (Change::Table(Pair { before: Some(made), after: None }), _) => self.table_made(made),
            (Change::Table(Pair { before: None, after: Some(gone) }), _) => self.table_gone(gone),
            (Change::Table(Pair { before: Some(is), after: Some(was) }), _) if is.row_security && !was.row_security => {
                let detail = "row security was enabled by the migration; the table is without it again, as before";
                self.note(NoteKind::Discards, was.name.to_string(), detail, self.line(was.lineage, true), None);
            }
            (Change::Table(Pair { before: Some(is), after: Some(was) }), Phase::AlterTable)
                if self.dialect == Dialect::Mysql =>
            {
                self.charset_altered(is, was);
            }
            (Change::Column { table, pair: Pair { before: Some(made), after: None }, .. }, _) => {
                self.column_made(table, made)
            }
            (Change::Column { table, pair: Pair { before: None, after: Some(gone) }, .. }, _) => {
                self.column_gone(table, gone)
            }
            (Change::Column { table, pair: Pair { before: Some(is), after: Some(was) }, .. }, Phase::AlterColumn) => {
                self.column_altered(table, is, was);
            }
            (Change::Constraint { table, pair: Pair { before: None, after: Some(wanted) } }, _) => {
                self.constraint_returns(table, wanted);
            }
            (Change::Index { table, pair: Pair { before: None, after: Some(wanted) } }, _) if wanted.unique => {
                self.unique_returns(table, wanted);
            }
            (Change::Type(Pair { before: Some(is), after: Some(was) }), Phase::Type) => {
                if let (TypeKind::Enum(has), TypeKind::Enum(had)) = (&is.kind, &was.kind) {
                    self.enum_shrinks(&was.name, has, had, was.lineage);
                }
            }
            (Change::Policy { table, pair: Pair { before: Some(made), after: None } }, _) => {
                self.policy_made(table, made)
            }
            _ => {}
        }
    }

    fn policy_made(&mut self, table: &Name, made: &crate::catalog::Policy) {
        let comes_back = self.evidence.steps.iter().any(|s| {
            matches!(&s.change, Change::Policy { pair: Pair { before: None, after: Some(p) }, .. } if p.name == made.name)
        });
        let table_goes = self.evidence.before.tables.iter().all(|(_, t)| t.policies.is_empty() && t.name != *table);
        if !comes_back && !table_goes {
            let detail = "the migration made this policy; without it the table is as it was before";
            self.note(NoteKind::Discards, object(table, &made.name), detail, self.line(made.lineage, true), None);
        }
    }

    fn table_made(&mut self, made: &Table) {
        let question = format!("SELECT count(*) FROM {}", self.name(&made.name));
        let line = self.line(made.lineage, false);
        self.note(NoteKind::Discards, made.name.to_string(), "the table and the rows in it", line, Some(question));
    }

    fn table_gone(&mut self, gone: &Table) {
        let line = self.line(gone.lineage, true);
        self.note(
            NoteKind::Gone,
            gone.name.to_string(),
            "the migration dropped the table; it comes back empty",
            line,
            None,
        );
    }

    fn column_made(&mut self, table: &Name, made: &Column) {
        if made.generated.is_some() {
            return;
        }
        let question = format!("SELECT count({}) FROM {}", self.quote(&made.name), self.name(table));
        let line = self.line(made.lineage, false);
        self.note(NoteKind::Discards, object(table, &made.name), "the values in it", line, Some(question));
    }

    fn column_gone(&mut self, table: &Name, gone: &Column) {
        if gone.generated.is_some() {
            return;
        }
        let line = self.line(gone.lineage, true);
        let about = object(table, &gone.name);
        let comes = match &gone.default {
            _ if gone.identity.is_some() || gone.auto_increment => "it comes back numbered anew".to_string(),
            Some(default) => format!("it comes back with {} everywhere", default.text),
            None => "it comes back empty".to_string(),
        };
        self.note(NoteKind::Gone, about.clone(), format!("the migration dropped the column; {comes}"), line, None);
        self.computed_from(gone, line);
        let filled =
            gone.default.is_some() || gone.identity.is_some() || gone.auto_increment || self.dialect == Dialect::Mysql;
        if gone.not_null && !filled {
            let own = self.asked(table).map_or_else(|| table.clone(), |t| t.name());
            let question = format!("SELECT count(*) FROM {}", self.name(&own));
            let detail = "NOT NULL without a default: refused while the table has rows";
            self.note(NoteKind::MayRefuse, about, detail, line, Some(question));
        }
    }

    /// Generated columns that read a column whose values are lost.
    fn computed_from(&mut self, gone: &Column, line: usize) {
        let table = self.table_of(gone.lineage);
        let Some(was) = self.evidence.before.tables.get(&table) else { return };
        let reads =
            |c: &&Column| c.generated.as_ref().is_some_and(|g| mentions(&g.expression.text, &gone.name, self.dialect));
        let computed: Vec<String> = was.columns.iter().filter(reads).map(|c| c.name.clone()).collect();
        for column in computed {
            let detail = format!("it is computed from {}, whose values are gone", gone.name);
            self.note(NoteKind::Gone, object(&table, &column), detail, line, None);
        }
    }

    fn column_altered(&mut self, table: &Name, is: &Column, was: &Column) {
        let line = self.line(was.lineage, true);
        let about = object(table, &was.name);
        if self.dialect == Dialect::Mysql {
            if let Some((is, was)) = self.with_charset(is, was) {
                self.type_altered(table, &is, &was, line);
            }
        } else if is.canonical != was.canonical {
            self.type_altered(table, is, was, line);
        }
        if was.not_null && !is.not_null {
            let (own, column) = self.called_now(table, is);
            let question = format!("SELECT count(*) FROM {own} WHERE {column} IS NULL");
            self.note(
                NoteKind::MayRefuse,
                about,
                "NOT NULL returns: refused while a row holds NULL",
                line,
                Some(question),
            );
        }
    }

    /// MySQL: a column's character set is its table's where it says none, so both are compared whole.
    fn with_charset(&self, is: &Column, was: &Column) -> Option<(Column, Column)> {
        let of = |table: Option<&Table>, column: &Column| {
            let whole = table.map_or_else(|| column.canonical.clone(), |t| whole_type(column, t));
            Column { canonical: whole, ..column.clone() }
        };
        let now = self.evidence.lowering.catalog.table_with_column(is.lineage);
        let then = self.evidence.before.tables.iter().find(|(_, t)| t.column_of(was.lineage).is_some());
        let (is, was) = (of(now.map(|(_, t)| t), is), of(then.map(|(_, t)| t), was));
        (is.canonical != was.canonical).then_some((is, was))
    }

    /// MySQL: the table has another character set, and the columns that take theirs from it.
    fn charset_altered(&mut self, is: &Table, was: &Table) {
        for column in &was.columns {
            let altered = self.evidence.steps.iter().any(|s| {
                s.phase == Phase::AlterColumn
                    && matches!(&s.change, Change::Column { pair: Pair { after: Some(c), .. }, .. }
                        if c.lineage.0 == column.lineage.0)
            });
            if let Some(now) = is.column_of(column.lineage).filter(|_| !altered).cloned()
                && let Some((is, was)) = self.with_charset(&now, column)
            {
                let line = self.line(is.lineage, true);
                self.type_altered(&self.table_of(was.lineage), &is, &was, line);
            }
        }
    }

    fn table_of(&self, column: Lineage) -> Name {
        let found = self.evidence.before.tables.iter().find(|(_, t)| t.column_of(column).is_some());
        found.map(|(name, _)| name.clone()).unwrap_or_default()
    }

    fn type_altered(&mut self, table: &Name, is: &Column, was: &Column, line: usize) {
        let about = object(table, &was.name);
        let using = self.using(was.lineage);
        let names = [was.name.as_str(), is.name.as_str()];
        let way = of_column(self.dialect, &was.canonical, &is.canonical, using.as_deref(), &names);
        let (from, to) = (was.data_type.as_str(), is.data_type.as_str());
        let whole = self.dialect == Dialect::Mysql && from.eq_ignore_ascii_case(to);
        let (from, to) = if whole { (was.canonical.as_str(), is.canonical.as_str()) } else { (from, to) };
        let change = format!("{from} became {to}");
        let count = |condition: &str| {
            let (own, column) = self.called_now(table, is);
            format!("SELECT count(*) FROM {own} WHERE {}", condition.replace("{}", &column))
        };
        let question = way.refused_where.as_deref().map(count);
        if let Some(why) = way.impossible.as_ref().filter(|_| !was.not_null && self.dialect.is_postgres()) {
            let discarded = format!("the values in it, which become NULL: {why}");
            self.note(NoteKind::Discards, about.clone(), discarded, line, Some(count("{} IS NOT NULL")));
        }
        if let Some(loses) = way.loses.or(way.impossible) {
            self.note(NoteKind::Gone, about.clone(), format!("{change}: {loses}"), line, None);
        }
        if let Some(why) = way.may_refuse {
            self.note(NoteKind::MayRefuse, about.clone(), why, line, question.clone());
        }
        if let Some(loses) = way.back_loses {
            self.note(NoteKind::Discards, about, loses, line, question);
        }
    }

    /// The USING of the migration's last change of a column's type.
    fn using(&self, column: Lineage) -> Option<String> {
        self.evidence.lowering.changes.iter().rev().find_map(|l| match &l.change {
            Change::Column { pair, using: Some(using), .. }
                if pair.after.as_ref().is_some_and(|c| c.lineage.0 == column.0) =>
            {
                Some(using.clone())
            }
            _ => None,
        })
    }

    fn constraint_returns(&mut self, table: &Name, wanted: &Constraint) {
        // One that only stepped aside, or that returns with its table, refuses nothing.
        if self.returning.contains(table) || wanted.not_valid {
            return;
        }
        let asked = self.asked(table);
        let line = self.line(wanted.lineage, true);
        let about = object(table, if wanted.name.is_empty() { "constraint" } else { &wanted.name });
        let (detail, question) = match &wanted.kind {
            ConstraintKind::Unique { nulls_not_distinct: false, .. } | ConstraintKind::ForeignKey(_)
                if asked.as_ref().is_some_and(|a| a.comes_back_empty(wanted.columns())) =>
            {
                return;
            }
            ConstraintKind::PrimaryKey { parts, .. } | ConstraintKind::Unique { parts, .. } => {
                ("unique again: refused while rows hold the same values", self.duplicates(table, parts))
            }
            ConstraintKind::Check(sql) => {
                ("the check returns: refused while a row breaks it", self.breaking(table, &sql.text))
            }
            ConstraintKind::ForeignKey(key) => {
                ("the foreign key returns: refused while a row refers to nothing", self.orphans(table, key))
            }
            ConstraintKind::Exclude(_) => ("the exclusion returns: refused while rows conflict", None),
        };
        self.note(NoteKind::MayRefuse, about, detail, line, question);
    }

    fn unique_returns(&mut self, table: &Name, wanted: &Index) {
        if self.returning.contains(table) {
            return;
        }
        let columns = wanted.parts.iter().filter_map(|p| p.column.as_deref());
        if !wanted.nulls_not_distinct && self.asked(table).is_some_and(|a| a.comes_back_empty(columns)) {
            return;
        }
        // Only the rows that a partial index covers must differ.
        let question = self.duplicates(table, &wanted.parts).filter(|_| wanted.predicate.is_none());
        let line = self.line(wanted.lineage, true);
        let detail = "unique again: refused while rows hold the same values";
        self.note(NoteKind::MayRefuse, object(table, &wanted.name), detail, line, question);
    }

    fn enum_shrinks(
        &mut self,
        name: &Name,
        has: &[crate::catalog::Label],
        had: &[crate::catalog::Label],
        lineage: Lineage,
    ) {
        let renamed = |l: &crate::catalog::Label| l.lineage.0 != 0 && had.iter().any(|o| o.lineage.0 == l.lineage.0);
        let added: Vec<String> = has
            .iter()
            .filter(|l| !had.iter().any(|o| o.name == l.name) && !renamed(l))
            .map(|l| format!("'{}'", l.name.replace('\'', "''")))
            .collect();
        let users = self.of_type(name);
        let mut refused: Vec<&String> = if users.is_empty() { added.iter().collect() } else { Vec::new() };
        let mut counts = Vec::new();
        for (table, column) in users {
            let known = self.names_given(name, &table, &column, had);
            let left: Vec<&String> = added.iter().filter(|l| !known.contains(l)).collect();
            if left.is_empty() {
                continue;
            }
            let list = left.iter().map(|l| l.as_str()).collect::<Vec<_>>().join(", ");
            let quoted = self.quote(&column.name);
            let held = if column.canonical.ends_with("[]") {
                format!("{quoted}::text[] && ARRAY[{list}]")
            } else {
                format!("{quoted}::text IN ({list})")
            };
            counts.push(format!("(SELECT count(*) FROM {} WHERE {held})", self.name(&table)));
            refused.extend(left);
        }
        let added: Vec<&str> = added.iter().filter(|l| refused.contains(l)).map(String::as_str).collect();
        if added.is_empty() {
            return;
        }
        let question = (!counts.is_empty()).then(|| format!("SELECT {}", counts.join(" + ")));
        let detail = format!("{} goes again: refused while a row holds it", added.join(", "));
        let line = self.line(lineage, true);
        self.note(NoteKind::MayRefuse, name.to_string(), detail, line, question);
    }

    /// The columns of a type, as they are now.
    fn of_type(&self, name: &Name) -> Vec<(Name, Column)> {
        let of_type = |c: &&Column| name.is_type_of(&c.canonical, self.dialect);
        let tables = self.evidence.lowering.catalog.maybe(Wanted::OfType(name));
        tables.into_iter().flat_map(|(n, t)| t.columns.iter().filter(of_type).map(|c| (n.clone(), c.clone()))).collect()
    }

    /// Where the migration gave the values of a column other names: those, quoted. What it made of several values, or of
    /// values by an expression that can't be turned round, is lost.
    fn names_given(
        &mut self,
        name: &Name,
        table: &Name,
        column: &Column,
        had: &[crate::catalog::Label],
    ) -> Vec<String> {
        let of_type = |c: &Column| name.is_type_of(&c.canonical, self.dialect);
        let was = self.evidence.before.tables.iter().find_map(|(_, t)| t.column_of(column.lineage));
        let using = self.using(column.lineage).filter(|_| was.is_some_and(of_type));
        let Some(using) = using else { return Vec::new() };
        let had: Vec<String> = had.iter().map(|l| l.name.clone()).collect();
        let back = Labels::read(&using).map(|l| l.back(&had));
        let lost = match &back {
            Some((_, lost)) if lost.is_empty() => None,
            Some((_, lost)) => Some(format!("{} can't be told apart any more", lost.join(", "))),
            None => Some("the migration replaced its values".to_string()),
        };
        if let Some(lost) = lost {
            let line = self.line(column.lineage, true);
            self.note(NoteKind::Gone, object(table, &column.name), lost, line, None);
        }
        let ways = back.map(|(ways, _)| ways).unwrap_or_default();
        let quoted = |(is, was): &(String, String)| (is != was).then(|| format!("'{}'", is.replace('\'', "''")));
        ways.iter().filter_map(quoted).collect()
    }

    /// MySQL: a column that becomes AUTO_INCREMENT gives the next number to rows that hold 0 or NULL, as an insert would
    /// (MySQL manual, "ALTER TABLE", on AUTO_INCREMENT).
    fn numbered(&mut self) {
        if self.dialect != Dialect::Mysql {
            return;
        }
        let evidence = self.evidence;
        for lowered in &evidence.lowering.changes {
            let Change::Column { pair: Pair { before: Some(was), after: Some(is) }, .. } = &lowered.change else {
                continue;
            };
            let then = evidence.before.tables.iter().find_map(|(name, t)| Some((name, t.column_of(was.lineage)?)));
            if let Some((table, column)) = then
                && is.auto_increment
                && !was.auto_increment
            {
                let held = if was.not_null { "0" } else { "0 or NULL" };
                let detail = format!("it became AUTO_INCREMENT: rows that held {held} got a number");
                let line = self.lines.of(lowered.span.start);
                self.note(NoteKind::Gone, object(table, &column.name), detail, line, None);
            }
        }
    }

    /// Sequences that were dropped, of which no column tells how far they had counted.
    fn sequences(&mut self) {
        let evidence = self.evidence;
        for lowered in &evidence.lowering.changes {
            let Change::Sequence(Pair { before: Some(gone), after: None }) = &lowered.change else { continue };
            let Some((_, was)) = evidence.before.sequences.iter().find(|(_, s)| s.lineage.0 == gone.lineage.0) else {
                continue;
            };
            let mut columns = evidence.before.tables.iter().flat_map(|(_, table)| &table.columns);
            if self.dialect.is_postgres() && was.owner.is_none() && !columns.any(|column| column.draws_from(&was.name))
            {
                let detail = "the migration dropped the sequence; it comes back, and counts from its start";
                let line = self.lines.of(lowered.span.start);
                self.note(NoteKind::Gone, was.name.to_string(), detail, line, None);
            }
        }
    }

    /// Where columns come back in another order than they had.
    fn order(&mut self) {
        if !self.dialect.is_postgres() {
            return;
        }
        let mut moved = Vec::new();
        for step in self.evidence.steps {
            if let Change::Column { table, pair: Pair { before: None, after: Some(column) }, .. } = &step.change
                && let Some(was) = self.evidence.before.table(table)
            {
                let at = was.position(&column.name).unwrap_or(0);
                let follows = was.columns.iter().skip(at + 1).any(|later| {
                    !self.evidence.steps.iter().any(|s| {
                        matches!(&s.change, Change::Column { table: t, pair: Pair { before: None, after: Some(c) }, .. }
                            if t == table && c.name == later.name)
                    })
                });
                if follows {
                    moved.push((table.clone(), column.name.clone(), column.lineage));
                }
            }
        }
        for (table, column, lineage) in moved {
            let line = self.line(lineage, true);
            let detail = "PostgreSQL can't put a column back in its place: it comes last";
            self.note(NoteKind::Approximate, object(&table, &column), detail, line, None);
        }
    }
}
