//! What `deploy` is about to do, and what came of it.

use super::rollback::{database, kept};
use super::style::{BAD, BOLD, DIM, GOOD, LOOK, count, in_style, name};
use unmigrate_app::deploy::{DeployPlan, DeployReport};
use unmigrate_app::rollback::OutcomeState;
use unmigrate_app::site::TargetReport;

/// Which database, which migrations, and what is kept of what they destroy.
pub fn plan(target: &TargetReport, plan: &DeployPlan) -> String {
    let mut text = database("deploy", target);
    if plan.migrations.is_empty() {
        text.push_str("  nothing is pending\n");
        return text;
    }
    for migration in &plan.migrations {
        text.push_str(&format!("  {}\n", in_style(BOLD, name(migration))));
    }
    text.push_str(&plan.archive.as_ref().map_or_else(String::new, kept));
    let way = match plan.way {
        "direct" => format!("{} on this session", count(plan.steps.len(), "statement")),
        _ => "by the tool's own process".to_owned(),
    };
    text.push_str(&format!("  {}\n", in_style(DIM, way)));
    text
}

/// What the tool's own process said.
pub fn said(text: &str) -> String {
    text.lines().map(|line| format!("  {}\n", in_style(DIM, format!("| {}", name(line))))).collect()
}

/// What came of it.
pub fn outcome(report: &DeployReport) -> String {
    let done: Vec<String> = report.outcome.done.iter().map(|one| name(one)).collect();
    let mut text = match report.outcome.state {
        OutcomeState::Planned => format!("\n{} nothing was deployed\n", in_style(GOOD, "dry run:")),
        OutcomeState::Done if done.is_empty() => format!("\n{} there was nothing to deploy\n", in_style(GOOD, "done:")),
        OutcomeState::Done => format!("\n{} {}\n", in_style(GOOD, "deployed"), done.join(", ")),
        OutcomeState::Partly => format!("\n{} {}; the rest is not\n", in_style(BAD, "deployed"), done.join(", ")),
        OutcomeState::Unchanged => format!("\n{} nothing was deployed\n", in_style(LOOK, "unchanged:")),
        OutcomeState::Continuable => format!("\n{} it stopped in the middle\n", in_style(BAD, "unfinished:")),
        OutcomeState::Unknown => format!("\n{} what came of it could not be asked\n", in_style(BAD, "unknown:")),
    };
    for id in &report.outcome.kept {
        text.push_str(&format!("    {} {}\n", in_style(DIM, " kept"), name(id)));
    }
    for back in &report.put_back {
        let rows = count(usize::try_from(back.rows.restored).unwrap_or(usize::MAX), "row");
        text.push_str(&format!("    {} {}: {rows}\n", in_style(DIM, " back"), name(&back.kept)));
    }
    text
}
