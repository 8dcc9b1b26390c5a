//! # pragma-left
//!
//! A migration turns foreign keys off and not on again.
//!
//! **Why.** The connection goes on without them: what the rest of the run, or the application on the same connection,
//! writes is not checked.
//!
//! **What to do.** `PRAGMA foreign_key_check; PRAGMA foreign_keys=ON;` at the end.
//!
//! ```sql bad
//! -- for: sqlite
//! PRAGMA foreign_keys=OFF;
//! CREATE TABLE t (id integer PRIMARY KEY);
//! ```
//!
//! ```sql bad
//! -- for: mysql
//! SET FOREIGN_KEY_CHECKS = 0;
//! CREATE TABLE t (id int PRIMARY KEY);
//! ```
//!
//! ```sql good
//! -- for: sqlite
//! PRAGMA foreign_keys=OFF;
//! CREATE TABLE t (id integer PRIMARY KEY);
//! PRAGMA foreign_key_check;
//! PRAGMA foreign_keys=ON;
//! ```

use super::prelude::*;
use super::rebuild_cascades::foreign_keys;

pub const RULE: Rule = Rule::hazard("pragma-left", Severity::Warning, include_str!("pragma_left.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    let setting = |s: &Statement| match step.dialect {
        Dialect::Sqlite => foreign_keys(step, s),
        Dialect::Mysql => checks(step, s),
        _ => None,
    };
    let last = step.statements.iter().rev().find_map(|s| Some((s, setting(s)?)));
    let Some((statement, false)) = last else { return };
    let restore = if step.dialect == Dialect::Sqlite {
        "end the file with PRAGMA foreign_key_check; PRAGMA foreign_keys=ON;"
    } else {
        "end the file with SET FOREIGN_KEY_CHECKS = 1"
    };
    found.push(Found::new(
        statement.span.clone(),
        "foreign keys stay off on this connection when the migration is done",
        restore,
    ));
}

/// `SET FOREIGN_KEY_CHECKS = ..`: on or off. A variable that it is restored from counts as on.
fn checks(step: &Step, statement: &Statement) -> Option<bool> {
    let words: String = step.sql(statement).split_whitespace().collect::<String>().to_ascii_uppercase();
    if !words.starts_with("SET") || !words.contains("FOREIGN_KEY_CHECKS=") {
        return None;
    }
    Some(!["FOREIGN_KEY_CHECKS=0", "FOREIGN_KEY_CHECKS=OFF"].iter().any(|w| words.contains(w)))
}
