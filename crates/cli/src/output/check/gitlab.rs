//! GitLab's code quality report.

use super::plain;
use crate::output::github::Root;
use serde_json::{Value, json};
use unmigrate_app::check::{CheckReport, Finding, Severity};

/// The report: a list of findings.
pub fn report(report: &CheckReport, root: &Root) -> Value {
    report.findings.iter().map(|f| one(f, root)).collect()
}

fn one(f: &Finding, root: &Root) -> Value {
    let severity = match f.severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Note => "info",
    };
    json!({
        "description": format!("{}. {}", plain(&f.message), plain(&f.help)),
        "check_name": f.rule,
        "fingerprint": f.fingerprint,
        "severity": severity,
        "location": { "path": root.file(&f.file), "lines": { "begin": f.line, "end": f.end_line } },
    })
}
