//! Pages of `explain`, and what `inspect` says.

use super::migrations::notes;
use super::style::{self, BOLD, DIM, NAME, count, in_style};
use unmigrate_app::Inspection;

/// A page of Markdown, with its headings and code in colour.
pub fn page(markdown: &str) -> String {
    let mut text = String::new();
    let mut fenced = false;
    for line in markdown.trim_end().lines() {
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        text.push_str(&match line.trim_start_matches('#') {
            _ if fenced => in_style(NAME, format!("    {line}")),
            title if title.len() < line.len() => in_style(BOLD, title.trim_start()),
            _ => code_spans(line),
        });
        text.push('\n');
    }
    text
}

/// The line with what stands between backticks in colour.
fn code_spans(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return line.to_owned();
    }
    parts
        .iter()
        .enumerate()
        .map(|(i, part)| if i % 2 == 1 { format!("`{}`", in_style(NAME, part)) } else { (*part).to_owned() })
        .collect()
}

/// SQL with its comments dimmed.
pub fn sql(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| match line.trim_start().starts_with("--") {
            true => format!("{}\n", in_style(DIM, line.trim_end_matches('\n'))),
            false => line.to_owned(),
        })
        .collect()
}

/// The grade and the notes of a piece of SQL.
pub fn inspected(found: &Inspection) -> String {
    let grade = in_style(style::grade(found.grade), style::grade_word(found.grade));
    let statements = in_style(DIM, count(found.statements.len(), "statement"));
    format!("\n{grade}  {statements}\n{}", notes(&found.notes, usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::painted;

    #[test]
    fn a_page_reads_well_without_colours() {
        let text = page("# lossy\n\nSee `status`.\n\n```sql\nSELECT 1;\n```\n");
        assert_eq!(painted(&text, false), "lossy\n\nSee `status`.\n\n    SELECT 1;\n");
    }
}
