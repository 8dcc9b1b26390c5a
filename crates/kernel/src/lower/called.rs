//! CALL: what a procedure that the history made does, its body followed statement by statement.
//!
//! MySQL has no DO blocks, so a migration that is to run only where it is needed makes a procedure, calls it and drops it:
//!
//! ```sql
//! CREATE PROCEDURE add_code() BEGIN
//!   IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE ..) THEN ALTER TABLE ..; END IF;
//! END;
//! CALL add_code();
//! DROP PROCEDURE add_code;
//! ```
//!
//! What its body asks is answered by the catalog at the moment it is asked, as for prepared statements. Where only the
//! database can tell, what it does to rows is read as what may happen; anything else is by hand.

mod flow;

use super::{Lowering, Read};
use crate::Dialect;
use crate::catalog::Routine;
use crate::reader::Reader;
use crate::rows::sql::Sql;
use flow::{Branch, branches, characteristics, end_of, inner};
use std::ops::Range;

const MYSQL: Dialect = Dialect::Mysql;

/// How deep calls and blocks may stand in each other.
const DEPTH: usize = 20;

/// How many statements the calls of one file may run.
const STATEMENTS: usize = 10_000;

/// What follows a statement.
#[derive(PartialEq, Eq)]
enum Next {
    /// The one behind it.
    On,
    /// What is behind the block of this label.
    Leave(String),
}

/// How a statement runs.
#[derive(Clone, Copy, Default)]
struct How {
    /// Whether it runs only the database can tell.
    unsure: bool,
    /// An error that says that something is there already is caught, and the next statement runs.
    unless_there: bool,
    depth: usize,
}

