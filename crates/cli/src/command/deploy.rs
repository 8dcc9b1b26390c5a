//! `deploy`: says what would be deployed and what is kept of what it destroys, asks where that is needed, and does it.

use super::terminal::{Told, at_terminal};
use super::{Failure, Outcome, Session};
use crate::args::{DeployArgs, Format};
use crate::output::human;
use crate::{ATTENTION, Env, FAILED, FINE};
use unmigrate_app::deploy::{DeployReport, DeployRequest};
use unmigrate_app::site::Around;
use unmigrate_app::{Error, Problem, Severity, pasted};

/// The app's `deploy`.
pub type Deploy<'a> = &'a dyn Fn(&DeployRequest, Around) -> Result<DeployReport, Error>;

/// Where nothing was deployed because something is for a person to decide or to fix.
const TO_DECIDE: [&str; 7] =
    ["busy", "declined", "half-applied", "locked", "plan-moved", "two-databases", "would-drift"];

pub fn run(args: &DeployArgs, format: Format, session: &mut Session<'_, '_>, deploy: Deploy<'_>) -> Outcome {
    let request = request(args, session.env)?;
    let told = Told::default();
    let done = at_terminal(format, session, &told, |around| deploy(&request, around));
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
    let code = report.problems.iter().find(|p| p.severity == Severity::Error).map_or(FINE, code_of);
    if format == Format::Json {
        session.json(&report)?;
        return Ok(code);
    }
    if !told.plan.get() {
        session.say(&human::deploy::plan(&report.target, &report.plan))?;
    }
    if let Some(said) = &report.said {
        session.talk(&human::deploy::said(said))?;
    }
    session.say(&human::deploy::outcome(&report))?;
    session.talk(&human::problems(&report.problems))?;
    Ok(code)
}

fn request(args: &DeployArgs, env: &Env) -> Result<DeployRequest, Failure> {
    let site = &args.site;
    Ok(DeployRequest {
        cwd: env.cwd.clone(),
        tool: site.history.tool.clone(),
        dialect: site.history.dialect.clone(),
        dirs: site.history.dir.clone(),
        project: site.history.project.clone(),
        url: super::url::of(&site.database, env)?,
        table: args.table.clone(),
        command: args.command.clone(),
        direct: args.direct,
        archive: args.no_archive.then_some(false),
        restore: args.no_restore.then_some(false),
        dry_run: site.dry_run,
        confirm: site.confirm.clone(),
        lock_timeout: args.locks.lock_timeout,
        retry: args.locks.retry,
        audit: site.audit.clone(),
    })
}

fn code_of(problem: &Problem) -> i32 {
    if TO_DECIDE.contains(&problem.code) { ATTENTION } else { FAILED }
}
