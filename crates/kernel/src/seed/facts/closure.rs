//! Which tables need rows so that some have rows, and in which order.

use super::{Edge, Table};
use crate::Dialect;
use crate::catalog::Name;
use crate::dialect::quote;
use std::collections::{BTreeMap, BTreeSet};

/// The tables, those that refer to them, and all that any of these refer to.
pub fn closure(tables: &[Name], edges: &[Edge]) -> Vec<Name> {
    let asked: BTreeSet<&Name> = tables.iter().collect();
    let children = edges.iter().filter(|e| asked.contains(&e.reference.parent)).map(|e| &e.child);
    let mut wanted: BTreeSet<&Name> = asked.iter().copied().chain(children).collect();
    let mut parents: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
    for edge in edges {
        parents.entry(&edge.child).or_default().push(&edge.reference.parent);
    }
    let mut open: Vec<&Name> = wanted.iter().copied().collect();
    while let Some(name) = open.pop() {
        for parent in parents.get(name).into_iter().flatten() {
            if wanted.insert(parent) {
                open.push(parent);
            }
        }
    }
    wanted.into_iter().cloned().collect()
}

/// Empties tables and all that refer to them.
pub fn clear(tables: &[Name], edges: &[Edge], dialect: Dialect) -> Clearing {
    let mut wanted: BTreeSet<&Name> = tables.iter().collect();
    let mut open: Vec<&Name> = wanted.iter().copied().collect();
    while let Some(name) = open.pop() {
        let children = edges.iter().filter(|e| e.reference.parent == *name).map(|e| &e.child);
        open.extend(children.filter(|child| wanted.insert(child)));
    }
    if wanted.is_empty() {
        return Clearing::default();
    }
    let sql = |name: &&Name| match name.schema.as_str() {
        "" => quote(&name.name, dialect),
        schema => format!("{}.{}", quote(schema, dialect), quote(&name.name, dialect)),
    };
    let deletes = wanted.iter().map(|name| format!("DELETE FROM {}", sql(name)));
    // All that refer to these rows go too, so that no foreign key is broken in the end.
    let quickly = (dialect == Dialect::Postgres)
        .then(|| deletes.clone().fold(UNHEARD.to_string(), |all, delete| all + ";\n" + &delete));
    let statements = match dialect {
        Dialect::Postgres | Dialect::Cockroach => {
            vec![format!("TRUNCATE {} CASCADE", wanted.iter().map(sql).collect::<Vec<_>>().join(", "))]
        }
        Dialect::Mysql => std::iter::once("SET foreign_key_checks = 0".to_string())
            .chain(deletes)
            .chain(["SET foreign_key_checks = 1".to_string()])
            .collect(),
        Dialect::Sqlite => std::iter::once("PRAGMA defer_foreign_keys = ON".to_string()).chain(deletes).collect(),
    };
    Clearing { quickly, statements }
}

/// PostgreSQL: what a DELETE after it does, no trigger, rule, policy or foreign key hears of. Refused to whoever is no
/// superuser, and where a trigger or a rule is one that always hears.
const UNHEARD: &str = "SET LOCAL session_replication_role = replica;
SET LOCAL row_security = off;
SELECT 1 / (NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgenabled = 'A')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite WHERE ev_enabled = 'A'))::int";

/// How tables are emptied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clearing {
    /// PostgreSQL: one text, which is one implicit transaction, that does it where the session may. TRUNCATE gives each
    /// table and each of its indexes a new file, which takes longer than to delete the few rows of ours.
    pub quickly: Option<String>,
    /// Statements that do it anyway, in this order; on SQLite in one transaction. On MySQL the last one has to be run even
    /// where another failed: it puts the check of foreign keys back.
    pub statements: Vec<String>,
}

/// Puts each table after those that it refers to. In a circle, one goes first that can do without: its foreign key is
/// NULL until later.
pub fn sort(tables: &mut Vec<Table>) {
    let mut left = std::mem::take(tables);
    while !left.is_empty() {
        let names: BTreeSet<Name> = left.iter().map(|t| t.name.clone()).collect();
        let waits = |table: &Table, also_nullable: bool| {
            table.references.iter().any(|r| {
                let other = r.parent != table.name && names.contains(&r.parent);
                let can_wait = r.columns.iter().any(|c| table.column(c).is_some_and(|c| c.nullable));
                other && (also_nullable || !can_wait)
            })
        };
        let at = left
            .iter()
            .position(|t| !waits(t, true))
            .or_else(|| left.iter().position(|t| !waits(t, false)))
            .unwrap_or(0);
        tables.push(left.remove(at));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Column, Filled, Kind, Reference};
    use super::*;

    fn edge(child: &str, parent: &str) -> Edge {
        let reference = Reference { columns: vec!["p".into()], parent: Name::plain(parent), keys: vec!["id".into()] };
        Edge { child: Name::plain(child), reference }
    }

    #[test]
    fn parents_and_children() {
        let edges = [edge("b", "a"), edge("c", "b"), edge("c", "x"), edge("d", "c"), edge("y", "z")];
        let names: Vec<String> = closure(&[Name::plain("b")], &edges).iter().map(Name::to_string).collect();
        assert_eq!(names, ["a", "b", "c", "x"]);
    }

    #[test]
    fn a_circle_opens_where_null_is_allowed() {
        let table = |name: &str, parent: &str, nullable| Table {
            name: Name::plain(name),
            columns: vec![Column {
                name: "p".into(),
                kind: Kind::Bool,
                nullable,
                filled: Filled::No,
                checks: Vec::new(),
            }],
            references: vec![edge(name, parent).reference],
            ..Table::default()
        };
        let mut tables = vec![table("a", "b", false), table("b", "c", true), table("c", "a", false)];
        sort(&mut tables);
        let names: Vec<&str> = tables.iter().map(|t| t.name.name.as_str()).collect();
        assert_eq!(names, ["b", "a", "c"]);
    }
}
