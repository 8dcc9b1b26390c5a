//! One migration as a rule sees it.

use super::runner::{Runner, Scope, edge};
use crate::catalog::{Catalog, Column, Lineage, Name, Table, TypeKind};
use crate::change::{Change, Pair};
use crate::dialect::Dialect;
use crate::history::{History, Migration};
use crate::lex::{Kind, Token};
use crate::lower::{CopiedFrom, Lowered, Lowering, Reached, RowEffect};
use crate::reader::{Reader, identifier};
use crate::rows::RowKind;
use crate::split::{self, split};
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

/// A history as it is replayed for the rules.
pub struct Replay<'a> {
    history: &'a History,
    runner: &'a Runner,
    /// The tables that may hold rows, where that was settled before this migration.
    shipped: Option<Rc<BTreeSet<u32>>>,
    by_hand: Rc<BTreeSet<u32>>,
    fresh_labels: Rc<Vec<(Name, String)>>,
}

/// One migration: what was before, what it does, what is after.
pub struct Step<'a> {
    /// Its file.
    pub migration: &'a Migration,
    /// The SQL that it is written in.
    pub dialect: Dialect,
    /// The server, where somebody said which.
    pub server: Option<&'a str>,
    /// What runs it.
    pub runner: &'a Runner,
    /// The database before it.
    pub before: Catalog,
    /// The database after it.
    pub after: Catalog,
    /// Only what it touches, as that was.
    pub touched_before: Catalog,
    /// Only what it touches, as that is now.
    pub touched_after: Catalog,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// What it does to rows.
    pub effects: Vec<RowEffect>,
    /// Tables that it fills from others.
    pub copies: Vec<CopiedFrom>,
    /// Those of them that took the other's place.
    pub rebuilt: Vec<CopiedFrom>,
    /// Rows of other tables that a DROP TABLE reaches, if the file's own pragmas count.
    pub reached: Vec<Reached>,
    /// Values that earlier migrations of the same run have added to enums, where one transaction holds them all.
    pub fresh_labels: Rc<Vec<(Name, String)>>,
    shipped: Rc<BTreeSet<u32>>,
    by_hand: Rc<BTreeSet<u32>>,
}

/// One statement of a migration.
pub struct Statement {
    /// Its place among them, from 0.
    pub index: usize,
    /// Its bytes, without the semicolon.
    pub span: Range<usize>,
    /// Its tokens, comments left out.
    pub tokens: Vec<Token>,
    /// The piece between breakpoints that it stands in.
    pub chunk: usize,
    /// What it changes, in order, what comes along included.
    pub changes: Vec<Lowered>,
    /// The transaction that it shares with others of the same number; none: by itself.
    pub transaction: Option<usize>,
    /// The heading that a generator wrote above it: `DropIndex`.
    pub heading: Option<String>,
    /// The tables that it changed, as it left them; none: gone.
    left: Vec<(Name, Option<Rc<Table>>)>,
}

impl<'a> Replay<'a> {
    /// Nothing replayed yet.
    pub fn new(history: &'a History, runner: &'a Runner) -> Replay<'a> {
        Replay { history, runner, shipped: None, by_hand: Rc::default(), fresh_labels: Rc::default() }
    }

    /// What is made from here on holds no rows when the migrations run.
    pub fn empty_from_here(&mut self, catalog: &Catalog) {
        self.shipped = Some(Rc::new(lineages(catalog)));
    }

    /// Applies a migration to the catalog. Where nobody will look at it, what only rules need is left out.
    pub fn step(&mut self, catalog: &mut Catalog, migration: &'a Migration, judged: bool) -> Step<'a> {
        let dialect = catalog.dialect;
        if let Some(snapshot) = &migration.snapshot_before {
            catalog.assume(&crate::rollback::read(snapshot, dialect));
        }
        let empty = || Catalog::new(dialect);
        let before = if judged { catalog.clone() } else { empty() };
        let shipped = self.shipped.clone().unwrap_or_else(|| Rc::new(lineages(&before)));
        catalog.begin();
        let parts = split(&migration.sql, dialect, migration.breakpoints);
        let transactions = self.runner.transactions(&migration.sql, &parts, dialect);
        let mut lowering = Lowering::new(catalog, &migration.sql);
        let mut statements = Vec::with_capacity(parts.len());
        for (index, (part, transaction)) in parts.into_iter().zip(transactions).enumerate() {
            let done = lowering.changes.len();
            lowering.statement(&part);
            let changes = lowering.changes[done..].to_vec();
            let left = if judged { left(lowering.catalog, &changes) } else { vec![] };
            let heading = self.runner.headings.then(|| heading(&migration.sql[part.whole.start..part.span.start]));
            let split::Statement { span, tokens, chunk, .. } = part;
            let heading = heading.flatten();
            statements.push(Statement { index, span, tokens, chunk, changes, transaction, heading, left });
        }
        lowering.adopt();
        lowering.catalog.end_session();
        let (effects, copies) = (lowering.effects, lowering.copies);
        let (rebuilt, reached) = (lowering.rebuilt, lowering.reached);
        let (touched_before, touched_after) = if judged { catalog.touched() } else { (empty(), empty()) };
        Step {
            migration,
            dialect,
            server: self.history.server.as_deref(),
            runner: self.runner,
            before,
            after: if judged { catalog.clone() } else { empty() },
            touched_before,
            touched_after,
            statements,
            effects,
            copies,
            rebuilt,
            reached,
            fresh_labels: self.fresh_labels.clone(),
            shipped,
            by_hand: self.by_hand.clone(),
        }
    }

    /// Remembers what later migrations have to know of this one.
    pub fn keep(&mut self, step: Step) {
        if self.runner.scope == Scope::All && self.shipped.is_some() {
            let labels: Vec<(Name, String)> = step.changes().flat_map(|(_, c)| added_labels(&c.change)).collect();
            let mut all = (*self.fresh_labels).clone();
            all.extend(labels);
            self.fresh_labels = Rc::new(all);
        }
        if !self.runner.headings {
            return;
        }
        let written = step.statements.iter().filter(|s| s.heading.is_none()).flat_map(|s| &s.changes);
        let made: Vec<u32> = written.filter_map(|c| made(&c.change)).collect();
        drop(step);
        Rc::make_mut(&mut self.by_hand).extend(made);
    }
}

