//! What a table is set to: its options, its state, the partition that it is.

use super::{PG, Renderer};
use crate::catalog::{Sql, Table};
use crate::dialect::quote;
use crate::render::{Statement, clause};

impl Renderer<'_> {
    pub(super) fn partition(&mut self, before: &Table, after: &Table) {
        let own = clause::name(&after.name, PG);
        if let Some((parent, _)) = &before.partition_of {
            let sql = format!("ALTER TABLE {} DETACH PARTITION {own}", clause::name(parent, PG));
            self.say(sql, after.name.to_string());
        }
        if let Some((parent, bound)) = &after.partition_of {
            let sql = format!("ALTER TABLE {} ATTACH PARTITION {own} {}", clause::name(parent, PG), bound.text);
            self.say(sql, after.name.to_string());
        }
    }

    pub(super) fn options(&mut self, before: &Table, after: &Table) -> Result<(), String> {
        let inside = |sql: &Sql| -> Option<Vec<(String, String)>> {
            if sql.is_empty() {
                return Some(vec![]);
            }
            let list = sql.text.trim().strip_prefix("WITH").or(sql.text.trim().strip_prefix("with"))?.trim();
            let list = list.strip_prefix('(')?.strip_suffix(')')?;
            Some(
                list.split(',')
                    .filter_map(|o| o.split_once('='))
                    .map(|(k, v)| (k.trim().to_string(), v.trim().to_string()))
                    .collect(),
            )
        };
        let (Some(had), Some(has)) = (inside(&before.options), inside(&after.options)) else {
            return Err(format!("{}: its options can't be set back in place", after.name));
        };
        // What is set anew comes last: those behind the first that differs go, and come back in their order.
        let alike = had.iter().zip(&has).take_while(|((had, _), (has, _))| had == has).count();
        let gone: Vec<&str> = had[alike..].iter().map(|(k, _)| k.as_str()).collect();
        let set: Vec<String> = has
            .iter()
            .enumerate()
            .filter(|(at, o)| *at >= alike || !had.contains(o))
            .map(|(_, (k, v))| format!("{k} = {v}"))
            .collect();
        let own = clause::name(&after.name, PG);
        if !gone.is_empty() {
            self.say(format!("ALTER TABLE {own} RESET ({})", gone.join(", ")), after.name.to_string());
        }
        if !set.is_empty() {
            self.say(format!("ALTER TABLE {own} SET ({})", set.join(", ")), after.name.to_string());
        }
        Ok(())
    }

    pub(super) fn table_state(&mut self, before: &Table, after: &Table) {
        let own = clause::name(&after.name, PG);
        let object = after.name.to_string();
        let mut actions: Vec<String> = Vec::new();
        let changed = before.persistence != after.persistence && !before.columns.is_empty();
        if changed {
            actions.push(if after.persistence == "UNLOGGED" { "SET UNLOGGED" } else { "SET LOGGED" }.to_string());
        }
        if before.row_security != after.row_security {
            let word = if after.row_security { "ENABLE" } else { "DISABLE" };
            actions.push(format!("{word} ROW LEVEL SECURITY"));
        }
        if before.force_row_security != after.force_row_security {
            let word = if after.force_row_security { "FORCE" } else { "NO FORCE" };
            actions.push(format!("{word} ROW LEVEL SECURITY"));
        }
        if before.replica_identity != after.replica_identity {
            let identity = after.replica_identity.as_ref().map_or("DEFAULT", |i| i.text.as_str());
            let over_index = identity.get(..5).is_some_and(|w| w.eq_ignore_ascii_case("USING"));
            let sql = format!("ALTER TABLE {own} REPLICA IDENTITY {identity}");
            match over_index {
                true => self.late.push(Statement::new(sql, object.clone())),
                false => actions.push(format!("REPLICA IDENTITY {identity}")),
            }
        }
        if before.cluster_on != after.cluster_on {
            match &after.cluster_on {
                // The index may come after the table.
                Some(index) => self
                    .late
                    .push(Statement::new(format!("ALTER TABLE {own} CLUSTER ON {}", quote(index, PG)), object.clone())),
                None => actions.push("SET WITHOUT CLUSTER".to_string()),
            }
        }
        actions.into_iter().for_each(|a| self.say(format!("ALTER TABLE {own} {a}"), object.clone()));
    }
}
