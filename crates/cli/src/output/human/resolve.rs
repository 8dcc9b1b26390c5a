//! What `resolve` is about to record, and what came of it.

use super::rollback::database;
use super::style::{BAD, BOLD, DIM, GOOD, LOOK, in_style, name, padded};
use unicode_width::UnicodeWidthStr;
use unmigrate_app::resolve::{As, MarkPlan, MarkReport, ResolveReport};
use unmigrate_app::rollback::OutcomeState;
use unmigrate_app::site::TargetReport;

/// So many objects that are lacking are listed of each migration.
const LACKS: usize = 12;

/// Which database, and each migration with how the database stands to it.
pub fn plan(target: &TargetReport, plan: &MarkPlan) -> String {
    let mut text = database("resolve", target);
    let width = plan.migrations.iter().map(|m| name(&m.name).width()).max().unwrap_or(0).min(48);
    for mark in &plan.migrations {
        text.push_str(&row(mark, width));
    }
    if !plan.steps.is_empty() {
        let statements = super::style::count(plan.steps.len(), "statement");
        text.push_str(&format!("\n  {}\n", in_style(DIM, format!("{statements} on this session"))));
    } else if plan.way == "prisma" && plan.migrations.iter().any(|m| !m.already) {
        text.push_str(&format!("\n  {}\n", in_style(DIM, "through the project's own prisma migrate resolve")));
    }
    text
}

/// `  applied  0003_orders  4 objects are there`
fn row(mark: &MarkReport, width: usize) -> String {
    let to = padded(GOOD, mark.to.words(), 11);
    let shown = padded(BOLD, &name(&mark.name), width);
    let stands = match mark {
        _ if mark.already => in_style(DIM, "recorded already"),
        _ if !mark.lacks.is_empty() => in_style(BAD, "the database does not agree"),
        _ if mark.compared == 0 => in_style(LOOK, "not compared"),
        _ if mark.to == As::Applied => {
            in_style(GOOD, format!("{} as it leaves them", super::style::count(mark.compared, "object")))
        }
        _ => in_style(GOOD, "nothing of it is left"),
    };
    let mut text = format!("  {to}  {shown}  {stands}\n");
    for lack in mark.lacks.iter().take(LACKS) {
        text.push_str(&format!("               {}\n", name(lack)));
    }
    if mark.lacks.len() > LACKS {
        text.push_str(&format!("               … {} more\n", mark.lacks.len() - LACKS));
    }
    text
}

/// What came of it.
pub fn outcome(report: &ResolveReport) -> String {
    let done: Vec<String> = report.outcome.done.iter().map(|one| name(one)).collect();
    match report.outcome.state {
        OutcomeState::Planned => format!("\n{} nothing was recorded\n", in_style(GOOD, "dry run:")),
        OutcomeState::Done if done.is_empty() => {
            format!("\n{} all of it is recorded already\n", in_style(GOOD, "done:"))
        }
        OutcomeState::Done => format!("\n{} {}\n", in_style(GOOD, "recorded"), done.join(", ")),
        OutcomeState::Partly => format!("\n{} {}; the rest is not\n", in_style(BAD, "recorded"), done.join(", ")),
        OutcomeState::Unchanged => format!("\n{} nothing was recorded\n", in_style(LOOK, "unchanged:")),
        OutcomeState::Continuable => format!("\n{} it stopped in the middle\n", in_style(BAD, "unfinished:")),
        OutcomeState::Unknown => {
            format!("\n{} whether it was recorded could not be asked\n", in_style(BAD, "unknown:"))
        }
    }
}
