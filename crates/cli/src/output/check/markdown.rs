//! Markdown, for the job's page and for one comment on a pull request that is written anew each time. Names come from SQL
//! that anybody may have written: nothing in them may become a link, an image, a mention or a tag.

use super::{counts, scope};
use unmigrate_app::check::{CheckReport, Finding, Severity};

/// What a bot finds its own comment by.
const MARK: &str = "<!-- unmigrate check -->";
/// A comment holds no more than 65,536 characters.
const MOST: usize = 50;

/// The summary and the findings, the worst first.
pub fn page(report: &CheckReport) -> String {
    let mut all: Vec<&Finding> = report.findings.iter().collect();
    all.sort_by_key(|f| std::cmp::Reverse(f.severity));
    let mut out = format!("{MARK}\n### unmigrate check: {}\n\n{}.\n\n", counts(report), words(&scope(report)));
    for f in all.iter().take(MOST) {
        out.push_str(&finding(f));
    }
    if all.len() > MOST {
        out.push_str(&format!("… and {} more.\n\n", all.len() - MOST));
    }
    for problem in &report.problems {
        out.push_str(&format!("- **{}**: {}\n", problem.code, words(&problem.message)));
    }
    let s = report.suppressed;
    if s.ignored + s.baseline > 0 {
        out.push_str(&format!("\n<sub>{} ignored by comments, {} in the baseline</sub>\n", s.ignored, s.baseline));
    }
    out
}

fn finding(f: &Finding) -> String {
    let sign = match f.severity {
        Severity::Error => "🔴",
        Severity::Warning => "🟡",
        Severity::Note => "🔵",
    };
    format!(
        "- {sign} **{}** {}:{}<br>{}<br><sub>{}</sub>\n\n",
        f.rule,
        code(&f.file),
        f.line,
        words(&f.message),
        words(&f.help)
    )
}

/// A message: what stands between backticks as code, the rest as plain words.
fn words(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(text);
    }
    parts.iter().enumerate().map(|(at, part)| if at % 2 == 1 { code(part) } else { plain(part) }).collect()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", plain(text))
}

/// Every character that Markdown or HTML gives a meaning becomes an entity.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => out.push(' '),
            c if c.is_alphanumeric() || " .,;-'/%=+?".contains(c) => out.push(c),
            c if c.is_ascii() => out.push_str(&format!("&#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    // `www.` and an address are links without any sign of their own.
    out.replace("www.", "www&#46;")
}
