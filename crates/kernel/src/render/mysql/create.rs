//! CREATE TABLE and DROP TABLE.

use super::{MYSQL, Renderer, clause, column, quote};
use crate::catalog::{Index, Name, Table};
use crate::change::{Change, Pair};
use crate::diff::{Phase, Step};

impl Renderer<'_> {
    /// The tables that come, each with its keys: an AUTO_INCREMENT column needs one from the start.
    pub(super) fn create_tables(&mut self) -> Result<(), String> {
        for step in self.steps {
            if let Change::Table(Pair { before: None, after: Some(table) }) = &step.change {
                self.create_table(table)?;
            }
        }
        Ok(())
    }

    fn create_table(&mut self, table: &Table) -> Result<(), String> {
        if table.columns.is_empty() {
            return Err(format!("{}: which columns it had only the database knew", table.name));
        }
        let columns: Vec<String> = table.columns.iter().map(column::definition).collect();
        let indexes = self.indexes_of(&table.name);
        let keys = table.constraints.iter().map(|c| clause::constraint(c, MYSQL));
        let keys: Vec<String> = keys.chain(indexes.iter().map(index)).collect();
        let kind = if table.persistence.starts_with("TEMP") { "TEMPORARY " } else { "" };
        let own = clause::name(&table.name, MYSQL);
        let mut sql = format!("CREATE {kind}TABLE {own} (\n{}\n)", clause::elements(&columns, &keys));
        if !table.options.is_empty() {
            sql.push(' ');
            sql.push_str(&table.options.text);
        }
        self.say(sql, table.name.to_string());
        Ok(())
    }

    fn indexes_of(&self, table: &Name) -> Vec<Index> {
        let made = |s: &Step| match &s.change {
            Change::Index { table: owner, pair: Pair { before: None, after: Some(index) } } if owner == table => {
                Some(Index::clone(index))
            }
            _ => None,
        };
        self.steps.iter().filter_map(made).collect()
    }

    /// Is it made by these steps?
    pub(super) fn creates(&self, table: &Name) -> bool {
        self.steps
            .iter()
            .any(|s| matches!(&s.change, Change::Table(Pair { before: None, after: Some(t) }) if t.name == *table))
    }

    pub(super) fn drop_table(&mut self, table: &Table) {
        self.drop_circle(table);
        let own = clause::name(&table.name, MYSQL);
        let sql = if table.persistence.starts_with("TEMP") {
            // It ended with the session that made it.
            format!("DROP TEMPORARY TABLE IF EXISTS {own}")
        } else {
            format!("DROP TABLE {own}")
        };
        self.say(sql, table.name.to_string());
    }

    /// Tables that refer to each other can't go one by one: the foreign key that holds this one goes first.
    fn drop_circle(&mut self, table: &Table) {
        let steps = self.steps;
        let gone = steps.iter().filter(|s| s.phase == Phase::DropTable).filter_map(|s| match &s.change {
            Change::Table(Pair { before: Some(other), after: None }) => Some(other),
            _ => None,
        });
        for other in gone.skip_while(|t| t.name != table.name).skip(1) {
            for constraint in &other.constraints {
                if constraint.foreign_key().is_some_and(|k| k.table == table.name) {
                    self.drop_key(&other.name, &constraint.name);
                }
            }
        }
    }
}

/// An index as it stands inside CREATE TABLE and behind ADD.
pub fn index(index: &Index) -> String {
    let mut out = String::new();
    if index.unique {
        out.push_str("UNIQUE ");
    }
    if !index.class.is_empty() {
        out.push_str(index.class);
        out.push(' ');
    }
    out.push_str(&format!("INDEX {} ({})", quote(&index.name, MYSQL), clause::parts(&index.parts, MYSQL)));
    if !index.method.is_empty() {
        out.push_str(&format!(" USING {}", index.method.to_uppercase()));
    }
    if !index.options.is_empty() {
        out.push(' ');
        out.push_str(&index.options.text);
    }
    out
}
