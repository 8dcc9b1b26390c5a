//! # drop-enum-value
//!
//! An enum loses a value: it fails where a row has it, and code that still writes it fails after.
//!
//! **Why.** PostgreSQL can't drop a value, so the type is made anew and every column of it is written anew under an ACCESS
//! EXCLUSIVE lock; a row with the old value stops it (22P02). MySQL copies the table, and without strict mode such rows
//! become `''`.
//!
//! **What to do.** Stop writing the value, deploy, change the rows that have it, and only then take it away. Or leave it:
//! a value that nobody writes costs nothing.
//!
//! ```sql bad
//! CREATE TYPE mood AS ENUM ('happy', 'sad');
//! CREATE TABLE users (id int PRIMARY KEY, mood mood);
//! -- next migration
//! CREATE TYPE mood_new AS ENUM ('happy');
//! ALTER TABLE users ALTER COLUMN mood TYPE mood_new USING (mood::text::mood_new);
//! ALTER TYPE mood RENAME TO mood_old;
//! ALTER TYPE mood_new RENAME TO mood;
//! DROP TYPE mood_old;
//! ```
//!
//! ```sql bad
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY, mood enum('happy', 'sad'));
//! -- next migration
//! ALTER TABLE users MODIFY mood enum('happy');
//! ```
//!
//! ```sql good
//! CREATE TYPE mood AS ENUM ('happy');
//! CREATE TABLE users (id int PRIMARY KEY, mood mood);
//! -- next migration
//! ALTER TYPE mood ADD VALUE 'sad';
//! ```

use super::prelude::*;
use crate::catalog::TypeKind;
use crate::reader::string_value;
use crate::types::parts;

pub const RULE: Rule = Rule::hazard("drop-enum-value", Severity::Warning, include_str!("drop_enum_value.rs"), run);

/// The values that a type of this name, in use before, has no more.
fn lost<'s>(step: &'s Step, name: &Name) -> Vec<&'s str> {
    let types = (step.touched_before.types.get(name), step.touched_after.types.get(name));
    let (Some(was), Some(is)) = types else { return vec![] };
    let (TypeKind::Enum(old), TypeKind::Enum(new)) = (&was.kind, &is.kind) else { return vec![] };
    let kept = |label: &str| new.iter().any(|n| n.name == label);
    let renamed = |lineage: u32| lineage != 0 && new.iter().any(|n| n.lineage.0 == lineage);
    old.iter().filter(|l| !kept(&l.name) && !renamed(l.lineage.0)).map(|l| l.name.as_str()).collect()
}

/// Does this type, or the one whose place it takes, lose a value?
pub fn loses(step: &Step, data_type: &str) -> bool {
    let Some(name) = Name::of_type(data_type, step.dialect) else { return false };
    // `Mood_new` becomes `Mood`.
    let renamed = step.changes().find_map(|(_, c)| match &c.change {
        Change::Type(Pair { before: Some(b), after: Some(a) }) if b.name == name && a.name != name => Some(&a.name),
        _ => None,
    });
    !lost(step, &name).is_empty() || renamed.is_some_and(|n| !lost(step, n).is_empty())
}

fn run(step: &Step, found: &mut Vec<Found>) {
    for (name, _) in step.touched_before.types.iter() {
        let lost = lost(step, name);
        let of = |t: &Table| t.columns.iter().any(|c| Name::of_type(&c.data_type, step.dialect).as_ref() == Some(name));
        let in_use: Vec<String> =
            step.before.tables.iter().filter(|(_, t)| step.shipped(t) && of(t)).map(|(n, _)| n.to_string()).collect();
        if lost.is_empty() || in_use.is_empty() {
            continue;
        }
        let at = step.statement_of(|c| matches!(c, Change::Type(pair) if pair.before.as_ref().or(pair.after.as_ref()).is_some_and(|t| t.name == *name)));
        let Some(at) = at.or(step.statements.first()) else { continue };
        found.push(finding(step, at.span.clone(), &name.to_string(), &lost, &in_use.join(", ")));
    }
    for (statement, table, pair) in step.columns().filter(|_| step.dialect == Dialect::Mysql) {
        let Pair { before: Some(before), after: Some(after) } = pair else { continue };
        let (a, b) = (parts(step.dialect, &before.canonical), parts(step.dialect, &after.canonical));
        if !matches!(a.base.as_str(), "enum" | "set") || a.base != b.base || !step.has_rows(statement, table) {
            continue;
        }
        let lost: Vec<String> =
            a.args.iter().filter(|l| !b.args.contains(l)).map(|l| string_value(l, step.dialect)).collect();
        if !lost.is_empty() {
            let lost: Vec<&str> = lost.iter().map(String::as_str).collect();
            let object = format!("{table}.{}", after.name);
            found.push(finding(
                step,
                step.action(statement, &after.name, "MODIFY"),
                &object,
                &lost,
                &table.to_string(),
            ));
        }
    }
}

fn finding(step: &Step, span: std::ops::Range<usize>, object: &str, lost: &[&str], tables: &str) -> Found {
    let values = lost.iter().map(|l| format!("'{l}'")).collect::<Vec<_>>().join(", ");
    // Rows that have it are changed before, or turned on the way.
    let turned = |label: &&str| {
        let quoted = format!("'{label}'");
        step.statements.iter().any(|s| {
            let sql = step.sql(s);
            let rows =
                step.begins(s, "UPDATE") || step.begins(s, "DELETE") || sql.to_ascii_uppercase().contains(" CASE ");
            rows && sql.contains(&quoted)
        })
    };
    let fails =
        if lost.iter().all(turned) { String::new() } else { format!("it fails where a row of {tables} has it, and ") };
    Found::new(
        span,
        format!("`{object}` loses {values}: {fails}code that still writes it fails from then on"),
        "first stop writing it, deploy, and change the rows that have it; or leave it: a value that nobody writes costs nothing",
    )
}
