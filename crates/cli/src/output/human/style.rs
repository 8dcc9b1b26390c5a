//! The few colours there are, and what each of them means.

use anstyle::{AnsiColor, Style};
use std::fmt::Display;
use unicode_width::UnicodeWidthStr;
use unmigrate_app::State;
use unmigrate_kernel::Grade;

pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
pub const GOOD: Style = AnsiColor::Green.on_default();
pub const LOOK: Style = AnsiColor::Yellow.on_default();
pub const BAD: Style = AnsiColor::Red.on_default().bold();
pub const NAME: Style = AnsiColor::Cyan.on_default();

/// The text in a style.
pub fn in_style(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The text in a style, filled up with blanks to a width on the screen.
pub fn padded(style: Style, text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{style}{text}{style:#}{:blanks$}", "")
}

/// A name from a folder or a file, so that nothing in it can move the cursor or start a line.
pub fn name(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

/// The colour of a grade.
pub fn grade(grade: Option<Grade>) -> Style {
    match grade {
        Some(Grade::Lossless) => GOOD,
        Some(Grade::Lossy) => LOOK,
        Some(Grade::Manual) => BAD,
        None => DIM,
    }
}

/// The word of a grade.
pub fn grade_word(grade: Option<Grade>) -> &'static str {
    grade.map_or("no grade", Grade::word)
}

/// The colour of a state.
pub fn state(state: State) -> Style {
    match state {
        State::Written | State::Unchanged => DIM,
        State::Edited => NAME,
        State::Outdated => LOOK,
        State::Stale | State::Missing | State::Misplaced => BAD,
    }
}

/// `1 rollback`, `2 rollbacks`.
pub fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// The name of a tool as its makers write it.
pub fn tool(word: &str) -> &str {
    match word {
        "prisma" => "Prisma",
        "drizzle" => "Drizzle",
        other => other,
    }
}

/// The name of a dialect as its makers write it.
pub fn dialect(word: &str) -> &str {
    match word {
        "postgresql" => "PostgreSQL",
        "cockroachdb" => "CockroachDB",
        "mysql" => "MySQL",
        "sqlite" => "SQLite",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_command_the_terminal() {
        assert_eq!(name("0001_a\n\u{1b}[2Jb"), "0001_a\\n\\u{1b}[2Jb");
        assert_eq!(name("0001_ä"), "0001_ä");
    }
}
