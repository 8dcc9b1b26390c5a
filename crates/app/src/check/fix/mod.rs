//! `check --fix`: what can be mended without a person, in migrations that no database has run. Nothing is written before
//! somebody has said yes, and only what ends in the same schema.

mod draft;
mod journal;
mod report;
mod rollbacks;
mod shipped;

pub use report::{FixState, Fixed, FixedFile, Fixes};

use super::options::CheckOptions;
use super::report::{CheckReport, Finding};
use super::{Look, Seen};
use crate::Problem;
use draft::{Chosen, Draft, draft};
use shipped::Shipped;
use std::path::Path;
use std::sync::Arc;
use unmigrate_kernel::lint::{Repair, Severity, rule};
use unmigrate_sources::{Context, chain};

/// A finding of a rule that can be mended: the migration's place in its history, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    pub(super) at: usize,
    pub(super) repair: Repair,
}

/// What can be fixed of everything that was found, and what stands in the way of the rest. Nothing is written.
pub fn plan(look: &Look, options: &CheckOptions, context: &Context) -> Fixes {
    let dirs: Vec<&Path> = look.seen.iter().map(|seen| seen.source.dir.as_path()).collect();
    let branch = options.default_branch.as_deref();
    let shipped = Shipped::ask(context.cwd, look.report.since.clone(), branch, &dirs);
    let mut fixes = Fixes::default();
    for seen in &look.seen {
        Fixing { seen, options, context, shipped: &shipped, report: &look.report, fixes: &mut fixes }.history();
    }
    fixes.fixes.sort_by_cached_key(|f| (f.file.clone(), f.line));
    fixes
}

/// Writes what was planned.
///
/// # Errors
/// `changed-meanwhile`, `not-writable`: nothing is written then.
pub fn write(fixes: &mut Fixes) -> Result<(), Problem> {
    draft::put(&fixes.files)?;
    fixes.written = true;
    let planned = fixes.fixes.iter_mut().filter(|fix| fix.state == FixState::Planned);
    planned.for_each(|fix| fix.state = FixState::Written);
    Ok(())
}

/// The fixes of one history.
struct Fixing<'a> {
    seen: &'a Seen,
    options: &'a CheckOptions,
    context: &'a Context<'a>,
    shipped: &'a Shipped,
    report: &'a CheckReport,
    fixes: &'a mut Fixes,
}

