//! One migration: a line that opens to what is wrong, what is lost, what was compared, and both files.

use super::sql::{self, Mark};
use super::{class, mark};
use crate::output::human::style::count;
use crate::output::human::verify_finding::{change_words, help, title};
use crate::output::quote::Files;
use maud::{Markup, html};
use unmigrate_app::NoteReport;
use unmigrate_app::verify::{Change, Gap, MigrationVerdict, Refusal, Verdict, VerifiedHistory};
use unmigrate_kernel::Dialect;

/// How much is shown around what differs, in characters.
const NEAR: usize = 160;
/// And of a text that has nothing to differ from.
const WHOLE: usize = 2000;

/// What is known of a migration beside its verdict.
pub struct About<'a> {
    pub id: String,
    pub notes: &'a [NoteReport],
    pub history: &'a VerifiedHistory,
    pub files: &'a Files,
}

pub fn article(m: &MigrationVerdict, about: &About<'_>) -> Markup {
    html! {
        li class={ "migration " (class(m.verdict)) } data-asks[super::needs_a_look(m)] {
            details open[m.is_false_lossless()] {
                summary {
                    (mark(m.verdict))
                    span.words {
                        span.name { (m.name) }
                        span.verdict { (m.verdict.words()) }
                        span.aside { (facts(m)) }
                    }
                }
                // A link to what is inside opens what is around it, without any script.
                div.body id=(about.id) {
                    (finding(m, about))
                    (losses(about.notes))
                    (compared(m, about.history))
                    div.files {
                        (file("Migration", &m.up, m, about))
                        @if m.verdict != Verdict::Missing { (file("Rollback", &m.down, m, about)) }
                    }
                }
            }
        }
    }
}

/// `lossless · 24 rows · 41 ms`
fn facts(m: &MigrationVerdict) -> String {
    let mut facts = vec![];
    facts.extend(m.grade.map(|grade| grade.word().to_owned()));
    if m.rows.made > 0 {
        facts.push(count(m.rows.made, "row"));
    }
    match m.remembered {
        true => facts.push("from an earlier run".into()),
        false if m.milliseconds > 0 => facts.push(format!("{} ms", m.milliseconds)),
        false => {}
    }
    facts.join(" · ")
}

fn finding(m: &MigrationVerdict, about: &About<'_>) -> Markup {
    html! {
        @if let Some(title) = title(m) {
            div.finding {
                p { strong { (first_upper(&title)) "." } }
                @if let Some(refusal) = &m.refusal { (refused(refusal, about)) }
                @for gap in &m.gaps { (gap_found(gap)) }
                @for change in &m.differences { (changed(change, about)) }
                p.aside.lines { (first_upper(&help(m))) }
            }
        } @else if !m.differences.is_empty() {
            @for change in &m.differences { (changed(change, about)) }
        }
    }
}

fn refused(refusal: &Refusal, about: &About<'_>) -> Markup {
    let code = refusal.code.as_ref().map_or(String::new(), |code| format!(" ({code})"));
    html! {
        div.change {
            p { (about.history.engine.as_deref().unwrap_or("The engine")) ": " span.lines { (refusal.message) (code) } }
            pre { code { (refusal.statement) } }
            p.aside { (place(&refusal.file, refusal.line, about)) }
        }
    }
}

fn gap_found(gap: &Gap) -> Markup {
    html! {
        div.change {
            p {
                code { (gap.table) @if let Some(column) = &gap.column { "." (column) } } ": " (count(gap.count, "row"))
                @if gap.column.is_none() { " missing or new" }
            }
            @if let (Some(row), None) = (&gap.row, &gap.example) { p.aside { "One of them: " (row) } }
            @if let Some((was, is)) = &gap.example { (sides(Some(was), Some(is))) }
        }
    }
}

fn changed(change: &Change, about: &About<'_>) -> Markup {
    html! {
        div.change {
            p { (first_upper(&change_words(change))) "." }
            (sides(change.before.as_deref(), change.after.as_deref()))
            p.aside { (place(&change.file, change.line, about)) }
        }
    }
}

/// Both sides, with what differs marked.
fn sides(before: Option<&str>, after: Option<&str>) -> Markup {
    let [was, is] = match (before, after) {
        (Some(before), Some(after)) => parted(before, after).map(Some),
        (before, after) => [before, after].map(|text| text.map(|text| ["", "", text])),
    };
    html! {
        dl.sides {
            div { dt { "before" } dd { (side(was)) } }
            div { dt { "after" } dd { (side(is)) } }
        }
    }
}

/// A text in three parts: before what differs, that, and after it. A long one of them shows the end that is near.
fn side(text: Option<[&str; 3]>) -> Markup {
    let Some([start, middle, end]) = text else { return html! { p.aside { "not there" } } };
    html! {
        pre { code {
            @match start.char_indices().rev().nth(NEAR) {
                Some((at, _)) => { "… " (&start[at..]) },
                None => (start),
            }
            @if !middle.is_empty() { mark { (middle) } }
            @match end.char_indices().nth(if start.is_empty() && middle.is_empty() { WHOLE } else { NEAR }) {
                Some((at, _)) => { (&end[..at]) " …" },
                None => (end),
            }
        } }
    }
}

