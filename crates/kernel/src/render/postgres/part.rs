//! What belongs to a table: constraints, indexes, triggers, policies.

use super::{PG, Renderer};
use crate::catalog::{Index, Name, Policy, Trigger};
use crate::change::Pair;
use crate::dialect::quote;
use crate::render::{Statement, clause, object};
use std::rc::Rc;

impl Renderer<'_> {
    pub(super) fn constraint(&mut self, table: &Name, pair: &Pair<Rc<crate::catalog::Constraint>>) {
        let own = clause::name(table, PG);
        match (&pair.before, &pair.after) {
            (Some(before), Some(after)) => {
                let sql = format!(
                    "ALTER TABLE {own} RENAME CONSTRAINT {} TO {}",
                    quote(&before.name, PG),
                    quote(&after.name, PG)
                );
                self.say(sql, object(table, &after.name));
            }
            (Some(before), None) => {
                self.say(
                    format!("ALTER TABLE {own} DROP CONSTRAINT {}", quote(&before.name, PG)),
                    object(table, &before.name),
                );
            }
            (None, Some(after)) => {
                self.say(
                    format!("ALTER TABLE {own} ADD {}", clause::constraint(after, PG)),
                    object(table, &after.name),
                );
            }
            (None, None) => {}
        }
    }

    pub(super) fn index(&mut self, table: &Name, pair: &Pair<Rc<Index>>) {
        match (&pair.before, &pair.after) {
            (Some(before), Some(after)) => {
                let sql = format!(
                    "ALTER INDEX {} RENAME TO {}",
                    clause::name(&table.sibling(&before.name), PG),
                    quote(&after.name, PG)
                );
                self.say(sql, object(table, &after.name));
            }
            (Some(before), None) => {
                let apart = before.concurrently.0;
                let word = if apart { "CONCURRENTLY " } else { "" };
                let sql = format!("DROP INDEX {word}{}", clause::name(&table.sibling(&before.name), PG));
                self.out.push(Statement { sql, apart, objects: vec![object(table, &before.name)] });
            }
            (None, Some(after)) => {
                let apart = self.context.concurrent.contains(&after.name);
                let sql = clause::create_index(after, table, apart, PG);
                self.out.push(Statement { sql, apart, objects: vec![object(table, &after.name)] });
            }
            (None, None) => {}
        }
    }

    pub(super) fn trigger(&mut self, table: &Name, pair: &Pair<Rc<Trigger>>) {
        match (&pair.before, &pair.after) {
            (Some(before), None) => self.say(trigger_statements(table, before).0, object(table, &before.name)),
            (None, Some(after)) => {
                let made_as = after.made_as.clone().unwrap_or_else(|| after.name.clone());
                let made = Trigger { name: made_as, ..Trigger::clone(after) };
                self.say(trigger_statements(table, &made).1, object(table, &after.name));
                if made.name != after.name {
                    self.rename_trigger(table, &made.name, &after.name);
                }
                if after.state != 'O' {
                    self.trigger_state(table, after);
                }
            }
            (Some(before), Some(after)) if before.name != after.name => {
                self.rename_trigger(table, &before.name, &after.name);
            }
            (Some(_), Some(after)) => self.trigger_state(table, after),
            (None, None) => {}
        }
    }

    pub(super) fn rename_trigger(&mut self, table: &Name, from: &str, to: &str) {
        let own = clause::name(table, PG);
        let sql = format!("ALTER TRIGGER {} ON {own} RENAME TO {}", quote(from, PG), quote(to, PG));
        self.say(sql, object(table, to));
    }

    pub(super) fn trigger_state(&mut self, table: &Name, trigger: &Trigger) {
        let word = match trigger.state {
            'D' => "DISABLE",
            'A' => "ENABLE ALWAYS",
            'R' => "ENABLE REPLICA",
            _ => "ENABLE",
        };
        let sql = format!("ALTER TABLE {} {word} TRIGGER {}", clause::name(table, PG), quote(&trigger.name, PG));
        self.say(sql, object(table, &trigger.name));
    }

    pub(super) fn policy(&mut self, table: &Name, pair: &Pair<Rc<Policy>>) {
        if let Some(before) = &pair.before {
            self.say(policy_statements(table, before).0, object(table, &before.name));
        }
        if let Some(after) = &pair.after {
            self.say(policy_statements(table, after).1, object(table, &after.name));
        }
    }
}

/// DROP POLICY and CREATE POLICY.
pub fn policy_statements(table: &Name, policy: &Policy) -> (String, String) {
    let own = clause::name(table, PG);
    let name = quote(&policy.name, PG);
    let mut sql = format!("CREATE POLICY {name} ON {own}");
    if policy.restrictive {
        sql.push_str(" AS RESTRICTIVE");
    }
    if policy.command != "ALL" {
        sql.push_str(&format!(" FOR {}", policy.command));
    }
    if !policy.roles.is_empty() {
        sql.push_str(&format!(" TO {}", policy.roles.text));
    }
    if let Some(using) = &policy.using {
        sql.push_str(&format!(" USING ({})", using.text));
    }
    if let Some(check) = &policy.check {
        sql.push_str(&format!(" WITH CHECK ({})", check.text));
    }
    (format!("DROP POLICY {name} ON {own}"), sql)
}

/// DROP TRIGGER and CREATE TRIGGER.
pub fn trigger_statements(table: &Name, trigger: &Trigger) -> (String, String) {
    let own = clause::name(table, PG);
    let name = quote(&trigger.name, PG);
    let modifiers = if trigger.modifiers.is_empty() { String::new() } else { format!("{} ", trigger.modifiers.text) };
    let create = format!("CREATE {modifiers}TRIGGER {name} {} ON {own} {}", trigger.event.text, trigger.rest.text);
    (format!("DROP TRIGGER {name} ON {own}"), create)
}
