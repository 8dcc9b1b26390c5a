//! Columns of a table that stays.

use super::sequence::{default_option, option};
use super::{PG, Renderer};
use crate::catalog::{Column, Identity, Name, SEQUENCE_NAME, Table};
use crate::change::Pair;
use crate::conversion::{JSONB_ELEMENTS, of_column};
use crate::dialect::quote;
use crate::diff::Phase;
use crate::render::{clause, object};
use std::rc::Rc;

impl Renderer<'_> {
    pub(super) fn column(&mut self, phase: Phase, table: &Name, pair: &Pair<Rc<Column>>) -> Result<(), String> {
        let own = clause::name(table, PG);
        match (&pair.before, &pair.after) {
            (Some(before), None) => {
                let sql = format!("ALTER TABLE {own} DROP COLUMN {}", quote(&before.name, PG));
                self.say(sql, object(table, &before.name));
            }
            (None, Some(after)) => {
                let inside = Table { name: table.clone(), ..Table::default() };
                let sql = format!("ALTER TABLE {own} ADD COLUMN {}", self.definition(&inside, after));
                self.say(sql, object(table, &after.name));
                self.settings(table, &Column::default(), after);
                self.own_made(&inside, after);
            }
            (Some(before), Some(after)) if phase == Phase::Rename => {
                let sql = format!(
                    "ALTER TABLE {own} RENAME COLUMN {} TO {}",
                    quote(&before.name, PG),
                    quote(&after.name, PG)
                );
                // What there is to note belongs to the statements that change more than the name.
                self.say(sql, "");
            }
            (Some(before), Some(after)) => self.alter_column(table, before, after)?,
            (None, None) => {}
        }
        Ok(())
    }

    pub(super) fn alter_column(&mut self, table: &Name, before: &Column, after: &Column) -> Result<(), String> {
        let object = object(table, &after.name);
        let head = format!("ALTER TABLE {} ALTER COLUMN {}", clause::name(table, PG), quote(&after.name, PG));
        if before.generated.is_some() && after.generated.is_none() {
            self.say(format!("{head} DROP EXPRESSION"), object.clone());
        } else if before.generated != after.generated {
            // An expression can't be put on a column that is there: the column is made anew and computes itself.
            let own = clause::name(table, PG);
            self.say(format!("ALTER TABLE {own} DROP COLUMN {}", quote(&after.name, PG)), object.clone());
            let inside = Table { name: table.clone(), ..Table::default() };
            self.say(format!("ALTER TABLE {own} ADD COLUMN {}", self.definition(&inside, after)), object);
            return Ok(());
        }
        if before.identity.is_some() && after.identity.is_none() {
            self.say(format!("{head} DROP IDENTITY"), object.clone());
        }
        self.column_type(table, before, after, &head)?;
        let retyped = before.canonical != after.canonical || before.collation != after.collation;
        if before.default != after.default || (retyped && before.default.is_some()) {
            match &after.default {
                Some(default) => self.say(format!("{head} SET DEFAULT {}", default.text), object.clone()),
                None if !retyped => self.say(format!("{head} DROP DEFAULT"), object.clone()),
                None => {}
            }
        }
        if before.not_null != after.not_null && !(after.identity.is_some() && after.not_null && before.not_null) {
            let word = if after.not_null { "SET" } else { "DROP" };
            self.say(format!("{head} {word} NOT NULL"), object.clone());
        }
        self.identity(table, before, after, &head);
        self.settings(table, before, after);
        Ok(())
    }

    pub(super) fn column_type(
        &mut self,
        table: &Name,
        before: &Column,
        after: &Column,
        head: &str,
    ) -> Result<(), String> {
        if before.canonical == after.canonical && before.collation == after.collation {
            return Ok(());
        }
        let object = object(table, &after.name);
        let up = self.context.using.iter().find(|(key, _)| *key == object).map(|(_, using)| using.as_str());
        let way = of_column(PG, &after.canonical, &before.canonical, up, &[after.name.as_str(), before.name.as_str()]);
        if let Some(why) = way.impossible.as_ref().filter(|_| after.not_null) {
            return Err(format!("{object}: {why}"));
        }
        if before.default.is_some() {
            self.say(format!("{head} DROP DEFAULT"), object.clone());
        }
        let mut sql = format!("{head} SET DATA TYPE {}", after.data_type);
        if let Some(collation) = &after.collation {
            sql.push_str(&format!(" COLLATE {collation}"));
        }
        // Where nothing leads back, a column that may be empty is.
        let empty = way.impossible.is_some().then(|| "NULL".to_string());
        let using = empty.or(way.back_using);
        let makes_elements = using.as_ref().is_some_and(|using| using.contains(JSONB_ELEMENTS));
        if let Some(using) = using {
            sql.push_str(&format!(" USING {}", using.replace("{}", &quote(&after.name, PG))));
        }
        if makes_elements {
            let body = "SELECT ARRAY(SELECT jsonb_array_elements($1))";
            let function = format!(
                "CREATE FUNCTION {JSONB_ELEMENTS}(jsonb) RETURNS jsonb[] LANGUAGE sql IMMUTABLE STRICT AS $${body}$$"
            );
            self.say(function, object.clone());
        }
        self.say(sql, object.clone());
        if makes_elements {
            self.say(format!("DROP FUNCTION {JSONB_ELEMENTS}(jsonb)"), object);
        }
        Ok(())
    }

    pub(super) fn identity(&mut self, table: &Name, before: &Column, after: &Column, head: &str) {
        let object = object(table, &after.name);
        match (&before.identity, &after.identity) {
            (None, Some(identity)) => {
                self.say(format!("{head} ADD {}", identity_clause(identity)), object.clone());
                let sequence = self.sequence_of(table, &after.name);
                self.continue_after_highest(&sequence, &[(table.clone(), after.name.clone())]);
            }
            (Some(had), Some(has)) if had != has => {
                if let (Some(from), Some(to)) = (before.identity_sequence(table), after.identity_sequence(table))
                    && from != to
                {
                    let sql = format!("ALTER SEQUENCE {} RENAME TO {}", clause::name(&from, PG), quote(&to.name, PG));
                    self.say(sql, object.clone());
                }
                let mut actions = Vec::new();
                if had.always != has.always {
                    let word = if has.always { "ALWAYS" } else { "BY DEFAULT" };
                    actions.push(format!("SET GENERATED {word}"));
                }
                let named = |key: &str| key == SEQUENCE_NAME;
                for (key, value) in has.options.iter().filter(|(k, v)| had.options.get(*k) != Some(v) && !named(k)) {
                    actions.push(format!("SET {}", option(key, value)));
                }
                for key in had.options.keys().filter(|k| !has.options.contains_key(*k) && !named(k)) {
                    actions.push(format!("SET {}", default_option(key)));
                }
                if !actions.is_empty() {
                    self.say(format!("{head} {}", actions.join(" ")), object);
                }
            }
            _ => {}
        }
    }

    pub(super) fn settings(&mut self, table: &Name, before: &Column, after: &Column) {
        if before.settings == after.settings {
            return;
        }
        let head = format!("ALTER TABLE {} ALTER COLUMN {}", clause::name(table, PG), quote(&after.name, PG));
        for (key, value) in after.settings.iter().filter(|s| !before.settings.contains(s)) {
            self.say(format!("{head} SET {key} {value}"), object(table, &after.name));
        }
        for (key, _) in before.settings.iter().filter(|(k, _)| !after.settings.iter().any(|(o, _)| o == k)) {
            let default = match *key {
                "STATISTICS" => "-1",
                "STORAGE" => storage(after),
                _ => "DEFAULT",
            };
            self.say(format!("{head} SET {key} {default}"), object(table, &after.name));
        }
    }
}

/// How the values of a column are stored where nothing is said; SET STORAGE DEFAULT came with PostgreSQL 16.
pub(super) fn storage(column: &Column) -> &'static str {
    let base = column.canonical.split('(').next().unwrap_or_default().trim();
    match base {
        _ if base.ends_with("[]") => "EXTENDED",
        "text" | "character varying" | "character" | "varchar" | "char" | "bpchar" | "bytea" | "json" | "jsonb"
        | "xml" | "tsvector" | "bit varying" | "bit" | "hstore" | "citext" => "EXTENDED",
        "numeric" | "inet" | "cidr" => "MAIN",
        _ => "PLAIN",
    }
}

/// `GENERATED BY DEFAULT AS IDENTITY (START WITH 5)`
pub(crate) fn identity_clause(identity: &Identity) -> String {
    let word = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
    let options: Vec<String> = identity.options.iter().map(|(k, v)| option(k, v)).collect();
    let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) };
    format!("GENERATED {word} AS IDENTITY{options}")
}
