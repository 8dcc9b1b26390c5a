//! Findings with their lines, without those that a comment in the file takes back.

use super::fix::Mend;
use super::ignored::Ignored;
use super::options::CheckOptions;
use super::report::{Finding, Fix, Group};
use crate::head::Digest;
use std::collections::HashMap;
use std::sync::Arc;
use unmigrate_kernel::lint::{self, Place, Places, Severity};
use unmigrate_sources::Source;

/// The findings of one history.
pub struct Placed<'a> {
    source: &'a Source,
    options: &'a CheckOptions,
    texts: Vec<Option<Arc<str>>>,
    findings: Vec<Finding>,
    ignored: Ignored,
}

/// What is found about a file that is no up file, or about one as a whole.
pub struct About {
    /// The rule.
    pub rule: &'static str,
    /// Its group.
    pub group: Group,
    /// What it weighs.
    pub severity: Severity,
    /// The file, relative to the working directory.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl<'a> Placed<'a> {
    /// Nothing found yet.
    pub fn new(source: &'a Source, options: &'a CheckOptions) -> Placed<'a> {
        let texts = vec![None; source.history.migrations.len()];
        Placed { source, options, texts, findings: vec![], ignored: Ignored::of(source) }
    }

    /// A rule's finding in the migration at a place of the history.
    pub fn hazard(&mut self, at: usize, finding: lint::Finding) {
        let lint::Finding { rule, severity, found } = finding;
        let Some(severity) = self.options.weight(rule, severity) else { return };
        if self.ignored.takes(at, rule, &found.span) {
            return;
        }
        let migration = &self.source.history.migrations[at];
        let places = Places::new(&migration.sql);
        let Place { line, column, end_line, end_column } = places.of(&found.span);
        let fix = found.fix.map(|fix| {
            let Place { line, column, end_line, end_column } = places.of(&fix.span);
            Fix { title: fix.title, line, column, end_line, end_column, text: fix.text }
        });
        let text = self.texts[at].get_or_insert_with(|| Arc::from(migration.sql.as_str())).clone();
        let about = migration.sql.get(found.span).unwrap_or_default();
        let fingerprint = fingerprint(rule, &migration.file, &words(about));
        self.findings.push(Finding {
            rule,
            group: Group::Hazard,
            severity,
            file: migration.file.clone(),
            line,
            column,
            end_line,
            end_column,
            message: found.message,
            help: found.help,
            fix,
            fingerprint,
            text: Some(text),
            mend: found.repair.map(|repair| Arc::new(Mend { at, repair })),
        });
    }

    /// Was this already found about this file?
    pub fn has(&self, rule: &str, file: &str) -> bool {
        self.findings.iter().any(|f| f.rule == rule && f.file == file)
    }

    /// A finding about a file as a whole, or a line of it.
    pub fn push(&mut self, about: About) {
        let About { rule, group, severity, file, line, message, help } = about;
        let Some(severity) = self.options.weight(rule, severity) else { return };
        let at = self.source.history.migrations.iter().position(|m| m.file == file);
        if at.is_some_and(|at| self.ignored.takes_whole(at, rule)) {
            return;
        }
        let fingerprint = fingerprint(rule, &file, &message);
        let (column, end_line, end_column) = (1, line, 1);
        self.findings.push(Finding {
            rule,
            group,
            severity,
            file,
            line,
            column,
            end_line,
            end_column,
            message,
            help,
            fix: None,
            fingerprint,
            text: None,
            mend: None,
        });
    }

    /// All of them in the order of the history and the lines, and how many were taken back. Comments that took nothing
    /// back are findings too.
    pub fn done(mut self, judged: &[bool]) -> (Vec<Finding>, usize) {
        for (at, rule, found) in self.ignored.idle(judged, self.options) {
            let finding = lint::Finding { rule, severity: Severity::Warning, found };
            self.hazard(at, finding);
        }
        let order: HashMap<&str, usize> =
            self.source.history.migrations.iter().enumerate().map(|(at, m)| (m.file.as_str(), at)).collect();
        let key =
            |f: &Finding| (order.get(f.file.as_str()).copied().unwrap_or(usize::MAX), f.file.clone(), f.line, f.column);
        self.findings.sort_by_cached_key(key);
        number(&mut self.findings);
        (self.findings, self.ignored.taken())
    }
}

/// Two findings that are alike in all but their place get fingerprints of their own.
fn number(findings: &mut [Finding]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        let times = seen.entry(finding.fingerprint.clone()).or_default();
        if *times > 0 {
            finding.fingerprint = fingerprint(finding.rule, &finding.fingerprint, &times.to_string());
        }
        *times += 1;
    }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fingerprint(rule: &str, file: &str, what: &str) -> String {
    let digest = Digest::of(&format!("{rule}\n{file}\n{what}")).to_string();
    digest.trim_start_matches("sha256:").chars().take(16).collect()
}
