//! MySQL and MariaDB: the statements of both phases.
//!
//! What writes the table anew (NOT NULL, an index) is done first, while others write. Then, while nobody does, the triggers
//! and the old column go, and the new one gets its name: that touches no row.

use super::Plan;
use crate::Dialect;
use crate::catalog::Column;
use crate::dialect::quote;
use crate::expand::rewrite::is_over;
use crate::render::{clause, mysql_column};

const MY: Dialect = Dialect::Mysql;
const BESIDE_OTHERS: &str = "ALGORITHM=INPLACE, LOCK=NONE";

impl Plan<'_> {
    pub(super) fn mysql_expand(&self) -> Vec<String> {
        let own = self.own();
        let add = |(copy, new): (&Column, &Column)| {
            let eased =
                Column { name: copy.name.clone(), not_null: false, default: None, comment: None, ..new.clone() };
            format!("ALTER TABLE {own} ADD COLUMN {}", mysql_column(&eased))
        };
        self.pairs().map(add).chain(self.triggers.0.iter().cloned()).collect()
    }

    pub(super) fn mysql_contract(&self) -> Vec<String> {
        let own = self.own();
        let mut out = Vec::new();
        for (copy, new) in self.pairs().filter(|(_, new)| new.not_null) {
            let required = Column { name: copy.name.clone(), default: None, comment: None, ..new.clone() };
            out.push(format!("ALTER TABLE {own} MODIFY COLUMN {}, {BESIDE_OTHERS}", mysql_column(&required)));
        }
        out.extend(self.hung.indexes.iter().map(|(index, _)| {
            format!("{} ALGORITHM=INPLACE LOCK=NONE", clause::create_index(index, &self.beside.before.name, false, MY))
        }));
        if let Some(first) = out.first_mut() {
            *first = format!("{}{first}", self.filled());
        }
        let said = if out.is_empty() { self.filled() } else { String::new() };
        out.push(format!("{said}LOCK TABLES {own} WRITE"));
        out.extend(self.triggers.1.iter().cloned());
        out.push(self.swap());
        out.extend(self.hung.indexes.iter().map(|(index, becoming)| {
            let (now, last) = (quote(&index.name, MY), quote(becoming.name(), MY));
            format!("ALTER TABLE {own} RENAME INDEX {now} TO {last}")
        }));
        out.push("UNLOCK TABLES".into());
        out
    }

    /// The one statement with which the old columns go, with what is on them, and the new ones get their names.
    fn swap(&self) -> String {
        let before = self.beside.before;
        let gone = |names: &dyn Fn(&str) -> bool| self.beside.old.iter().any(|c| names(&c.name));
        let indexes = before.indexes.iter().filter(|i| gone(&|c| is_over(i, c, MY))).map(|i| i.name.clone());
        let keys = before
            .constraints
            .iter()
            .filter(|c| gone(&|name| c.columns().contains(&name)) && c.foreign_key().is_none());
        let keys = keys.map(|c| c.name.clone()).filter(|name| !name.is_empty());
        let mut actions: Vec<String> =
            indexes.chain(keys).map(|name| format!("DROP INDEX {}", quote(&name, MY))).collect();
        actions.extend(self.beside.old.iter().map(|c| format!("DROP COLUMN {}", quote(&c.name, MY))));
        for (copy, new) in self.pairs() {
            // Its default and its comment come with its name.
            actions.push(format!("CHANGE COLUMN {} {}", quote(&copy.name, MY), mysql_column(new)));
        }
        let restores: String = (0..self.beside.old.len()).map(|at| self.restore(at)).collect();
        format!(
            "{restores}-- unmigrate-ignore drop-column, rename-column, drop-add-rename, column-recreated: the other column holds the \
             values\nALTER TABLE {} {}",
            self.own(),
            actions.join(", ")
        )
    }
}
