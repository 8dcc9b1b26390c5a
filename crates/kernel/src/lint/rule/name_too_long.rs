//! # name-too-long
//!
//! A name is longer than the database keeps.
//!
//! **Why.** PostgreSQL cuts names to 63 bytes without a word: two that differ behind that are one, and the next migration
//! that the generator writes may drop a name that is not there. MySQL refuses more than 64 characters (1059).
//!
//! ```sql bad
//! CREATE TABLE t (id int, CONSTRAINT a_very_long_name_of_a_constraint_that_nobody_will_ever_be_able_to_type CHECK (id > 0));
//! ```
//!
//! ```sql good
//! CREATE TABLE t (id int, CONSTRAINT t_id CHECK (id > 0));
//! ```

use super::prelude::*;
use crate::lex::Kind;
use crate::reader::identifier;

pub const RULE: Rule = Rule::style("name-too-long", include_str!("name_too_long.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    let text = step.text();
    for statement in &step.statements {
        let makes = ["CREATE", "ALTER"].iter().any(|k| step.begins(statement, k));
        let too_long = |t: &&crate::lex::Token| {
            let name = identifier(&text[t.start..t.end], t.kind, step.dialect).unwrap_or_default();
            matches!(t.kind, Kind::Word | Kind::Quoted)
                && match step.dialect {
                    Dialect::Postgres => name.len() > 63,
                    Dialect::Mysql => name.chars().count() > 64,
                    Dialect::Cockroach | Dialect::Sqlite => false,
                }
        };
        let Some(token) = statement.tokens.iter().find(too_long).filter(|_| makes) else { continue };
        let mysql = step.dialect == Dialect::Mysql;
        let what = if mysql {
            "MySQL refuses more than 64 characters (1059)"
        } else {
            "PostgreSQL cuts it to 63 bytes without a word"
        };
        found.push(
            Found::new(token.start..token.end, format!("this name is too long: {what}"), "give it a shorter name")
                .weighing(if mysql { Severity::Error } else { Severity::Note }),
        );
    }
}
