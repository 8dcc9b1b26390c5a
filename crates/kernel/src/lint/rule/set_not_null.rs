//! # set-not-null
//!
//! A column that may hold NULL becomes NOT NULL: it fails where one does, and reads the whole table to find out.
//!
//! **Why.** PostgreSQL reads the table under an ACCESS EXCLUSIVE lock: nobody can read or write it meanwhile. And code of
//! the last deployment that still writes NULL fails from then on.
//!
//! **What to do.** On PostgreSQL `ADD CONSTRAINT .. CHECK (c IS NOT NULL) NOT VALID`, validate it in a later transaction,
//! and then SET NOT NULL, which trusts the check and reads nothing; then drop the check. MySQL and SQLite write the table
//! anew: fill the NULLs first.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! -- next migration
//! ALTER TABLE users ALTER COLUMN email SET NOT NULL;
//! ```
//!
//! ```sql bad
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY, email varchar(9));
//! -- next migration
//! ALTER TABLE users MODIFY email varchar(9) NOT NULL;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, email text);
//! -- next migration
//! ALTER TABLE users ADD CONSTRAINT email_there CHECK (email IS NOT NULL) NOT VALID;
//! -- next migration
//! ALTER TABLE users VALIDATE CONSTRAINT email_there;
//! -- next migration
//! ALTER TABLE users ALTER COLUMN email SET NOT NULL;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("set-not-null", Severity::Warning, include_str!("set_not_null.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, table, pair) in step.columns() {
        let Pair { before: Some(before), after: Some(after) } = pair else { continue };
        let by_key = step.has_word(statement, "PRIMARY");
        if before.not_null || !after.not_null || by_key || !step.has_rows(statement, table) {
            continue;
        }
        let inside = step.table_at(statement, table);
        let checked = inside.as_ref().is_some_and(|t| t.constraints.iter().any(|c| says_not_null(c, &after.name)));
        if checked && step.dialect.is_postgres() {
            continue;
        }
        let object = format!("{table}.{}", after.name);
        let filled = inside.as_ref().is_some_and(|t| fills(step, t, &after.name));
        let fails = if filled { "" } else { ", and it fails where one is NULL" };
        let (message, help) = match step.dialect {
            Dialect::Postgres => (
                format!(
                    "nobody can read or write `{table}` while every row is checked for NULL in `{}`{fails}",
                    after.name
                ),
                format!(
                    "ADD CONSTRAINT .. CHECK ({} IS NOT NULL) NOT VALID here, VALIDATE CONSTRAINT {}, and SET NOT NULL after that: it \
                     trusts the check and reads nothing",
                    quote(&after.name, step.dialect),
                    step.runner.later()
                ),
            ),
            Dialect::Mysql => (
                format!(
                    "`{table}` is written anew to make `{}` NOT NULL{fails} (or, without strict mode, becomes '' or 0)",
                    after.name
                ),
                format!(
                    "look first: SELECT count(*) FROM {table} WHERE {} IS NULL; fill them in batches before",
                    after.name
                ),
            ),
            _ => (
                format!("`{object}` becomes NOT NULL{fails}"),
                format!("look first: SELECT count(*) FROM {table} WHERE {} IS NULL", quote(&after.name, step.dialect)),
            ),
        };
        if !(step.dialect == Dialect::Cockroach && filled) {
            found.push(
                Found::new(step.action(statement, &after.name, "NOT"), message, help).repaired_by(repair::by_check(
                    step,
                    statement,
                    table,
                    &after.name,
                )),
            );
        }
    }
    if step.dialect == Dialect::Sqlite {
        rebuilt(step, found);
    }
}

/// SQLite's rebuild: the new table does not take the NULLs of the old one.
fn rebuilt(step: &Step, found: &mut Vec<Found>) {
    for (before, after) in step.kept_tables().filter(|(t, _)| step.shipped(t)) {
        for column in after.columns.iter().filter(|c| c.not_null) {
            let was = before.column_of(column.lineage).filter(|c| !c.not_null);
            let copy = step.copies.iter().find(|c| c.from.0 == before.lineage.0);
            let (Some(was), Some(copy)) = (was, copy) else { continue };
            let plain = copy.columns.iter().any(|(into, from)| *into == column.name && *from == was.name);
            if plain && !fills(step, before, &was.name) {
                found.push(Found::new(
                    copy.span.clone(),
                    format!("`{}.{}` becomes NOT NULL, and copying fails where one is NULL", before.name, column.name),
                    format!("copy COALESCE({}, ..) instead, or fill the NULLs before", quote(&was.name, step.dialect)),
                ));
            }
        }
    }
}

/// An UPDATE of this migration fills the column in every row, or in those where it is NULL; or a DELETE takes those away.
fn fills(step: &Step, table: &Table, column: &str) -> bool {
    let is_null = |filter: &str| {
        let words = filter.to_lowercase().replace(['"', '`', '(', ')'], "");
        let column = format!("{} is null", column.to_lowercase());
        words == column || words.ends_with(&format!(".{column}"))
    };
    let goes = |e: &&crate::lower::RowEffect| e.change.kind == crate::rows::RowKind::Delete;
    let own = step.effects.iter().filter(|e| e.table.is_some_and(|l| l.0 == table.lineage.0));
    if own.filter(goes).any(|e| e.change.filter.as_deref().is_some_and(is_null)) {
        return true;
    }
    step.updates(table).any(|e| {
        let assigns = e.change.assignments.iter().any(|(c, _)| c.eq_ignore_ascii_case(column));
        let all = e.change.filter.as_deref().is_none_or(|f| f.to_ascii_uppercase().contains("IS NULL"));
        assigns && all
    })
}

/// A valid `CHECK (c IS NOT NULL)`.
fn says_not_null(constraint: &Constraint, column: &str) -> bool {
    let ConstraintKind::Check(check) = &constraint.kind else { return false };
    let key = check.key();
    let bare = key.trim_matches(['(', ')', ' ']).replace('"', "");
    !constraint.not_valid && bare == format!("{} is not null", column.to_lowercase())
}
