//! Sequences that count in a narrower type again: one that has counted further is refused before anything changes.

use super::parts::{Parts, beside};
use super::{Coming, PG};
use crate::catalog::Catalog;
use crate::render::{Statement, clause};

/// What the columns can hold that the sequences count for.
fn most(canonical: &str) -> Option<&'static str> {
    match canonical {
        "smallint" => Some("32767"),
        "integer" => Some("2147483647"),
        _ => None,
    }
}

/// Asks each of them, where the way back makes it narrower.
pub fn asked(coming: &[Coming], then: &Catalog, statements: &[Statement], parts: &mut Parts) {
    for (name, sequence) in then.sequences.iter() {
        let narrower = format!("ALTER SEQUENCE {} AS {}", clause::name(name, PG), sequence.data_type);
        if statements.iter().any(|s| s.sql == narrower) {
            ask(&clause::name(name, PG), &sequence.data_type, parts);
        }
    }
    for one in coming.iter().filter(|c| c.column.identity.is_some()) {
        let counting = one.now.columns.iter().find(|c| c.name == one.column.name && c.identity.is_some());
        if let Some(sequence) = counting.and_then(|c| c.identity_sequence(&one.now.name)) {
            ask(&clause::name(&sequence, PG), &one.column.canonical, parts);
        }
    }
}

fn ask(sequence: &str, canonical: &str, parts: &mut Parts) {
    let Some(most) = most(canonical) else { return };
    let words = clause::literal(&format!("{sequence} has counted further than {canonical} goes"));
    parts.asked.push(beside(format!(
        "DO $unmigrate$ BEGIN\n  IF (SELECT last_value FROM {sequence}) > {most} THEN\n    \
         RAISE EXCEPTION USING ERRCODE = 'numeric_value_out_of_range', MESSAGE = {words};\n  END IF;\nEND $unmigrate$"
    )));
}
