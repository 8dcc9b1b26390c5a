//! How the statements of a procedure's body stand in each other.

use crate::rows::sql::Sql;
use std::ops::Range;

/// What opens a group of statements that END closes.
const OPENS: [&str; 4] = ["if", "loop", "while", "repeat"];

/// A part of an IF: what it asks (none: ELSE), and what it does.
pub(super) struct Branch {
    pub(super) condition: Option<Range<usize>>,
    pub(super) then: Range<usize>,
}

/// The first place from `from` on, outside of what is opened there, where `stop` holds; it is told whether a statement
/// begins there.
fn scan(body: &Sql, from: usize, end: usize, stop: impl Fn(usize, bool) -> bool) -> usize {
    // What is open: `true` for a CASE that is part of an expression.
    let mut open: Vec<bool> = Vec::new();
    let (mut at, mut begins) = (from, true);
    while at < end {
        let expression = open.last() == Some(&true);
        begins &= !expression;
        if open.is_empty() && stop(at, begins) {
            return at;
        }
        if body.is(at, "end") && (begins || expression) {
            open.pop();
            let closes = !expression && (body.is_any(at + 1, &OPENS) || body.is(at + 1, "case"));
            at += 1 + usize::from(closes);
            begins = false;
            continue;
        }
        if body.is(at, "case") {
            open.push(!begins);
        } else if !expression && (body.is(at, "begin") || (begins && body.is_any(at, &OPENS))) {
            open.push(false);
        }
        let introduced = body.is_any(at, &["then", "else", "do", "loop", "begin", "repeat"]);
        begins = introduced || body.punct(at, b';') || body.punct(at, b':');
        at = body.past(at);
    }
    end
}

/// Where the semicolon of the statement stands that begins here.
pub(super) fn end_of(body: &Sql, at: usize, end: usize) -> usize {
    scan(body, at, end, |at, _| body.punct(at, b';'))
}

/// From here to the END that closes it.
pub(super) fn inner(body: &Sql, at: usize, end: usize) -> Range<usize> {
    at..scan(body, at, end, |at, begins| begins && body.is(at, "end"))
}

/// The parts of the IF statement that begins a range.
pub(super) fn branches(body: &Sql, range: Range<usize>) -> Option<Vec<Branch>> {
    let mut out = Vec::new();
    let mut at = range.start;
    loop {
        let condition = if body.is(at, "else") {
            None
        } else {
            let then = body.find_word(at + 1..range.end, &["then"])?;
            let asked = at + 1..then;
            if body.find_word(asked.clone(), &["case"]).is_some() {
                return None;
            }
            at = then;
            Some(asked)
        };
        let last = condition.is_none();
        let ends = |at: usize, begins: bool| begins && body.is_any(at, &["else", "elseif", "end"]);
        let end = scan(body, at + 1, range.end, ends);
        out.push(Branch { condition, then: at + 1..end });
        if end >= range.end {
            return None;
        }
        if body.is(end, "end") {
            return Some(out);
        }
        if last {
            return None;
        }
        at = end;
    }
}

/// Past what stands between a procedure's parameters and its body: COMMENT, LANGUAGE SQL, DETERMINISTIC and the like.
pub(super) fn characteristics(body: &Sql, mut at: usize) -> usize {
    loop {
        let length = [
            (["comment"].as_slice(), 2),
            (&["language", "sql"], 2),
            (&["not", "deterministic"], 2),
            (&["deterministic"], 1),
            (&["contains", "sql"], 2),
            (&["no", "sql"], 2),
            (&["reads", "sql", "data"], 3),
            (&["modifies", "sql", "data"], 3),
            (&["sql", "security"], 3),
        ]
        .into_iter()
        .find(|(words, _)| body.are(at, words));
        match length {
            Some((_, length)) => at += length,
            None => return at,
        }
    }
}
