//! The schema as it is when the migration is through, with everything under the name that it has while both shapes are there.

use super::beside::Beside;
use crate::catalog::{Catalog, Name, Table};
use crate::lint::Step;

/// It, and the columns that stand beside others.
pub(super) struct Then {
    pub catalog: Catalog,
    /// Types whose place others take with the contract: what they are called, and what the others are until then.
    pub types: Vec<(Name, Name)>,
    /// Each with its table, in the order of their pieces.
    columns: Vec<(Name, String)>,
}

impl Then {
    /// All columns that come beside others in one migration: an index may be over several of them.
    pub fn of<'a>(step: &Step, all: impl Iterator<Item = &'a Beside<'a>>, types: Vec<(Name, Name)>) -> Then {
        let mut catalog = step.after.clone();
        let mut columns = Vec::new();
        for beside in all {
            let table = &beside.after.name;
            for new in &beside.new {
                let meanwhile = beside.meanwhile(new);
                if meanwhile != new.name {
                    catalog.rename_column(table, &new.name, &meanwhile);
                }
                columns.push((table.clone(), meanwhile));
            }
        }
        types.iter().for_each(|(last, now)| catalog.rename_type(last, now));
        Then { catalog, types, columns }
    }

    pub fn table(&self, name: &Name) -> Option<&Table> {
        self.catalog.table(name)
    }

    /// The columns of a table that come behind this one: what is over one of them too is theirs.
    pub fn later(&self, table: &Name, column: &str) -> Vec<&str> {
        let own = self.columns.iter().filter(|(of, _)| of == table).map(|(_, name)| name.as_str());
        own.skip_while(|name| *name != column).skip(1).collect()
    }

    /// Is it a column that stands beside another?
    pub fn stands_beside(&self, table: &Name, column: &str) -> bool {
        self.columns.iter().any(|(of, name)| of == table && name == column)
    }
}
