//! # drop-add-rename
//!
//! A column or table is dropped and one much like it is added: a rename that loses every value.
//!
//! **Why.** A generator that compares two schemas can't tell a rename from a drop and an addition. Prisma always writes
//! the latter; Drizzle does where its question was answered so. The values of the old column, the rows of the old table,
//! are gone.
//!
//! **What to do.** Write RENAME instead: the values stay. And since code that still runs names the old column, better
//! still expand and contract (see `rename-column`).
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, user_name text NOT NULL);
//! -- next migration
//! ALTER TABLE users DROP COLUMN user_name, ADD COLUMN username text NOT NULL;
//! ```
//!
//! ```sql bad
//! CREATE TABLE membership (id int PRIMARY KEY, role text);
//! -- next migration
//! DROP TABLE membership;
//! CREATE TABLE memberships (id int PRIMARY KEY, role text);
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, user_name text);
//! -- next migration
//! ALTER TABLE users ADD COLUMN username text;
//! UPDATE users SET username = user_name;
//! ALTER TABLE users DROP COLUMN user_name;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY);
//! CREATE TABLE authors (id int PRIMARY KEY);
//! CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users (id));
//! -- next migration
//! ALTER TABLE posts DROP COLUMN user_id, ADD COLUMN author_id int REFERENCES authors (id);
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, age int);
//! -- next migration
//! ALTER TABLE users DROP COLUMN age, ADD COLUMN born date;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("drop-add-rename", Severity::Error, include_str!("drop_add_rename.rs"), run);

/// Names from here on are taken for an old and a new one.
const ALIKE: f64 = 0.5;

/// The column that was added in the place of a dropped one, under a name that is like it.
pub fn successor<'t>(step: &Step, before: &Table, after: &'t Table, gone: &Column) -> Option<&'t Column> {
    if step.carries(before, &gone.name) || gone.generated.is_some() {
        return None;
    }
    let is_new = |c: &&Column| before.column_of(c.lineage).is_none() && before.column(&c.name).is_none();
    let like = |c: &&Column| c.canonical == gone.canonical && c.generated.is_none();
    let new = after.columns.iter().filter(is_new).filter(like);
    let best = new.map(|c| (similarity(&c.name, &gone.name), c)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    // Another dropped column may be more like it.
    let rival = before.columns.iter().filter(|c| c.lineage.0 != gone.lineage.0 && after.column_of(c.lineage).is_none());
    let closer = rival.filter(|c| c.canonical == gone.canonical).any(|c| similarity(&c.name, &best.1.name) > best.0);
    // Several that are equally like it: one was split.
    let alike = |c: &&Column| c.lineage.0 != best.1.lineage.0 && similarity(&c.name, &gone.name) >= best.0;
    let split = after.columns.iter().filter(is_new).filter(like).any(|c| alike(&c));
    let same_target = target(before, &gone.name) == target(after, &best.1.name);
    (best.0 >= ALIKE && !closer && !split && same_target).then_some(best.1)
}

/// The table that a column refers to.
fn target(table: &Table, column: &str) -> Option<Name> {
    let keys = table.constraints.iter().filter_map(Constraint::foreign_key);
    keys.into_iter().find(|k| k.columns.len() == 1 && k.columns[0] == column).map(|k| k.table.clone())
}

/// The table that was made in the place of a dropped one: another name that is like it, and the same columns.
pub fn new_name<'s>(step: &'s Step, gone: &Table) -> Option<&'s Table> {
    if step.touched_after.tables.contains(&gone.name) || gone.columns.len() < 2 {
        return None;
    }
    let copied = |e: &crate::lower::RowEffect| e.change.copy.as_ref().is_some_and(|c| c.from.name == gone.name.name);
    if step.effects.iter().any(copied) {
        return None;
    }
    let made = step.touched_after.tables.iter().map(|(_, t)| t).filter(|t| !step.before.tables.contains(&t.name));
    let shared = |t: &Table| {
        let same = |c: &&Column| t.column(&c.name).is_some_and(|n| n.canonical == c.canonical);
        gone.columns.iter().filter(same).count() as f64 / gone.columns.len().max(t.columns.len()) as f64
    };
    made.filter(|t| t.lineage.0 != gone.lineage.0)
        .filter(|t| shared(t) >= 0.99 || shared(t) >= 0.8 && similarity(&t.name.name, &gone.name.name) >= ALIKE)
        .find(|t| similarity(&t.name.name, &gone.name.name) >= 0.3)
}

fn run(step: &Step, found: &mut Vec<Found>) {
    for (before, after) in step.kept_tables().filter(|(t, _)| step.shipped(t)) {
        for gone in before.columns.iter().filter(|c| after.column_of(c.lineage).is_none()) {
            let Some(new) = successor(step, before, after, gone) else { continue };
            let Some(at) = step.dropped_at(before, gone) else { continue };
            let q = |n: &str| quote(n, step.dialect);
            let rename =
                format!("ALTER TABLE {} RENAME COLUMN {} TO {}", q(&before.name.name), q(&gone.name), q(&new.name));
            let finding = Found::new(
                step.action(at, &gone.name, "DROP"),
                format!(
                    "`{}.{}` is dropped and `{}`, of the same type, is added: if this is a rename, every value of it is lost",
                    before.name, gone.name, new.name
                ),
                format!(
                    "write `{rename}` instead of both, or copy the values first (UPDATE); if they are two different things, \
                     say so above the statement: -- unmigrate-ignore drop-add-rename: <why>"
                ),
            );
            found.push(finding.repaired_by(repair::renamed(step, before, gone, new, at)));
        }
    }
    for (name, gone) in step.touched_before.tables.iter().filter(|(_, t)| step.shipped(t)) {
        if step.touched_after.tables.iter().any(|(_, t)| t.lineage.0 == gone.lineage.0) {
            continue;
        }
        let (Some(new), Some(at)) = (new_name(step, gone), step.table_dropped_at(name)) else { continue };
        let rename = format!(
            "ALTER TABLE {} RENAME TO {}",
            quote(&name.name, step.dialect),
            quote(&new.name.name, step.dialect)
        );
        found.push(Found::new(
            at.span.clone(),
            format!(
                "`{name}` is dropped and `{}`, with the same columns, is made: if this is a rename, all rows are lost",
                new.name
            ),
            format!("write `{rename}` instead of both, or copy the rows first (INSERT INTO .. SELECT)"),
        ));
    }
}
