//! A text of SQL as it is executed: statements with their places, in runs that share a transaction.

use crate::Dialect;
use crate::split::{Statement, line_of, split};
use std::ops::Range;

/// One statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its text, without comments around it and without the semicolon.
    pub sql: String,
    /// Where it stands in the text.
    pub span: Range<usize>,
    /// Its line, from 1.
    pub line: usize,
}

/// Statements that go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// They share a transaction: the text has them between BEGIN and COMMIT, which are left out here.
    pub transaction: bool,
    /// In their order; never empty.
    pub pieces: Vec<Piece>,
}

/// The blocks of a text, in order. BEGIN and COMMIT are taken out and become the blocks' edges; a ROLLBACK stays a
/// statement like any other, and so do SQLite's pragmas.
pub fn blocks(text: &str, dialect: Dialect, breakpoints: bool) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut open = false;
    let mut fresh = true;
    for statement in split(text, dialect, breakpoints) {
        match edge(text, &statement) {
            Some(opens) => {
                open = opens;
                fresh = true;
            }
            None => {
                let span = statement.span.clone();
                let piece = Piece { sql: text[span.clone()].to_owned(), line: line_of(text, span.start), span };
                match out.last_mut().filter(|_| !fresh) {
                    Some(block) => block.pieces.push(piece),
                    None => out.push(Block { transaction: open, pieces: vec![piece] }),
                }
                fresh = false;
            }
        }
    }
    out
}

/// Does a statement open (`true`) or end (`false`) a transaction?
fn edge(text: &str, statement: &Statement) -> Option<bool> {
    let words: Vec<String> =
        statement.tokens.iter().take(3).map(|t| text[t.start..t.end].to_ascii_uppercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        // `BEGIN` alone or with a mode; `BEGIN NOT ATOMIC` is MariaDB's compound statement.
        ["BEGIN", "NOT", "ATOMIC"] => None,
        ["BEGIN", ..] | ["START", "TRANSACTION", ..] => Some(true),
        ["COMMIT", ..] | ["END"] | ["END", "TRANSACTION" | "WORK", ..] => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str, dialect: Dialect) -> Vec<(bool, Vec<String>)> {
        let blocks = blocks(text, dialect, false);
        blocks.into_iter().map(|b| (b.transaction, b.pieces.into_iter().map(|p| p.sql).collect())).collect()
    }

    #[test]
    fn a_transaction_and_what_stands_apart() {
        let text = "-- head\nDROP INDEX CONCURRENTLY i;\nBEGIN;\n\nSELECT 1;\n-- x\nSELECT 2;\nCOMMIT;\n";
        let found = shape(text, Dialect::Postgres);
        assert_eq!(
            found,
            [
                (false, vec!["DROP INDEX CONCURRENTLY i".to_string()]),
                (true, vec!["SELECT 1".into(), "SELECT 2".into()])
            ]
        );
        assert_eq!(blocks(text, Dialect::Postgres, false)[1].pieces[1].line, 7);
    }

    #[test]
    fn pragmas_stand_outside() {
        let text = "PRAGMA foreign_keys=OFF;\nBEGIN;\nDROP TABLE t;\nPRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys=ON;";
        let found = shape(text, Dialect::Sqlite);
        assert_eq!(found.iter().map(|(t, p)| (*t, p.len())).collect::<Vec<_>>(), [(false, 1), (true, 2), (false, 1)]);
    }

    #[test]
    fn two_transactions_are_two_blocks() {
        let found = shape("BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT; SELECT 3", Dialect::Postgres);
        assert_eq!(found.iter().map(|(t, _)| *t).collect::<Vec<_>>(), [true, true, false]);
    }
}
