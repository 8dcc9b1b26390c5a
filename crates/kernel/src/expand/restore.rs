//! `-- unmigrate-restore users.display_name = <expression>`: how the values of a column that the file drops come back.
//!
//! A contract drops what can be computed from what stays. Only who wrote it knows how; the comment carries that to
//! whatever writes the way back, on every machine and with every version.

use crate::Dialect;
use crate::catalog::{Name, Table};
use crate::dialect::{Quotes, quote};
use crate::lex::{Kind, lex};
use crate::reader::Reader;
use crate::render::{Statement, clause, object};
use crate::rollback::{Note, NoteKind};

const WORD: &str = "unmigrate-restore";

/// A column and what its values are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// Its table.
    pub table: Name,
    /// The column.
    pub column: String,
    /// Over the table as it is before the migration.
    pub expression: String,
}

impl Restore {
    /// The comment that says it. None where the expression does not stand on one line.
    pub fn comment(&self, dialect: Dialect) -> Option<String> {
        let line = !self.expression.contains(['\n', '\r']);
        let (table, column) = (clause::name(&self.table, dialect), quote(&self.column, dialect));
        line.then(|| format!("-- {WORD} {table}.{column} = {}", self.expression))
    }
}

/// What the comments of a file say.
pub fn restores(text: &str, dialect: Dialect) -> Vec<Restore> {
    if !text.contains(WORD) {
        return vec![];
    }
    let comments = lex(text, 0, dialect).into_iter().filter(|t| t.kind == Kind::Comment);
    comments.filter_map(|c| read(&text[c.start..c.end], dialect)).collect()
}

fn read(comment: &str, dialect: Dialect) -> Option<Restore> {
    let rest = comment.strip_prefix("--")?.trim_start().strip_prefix(WORD)?.strip_prefix(' ')?;
    let (place, expression) = rest.split_once(" = ")?;
    let tokens = lex(place, 0, dialect);
    // The column is the last of the two or three names.
    let dot = tokens.iter().rposition(|t| t.kind == Kind::Punct(b'.'))?;
    let table = Reader::new(place, &tokens[..dot], dialect).name()?;
    let column = Reader::new(place, &tokens[dot + 1..], dialect).name()?.name;
    Some(Restore { table, column, expression: expression.trim().to_owned() })
}

/// Puts the filling of a column behind the statement that brings it back; nothing is gone then.
///
/// What fires on every UPDATE stays out of it (PostgreSQL), and a time that MySQL sets on every UPDATE stays as it is.
/// MySQL has no transaction around it: there the triggers come first, and what was written before they were there counts.
pub fn fill(
    restores: &[Restore],
    tables: &dyn Fn(&Name) -> Option<Table>,
    statements: &mut Vec<Statement>,
    notes: &mut Vec<Note>,
    quotes: Quotes,
) -> bool {
    let mut filled = false;
    for restore in restores {
        let place = object(&restore.table, &restore.column);
        let adds = |s: &Statement| s.objects.contains(&place) && s.sql.contains("ADD COLUMN");
        let (Some(at), Some(table)) = (statements.iter().position(adds), tables(&restore.table)) else { continue };
        let own = format!(" ON {} ", clause::name(&restore.table, quotes));
        let triggers = statements.iter().rposition(|s| s.sql.starts_with("CREATE TRIGGER") && s.sql.contains(&own));
        let (at, new) = match quotes.dialect {
            Dialect::Mysql => (triggers.map_or(at, |last| last.max(at)), beside(restore, &table, quotes)),
            _ => (at, around(restore, &table, quotes)),
        };
        let new: Vec<Statement> = new.into_iter().map(|s| Statement::new(s, "")).collect();
        statements.splice(at + 1..at + 1, new);
        notes.retain(|n| n.kind != NoteKind::Gone || n.object != place);
        filled = true;
    }
    filled
}

fn update(table: &Table, column: &str, value: &str, quotes: Quotes) -> String {
    let mut set = vec![format!("{column} = {value}")];
    set.extend(table.columns.iter().filter(|c| c.on_update.is_some()).map(|c| {
        let name = quote(&c.name, quotes);
        format!("{name} = {name}")
    }));
    format!("UPDATE {} SET {}", clause::name(&table.name, quotes), set.join(", "))
}

fn around(restore: &Restore, table: &Table, quotes: Quotes) -> Vec<String> {
    let own = clause::name(&table.name, quotes);
    let update = update(table, &quote(&restore.column, quotes), &restore.expression, quotes);
    let fires = |t: &&crate::catalog::Trigger| t.state == 'O' && t.event.text.to_ascii_uppercase().contains("UPDATE");
    let named: Vec<String> = match quotes.dialect.is_postgres() {
        true => table.triggers.iter().filter(fires).map(|t| quote(&t.name, quotes)).collect(),
        false => vec![],
    };
    let all = |word: &str| named.iter().map(|n| format!("ALTER TABLE {own} {word} TRIGGER {n}")).collect::<Vec<_>>();
    [all("DISABLE"), vec![update], all("ENABLE")].concat()
}

/// While others write: rows that hold something were written since the column is there again, and the other column takes
/// that over; the rest is filled.
fn beside(restore: &Restore, table: &Table, quotes: Quotes) -> Vec<String> {
    let (column, value) = (quote(&restore.column, quotes), &restore.expression);
    let fill = format!("{} WHERE {column} IS NULL", update(table, &column, value, quotes));
    let tokens = lex(value, 0, quotes.dialect);
    if tokens.len() != 1 || tokens[0].kind != Kind::Quoted {
        return vec![fill];
    }
    let same = crate::expand::sync::mysql::same(&column, value);
    let late = format!("{} WHERE {column} IS NOT NULL AND NOT ({same})", update(table, value, &column, quotes));
    vec![late, fill]
}
