//! The statements of PL/pgSQL that hold no others: what each does, and what it tells of the block's variables.

use super::body::{Asked, Body, Item, Why};
use super::condition::{self, Meaning};
use super::texts::text;
use super::{Condition, Wanted, inner, named};
use crate::Dialect;
use crate::lex::Kind;
use crate::one_line;
use crate::split::split;
use std::ops::Range;

/// Every later statement carries the conditions of every RETURN before it.
const RETURNS: usize = 50;

/// The columns of the catalogs that hold the names of constraints and policies.
pub(super) const NAMES: [&str; 4] = ["conname", "constraint_name", "policyname", "polname"];

impl Body<'_, '_> {
    /// A statement without statements in it.
    pub(super) fn simple(&mut self, at: usize, end: usize) -> Result<(), Why> {
        let sql = self.sql;
        let word = if sql.kind(at) == Some(Kind::Word) { sql.at(at).to_ascii_lowercase() } else { String::new() };
        match word.as_str() {
            _ if at >= end => Ok(()),
            "get" => {
                self.forget_named(at..end);
                Ok(())
            }
            "null" | "raise" | "assert" | "exit" | "continue" | "close" | "commit" | "lock" => Ok(()),
            "return" => {
                if self.returned.len() == RETURNS {
                    return Err("it returns in too many places".into());
                }
                let conditions = self.conditions.iter().map(|c| c.condition.clone()).collect();
                self.returned.push(Asked { at, condition: Condition::all(conditions) });
                Ok(())
            }
            "perform" => {
                self.variables.found(condition::query_exists(sql, at..end, &self.variables));
                self.calls(at + 1..end)
            }
            "execute" => self.execute(at, end),
            "rollback" | "open" | "fetch" | "move" | "savepoint" => Err(format!("{} in it", word.to_uppercase())),
            "select" => self.select(at, end),
            "with" => self.with(at, end),
            _ if self.assigns(at, end) => self.assignment(at, end),
            _ => {
                self.variables.forget_found();
                if let Some(returned) = self.sql.find_word(at..end, &["returning"])
                    && let Some(into) = self.sql.find_word(returned..end, &["into"])
                {
                    self.forget_named(into..end);
                }
                self.run(at..end, None);
                Ok(())
            }
        }
    }

    /// The variables named here get values that are not known.
    fn forget_named(&mut self, range: Range<usize>) {
        for at in range {
            let name = self.sql.folded(at);
            if self.variables.is_declared(&name) {
                self.variables.set(name, None);
            }
        }
    }

    /// So do those that are set in these statements.
    pub(super) fn forget_set_in(&mut self, range: Range<usize>) {
        let set = |at: usize| {
            let into = self.sql.is(at.wrapping_sub(1), "into") || self.sql.punct(at.wrapping_sub(1), b',');
            into || self.sql.punct(at + 1, b'=') || (self.sql.punct(at + 1, b':') && self.sql.punct(at + 2, b'='))
        };
        let places: Vec<usize> = range.filter(|at| set(*at)).collect();
        places.into_iter().for_each(|at| self.forget_named(at..at + 1));
    }

    /// `v := ..`, `v = ..`, `r.field := ..`, `a[1] := ..`
    fn assigns(&self, at: usize, end: usize) -> bool {
        let Some((_, mut next)) = self.sql.dotted(at) else { return false };
        while self.sql.punct(next, b'[') {
            next = self.sql.past(next);
        }
        next < end && (self.sql.punct(next, b'=') || (self.sql.punct(next, b':') && self.sql.punct(next + 1, b'=')))
    }

    fn assignment(&mut self, at: usize, end: usize) -> Result<(), Why> {
        let Some(equals) = self.sql.find(at..end, |i| self.sql.punct(i, b'=')) else { return Ok(()) };
        self.calls(equals + 1..end)?;
        let plain = self.sql.punct(at + 1, b'=') || self.sql.punct(at + 1, b':');
        let meaning = condition::meaning(self.sql, equals + 1..end, &self.variables);
        self.assign(self.sql.folded(at), meaning.filter(|_| plain));
        Ok(())
    }

    /// What is assigned under a condition is not known after it.
    pub(super) fn assign(&mut self, name: String, meaning: Option<Meaning>) {
        let meaning = meaning.filter(|_| self.conditions.is_empty() && self.caught.is_empty());
        let is_answer = meaning.as_ref().is_some_and(Meaning::is_answer);
        self.variables.set(name, meaning);
        if is_answer {
            let asks = Some(self.number_of(self.variables.times()));
            let (caught, conditions) = (Vec::new(), Vec::new());
            let span = self.sql.span(0..1).unwrap_or(0..0);
            self.items.push(Item { span, text: Some(String::new()), caught, conditions, asks });
        }
    }

