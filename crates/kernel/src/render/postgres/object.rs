//! Objects of their own: views, types, routines and all else, and what is said of an object.

use super::part::trigger_statements;
use super::{PG, Renderer};
use crate::catalog::{Name, Other, Routine, Target, Type, TypeKind, View, mentions};
use crate::change::{Change, Pair};
use crate::dialect::quote;
use crate::diff::{Phase, aside};
use crate::render::{Statement, clause, enums, object};

impl Renderer<'_> {
    pub(super) fn view(&mut self, before: Option<&View>, after: Option<&View>) {
        let kind = |v: &View| if v.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
        match (before, after) {
            (Some(before), None) => {
                self.say(format!("DROP {} {}", kind(before), clause::name(&before.name, PG)), before.name.to_string());
            }
            (None, Some(after)) => self.out.extend(view_statements(after)),
            (Some(before), Some(after)) => {
                let kind = kind(after);
                let mut at = before.name.clone();
                if before.name.schema != after.name.schema {
                    let schema = if after.name.schema.is_empty() { "public" } else { &after.name.schema };
                    self.say(
                        format!("ALTER {kind} {} SET SCHEMA {}", clause::name(&at, PG), quote(schema, PG)),
                        after.name.to_string(),
                    );
                    at.schema = after.name.schema.clone();
                }
                if at.name != after.name.name {
                    self.say(
                        format!("ALTER {kind} {} RENAME TO {}", clause::name(&at, PG), quote(&after.name.name, PG)),
                        after.name.to_string(),
                    );
                }
            }
            (None, None) => {}
        }
    }

    pub(super) fn user_type(&mut self, pair: &Pair<Type>) -> Result<(), String> {
        let word = |t: &Type| if matches!(t.kind, TypeKind::Domain(_)) { "DOMAIN" } else { "TYPE" };
        match (&pair.before, &pair.after) {
            (Some(before), None) => {
                self.say(format!("DROP {} {}", word(before), clause::name(&before.name, PG)), before.name.to_string());
            }
            (None, Some(after)) => self.say(create_type(after), after.name.to_string()),
            (Some(before), Some(after)) if before.name != after.name => self.rename_type(before, after),
            (Some(before), Some(after)) => {
                let catalog = self.context.at(&self.steps[..self.at]);
                self.out.extend(enums::alter(before, after, &catalog, self.context)?);
            }
            (None, None) => {}
        }
        Ok(())
    }

    pub(super) fn rename_type(&mut self, before: &Type, after: &Type) {
        let word = if matches!(after.kind, TypeKind::Domain(_)) { "DOMAIN" } else { "TYPE" };
        let mut at = before.name.clone();
        if at.schema != after.name.schema {
            let schema = if after.name.schema.is_empty() { "public" } else { &after.name.schema };
            self.say(
                format!("ALTER {word} {} SET SCHEMA {}", clause::name(&at, PG), quote(schema, PG)),
                after.name.to_string(),
            );
            at.schema = after.name.schema.clone();
        }
        if at.name != after.name.name {
            self.say(
                format!("ALTER {word} {} RENAME TO {}", clause::name(&at, PG), quote(&after.name.name, PG)),
                after.name.to_string(),
            );
        }
    }

    pub(super) fn routine(&mut self, before: Option<&Routine>, after: Option<&Routine>) {
        let dropped = |r: &Routine| {
            let arguments = if r.kind == "AGGREGATE" && r.signature.is_empty() { "*" } else { &r.signature };
            format!("DROP {} {}({arguments})", r.kind, clause::name(&r.name, PG))
        };
        match (before, after) {
            (Some(before), None) => self.say(dropped(before), before.name.to_string()),
            (Some(before), Some(after)) if self.steps[self.at].phase == Phase::Rename => {
                let arguments =
                    if before.kind == "AGGREGATE" && before.signature.is_empty() { "*" } else { &before.signature };
                let mut at = before.name.clone();
                if at.schema != after.name.schema {
                    let schema = if after.name.schema.is_empty() { "public" } else { &after.name.schema };
                    let own = clause::name(&at, PG);
                    let sql = format!("ALTER {} {own}({arguments}) SET SCHEMA {}", before.kind, quote(schema, PG));
                    self.say(sql, after.name.to_string());
                    at.schema = after.name.schema.clone();
                }
                if at.name != after.name.name {
                    let own = clause::name(&at, PG);
                    let sql =
                        format!("ALTER {} {own}({arguments}) RENAME TO {}", before.kind, quote(&after.name.name, PG));
                    self.say(sql, after.name.to_string());
                }
            }
            (before, Some(after)) => {
                // Of a type that stepped aside: it is another type now.
                let retyped = |r: &Routine| {
                    self.steps.iter().any(|s| {
                        matches!(&s.change, Change::Type(Pair { before: Some(was), after: Some(is) })
                            if is.name.name == aside(&was.name.name) && mentions(r.head(), &was.name.name, PG))
                    })
                };
                if let Some(before) = before
                    && (retyped(before) || before.callable() != after.callable() || before.kind != after.kind)
                {
                    self.say(dropped(before), before.name.to_string());
                }
                let or_replace = if after.kind == "AGGREGATE" { "" } else { "OR REPLACE " };
                let sql =
                    format!("CREATE {or_replace}{} {}{}", after.kind, clause::name(&after.name, PG), after.rest.text);
                self.say(sql, after.name.to_string());
            }
            (None, None) => {}
        }
    }

    pub(super) fn other(&mut self, before: Option<&Other>, after: Option<&Other>) -> Result<(), String> {
        match (before, after) {
            (Some(before), Some(after)) if before.kind == "SCHEMA" && before.name != after.name => {
                let sql =
                    format!("ALTER SCHEMA {} RENAME TO {}", quote(&before.name.name, PG), quote(&after.name.name, PG));
                self.say(sql, after.name.to_string());
            }
            (before, after) => {
                if before.or(after).is_some_and(|o| o.kind == "DEFAULT PRIVILEGES") {
                    self.default_privileges();
                    return Ok(());
                }
                if let Some(before) = before {
                    self.say(drop_other(before)?, before.name.to_string());
                }
                if let Some(after) = after {
                    self.say(after.create.text.clone(), after.name.to_string());
                }
            }
        }
        Ok(())
    }

    pub(super) fn comment(&mut self, target: &Target, text: Option<&str>) -> Result<(), String> {
        let on = match target.kind {
            "COLUMN" => format!("COLUMN {}.{}", clause::name(&target.name, PG), quote(&target.part, PG)),
            "CONSTRAINT" | "TRIGGER" | "POLICY" | "RULE" => {
                format!("{} {} ON {}", target.kind, quote(&target.part, PG), clause::name(&target.name, PG))
            }
            "FUNCTION" | "PROCEDURE" | "AGGREGATE" => {
                format!("{} {}({})", target.kind, clause::name(&target.name, PG), target.part)
            }
            kind => format!("{kind} {}", clause::name(&target.name, PG)),
        };
        self.say(format!("COMMENT ON {on} IS {}", text.unwrap_or("NULL")), target.name.to_string());
        Ok(())
    }
}

