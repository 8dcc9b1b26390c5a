//! PL/pgSQL: walks a block's body and collects what it does, each with what must hold for it to run.

use super::changes::row_changes;
use super::condition::{self, Variables};
use super::guard::{caught, guard};
use super::unroll::end_of_loop;
use super::{Block, Condition, Guard, Guarded, Lookup, Seen};
use crate::Dialect;
use crate::rows::sql::{Sql, unquoted};
use std::ops::Range;

/// How deep blocks, conditions and loops may stand in each other.
const DEPTH: usize = 40;

/// How many conditions a statement may stand under: each ELSIF adds one.
const CONDITIONS: usize = 200;

/// A statement that the block runs.
pub(super) struct Item {
    /// Bytes of the body.
    pub(super) span: Range<usize>,
    pub(super) text: Option<String>,
    pub(super) caught: Vec<Guard>,
    pub(super) conditions: Vec<Asked>,
    /// It is no statement: a variable gets an answer, whose questions have this number.
    pub(super) asks: Option<usize>,
}

impl Item {
    /// The statement itself; `body` is the text that it was read from.
    pub(super) fn text_in<'t>(&'t self, body: &'t str) -> &'t str {
        self.text.as_deref().unwrap_or(&body[self.span.clone()])
    }
}

/// A condition and the token where it is asked.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) at: usize,
    pub(super) condition: Condition,
}

pub(super) struct Body<'s, 'a> {
    pub(super) sql: &'s Sql<'a>,
    pub(super) lookup: &'s Lookup<'s>,
    pub(super) items: Vec<Item>,
    /// The statements that ran before this text.
    pub(super) done: String,
    pub(super) variables: Variables,
    /// What must hold where we stand, and what catches errors there.
    pub(super) conditions: Vec<Asked>,
    pub(super) caught: Vec<Guard>,
    /// RETURN has happened if this holds.
    pub(super) returned: Vec<Asked>,
    /// A sequence goes on.
    pub(super) moves_sequences: bool,
    /// Rounds of loops that were written out, and what the numbers of this one's questions begin with.
    pub(super) rounds: usize,
    first_question: usize,
    depth: usize,
    /// Statements that may still be looked at: handlers are read more than once, and they nest.
    pub(super) budget: usize,
}

/// Why a body is not understood.
pub(super) type Why = String;

/// What the body at this byte of the file does.
pub(super) fn read(text: &str, base: usize, lookup: &Lookup) -> Seen {
    let sql = Sql::new(text, Dialect::Postgres);
    if !sql.sound {
        return Seen::unknown("a bracket or a quote is not closed");
    }
    let mut body = Body {
        sql: &sql,
        lookup,
        items: Vec::new(),
        done: String::new(),
        variables: Variables::default(),
        conditions: Vec::new(),
        caught: Vec::new(),
        returned: Vec::new(),
        moves_sequences: false,
        rounds: 0,
        first_question: 0,
        depth: 0,
        budget: 1_000 + 8 * sql.tokens.len(),
    };
    match body.block(0) {
        Ok(_) => Seen { moves_sequences: body.moves_sequences, block: body.outcome(base) },
        Err(why) => Seen::unknown(&why),
    }
}

