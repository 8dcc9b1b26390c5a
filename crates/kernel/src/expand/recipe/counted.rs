//! A key that becomes a wider integer: the sequence that counts it goes over to the column beside it, and gets its range. That of
//! an identity column can't go over: the column beside it gets one of its own, which goes on where the other is.

use super::beside::Beside;
use crate::Dialect;
use crate::catalog::{Column, Constraint, Name, SEQUENCE_NAME, Sequence};
use crate::dialect::quote;
use crate::expand::Piece;
use crate::expand::rewrite::is_about;
use crate::names::truncate;
use crate::render::{clause, identity_clause, object};

const PG: Dialect = Dialect::Postgres;

/// Why a key can't have another beside it.
pub(super) fn obstacle(beside: &Beside) -> Option<String> {
    let (step, table, old) = (beside.step, beside.before, beside.was());
    let always = |c: &Column| c.identity.as_ref().map(|i| i.always);
    if always(old) != always(beside.is()) {
        return Some("it becomes an identity column, or is none any more, or another kind of one".into());
    }
    let defaults = |c: &Constraint| {
        let all = c.foreign_key().into_iter().flat_map(|k| [&k.on_delete, &k.on_update]);
        all.into_iter().any(|action| action.to_ascii_lowercase().starts_with("set default"))
    };
    let mut own = table.constraints.iter().filter(|c| is_about(c, &old.name, PG));
    if let Some(key) = own.find(|c| defaults(c)) {
        return Some(format!("{} sets a default, which the column beside it has none of until the contract", key.name));
    }
    let whole = |c: &Constraint| c.foreign_key().is_some_and(|k| k.table == table.name);
    let mut others = step.before.tables.iter().filter(|(_, t)| t.constraints.iter().any(whole));
    let parted = others.find(|(_, t)| t.partition_by.is_some() || t.partition_of.is_some());
    parted.map(|(name, _)| format!("{name} refers to it, and is partitioned: a foreign key of it can't be NOT VALID"))
}

/// Puts what the sequence needs into the contract, before the column that it belongs to goes.
pub(super) fn count_on(beside: &Beside, mut piece: Piece) -> Piece {
    if beside.was().identity.is_some() {
        return identity(beside, piece);
    }
    let (table, old) = (&beside.before.name, &beside.was().name);
    let owned = |s: &&Sequence| s.owner.as_ref().is_some_and(|(of, column)| of == table && column == old);
    let mut sequences = beside.step.before.sequences.iter().map(|(_, s)| s);
    let (Some(sequence), Some(at)) =
        (sequences.find(owned), piece.contract.iter().position(|s| s.contains(" DROP COLUMN ")))
    else {
        return piece;
    };
    let name = clause::name(&sequence.name, PG);
    let mut moves =
        vec![format!("ALTER SEQUENCE {name} OWNED BY {}.{}", clause::name(table, PG), quote(&piece.new, PG))];
    let range = if sequence.data_type.is_empty() { "bigint" } else { sequence.data_type.as_str() };
    if range != beside.is().canonical {
        moves.push(format!("ALTER SEQUENCE {name} AS {}", beside.is().canonical));
        piece.corners.push(format!(
            "{} counts as {range} until the contract, and as {} from then on; the way back is refused by the database once it has \
             counted further",
            sequence.name, beside.is().canonical
        ));
    }
    let place = object(table, old);
    piece.corners.push(format!("rows keep the value of {place} under both names: nothing is counted anew"));
    piece.contract.splice(at..at, moves);
    piece
}

/// An identity of its own for the new column, before the old one goes with its sequence; it gets that one's name in the end.
fn identity(beside: &Beside, mut piece: Piece) -> Piece {
    let (table, is) = (&beside.before.name, beside.is());
    let (Some(was), Some(last)) = (beside.was().identity_sequence(table), is.identity_sequence(table)) else {
        return piece;
    };
    let (Some(goes), Some(own)) =
        (piece.contract.iter().position(|s| s.contains(" DROP COLUMN ")), is.identity.clone())
    else {
        return piece;
    };
    let now = Name { name: truncate(PG, &format!("unmigrate_{}_{}_seq", table.name, is.name)), ..last.clone() };
    let (sequence, mut own) = (clause::name(&now, PG), own);
    own.options.insert(SEQUENCE_NAME, sequence.clone());
    let head = format!("ALTER TABLE {} ALTER COLUMN {}", clause::name(table, PG), quote(&piece.new, PG));
    piece.contract.splice(
        goes..goes,
        [
            format!("{head} ADD {}", identity_clause(&own)),
            format!(
                "SELECT setval({}, last_value, is_called) FROM {}",
                clause::literal(&sequence),
                clause::name(&was, PG)
            ),
        ],
    );
    let renamed = format!("ALTER SEQUENCE {sequence} RENAME TO {}", quote(&last.name, PG));
    let at = piece.contract.iter().rposition(|s| s.contains(" DROP COLUMN ")).map_or(piece.contract.len(), |at| at + 1);
    piece.contract.insert(at, renamed);
    piece.corners.push(format!(
        "{} counts as {} until the contract, and as {} from then on, where it is; the way back is refused by the database once it has \
         counted further",
        last.name,
        beside.was().canonical,
        is.canonical
    ));
    piece
}
