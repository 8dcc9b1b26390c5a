//! Comments that take findings back, and those that take back nothing.

use super::options::CheckOptions;
use std::ops::Range;
use unmigrate_kernel::lint::{Found, Ignore, ignores};
use unmigrate_sources::Source;

/// A comment that says no reason.
const WITHOUT_REASON: &str = "ignore-without-reason";
/// A comment that takes nothing back.
const UNUSED: &str = "unused-ignore";

/// The comments of a history's files.
pub struct Ignored {
    all: Vec<Vec<(Ignore, usize)>>,
}

impl Ignored {
    /// Reads them.
    pub fn of(source: &Source) -> Ignored {
        let dialect = source.history.dialect;
        let of = |sql: &str, breakpoints| ignores(sql, dialect, breakpoints).into_iter().map(|i| (i, 0)).collect();
        Ignored { all: source.history.migrations.iter().map(|m| of(&m.sql, m.breakpoints)).collect() }
    }

    /// Does a comment with a reason take back this rule's finding here?
    pub fn takes(&mut self, at: usize, rule: &str, span: &Range<usize>) -> bool {
        let covers = |i: &Ignore| i.covers.start <= span.start && span.start <= i.covers.end;
        self.first(at, |i| covers(i) && i.rules.iter().any(|r| r == rule))
    }

    /// Does a comment for the whole file take it back?
    pub fn takes_whole(&mut self, at: usize, rule: &str) -> bool {
        self.first(at, |i| i.covers.start == 0 && i.rules.iter().any(|r| r == rule))
    }

    fn first(&mut self, at: usize, test: impl Fn(&Ignore) -> bool) -> bool {
        let found = self.all[at].iter_mut().find(|(i, _)| !i.reason.is_empty() && test(i));
        found.map(|(_, times)| *times += 1).is_some()
    }

    /// How many findings were taken back.
    pub fn taken(&self) -> usize {
        self.all.iter().flatten().map(|(_, times)| times).sum()
    }

    /// In the migrations that were looked at: comments without a reason, and those that took back nothing.
    pub fn idle(&self, judged: &[bool], options: &CheckOptions) -> Vec<(usize, &'static str, Found)> {
        let off = |rule: &str| options.weight(rule, super::Severity::Note).is_none();
        let mut found = Vec::new();
        for (at, ignores) in self.all.iter().enumerate().filter(|(at, _)| judged[*at]) {
            for (ignore, times) in ignores {
                let named = ignore.rules.join(", ");
                if ignore.reason.is_empty() {
                    found.push((
                        at,
                        WITHOUT_REASON,
                        Found::new(
                            ignore.span.clone(),
                            "this comment gives no reason, and takes nothing back",
                            "-- unmigrate-ignore <rule>: <why it is meant>",
                        ),
                    ));
                } else if *times == 0 && !ignore.rules.iter().any(|r| off(r)) {
                    let unknown = ignore.rules.iter().find(|r| !super::is_rule(r));
                    let message = match unknown {
                        Some(rule) => format!("there is no rule `{rule}`, and this comment takes nothing back"),
                        None => format!("`{named}` finds nothing here: this comment is not needed"),
                    };
                    found.push((
                        at,
                        UNUSED,
                        Found::new(ignore.span.clone(), message, "take it out, if the migration has not been applied"),
                    ));
                }
            }
        }
        found
    }
}
