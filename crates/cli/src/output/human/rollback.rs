//! What `rollback` is about to do, in numbers; what it asks; on whom it waits; what came of it.

use super::migrations::notes;
use super::problems::problems;
use super::style::{self, BAD, BOLD, DIM, GOOD, LOOK, NAME, count, in_style, name, padded};
use std::time::Duration;
use unicode_width::UnicodeWidthStr;
use unmigrate_app::execute::Holder;
use unmigrate_app::rollback::{
    ArchiveReport, DownReport, OutcomeState, PlanReport, RollbackReport, StepReport, TargetReport,
};
use unmigrate_app::{State, pasted};
use unmigrate_kernel::one_line;

/// How the statements are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statements {
    /// How many, with all their locks.
    Counted,
    /// Each, as it would run.
    All,
}

/// A longer name does not push the column behind it further.
const LONGEST_NAME: usize = 48;
/// So much of what somebody else runs is shown.
const LONGEST_QUERY: usize = 60;

/// Which database, which migrations, what they lose today, what is kept and what runs.
pub fn plan(target: &TargetReport, plan: &PlanReport, statements: Statements) -> String {
    let mut text = database("rollback", target);
    let width = plan.migrations.iter().map(|m| name(&m.name).width()).max().unwrap_or(0).min(LONGEST_NAME);
    for migration in &plan.migrations {
        text.push_str(&row(migration, width));
        text.push_str(&notes(&migration.notes, usize::MAX));
    }
    text.push_str(&plan.archive.as_ref().map_or_else(String::new, kept));
    text.push('\n');
    text + &steps(plan, statements)
}

/// The statements, a migration at a time.
pub fn steps(plan: &PlanReport, statements: Statements) -> String {
    let mut text = String::new();
    for phase in plan.steps.chunk_by(|a, b| a.migration == b.migration) {
        text.push_str(&match statements {
            Statements::Counted => counted(phase, plan.migrations.iter().any(|m| m.name == phase[0].migration)),
            Statements::All => all(phase),
        });
    }
    text
}

/// `rollback on shop  PostgreSQL 15.20 · protected` and below it the URL.
pub fn database(verb: &str, target: &TargetReport) -> String {
    let class = match target.class.as_str() {
        "local" | "ephemeral" => in_style(DIM, &target.class),
        "unknown" => in_style(BAD, "unknown, so it counts as protected"),
        other => in_style(BAD, name(other)),
    };
    let engine = in_style(DIM, format!("{} ·", name(&target.engine)));
    let database = in_style(BOLD, name(&target.database));
    format!("{verb} on {database}  {engine} {class}\n  {}\n\n", in_style(DIM, name(&target.shown)))
}

/// `  lossy     0003_drop_pager  verified`
fn row(migration: &DownReport, width: usize) -> String {
    let grade = padded(style::grade(migration.grade), style::grade_word(migration.grade), 8);
    let shown = padded(BOLD, &name(&migration.name), width);
    let verified = if migration.verified { in_style(GOOD, "verified") } else { in_style(LOOK, "not verified") };
    let state = match migration.state {
        State::Unchanged | State::Written => String::new(),
        other => format!("  {}", in_style(style::state(other), other.word())),
    };
    format!("  {grade}  {shown}  {verified}{state}\n")
}

/// `  keeps     tasks.pager: 40 rows, at most 8 kB, in the schema _unmigrate`
pub fn kept(archive: &ArchiveReport) -> String {
    let word = padded(NAME, "keeps", 8);
    if archive.objects.is_empty() {
        return format!("  {word}  nothing: no rows are taken away\n");
    }
    let objects = once(archive.objects.iter().map(String::as_str));
    let objects: Vec<String> = objects.into_iter().map(name).collect();
    let rows = count(usize::try_from(archive.rows).unwrap_or(usize::MAX), "row");
    let size = archive.bytes.map_or_else(String::new, |bytes| format!(", at most {}", size(bytes)));
    let mut text = format!("  {word}  {}: {rows}{size}, in {}\n", objects.join(", "), name(&archive.place));
    for object in &archive.keyless {
        text.push_str(&format!("            {}\n", in_style(LOOK, format!("not by key: {}", name(object)))));
    }
    text
}

pub fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} kB", bytes >> 10),
        _ => format!("{} MB", bytes >> 20),
    }
}

/// How many statements, their locks, and what is done beside the file's. Of a copy before a migration the plan has said what
/// it keeps.
fn counted(phase: &[StepReport], is_migration: bool) -> String {
    // A setting of the session changes nothing in the database.
    let outside = phase.iter().filter(|step| step.transaction.is_none() && !is_setting(step)).count();
    let inside = phase.iter().filter(|step| step.transaction.is_some()).count();
    let transactions = phase.chunk_by(|a, b| a.transaction == b.transaction).filter(|s| s[0].transaction.is_some());
    let how = match (inside, outside, transactions.count()) {
        (_, 0, 1) => "in one transaction".to_owned(),
        (_, 0, n) => format!("in {n} transactions"),
        (0, _, _) => "outside of any transaction: each stays when the next fails".to_owned(),
        (inside, outside, _) => {
            format!("{inside} in a transaction, {outside} outside of any, which stay when the next fails")
        }
    };
    let mut text = format!("  {}  {}, {how}\n", name(&phase[0].migration), count(inside + outside, "statement"));
    for lock in once(phase.iter().filter_map(|step| step.lock.as_deref())) {
        text.push_str(&aside("locks", lock));
    }
    let ours = phase.iter().filter(|step| is_migration && step.file.is_none() && !step.why.is_empty());
    for why in once(ours.map(|step| step.why.as_str())) {
        text.push_str(&aside("also", why));
    }
    text
}

