//! What several rules ask.

use super::Fix;
use super::repair::{self, Repair};
use super::step::{Statement, Step};
use crate::catalog::{Column, Constraint, Name};
use crate::change::{Change, Pair};
use crate::dialect::quote_needed;
use crate::lex::{Kind, lex};
use std::ops::Range;

/// Constraints that come into being, in statements of any kind but those that make their table.
pub fn added<'s>(step: &'s Step) -> impl Iterator<Item = (&'s Statement, &'s Name, &'s Constraint)> {
    step.changes().filter_map(|(s, c)| match &c.change {
        Change::Constraint { table, pair: Pair { before: None, after: Some(constraint) } } => {
            Some((s, table, constraint.as_ref()))
        }
        _ => None,
    })
}

/// How a constraint is added in two steps.
pub fn not_valid(step: &Step, table: &Name, constraint: &str) -> String {
    let table = quote_needed(table);
    let name = quote_needed(&Name::plain(constraint));
    format!("add it NOT VALID here, and {}: ALTER TABLE {table} VALIDATE CONSTRAINT {name}", step.runner.later())
}

/// NOT VALID at the end of the action that adds a constraint.
pub fn add_not_valid(step: &Step, statement: &Statement, action: Range<usize>) -> Option<Fix> {
    let adds = step.begins(statement, "ALTER TABLE") && step.has_word(statement, "CONSTRAINT");
    let title = "add it NOT VALID; VALIDATE CONSTRAINT it later".to_owned();
    adds.then(|| Fix { title, span: action.end..action.end, text: " NOT VALID".into() })
}

/// NOT VALID, and VALIDATE CONSTRAINT where the runner has another transaction for it.
pub fn add_and_validate(
    step: &Step,
    statement: &Statement,
    table: &Name,
    constraint: &Constraint,
    action: Range<usize>,
) -> Option<Repair> {
    let key = constraint.foreign_key().is_some();
    let partitioned = key && step.table_at(statement, table).is_some_and(|t| t.partition_by.is_some());
    let named = !partitioned && repair::is_named(step, statement);
    if named { repair::validated(step, statement, table, &constraint.name, action) } else { None }
}

/// Functions that give one value for a whole statement, or always the same.
const STEADY: &[&str] = &[
    "now",
    "transaction_timestamp",
    "statement_timestamp",
    "current_timestamp",
    "localtimestamp",
    "current_date",
    "current_time",
    "localtime",
    "date_trunc",
    "to_timestamp",
    "timezone",
    "lower",
    "upper",
    "concat",
    "concat_ws",
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "jsonb_build_object",
    "jsonb_build_array",
    "json_build_object",
    "json_build_array",
    "to_jsonb",
    "to_json",
    "current_setting",
    "length",
    "char_length",
    "abs",
    "round",
    "floor",
    "ceil",
    "md5",
    "decode",
    "encode",
    "make_interval",
    "make_date",
    "uuid_nil",
    "cast",
    "extract",
    "date_part",
    "trim",
    "ltrim",
    "rtrim",
    "btrim",
    "substring",
    "substr",
    "replace",
    "left",
    "right",
    "array",
    "row",
    "interval",
    "varchar",
    "char",
    "character",
    "numeric",
    "decimal",
    "timestamp",
    "timestamptz",
    "time",
    "bit",
    "vector",
    "to_tsvector",
    "to_char",
    "array_fill",
    "string_to_array",
    "repeat",
    "lpad",
    "rpad",
    "current_user",
    "session_user",
    "int4range",
    "tstzrange",
    "daterange",
    "st_makepoint",
    "st_setsrid",
    "point",
    "age",
    "justify_days",
    "format",
    "exp",
    "power",
    "mod",
];

/// Does an expression of PostgreSQL's give another value in each row? Functions of the history's own are volatile unless
/// they say otherwise, as the server takes them.
pub fn volatile(step: &Step, expression: &str) -> bool {
    let tokens = lex(expression, 0, step.dialect);
    tokens.windows(2).filter(|pair| pair[1].kind == Kind::Punct(b'(')).any(|pair| {
        let name = match pair[0].kind {
            Kind::Word => expression[pair[0].start..pair[0].end].to_ascii_lowercase(),
            Kind::Quoted => expression[pair[0].start..pair[0].end].trim_matches('"').to_owned(),
            _ => return false,
        };
        if STEADY.contains(&name.as_str()) {
            return false;
        }
        let own = step.before.routines.iter().find(|((n, _), _)| n.name == name);
        own.is_none_or(|(_, routine)| {
            let words = routine.rest.text.to_ascii_uppercase();
            !(words.contains("IMMUTABLE") || words.contains("STABLE"))
        })
    })
}

/// `serial`: a sequence comes into being with a column of this statement.
pub fn is_serial(statement: &Statement, table: &Name, column: &str) -> bool {
    statement.changes.iter().any(|c| match &c.change {
        Change::Sequence(Pair { before: None, after: Some(sequence) }) => {
            sequence.owner.as_ref().is_some_and(|(t, c)| t == table && c == column)
        }
        _ => false,
    })
}

/// The tables whose foreign keys refer to a table, with what follows them there.
pub fn referring(step: &Step, table: &Name) -> Vec<String> {
    let mut found: Vec<Name> = vec![table.clone()];
    let mut at = 0;
    while at < found.len() {
        for (name, other) in step.before.tables.iter() {
            let refers = other.constraints.iter().filter_map(|c| c.foreign_key()).any(|k| k.table == found[at]);
            if refers && !found.contains(name) {
                found.push(name.clone());
            }
        }
        at += 1;
    }
    found[1..].iter().map(Name::to_string).collect()
}

/// `a`, `b` and 3 more.
pub fn listed(names: &[String]) -> String {
    let first = names.iter().take(4).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    if names.len() > 4 { format!("{first} and {} more", names.len() - 4) } else { first }
}

/// Every column that comes into being, alone or with its table.
pub fn new_columns(step: &Step, mut each: impl FnMut(&Statement, &Name, &Column)) {
    for (statement, lowered) in step.changes() {
        match &lowered.change {
            Change::Column { table, pair: Pair { before: None, after: Some(column) }, .. } => {
                each(statement, table, column)
            }
            Change::Table(Pair { before: None, after: Some(table) }) => {
                table.columns.iter().for_each(|column| each(statement, &table.name, column));
            }
            _ => {}
        }
    }
}
