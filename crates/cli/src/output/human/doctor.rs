//! What is wrong with a database, how far a migration came, and what mends it.

use super::migrations::notes;
use super::problems::{problem, problems};
use super::rollback::{Statements, database, kept, steps};
use super::style::{BAD, BOLD, DIM, GOOD, LOOK, NAME, count, in_style, name, padded};
use unmigrate_app::doctor::{DoctorReport, HalfReport, StatementEffect};
use unmigrate_app::rollback::{OutcomeState, PlanReport, TargetReport};
use unmigrate_kernel::one_line;

/// So much of a statement is shown.
const LONGEST_STATEMENT: usize = 72;

/// What was found.
pub fn findings(report: &DoctorReport) -> String {
    let mut text = database("doctor", &report.target);
    report.half.iter().for_each(|half| text.push_str(&how_far(half)));
    for finding in &report.findings {
        text.push_str(&problem(&finding.problem));
        text.push('\n');
    }
    if report.findings.is_empty() {
        text.push_str(&format!("{} nothing is wrong that doctor knows\n", in_style(GOOD, "well:")));
    }
    text
}

/// A migration, and each of its statements with what is known of it.
fn how_far(half: &HalfReport) -> String {
    let row = if half.begun { "begun, not finished" } else { "no row" };
    let with = match &half.compared_with {
        Some(engine) => format!("compared with {}", name(engine)),
        None => "only names were compared".to_owned(),
    };
    let mut text = format!("  {}  {}\n", in_style(BOLD, name(&half.name)), in_style(DIM, format!("{row}; {with}")));
    half.statements.iter().for_each(|one| text.push_str(&statement(half, one)));
    text.push('\n');
    text
}

fn statement(half: &HalfReport, one: &StatementEffect) -> String {
    let (style, word) = match one.effect {
        "happened" => (GOOD, "happened"),
        "missing" => (LOOK, "missing"),
        "neither" => (BAD, "neither"),
        _ => (NAME, "untold"),
    };
    let place = in_style(DIM, format!("{}:{}", name(&half.file), one.line));
    let mut text =
        format!("    {}  {}  {place}\n", padded(style, word, 8), name(&one_line(&one.sql, LONGEST_STATEMENT)));
    if let Some(why) = &one.refused {
        text.push_str(&format!(
            "              {}\n",
            in_style(BAD, format!("refused by an empty database too: {}", name(why)))
        ));
    }
    text
}

/// What mends it: what it takes away, what is kept, what runs.
pub fn plan(target: &TargetReport, plan: &PlanReport, statements: Statements) -> String {
    let mut text = database("mend", target);
    for migration in &plan.migrations {
        text.push_str(&format!("  {}\n", in_style(BOLD, name(&migration.name))));
        text.push_str(&notes(&migration.notes, usize::MAX));
    }
    text.push_str(&plan.archive.as_ref().map_or_else(String::new, kept));
    text.push('\n');
    text + &steps(plan, statements)
}

/// What came of it.
pub fn outcome(report: &DoctorReport) -> String {
    let mut text = String::new();
    for file in &report.moved {
        text.push_str(&format!("{} {}\n", in_style(GOOD, "moved to"), name(file)));
    }
    let Some(outcome) = &report.outcome else { return text };
    let ran = report.plan.as_ref().map_or(0, |plan| plan.steps.len());
    text.push_str(&match outcome.state {
        OutcomeState::Planned => format!("{} nothing was run\n", in_style(GOOD, "dry run:")),
        OutcomeState::Done => format!("\n{} {}\n", in_style(GOOD, "mended:"), count(ran, "statement")),
        OutcomeState::Unchanged => format!("\n{} everything is as it was\n", in_style(LOOK, "unchanged:")),
        OutcomeState::Partly => format!("\n{} the rest is as it was\n", in_style(BAD, "in part:")),
        OutcomeState::Continuable => format!("\n{} it stopped in the middle\n", in_style(BAD, "unfinished:")),
        OutcomeState::Unknown => {
            format!("\n{} the connection was lost while it committed\n", in_style(BAD, "unknown:"))
        }
    });
    for id in &outcome.kept {
        text.push_str(&format!("    {} {}\n", in_style(DIM, " kept"), name(id)));
    }
    text
}

/// Beside the result: problems, and the `command` that does what was only planned.
pub fn after_doctor(report: &DoctorReport, command: &str) -> String {
    let planned = report.outcome.as_ref().is_some_and(|outcome| outcome.state == OutcomeState::Planned);
    let text = problems(&report.problems);
    if planned { text + &format!("{}  {}\n", in_style(NAME, name(command)), in_style(DIM, "does it")) } else { text }
}
