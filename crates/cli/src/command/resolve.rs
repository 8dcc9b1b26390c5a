//! `resolve`: says what would be recorded and how it stands to the database, asks where that is needed, and records it.

use super::terminal::{Told, at_terminal};
use super::{Failure, Outcome, Session};
use crate::args::{Format, ResolveArgs};
use crate::output::human;
use crate::{ATTENTION, Env, FAILED, FINE};
use unmigrate_app::resolve::{ResolveReport, ResolveRequest};
use unmigrate_app::site::Around;
use unmigrate_app::{Error, Problem, Severity, pasted};

/// The app's `resolve`.
pub type Resolve<'a> = &'a dyn Fn(&ResolveRequest, Around) -> Result<ResolveReport, Error>;

/// Where nothing was recorded because something is for a person to decide or to fix.
const TO_DECIDE: [&str; 12] = [
    "busy",
    "declined",
    "locked",
    "not-held",
    "not-last",
    "plan-moved",
    "reason-missing",
    "script-of-one",
    "still-held",
    "tool-refused",
    "unfinished",
    "would-skip",
];

pub fn run(args: &ResolveArgs, format: Format, session: &mut Session<'_, '_>, resolve: Resolve<'_>) -> Outcome {
    let request = request(args, session.env)?;
    let told = Told::default();
    let done = at_terminal(format, session, &told, |around| resolve(&request, around));
    let report = match done {
        Ok(report) => report,
        Err(mut error) => {
            if let Some(database) = told.unanswered.borrow().as_deref() {
                error.help = format!("the same command with --confirm {}   to do it", pasted(database));
            }
            session.fail(&error, format);
            return Ok(code_of(&error));
        }
    };
    if format == Format::Json {
        session.json(&report)?;
        return Ok(code(&report));
    }
    if !told.plan.get() {
        session.say(&human::resolve::plan(&report.target, &report.plan))?;
    }
    session.say(&human::resolve::outcome(&report))?;
    session.talk(&human::problems(&report.problems))?;
    Ok(code(&report))
}

fn request(args: &ResolveArgs, env: &Env) -> Result<ResolveRequest, Failure> {
    let site = &args.site;
    Ok(ResolveRequest {
        cwd: env.cwd.clone(),
        tool: site.history.tool.clone(),
        dialect: site.history.dialect.clone(),
        dirs: site.history.dir.clone(),
        project: site.history.project.clone(),
        url: super::url::of(&site.database, env)?,
        table: args.table.clone(),
        applied: args.applied.clone(),
        all: args.all,
        baseline: args.baseline.is_some(),
        baseline_to: args.baseline.clone().filter(|name| !name.is_empty()),
        rolled_back: args.rolled_back.clone(),
        direct: args.direct,
        run: args.run.clone(),
        force: args.force,
        reason: args.reason.clone(),
        dry_run: site.dry_run,
        confirm: site.confirm.clone(),
        lock_timeout: args.locks.lock_timeout,
        retry: args.locks.retry,
        audit: site.audit.clone(),
    })
}

fn code(report: &ResolveReport) -> i32 {
    let stopped = report.problems.iter().find(|problem| problem.severity == Severity::Error);
    stopped.map_or(FINE, code_of)
}

fn code_of(problem: &Problem) -> i32 {
    if TO_DECIDE.contains(&problem.code) { ATTENTION } else { FAILED }
}