impl<'s> Body<'s, '_> {
    /// The same place, in another text.
    pub(super) fn within<'t, 'b>(&self, sql: &'t Sql<'b>, first_question: usize) -> Body<'t, 'b>
    where
        's: 't,
    {
        Body {
            sql,
            lookup: self.lookup,
            items: Vec::new(),
            done: self.statements_so_far(),
            variables: self.variables.clone(),
            conditions: self.conditions.clone(),
            caught: self.caught.clone(),
            returned: self.returned.clone(),
            moves_sequences: false,
            rounds: self.rounds,
            first_question,
            depth: self.depth,
            budget: self.budget,
        }
    }

    pub(super) fn statements_so_far(&self) -> String {
        let own: Vec<&str> = self.items.iter().map(|item| item.text_in(self.sql.text)).collect();
        format!("{}\n{}", self.done, own.join("\n"))
    }

    fn outcome(self, base: usize) -> Block {
        if self.items.iter().all(|item| item.asks.is_some()) {
            return Block::Assertion;
        }
        match row_changes(self.sql, &self.items, &self.variables) {
            Some(changes) if changes.is_empty() => return Block::Assertion,
            Some(changes) => return Block::Rows(changes),
            None => {}
        }
        let place = |item: Item| Guarded {
            span: item.span.start + base..item.span.end + base,
            text: item.text,
            asks: item.asks,
            asked: item.conditions.iter().map(|c| c.at).collect(),
            guard: guard(&item.caught, item.conditions.into_iter().map(|c| c.condition).collect()),
        };
        Block::Statements(self.items.into_iter().map(place).collect())
    }

    /// `[<<label>>] [DECLARE ..] BEGIN .. [EXCEPTION ..] END [label]`: what follows it.
    fn block(&mut self, mut at: usize) -> Result<usize, Why> {
        at = self.label(at);
        let mut shadowed = Vec::new();
        if self.sql.is(at, "declare") {
            at = self.declarations(at + 1, &mut shadowed)?;
        }
        if !self.sql.is(at, "begin") {
            return Err("it does not begin with BEGIN".into());
        }
        let handler = self.handler_of(at + 1);
        let known = self.caught.len();
        if let Some(handler) = handler {
            self.caught_by(handler)?;
        }
        let (mut next, _) = self.statements(at + 1)?;
        self.caught.truncate(known);
        if self.sql.is(next, "exception") {
            if handler != Some(next) {
                return Err("its EXCEPTION is not understood".into());
            }
            next = self.handlers(next + 1)?;
        }
        if !self.sql.is(next, "end") {
            return Err(format!("`{}` is not understood", self.sql.at(next)));
        }
        // The outer one of that name is meant again.
        shadowed.into_iter().for_each(|name| self.variables.set(name, None));
        self.semicolon(next + 1)
    }

    fn label(&self, at: usize) -> usize {
        let label = self.sql.punct(at, b'<') && self.sql.punct(at + 1, b'<');
        if label { at + 5 } else { at }
    }

    /// Past the semicolon that ends the statement here; a body's last END needs none.
    fn semicolon(&self, at: usize) -> Result<usize, Why> {
        let end = self.end_of(at);
        if end > at + 1 {
            return Err(format!("`{}` is not understood", self.sql.at(at)));
        }
        Ok(end + 1)
    }

    /// Where the next semicolon stands.
    fn end_of(&self, at: usize) -> usize {
        let end = self.sql.tokens.len();
        self.sql.find(at..end, |i| self.sql.punct(i, b';')).unwrap_or(end)
    }

    fn declarations(&mut self, mut at: usize, shadowed: &mut Vec<String>) -> Result<usize, Why> {
        while !self.sql.is(at, "begin") {
            if at >= self.sql.tokens.len() {
                return Err("DECLARE without BEGIN".into());
            }
            let end = self.end_of(at);
            let name = self.sql.folded(at);
            let value = self.sql.find(at..end, |i| self.sql.punct(i, b'=') || self.sql.is(i, "default"));
            if self.variables.is_declared(&name) {
                self.variables.set(name.clone(), None);
                shadowed.push(name.clone());
            }
            self.variables.declare(&name, self.sql.is(at + 1, "record"));
            if let Some(value) = value {
                self.calls(value + 1..end)?;
                self.assign(name, condition::meaning(self.sql, value + 1..end, &self.variables));
            }
            at = end + 1;
        }
        Ok(at)
    }

    /// The EXCEPTION of the block whose statements begin here.
    fn handler_of(&self, mut at: usize) -> Option<usize> {
        let mut depth = 0usize;
        let mut starts = true; // only the first word of a statement opens or closes anything
        while at < self.sql.tokens.len() {
            let sql = self.sql;
            if starts && sql.is(at, "begin") {
                depth += 1;
            } else if starts && sql.is(at, "end") && !sql.is_any(at + 1, &["if", "loop", "case"]) {
                depth = depth.checked_sub(1)?;
            } else if starts && sql.is(at, "exception") && depth == 0 {
                return Some(at);
            }
            starts = sql.punct(at, b';') || sql.is_any(at, &["then", "else", "loop", "begin"]);
            at = sql.past(at);
        }
        None
    }

    /// The names of errors that handlers catch and their bodies: `WHEN a OR b THEN ..`.
    fn caught_by(&mut self, handler: usize) -> Result<(), Why> {
        let mut at = handler + 1;
        while self.sql.is(at, "when") {
            let then = self.find_then(at + 1)?;
            let raises = self.always_raises(then + 1);
            let mut i = at + 1;
            while i < then {
                let name = unquoted(self.sql.at(i));
                if !self.sql.is_any(i, &["or", "sqlstate"]) && !raises {
                    let guard = caught(&name);
                    if !self.caught.contains(&guard) {
                        self.caught.push(guard);
                    }
                }
                i += 1;
            }
            at = self.skip_statements(then + 1)?;
        }
        Ok(())
    }

    /// The statements here end in an error of their own.
    fn always_raises(&mut self, at: usize) -> bool {
        let (items, returned) = (self.items.len(), self.returned.len());
        let variables = self.variables.clone();
        let raises = self.statements(at).is_ok_and(|(_, raises)| raises);
        self.items.truncate(items);
        self.returned.truncate(returned);
        self.variables = variables;
        raises
    }

    fn skip_statements(&mut self, at: usize) -> Result<usize, Why> {
        let (items, returned) = (self.items.len(), self.returned.len());
        let variables = self.variables.clone();
        let next = self.statements(at)?.0;
        self.items.truncate(items);
        self.returned.truncate(returned);
        self.variables = variables;
        Ok(next)
    }

    /// What handlers do, they do only after an error.
    fn handlers(&mut self, mut at: usize) -> Result<usize, Why> {
        self.conditions.push(Asked { at, condition: Condition::Unknown("an error was caught".into()) });
        while self.sql.is(at, "when") {
            let then = self.find_then(at + 1)?;
            at = self.statements(then + 1)?.0;
        }
        self.conditions.pop();
        Ok(at)
    }

    /// The THEN that belongs to the IF or WHEN before: not one of a CASE in between.
    fn find_then(&self, at: usize) -> Result<usize, Why> {
        let mut cases = 0;
        let mut i = at;
        while i < self.sql.tokens.len() && !self.sql.punct(i, b';') {
            if self.sql.is(i, "case") {
                cases += 1;
            } else if self.sql.is(i, "end") && cases > 0 {
                cases -= 1;
            } else if self.sql.is(i, "then") && cases == 0 {
                return Ok(i);
            }
            i = self.sql.past(i);
        }
        Err("an IF without THEN".into())
    }

    /// Statements up to what ends their list; whether they always end in an error.
    pub(super) fn statements(&mut self, mut at: usize) -> Result<(usize, bool), Why> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("it is nested too deeply".into());
        }
        let mut raises = false;
        while at < self.sql.tokens.len()
            && !self.sql.is_any(at, &["end", "else", "elsif", "elseif", "when", "exception"])
        {
            self.budget = self.budget.checked_sub(1).ok_or("it is too long")?;
            let (next, raised) = self.statement(at)?;
            raises |= raised;
            at = next.max(at + 1);
        }
        self.depth -= 1;
        Ok((at, raises))
    }

    fn statement(&mut self, at: usize) -> Result<(usize, bool), Why> {
        let sql = self.sql;
        let at = self.label(at);
        if sql.is_any(at, &["begin", "declare"]) {
            return Ok((self.block(at)?, false));
        }
        if sql.is(at, "if") {
            return self.branches(at);
        }
        if sql.is(at, "case") {
            return self.cases(at);
        }
        if sql.is_any(at, &["loop", "while", "for", "foreach"]) {
            return Ok((self.repeated(at)?, false));
        }
        let end = self.end_of(at);
        let raises = sql.is(at, "raise") && !sql.is_any(at + 1, &["notice", "warning", "info", "log", "debug"]);
        if !raises {
            self.simple(at, end)?;
        }
        Ok((end + 1, raises))
    }

    /// IF .. ELSIF .. ELSE .. END IF.
    fn branches(&mut self, at: usize) -> Result<(usize, bool), Why> {
        let known = self.conditions.len();
        let mut at = at;
        let mut all_raise = true;
        loop {
            if self.sql.is(at, "else") {
                let (next, raises) = self.statements(at + 1)?;
                self.conditions.truncate(known);
                return Ok((self.closed(next, "if")?, all_raise && raises));
            }
            if self.sql.is(at, "end") {
                self.conditions.truncate(known);
                return Ok((self.closed(at, "if")?, false));
            }
            let then = self.find_then(at + 1)?;
            self.calls(at + 1..then)?;
            let condition = condition::read(self.sql, at + 1..then, &self.variables);
            if self.conditions.len() == CONDITIONS {
                return Err("it asks too much".into());
            }
            // A variable keeps its answer, whatever happens between two questions about it.
            let set = self.variables.asked_when_set(self.sql, at + 1..then);
            let asked = set.map_or(self.first_question + at, |time| self.number_of(time));
            self.conditions.push(Asked { at: asked, condition: condition.clone() });
            let (next, raises) = self.statements(then + 1)?;
            self.conditions.pop();
            if !raises {
                // Where the branch raises, whatever runs later runs as if the condition had not been asked.
                self.conditions.push(Asked { at: asked, condition: condition.not() });
            }
            all_raise &= raises;
            if next <= at {
                return Err("an IF without END IF".into());
            }
            at = next;
            if !self.sql.is_any(at, &["else", "elsif", "elseif", "end"]) {
                return Err("an IF without END IF".into());
            }
        }
    }

    /// `END IF;`
    pub(super) fn closed(&mut self, at: usize, word: &str) -> Result<usize, Why> {
        self.variables.forget_found();
        if !self.sql.are(at, &["end", word]) {
            return Err(format!("{} without END", word.to_uppercase()));
        }
        Ok(self.end_of(at) + 1)
    }

    /// The number of what is asked of a variable that was set at this time.
    pub(super) fn number_of(&self, time: usize) -> usize {
        self.first_question + self.sql.tokens.len() + time
    }

    /// CASE as a statement: which branch runs is not asked further.
    fn cases(&mut self, at: usize) -> Result<(usize, bool), Why> {
        let Some(mut next) = self.sql.find_word(at..self.end_of(at), &["when"]) else {
            return Err("a CASE without WHEN".into());
        };
        self.conditions.push(Asked { at, condition: Condition::Unknown("a branch of CASE".into()) });
        loop {
            if self.sql.is(next, "when") {
                next = self.statements(self.find_then(next + 1)? + 1)?.0;
            } else if self.sql.is(next, "else") {
                next = self.statements(next + 1)?.0;
            } else {
                break;
            }
        }
        self.conditions.pop();
        Ok((self.closed(next, "case")?, false))
    }

    /// LOOP, WHILE, FOR, FOREACH.
    fn repeated(&mut self, at: usize) -> Result<usize, Why> {
        let end = self.end_of(at);
        let start = self.sql.find_word(at..end, &["loop"]).ok_or("a loop without LOOP")?;
        self.calls(at..start)?;
        if self.sql.is_any(at, &["for", "foreach"]) {
            let named = self.sql.find_word(at..start, &["in", "slice"]).unwrap_or(start);
            let names: Vec<String> =
                self.sql.commas(at + 1..named).into_iter().map(|part| self.sql.folded(part.start)).collect();
            names.iter().for_each(|name| self.variables.declare(name, false));
            let next = self.unrolled(at, start, &names)?;
            // From here on, or after it, they hold what the last round gave them.
            names.into_iter().for_each(|name| self.variables.set(name, None));
            if let Some(next) = next {
                return Ok(next);
            }
            if self.sql.is(named + 1, "execute") {
                return Err("a loop over dynamic SQL".into());
            }
        }
        self.variables.forget_found();
        // What it sets, it has set before when it comes round again.
        let ends = end_of_loop(self.sql, start).unwrap_or(self.sql.tokens.len());
        self.forget_set_in(start..ends);
        self.conditions.push(Asked { at, condition: Condition::Unknown("in a loop".into()) });
        let (next, _) = self.statements(start + 1)?;
        self.conditions.pop();
        self.closed(next, "loop")
    }

    /// An expression that is only computed must not call what may do something, but for a sequence that goes on.
    pub(super) fn calls(&mut self, range: Range<usize>) -> Result<(), Why> {
        let mut calls = condition::calls(self.sql, range);
        let all = calls.len();
        calls.retain(|function| !["nextval", "setval"].contains(&function.as_str()));
        self.moves_sequences |= calls.len() < all;
        match calls.first() {
            Some(function) => Err(format!("it calls {function}")),
            None => Ok(()),
        }
    }
}
