//! Rows that a migration put aside and brought back: it has done nothing to them.
//!
//! On D1 foreign keys can't be turned off, so a parent that is made anew takes its children's rows along; people copy the
//! children into a table of their own, and back when it is done.

use crate::catalog::Lineage;
use crate::lower::{CopiedFrom, Lowering, Reached, RowEffect};
use crate::rows::RowKind;
use std::ops::Range;

/// The copies of a migration.
pub struct Restored<'a> {
    lowering: &'a Lowering<'a>,
    /// From putting aside to bringing back, with the table's lineage.
    whole: Vec<(u32, Range<usize>)>,
}

impl<'a> Restored<'a> {
    /// Looks for the tables that were put aside and brought back.
    pub fn new(lowering: &'a Lowering<'a>) -> Restored<'a> {
        let mut out = Restored { lowering, whole: vec![] };
        for effect in &lowering.effects {
            if let Some(aside) = out.brings_back(effect)
                && let Some(table) = effect.table
            {
                out.whole.push((table.0, aside.span.start..effect.span.end));
            }
        }
        out
    }

    /// Is it part of bringing rows back, or undone by it?
    pub fn effect(&self, effect: &RowEffect) -> bool {
        match effect.change.kind {
            RowKind::Insert => self.brings_back(effect).is_some(),
            RowKind::Delete => self.within(effect.table.map_or(0, |t| t.0), &effect.span),
            RowKind::Update => self.sets_back(effect),
            RowKind::Truncate | RowKind::Merge => false,
        }
    }

    /// Were the rows that a dropped table took along brought back?
    pub fn reached(&self, reached: &Reached) -> bool {
        let set = |e: &RowEffect| {
            let all = reached.columns.iter().all(|c| e.change.columns.iter().any(|o| o.eq_ignore_ascii_case(c)));
            e.table.is_some_and(|t| t.0 == reached.table.0) && all && e.span.start > reached.span.end
        };
        let updates = self.lowering.effects.iter().filter(|e| e.change.kind == RowKind::Update && set(e));
        self.within(reached.table.0, &reached.span)
            || (reached.action != "CASCADE" && updates.into_iter().any(|e| self.sets_back(e)))
    }

    fn within(&self, table: u32, span: &Range<usize>) -> bool {
        self.whole.iter().any(|(t, range)| *t == table && range.start < span.start && span.end < range.end)
    }

    /// The copy that holds all rows and columns of the table, as they were before the statement.
    fn aside(&self, table: u32, other: u32, before: &Range<usize>) -> Option<&CopiedFrom> {
        let columns = self.lowering.catalog.table_of_lineage(Lineage(table))?.1.columns.iter();
        let stored: Vec<&str> = columns.filter(|c| c.generated.is_none()).map(|c| c.name.as_str()).collect();
        self.lowering.copies.iter().find(|c| {
            let kept = |name: &str| c.columns.iter().any(|(to, from)| to == from && from.eq_ignore_ascii_case(name));
            c.from.0 == table
                && c.into.0 == other
                && c.whole
                && c.span.end <= before.start
                && stored.iter().all(|n| kept(n))
        })
    }

    /// `INSERT INTO t SELECT .. FROM aside`, every row and every column.
    fn brings_back(&self, effect: &RowEffect) -> Option<&CopiedFrom> {
        let copy = effect.change.copy.as_ref().filter(|c| c.whole && !effect.change.overwrites)?;
        let back = self.lowering.copies.iter().find(|c| c.span == effect.span)?;
        let same = back.computed.is_empty() && back.columns.iter().all(|(to, from)| to.eq_ignore_ascii_case(from));
        let aside = self.aside(effect.table?.0, back.from.0, &effect.span)?;
        let all = copy.columns.is_empty() || back.columns.len() == aside.columns.len();
        (same && all).then_some(aside)
    }

    /// `UPDATE t SET a = (SELECT a FROM aside WHERE ..)`
    fn sets_back(&self, effect: &RowEffect) -> bool {
        let change = &effect.change;
        let Some(table) = effect.table else { return false };
        let asides: Vec<&CopiedFrom> = self.lowering.copies.iter().filter(|c| c.from.0 == table.0).collect();
        let whole = asides.iter().any(|c| self.aside(table.0, c.into.0, &effect.span).is_some());
        let selected = |column: &str, text: &str| {
            let words: Vec<String> = text
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .filter(|w| !w.is_empty())
                .map(str::to_ascii_lowercase)
                .collect();
            let from = words.iter().position(|w| w == "from").unwrap_or(0);
            words.first().is_some_and(|w| w == "select")
                && (2..=3).contains(&from)
                && words[from - 1].eq_ignore_ascii_case(column)
        };
        whole && !change.assignments.is_empty() && change.assignments.iter().all(|(c, text)| selected(c, text))
    }
}