/// Two texts, each cut where they begin to differ and where they are the same again, seen from the end.
fn parted<'a>(a: &'a str, b: &'a str) -> [[&'a str; 3]; 2] {
    let same = |(a, b): (char, char)| (a == b).then(|| a.len_utf8());
    let start: usize = a.chars().zip(b.chars()).map_while(same).sum();
    let end: usize = a[start..].chars().rev().zip(b[start..].chars().rev()).map_while(same).sum();
    [a, b].map(|text| [&text[..start], &text[start..text.len() - end], &text[text.len() - end..]])
}

/// `down.sql:3`, a link to the line below where the file is shown.
fn place(file: &str, line: usize, about: &About<'_>) -> Markup {
    let name = file.rsplit('/').next().unwrap_or(file);
    let is_shown = line > 0 && about.files.text(file).is_some();
    html! {
        @if is_shown { a href={ "#" (line_id(file, line, about)) } { (name) ":" (line) } }
        @else { (name) ":" (line) }
    }
}

fn line_id(file: &str, line: usize, about: &About<'_>) -> String {
    let side = if about.history.migrations.iter().any(|m| m.down == file) { "down" } else { "up" };
    format!("{}-{side}-{line}", about.id)
}

/// What is lost, refused or left, by the migration alone.
fn losses(notes: &[NoteReport]) -> Markup {
    html! {
        @if !notes.is_empty() {
            h3 { "What is lost, refused or left" }
            ul.notes {
                @for note in notes {
                    li {
                        span.kind { (note.kind.words()) } " " code { (note.object) } " " (note.detail)
                        @if let Some(many) = note.count { " (" (many) ")" }
                        span.aside { " line " (note.line) }
                    }
                }
            }
        }
    }
}

fn compared(m: &MigrationVerdict, history: &VerifiedHistory) -> Markup {
    let engine = history.engine.as_deref().unwrap_or("the engine");
    let rows = rows(m);
    let words = match m.verdict {
        Verdict::Missing | Verdict::Unverified => "Nothing ran.".to_owned(),
        Verdict::UpRefused => "The migration did not run, so nothing was compared.".to_owned(),
        Verdict::Refused => format!("Nothing: the migration ran on {engine} ({rows}), its rollback did not."),
        Verdict::ByHand => format!("Run on {engine} as it is, the file changed nothing."),
        Verdict::Exact | Verdict::Approximate => {
            format!("The catalogs and the rows, after up and down and after up once more, on {engine} ({rows}).")
        }
        Verdict::Differs | Verdict::RowsDiffer => {
            format!("The catalogs and the rows, after up and down, on {engine} ({rows}).")
        }
    };
    html! {
        h3 { "What was compared" }
        p { (words) @if m.remembered { " In an earlier run over the same files: nothing ran now." } }
    }
}

/// `24 rows in 3 tables, 1 row that the migration itself refused left out`
fn rows(m: &MigrationVerdict) -> String {
    let held = match m.rows.made {
        0 => "no rows in the tables".to_owned(),
        made => format!("{} in {}", count(made, "row"), count(m.rows.tables, "table")),
    };
    let held = match m.sample.as_ref().map(|s| s.rows) {
        Some(sampled) => format!("{held}, {sampled} of them from the sample"),
        None => held,
    };
    let held = match m.rows.refused {
        0 => held,
        n => format!("{held}, {} that the migration itself refused left out", count(n, "row")),
    };
    match m.empty.is_empty() {
        true => held,
        false => format!("{held}; none in {}, so that nothing is said of their rows", m.empty.join(", ")),
    }
}

/// One of the files, with what was found on its lines.
fn file(what: &str, path: &str, m: &MigrationVerdict, about: &About<'_>) -> Markup {
    let refused = m.refusal.iter().map(|refusal| (&refusal.file, refusal.line, "refused".to_owned()));
    let changed = m.differences.iter().map(|change| (&change.file, change.line, change_words(change)));
    let here = refused.chain(changed).filter(|(file, line, _)| *file == path && *line > 0);
    let mut marks: Vec<Mark> =
        here.map(|(_, line, words)| Mark { line, id: line_id(path, line, about), words: vec![words] }).collect();
    marks.sort_by_key(|mark| mark.line);
    marks.dedup_by(|next, kept| {
        let same = next.line == kept.line;
        if same {
            kept.words.append(&mut next.words);
        }
        same
    });
    html! {
        figure {
            figcaption { strong { (what) } " " span.aside { (path) } }
            @match about.files.text(path) {
                Some(text) => (sql::listing(&text, Dialect::from_word(about.history.dialect), &marks)),
                None => p.aside { "The file can't be shown: it is not there, or is no plain text." },
            }
        }
    }
}

fn first_upper(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_cut_out() {
        assert_eq!(parted("int NOT NULL", "bigint NOT NULL"), [["", "", "int NOT NULL"], ["", "big", "int NOT NULL"]]);
        assert_eq!(parted("ax", "aé"), [["a", "x", ""], ["a", "é", ""]]);
        assert_eq!(parted("aaa", "aa"), [["aa", "a", ""], ["aa", "", ""]]);
        assert_eq!(parted("", "ü"), [["", "", ""], ["", "ü", ""]]);
    }

    #[test]
    fn only_what_is_near_a_difference_is_shown() {
        let long = "é".repeat(5000);
        let page = sides(Some(&format!("{long}<{long}")), Some(&format!("{long}>{long}"))).into_string();
        assert!(page.contains("<mark>&lt;</mark>") && page.contains("<mark>&gt;</mark>"), "{page}");
        assert!(page.matches('é').count() < 1000, "{page}");
    }
}
