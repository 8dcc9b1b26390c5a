//! `-- unmigrate-restore users.display_name = <expression>`: how the values of a column that the file drops come back.
//!
//! A contract drops what can be computed from what stays. Only who wrote it knows how; the comment carries that to
//! whatever writes the way back, on every machine and with every version. `unmigrate-recompute` says the same of values
//! that come back as the expression makes them, which need not be what they were; `unmigrate-filled` what a column that
//! stays holds when the file runs. `-- unmigrate-restore users.bio from profiles = ..` names the table that the values stand in,
//! where that is another one.

mod identity;
mod mysql;
mod postgres;

use crate::Dialect;
use crate::catalog::{Catalog, Column, Name, Table};
use crate::dialect::{Quotes, quote};
use crate::expand::sync::convert::mysql::FILLING;
use crate::expand::sync::mysql::stays;
use crate::lex::{Kind, lex};
use crate::reader::Reader;
use crate::render::{Filled, Statement, clause, object};
use crate::rollback::{Note, NoteKind};

/// What a comment says of the expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restores {
    /// It gives back every value of a column that goes.
    Exactly,
    /// It gives the column that goes a value, not always the one that was there.
    Nearly,
    /// It is what a column that stays holds before the file runs.
    Filled,
}

impl Restores {
    const ALL: [Restores; 3] = [Restores::Exactly, Restores::Nearly, Restores::Filled];

    fn word(self) -> &'static str {
        match self {
            Restores::Exactly => "unmigrate-restore",
            Restores::Nearly => "unmigrate-recompute",
            Restores::Filled => "unmigrate-filled",
        }
    }
}

const FROM: &str = " from ";

/// A column and what its values are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// What is said of it.
    pub kind: Restores,
    /// Its table.
    pub table: Name,
    /// The column.
    pub column: String,
    /// Another table that the values stand in.
    pub from: Option<Name>,
    /// Over the table as it is before the migration.
    pub expression: String,
}

impl Restore {
    /// The comment that says it. None where the expression does not stand on one line.
    pub fn comment(&self, dialect: Dialect) -> Option<String> {
        let line = !self.expression.contains(['\n', '\r']);
        let (table, column) = (clause::name(&self.table, dialect), quote(&self.column, dialect));
        let from = self.from.as_ref().map(|from| format!("{FROM}{}", clause::name(from, dialect))).unwrap_or_default();
        line.then(|| format!("-- {} {table}.{column}{from} = {}", self.kind.word(), self.expression))
    }
}

/// What the comments of a file say.
pub fn restores(text: &str, dialect: Dialect) -> Vec<Restore> {
    if !text.contains("unmigrate-") {
        return vec![];
    }
    let comments = lex(text, 0, dialect).into_iter().filter(|t| t.kind == Kind::Comment);
    comments.filter_map(|c| read(&text[c.start..c.end], dialect)).collect()
}

/// Statements that make true what the comments of a file suppose of the rows that it meets.
pub fn supposed(text: &str, dialect: Dialect) -> Vec<String> {
    // What comes back only nearly is whatever it was.
    let all: Vec<Restore> = restores(text, dialect).into_iter().filter(|r| r.kind != Restores::Nearly).collect();
    let one = |r: &Restore| {
        let (table, column) = (clause::name(&r.table, dialect), quote(&r.column, dialect));
        format!("UPDATE {table} SET {column} = {}", r.expression)
    };
    let mut out: Vec<String> = all.iter().map(one).collect();
    if let Some([begin, end]) = silently(text, dialect) {
        out.insert(0, begin);
        out.push(end);
    }
    out
}

/// MySQL, where the values stand in another table: statements between which the triggers that write there write nothing. They
/// could not write to a table that a statement also reads.
pub fn silently(text: &str, dialect: Dialect) -> Option<[String; 2]> {
    let across = dialect == Dialect::Mysql && restores(text, dialect).iter().any(|r| r.from.is_some());
    across.then(|| [format!("SET {FILLING} = 1"), format!("SET {FILLING} = NULL")])
}

fn read(comment: &str, dialect: Dialect) -> Option<Restore> {
    let said = comment.strip_prefix("--")?.trim_start();
    let of = |kind: Restores| Some((kind, said.strip_prefix(kind.word())?.strip_prefix(' ')?));
    let (kind, rest) = Restores::ALL.into_iter().find_map(of)?;
    let (place, expression) = rest.split_once(" = ")?;
    let (place, from) = match place.split_once(FROM) {
        Some((place, from)) => (place, Some(from)),
        None => (place, None),
    };
    let from = match from.map(|from| (from, lex(from, 0, dialect))) {
        Some((from, tokens)) => Some(Reader::new(from, &tokens, dialect).name()?),
        None => None,
    };
    let tokens = lex(place, 0, dialect);
    // The column is the last of the two or three names.
    let dot = tokens.iter().rposition(|t| t.kind == Kind::Punct(b'.'))?;
    let table = Reader::new(place, &tokens[..dot], dialect).name()?;
    let column = Reader::new(place, &tokens[dot + 1..], dialect).name()?.name;
    Some(Restore { kind, table, column, from, expression: expression.trim().to_owned() })
}

/// What the columns hold that come back, for a renderer that makes their tables anew.
pub fn filled(restores: &[Restore]) -> Vec<Filled> {
    let back = restores.iter().filter(|r| r.kind != Restores::Filled);
    back.map(|r| Filled { table: r.table.clone(), column: r.column.clone(), expression: r.expression.clone() })
        .collect()
}

