//! `verify`: what the engine says of every rollback.

use super::{Outcome, Session, page};
use crate::args::{Format, ScratchArgs, VerifyArgs};
use crate::output::github::Root;
use crate::output::quote::Files;
use crate::output::{html, human, verify_github};
use crate::progress::{Bar, Lines};
use crate::{ATTENTION, Env, FINE};
use unmigrate_app::verify::{Progress, Secret, Silent, VerifyReport, VerifyRequest};
use unmigrate_app::{ConfigLoader, Error, Report, status};

/// How wide a finding is drawn where there is no terminal.
const WIDTH: usize = 120;
/// Where the scratch database's URL is looked for when no flag names it.
const SCRATCH_URL: &str = "UNMIGRATE_SCRATCH_URL";

/// The app's `verify`.
pub type Verify<'a> = &'a dyn Fn(&VerifyRequest, &dyn ConfigLoader, &dyn Progress) -> Result<VerifyReport, Error>;

pub fn run(args: &VerifyArgs, format: Format, session: &mut Session<'_, '_>, verify: Verify<'_>) -> Outcome {
    let request = request(args, session.env)?;
    if let Some(file) = &args.html {
        page::may_be_written(file, session.env)?;
    }
    let report = watched(&request, format, session, verify)?;
    let files = Files::new(&session.env.cwd);
    match format {
        Format::Json => session.json(&report)?,
        Format::Github => session.say(&verify_github::annotations(&report, &Root::of(session.env)))?,
        _ => {
            let detail = if args.all || !request.only.is_empty() { human::Detail::Full } else { human::Detail::Recent };
            let width = session.env.columns.unwrap_or(WIDTH);
            session.say(&human::verify::verified(&report, detail, &files, width))?;
            session.talk(&human::verify::after_verify(&report))?;
        }
    }
    if let Some(file) = &args.html {
        let text = html::page(&report, &losses(&report, &request, session.loader), &files);
        page::write(file, &text, session.env)?;
    }
    Ok(if report.needs_attention() { ATTENTION } else { FINE })
}

/// Runs it with a sign of life: a bar on a terminal, a line per finding elsewhere, nothing beside JSON.
fn watched(
    request: &VerifyRequest,
    format: Format,
    session: &mut Session<'_, '_>,
    verify: Verify<'_>,
) -> Result<VerifyReport, Error> {
    if format == Format::Json {
        return verify(request, session.loader, &Silent);
    }
    if session.may_spin(format) {
        let bar = Bar::on_stderr();
        let report = verify(request, session.loader, &bar);
        bar.end(); // also where it failed
        return report;
    }
    let colors = session.env.colors_err();
    verify(request, session.loader, &Lines::to(session.streams.err, colors))
}

fn request(args: &VerifyArgs, env: &Env) -> Result<VerifyRequest, Error> {
    let selection = &args.selection;
    Ok(VerifyRequest {
        cwd: env.cwd.clone(),
        tool: selection.tool.clone(),
        dialect: selection.dialect.clone(),
        dirs: selection.dir.clone(),
        project: selection.project.clone(),
        only: selection.names.clone(),
        server: selection.server.clone(),
        plain: args.plain.clone(),
        last: args.last.map(|n| n as usize),
        changed: args.changed.clone(),
        engine: args.scratch.engine.clone(),
        scratch_url: scratch_url(&args.scratch, env)?,
        sample: super::url::given(&args.sample, &args.sample_env, "--sample-env", env)?,
        sample_rows: args.sample_rows.map(|n| n as usize),
        fresh: args.fresh,
    })
}

/// The scratch database's URL: from the command line, else from the variable that is usual for it.
pub fn scratch_url(args: &ScratchArgs, env: &Env) -> Result<Option<Secret>, Error> {
    Ok(match super::url::given(&args.scratch_url, &args.scratch_url_env, "--scratch-url-env", env)? {
        None => env.variables.get(SCRATCH_URL).map(Secret::new),
        url => url,
    })
}

/// What is known of the migrations without any engine. Of a history without a tool that is nothing.
fn losses(report: &VerifyReport, request: &VerifyRequest, loader: &dyn ConfigLoader) -> html::Losses {
    let has_tool = report.histories.iter().any(|history| history.tool != "plain");
    let read = has_tool.then(|| status(&request.reading(), loader).ok()).flatten();
    read.iter().flat_map(Report::migrations).map(|m| (m.up.clone(), m.notes.clone())).collect()
}

#[cfg(test)]
mod tests;