fn lineages(catalog: &Catalog) -> BTreeSet<u32> {
    catalog.tables.iter().map(|(_, t)| t.lineage.0).collect()
}

/// The tables that changes name, as they are now.
fn left(catalog: &Catalog, changes: &[Lowered]) -> Vec<(Name, Option<Rc<Table>>)> {
    let mut names: BTreeSet<Name> = BTreeSet::new();
    for lowered in changes {
        match &lowered.change {
            Change::Table(pair) => names.extend(pair.before.iter().chain(&pair.after).map(|t| t.name.clone())),
            Change::Column { table, .. }
            | Change::Constraint { table, .. }
            | Change::Index { table, .. }
            | Change::Trigger { table, .. }
            | Change::Policy { table, .. } => drop(names.insert(table.clone())),
            _ => {}
        }
    }
    names.into_iter().map(|n| (n.clone(), catalog.tables.shared(&n))).collect()
}

/// The lineage of what a change makes inside a table.
fn made(change: &Change) -> Option<u32> {
    fn of<T>(pair: &Pair<T>, lineage: impl Fn(&T) -> Lineage) -> Option<u32> {
        pair.after.as_ref().filter(|_| pair.before.is_none()).map(|it| lineage(it).0)
    }
    match change {
        Change::Column { pair, .. } => of(pair, |c| c.lineage),
        Change::Constraint { pair, .. } => of(pair, |c| c.lineage),
        Change::Index { pair, .. } => of(pair, |i| i.lineage),
        Change::Table(pair) => of(pair, |t| t.lineage),
        _ => None,
    }
}

/// The values that a change adds to an enum that was there.
pub fn added_labels(change: &Change) -> Vec<(Name, String)> {
    let Change::Type(Pair { before: Some(before), after: Some(after) }) = change else { return vec![] };
    let (TypeKind::Enum(was), TypeKind::Enum(is)) = (&before.kind, &after.kind) else { return vec![] };
    let new = is.iter().filter(|l| !was.iter().any(|w| w.lineage.0 == l.lineage.0 || w.name == l.name));
    new.map(|l| (after.name.clone(), l.name.clone())).collect()
}

/// `-- CreateIndex` as the last line before a statement.
fn heading(before: &str) -> Option<String> {
    let word = before.trim_end().lines().next_back()?.trim().strip_prefix("-- ")?.trim();
    let camel = word.len() > 5 && word.starts_with(|c: char| c.is_ascii_uppercase());
    (camel && word.chars().all(|c| c.is_ascii_alphanumeric())).then(|| word.to_owned())
}

