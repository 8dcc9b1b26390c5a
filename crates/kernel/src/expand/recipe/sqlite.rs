//! SQLite: what the recipes that keep two columns in step have in common.

use crate::Dialect;
use crate::catalog::{Column, ConstraintKind, Sql, Table, Trigger, mentions};
use crate::expand::Meanwhile;
use crate::expand::shape::Shape;
use crate::expand::sync::convert::sqlite::{has_default, this_row};

/// A column as it stands beside others: whatever it is to be in the end, nobody has to name it.
pub(super) fn beside(like: &Column) -> Column {
    Column { not_null: false, default: None, auto_increment: false, settings: vec![], ..like.clone() }
}

/// What a column that is there is, while statements of the other shape leave it out. `required`: it stays so in the end.
///
/// A default of ours goes where nothing but a trigger meets it first: a check, an expression over it, or a STRICT table
/// might refuse what is no text and no number, and a trigger on UPDATE would find it in OLD. There it may be NULL.
pub(super) fn meanwhile(table: &Table, column: &Column, required: bool) -> Meanwhile {
    match (column.not_null, required) {
        (false, _) => Meanwhile::Itself,
        (true, false) => Meanwhile::Null,
        (true, true) if has_default(column) => Meanwhile::Itself,
        (true, true) if met_first(table, column) => Meanwhile::Null,
        (true, true) => Meanwhile::Default,
    }
}

/// Something looks at a value of the column before a trigger does.
fn met_first(table: &Table, column: &Column) -> bool {
    let named = |sql: &Sql| mentions(&sql.text, &column.name, Dialect::Sqlite);
    let checked = table.constraints.iter().any(|c| matches!(&c.kind, ConstraintKind::Check(sql) if named(sql)));
    let computed = table.columns.iter().any(|c| c.generated.as_ref().is_some_and(|g| named(&g.expression)));
    let indexed = table.indexes.iter().any(|i| {
        i.parts.iter().any(|p| p.expression.as_ref().is_some_and(named)) || i.predicate.as_ref().is_some_and(named)
    });
    // What ours completes is an UPDATE: what stood there before it is OLD.
    let fired = table.triggers.iter().any(|t| named(&t.rest) && t.event.text.to_ascii_uppercase().contains("UPDATE"));
    checked || computed || indexed || fired || table.options.text.to_ascii_uppercase().contains("STRICT")
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

/// A trigger on INSERT that reads a column: it may fire before ours has filled it.
pub(super) fn read_on_insert<'t>(table: &'t Table, column: &str) -> Option<&'t str> {
    let inserts = |t: &&Trigger| t.event.text.to_ascii_uppercase().contains("INSERT");
    let reads = |t: &&Trigger| mentions(&t.rest.text, column, Dialect::Sqlite);
    table.triggers.iter().filter(inserts).find(reads).map(|t| t.name.as_str())
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
        let names: Vec<&str> = shape.eased.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(" and ");
        out.push(match shape.eased.iter().any(|(_, how)| *how == Meanwhile::Null) {
            true => format!(
                "until the contract a trigger stands for NOT NULL on {names}: the error has its words, its code is \
                 SQLITE_CONSTRAINT_TRIGGER, and OR IGNORE does not pass it over"
            ),
            false => format!(
                "until the contract {names} has a default, bytes that no client writes and nobody finds: an INSERT that gives no value \
                 under either name is refused by a trigger, in the words of NOT NULL (SQLITE_CONSTRAINT_TRIGGER, which OR IGNORE does \
                 not pass over)"
            ),
        });
    }
    out.push(
        match shape.beside.is_empty() {
            true => {
                "INSERT and UPDATE .. RETURNING give the row as it was written, before the triggers: NULL where one of them puts \
                 a value in its place"
            }
            false => {
                "INSERT and UPDATE .. RETURNING give the row as it was written, before the triggers: of the other shape's columns \
                 they give what stood there, of a column with a default that is not named NULL under its new name"
            }
        }
        .to_owned(),
    );
    let fires = table.triggers.iter().filter(|t| t.event.text.to_ascii_uppercase().contains("UPDATE"));
    out.extend(fires.map(|t| {
        let twice = format!(
            "trigger {} of {name} fires once more for each write that ours complete, and for every row that the backfill fills",
            t.name
        );
        let eased = shape.eased.iter().any(|(column, _)| mentions(&t.rest.text, column, Dialect::Sqlite));
        if eased { format!("{twice}; of a row that a new version inserts it finds NULL in OLD") } else { twice }
    }));
    out
}
