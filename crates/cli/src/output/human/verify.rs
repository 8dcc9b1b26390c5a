//! What the engine said of every rollback: the worst first, a line for each history, and what needs a look.

use super::history::Detail;
use super::problems::problems;
use super::style::{self, BAD, BOLD, DIM, GOOD, LOOK, NAME, count, in_style, name, padded};
use super::verify_finding::{drawn, one_line};
use crate::output::quote::Files;
use anstyle::Style;
use unicode_width::UnicodeWidthStr;
use unmigrate_app::pasted;
use unmigrate_app::verify::{MigrationVerdict, SampleUse, Unfit, Verdict, VerifiedHistory, VerifyReport};

/// All verdicts, the good ones first.
const VERDICTS: [Verdict; 9] = [
    Verdict::Exact,
    Verdict::Approximate,
    Verdict::ByHand,
    Verdict::Differs,
    Verdict::RowsDiffer,
    Verdict::Refused,
    Verdict::UpRefused,
    Verdict::Missing,
    Verdict::Unverified,
];
/// How many migrations without a rollback are named.
const NAMED: usize = 10;
/// A longer name does not push the column behind it further.
const LONGEST_NAME: usize = 48;
/// `rows differ`
const VERDICT_WIDTH: usize = 11;

/// The result of `verify`, `width` columns wide.
pub fn verified(report: &VerifyReport, detail: Detail, files: &Files, width: usize) -> String {
    let mut text = false_lossless(report, files, width);
    for history in &report.histories {
        text.push_str(&head(history));
        if detail == Detail::Full {
            text.push_str(&rows(&history.migrations));
        }
        text.push('\n');
        let rest = history.migrations.iter().filter(|m| !m.is_false_lossless());
        text.extend(rest.filter_map(|m| drawn(m, history, files, width)));
        text.push_str(&missing(&history.migrations));
    }
    text
}

/// Beside the result: problems, and what to do next.
pub fn after_verify(report: &VerifyReport) -> String {
    let mut text = problems(&report.problems);
    let met = |verdict| report.migrations().any(|m| m.verdict == verdict);
    if met(Verdict::Missing) {
        text.push_str(&hint("unmigrate generate", "writes the rollbacks that are missing"));
    }
    const WORST: [Verdict; 5] =
        [Verdict::RowsDiffer, Verdict::Differs, Verdict::Refused, Verdict::UpRefused, Verdict::Unverified];
    if let Some(worst) = WORST.into_iter().find(|verdict| met(*verdict)) {
        let command = format!("unmigrate explain {}", code(worst));
        text.push_str(&hint(&command, "what it means and what to do; each verdict has its page"));
    }
    text
}

/// One line about a verdict that needs a look, for where there is no terminal to draw a bar on.
pub fn found(verdict: &MigrationVerdict) -> Option<String> {
    let words = one_line(verdict)?;
    Some(format!("{}  {words}\n", in_style(color(verdict.verdict), verdict.verdict.words())))
}

/// The word that `explain` has a page for.
pub fn code(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::RowsDiffer => "rows-differ",
        Verdict::ByHand => "by-hand",
        Verdict::UpRefused => "up-refused",
        other => other.json(),
    }
}

/// A rollback that claims to lose nothing and does: whoever reads no further has read this.
fn false_lossless(report: &VerifyReport, files: &Files, width: usize) -> String {
    let all = report.histories.iter().flat_map(|h| h.migrations.iter().map(move |m| (h, m)));
    let worst: Vec<_> = all.filter(|(_, m)| m.is_false_lossless()).collect();
    if worst.is_empty() {
        return String::new();
    }
    let verb = if worst.len() == 1 { "claims" } else { "claim" };
    let words =
        format!("NOT LOSSLESS: {} {verb} to give back every row, and lose rows", count(worst.len(), "rollback"));
    let words = if worst.len() == 1 { words.replace("lose rows", "loses rows") } else { words };
    let drawn: String = worst.into_iter().filter_map(|(history, m)| drawn(m, history, files, width)).collect();
    format!("{}\n\n{drawn}", in_style(BAD, words))
}

/// `prisma/migrations  Prisma · PostgreSQL 17.2`, and below it the counts.
fn head(history: &VerifiedHistory) -> String {
    let ran_on = match &history.engine {
        Some(engine) => name(engine),
        None => format!("{}, on no engine", style::dialect(history.dialect)),
    };
    let what = format!("{} · {ran_on}", style::tool(history.tool));
    format!("{}  {}\n  {}\n", in_style(BOLD, name(&history.dir)), in_style(DIM, what), counts(&history.migrations))
}