/// Puts the filling of columns behind the statements that bring them back; true where nothing is gone then. `now` is what there
/// is when the way back begins, `then` what there is at its end, `begins` what a transaction of it begins with.
///
/// What fires on every UPDATE stays out of it (PostgreSQL), and a time that MySQL sets on every UPDATE stays as it is.
/// MySQL has no transaction around it: there the triggers come first, and what was written before they were there counts.
pub fn fill(
    restores: &[Restore],
    (now, then): (&Catalog, &Catalog),
    begins: &[Statement],
    statements: &mut Vec<Statement>,
    notes: &mut Vec<Note>,
) -> bool {
    let quotes = now.quotes;
    let mut filled = false;
    let mut found: Vec<(&Restore, Table)> = Vec::new();
    for restore in restores.iter().filter(|r| r.kind != Restores::Filled) {
        if quotes.dialect == Dialect::Sqlite && made_anew(restore, statements) {
            let about = |n: &Note| n.object == place(restore);
            let goes = |n: &Note| match n.kind {
                NoteKind::Gone => restore.kind == Restores::Exactly,
                NoteKind::MayRefuse => n.detail.starts_with("NOT NULL"),
                _ => false,
            };
            notes.retain(|n| !about(n) || !goes(n));
            filled |= restore.kind == Restores::Exactly;
            continue;
        }
        let (Some(_), Some(table)) = (added_at(restore, statements), now.table(&restore.table)) else { continue };
        found.push((restore, table.clone()));
        if restore.kind == Restores::Exactly {
            notes.retain(|n| n.kind != NoteKind::Gone || n.object != place(restore));
            filled = true;
        }
    }
    if quotes.dialect == Dialect::Mysql {
        let then = |name: &Name| then.table(name).cloned();
        mysql::fill(&found, restores, &then, statements, quotes);
    } else if quotes.dialect == Dialect::Postgres && postgres::apart(&found, (now, then), begins, statements, notes) {
        return filled;
    } else {
        together(&found, then, statements, notes, quotes);
    }
    statements.splice(0..0, begins.iter().cloned());
    filled
}

fn place(restore: &Restore) -> String {
    object(&restore.table, &restore.column)
}

/// In one transaction with all else.
fn together(
    found: &[(&Restore, Table)],
    then: &Catalog,
    statements: &mut Vec<Statement>,
    notes: &mut Vec<Note>,
    quotes: Quotes,
) {
    for (restore, table) in found {
        let Some(at) = added_at(restore, statements) else { continue };
        let mut new: Vec<Statement> =
            around(restore, table, quotes).into_iter().map(|s| Statement::new(s, "")).collect();
        let back = then.table(&restore.table);
        let column = back.and_then(|t| t.column(&restore.column));
        let counted = back.and_then(|back| identity::later(&statements[at].sql, restore, table, back));
        if let Some(counted) = counted {
            statements[at].sql = counted.add;
            let filled = at + new.len();
            statements.splice(at + 1..at + 1, new);
            // Two sequences would have one name until the other is gone.
            let gone = statements.iter().rposition(|s| s.sql.starts_with(&counted.gone)).unwrap_or_default();
            let after = counted.after.into_iter().map(|s| Statement::new(s, ""));
            let at = filled.max(gone) + 1;
            statements.splice(at..at, after);
            statements.insert(0, Statement::new(counted.first, ""));
            continue;
        }
        if let Some((eased, default)) = column.and_then(|c| counted_later(&statements[at].sql, c)) {
            statements[at].sql = eased;
            let (own, column) = (clause::name(&restore.table, quotes), quote(&restore.column, quotes));
            new.push(Statement::new(format!("ALTER TABLE {own} ALTER COLUMN {column} SET {default}"), ""));
        }
        if let Some(eased) = required_later(&statements[at].sql).filter(|_| quotes.dialect.is_postgres()) {
            statements[at].sql = eased;
            let own = clause::name(&restore.table, quotes);
            let column = quote(&restore.column, quotes);
            new.push(Statement::new(format!("ALTER TABLE {own} ALTER COLUMN {column} SET NOT NULL"), ""));
            let refused = |n: &Note| n.kind == NoteKind::MayRefuse && n.object == place(restore);
            notes.retain(|n| !refused(n) || !n.detail.starts_with("NOT NULL"));
        }
        statements.splice(at + 1..at + 1, new);
    }
}

/// Where a column comes back.
fn added_at(restore: &Restore, statements: &[Statement]) -> Option<usize> {
    let place = object(&restore.table, &restore.column);
    statements.iter().position(|s| s.objects.contains(&place) && s.sql.contains("ADD COLUMN"))
}

/// SQLite: its table is made anew, and the copy fills the column.
fn made_anew(restore: &Restore, statements: &[Statement]) -> bool {
    let place = object(&restore.table, &restore.column);
    let computes = |s: &Statement| s.sql.starts_with("INSERT INTO ") && s.sql.contains(&restore.expression);
    let of = |s: &Statement| s.objects.first().is_some_and(|o| *o == restore.table.to_string());
    let made = statements.iter().any(|s| s.sql.starts_with("CREATE TABLE ") && s.objects.contains(&place));
    made && statements.iter().any(|s| of(s) && computes(s))
}

/// The column as it is added where a sequence counts it: else every row would draw a number that it does not keep.
fn counted_later(add: &str, column: &Column) -> Option<(String, String)> {
    let default = clause::default(column).filter(|d| d.to_ascii_lowercase().contains("nextval"))?;
    let drawn = format!(" {default}");
    add.contains(&drawn).then(|| (add.replacen(&drawn, "", 1), default))
}

/// The column as it is added while its rows hold nothing yet: it can't be NOT NULL without a default.
fn required_later(add: &str) -> Option<String> {
    add.strip_suffix(" NOT NULL").map(str::to_owned)
}

fn update(table: &Table, column: &str, value: &str, quotes: Quotes) -> String {
    let mut set = vec![format!("{column} = {value}")];
    set.extend(stays(table, quotes));
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
