//! The only door to `sqlparser`. Its syntax tree stays inside this crate, and nothing that it does gets out but a result.

use crate::Dialect;
use crate::lex::{Kind, lex};
use sqlparser::ast::{Expr, Query, Statement};
use sqlparser::dialect::{Dialect as Grammar, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::{Parser, ParserError};

/// How deep the parser may descend before it gives up.
const DEPTH: usize = 50;

/// How many operators a text may hold. `a OR b OR c ..` makes a tree as deep as it is long, which the parser builds in
/// a loop but which is dropped and walked by recursion: past this, a small stack could overflow.
const OPERATORS: usize = 4_000;

/// The statements of a text.
pub(crate) fn statements(text: &str, dialect: Dialect) -> Result<Vec<Statement>, String> {
    with_parser(text, dialect, |parser| parser.parse_statements())
}

/// The one query that a text is: a view's body.
pub(crate) fn query(text: &str, dialect: Dialect) -> Result<Box<Query>, String> {
    with_parser(text, dialect, |parser| {
        let query = parser.parse_query()?;
        parser.expect_token(&sqlparser::tokenizer::Token::EOF)?;
        Ok(query)
    })
}

/// The one expression that a text is: a default, a check.
pub(crate) fn expression(text: &str, dialect: Dialect) -> Result<Expr, String> {
    with_parser(text, dialect, |parser| {
        let expression = parser.parse_expr()?;
        parser.expect_token(&sqlparser::tokenizer::Token::EOF)?;
        Ok(expression)
    })
}

fn with_parser<T>(
    text: &str,
    dialect: Dialect,
    read: impl FnOnce(&mut Parser<'_>) -> Result<T, ParserError>,
) -> Result<T, String> {
    if operators(text, dialect) > OPERATORS {
        return Err("too long for the parser".into());
    }
    let grammar = grammar(dialect);
    // The parser is made not to panic; a bug in it must not become ours.
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut parser = Parser::new(grammar).with_recursion_limit(DEPTH).try_with_sql(text)?;
        read(&mut parser)
    }));
    match result {
        Ok(result) => result.map_err(|e| e.to_string()),
        Err(_) => Err("the parser panicked".into()),
    }
}

fn grammar(dialect: Dialect) -> &'static dyn Grammar {
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => &PostgreSqlDialect {},
        Dialect::Mysql => &MySqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
    }
}

/// An upper bound of how deep a tree the text can make without any bracket: words and punctuation that may be operators.
/// Commas make lists, not depth, so an INSERT of many rows is no deep tree.
fn operators(text: &str, dialect: Dialect) -> usize {
    let deepens = |b: u8| !matches!(b, b',' | b'(' | b')' | b'.' | b';');
    let operator_words =
        ["and", "or", "union", "intersect", "except", "is", "in", "like", "not", "between", "collate", "at", "join"];
    lex(text, 0, dialect)
        .iter()
        .filter(|token| match token.kind {
            Kind::Punct(b) => deepens(b),
            Kind::Cast => true,
            Kind::Word => operator_words.iter().any(|w| w.eq_ignore_ascii_case(&text[token.start..token.end])),
            _ => false,
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_is_given_and_nothing_more() {
        assert_eq!(statements("SELECT 1; SELECT 2", Dialect::Postgres).unwrap().len(), 2);
        assert!(query("SELECT a FROM b", Dialect::Sqlite).is_ok());
        assert!(query("SELECT a FROM b; DROP TABLE c", Dialect::Sqlite).is_err());
        assert!(expression("a + 1", Dialect::Mysql).is_ok());
        assert!(expression("a + 1, b", Dialect::Mysql).is_err());
    }

    #[test]
    fn depth_is_refused_not_a_crash() {
        let small = std::thread::Builder::new().stack_size(1 << 20);
        let join = small.spawn(|| {
            for (open, middle, close) in [
                ("(", "1", ")"),
                ("f(", "1", ")"),
                ("", "1", "+1"),
                ("", "1", "::a"),
                ("NOT ", "1", ""),
                ("", "a", " OR a"),
                ("", "a", "[1]"),
                ("", "a", " IS NULL"),
                ("- ", "1", ""),
                ("CASE WHEN ", "1", " THEN 1 END"),
            ] {
                for n in [1_000, 3_900, 20_000] {
                    let text = format!("{}{middle}{}", open.repeat(n), close.repeat(n));
                    drop(expression(&text, Dialect::Postgres));
                    drop(statements(&format!("SELECT {text}"), Dialect::Postgres));
                }
            }
            drop(query(&vec!["SELECT 1"; 3_900].join(" UNION "), Dialect::Postgres));
        });
        join.unwrap().join().unwrap();
    }
}
