//! INSERT, UPDATE, DELETE and calls: what they do to rows, and where rows were copied from.

use super::{Lowering, Read};
use crate::catalog::{CopiedFrom, Lineage, Name};
use crate::change::Change;
use crate::rows::{self, CopySource, RowChange, RowKind};
use std::ops::Range;

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
}

/// A name of the rows' reader as the catalog has it.
pub fn name(name: &rows::Name) -> Name {
    Name { schema: name.schema.clone().unwrap_or_default(), name: name.name.clone() }
}

impl Lowering<'_> {
    pub(super) fn rows(&mut self, text: &str) -> Read {
        match rows::read(text, self.dialect()) {
            Ok(effects) => {
                effects.changes.into_iter().for_each(|c| self.row_change(c));
                effects.calls.iter().try_for_each(|call| self.call(call))
            }
            Err(unread) => Err(unread.why),
        }
    }

    pub(super) fn row_change(&mut self, mut change: RowChange) {
        let stored = self.catalog.table_name(&name(&change.table));
        if let Some(stored) = &stored {
            change.table.name = stored.name.clone();
        }
        let table = stored.as_ref().and_then(|n| self.catalog.table(n));
        let columns = table
            .map(|t| change.columns.iter().filter_map(|c| t.column(c)).map(|c| c.lineage).collect())
            .unwrap_or_default();
        self.effects.push(RowEffect {
            span: self.span.clone(),
            table: table.map(|t| t.lineage),
            columns,
            change: change.clone(),
        });
        if change.kind == RowKind::Insert
            && let Some(stored) = stored
        {
            self.copied(&stored, &change);
        }
        self.emit(Change::Rows(change));
    }

    /// `INSERT INTO new SELECT .. FROM old`: the rows of the new table are the old one's.
    fn copied(&mut self, into: &Name, change: &RowChange) {
        let Some(copy) = &change.copy else { return };
        let Some(from) = self.catalog.table(&name(&copy.from)) else { return };
        let mut made = CopiedFrom {
            table: from.lineage,
            name: from.name.clone(),
            columns: vec![],
            computed: vec![],
            whole: copy.whole && !change.meets_existing,
        };
        let Some(target) = self.catalog.table(into) else { return };
        let stars: Vec<(String, CopySource)> =
            from.columns.iter().map(|c| (String::new(), CopySource::Column(c.name.clone()))).collect();
        let pairs = if copy.columns.is_empty() { &stars } else { &copy.columns };
        for (at, (to, source)) in pairs.iter().enumerate() {
            let to = match (to.as_str(), target.columns.get(at)) {
                ("", Some(column)) => column.name.clone(),
                ("", None) => continue,
                (to, _) => to.to_string(),
            };
            match source {
                CopySource::Column(column) => made.columns.push((to, column.clone())),
                CopySource::Expression { text, .. } => made.computed.push((to, text.clone())),
            }
        }
        // A second copy into the same table adds to the first: neither is the whole any more.
        let again = self.catalog.table(into).is_some_and(|t| t.copied.is_some());
        if let Some(table) = self.catalog.tables.get_mut(into)
            && !again
        {
            table.copied = Some(made);
        }
    }

    /// A function that a file made may do anything.
    fn call(&mut self, call: &str) -> Read {
        let plain = call.rsplit('.').next().unwrap_or(call);
        let body = self
            .catalog
            .routines
            .iter()
            .find(|((n, _), _)| n.name.eq_ignore_ascii_case(plain))
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
