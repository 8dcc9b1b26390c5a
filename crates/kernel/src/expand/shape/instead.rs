//! What of a migration that makes tables anew is not run: what it comes to is done otherwise.

use super::Tables;
use crate::catalog::Name;
use crate::change::{Change, Pair};
use crate::lint::{Statement, Step};
use std::collections::BTreeSet;

impl Tables<'_> {
    /// The statements with which the migration makes one of these tables anew: what they come to is done otherwise.
    pub(super) fn rebuilds(&self) -> Vec<usize> {
        let step = self.step;
        let own: BTreeSet<u32> = self.names.iter().filter_map(|n| Some(step.before.table(n)?.lineage.0)).collect();
        let ways: Vec<_> = step.rebuilt.iter().filter(|w| own.contains(&w.from.0)).collect();
        if ways.is_empty() {
            return vec![];
        }
        let mut known = own;
        known.extend(ways.iter().map(|w| w.into.0));
        let mut out: Vec<usize> = Vec::new();
        for statement in &step.statements {
            let copies = ways.iter().any(|w| statement.span.contains(&w.span.start));
            let again = || self.makes_again(statement);
            if copies || statement.changes.iter().any(|c| of_table(&c.change, &known)) || again() {
                out.push(statement.index);
            }
        }
        // The pragmas around it go with the last rebuild.
        let others = step.rebuilt.len() > ways.len();
        out.extend(step.statements.iter().filter(|s| !others && is_pragma(step, s)).map(|s| s.index));
        out
    }

    /// An index that was there before, and is made again on the new table.
    fn makes_again(&self, statement: &Statement) -> bool {
        let one = |c: &Change| match c {
            Change::Index { table, pair: Pair { before: None, after: Some(index) } } => {
                let was = self.step.before.table(table).filter(|_| self.names.contains(table));
                was.is_some_and(|t| t.indexes.iter().any(|i| i.name.eq_ignore_ascii_case(&index.name) && i == &**index))
            }
            _ => false,
        };
        !statement.changes.is_empty() && statement.changes.iter().all(|c| one(&c.change))
    }
}

/// Is a change about one of the tables of these lineages as a whole?
fn of_table(change: &Change, lineages: &BTreeSet<u32>) -> bool {
    match change {
        Change::Table(pair) => pair.before.iter().chain(&pair.after).any(|t| lineages.contains(&t.lineage.0)),
        _ => false,
    }
}

fn is_pragma(step: &Step, statement: &Statement) -> bool {
    let mut reader = step.reader(statement);
    let word = |n: Name| n.name.to_ascii_lowercase();
    reader.eat("PRAGMA")
        && reader
            .name()
            .is_some_and(|n| ["foreign_keys", "defer_foreign_keys", "foreign_key_check"].contains(&word(n).as_str()))
}
