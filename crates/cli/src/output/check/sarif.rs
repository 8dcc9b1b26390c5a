//! SARIF 2.1.0, as code scanning reads it.

use crate::output::github::Root;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use unmigrate_app::check::{CheckReport, Finding, Severity};
use unmigrate_app::explain;

/// The log: one run.
pub fn log(report: &CheckReport, root: &Root) -> Value {
    let rules: BTreeMap<&str, &Finding> = report.findings.iter().map(|f| (f.rule, f)).collect();
    let names: Vec<&str> = rules.keys().copied().collect();
    let described: Vec<Value> = rules.values().map(|f| rule(f)).collect();
    let results: Vec<Value> = report.findings.iter().map(|f| result(f, &names, root)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "unmigrate",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": "https://github.com/unmigrate/unmigrate",
                "rules": described,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn rule(f: &Finding) -> Value {
    let page = explain(f.rule).unwrap_or_default();
    let summary = page.lines().skip(1).find(|l| !l.is_empty()).unwrap_or(f.rule);
    json!({
        "id": f.rule,
        "shortDescription": { "text": summary },
        "help": { "text": page, "markdown": page },
        "properties": { "tags": [f.group.word()] },
    })
}

fn result(f: &Finding, rules: &[&str], root: &Root) -> Value {
    let mut region =
        json!({ "startLine": f.line, "startColumn": f.column, "endLine": f.end_line, "endColumn": f.end_column });
    if f.text.is_none() {
        region = json!({ "startLine": f.line });
    }
    let uri = uri(&root.file(&f.file));
    let mut result = json!({
        "ruleId": f.rule,
        "ruleIndex": rules.iter().position(|r| *r == f.rule),
        "level": level(f.severity),
        "message": { "text": format!("{}. {}", f.message, f.help) },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri }, "region": region } }],
        "partialFingerprints": { "unmigrate/v1": f.fingerprint },
    });
    if let Some(fix) = &f.fix {
        let deleted = json!({
            "startLine": fix.line, "startColumn": fix.column, "endLine": fix.end_line, "endColumn": fix.end_column,
        });
        result["fixes"] = json!([{
            "description": { "text": fix.title },
            "artifactChanges": [{
                "artifactLocation": { "uri": uri },
                "replacements": [{ "deletedRegion": deleted, "insertedContent": { "text": fix.text } }],
            }],
        }]);
    }
    result
}

/// A path as a URI reference: what has a meaning there is escaped.
fn uri(path: &str) -> String {
    let safe = |b: u8| b.is_ascii_alphanumeric() || b"/._-~".contains(&b);
    path.bytes().map(|b| if safe(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
