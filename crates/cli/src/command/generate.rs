//! `generate`: a line per history, and what needs a look.

use super::verify::scratch_url;
use super::{Outcome, Session, request};
use crate::args::{Format, GenerateArgs};
use crate::output::human;
use crate::{ATTENTION, FINE, progress};
use unmigrate_app::{Observing, Report, Request, Severity, generate, generate_observing};

pub fn run(args: &GenerateArgs, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    let request = Request {
        check: args.check,
        force: args.force,
        rewrite_outdated: args.outdated,
        ..request(&args.selection, session.env)
    };
    let spins = session.may_spin(format);
    let report = if args.observe {
        let scratch_url = scratch_url(&args.scratch, session.env)?;
        let observing = Observing { engine: args.scratch.engine.clone(), scratch_url };
        let variable = |name: &str| session.env.variables.get(name);
        progress::during(spins, "running what can't be read", || {
            generate_observing(&request, &observing, session.loader, &variable, session.embedded.clone())
        })?
    } else {
        progress::during(spins, "reading the migrations", || generate(&request, session.loader))?
    };
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
