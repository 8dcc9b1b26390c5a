//! SQLite: what the recipes that keep two columns in step have in common.

use crate::catalog::{Column, Table};
use crate::expand::shape::Shape;
use crate::expand::sync::convert::sqlite::this_row;

/// A column as it stands beside others: whatever it is to be in the end, nobody has to name it.
pub(super) fn beside(like: &Column) -> Column {
    Column { not_null: false, default: None, auto_increment: false, settings: vec![], ..like.clone() }
}

fn without_rowid(table: &Table) -> bool {
    table.options.text.to_ascii_uppercase().contains("WITHOUT ROWID")
}

/// The column that is another name of the row's number.
fn numbers(table: &Table) -> Option<&Column> {
    let [only] = table.key_columns()[..] else { return None };
    table.column(only).filter(|c| c.data_type.eq_ignore_ascii_case("integer") && !without_rowid(table))
}

/// The primary key finds every row: no part of it can be NULL.
pub(super) fn keyed(table: &Table) -> bool {
    let key = table.key_columns();
    let held = |name: &&str| table.column(name).is_some_and(|c| c.not_null);
    !key.is_empty() && (numbers(table).is_some() || without_rowid(table) || key.iter().all(held))
}

/// The name by which a row's number is known; none where columns have all of them, or there is none.
pub(super) fn number(table: &Table) -> Option<&'static str> {
    let free = |name: &&str| !table.columns.iter().any(|c| c.name.eq_ignore_ascii_case(name));
    ["rowid", "_rowid_", "oid"].into_iter().find(|n| free(n)).filter(|_| !without_rowid(table))
}

/// Why columns can't have others beside them that triggers keep in step.
pub(super) fn obstacle(table: &Table, columns: &[&Column]) -> Option<String> {
    let key = table.key_columns();
    if !table.persistence.is_empty() {
        return Some("its table is a virtual or temporary one, which takes no triggers that would last".into());
    }
    if let Some(number) = numbers(table).filter(|n| columns.iter().any(|c| c.name == n.name)) {
        return Some(format!(
            "{} is the number by which SQLite keeps the rows: it is given before a trigger could say which",
            number.name
        ));
    }
    if without_rowid(table) && columns.iter().any(|c| key.contains(&c.name.as_str())) {
        return Some(
            "it is a part of the key of a table WITHOUT ROWID, which is there before a trigger could fill it".into(),
        );
    }
    this_row(table).is_none().then(|| "its columns have all the names that the row's number has".to_owned())
}

/// What is to be known of the triggers and of making a table anew.
pub(super) fn corners(table: &Table, shape: &Shape) -> Vec<String> {
    let name = &table.name;
    let mut out = Vec::new();
    let required = |what: &str| {
        format!(
            "{name} is made anew with {what}: nobody else writes to the database for as long as that takes (readers go on where \
             the journal is WAL)"
        )
    };
    if shape.eased.is_empty() {
        out.push(required("the contract"));
    } else {
        out.push(required("expand, and again with the contract"));
        out.push(format!(
            "until the contract a trigger stands for NOT NULL on {}: the error has its words, its code is \
             SQLITE_CONSTRAINT_TRIGGER, and OR IGNORE does not pass it over",
            shape.eased.join(" and ")
        ));
    }
    out.push(
        "INSERT and UPDATE .. RETURNING give the row as it was written, before the triggers: of the other shape's columns they \
         give what stood there, of a column with a default that is not named NULL under its new name"
            .to_owned(),
    );
    let fires = table.triggers.iter().filter(|t| t.event.text.to_ascii_uppercase().contains("UPDATE"));
    out.extend(fires.map(|t| {
        format!("trigger {} of {name} fires once more for each write that ours complete, and for every row that the backfill fills", t.name)
    }));
    out
}
