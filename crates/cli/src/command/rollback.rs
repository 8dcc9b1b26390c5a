//! `rollback`: shows the plan, asks, runs it and says what came of it.

use super::again::Again;
use super::terminal::{Told, at_terminal};
use super::{Failure, Outcome, Session};
use crate::args::{Format, RollbackArgs};
use crate::output::human;
use crate::{ATTENTION, Env, FAILED, FINE};
use std::path::PathBuf;
use unmigrate_app::rollback::{Around, OutcomeState, RollbackReport, RollbackRequest};
use unmigrate_app::{Error, Problem, Severity};

/// The app's `rollback`.
pub type Rollback<'a> = &'a dyn Fn(&RollbackRequest, Around) -> Result<RollbackReport, Error>;

/// Where nothing was run, or it stopped, because something is for a person to decide or to fix. With any other code the
/// database failed, or the command line is not one that can be run.
const TO_DECIDE: [&str; 16] = [
    "applied-without-file",
    "busy",
    "declined",
    "edited-after-applied",
    "half-applied",
    "left-to-a-person",
    "locked",
    "never-run-here",
    "no-rollback",
    "no-way-back",
    "not-last",
    "nothing-applied",
    "plan-moved",
    "rows-forbid",
    "stale-rollback",
    "unfinished",
];

pub fn run(args: &RollbackArgs, format: Format, session: &mut Session<'_, '_>, rollback: Rollback<'_>) -> Outcome {
    let request = request(args, session.env)?;
    let asked = Told::default();
    let done = at_terminal(format, session, &asked, |around| rollback(&request, around));
    let report = match done {
        Ok(report) => report,
        Err(mut error) => {
            if let Some(database) = asked.unanswered.borrow().as_deref() {
                error.help = format!("{}   to do it; --dry-run   to look", again(args, database));
            }
            session.fail(&error, format);
            return Ok(code_of(&error));
        }
    };
    if format == Format::Json {
        session.json(&report)?;
        return Ok(code(&report));
    }
    if !asked.plan.get() {
        session.say(&human::rollback::plan(&report.target, &report.plan, detail(&request)))?;
    }
    let saved = request.out.as_deref().map(|path| path.display().to_string());
    session.say(&human::rollback::outcome(&report, saved.as_deref()))?;
    session.talk(&human::rollback::after_rollback(&report, &again(args, &report.target.database)))?;
    Ok(code(&report))
}

/// The command that does it, to be pasted.
fn again(args: &RollbackArgs, database: &str) -> String {
    let mut again = Again::of("rollback");
    match &args.out {
        Some(file) => again.value(&file.display().to_string()),
        None => {
            args.names.iter().for_each(|name| again.value(name));
            again.flag("--steps", args.steps.map(|n| n.to_string()));
            again.flag("--to", args.to.clone());
            again.switch("--batch", args.batch);
            again.switch("--archive", args.keep.archive);
            again.switch("--no-archive", args.keep.no_archive);
            again.switch("--force", args.force);
        }
    }
    again.switch("--continue", args.go_on);
    again.switch("--abort", args.abort);
    again.site(&args.site, &args.table, &args.locks);
    again.confirming(database)
}

fn detail(request: &RollbackRequest) -> human::rollback::Statements {
    if request.dry_run { human::rollback::Statements::All } else { human::rollback::Statements::Counted }
}

fn request(args: &RollbackArgs, env: &Env) -> Result<RollbackRequest, Failure> {
    let (only, plan) = names(&args.names)?;
    let site = &args.site;
    Ok(RollbackRequest {
        cwd: env.cwd.clone(),
        tool: site.history.tool.clone(),
        dialect: site.history.dialect.clone(),
        dirs: site.history.dir.clone(),
        project: site.history.project.clone(),
        url: super::url::of(&site.database, env)?,
        only,
        steps: args.steps.map(|n| n as usize),
        to: args.to.clone(),
        batch: args.batch,
        table: args.table.clone(),
        archive: args.keep.wish(),
        force: args.force,
        dry_run: site.dry_run,
        out: args.out.clone(),
        plan,
        go_on: args.go_on,
        abort: args.abort,
        confirm: site.confirm.clone(),
        lock_timeout: args.locks.lock_timeout,
        retry: args.locks.retry,
        audit: site.audit.clone(),
    })
}

/// Migrations, or the one file of a plan.
fn names(given: &[String]) -> Result<(Vec<String>, Option<PathBuf>), Error> {
    match given {
        [file] if is_plan(file) => Ok((vec![], Some(PathBuf::from(file)))),
        all if all.iter().any(|name| is_plan(name)) => Err(Error::error(
            "invalid-option",
            "a plan says itself which migrations it undoes: nothing stands beside its file",
            "unmigrate rollback plan.json",
        )),
        all => Ok((all.to_vec(), None)),
    }
}

fn is_plan(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".json")
}

/// The exit code of what came of it.
fn code(report: &RollbackReport) -> i32 {
    let stopped = report.problems.iter().find(|problem| problem.severity == Severity::Error);
    match stopped {
        Some(problem) => code_of(problem),
        None if matches!(report.outcome.state, OutcomeState::Continuable | OutcomeState::Unknown) => FAILED,
        None => FINE,
    }
}

fn code_of(problem: &Problem) -> i32 {
    if TO_DECIDE.contains(&problem.code) { ATTENTION } else { FAILED }
}

#[cfg(test)]
mod tests;
