//! Annotations of a GitHub workflow, the worst first: GitHub shows only the first ten of a kind and step.

use super::{counts, plain, scope};
use crate::output::github::{Root, annotation_over};
use crate::output::verify_github::problem;
use unmigrate_app::check::{CheckReport, Finding, Severity};

/// An annotation for each finding, then a line that counts them.
pub fn annotations(report: &CheckReport, root: &Root) -> String {
    let mut all: Vec<&Finding> = report.findings.iter().collect();
    all.sort_by_key(|f| std::cmp::Reverse(f.severity));
    let mut text: String = report.problems.iter().map(|p| problem(p, root)).collect();
    text.extend(all.into_iter().map(|f| one(f, root)));
    text + &format!("unmigrate: {} {}\n", counts(report), plain(&scope(report)))
}

fn one(f: &Finding, root: &Root) -> String {
    let level = match f.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let words = format!("{}\n{}", f.message, f.help);
    annotation_over(level, &root.file(&f.file), (f.line, f.column), (f.end_line, f.end_column), f.rule, &words)
}
