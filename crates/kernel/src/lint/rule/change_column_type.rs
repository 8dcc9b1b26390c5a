//! # change-column-type
//!
//! A column gets another type, and the whole table is written anew.
//!
//! **Why.** PostgreSQL holds an ACCESS EXCLUSIVE lock while it writes every row and every index; MySQL copies the table
//! and nobody can write to it. Only a few changes touch no row: on PostgreSQL a longer or unlimited varchar, varchar to
//! text and back, numeric with more digits before the point, more fractional digits of a time; on MySQL a longer varchar
//! that stays on its side of 255 bytes.
//!
//! **What to do.** Expand and contract: add a column of the new type, write to both, copy in batches, switch, drop the old
//! one later.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, age int);
//! -- next migration
//! ALTER TABLE users ALTER COLUMN age TYPE bigint;
//! ```
//!
//! ```sql bad
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY, age int);
//! -- next migration
//! ALTER TABLE users MODIFY age bigint;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, name varchar(20), at timestamp(3), price numeric(8,2));
//! -- next migration
//! ALTER TABLE users ALTER COLUMN name TYPE varchar(40);
//! ALTER TABLE users ALTER COLUMN name TYPE text;
//! ALTER TABLE users ALTER COLUMN at TYPE timestamp(6);
//! ALTER TABLE users ALTER COLUMN price TYPE numeric(10,2);
//! ```
//!
//! ```sql good
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY, name varchar(20));
//! -- next migration
//! ALTER TABLE users MODIFY name varchar(40);
//! ```

use super::prelude::*;
use crate::conversion::of_column;
use crate::types::{TypeParts, parts};

pub const RULE: Rule =
    Rule::hazard("change-column-type", Severity::Warning, include_str!("change_column_type.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, lowered) in step.changes() {
        let Change::Column { table, pair: Pair { before: Some(before), after: Some(after) }, using, .. } =
            &lowered.change
        else {
            continue;
        };
        let (from, to) = (&before.canonical, &after.canonical);
        if from == to || before.generated.is_some() || !step.has_rows(statement, table) {
            continue;
        }
        let (a, b) = (parts(step.dialect, from), parts(step.dialect, to));
        let free = match step.dialect {
            Dialect::Postgres => keeps_rows(&a, &b) && using.as_deref().is_none_or(|u| is_plain(u, &after.name)),
            Dialect::Mysql => mysql_in_place(&a, &b, step.server.is_some_and(|s| s.starts_with("mariadb"))),
            Dialect::Cockroach | Dialect::Sqlite => true,
        };
        // An enum that loses a value has a rule of its own, which says more.
        let own = super::drop_enum_value::loses(step, &after.data_type)
            || super::drop_enum_value::loses(step, &before.data_type)
            || step.dialect == Dialect::Mysql && a.base == "enum" && b.base == "enum";
        let lost = of_column(step.dialect, from, to, using.as_deref(), &[&before.name, &after.name]).loses;
        let place = step.action(statement, &after.name, "TYPE");
        if !free && !own {
            let whose =
                if step.dialect == Dialect::Mysql { "nobody can write to it" } else { "nobody can read or write it" };
            let loses = lost.map(|l| format!("; {l}")).unwrap_or_default();
            found.push(Found::new(
                place,
                format!("`{table}` is written anew to make `{}` {to} (it is {from}), and {whose} meanwhile{loses}", after.name),
                format!("for a large table expand and contract: add a column of type {to}, write to both, copy in batches, drop `{}` later", after.name),
            ));
        } else if free && let Some(lost) = lost.filter(|_| step.dialect != Dialect::Sqlite) {
            found.push(Found::new(
                place,
                format!("`{table}.{}` becomes {to} (it is {from}): {lost}", after.name),
                "look first whether any row holds such a value",
            ));
        }
    }
}

/// PostgreSQL keeps the rows as they are.
pub(crate) fn keeps_rows(a: &TypeParts, b: &TypeParts) -> bool {
    let text = |t: &TypeParts| matches!(t.base.as_str(), "text" | "character varying" | "citext");
    let length = |t: &TypeParts| t.number(0);
    // The elements of an array are cast one by one, even where a cast does nothing; without a limit there is none.
    if a.array > 0 || b.array > 0 {
        return a.array == b.array && a.base == b.base && a.tail == b.tail && b.args.is_empty();
    }
    let unlimited = b.args.is_empty();
    if a.base == "xml" && text(b) && unlimited || a.base == "bit" && b.base == "bit varying" && unlimited {
        return true;
    }
    if text(a) && text(b) {
        // Into citext indexes are built anew, but no row is written.
        return match (length(a), length(b)) {
            (_, None) => true,
            (Some(from), Some(to)) => to >= from,
            (None, Some(_)) => false,
        };
    }
    if a.base == "cidr" && b.base == "inet" {
        return true;
    }
    let same = a.base == b.base && a.tail == b.tail;
    match a.base.as_str() {
        "numeric" if same => match (a.number(0), b.number(0)) {
            (_, None) => true,
            (None, _) => false,
            (Some(p), Some(q)) => q >= p && a.number(1).unwrap_or(0) == b.number(1).unwrap_or(0),
        },
        "timestamp without time zone"
        | "timestamp with time zone"
        | "time without time zone"
        | "time with time zone"
        | "interval"
            if same =>
        {
            b.number(0).unwrap_or(6) >= a.number(0).unwrap_or(6)
        }
        "bit varying" if same => match (a.number(0), b.number(0)) {
            (_, None) => true,
            (Some(p), Some(q)) => q >= p,
            (None, Some(_)) => false,
        },
        _ => false,
    }
}

/// USING the column itself, cast to where it goes anyway.
fn is_plain(using: &str, column: &str) -> bool {
    let first = using.split("::").next().unwrap_or(using);
    first.trim_matches(['(', ')', ' ', '"']) == column
}

/// MySQL and MariaDB change the definition alone: a varchar that grows on its side of 255 bytes (4 to a character), from
/// where the length takes two bytes; on MariaDB also one that was of 127 bytes or less.
pub(crate) fn mysql_in_place(a: &TypeParts, b: &TypeParts, mariadb: bool) -> bool {
    if a.base != "varchar" || b.base != "varchar" {
        return false;
    }
    let (Some(from), Some(to)) = (a.number(0), b.number(0)) else { return false };
    let long = |n: i64| n * 4 > 255;
    to >= from && (long(from) == long(to) || mariadb && from * 4 <= 127)
}
