//! For people: each finding drawn on its file.

use super::{counts, scope};
use crate::output::human::snippet::{Finding, Part, Place, draw};
use crate::output::human::style::{BAD, BOLD, DIM, GOOD, LOOK, NAME, in_style, name};
use crate::output::quote;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use unmigrate_app::check::{self, CheckReport, Severity, rules};

/// How many findings are drawn; of the rest there is a line for each rule.
const DRAWN: usize = 60;

/// The findings, the worst last, where the reader's eye is.
pub fn findings(report: &CheckReport, width: usize) -> String {
    let mut all: Vec<&check::Finding> = report.findings.iter().collect();
    all.sort_by_key(|f| f.severity); // stable: in the order of the files within a severity
    let texts = texts(&all);
    let skipped = all.len().saturating_sub(DRAWN);
    let mut out: String = all[skipped..].iter().map(|f| one(f, texts.get(f.file.as_str()), width)).collect();
    let mut more: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    all[..skipped].iter().for_each(|f| *more.entry((f.rule, f.severity)).or_default() += 1);
    if skipped > 0 {
        out.push_str(&format!("{}\n", in_style(BOLD, format!("and {skipped} more, which --json lists:"))));
        for ((rule, severity), times) in more {
            out.push_str(&format!("  {times:>5}  {} {}\n", severity.word(), in_style(NAME, rule)));
        }
        out.push('\n');
    }
    out
}

/// The files' texts as they are drawn, each made once.
fn texts<'a>(all: &[&'a check::Finding]) -> BTreeMap<&'a str, Arc<str>> {
    let mut texts = BTreeMap::new();
    for finding in all {
        if let Some(text) = &finding.text {
            texts.entry(finding.file.as_str()).or_insert_with(|| Arc::from(quote::plain(text)));
        }
    }
    texts
}

fn one(finding: &check::Finding, text: Option<&Arc<str>>, width: usize) -> String {
    let place = text.map(|text| Place {
        file: &finding.file,
        text,
        first_line: 1,
        span: span(text, finding),
        label: String::new(),
    });
    let mut parts: Vec<Part> = vec![place.map_or(Part::File(&finding.file), Part::Place)];
    parts.push(Part::Words("help", finding.help.clone()));
    draw(&Finding { severity: finding.severity, code: finding.rule, title: finding.message.clone(), parts }, width)
}

/// The bytes of a finding in its text, without a byte order mark and with plain line ends.
fn span(text: &str, finding: &check::Finding) -> Range<usize> {
    let at = |line: usize, column: usize| {
        let start = quote::line_start(text, line).unwrap_or(text.len());
        let end = quote::line_end(text, start);
        let line = &text[start..end];
        start + line.char_indices().nth(column - 1).map_or(line.len(), |(at, _)| at)
    };
    let start = at(finding.line, finding.column.max(1));
    start..at(finding.end_line, finding.end_column.max(1)).max(start)
}

/// What was looked at, what was found, and what to do next.
pub fn after(report: &CheckReport) -> String {
    let mut text: String = report.problems.iter().map(|p| crate::output::human::problem(p) + "\n").collect();
    let style = if report.count(Severity::Error) > 0 {
        BAD
    } else if report.count(Severity::Warning) > 0 {
        LOOK
    } else {
        GOOD
    };
    text.push_str(&format!("{} {}", in_style(style, counts(report)), scope(report)));
    let s = report.suppressed;
    if s.ignored + s.baseline > 0 {
        text.push_str(&in_style(DIM, format!("; {} ignored, {} in the baseline", s.ignored, s.baseline)));
    }
    text.push('\n');
    for history in &report.histories {
        let words = format!("  {}  as {} runs it", name(&history.dir), history.runner);
        text.push_str(&format!("{}\n", in_style(DIM, words)));
    }
    if let Some(worst) = report.findings.iter().max_by_key(|f| f.severity) {
        text.push_str(&format!("  {}\n", in_style(NAME, format!("unmigrate explain {}", worst.rule))));
    }
    if report.since.is_some() && report.histories.iter().all(|h| h.checked == 0) {
        text.push_str(&format!("  {}\n", in_style(DIM, "nothing changed since then; --all checks every migration")));
    }
    text
}

/// Every rule with its first sentence.
pub fn listed() -> String {
    let all = rules();
    let width = all.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    let one = |(name, summary, severity, style): (&str, String, Option<Severity>, bool)| {
        let weight = if style { "style" } else { severity.map_or("", Severity::word) };
        format!("{}{:blanks$}  {weight:<8} {summary}\n", in_style(NAME, name), "", blanks = width - name.len())
    };
    all.into_iter().map(one).collect()
}
