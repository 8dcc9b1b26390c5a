//! `-- unmigrate-rows profiles from users = (user_id, bio) SELECT ..`: how rows of a table that the file drops come back, as far as
//! another table holds what they held.
//!
//! They come without what did not move: the way back is lossy, and says so of the table.

use crate::Dialect;
use crate::catalog::{ConstraintKind, Name, Table};
use crate::lex::{Kind, lex};
use crate::reader::Reader;
use crate::render::{Statement, clause};
use crate::rollback::{Note, NoteKind};

const WORD: &str = "-- unmigrate-rows ";
const FROM: &str = " from ";

/// A table that goes, and what makes its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rows {
    /// The table.
    pub table: Name,
    /// The one that holds what they held.
    pub from: Name,
    /// What stands behind the table in INSERT INTO.
    pub insert: String,
}

impl Rows {
    /// The comment that says it. None where the statement does not stand on one line.
    pub fn comment(&self, dialect: Dialect) -> Option<String> {
        let line = !self.insert.contains(['\n', '\r']);
        let (table, from) = (clause::name(&self.table, dialect), clause::name(&self.from, dialect));
        line.then(|| format!("{WORD}{table}{FROM}{from} = {}", self.insert))
    }
}

/// Puts the making of rows behind the statement that brings their table back: before its keys, and before the triggers that
/// would write them over there.
pub(crate) fn bring(
    text: &str,
    dialect: Dialect,
    then: &dyn Fn(&Name) -> Option<Table>,
    statements: &mut Vec<Statement>,
    notes: &mut Vec<Note>,
) {
    if !text.contains(WORD) {
        return;
    }
    let comments = lex(text, 0, dialect).into_iter().filter(|t| t.kind == Kind::Comment);
    for rows in comments.filter_map(|c| read(&text[c.start..c.end], dialect)) {
        let own = clause::name(&rows.table, dialect);
        let head = format!("CREATE TABLE {own} (");
        let Some(at) = statements.iter().position(|s| s.sql.starts_with(&head)) else { continue };
        let sql = format!("INSERT INTO {own} {}", rows.insert);
        statements.insert(at + 1, Statement::new(sql, rows.table.to_string()));
        let about = |n: &&mut Note| n.kind == NoteKind::Gone && n.object == rows.table.to_string();
        let Some(gone) = notes.iter_mut().find(about) else { continue };
        gone.detail = format!(
            "the migration dropped the table; a row comes back for each of {} that holds what moved there, without what did not move",
            rows.from
        );
        let line = gone.line;
        if then(&rows.table).is_some_and(|table| demands(&table)) {
            notes.push(Note {
                kind: NoteKind::MayRefuse,
                object: rows.table.to_string(),
                detail: format!("a check or a unique key of it may refuse what was written to {} since", rows.from),
                line,
                question: None,
            });
        }
    }
}

/// Does a table demand more of its rows than keys of its own?
fn demands(table: &Table) -> bool {
    let alone = |columns: &[&str]| {
        table.constraints.iter().any(|c| c.foreign_key().is_some_and(|k| k.columns.iter().eq(columns.iter())))
    };
    let constraint = table.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => true,
        ConstraintKind::Unique { .. } => !alone(&c.columns()),
        ConstraintKind::PrimaryKey { .. } | ConstraintKind::ForeignKey(_) => false,
    });
    let index = table.indexes.iter().filter(|i| i.unique).any(|i| {
        let columns: Vec<&str> = i.parts.iter().filter_map(|p| p.column.as_deref()).collect();
        columns.len() != i.parts.len() || !alone(&columns)
    });
    constraint || index
}

fn read(comment: &str, dialect: Dialect) -> Option<Rows> {
    let (place, insert) = comment.strip_prefix(WORD)?.split_once(" = ")?;
    let (table, from) = place.split_once(FROM)?;
    let name = |text: &str| Reader::new(text, &lex(text, 0, dialect), dialect).name();
    Some(Rows { table: name(table)?, from: name(from)?, insert: insert.trim().to_owned() })
}
