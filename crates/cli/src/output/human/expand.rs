//! What `expand`, `backfill`, `contract` and `plan` say.

use super::problem;
use super::style::{BAD, BOLD, DIM, GOOD, LOOK, NAME, count, in_style, name};
use unmigrate_app::Problem;
use unmigrate_app::expand::{BackfillReport, ContractReport, ExpandReport, Moment, PlanFile, SchemaReport, timeline};

/// What was recognised and written.
pub fn expanded(report: &ExpandReport, word: &str, writes: bool) -> String {
    let mut text = String::new();
    if !report.questions.is_empty() || !report.refusals.is_empty() {
        return text;
    }
    text.push_str(&format!("{}  {}\n", in_style(BOLD, name(&report.migration)), in_style(GOOD, word)));
    for part in &report.parts {
        text.push_str(&format!("  {}\n", name(&part.title)));
        for corner in &part.corners {
            text.push_str(&format!("    {} {}\n", in_style(LOOK, "-"), name(corner)));
        }
    }
    text.push_str(&written(&report.written));
    text.push_str(&edited(report.schema.as_ref(), writes));
    text.push_str(&list(&report.checklist));
    text
}

/// What only a person knows, and what can't be done.
pub fn asked(report: &ExpandReport) -> String {
    let mut text = String::new();
    for question in &report.questions {
        text.push_str(&format!("{}: {}\n", in_style(LOOK, "question"), name(&question.question)));
        for (flag, says) in &question.answers {
            text.push_str(&format!("  {}   {}\n", in_style(NAME, name(flag)), name(says)));
        }
    }
    for refusal in &report.refusals {
        text.push_str(&format!("{}: `{}`: {}\n", in_style(BAD, "can't"), name(&refusal.object), name(&refusal.why)));
        text.push_str(&format!("  {} {}\n", in_style(NAME, "instead:"), name(&refusal.instead)));
    }
    if !text.is_empty() {
        text.push_str("nothing was written\n");
    }
    text.push_str(&told(&report.problems));
    text
}

/// Rows that were filled, and that are left.
pub fn filled(report: &BackfillReport, status: bool) -> String {
    let rows = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX), "row");
    let on = format!("{} on {}", in_style(BOLD, name(&report.migration)), name(&report.target.database));
    let left = match report.left {
        0 => in_style(GOOD, "nothing is left to do"),
        n => in_style(LOOK, format!("{} to do", rows(n))),
    };
    if status {
        return format!("{on}: {left}\n");
    }
    let batches = match report.batches {
        1 => "1 batch".to_owned(),
        n => format!("{n} batches"),
    };
    let mut text = format!("{on}: {} filled in {batches}; {left}\n", rows(report.rows));
    report.indexes.iter().for_each(|index| text.push_str(&format!("  index {} made\n", name(index))));
    report.references.iter().for_each(|key| text.push_str(&format!("  foreign key {} made\n", name(key))));
    text
}

/// The gates, and what was written.
pub fn contracted(report: &ContractReport, writes: bool) -> String {
    let mut text = String::new();
    for gate in &report.gates {
        let word = if gate.open { in_style(GOOD, "open") } else { in_style(BAD, "closed") };
        let saw = match (&gate.saw, &gate.skipped) {
            (_, Some(why)) => format!("not asked: {}", name(why)),
            (Some(saw), _) => format!("{} {}", name(saw), name(&gate.asks)),
            (None, None) => "not asked".to_owned(),
        };
        text.push_str(&format!("  {word}  {}: {saw}\n", name(&gate.name)));
    }
    if let Some(contract) = &report.contract {
        text.push_str(&format!("{}  deploy it when nothing needs the old shape\n", in_style(BOLD, name(contract))));
        text.push_str(&written(&report.written));
        text.push_str(&edited(report.schema.as_ref(), writes));
    }
    text
}

/// What became of the schema, or would.
fn edited(schema: Option<&SchemaReport>, writes: bool) -> String {
    let Some(schema) = schema else { return String::new() };
    let mut text = String::new();
    if let Some(diff) = &schema.diff {
        if schema.files.is_empty() {
            text.push_str(&format!("  {} with --write:\n", in_style(DIM, "schema")));
        }
        diff.lines().for_each(|line| text.push_str(&format!("    {}\n", name(line))));
    }
    match &schema.why {
        Some(why) => text.push_str(&format!("  {} schema: {}\n", in_style(LOOK, "by hand"), name(why))),
        None if writes && schema.diff.is_none() => {
            text.push_str(&format!("  {} there is nothing to edit\n", in_style(DIM, "schema")));
        }
        None => {}
    }
    text
}

/// A plan, release by release; with what the schema is in each.
pub fn planned(plan: &PlanFile, diffs: bool) -> String {
    let state = match &plan.contract {
        Some(contract) => format!("contract written: {}", name(contract)),
        None => "both shapes".to_owned(),
    };
    let mut text = format!("{}  {}\n", in_style(BOLD, name(&plan.migration)), in_style(DIM, state));
    for part in &plan.parts {
        text.push_str(&format!("  {}\n", name(&part.title)));
        for Moment { when, objects } in timeline(part) {
            let all: Vec<String> = objects.iter().map(|(object, does)| format!("{} {does}", name(object))).collect();
            text.push_str(&format!("    {}  {}\n", in_style(DIM, format!("{when:<9}")), all.join("; ")));
        }
    }
    text.push_str(&list(&plan.checklist));
    for schema in plan.schema.iter().filter(|_| diffs) {
        text.push_str(&format!("\n  the schema with {}\n", schema.release.word()));
        schema.diff.lines().for_each(|line| text.push_str(&format!("    {}\n", name(line))));
    }
    text
}

/// Problems, each with what to do.
pub fn told(problems: &[Problem]) -> String {
    problems.iter().map(problem).collect()
}

fn written(files: &[String]) -> String {
    files.iter().map(|file| format!("  {} {}\n", in_style(DIM, "wrote"), name(file))).collect()
}

fn list(items: &[String]) -> String {
    let numbered = items.iter().enumerate().map(|(at, item)| format!("  {}. {}\n", at + 1, name(item)));
    let text: String = numbered.collect();
    if text.is_empty() { text } else { format!("\n{text}") }
}
