//! `revert`: writes a migration that takes others back.

use super::{Outcome, Session};
use crate::args::{Format, RevertArgs};
use crate::output::human;
use crate::{ATTENTION, Env, FAILED, FINE};
use unmigrate_app::revert::{RevertReport, RevertRequest};
use unmigrate_app::{ConfigLoader, Error};

/// The app's `revert`.
pub type Revert<'a> = &'a dyn Fn(&RevertRequest, &dyn ConfigLoader) -> Result<RevertReport, Error>;

/// Where nothing was written because something is for a person to decide or to fix.
const TO_DECIDE: [&str; 8] = [
    "children-at-risk",
    "left-to-a-person",
    "no-rollback",
    "not-in-one",
    "not-last",
    "not-last-by-name",
    "not-verified",
    "stale-rollback",
];

pub fn run(args: &RevertArgs, format: Format, session: &mut Session<'_, '_>, revert: Revert<'_>) -> Outcome {
    let report = match revert(&request(args, session.env), session.loader) {
        Ok(report) => report,
        Err(error) => {
            session.fail(&error, format);
            return Ok(if TO_DECIDE.contains(&error.code) { ATTENTION } else { FAILED });
        }
    };
    if format == Format::Json {
        session.json(&report)?;
        return Ok(FINE);
    }
    session.say(&human::revert::report(&report))?;
    session.talk(&human::revert::next(&report))?;
    Ok(FINE)
}

fn request(args: &RevertArgs, env: &Env) -> RevertRequest {
    RevertRequest {
        cwd: env.cwd.clone(),
        tool: args.history.tool.clone(),
        dialect: args.history.dialect.clone(),
        dirs: args.history.dir.clone(),
        project: args.history.project.clone(),
        only: args.names.clone(),
        steps: args.steps.map(|n| n as usize),
        to: args.to.clone(),
        name: args.name.clone(),
        force: args.force,
        dry_run: args.dry_run,
    }
}
