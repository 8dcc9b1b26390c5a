//! Sequences, and the columns that own them or draw from them.

use super::{PG, Renderer};
use crate::catalog::{Column, Name, Sequence, Table};
use crate::change::{Change, Pair};
use crate::dialect::quote;
use crate::diff::Step;
use crate::render::clause::{self, literal};
use crate::render::{Statement, object};

impl Renderer<'_> {
    /// What names the sequence of an identity column.
    pub(super) fn sequence_of(&self, table: &Name, column: &str) -> String {
        format!("pg_get_serial_sequence({}, {})", literal(&clause::name(table, PG)), literal(column))
    }

    /// A sequence that is made for rows that are there goes on after the highest value of the columns that draw from it.
    pub(super) fn continue_after_highest(&mut self, sequence: &str, columns: &[(Name, String)]) {
        let highest = |(table, column): &(Name, String)| {
            format!("SELECT max({}) FROM {}", quote(column, PG), clause::name(table, PG))
        };
        let sql = match columns {
            [] => return,
            [(table, column)] => {
                let (own, quoted) = (clause::name(table, PG), quote(column, PG));
                format!("SELECT setval({sequence}, max({quoted})) FROM {own} HAVING max({quoted}) IS NOT NULL")
            }
            several => {
                let all: Vec<String> = several.iter().map(highest).collect();
                let all = all.join(" UNION ALL ");
                format!("SELECT setval({sequence}, max(v)) FROM ({all}) AS highest (v) HAVING max(v) IS NOT NULL")
            }
        };
        let objects = columns.iter().map(|(table, column)| object(table, column)).collect();
        self.late.push(Statement { sql, apart: false, objects });
    }

    pub(super) fn sequence(&mut self, pair: &Pair<Sequence>) {
        match (&pair.before, &pair.after) {
            (Some(before), None) => self.drop_sequence(before),
            (None, Some(after)) => self.create_sequence(after),
            (Some(before), Some(after)) => self.alter_sequence(before, after),
            (None, None) => {}
        }
    }

    pub(super) fn drop_sequence(&mut self, before: &Sequence) {
        // What a column owned went with the column.
        let gone = before.owner.as_ref().is_some_and(|(table, column)| {
            self.steps.iter().any(|s| match &s.change {
                Change::Table(Pair { before: Some(t), after: None }) => t.name == *table,
                Change::Column { table: t, pair: Pair { before: Some(c), after: None }, .. } => {
                    t == table && c.name == *column
                }
                _ => false,
            })
        });
        if !gone {
            self.say(format!("DROP SEQUENCE {}", clause::name(&before.name, PG)), before.name.to_string());
        }
    }

    pub(super) fn create_sequence(&mut self, after: &Sequence) {
        let comes = after.owner.as_ref().and_then(|(table, column)| {
            self.steps[self.at..].iter().find_map(|s| match &s.change {
                Change::Table(Pair { before: None, after: Some(t) }) if t.name == *table => {
                    t.column(column).map(|c| (Table::clone(t), c.clone()))
                }
                Change::Column { table: t, pair: Pair { before: None, after: Some(c) }, .. }
                    if t == table && c.name == *column =>
                {
                    Some((Table { name: table.clone(), ..Table::default() }, Column::clone(c)))
                }
                _ => None,
            })
        });
        let named = format!("{}::regclass", literal(&clause::name(&after.name, PG)));
        let mut drawn = self.draws_again(&after.name);
        drawn.retain(|(table, column)| after.owner.as_ref() != Some(&(table.clone(), column.clone())));
        let makes =
            |(table, column): &(Table, Column)| self.serial(table, column).is_some_and(|(_, s)| s.name == after.name);
        if comes.as_ref().is_some_and(makes) {
            // The column makes it.
            return self.continue_after_highest(&named, &drawn);
        }
        self.say(
            format!("CREATE SEQUENCE {}{}", clause::name(&after.name, PG), sequence_options(after)),
            after.name.to_string(),
        );
        if let (Some((table, column)), None) = (&after.owner, comes) {
            self.own(after, table, column);
            drawn.insert(0, (table.clone(), column.clone()));
        }
        self.continue_after_highest(&named, &drawn);
    }

    /// Columns that are there and whose default draws from a sequence again.
    pub(super) fn draws_again(&self, sequence: &Name) -> Vec<(Name, String)> {
        let one = |step: &Step| match &step.change {
            Change::Column { table, pair: Pair { before: Some(_), after: Some(c) }, .. } if c.draws_from(sequence) => {
                Some((table.clone(), c.name.clone()))
            }
            _ => None,
        };
        self.steps.iter().filter_map(one).collect()
    }

    pub(super) fn own(&mut self, sequence: &Sequence, table: &Name, column: &str) {
        let sql = format!(
            "ALTER SEQUENCE {} OWNED BY {}.{}",
            clause::name(&sequence.name, PG),
            clause::name(table, PG),
            quote(column, PG)
        );
        self.say(sql, sequence.name.to_string());
    }

    pub(super) fn alter_sequence(&mut self, before: &Sequence, after: &Sequence) {
        let object = after.name.to_string();
        let mut at = before.name.clone();
        if at.schema != after.name.schema {
            let schema = if after.name.schema.is_empty() { "public" } else { &after.name.schema };
            self.say(
                format!("ALTER SEQUENCE {} SET SCHEMA {}", clause::name(&at, PG), quote(schema, PG)),
                object.clone(),
            );
            at.schema = after.name.schema.clone();
        }
        if at.name != after.name.name {
            self.say(
                format!("ALTER SEQUENCE {} RENAME TO {}", clause::name(&at, PG), quote(&after.name.name, PG)),
                object.clone(),
            );
        }
        let mut options = Vec::new();
        if before.data_type != after.data_type {
            let data_type = if after.data_type.is_empty() { "bigint" } else { &after.data_type };
            options.push(format!("AS {data_type}"));
        }
        for (key, value) in after.options.iter().filter(|(k, v)| before.options.get(*k) != Some(v)) {
            options.push(option(key, value));
        }
        for key in before.options.keys().filter(|k| !after.options.contains_key(*k)) {
            options.push(default_option(key));
        }
        if !options.is_empty() {
            self.say(format!("ALTER SEQUENCE {} {}", clause::name(&after.name, PG), options.join(" ")), object);
        }
        if before.owner != after.owner {
            match &after.owner {
                Some((table, column)) => self.own(after, table, column),
                None => self.say(
                    format!("ALTER SEQUENCE {} OWNED BY NONE", clause::name(&after.name, PG)),
                    after.name.to_string(),
                ),
            }
        }
    }
}

pub(super) fn sequence_options(sequence: &Sequence) -> String {
    let mut out = String::new();
    if !sequence.data_type.is_empty() {
        out.push_str(&format!(" AS {}", sequence.data_type));
    }
    for (key, value) in &sequence.options {
        out.push(' ');
        out.push_str(&option(key, value));
    }
    out
}

pub(super) fn option(key: &str, value: &str) -> String {
    if value.is_empty() { key.to_string() } else { format!("{key} {value}") }
}

pub(super) fn default_option(key: &str) -> String {
    match key {
        "INCREMENT BY" | "START WITH" | "CACHE" => format!("{key} 1"),
        key => format!("NO {key}"),
    }
}