/// CREATE VIEW, and what stands on the view.
pub fn view_statements(view: &View) -> Vec<Statement> {
    let modifiers = if view.modifiers.is_empty() { String::new() } else { format!("{} ", view.modifiers.text) };
    let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    let options = if view.options.is_empty() { String::new() } else { format!(" {}", view.options.text) };
    let name = clause::name(&view.name, PG);
    let create = format!("CREATE {modifiers}{kind} {name}{options} AS\n{}", view.query.text);
    let mut out = vec![Statement::new(create, view.name.to_string())];
    for index in &view.indexes {
        out.push(Statement::new(clause::create_index(index, &view.name, false, PG), object(&view.name, &index.name)));
    }
    for trigger in &view.triggers {
        out.push(Statement::new(trigger_statements(&view.name, trigger).1, object(&view.name, &trigger.name)));
    }
    out
}

/// CREATE TYPE, CREATE DOMAIN.
pub fn create_type(wanted: &Type) -> String {
    let name = clause::name(&wanted.name, PG);
    match &wanted.kind {
        TypeKind::Enum(labels) => {
            let labels: Vec<String> = labels.iter().map(|l| format!("'{}'", l.name.replace('\'', "''"))).collect();
            format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", "))
        }
        TypeKind::Domain(sql) => format!("CREATE DOMAIN {name} {}", sql.text),
        TypeKind::Other(sql) => format!("CREATE TYPE {name} {}", sql.text),
    }
}

pub(super) fn drop_other(other: &Other) -> Result<String, String> {
    let text = &other.name.name;
    Ok(match other.kind {
        "RULE" => match text.split_once(" ON ") {
            Some((rule, table)) => {
                let table = Name { schema: other.name.schema.clone(), name: table.to_string() };
                format!("DROP RULE {} ON {}", quote(rule, PG), clause::name(&table, PG))
            }
            None => return Err(format!("{text}: the rule's table is not known")),
        },
        "CAST" | "OPERATOR CLASS" => return Err(format!("DROP {} is not written", other.kind)),
        kind => format!("DROP {kind} {}", clause::name(&other.name, PG)),
    })
}