impl Fixing<'_> {
    fn history(&mut self) {
        let chosen = self.chosen();
        let (draft, kept) = self.largest(&chosen);
        let touched = kept.iter().map(|c| c.at).min();
        if let Some(draft) = &draft {
            self.edited(draft);
        }
        let files = self.fixes.files.len();
        self.journal(draft.as_ref().is_some_and(|d| !d.planned.is_empty()));
        // What makes the tool see a new migration comes last of the files that are no rollbacks.
        let journal = self.fixes.files.split_off(files);
        self.created(draft.as_ref());
        self.fixes.files.extend(journal);
        self.rollbacks(draft.as_ref(), touched);
    }

    fn wants(&self, rule: &str, severity: Severity) -> bool {
        let named = &self.options.fix_rule;
        let style = || rule::named(rule).is_some_and(|r| r.style);
        let renames = rule == "drop-add-rename" && !self.options.rename.is_empty();
        let every = named.is_empty() && (severity >= Severity::Warning || style());
        every || renames || named.iter().any(|n| n == rule)
    }

    /// The repairs that may be done; of the others it is said why not.
    fn chosen(&mut self) -> Vec<(Finding, Arc<Mend>)> {
        let source = &self.seen.source;
        let own = |f: &&Finding| source.history.migrations.iter().any(|m| m.file == f.file);
        let mut chosen = Vec::new();
        for finding in self.report.findings.iter().filter(own) {
            let Some(mend) = finding.mend.clone().filter(|_| self.wants(finding.rule, finding.severity)) else {
                continue;
            };
            if let Some(why) = self.shipped.why(source, self.seen.standings.as_ref(), mend.at) {
                self.say(finding, &mend.repair.title, FixState::Refused, Some(why));
                continue;
            }
            if let Some(asks) = mend.repair.asks.as_ref().filter(|asks| !self.options.rename.contains(asks)) {
                self.say(finding, &mend.repair.title, FixState::Asks, Some(format!("--rename {asks}")));
                continue;
            }
            chosen.push((finding.clone(), mend));
        }
        chosen
    }

    /// As many of them as can be done together.
    fn largest<'m>(&mut self, chosen: &'m [(Finding, Arc<Mend>)]) -> (Option<Draft>, Vec<Chosen<'m>>) {
        let all: Vec<Chosen> = chosen.iter().map(|(_, m)| Chosen { at: m.at, repair: &m.repair }).collect();
        let of = |some: &[Chosen]| draft(&self.seen.source, some, self.context);
        if all.is_empty() {
            return (None, vec![]);
        }
        let (mut best, mut kept, mut refused) = (of(&all).ok(), all.clone(), vec![]);
        if best.is_none() {
            kept.clear();
            for (n, one) in all.iter().enumerate() {
                kept.push(*one);
                match of(&kept) {
                    Ok(draft) => best = Some(draft),
                    Err(why) => {
                        kept.pop();
                        refused.push((n, why));
                    }
                }
            }
        }
        for (n, (finding, mend)) in chosen.iter().enumerate() {
            let why = refused.iter().find(|(r, _)| *r == n).map(|(_, why)| why.clone());
            let state = if why.is_some() { FixState::Refused } else { FixState::Planned };
            self.say(finding, &mend.repair.title, state, why);
        }
        (best, kept)
    }

    fn say(&mut self, finding: &Finding, title: &str, state: FixState, why: Option<String>) {
        let (rule, file, line, title) = (finding.rule, finding.file.clone(), finding.line, title.to_owned());
        self.fixes.fixes.push(Fixed { rule, file, line, title, state, why });
    }

    /// The up files with another text.
    fn edited(&mut self, draft: &Draft) {
        let source = &self.seen.source;
        for ((was, is), place) in source.history.migrations.iter().zip(&draft.history.migrations).zip(&source.places) {
            if was.sql != is.sql {
                let (before, after) = (Some(was.sql.clone()), is.sql.clone());
                self.fixes.files.push(FixedFile::new(was.file.clone(), place.up.clone(), before, after, false));
            }
        }
    }

    /// The files of new migrations; of the journal that is there the one with their entries.
    fn created(&mut self, draft: Option<&Draft>) {
        for (path, text) in draft.iter().flat_map(|d| &d.planned).flat_map(|new| &new.files) {
            let before = std::fs::read_to_string(path).ok();
            let file = FixedFile::new(self.context.shown(path), path.clone(), before, text.clone(), false);
            self.fixes.files.push(file);
        }
    }

    /// Drizzle's journal, where an entry would be skipped.
    fn journal(&mut self, is_taken: bool) {
        const RULE: &str = "journal-backwards";
        let source = &self.seen.source;
        let chain = chain(source);
        let mut found = self.report.findings.iter().filter(|f| f.rule == RULE && f.file == chain.journal);
        if !self.wants(RULE, Severity::Error) || found.next().is_none() {
            return;
        }
        let order = journal::order(source, &chain, self.shipped, self.seen.standings.as_ref());
        for (tag, line, done) in order.entries {
            let (title, state, why) = match done {
                Ok(_) if is_taken => {
                    let why = "the journal gets an entry for another fix: run it again after that one".to_owned();
                    (format!("give `{tag}` a later `when`"), FixState::Refused, Some(why))
                }
                Ok(when) => (format!("give `{tag}` the `when` {when}"), FixState::Planned, None),
                Err(why) => (format!("give `{tag}` a later `when`"), FixState::Refused, Some(why)),
            };
            self.fixes.fixes.push(Fixed { rule: RULE, file: chain.journal.clone(), line, title, state, why });
        }
        if let Some((path, before, after)) = order.file.filter(|_| !is_taken) {
            self.fixes.files.push(FixedFile::new(chain.journal.clone(), path, Some(before), after, false));
        }
    }

    /// The rollbacks: of what was found, and of what changed here, where this history keeps any.
    fn rollbacks(&mut self, draft: Option<&Draft>, touched: Option<usize>) {
        const RULES: [&str; 3] = ["rollback-missing", "rollback-stale", "rollback-outdated"];
        let source = &self.seen.source;
        let shown =
            |at: usize| [source.history.migrations[at].file.clone(), self.context.shown(&source.places[at].down)];
        let wanted = |f: &&Finding| RULES.contains(&f.rule) && self.wants(f.rule, f.severity);
        let found: Vec<(usize, &Finding)> = (self.report.findings.iter().filter(wanted))
            .filter_map(|f| Some(((0..source.places.len()).find(|at| shown(*at).contains(&f.file))?, f)))
            .collect();
        let kept = source.places.iter().any(|p| p.down.is_file());
        if !kept || found.is_empty() && draft.is_none() {
            return;
        }
        let (history, planned) = match draft {
            Some(draft) => (&draft.history, &draft.planned[..]),
            None => (&source.history, &[][..]),
        };
        let due = |at: usize| touched.is_some_and(|from| at >= from) || found.iter().any(|(n, _)| *n == at);
        let anew = rollbacks::anew(source, history, planned, &due, self.context);
        for (at, finding) in found {
            let down = self.context.shown(&source.places[at].down);
            let is = anew.files.iter().any(|file| file.file == down);
            let (state, why) = match is {
                true => (FixState::Planned, None),
                false => (FixState::Refused, Some("a person wrote or edited it: it is theirs to change".to_owned())),
            };
            self.say(finding, "write the rollback anew", state, why);
        }
        for down in anew.theirs {
            let why = "a person edited it, and the migration changes: compare them".to_owned();
            let title = "leave the rollback as it is".to_owned();
            let rule = "rollback-stale";
            self.fixes.fixes.push(Fixed { rule, file: down, line: 1, title, state: FixState::Refused, why: Some(why) });
        }
        self.fixes.files.extend(anew.files);
    }
}
