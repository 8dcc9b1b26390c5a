//! `init`: a line per file, and what is left to be done by hand.

use super::{Outcome, Session};
use crate::args::{Format, InitArgs};
use crate::output::human::init as words;
use crate::{ATTENTION, FINE};
use unmigrate_app::init::{Change, InitRequest, init};

pub fn run(args: &InitArgs, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    let request = InitRequest { cwd: session.env.cwd.clone(), hook: args.hook, dry_run: args.dry_run };
    let report = init(&request, session.loader)?;
    match format {
        Format::Json => session.json(&report)?,
        _ => {
            session.say(&words::done(&report))?;
            session.talk(&words::after(&report))?;
        }
    }
    let left = report.files.iter().any(|file| file.change == Change::Left);
    Ok(if left { ATTENTION } else { FINE })
}
