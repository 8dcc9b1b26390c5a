//! What went wrong: what it is, where, and what to do.

use super::style::{BAD, DIM, LOOK, NAME, in_style, name};
use unmigrate_app::{Problem, Severity, explain};

/// A problem with its code, its path and the way out.
pub fn problem(problem: &Problem) -> String {
    let (style, word) = match problem.severity {
        Severity::Error => (BAD, "error"),
        Severity::Warning => (LOOK, "warning"),
    };
    let mut text = format!("{}: {}\n", in_style(style, format!("{word}[{}]", problem.code)), problem.message);
    if let Some(path) = &problem.path {
        line(&mut text, "at", &name(path));
    }
    line(&mut text, "help", &problem.help);
    if explain(problem.code).is_some() {
        line(&mut text, "more", &in_style(NAME, format!("unmigrate explain {}", problem.code)));
    }
    text
}

fn line(text: &mut String, label: &str, words: &str) {
    if !words.is_empty() {
        let words = words.replace('\n', "\n         ");
        text.push_str(&format!("  {} {words}\n", in_style(DIM, format!("{label:>4}"))));
    }
}

/// All of a report's problems, errors first.
pub fn problems(all: &[Problem]) -> String {
    let of = |severity| all.iter().filter(move |p| p.severity == severity);
    of(Severity::Error).chain(of(Severity::Warning)).map(|p| problem(p) + "\n").collect()
}
