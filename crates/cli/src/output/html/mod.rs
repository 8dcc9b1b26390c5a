//! One self-contained page: what the engine said, a timeline of the migrations, each opening to both its files; or a plan.
//!
//! It loads nothing, runs nothing (there is no script in it, and its policy forbids any) and stands in the light or the
//! dark as the reader's system does. Names and SQL are untrusted: all text goes through `maud`, which escapes it.

mod migration;
mod plan;
mod sql;
#[cfg(test)]
mod tests;

use super::human::style;
use super::quote::Files;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use migration::{About, article};
pub use plan::planned;
use std::collections::BTreeMap;
use unmigrate_app::verify::{MigrationVerdict, Verdict, VerifiedHistory, VerifyReport};
use unmigrate_app::{NoteReport, Problem, Severity};

/// What every such page begins with, in capitals or not.
pub const START: &str = "<!doctype html>";

/// What is known of each migration without an engine, by its up file.
pub type Losses = BTreeMap<String, Vec<NoteReport>>;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The page.
pub fn page(report: &VerifyReport, losses: &Losses, files: &Files) -> String {
    let all = report.migrations().count();
    let proven = report.migrations().filter(|m| m.verdict.is_proven()).count();
    let title = format!("{proven} of {all} rollbacks proven");
    let main = html! {
        (problems(&report.problems))
        @for (number, history) in report.histories.iter().enumerate() {
            (section(number, history, losses, files))
        }
    };
    frame("verify", &title, &alarm(report), &main, &footer())
}

/// A whole page of one verb.
fn frame(verb: &str, title: &str, above: &Markup, main: &Markup, below: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { "unmigrate " (verb) ": " (title) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                header {
                    p.tool { "unmigrate " (verb) }
                    h1 { (title) }
                    (above)
                }
                main { (main) }
                (below)
            }
        }
    };
    page.into_string()
}

/// A rollback that claims to lose nothing and does is said before anything else.
fn alarm(report: &VerifyReport) -> Markup {
    let numbered = report.histories.iter().enumerate();
    let worst: Vec<_> = numbered
        .flat_map(|(h, history)| history.migrations.iter().enumerate().map(move |(m, it)| (id(h, m), it)))
        .filter(|(_, m)| m.is_false_lossless())
        .collect();
    html! {
        @if !worst.is_empty() {
            section.alarm {
                h2 { "Not lossless" }
                p { "The file says that the rollback gives back every row. It does not:" }
                ul {
                    @for (id, m) in worst { li { a href={ "#" (id) } { (m.name) } } }
                }
            }
        }
    }
}

fn problems(problems: &[Problem]) -> Markup {
    html! {
        @if !problems.is_empty() {
            section aria-label="Problems" {
                @for problem in problems {
                    div.problem.error[problem.severity == Severity::Error] {
                        p { strong { @if problem.severity == Severity::Error { "Error" } @else { "Warning" } }
                            " " code { (problem.code) } }
                        p { (problem.message) }
                        @if let Some(path) = &problem.path { p.aside { code { (path) } } }
                        @if !problem.help.is_empty() { p.aside.lines { (problem.help) } }
                    }
                }
            }
        }
    }
}

fn section(number: usize, history: &VerifiedHistory, losses: &Losses, files: &Files) -> Markup {
    let engine = history.engine.clone().unwrap_or(format!("{}, on no engine", style::dialect(history.dialect)));
    let asking = history.migrations.iter().filter(|m| needs_a_look(m)).count();
    html! {
        section.history {
            h2 { (history.dir) }
            p.aside { (style::tool(history.tool)) " · " (engine) }
            (counts(&history.migrations))
            (strip(number, &history.migrations))
            @if (1..history.migrations.len()).contains(&asking) {
                p { label { input.only type="checkbox"; " Only what needs a look" } }
            }
            ol.list {
                @for (at, m) in history.migrations.iter().enumerate() {
                    @let notes = losses.get(&m.up).map_or(&[][..], Vec::as_slice);
                    (article(m, &About { id: id(number, at), notes, history, files }))
                }
            }
        }
    }
}

