//! `inspect` reads a piece of SQL without any file, for editors and build tooling.

use crate::report::{self, NoteReport};
use crate::request::unknown_dialect;
use crate::{Error, Problem};
use serde::Serialize;
use unmigrate_kernel::split::{BREAKPOINT, line_of, split};
use unmigrate_kernel::{Dialect, Grade, History, Migration, Summary, changes, rollbacks};

/// The name that notes carry where there is no file.
const INPUT: &str = "<input>";

/// What a piece of SQL holds and how it is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// Of the contract: 1.
    pub version: u32,
    /// `postgresql`, `cockroachdb`, `mysql` or `sqlite`.
    pub dialect: &'static str,
    /// In their order.
    pub statements: Vec<StatementReport>,
    /// What the rollback gives back.
    #[serde(serialize_with = "report::grade")]
    pub grade: Option<Grade>,
    /// What is lost, refused or left; `file` is `<input>`.
    pub notes: Vec<NoteReport>,
    /// The rollback as it would stand in a file, without the head line.
    pub rollback: String,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementReport {
    /// Its text, without comments around it and without the semicolon.
    pub sql: String,
    /// Its first byte in the input, in UTF-8.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
    /// The line it starts on, from 1.
    pub line: usize,
    /// What it changes, in order, with what comes along: a dropped column's indexes and constraints.
    pub changes: Vec<ChangeReport>,
}

/// One change of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeReport {
    /// `create`, `drop`, `alter`, `rename`, `insert`, `update`, `delete`, `truncate`, `merge`, `unread`.
    pub action: &'static str,
    /// `table`, `column`, `constraint`, `index`, `trigger`, `policy`, `view`, `type`, `sequence`, `routine`, `comment`,
    /// `privilege`, `rows`, `statement`, or another object's kind in lower case.
    pub kind: String,
    /// As people write it: `users.email`; after a rename the new name; of what could not be read: why.
    pub object: String,
}

/// Reads `sql`, in `dialect` (any word that a tool has for its provider), over a schema that `before` makes.
///
/// # Errors
/// `unknown-dialect`. SQL that can't be read is no error: it is a statement that has to be undone by hand.
pub fn inspect(sql: &str, dialect: &str, before: Option<&str>) -> Result<Inspection, Error> {
    let Some(dialect) = Dialect::from_word(dialect) else {
        return Err(unknown_dialect(dialect));
    };
    let mut migrations: Vec<Migration> = before.into_iter().map(|text| input("<before>", text)).collect();
    migrations.push(input(INPUT, sql));
    let rollback = rollbacks(&History { dialect, server: None, migrations }).pop();
    let Some(rollback) = rollback else {
        return Err(Problem::error("internal", "the kernel gave no rollback for the input", "please report this"));
    };
    let breakpoints = sql.contains(BREAKPOINT);
    let changes = changes(sql, before.unwrap_or_default(), dialect, breakpoints);
    let of = |span: &std::ops::Range<usize>| {
        let inside = changes.iter().filter(|c| span.start <= c.span.start && c.span.end <= span.end);
        inside
            .map(|c| {
                let Summary { action, kind, object } = c.change.summary();
                ChangeReport { action, kind, object }
            })
            .collect()
    };
    Ok(Inspection {
        version: 1,
        dialect: dialect.word(),
        statements: split(sql, dialect, breakpoints)
            .into_iter()
            .map(|s| StatementReport {
                sql: sql[s.span.clone()].to_owned(),
                line: line_of(sql, s.span.start),
                start: s.span.start,
                end: s.span.end,
                changes: of(&s.span),
            })
            .collect(),
        grade: Some(rollback.grade),
        notes: rollback.notes.iter().map(|n| NoteReport::new(n, INPUT)).collect(),
        rollback: rollback.body,
    })
}

fn input(name: &str, sql: &str) -> Migration {
    Migration {
        name: name.to_owned(),
        file: name.to_owned(),
        sql: sql.to_owned(),
        breakpoints: sql.contains(BREAKPOINT),
        snapshot_before: None,
        observed: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_carry_lines_and_spans() {
        let found = inspect("-- é\nSELECT 1;\n\nSELECT 2", "pg", Some("CREATE TABLE t (a int);")).unwrap();
        assert_eq!(found.dialect, "postgresql");
        let lines: Vec<_> = found.statements.iter().map(|s| (s.line, s.sql.as_str())).collect();
        assert_eq!(lines, [(2, "SELECT 1"), (4, "SELECT 2")]);
        assert_eq!(found.statements[0].start, 6);
    }

    #[test]
    fn changes_name_what_comes_along() {
        let before = "CREATE TABLE users (id int, email text); CREATE INDEX users_email ON users (email);";
        let found = inspect("ALTER TABLE users DROP COLUMN email", "pg", Some(before)).unwrap();
        let said: Vec<_> = found.statements[0].changes.iter().map(|c| (c.action, c.object.as_str())).collect();
        assert_eq!(said, [("drop", "users.users_email"), ("drop", "users.email")]);
    }

    #[test]
    fn a_word_that_is_no_dialect() {
        assert_eq!(inspect("", "oracle", None).unwrap_err().code, "unknown-dialect");
    }
}
