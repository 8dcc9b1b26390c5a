//! PostgreSQL: an identity column comes back. Added as one, every row would draw a number that it does not keep, and a column that
//! is always generated could not be written. So it comes back plain, is filled, and becomes an identity; its sequence goes on
//! where the one that counts until then is, whose number the transaction keeps.

use super::Restore;
use crate::Dialect;
use crate::catalog::Table;
use crate::dialect::quote;
use crate::render::{clause, identity_clause};

const PG: Dialect = Dialect::Postgres;

/// What is done for it.
pub struct Counted {
    /// The first of all statements: the number is kept.
    pub first: String,
    /// The column is added.
    pub add: String,
    /// What takes the identity from the column that counts until then begins so.
    pub gone: String,
    /// When it is filled, and the other counts no more.
    pub after: Vec<String>,
}

/// None: it is no identity column, or no other counts for it by now. `now` is the table when the way back begins, `then` at its end.
pub fn later(add: &str, restore: &Restore, now: &Table, then: &Table) -> Option<Counted> {
    let column = then.column(&restore.column)?;
    let clause = identity_clause(column.identity.as_ref()?);
    let plain = add.contains(&clause).then(|| add.replacen(&format!(" {clause}"), "", 1))?;
    let counting = now.columns.iter().find(|c| c.name == column.name && c.identity.is_some())?;
    let sequence = counting.identity_sequence(&now.name)?;
    let other = then.column_of(counting.lineage)?;
    let kept = clause::literal(&format!("unmigrate.counted_{}", numbered(&restore.table.to_string(), &column.name)));
    let (own, name) = (clause::name(&restore.table, PG), quote(&column.name, PG));
    let part = |n: u8| format!("split_part(current_setting({kept}), ' ', {n})");
    Some(Counted {
        first: format!(
            "SELECT set_config({kept}, last_value || ' ' || is_called, true) FROM {}",
            clause::name(&sequence, PG)
        ),
        add: plain.strip_suffix(" NOT NULL").map_or(plain.clone(), str::to_owned),
        gone: format!("ALTER TABLE {own} ALTER COLUMN {} DROP IDENTITY", quote(&other.name, PG)),
        after: vec![
            format!("ALTER TABLE {own} ALTER COLUMN {name} SET NOT NULL"),
            format!("ALTER TABLE {own} ALTER COLUMN {name} ADD {clause}"),
            format!(
                "SELECT setval(pg_get_serial_sequence({}, {}), {}::bigint, {}::boolean)",
                clause::literal(&own),
                clause::literal(&column.name),
                part(1),
                part(2)
            ),
        ],
    })
}

/// A word for a column that the name of a setting may have.
fn numbered(table: &str, column: &str) -> String {
    let one = |c: char| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("_{:x}", c as u32) };
    format!("{table}.{column}").chars().map(one).collect()
}
