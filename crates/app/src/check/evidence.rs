//! What `verify`'s evidence says of the rollbacks: never run, run over other texts than lie there now, or run and found
//! wanting. Where nobody has ever run `verify`, that is said once.

use super::placed::About;
use super::report::Group;
use crate::verify::evidence::{self, Evidence, Hashes, Proof};
use std::fs;
use unmigrate_kernel::lint::Severity;
use unmigrate_sources::{Context, Source, pasted};

/// The evidence of one history, beside the texts that lie there now.
pub struct Proofs {
    file: String,
    evidence: Evidence,
    /// One per migration; none at all where there is no evidence to hold against them.
    hashes: Vec<Hashes>,
}

impl Proofs {
    /// Reads the evidence, and the texts where there is some.
    pub fn of(source: &Source, context: &Context) -> Proofs {
        let path = evidence::path(&source.dir, source.layout);
        let evidence = Evidence::read(&path);
        let known = !(evidence.verified.is_empty() && evidence.failed.is_empty());
        let hashes = if known { hashes(source) } else { vec![] };
        Proofs { file: context.shown(&path), evidence, hashes }
    }

    /// One note where no rollback of a history was ever run.
    pub fn never(&self, source: &Source) -> Option<About> {
        // What a newer unmigrate wrote can't be read here, and is no reason to complain.
        let unknown = self.evidence.version > evidence::VERSION;
        if !self.hashes.is_empty() || unknown {
            return None;
        }
        Some(about(
            "rollback-unverified",
            Severity::Note,
            // Reviewers' pages take files only; the first is the one that stays.
            &source.history.migrations.first()?.file,
            format!("no rollback in `{}` was ever run: what they give back is derived, not proven", source.shown),
            "unmigrate verify   runs each on a scratch database, and remembers in a file to commit what was proven"
                .into(),
        ))
    }

    /// What is to be said of one rollback, and whether it is only that something before it in the history changed.
    pub fn finding(&self, source: &Source, at: usize, down: &str) -> Option<(About, bool)> {
        let name = &source.history.migrations[at].name;
        let again = || format!("unmigrate verify {}", pasted(name));
        let found = match self.evidence.proof(name, self.hashes.get(at)?) {
            Proof::Holds => return None,
            Proof::Failed(entry) => about(
                "rollback-differs",
                Severity::Error,
                down,
                format!(
                    "it was run on {}, and failed: {}",
                    entry.engine,
                    crate::verify::Verdict::of_json(&entry.verdict).map_or("", crate::verify::Verdict::words)
                ),
                format!("{}   shows what is wrong with it", again()),
            ),
            Proof::Never => about(
                "rollback-unverified",
                Severity::Warning,
                down,
                format!("this rollback has not been run, and others in `{}` have", self.file),
                format!("{}   and commit what it writes", again()),
            ),
            Proof::Moved { up, down: own } => {
                let what = match (up, own) {
                    (true, true) => "the migration and this rollback changed",
                    (true, false) => "the migration changed",
                    (false, true) => "this rollback changed",
                    (false, false) => "the history before it changed",
                };
                let message = format!("{what} since `{}` proved it: the proof no longer holds", self.file);
                let found = about("evidence-outdated", Severity::Warning, down, message, again());
                return Some((found, !up && !own));
            }
        };
        Some((found, false))
    }
}

fn hashes(source: &Source) -> Vec<Hashes> {
    let downs: Vec<Option<String>> = source.places.iter().map(|place| fs::read_to_string(&place.down).ok()).collect();
    let texts = source.history.migrations.iter().zip(&downs).map(|(m, down)| (m.sql.as_str(), down.as_deref()));
    Hashes::of(texts)
}

fn about(rule: &'static str, severity: Severity, file: &str, message: String, help: String) -> About {
    About { rule, group: Group::Rollback, severity, file: file.to_owned(), line: 1, message, help }
}