impl Lowering<'_> {
    /// `CALL name(..)`.
    pub(super) fn call_procedure(&mut self, r: &Reader) -> Read {
        let text = r.peek_rest();
        let call = Sql::new(text, MYSQL);
        let found = call.name(1).and_then(|(name, next)| {
            let routine = self.find_routine(&super::name(&name), None)?;
            (routine.kind == "PROCEDURE").then_some((routine, next))
        });
        let Some((routine, next)) = found else { return self.rows(text) };
        let arguments = if call.punct(next, b'(') { call.commas(call.inside(next)) } else { Vec::new() };
        let known = self.changes.len();
        match self.follow(&routine, &call, &arguments) {
            // It is known then that it does nothing but to rows.
            Err(why) if self.changes.len() == known => self.rows(text).map_err(|unknown| format!("{unknown}: {why}")),
            followed => followed,
        }
    }

    fn follow(&mut self, routine: &Routine, call: &Sql, arguments: &[Range<usize>]) -> Read {
        if self.calling >= DEPTH {
            return Err("its calls stand too deep in each other".into());
        }
        let body = Sql::new(&routine.rest.text, MYSQL);
        if !body.sound || !body.punct(0, b'(') {
            return Err("its body is not understood".into());
        }
        let parameters = body.commas(body.inside(0));
        let mut names = Vec::new();
        for parameter in &parameters {
            if body.is_any(parameter.start, &["out", "inout"]) {
                return Err("it gives values back".into());
            }
            names.push(body.folded(parameter.start + usize::from(body.is(parameter.start, "in"))));
        }
        if names.len() != arguments.len() {
            return Err("it is called with another number of arguments".into());
        }
        let start = characteristics(&body, body.past(0));
        let outer =
            self.in_session(|session, lowering| session.enter(&names, call, arguments, &|asked| lowering.holds(asked)));
        self.calling += 1;
        let next = self.list(&body, start..body.tokens.len(), How::default());
        self.calling -= 1;
        self.session.leave(outer);
        next.map(|_| ())
    }

    fn list(&mut self, body: &Sql, range: Range<usize>, mut how: How) -> Result<Next, String> {
        let mut at = range.start;
        while at < range.end {
            self.called += 1;
            if self.called > STATEMENTS || how.depth > DEPTH {
                return Err("it is too long".into());
            }
            let end = end_of(body, at, range.end);
            let next = self.step(body, at..end, &mut how)?;
            if next != Next::On {
                return Ok(next);
            }
            at = end + 1;
        }
        Ok(Next::On)
    }

    /// One statement, without its semicolon.
    fn step(&mut self, body: &Sql, range: Range<usize>, how: &mut How) -> Result<Next, String> {
        let at = range.start;
        let labelled = body.punct(at + 1, b':');
        let label = if labelled { body.folded(at).to_lowercase() } else { String::new() };
        let at = if labelled { at + 2 } else { at };
        let within = How { depth: how.depth + 1, ..*how };
        match body.at(at).to_ascii_lowercase().as_str() {
            "begin" => {
                let began = self.session.begin_block();
                let next = self.list(body, inner(body, at + 1, range.end), within)?;
                self.session.end_block(began);
                Ok(if next == Next::Leave(label) { Next::On } else { next })
            }
            "if" => self.choose(body, at..range.end, within),
            "declare" => self.declare(body, at + 1..range.end, how).map(|()| Next::On),
            "leave" if !how.unsure => Ok(Next::Leave(body.folded(at + 1).to_lowercase())),
            "signal" | "resignal" if how.unsure => Ok(Next::On),
            "signal" | "resignal" => Err("it raises an error".into()),
            "leave" | "iterate" | "loop" | "while" | "repeat" | "case" | "open" | "fetch" | "close" | "rollback" => {
                Err(format!("its {} is not followed", body.at(at).to_ascii_uppercase()))
            }
            "start" | "commit" | "" => Ok(Next::On),
            _ => self.plain(body, at..range.end, *how).map(|()| Next::On),
        }
    }

    /// `IF .. THEN .. ELSEIF .. ELSE .. END IF`
    fn choose(&mut self, body: &Sql, range: Range<usize>, how: How) -> Result<Next, String> {
        let found = branches(body, range).ok_or("an IF of it is not understood")?;
        for (at, Branch { condition, then }) in found.iter().enumerate() {
            let held = match condition {
                None => Some(true),
                Some(asked) => self
                    .in_session(|session, lowering| session.holds(body, asked.clone(), &|asked| lowering.holds(asked))),
            };
            match held {
                Some(true) => return self.list(body, then.clone(), how),
                Some(false) => {}
                None => return self.any_of(body, &found[at..], how),
            }
        }
        Ok(Next::On)
    }

    /// Which of them runs only the database can tell.
    fn any_of(&mut self, body: &Sql, branches: &[Branch], how: How) -> Result<Next, String> {
        let sure = self.session.unsure(true);
        let how = How { unsure: true, ..how };
        let done = branches.iter().try_for_each(|branch| self.list(body, branch.then.clone(), how).map(|_| ()));
        self.session.unsure(sure);
        done.map(|()| Next::On)
    }

    /// `DECLARE a, b INT DEFAULT 0`, `DECLARE EXIT HANDLER FOR ..`
    fn declare(&mut self, body: &Sql, range: Range<usize>, how: &mut How) -> Read {
        if let Some(handler) = (range.start..range.end.min(range.start + 3)).find(|at| body.is(*at, "handler")) {
            return handled(body, handler - 1..range.end, how);
        }
        if body.find_word(range.clone(), &["cursor", "condition"]).is_some() {
            return Ok(()); // what uses it is not followed
        }
        self.in_session(|session, lowering| session.declare(body, range, &|asked| lowering.holds(asked)));
        Ok(())
    }

    fn plain(&mut self, body: &Sql, range: Range<usize>, how: How) -> Read {
        let reader = Reader::new(body.text, &body.tokens[range.clone()], MYSQL);
        let word = body.at(range.start).to_ascii_lowercase();
        let about_rows = ["insert", "update", "delete", "replace", "with"].contains(&word.as_str());
        let speaks_of_its_own = self.session.named_in(body, range);
        if about_rows && (how.unsure || speaks_of_its_own) {
            return self.rows_perhaps(reader.peek_rest(), speaks_of_its_own);
        }
        if how.unsure && !["select", "set", "do"].contains(&word.as_str()) {
            return Err("whether its condition holds only the database can tell".into());
        }
        if how.unless_there && self.makes_what_exists(reader.clone()) {
            return Ok(());
        }
        self.read(reader)
    }
}

/// `{CONTINUE | EXIT} HANDLER FOR .. statement`: one that passes the error on changes nothing here.
fn handled(body: &Sql, range: Range<usize>, how: &mut How) -> Read {
    // A table, a column, an index, a foreign key of that name is there (MySQL 8.4 Reference Manual, "Server Error Message
    // Reference"). The last also stands for much else, none of which can be told from the file.
    const THERE: [&str; 7] = ["1050", "1060", "1061", "1826", "'42S01'", "'42S21'", "sqlexception"];
    let passes_on = range.clone().any(|at| body.is_any(at, &["signal", "resignal"]));
    if passes_on {
        return Ok(());
    }
    let listed = range.start + 3..range.end;
    let there = body.commas(listed).into_iter().all(|part| {
        let at = part.start
            + if body.is(part.start, "sqlstate") { 1 + usize::from(body.is(part.start + 1, "value")) } else { 0 };
        THERE.iter().any(|code| body.at(at).eq_ignore_ascii_case(code))
    });
    if there && body.is(range.start, "continue") {
        how.unless_there = true;
        return Ok(());
    }
    Err("its HANDLER is not understood".into())
}