    /// `SELECT .. INTO v FROM ..` only reads; any other SELECT is a statement like others.
    fn select(&mut self, at: usize, end: usize) -> Result<(), Why> {
        let Some(into) = self.sql.find_word(at..end, &["into"]) else {
            self.run(at..end, None);
            return Ok(());
        };
        self.calls(at..end)?;
        let target = into + 1 + usize::from(self.sql.is(into + 1, "strict"));
        self.variables.found(condition::query_exists(self.sql, at..end, &self.variables));
        let name = self.names_of_constraints(at..end).and_then(|names| match names.as_slice() {
            [] => Some(Meaning::Null),
            [name] => Some(Meaning::Text(name.clone())),
            // Which of them it is the order of rows decides.
            _ => None,
        });
        let meaning = name.or_else(|| condition::selected(self.sql, at..end, into, &self.variables));
        let several = self.sql.punct(target + 1, b',');
        if several {
            self.several(at..end, into, target);
        }
        if !several {
            self.assign(self.sql.folded(target), meaning);
        }
        Ok(())
    }

    /// `SELECT a, b INTO v, w FROM ..`
    fn several(&mut self, query: Range<usize>, into: usize, target: usize) {
        let from = self.sql.find_word(target..query.end, &["from"]).unwrap_or(query.end);
        self.forget_named(target..from);
        let items = self.sql.commas(query.start + 1..into);
        let targets = self.sql.commas(target..from);
        if items.len() != targets.len() {
            return;
        }
        let exists = condition::query_exists(self.sql, query, &self.variables);
        for (item, target) in items.into_iter().zip(targets) {
            let meaning = condition::column_meaning(self.sql, item, &exists);
            self.assign(self.sql.folded(target.start), meaning);
        }
    }

    /// The names of the constraints that a query looks for, where nothing before it in the block was about their table.
    fn names_of_constraints(&self, query: Range<usize>) -> Option<Vec<String>> {
        self.wanted_names(query).map(|(_, names)| names)
    }

    /// What a query looks for, and the names.
    pub(super) fn wanted_names(&self, query: Range<usize>) -> Option<(Wanted, Vec<String>)> {
        let name =
            (query.start + 1..query.end).find(|at| !self.sql.punct(at + 1, b'.') && !self.sql.punct(*at, b'.'))?;
        if !NAMES.contains(&self.sql.folded(name).as_str()) {
            return None;
        }
        if !self.sql.is_any(name + 1, &["into", "from", "as"]) && !self.sql.punct(name + 1, b',') {
            return None;
        }
        let wanted = named::wanted(self.sql, query, &self.variables)?;
        let about = self.statements_so_far().contains(&wanted.table.name);
        let names = if about { None } else { (self.lookup)(&wanted) }?;
        Some((wanted, names))
    }

    /// `WITH .. SELECT .. INTO v`: the same without its target, so that nobody takes it for a table.
    fn with(&mut self, at: usize, end: usize) -> Result<(), Why> {
        let into = self.sql.find(at..end, |i| self.sql.is(i, "into") && !self.sql.is_any(i - 1, &["insert", "merge"]));
        let text = into.map(|into| {
            let mut next = into + 1 + usize::from(self.sql.is(into + 1, "strict"));
            while let Some((name, after)) = self.sql.dotted(next) {
                self.variables.set(name.first().cloned().unwrap_or_default(), None);
                next = after + usize::from(self.sql.punct(after, b','));
                if next == after {
                    break;
                }
            }
            format!("{} {}", self.sql.source(at..into), self.sql.source(next.min(end)..end))
        });
        self.variables.forget_found();
        self.run(at..end, text);
        Ok(())
    }

    /// EXECUTE of a text that stands there, or is put together out of what stands there.
    fn execute(&mut self, at: usize, end: usize) -> Result<(), Why> {
        let sql = self.sql;
        let parts = condition::bare(sql, at + 1..end);
        if parts.len() == 1
            && let Some(span) = inner(sql, parts.start)
        {
            self.push(span, None);
            return Ok(());
        }
        let never = self.conditions.iter().any(|asked| asked.condition == Condition::Or(Vec::new()));
        match (text(sql, parts.clone(), &self.variables), sql.span(parts)) {
            (None, _) if never => {}
            (Some(text), Some(span)) => {
                for statement in split(&text, Dialect::Postgres, false) {
                    self.push(span.clone(), Some(text[statement.span].to_string()));
                }
            }
            _ => return Err(format!("dynamic SQL: {}", one_line(sql.source(at..end), 80))),
        }
        Ok(())
    }

    fn run(&mut self, range: Range<usize>, text: Option<String>) {
        if let Some(span) = self.sql.span(range) {
            self.push(span, text);
        }
    }

    fn push(&mut self, span: Range<usize>, text: Option<String>) {
        let mut conditions = self.conditions.clone();
        for returned in &self.returned {
            let not = Asked { at: returned.at, condition: returned.condition.clone().not() };
            if !conditions.iter().any(|c| c.condition == not.condition) {
                conditions.insert(0, not);
            }
        }
        self.items.push(Item { span, text, caught: self.caught.clone(), conditions, asks: None });
    }
}
