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
    /// The parameters and variables of the procedure that runs; none where what one holds is not known.
    locals: Locals,
    /// Those that a block inside of it has hidden behind its own, and what there was of that name.
    hidden: Vec<(String, Option<Option<Value>>)>,
    /// Whether what is set is set at all only the database can tell.
    unsure: bool,
}

/// The parameters and variables of a procedure.
#[derive(Debug, Clone, Default)]
pub struct Locals(HashMap<String, Option<Value>>);

/// A variable that is set.
enum Target {
    /// `@name`
    User(String),
    /// One of the procedure.
    Local(String),
}

/// Answers a question by the catalog; none where only the database can tell.
pub type Answers<'a> = dyn Fn(&Condition) -> Option<bool> + 'a;

impl Session {
    /// `SET @a = .., @b = ..`, and the same of a procedure's own. Other settings are left alone.
    pub fn set(&mut self, statement: &str, answers: &Answers) {
        let sql = Sql::new(statement, Dialect::Mysql);
        for part in sql.commas(1..sql.tokens.len()) {
            let Some((target, next)) = self.target(&sql, part.start) else { continue };
            let next = next + usize::from(sql.punct(next, b':'));
            let value = sql.punct(next, b'=').then(|| self.value(&sql, next + 1..part.end, answers)).flatten();
            self.assign(target, value);
        }
    }

    /// `SELECT .., .. INTO @a, @b [FROM ..]`. Is it one?
    pub fn select_into(&mut self, statement: &str, answers: &Answers) -> bool {
        let sql = Sql::new(statement, Dialect::Mysql);
        let Some(into) = sql.find_word(sql.all(), &["into"]) else { return false };
        let mut targets = Vec::new();
        let mut at = into + 1;
        while let Some((target, next)) = self.target(&sql, at) {
            targets.push(target);
            at = next;
            if !sql.punct(at, b',') {
                break;
            }
            at += 1;
        }
        if targets.is_empty() {
            return false;
        }
        // INTO stands behind the list of values, or behind the whole query.
        let from = sql.find_word(sql.all(), &["from"]);
        let list = 1..from.unwrap_or(into).min(into);
        let rest = from.map(|from| from..if from < into { into } else { sql.tokens.len() });
        let parts = sql.commas(list);
        for (target, part) in targets.into_iter().zip(parts.into_iter().map(Some).chain(std::iter::repeat(None))) {
            let value = part.and_then(|part| self.evaluation(&sql, answers).column(part, rest.clone()));
            self.assign(target, value);
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

    /// Begins a procedure that is called with these arguments; what was there before comes back with [`Session::leave`].
    pub(crate) fn enter(
        &mut self,
        names: &[String],
        call: &Sql,
        arguments: &[Range<usize>],
        answers: &Answers,
    ) -> Locals {
        let value = |argument: &Range<usize>| self.value(call, argument.clone(), answers);
        let locals = names.iter().zip(arguments).map(|(name, argument)| (name.to_lowercase(), value(argument)));
        let locals = Locals(locals.collect());
        std::mem::replace(&mut self.locals, locals)
    }

    /// Ends it.
    pub(crate) fn leave(&mut self, outer: Locals) {
        self.locals = outer;
    }

    /// `DECLARE a, b INT [DEFAULT ..]`, from the first name on.
    pub(crate) fn declare(&mut self, body: &Sql, range: Range<usize>, answers: &Answers) {
        let default = body.find_word(range.clone(), &["default"]);
        let value = default.map_or(Some(Value::Null), |at| self.value(body, at + 1..range.end, answers));
        let mut at = range.start;
        loop {
            let name = body.folded(at).to_lowercase();
            let before = self.locals.0.insert(name.clone(), value.clone());
            self.hidden.push((name, before));
            if !body.punct(at + 1, b',') {
                return;
            }
            at += 2;
        }
    }

    /// Where a block begins, for [`Session::end_block`].
    pub(crate) fn begin_block(&self) -> usize {
        self.hidden.len()
    }

    /// What a block declared is gone.
    pub(crate) fn end_block(&mut self, began: usize) {
        while self.hidden.len() > began {
            match self.hidden.pop() {
                Some((name, Some(before))) => drop(self.locals.0.insert(name, before)),
                Some((name, None)) => drop(self.locals.0.remove(&name)),
                None => return,
            }
        }
    }

    /// From here on whether a statement runs only the database can tell, or no longer. Gives what it was before.
    pub(crate) fn unsure(&mut self, unsure: bool) -> bool {
        std::mem::replace(&mut self.unsure, unsure)
    }

    /// Does a condition hold?
    pub(crate) fn holds(&self, sql: &Sql, condition: Range<usize>, answers: &Answers) -> Option<bool> {
        self.evaluation(sql, answers).truth(condition)
    }

    /// Does a statement speak of the procedure's own variables?
    pub(crate) fn named_in(&self, sql: &Sql, range: Range<usize>) -> bool {
        range.into_iter().any(|at| self.local(sql, at).is_some() && !(at > 0 && sql.punct(at - 1, b'.')))
    }

    /// The procedure's own variable that stands here.
    fn local(&self, sql: &Sql, at: usize) -> Option<String> {
        if self.locals.0.is_empty() || !matches!(sql.kind(at), Some(crate::lex::Kind::Word | crate::lex::Kind::Quoted))
        {
            return None;
        }
        let name = sql.folded(at).to_lowercase();
        let called = sql.punct(at + 1, b'.') || sql.punct(at + 1, b'(');
        (!called && self.locals.0.contains_key(&name)).then_some(name)
    }

    fn target(&self, sql: &Sql, at: usize) -> Option<(Target, usize)> {
        if let Some((name, next)) = variable(sql, at) {
            return Some((Target::User(name), next));
        }
        self.local(sql, at).map(|name| (Target::Local(name), at + 1))
    }

    fn assign(&mut self, target: Target, value: Option<Value>) {
        let value = value.filter(|_| !self.unsure);
        match (target, value) {
            (Target::User(name), Some(value)) => drop(self.variables.insert(name, value)),
            (Target::User(name), None) => drop(self.variables.remove(&name)),
            (Target::Local(name), value) => drop(self.locals.0.insert(name, value)),
        }
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