/// `57 exact, 2 approximate, 1 differs  (12 remembered)`
fn counts(migrations: &[MigrationVerdict]) -> String {
    let parts: Vec<String> = VERDICTS
        .into_iter()
        .filter_map(|verdict| {
            let n = migrations.iter().filter(|m| m.verdict == verdict).count();
            (n > 0).then(|| in_style(color(verdict), format!("{n} {}", verdict.words())))
        })
        .collect();
    let remembered = migrations.iter().filter(|m| m.remembered).count();
    let aside = format!("  ({remembered} from an earlier run over the same files)");
    match (parts.is_empty(), remembered) {
        (true, _) => "no migrations".into(),
        (false, 0) => parts.join(", "),
        (false, _) => parts.join(", ") + &in_style(DIM, aside),
    }
}

/// Every migration on a line: `  exact        0001_init  12 rows in 3 tables`.
fn rows(migrations: &[MigrationVerdict]) -> String {
    let width = migrations.iter().map(|m| name(&m.name).width()).max().unwrap_or(0).min(LONGEST_NAME);
    let row = |m: &MigrationVerdict| {
        let verdict = padded(color(m.verdict), m.verdict.words(), VERDICT_WIDTH);
        let shown = padded(Style::new(), &name(&m.name), width);
        format!("  {verdict}  {shown}  {}", in_style(DIM, about(m))).trim_end().to_owned() + "\n"
    };
    migrations.iter().map(row).collect()
}

/// What it was proven with, and what is approximate about it.
fn about(m: &MigrationVerdict) -> String {
    let mut parts = vec![];
    if m.rows.made > 0 {
        parts.push(format!("{} in {}", count(m.rows.made, "row"), count(m.rows.tables, "table")));
    }
    if m.rows.refused > 0 {
        parts.push(format!("{} refused by the migration", m.rows.refused));
    }
    if !m.empty.is_empty() {
        parts.push(format!("no rows in {}", listed(&m.empty)));
    }
    parts.extend(m.sample.iter().flat_map(of_sample));
    if m.verdict == Verdict::Approximate {
        parts.extend(m.differences.iter().map(|change| name(&change.object)));
    }
    if m.remembered {
        parts.push("from an earlier run".into());
    }
    parts.join(", ")
}

/// `a, b and 3 more`
pub(super) fn listed(tables: &[String]) -> String {
    let shown: Vec<String> = tables.iter().take(3).map(|table| name(table)).collect();
    match tables.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `12 of them sampled, 3 sampled rows of users don't fit (null value in column "age")`
pub(super) fn of_sample(sample: &SampleUse) -> Vec<String> {
    let mut parts = vec![];
    match (&sample.refusal, sample.rows) {
        (Some(refusal), _) => {
            parts.push(format!(
                "the sampled rows left out: with them the migration is refused ({})",
                name(&refusal.message)
            ));
        }
        (None, 0) => parts.push("none of them sampled".into()),
        (None, rows) => parts.push(format!("{rows} of them sampled")),
    }
    let unfit = |u: &Unfit| {
        let verb = if u.rows == 1 { "does not" } else { "don't" };
        format!("{} of {} {verb} fit ({})", count(u.rows, "sampled row"), name(&u.table), name(&u.why))
    };
    parts.extend(sample.unfit.iter().map(unfit));
    parts
}

fn missing(migrations: &[MigrationVerdict]) -> String {
    let all: Vec<_> = migrations.iter().filter(|m| m.verdict == Verdict::Missing).collect();
    let mut text: String = all
        .iter()
        .take(NAMED)
        .map(|m| format!("  {}  {}\n", padded(BAD, m.verdict.words(), VERDICT_WIDTH), name(&m.name)))
        .collect();
    if all.len() > NAMED {
        text.push_str(&format!("  {}\n", in_style(DIM, format!("… {} more", all.len() - NAMED))));
    }
    if text.is_empty() { text } else { text + "\n" }
}

/// The colour of a verdict.
fn color(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Exact | Verdict::Approximate => GOOD,
        Verdict::ByHand | Verdict::Unverified => LOOK,
        Verdict::Differs | Verdict::RowsDiffer | Verdict::Refused | Verdict::UpRefused | Verdict::Missing => BAD,
    }
}

/// The command that judges one migration again.
pub(super) fn again(m: &MigrationVerdict) -> String {
    format!("unmigrate verify {}", name(&pasted(&m.name)))
}

fn hint(command: &str, what: &str) -> String {
    format!("{}  {}\n", in_style(NAME, command), in_style(DIM, what))
}
