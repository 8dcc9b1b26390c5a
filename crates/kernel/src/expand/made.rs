//! `-- unmigrate-made users.fk`: a constraint that `backfill` makes on what the file adds. Its way back drops it first: other
//! tables may hold it, and no file says that it is there.

use crate::Dialect;
use crate::catalog::Name;
use crate::dialect::quote;
use crate::lex::{Kind, lex};
use crate::reader::Reader;
use crate::render::{Statement, clause};

const WORD: &str = "-- unmigrate-made ";
const PG: Dialect = Dialect::Postgres;

/// The comment that says it.
pub(crate) fn comment(table: &Name, constraint: &str) -> String {
    format!("{WORD}{}.{}", clause::name(table, PG), quote(constraint, PG))
}

/// What drops whatever the comments of a file name, in the order in which it was made, turned.
pub(crate) fn drops(text: &str, dialect: Dialect) -> Vec<Statement> {
    if dialect != PG || !text.contains(WORD) {
        return vec![];
    }
    let comments = lex(text, 0, dialect).into_iter().filter(|t| t.kind == Kind::Comment);
    let mut out: Vec<Statement> = comments.filter_map(|c| read(&text[c.start..c.end])).collect();
    out.reverse();
    out
}

fn read(comment: &str) -> Option<Statement> {
    let place = comment.strip_prefix(WORD)?.trim_end();
    let tokens = lex(place, 0, PG);
    let dot = tokens.iter().rposition(|t| t.kind == Kind::Punct(b'.'))?;
    let table = Reader::new(place, &tokens[..dot], PG).name()?;
    let constraint = Reader::new(place, &tokens[dot + 1..], PG).name()?.name;
    let sql = format!("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}", clause::name(&table, PG), quote(&constraint, PG));
    Some(Statement::new(sql, table.to_string()))
}
