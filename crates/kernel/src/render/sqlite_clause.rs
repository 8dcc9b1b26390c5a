//! The clauses of SQLite's CREATE TABLE, CREATE VIEW and CREATE TRIGGER.

use super::clause;
use crate::catalog::{Column, Constraint, ConstraintKind, Name, Table, Trigger, View};
use crate::dialect::{Quotes, quote};

/// CREATE TABLE under a name of its own; none where the table was made from a query whose columns are not known.
pub fn create_table(table: &Table, name: &Name, quotes: Quotes) -> Option<String> {
    let own = clause::name(name, quotes);
    if table.persistence == "VIRTUAL" {
        return Some(format!("CREATE VIRTUAL TABLE {own} {}", table.options.text));
    }
    if table.columns.is_empty() || of_query(table) {
        return None;
    }
    let columns: Vec<String> = table.columns.iter().map(|c| column(table, c, quotes)).collect();
    let apart = table.constraints.iter().filter(|c| !stands_inline(table, c));
    let constraints: Vec<String> = apart.map(|c| clause::constraint(c, quotes)).collect();
    let mut sql = format!("CREATE TABLE {own} (\n{}\n)", clause::elements(&columns, &constraints));
    if !table.options.is_empty() {
        sql.push(' ');
        sql.push_str(&table.options.text);
    }
    Some(sql)
}

/// Was it made from a query whose columns are not known?
pub fn of_query(table: &Table) -> bool {
    let words = table.options.text.split_whitespace().next().unwrap_or_default();
    words.eq_ignore_ascii_case("as")
}

/// A column with the constraints that stand in it, as CREATE TABLE and ADD COLUMN write it.
pub fn column(table: &Table, column: &Column, quotes: Quotes) -> String {
    let mut out = quote(&column.name, quotes);
    let mut push = |text: &str| {
        if !text.is_empty() {
            out.push(' ');
            out.push_str(text);
        }
    };
    push(&column.data_type);
    let inline: Vec<&Constraint> =
        table.constraints.iter().filter(|c| stands_inline(table, c) && owner(table, c) == Some(&column.name)).collect();
    if column.not_null {
        push("NOT NULL");
        column.settings.iter().for_each(|(key, value)| push(&format!("{key} {value}")));
    }
    let (keys, others): (Vec<&Constraint>, Vec<&Constraint>) =
        inline.into_iter().partition(|c| matches!(c.kind, ConstraintKind::PrimaryKey { .. }));
    for key in keys {
        push(&inline_constraint(key, quotes));
        if column.auto_increment {
            push("AUTOINCREMENT");
        }
    }
    push(&clause::default(column).unwrap_or_default());
    if let Some(collation) = &column.collation {
        push(&format!("COLLATE {collation}"));
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored { "STORED" } else { "VIRTUAL" };
        push(&format!("GENERATED ALWAYS AS ({}) {kind}", generated.expression.text));
    }
    others.into_iter().for_each(|c| push(&inline_constraint(c, quotes)));
    out
}

/// Is it written inside a column? Those that were, and a primary key of one column: AUTOINCREMENT stands only there.
/// (`PRIMARY KEY (a DESC)` stays apart: inside the column it would be no rowid; lang_createtable.html, section 5.)
pub fn stands_inline(table: &Table, constraint: &Constraint) -> bool {
    let single = constraint.columns().len() == 1;
    let plain_key = match &constraint.kind {
        ConstraintKind::PrimaryKey { parts, .. } => single && parts.iter().all(|p| p.suffix.is_empty()),
        _ => false,
    };
    (constraint.stands_in.0 != 0 || plain_key) && owner(table, constraint).is_some()
}

/// The column that a constraint belongs to where it stands inside one.
fn owner<'t>(table: &'t Table, constraint: &Constraint) -> Option<&'t String> {
    if let Some(column) = table.column_of(constraint.stands_in).filter(|c| c.lineage.0 != 0) {
        return Some(&column.name);
    }
    match constraint.columns()[..] {
        [only] => table.column(only).map(|c| &c.name),
        _ => None,
    }
}

fn inline_constraint(constraint: &Constraint, quotes: Quotes) -> String {
    let named = |text: String| match constraint.name.as_str() {
        "" => text,
        name => format!("CONSTRAINT {} {text}", quote(name, quotes)),
    };
    let mut text = match &constraint.kind {
        ConstraintKind::PrimaryKey { parts, .. } => {
            let order = parts.first().map(|p| p.suffix.text.as_str()).unwrap_or_default();
            format!("PRIMARY KEY {order}").trim_end().to_string()
        }
        ConstraintKind::Unique { .. } => "UNIQUE".to_string(),
        ConstraintKind::ForeignKey(key) => clause::references(key, quotes),
        ConstraintKind::Check(sql) => format!("CHECK ({})", sql.text),
        ConstraintKind::Exclude(_) => String::new(),
    };
    for clause in [constraint.tail.text.as_str(), constraint.deferrable] {
        if !clause.is_empty() {
            text.push(' ');
            text.push_str(clause);
        }
    }
    named(text)
}

/// CREATE VIEW.
pub fn create_view(view: &View, quotes: Quotes) -> String {
    let options = if view.options.is_empty() { String::new() } else { format!(" {}", view.options.text) };
    format!("CREATE VIEW {}{options} AS\n{}", clause::name(&view.name, quotes), view.query.text)
}

/// CREATE TRIGGER.
pub fn create_trigger(table: &Name, trigger: &Trigger, quotes: Quotes) -> String {
    let event = if trigger.event.is_empty() { String::new() } else { format!(" {}", trigger.event.text) };
    format!(
        "CREATE TRIGGER {}{event} ON {} {}",
        quote(&trigger.name, quotes),
        clause::name(table, quotes),
        trigger.rest.text
    )
}
