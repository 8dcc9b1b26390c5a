//! `generate`: a line per history, and what needs a look.

use super::{Outcome, Session, request};
use crate::args::{Format, GenerateArgs};
use crate::output::human;
use crate::{ATTENTION, FINE, progress};
use unmigrate_app::{Report, Request, Severity, generate};

pub fn run(args: &GenerateArgs, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    let request = Request {
        check: args.check,
        force: args.force,
        rewrite_outdated: args.outdated,
        ..request(&args.selection, session.env)
    };
    let report =
        progress::during(session.may_spin(format), "reading the migrations", || generate(&request, session.loader))?;
    match format {
        Format::Json => session.json(&report)?,
        _ => {
            session.say(&human::generated(&report, args.check))?;
            session.talk(&human::after_generate(&report, args.check))?;
        }
    }
    Ok(if attention(&report, args.check) { ATTENTION } else { FINE })
}

/// With `--check` the question is only whether the folder is as `generate` would leave it.
fn attention(report: &Report, check: bool) -> bool {
    let broken = report.problems.iter().any(|p| p.severity == Severity::Error);
    if check { broken || report.would_change() } else { report.needs_attention() }
}
