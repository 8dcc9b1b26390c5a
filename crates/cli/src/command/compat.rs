//! `compat`: which clients break, and from which commit on they work.

use super::{Outcome, Session, request};
use crate::args::{CompatArgs, Format, Selection};
use crate::output::human::compat as words;
use crate::{ATTENTION, FINE, progress};
use unmigrate_app::compat::{CompatOptions, compat};

pub fn run(args: &CompatArgs, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    let selection = Selection {
        project: args.history.project.clone(),
        dir: args.history.dir.clone(),
        tool: args.history.tool.clone(),
        dialect: args.history.dialect.clone(),
        ..Selection::default()
    };
    let (request, options) = (request(&selection, session.env), CompatOptions { app: args.app.clone() });
    let report = progress::during(session.may_spin(format), "reading the migrations", || {
        compat(&request, &options, session.loader)
    })?;
    match format {
        Format::Json => session.json(&report)?,
        _ => {
            session.say(&words::breaks(&report))?;
            session.talk(&words::after(&report))?;
        }
    }
    Ok(if report.needs_attention() { ATTENTION } else { FINE })
}