/// Each text once, where it comes first.
fn once<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut out = vec![];
    for text in texts {
        if !out.contains(&text) {
            out.push(text);
        }
    }
    out
}

/// SQLite's `PRAGMA foreign_keys`, which does nothing inside of a transaction and so stands around it.
fn is_setting(step: &StepReport) -> bool {
    step.sql.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("PRAGMA"))
}

fn aside(label: &str, words: &str) -> String {
    format!("    {} {}\n", in_style(DIM, format!("{label:>5}")), name(words))
}

/// Every statement as it would run.
fn all(phase: &[StepReport]) -> String {
    let mut text = format!("{}\n", in_style(BOLD, name(&phase[0].migration)));
    for run in phase.chunk_by(|a, b| a.transaction == b.transaction) {
        let how = if run[0].transaction.is_some() { "in a transaction" } else { "outside of any transaction" };
        text.push_str(&format!("  {}\n", in_style(DIM, how)));
        run.iter().for_each(|step| text.push_str(&statement(step)));
    }
    text.push('\n');
    text
}

fn statement(step: &StepReport) -> String {
    let mut text = String::new();
    for line in step.sql.lines() {
        text.push_str(&format!("    {}\n", name(line)));
    }
    let place = match (&step.file, step.line) {
        (Some(file), Some(line)) => format!("{}:{line}", name(file)),
        (Some(file), None) => name(file),
        (None, _) => name(&step.why),
    };
    let lock = step.lock.as_deref().map_or_else(String::new, |lock| format!("  locks {}", name(lock)));
    text.push_str(&format!("      {}\n", in_style(DIM, format!("{place}{lock}"))));
    text
}

/// Said when the first statement of a migration begins.
pub fn begins(phase: &str, at: usize, of: usize) -> String {
    format!("{} {}\n", in_style(DIM, format!("statement {} of {of}:", at + 1)), name(phase))
}

/// Said from time to time of a statement that is run in batches: how many rows it has changed.
pub fn rows(sql: &str, rows: u64) -> String {
    let many = count(usize::try_from(rows).unwrap_or(usize::MAX), "row");
    format!("{} {}\n", in_style(DIM, format!("{many} so far:")), name(&one_line(sql, LONGEST_QUERY)))
}

/// Said when a lock is not to be had: that of a statement, or the one that keeps runs apart.
pub fn waits(sql: Option<&str>, holders: &[Holder], pause: Duration) -> String {
    let what = sql.map_or_else(|| "another run or deploy".to_owned(), |sql| name(&one_line(sql, LONGEST_QUERY)));
    let next = format!("next try in {:.1} s", pause.as_secs_f64());
    let mut text = format!("{} {what}  {}\n", in_style(LOOK, "waiting for the lock of"), in_style(DIM, next));
    holders.iter().for_each(|one| text.push_str(&aside("held", &holder(one))));
    text
}

/// `by pg_dump (pid 4711, idle in transaction, for 732 s): COPY public.users ..`
fn holder(holder: &Holder) -> String {
    let age = holder.age.map_or_else(String::new, |age| format!(", for {age} s"));
    let from = holder.client.as_deref().map_or_else(String::new, |client| format!(", from {client}"));
    let query = holder.query.as_deref().filter(|query| !query.is_empty());
    let query = query.map_or_else(String::new, |query| format!(": {}", name(&one_line(query, LONGEST_QUERY))));
    format!("by {} (pid {}{from}, {}{age}){query}", holder.application, holder.pid, holder.state)
}

/// What came of it. `saved` is the file that the plan was written to.
pub fn outcome(report: &RollbackReport, saved: Option<&str>) -> String {
    let done = &report.outcome.done;
    let undone = || done.iter().map(|one| name(one)).collect::<Vec<_>>().join(", ");
    let mut text = match (report.outcome.state, saved) {
        (OutcomeState::Planned, Some(file)) => format!("{} the plan, in {}\n", in_style(GOOD, "written"), name(file)),
        (OutcomeState::Planned, None) => format!("{} nothing was run\n", in_style(GOOD, "dry run:")),
        (OutcomeState::Done, _) => format!("\n{} {}\n", in_style(GOOD, "undone"), undone()),
        (OutcomeState::Unchanged, _) => format!("\n{} everything is as it was\n", in_style(LOOK, "unchanged:")),
        (OutcomeState::Partly, _) => format!("\n{} {}; the rest is as it was\n", in_style(BAD, "undone"), undone()),
        (OutcomeState::Continuable, _) => format!("\n{} it stopped in the middle\n", in_style(BAD, "unfinished:")),
        (OutcomeState::Unknown, _) => {
            format!("\n{} the connection was lost while it committed\n", in_style(BAD, "unknown:"))
        }
    };
    for id in &report.outcome.kept {
        text.push_str(&aside("kept", id));
    }
    if report.outcome.waited >= 1000 {
        text.push_str(&aside("locks", &format!("waited for {} s", report.outcome.waited / 1000)));
    }
    text
}

/// Beside the result: problems, and the `command` that does what was only planned.
pub fn after_rollback(report: &RollbackReport, command: &str) -> String {
    let mut text = problems(&report.problems);
    if report.outcome.state != OutcomeState::Planned {
        return text;
    }
    let unproven: Vec<String> =
        report.plan.migrations.iter().filter(|m| !m.verified).map(|m| name(&pasted(&m.name))).collect();
    if !unproven.is_empty() {
        let verify = format!("unmigrate verify {}", unproven.join(" "));
        text.push_str(&hint(&verify, "proves what is not verified, on a scratch database"));
    }
    text + &hint(&name(command), "does it")
}

fn hint(command: &str, what: &str) -> String {
    format!("{}  {}\n", in_style(NAME, command), in_style(DIM, what))
}
