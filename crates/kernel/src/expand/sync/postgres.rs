//! PostgreSQL: BEFORE triggers that assign NEW, so that nothing is written twice and nothing recurses.
//!
//! A trigger can't see which columns a statement names. For UPDATE it needs not: what differs from OLD was written. For
//! INSERT the new column has no default, so what it holds was given; where the old one has a default, what that holds
//! may have been given or not, and the new column wins where it is not null.
//!
//! Triggers of a table fire in the order of their names. Where it has others, ours is the first, so that they find the
//! column that they know as it will be, and the last, so that what they make of it is in both.

use super::Pair;
use crate::Dialect;
use crate::catalog::{Column, Table, Trigger};
use crate::dialect::quote;
use crate::render::clause;

const PG: Dialect = Dialect::Postgres;
/// NAMEDATALEN less the closing zero, less the longest ending that is put behind a name.
pub const LONGEST: usize = 63 - 10;

/// Do two values differ, as SQL? By what they look like where their type has no equality, or one that takes different
/// values for the same (`citext`, `numeric`, collations that know no case).
pub fn differ(column: &Column, a: &str, b: &str) -> String {
    match exact(column) {
        true => format!("{a} IS DISTINCT FROM {b}"),
        false => format!("({a})::text COLLATE \"C\" IS DISTINCT FROM ({b})::text COLLATE \"C\""),
    }
}

/// Equal means identical.
fn exact(column: &Column) -> bool {
    let word = column.canonical.split('(').next().unwrap_or_default().trim();
    let plain = ["text", "character varying", "varchar", "integer", "bigint", "smallint", "boolean", "uuid", "date"];
    (plain.contains(&word) || word.starts_with("timestamp")) && column.collation.is_none()
}

/// Statements that make the triggers, and those that drop them.
pub fn triggers(pair: &Pair) -> (Vec<String>, Vec<String>) {
    install(pair.table, &pair.name(LONGEST), meet(pair), follow(pair))
}

/// Statements that make triggers with these bodies, and those that drop them: the first is the first of all BEFORE triggers
/// of the table; the second is the last, where there are others.
pub fn install(table: &Table, name: &str, meet: String, follow: String) -> (Vec<String>, Vec<String>) {
    let own = clause::name(&table.name, PG);
    let (first, last) = around(table);
    let mut make = Vec::new();
    let mut drop = Vec::new();
    let mut one = |prefix: &str, ending: &str, body: String| {
        let function = clause::name(&table.name.sibling(format!("{name}{ending}")), PG);
        let trigger = quote(&format!("{prefix}{name}{ending}"), PG);
        make.push(format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $unmigrate$\n{body}$unmigrate$"
        ));
        make.push(format!(
            "CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {own} FOR EACH ROW EXECUTE FUNCTION {function}()"
        ));
        drop.push(format!("DROP TRIGGER {trigger} ON {own}"));
        drop.push(format!("DROP FUNCTION {function}()"));
    };
    one(&first, "", meet);
    if let Some(last) = last {
        one(&last, "_last", follow);
    }
    (make, drop)
}

/// The prefixes that make a name the first, and the last where there are other triggers that may change the row.
pub fn around(table: &Table) -> (String, Option<String>) {
    let others: Vec<&str> = table.triggers.iter().filter(|t| changes_rows(t)).map(|t| t.name.as_str()).collect();
    if others.is_empty() {
        return ("".to_owned(), None);
    }
    let first = ["0_", "!", "\u{1}"].into_iter().find(|p| others.iter().all(|o| *p < *o)).unwrap_or("!");
    let last = ["zz_", "~", "\u{10FFFF}"].into_iter().find(|p| others.iter().all(|o| *p > *o)).unwrap_or("~");
    (first.to_owned(), Some(last.to_owned()))
}

fn changes_rows(trigger: &Trigger) -> bool {
    trigger.state != 'D' && trigger.event.text.trim_start().to_ascii_uppercase().starts_with("BEFORE")
}

/// What was written to one goes to the other.
fn meet(pair: &Pair) -> String {
    let (old, new) = (quote(&pair.old.name, PG), quote(pair.new, PG));
    let differ = |a: &str, b: &str| differ(pair.old, a, b);
    let refuse = format!(
        "RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{}'",
        pair.different().replace('\'', "''")
    );
    let given = !has_default(pair.old);
    let insert = match given {
        true => format!(
            "    ELSIF NEW.{old} IS NULL THEN\n      NEW.{old} := NEW.{new};\n    ELSIF {} THEN\n      {refuse};\n",
            differ(&format!("NEW.{old}"), &format!("NEW.{new}"))
        ),
        false => format!("    ELSE\n      NEW.{old} := NEW.{new};\n"),
    };
    format!(
        "BEGIN\n  IF TG_OP = 'INSERT' THEN\n    IF NEW.{new} IS NULL THEN\n      NEW.{new} := NEW.{old};\n{insert}    END IF;\n  \
         ELSIF NOT ({}) THEN\n    NEW.{new} := NEW.{old};\n  ELSIF NOT ({}) THEN\n    NEW.{old} := NEW.{new};\n  \
         ELSIF {} THEN\n    {refuse};\n  END IF;\n  RETURN NEW;\nEND\n",
        differ(&format!("NEW.{new}"), &format!("OLD.{new}")),
        differ(&format!("NEW.{old}"), &format!("OLD.{old}")),
        differ(&format!("NEW.{old}"), &format!("NEW.{new}")),
    )
}

/// What other triggers have made of the old one goes to the new one.
fn follow(pair: &Pair) -> String {
    let (old, new) = (quote(&pair.old.name, PG), quote(pair.new, PG));
    format!("BEGIN\n  NEW.{new} := NEW.{old};\n  RETURN NEW;\nEND\n")
}

/// The engine fills the column where a statement does not name it.
pub fn has_default(column: &Column) -> bool {
    column.default.as_ref().is_some_and(|d| !d.text.eq_ignore_ascii_case("null")) || column.identity.is_some()
}
