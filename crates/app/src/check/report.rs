//! What `check` returns: the JSON contract, version 1.

use super::fix::{Fixes, Mend};
use serde::{Serialize, Serializer};
use std::sync::Arc;
use unmigrate_kernel::lint::Severity;
use unmigrate_sources::Problem;

/// All that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// Of the contract: 1. Fields are only ever added within a version.
    pub version: u32,
    /// In the order of the histories, their files and their lines.
    pub findings: Vec<Finding>,
    /// The histories that were looked at.
    pub histories: Vec<CheckedHistory>,
    /// What the changes were counted from; none where every migration was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// Findings that are left out, and why.
    pub suppressed: Suppressed,
    /// What could not be handled while the rest went on.
    pub problems: Vec<Problem>,
    /// What was fixed, or would be; only where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixes: Option<Fixes>,
    #[serde(skip)]
    pub(crate) strict: bool,
}

/// One history, and how it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckedHistory {
    /// `prisma` or `drizzle`.
    pub tool: &'static str,
    /// `postgresql`, `cockroachdb`, `mysql` or `sqlite`.
    pub dialect: &'static str,
    /// The folder, relative to the working directory.
    pub dir: String,
    /// What runs the migrations: `prisma`, `drizzle`, `d1`, `libsql`, `autocommit` or `transaction`.
    pub runner: &'static str,
    /// How many migrations it has.
    pub migrations: usize,
    /// How many of them were looked at.
    pub checked: usize,
}

/// The commit that the changes were counted from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Since {
    /// The ref that was asked for or found: `origin/main`.
    pub reference: String,
    /// The commit where this branch left it.
    pub commit: String,
}

/// How many findings are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Suppressed {
    /// By a comment in the file.
    pub ignored: usize,
    /// Because they stand in the baseline.
    pub baseline: usize,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// What the migration will do.
    Hazard,
    /// What is wrong with the order and the files of the history.
    History,
    /// What is wrong with its rollback.
    Rollback,
}

impl Group {
    /// The word of terminal and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Group::Hazard => "hazard",
            Group::History => "history",
            Group::Rollback => "rollback",
        }
    }
}

/// One thing that a rule found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule's name; `explain` has its page.
    pub rule: &'static str,
    /// What it is about.
    pub group: Group,
    /// `error`, `warning` or `note`.
    #[serde(serialize_with = "severity")]
    pub severity: Severity,
    /// The file, relative to the working directory.
    pub file: String,
    /// The line of the first character, from 1.
    pub line: usize,
    /// Its column, from 1, in characters.
    pub column: usize,
    /// The line of the last character.
    pub end_line: usize,
    /// The column behind it.
    pub end_column: usize,
    /// What happens, and to which object; no full stop at the end.
    pub message: String,
    /// What to do.
    pub help: String,
    /// What could stand there instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// The same for the same finding in the same statement, wherever that moves in its file: 16 hexadecimal digits.
    pub fingerprint: String,
    /// The text of the file, for drawing on it.
    #[serde(skip)]
    pub text: Option<Arc<str>>,
    /// What `--fix` does about it.
    #[serde(skip)]
    pub mend: Option<Arc<Mend>>,
}

/// A piece of text in place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// Where the old text begins.
    pub line: usize,
    /// Its column.
    pub column: usize,
    /// Where it ends; the same where nothing goes.
    pub end_line: usize,
    /// The column behind it.
    pub end_column: usize,
    /// The new text.
    pub text: String,
}

impl CheckReport {
    /// Nothing found in nothing.
    pub fn empty() -> CheckReport {
        CheckReport {
            version: 1,
            findings: vec![],
            histories: vec![],
            since: None,
            suppressed: Suppressed::default(),
            problems: vec![],
            fixes: None,
            strict: false,
        }
    }

    /// How many findings weigh this much.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }

    /// Something is left for a person to decide or fix: a finding that is an error (or, if strict, a warning), or a
    /// history that could not be read.
    pub fn needs_attention(&self) -> bool {
        let from = if self.strict { Severity::Warning } else { Severity::Error };
        let broken = self.problems.iter().any(|p| p.severity == unmigrate_sources::Severity::Error);
        broken || self.findings.iter().any(|f| f.severity >= from)
    }
}

fn severity<S: Serializer>(severity: &Severity, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(severity.word())
}