/// What each mark means, and how many there are.
fn counts(migrations: &[MigrationVerdict]) -> Markup {
    let many = |verdict| migrations.iter().filter(|m| m.verdict == verdict).count();
    html! {
        ul.counts {
            @for verdict in VERDICTS.into_iter().filter(|verdict| many(*verdict) > 0) {
                li class=(class(verdict)) { (mark(verdict)) " " (many(verdict)) " " (verdict.words()) }
            }
        }
    }
}

/// The history at a glance: a mark for each migration, from the first to the last.
fn strip(number: usize, migrations: &[MigrationVerdict]) -> Markup {
    html! {
        @if migrations.len() > 1 {
            nav aria-label="Timeline" {
                ol.strip {
                    @for (at, m) in migrations.iter().enumerate() {
                        @let words = format!("{}: {}", m.name, m.verdict.words());
                        li class=(class(m.verdict)) {
                            a href={ "#" (id(number, at)) } title=(words) aria-label=(words) { (mark(m.verdict)) }
                        }
                    }
                }
            }
        }
    }
}

fn footer() -> Markup {
    html! {
        footer {
            h2 { "What a verdict says" }
            p {
                "Each migration is run on a scratch database with rows in the tables: up, down, and up again. What the \
                 engine's own catalogs hold (tables, columns, constraints, indexes, sequences, types, views, routines, \
                 triggers, policies, grants, comments, as far as the engine has them) and the rows are compared with \
                 what was there before."
            }
            dl {
                @for verdict in VERDICTS {
                    div class=(class(verdict)) {
                        dt { (mark(verdict)) " " (verdict.words()) }
                        dd { (meaning(verdict)) }
                    }
                }
            }
            p.aside { "unmigrate " (env!("CARGO_PKG_VERSION")) " · "
                code { "unmigrate explain <word>" } " has a page for each of these words." }
        }
    }
}

const VERDICTS: [Verdict; 9] = [
    Verdict::Exact,
    Verdict::Approximate,
    Verdict::ByHand,
    Verdict::RowsDiffer,
    Verdict::Differs,
    Verdict::Refused,
    Verdict::UpRefused,
    Verdict::Missing,
    Verdict::Unverified,
];

fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Exact => "The schema is what it was, and so is every row that the file does not name as lost.",
        Verdict::Approximate => "The same, but for what can't be put back in its place: the order of columns.",
        Verdict::ByHand => "The file says that a person has to finish it; run as it is, it changes nothing.",
        Verdict::RowsDiffer => "It ran, and rows are not what they were, beyond what the file names.",
        Verdict::Differs => "It ran, and the schema is not what it was.",
        Verdict::Refused => "The engine refused the rollback.",
        Verdict::UpRefused => "The engine refused the migration itself.",
        Verdict::Missing => "There is no rollback.",
        Verdict::Unverified => "It did not run, so nothing is known.",
    }
}

/// A shape with a sign in it: colour is never the only difference. The word beside it says the same to a screen reader.
fn mark(verdict: Verdict) -> Markup {
    let sign = match verdict {
        Verdict::Exact => "✓",
        Verdict::Approximate => "≈",
        Verdict::ByHand => "✎",
        Verdict::RowsDiffer => "!",
        Verdict::Differs => "≠",
        Verdict::Refused | Verdict::UpRefused => "×",
        Verdict::Missing => "–",
        Verdict::Unverified => "?",
    };
    html! { span.mark aria-hidden="true" { (sign) } }
}

/// The verdict's word as a class.
fn class(verdict: Verdict) -> &'static str {
    super::human::verify::code(verdict)
}

fn needs_a_look(m: &MigrationVerdict) -> bool {
    !m.verdict.is_proven() && m.verdict != Verdict::ByHand
}

/// Where a migration stands on the page.
fn id(history: usize, migration: usize) -> String {
    format!("m{history}-{migration}")
}
