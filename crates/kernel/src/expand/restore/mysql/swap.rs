//! A column that comes back under the name that another one has now, which gets another name: the old type beside the new one, the
//! name of old beside the new.
//!
//! If the one that is there got its last name first, the name would stand for an empty column until that is filled, and for none
//! that could be left out until the triggers are there. So the one that comes is made under the *other's* last name: it is
//! filled while everybody goes on with the one that is there, and then both change names in one statement. The triggers name both,
//! and mean the same before that statement and after it.

use super::{last_trigger, update};
use crate::catalog::{Column, Name, Table};
use crate::dialect::{Quotes, quote};
use crate::expand::restore::{Restore, Restores, added_at};
use crate::expand::sync::convert::mysql::FILLING;
use crate::expand::sync::mysql::same;
use crate::lex::{Kind, lex};
use crate::render::{Statement, clause, mysql_column};

/// Does so where a column is such a one, and is a plain copy of the other. Gives whether it was.
pub fn swap(
    restore: &Restore,
    all: &[Restore],
    now: &Table,
    then: &dyn Fn(&Name) -> Option<Table>,
    statements: &mut Vec<Statement>,
    quotes: Quotes,
) -> bool {
    let Some(later) = then(&restore.table) else { return false };
    let Some((comes, stays)) = pair(restore, now, &later, quotes) else { return false };
    let add = format!("ADD COLUMN {}", mysql_column(comes));
    let (Some(at), Some(triggers)) = (added_at(restore, statements), last_trigger(&restore.table, statements, quotes))
    else {
        return false;
    };
    if triggers < at || !statements[at].sql.contains(&add) {
        return false;
    }
    let (own, meanwhile) = (clause::name(&restore.table, quotes), quote(&stays.name, quotes));
    let eased = Column { name: stays.name.clone(), not_null: false, default: None, comment: None, ..comes.clone() };
    let made = Statement::new(format!("ALTER TABLE {own} ADD COLUMN {}", mysql_column(&eased)), "");
    let mut change = std::mem::replace(&mut statements[at], made);
    change.sql = change.sql.replacen(&add, &format!("CHANGE COLUMN {meanwhile} {}", mysql_column(comes)), 1);
    let mut rest = filled(restore, all, now, &meanwhile, quotes);
    rest.push(change);
    statements.splice(triggers + 1..triggers + 1, rest);
    true
}

/// The column that comes, and the one whose name it takes, both as they are then.
fn pair<'t>(restore: &Restore, now: &Table, then: &'t Table, quotes: Quotes) -> Option<(&'t Column, &'t Column)> {
    let value = &restore.expression;
    let tokens = lex(value, 0, quotes.dialect);
    let [token] = tokens.as_slice() else { return None };
    let is = |c: &&Column| match token.kind {
        Kind::Quoted => quote(&c.name, quotes) == *value,
        Kind::Word => c.name.eq_ignore_ascii_case(value),
        _ => false,
    };
    let stays = then.columns.iter().find(is)?;
    let comes = then.column(&restore.column)?;
    let plain = !comes.auto_increment && comes.generated.is_none() && comes.on_update.is_none();
    let taken = now.column(&comes.name)?.lineage.0 == stays.lineage.0 && now.column(&stays.name).is_none();
    (plain && taken).then_some((comes, stays))
}

/// Fills it from the one that has the name now.
fn filled(restore: &Restore, all: &[Restore], now: &Table, meanwhile: &str, quotes: Quotes) -> Vec<Statement> {
    let there = quote(&restore.column, quotes);
    let fill = format!("{} WHERE NOT ({})", update(now, meanwhile, &there, quotes), same(meanwhile, &there));
    let computed = all.iter().any(|r| r.kind == Restores::Filled && r.table == restore.table);
    let out = match computed {
        true => vec![format!("SET {FILLING} = 1"), fill, format!("SET {FILLING} = NULL")],
        false => vec![fill],
    };
    out.into_iter().map(|sql| Statement::new(sql, "")).collect()
}
