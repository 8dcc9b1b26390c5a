//! JUnit's XML, as test reports read it: a test case per finding, and one that passes where there is none.

use super::counts;
use std::collections::BTreeMap;
use std::fmt::Write;
use unmigrate_app::check::{CheckReport, Finding, Severity};

/// The document.
pub fn document(report: &CheckReport) -> String {
    let mut files: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    report.findings.iter().for_each(|f| files.entry(f.file.as_str()).or_default().push(f));
    let failures = report.findings.iter().filter(|f| f.severity > Severity::Note).count();
    let tests = report.findings.len().max(1);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<testsuites name=\"unmigrate check\" tests=\"{tests}\" failures=\"{failures}\">");
    if files.is_empty() {
        out.push_str("  <testsuite name=\"migrations\" tests=\"1\" failures=\"0\">\n");
        let _ = writeln!(out, "    <testcase name=\"{}\" classname=\"unmigrate\"/>", escaped(&counts(report)));
        out.push_str("  </testsuite>\n");
    }
    for (file, findings) in files {
        let failed = findings.iter().filter(|f| f.severity > Severity::Note).count();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\">",
            escaped(file),
            findings.len()
        );
        findings.into_iter().for_each(|f| case(&mut out, f));
        out.push_str("  </testsuite>\n");
    }
    out + "</testsuites>\n"
}

fn case(out: &mut String, f: &Finding) {
    let (file, message) = (escaped(&f.file), escaped(&f.message));
    let _ = write!(
        out,
        "    <testcase name=\"{} at line {}\" classname=\"{file}\" file=\"{file}\" line=\"{}\"",
        f.rule, f.line, f.line
    );
    let body = escaped(&format!("{}:{}:{}\n{}", f.file, f.line, f.column, f.help));
    let _ = match f.severity {
        // A note is said, and fails nothing.
        Severity::Note => writeln!(out, "><system-out>{message}\n{body}</system-out></testcase>"),
        severity => {
            writeln!(out, "><failure type=\"{}\" message=\"{message}\">{body}</failure></testcase>", severity.word())
        }
    };
}

/// For XML's texts and attributes; what XML can't hold at all is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}
