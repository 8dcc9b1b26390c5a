//! `status`: every migration with its grade and the state of its file. Writes nothing.

use super::{Outcome, Session, request};
use crate::args::{Format, StatusArgs};
use crate::output::human;
use crate::{ATTENTION, FINE, progress};
use unmigrate_app::status;

pub fn run(args: &StatusArgs, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    let request = request(&args.selection, session.env);
    let report =
        progress::during(session.may_spin(format), "reading the migrations", || status(&request, session.loader))?;
    match format {
        Format::Json => session.json(&report)?,
        _ => {
            let detail = if args.all || !request.only.is_empty() { human::Detail::Full } else { human::Detail::Recent };
            session.say(&human::status(&report, detail))?;
            session.talk(&human::after_status(&report))?;
        }
    }
    Ok(if report.needs_attention() { ATTENTION } else { FINE })
}
