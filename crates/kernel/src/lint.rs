//! What a migration will do to a running database and to the code that uses it: rules over changes, not over text.
//!
//! A rule is a file in `lint/rule/`: its header is its page, the examples in it are its tests, and [`rule::RULES`] lists
//! it. It sees one migration at a time as a [`Step`]: the catalog before and after, each statement with what it changes,
//! and what the runner does around them. So it knows which tables are new, what depends on a column and what a line
//! before has made, which no reader of single files can.

mod ignore;
mod page;
mod place;
mod protection;
pub(crate) mod repair;
pub mod rule;
mod runner;
mod shared;
mod similar;
mod step;
#[cfg(test)]
mod tests;
mod undo;

pub use ignore::{Ignore, ignores};
pub use page::{Example, Page};
pub use place::{Place, Places};
pub use repair::{Edit, Later, Repair};
pub use runner::{Runner, Scope};
pub use similar::similarity;
pub(crate) use step::Replay;
pub use step::{Statement, Step};
pub use undo::unmade;

use crate::catalog::Catalog;
use crate::history::History;
use std::ops::Range;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Note,
    /// It can hurt, depending on what can't be seen here: how large the table is, which code is running.
    Warning,
    /// It fails, loses data, or breaks code that still runs.
    Error,
}

impl Severity {
    /// The word of flags and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The severity of a word.
    pub fn from_word(word: &str) -> Option<Severity> {
        [Severity::Note, Severity::Warning, Severity::Error].into_iter().find(|s| s.word() == word)
    }
}

/// What one rule looks for.
pub struct Rule {
    /// Its name: `drop-column`.
    pub name: &'static str,
    /// What its findings weigh, where nobody says otherwise and the finding itself does not.
    pub severity: Severity,
    /// It is advice about taste: off unless asked for.
    pub style: bool,
    /// The source of its own file, whose header is its page.
    pub source: &'static str,
    /// Looks at one migration.
    pub run: fn(&Step, &mut Vec<Found>),
}

impl Rule {
    /// A rule about what hurts.
    pub const fn hazard(
        name: &'static str,
        severity: Severity,
        source: &'static str,
        run: fn(&Step, &mut Vec<Found>),
    ) -> Rule {
        Rule { name, severity, style: false, source, run }
    }

    /// A rule about taste, off unless asked for.
    pub const fn style(name: &'static str, source: &'static str, run: fn(&Step, &mut Vec<Found>)) -> Rule {
        Rule { name, severity: Severity::Note, style: true, source, run }
    }

    /// Its page, in Markdown.
    pub fn page(&self) -> Page {
        Page::of(self.source)
    }
}

/// Something that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The bytes of the up file that it is about.
    pub span: Range<usize>,
    /// Heavier or lighter than its rule is.
    pub severity: Option<Severity>,
    /// What happens, and to which object, in a sentence or two without a full stop at the end.
    pub message: String,
    /// What to do instead, under this runner.
    pub help: String,
    /// What could stand there instead, where that can be told without a person.
    pub fix: Option<Fix>,
    /// What mends it, other files of the history included.
    pub repair: Option<Repair>,
}

impl Found {
    /// A finding.
    pub fn new(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Found {
        Found { span, severity: None, message: message.into(), help: help.into(), fix: None, repair: None }
    }

    /// The same, weighing this much.
    pub fn weighing(mut self, severity: Severity) -> Found {
        self.severity = Some(severity);
        self
    }

    /// The same, with what could stand there instead.
    pub fn fixed_by(mut self, fix: Option<Fix>) -> Found {
        self.fix = fix;
        self
    }

    /// The same, with what mends it.
    pub fn repaired_by(mut self, repair: Option<Repair>) -> Found {
        self.repair = repair;
        self
    }
}

/// A piece of text in place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// The bytes of the up file that go; empty to put something in.
    pub span: Range<usize>,
    /// What comes.
    pub text: String,
}

/// A finding of a rule in one migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// What it weighs by the rule's own judgement.
    pub severity: Severity,
    /// What it found.
    pub found: Found,
}

/// What to look at and how.
pub struct Options<'a> {
    /// What runs the migrations.
    pub runner: &'a Runner,
    /// The rules to run, of [`rule::RULES`].
    pub wanted: &'a dyn Fn(&Rule) -> bool,
    /// The migrations to look at, one word per migration of the history.
    pub judged: &'a [bool],
    /// Tables that this migration or a later one makes hold no rows yet: the first that no database with rows has run.
    /// None: only what a migration makes itself is empty when it runs.
    pub unshipped: Option<usize>,
}

/// Replays a history and lets the rules look at its migrations: one list for each, in the order of the files.
///
/// `undo` is called with each migration that is judged, for what is to be said of its rollback: the step, and what it is.
pub fn lint(history: &History, options: &Options, mut undo: impl FnMut(usize, &Step)) -> Vec<Vec<Finding>> {
    let mut catalog = Catalog::new(history.dialect);
    let mut replay = step::Replay::new(history, options.runner);
    let mut all = Vec::with_capacity(history.migrations.len());
    for (at, migration) in history.migrations.iter().enumerate() {
        if options.unshipped == Some(at) {
            replay.empty_from_here(&catalog);
        }
        let judged = options.judged.get(at).copied().unwrap_or(true);
        let step = replay.step(&mut catalog, migration, judged);
        all.push(if judged { judge(&step, options) } else { vec![] });
        if judged {
            undo(at, &step);
        }
        replay.keep(step);
    }
    all
}

fn judge(step: &Step, options: &Options) -> Vec<Finding> {
    let mut all = Vec::new();
    for rule in rule::RULES.iter().filter(|r| (options.wanted)(r)) {
        let mut found = Vec::new();
        (rule.run)(step, &mut found);
        all.extend(found.into_iter().map(|found| Finding {
            rule: rule.name,
            severity: found.severity.unwrap_or(rule.severity),
            found,
        }));
    }
    all.sort_by_key(|f| (f.found.span.start, f.found.span.end));
    all
}
