//! `archive`: what is kept is listed, put back, or thrown away.

use super::terminal::{Told, at_terminal};
use super::{Failure, Outcome, Session};
use crate::args::{ArchiveArgs, ArchiveVerb, Format, KeptArgs};
use crate::output::human;
use crate::{ATTENTION, Env, FAILED, FINE};
use unmigrate_app::archive::{Action, ArchiveListing, ArchiveRequest};
use unmigrate_app::site::Around;
use unmigrate_app::{Error, Problem, Severity, pasted};

/// The app's `archive`.
pub type Archive<'a> = &'a dyn Fn(&ArchiveRequest, Around) -> Result<ArchiveListing, Error>;

/// Where nothing was done because something is for a person to decide or to fix.
const TO_DECIDE: [&str; 5] = ["busy", "declined", "nothing-asked", "not-kept", "not-restored"];

pub fn run(args: &ArchiveArgs, format: Format, session: &mut Session<'_, '_>, archive: Archive<'_>) -> Outcome {
    let (action, kept) = match &args.what {
        ArchiveVerb::List(kept) => (Action::List, kept),
        ArchiveVerb::Restore(kept) => (Action::Restore, kept),
        ArchiveVerb::Drop(kept) => (Action::Drop, kept),
    };
    let request = request(action, kept, session.env)?;
    let told = Told::default();
    let done = at_terminal(format, session, &told, |around| archive(&request, around));
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
        session.say(&human::archive::listing(&report))?;
    }
    session.say(&human::archive::outcome(&report, request.dry_run))?;
    session.talk(&human::problems(&report.problems))?;
    Ok(code)
}

fn request(action: Action, args: &KeptArgs, env: &Env) -> Result<ArchiveRequest, Failure> {
    let site = &args.site;
    Ok(ArchiveRequest {
        cwd: env.cwd.clone(),
        tool: site.history.tool.clone(),
        dialect: site.history.dialect.clone(),
        dirs: site.history.dir.clone(),
        project: site.history.project.clone(),
        url: super::url::of(&site.database, env)?,
        action,
        only: args.names.clone(),
        all: args.all,
        older_than: args.older_than,
        dry_run: site.dry_run,
        confirm: site.confirm.clone(),
        audit: site.audit.clone(),
    })
}

fn code_of(problem: &Problem) -> i32 {
    if TO_DECIDE.contains(&problem.code) { ATTENTION } else { FAILED }
}
