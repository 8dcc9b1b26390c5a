//! # inline-reference
//!
//! MySQL before 9.0 reads a REFERENCES behind a column, and ignores it: there is no foreign key.
//!
//! **What to do.** Write FOREIGN KEY (..) REFERENCES .. (..) as a line of its own. MariaDB makes the key.
//!
//! ```sql bad
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY);
//! CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users (id));
//! ```
//!
//! ```sql good
//! -- for: mysql
//! CREATE TABLE users (id int PRIMARY KEY);
//! CREATE TABLE posts (id int PRIMARY KEY, author int, FOREIGN KEY (author) REFERENCES users (id));
//! ```

use super::prelude::*;
use crate::lex::Kind;

pub const RULE: Rule = Rule::hazard("inline-reference", Severity::Warning, include_str!("inline_reference.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    let keeps = step.server.is_some_and(|s| s.starts_with("mariadb") || s.starts_with("mysql-9"));
    if step.dialect != Dialect::Mysql || keeps {
        return;
    }
    let text = step.text();
    for statement in &step.statements {
        if !step.begins(statement, "CREATE TABLE") && !step.begins(statement, "ALTER TABLE") {
            continue;
        }
        let mut key = false;
        for token in &statement.tokens {
            let word = &text[token.start..token.end];
            match token.kind {
                Kind::Word if word.eq_ignore_ascii_case("FOREIGN") => key = true,
                Kind::Word if word.eq_ignore_ascii_case("REFERENCES") => {
                    if !key {
                        found.push(Found::new(
                            token.start..token.end,
                            "MySQL before 9.0 ignores REFERENCES behind a column: there is no foreign key",
                            "write FOREIGN KEY (..) REFERENCES .. (..) as a line of its own; on MariaDB pass --server mariadb-10.11",
                        ));
                    }
                    key = false;
                }
                _ => {}
            }
        }
    }
}
