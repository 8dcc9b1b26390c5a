//! PostgreSQL: a check that is not validated yet holds for what is written. The contract validates it while others write, and
//! sets NOT NULL, which then looks at no row.

use super::Required;
use crate::Dialect;
use crate::catalog::{Table, Trigger};
use crate::dialect::quote;
use crate::names::truncate;
use crate::render::clause;

const PG: Dialect = Dialect::Postgres;

/// The statements of expand, and those of the contract.
pub(super) fn steps(of: &Required, value: &str) -> (Vec<String>, Vec<String>) {
    let table = &of.before.name;
    let (own, q) = (clause::name(table, PG), quote(&of.was.name, PG));
    let name = truncate(PG, &of.name());
    let (function, check) = (clause::name(&table.sibling(&name), PG), quote(&name, PG));
    let trigger = quote(&format!("{}{name}", prefix(of.before, &name)), PG);
    let expand = vec![
        // Over the row that is written: the columns of the value are those of NEW.
        format!(
            "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $unmigrate$\nBEGIN\n  IF NEW.{q} IS NULL THEN\n    \
             NEW.{q} := (SELECT {value} FROM (SELECT NEW.*) AS written);\n  END IF;\n  RETURN NEW;\nEND\n$unmigrate$"
        ),
        format!("CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {own} FOR EACH ROW EXECUTE FUNCTION {function}()"),
        format!("ALTER TABLE {own} ADD CONSTRAINT {check} CHECK ({q} IS NOT NULL) NOT VALID"),
    ];
    let contract = vec![
        // While it looks at the rows, others read and write.
        format!("ALTER TABLE {own} VALIDATE CONSTRAINT {check}"),
        format!("ALTER TABLE {own} ALTER COLUMN {q} SET NOT NULL"),
        format!("ALTER TABLE {own} DROP CONSTRAINT {check}"),
        format!("DROP TRIGGER {trigger} ON {own}"),
        format!("DROP FUNCTION {function}()"),
    ];
    (expand, contract)
}

/// What makes the name of our trigger the last.
fn prefix(table: &Table, name: &str) -> &'static str {
    let before = |t: &&Trigger| t.event.text.trim_start().to_ascii_uppercase().starts_with("BEFORE");
    let others: Vec<&str> = table.triggers.iter().filter(before).map(|t| t.name.as_str()).collect();
    ["", "zz_", "~"]
        .into_iter()
        .find(|p| others.iter().all(|o| format!("{p}{name}").as_str() > *o))
        .unwrap_or("\u{10FFFF}")
}
