//! What a session of MySQL keeps between statements: user variables and prepared statements.
//!
//! MySQL has no DO blocks, so a migration that is to run only where it is needed asks `information_schema`, puts the
//! statement or a harmless one into a variable, and prepares and executes that:
//!
//! ```sql
//! SET @sql = (SELECT IF((SELECT COUNT(*) FROM INFORMATION_SCHEMA.COLUMNS WHERE ..) > 0, 'SELECT 1', 'ALTER TABLE ..'));
//! PREPARE stmt FROM @sql; EXECUTE stmt;
//! ```
//!
//! What is asked is answered by the catalog at the moment it is asked; what we can't work out is unknown, and so is what is
//! executed out of it.

mod evaluate;
mod schema;
#[cfg(test)]
mod tests;

use crate::Dialect;
use crate::block::Condition;
use crate::rows::sql::{Sql, unquoted};
use evaluate::Evaluation;
use std::collections::HashMap;
use std::ops::Range;

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    Number(i64),
    Truth(bool),
    /// How many rows: some, or none.
    Rows(bool),
    Null,
    /// Not NULL, and no more is known.
    Something,
    /// The name of the database that the migration runs in.
    Database,
}

/// The variables and the prepared statements of a session. What was set to something unknown is in neither.
#[derive(Debug, Clone, Default)]
pub struct Session {
    variables: HashMap<String, Value>,
    prepared: HashMap<String, String>,
}

/// Answers a question by the catalog; none where only the database can tell.
pub type Answers<'a> = dyn Fn(&Condition) -> Option<bool> + 'a;

impl Session {
    /// `SET @a = .., @b = ..`. Other settings are left alone.
    pub fn set(&mut self, statement: &str, answers: &Answers) {
        let sql = Sql::new(statement, Dialect::Mysql);
        for part in sql.commas(1..sql.tokens.len()) {
            let Some((name, next)) = variable(&sql, part.start) else { continue };
            let next = next + usize::from(sql.punct(next, b':'));
            let value = sql.punct(next, b'=').then(|| self.value(&sql, next + 1..part.end, answers)).flatten();
            self.assign(name, value);
        }
    }

    /// `SELECT .., .. INTO @a, @b [FROM ..]`. Is it one?
    pub fn select_into(&mut self, statement: &str, answers: &Answers) -> bool {
        let sql = Sql::new(statement, Dialect::Mysql);
        let Some(into) = sql.find_word(sql.all(), &["into"]) else { return false };
        let mut names = Vec::new();
        let mut at = into + 1;
        while let Some((name, next)) = variable(&sql, at) {
            names.push(name);
            at = next;
            if !sql.punct(at, b',') {
                break;
            }
            at += 1;
        }
        if names.is_empty() {
            return false;
        }
        // INTO stands behind the list of values, or behind the whole query.
        let from = sql.find_word(sql.all(), &["from"]);
        let list = 1..from.unwrap_or(into).min(into);
        let rest = from.map(|from| from..if from < into { into } else { sql.tokens.len() });
        let parts = sql.commas(list);
        for (name, part) in names.into_iter().zip(parts.into_iter().map(Some).chain(std::iter::repeat(None))) {
            let value = part.and_then(|part| self.evaluation(&sql, answers).column(part, rest.clone()));
            self.assign(name, value);
        }
        true
    }

    /// `PREPARE name FROM 'text'` or `FROM @variable`.
    pub fn prepare(&mut self, statement: &str, answers: &Answers) {
        let sql = Sql::new(statement, Dialect::Mysql);
        let name = sql.folded(1).to_lowercase();
        let text = sql.is(2, "from").then(|| self.value(&sql, 3..sql.tokens.len(), answers)).flatten();
        match text {
            Some(Value::Text(text)) => self.prepared.insert(name, text),
            _ => self.prepared.remove(&name),
        };
    }

    /// The statement that `EXECUTE name`, or MariaDB's `EXECUTE IMMEDIATE ..`, runs.
    pub fn executed(&self, statement: &str, answers: &Answers) -> Option<String> {
        let sql = Sql::new(statement, Dialect::Mysql);
        if sql.find_word(sql.all(), &["using"]).is_some() {
            return None;
        }
        if sql.is(1, "immediate") {
            return match self.value(&sql, 2..sql.tokens.len(), answers)? {
                Value::Text(text) => Some(text),
                _ => None,
            };
        }
        self.prepared.get(&sql.folded(1).to_lowercase()).cloned()
    }

    fn assign(&mut self, name: String, value: Option<Value>) {
        match value {
            Some(value) => self.variables.insert(name, value),
            None => self.variables.remove(&name),
        };
    }

    fn value(&self, sql: &Sql, range: Range<usize>, answers: &Answers) -> Option<Value> {
        self.evaluation(sql, answers).value(range)
    }

    fn evaluation<'e>(&'e self, sql: &'e Sql<'e>, answers: &'e Answers<'e>) -> Evaluation<'e> {
        Evaluation { session: self, sql, answers, counted: None, depth: 0 }
    }
}

/// `@name` here, and what follows. `@@name` is the server's own.
fn variable(sql: &Sql, at: usize) -> Option<(String, usize)> {
    let named = sql.punct(at, b'@') && !sql.punct(at + 1, b'@') && sql.kind(at + 1).is_some();
    named.then(|| (unquoted(sql.at(at + 1)).to_lowercase(), at + 2))
}
