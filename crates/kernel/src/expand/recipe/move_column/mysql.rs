//! MySQL and MariaDB: the statements of both phases. No transaction holds them together: what writes a table anew is done while
//! others write, and the rest under LOCK TABLES, which takes both at once.

use super::Move;
use crate::Dialect;
use crate::catalog::Column;
use crate::dialect::quote;
use crate::expand::rewrite::{is_about, is_over};
use crate::expand::sync::across::Across;
use crate::render::mysql_column;

const MY: Dialect = Dialect::Mysql;

/// The column over there as it comes: it may be NULL, and has no default before the contract.
fn bare(new: &Column) -> Column {
    Column { not_null: false, default: None, comment: None, ..new.clone() }
}

impl Move<'_> {
    pub(super) fn my_expand(&self, across: &Across) -> Vec<String> {
        let (own, other) = (across.own(), across.other());
        let mut out = Vec::new();
        if !across.comes {
            let add =
                |(_, new): &(&Column, &Column)| format!("ALTER TABLE {other} ADD COLUMN {}", mysql_column(&bare(new)));
            out.extend(self.columns.iter().map(add));
        }
        // New versions insert rows without it.
        for (here, _) in &self.columns {
            let Some(value) = self.eased(across, here) else { continue };
            let word = here.canonical.split('(').next().unwrap_or_default().to_ascii_lowercase();
            let long = ["text", "blob", "json"].iter().any(|t| word.ends_with(t));
            // A default of these is taken as an expression alone.
            let value = if long { format!("({value})") } else { value };
            out.push(format!("ALTER TABLE {own} ALTER COLUMN {} SET DEFAULT {value}", quote(&here.name, MY)));
        }
        out.extend(across.triggers().0);
        out
    }

    pub(super) fn my_contract(&self, across: &Across) -> Vec<String> {
        let (own, other) = (across.own(), across.other());
        let mut out = Vec::new();
        let kept = || self.columns.iter().map(|(_, new)| *new).filter(|_| !across.comes);
        out.extend(kept().filter(|new| new.not_null).map(|new| {
            let required = Column { not_null: true, ..bare(new) };
            format!("ALTER TABLE {other} MODIFY COLUMN {}, ALGORITHM=INPLACE, LOCK=NONE", mysql_column(&required))
        }));
        out.push(format!("LOCK TABLES {own} WRITE, {other} WRITE"));
        out.extend(across.triggers().1);
        let said = |new: &&Column| new.default.is_some() || new.comment.is_some();
        out.extend(kept().filter(said).map(|new| format!("ALTER TABLE {other} MODIFY COLUMN {}", mysql_column(new))));
        let restores: String = across
            .columns
            .iter()
            .map(|m| format!("{}\n", self.restore(across, m).comment(MY).unwrap_or_default()))
            .collect();
        let before = self.before;
        let gone = |test: &dyn Fn(&str) -> bool| self.columns.iter().any(|(c, _)| test(&c.name));
        let indexes = before
            .indexes
            .iter()
            .filter(|i| gone(&|c| is_over(i, c, MY)) && !self.after.indexes.iter().any(|a| a.lineage.0 == i.lineage.0));
        let unique = before.constraints.iter().filter(|c| !c.name.is_empty() && c.foreign_key().is_none());
        let unique = unique.filter(|c| gone(&|name| is_about(c, name, MY) && c.columns().contains(&name)));
        let names = indexes.map(|i| &i.name).chain(unique.map(|c| &c.name));
        let mut actions: Vec<String> = names.map(|name| format!("DROP INDEX {}", quote(name, MY))).collect();
        actions.extend(across.columns.iter().map(|m| format!("DROP COLUMN {}", quote(&m.here.name, MY))));
        out.push(format!(
            "{restores}-- unmigrate-ignore drop-column: the other table holds the values\nALTER TABLE {own} {}",
            actions.join(", ")
        ));
        out.push("UNLOCK TABLES".into());
        out
    }
}