impl Step<'_> {
    /// The up file's text.
    pub fn text(&self) -> &str {
        &self.migration.sql
    }

    /// The text of a statement.
    pub fn sql(&self, statement: &Statement) -> &str {
        &self.migration.sql[statement.span.clone()]
    }

    /// A cursor over a statement.
    pub fn reader<'s>(&'s self, statement: &'s Statement) -> Reader<'s> {
        Reader::new(&self.migration.sql, &statement.tokens, self.dialect)
    }

    /// Does a statement begin with these keywords?
    pub fn begins(&self, statement: &Statement, keywords: &str) -> bool {
        self.reader(statement).are(keywords)
    }

    /// Does a word stand anywhere in a statement, outside of strings and quotes?
    pub fn has_word(&self, statement: &Statement, word: &str) -> bool {
        let text = self.text();
        statement.tokens.iter().any(|t| t.kind == Kind::Word && text[t.start..t.end].eq_ignore_ascii_case(word))
    }

    /// It opens or ends a transaction.
    pub fn is_edge(&self, statement: &Statement) -> bool {
        let whole = split::Statement {
            span: statement.span.clone(),
            whole: statement.span.clone(),
            tokens: statement.tokens.clone(),
            chunk: statement.chunk,
            cut: false,
        };
        edge(self.text(), &whole).is_some()
    }

    /// Every change with its statement, in order.
    pub fn changes(&self) -> impl Iterator<Item = (&Statement, &Lowered)> {
        self.statements.iter().flat_map(|s| s.changes.iter().map(move |c| (s, c)))
    }

    /// Every column that is added, changed or dropped inside a table.
    pub fn columns(&self) -> impl Iterator<Item = (&Statement, &Name, &Pair<Rc<Column>>)> {
        self.changes().filter_map(|(s, c)| match &c.change {
            Change::Column { table, pair, .. } => Some((s, table, pair)),
            _ => None,
        })
    }

    /// A table as a statement finds it.
    pub fn table_at(&self, statement: &Statement, name: &Name) -> Option<Rc<Table>> {
        let earlier = self.statements[..statement.index].iter().rev();
        match earlier.flat_map(|s| &s.left).find(|(n, _)| n == name) {
            Some((_, table)) => table.clone(),
            None => self.before.tables.shared(&self.before.table_name(name)?),
        }
    }

    /// The table may hold rows when the statement runs: it was there before, in a database that is in use. What this
    /// migration makes itself is empty, or holds what it puts in.
    pub fn has_rows(&self, statement: &Statement, name: &Name) -> bool {
        let found = self.table_at(statement, name);
        let unknown = || self.statements[statement.index].left.iter().any(|(n, t)| n == name && is_partial(t));
        match found {
            Some(table) if self.emptied(statement, &table) => false,
            Some(table) => self.shipped.contains(&table.lineage.0) || table.partial,
            None => unknown(),
        }
    }

    /// Earlier statements have deleted every row of the table, and put none in since.
    fn emptied(&self, statement: &Statement, table: &Table) -> bool {
        let own = |e: &&RowEffect| e.table.is_some_and(|l| l.0 == table.lineage.0);
        let earlier = self.effects.iter().filter(|e| e.span.end <= statement.span.start).filter(own);
        earlier.fold(false, |empty, e| match e.change.kind {
            RowKind::Truncate => true,
            RowKind::Delete => empty || e.change.filter.is_none(),
            RowKind::Insert | RowKind::Merge => false,
            RowKind::Update => empty,
        })
    }

    /// The table was there before this migration, and before all others that no database has run.
    pub fn shipped(&self, table: &Table) -> bool {
        self.shipped.contains(&table.lineage.0)
    }

    /// A person wrote the statement that made this, not the tool's generator.
    pub fn made_by_hand(&self, lineage: Lineage) -> bool {
        self.by_hand.contains(&lineage.0)
    }

    /// The tables that are there before and after and were touched, as they were and as they are.
    pub fn kept_tables(&self) -> impl Iterator<Item = (&Table, &Table)> {
        self.touched_before.tables.iter().filter_map(|(_, before)| {
            let known = before.lineage.0 != 0;
            let same = |t: &&Table| known && t.lineage.0 == before.lineage.0;
            Some((before, self.touched_after.tables.iter().map(|(_, t)| t).find(same)?))
        })
    }

    /// A partition of a table that is touched too: its columns become what those become.
    pub fn follows(&self, table: &Table) -> bool {
        let parent = table.partition_of.as_ref().map(|(parent, _)| parent);
        parent.is_some_and(|parent| self.kept_tables().any(|(before, _)| before.name == *parent))
    }

    /// Did a table that the migration makes take this one's place, with its rows?
    pub fn rebuilt_from(&self, table: &Table) -> bool {
        self.rebuilt.iter().any(|copied| copied.from.0 == table.lineage.0)
    }

    /// The statement at which something happened, by a test over its changes.
    pub fn statement_of(&self, test: impl Fn(&Change) -> bool) -> Option<&Statement> {
        self.statements.iter().find(|s| s.changes.iter().any(|c| test(&c.change)))
    }

    /// The statement at which a column of this lineage went: where it was dropped, or its table made anew without it.
    pub fn dropped_at(&self, table: &Table, column: &Column) -> Option<&Statement> {
        let here = self.statement_of(|c| match c {
            Change::Column { pair, .. } => gone(pair, |c| c.lineage.0 == column.lineage.0),
            _ => false,
        });
        here.or_else(|| self.table_dropped_at(&table.name))
    }

    /// The statement at which a table of this name went.
    pub fn table_dropped_at(&self, name: &Name) -> Option<&Statement> {
        self.statement_of(|c| matches!(c, Change::Table(pair) if gone(pair, |t| t.name == *name)))
    }

    /// The rows of a table that are updated, with the assignments, before a statement.
    pub fn updates<'s>(&'s self, table: &'s Table) -> impl Iterator<Item = &'s RowEffect> {
        let own = |e: &&RowEffect| e.table.is_some_and(|l| l.0 == table.lineage.0);
        self.effects.iter().filter(own).filter(|e| matches!(e.change.kind, RowKind::Update | RowKind::Merge))
    }

    /// Does the migration carry a column's values elsewhere before it goes: is it named in what fills other columns?
    pub fn carries(&self, table: &Table, column: &str) -> bool {
        let names = |text: &str| crate::catalog::mentions(text, column, self.dialect);
        let reads = |e: &RowEffect| {
            e.change.reads.iter().any(|n| n.name == table.name.name)
                || e.change.table.name == table.name.name
                || e.change
                    .others
                    .as_deref()
                    .is_some_and(|o| crate::catalog::mentions(o, &table.name.name, self.dialect))
        };
        self.effects
            .iter()
            .filter(|e| !matches!(e.change.kind, RowKind::Delete | RowKind::Truncate))
            .any(|e| reads(e) && names(&self.text()[e.span.clone()]))
    }

    /// The server, taken apart: `("postgres", 15)`; nothing where nobody said.
    pub fn server_version(&self) -> Option<(&str, u32)> {
        let (name, version) = self.server?.split_once('-')?;
        Some((name, version.split('.').next()?.parse().ok()?))
    }

    /// The action of an ALTER TABLE that names this and holds that word (`DROP COLUMN "email"`), else one that names it,
    /// else the whole statement.
    pub fn action(&self, statement: &Statement, name: &str, word: &str) -> Range<usize> {
        let text = self.text();
        let tokens = &statement.tokens;
        let actions = self.actions(statement);
        let named = |t: &Token| identifier(&text[t.start..t.end], t.kind, self.dialect).is_some_and(|n| n == name);
        let says = |t: &Token| t.kind == Kind::Word && text[t.start..t.end].eq_ignore_ascii_case(word);
        let names = |a: &&Range<usize>| tokens[(*a).clone()].iter().any(named);
        let best = actions.iter().filter(names).find(|a| tokens[(*a).clone()].iter().any(says));
        // A name that the server chose stands nowhere.
        let unnamed = || actions.iter().filter(|_| actions.len() > 1).find(|a| tokens[(*a).clone()].iter().any(says));
        let found = best.or_else(|| actions.iter().find(names)).or_else(unnamed);
        found.map_or(statement.span.clone(), |a| tokens[a.start].start..tokens[a.end - 1].end)
    }

    /// The actions of an ALTER TABLE, as ranges of its tokens; of another statement none.
    pub fn actions(&self, statement: &Statement) -> Vec<Range<usize>> {
        let (text, tokens) = (self.text(), &statement.tokens);
        let is = |at: usize, w: &str| tokens.get(at).is_some_and(|t| text[t.start..t.end].eq_ignore_ascii_case(w));
        let verbs = ["ADD", "DROP", "ALTER", "MODIFY", "CHANGE", "RENAME", "VALIDATE", "SET", "ENABLE", "DISABLE"];
        let alters = self.begins(statement, "ALTER TABLE");
        let first = (2..tokens.len()).find(|at| alters && verbs.iter().any(|v| is(*at, v)));
        let Some(first) = first else { return vec![] };
        let (mut out, mut depth, mut from) = (Vec::new(), 0usize, first);
        for (at, token) in tokens.iter().enumerate().skip(first) {
            match token.kind {
                Kind::Punct(b'(') => depth += 1,
                Kind::Punct(b')') => depth = depth.saturating_sub(1),
                Kind::Punct(b',') if depth == 0 => {
                    out.push(from..at);
                    from = at + 1;
                }
                _ => {}
            }
        }
        out.push(from..tokens.len());
        out.retain(|a| !a.is_empty());
        out
    }
}

fn is_partial(table: &Option<Rc<Table>>) -> bool {
    table.as_ref().is_some_and(|t| t.partial)
}

/// It goes, and it is this one.
pub fn gone<T>(pair: &Pair<T>, this: impl Fn(&T) -> bool) -> bool {
    pair.after.is_none() && pair.before.as_ref().is_some_and(this)
}
