//! `status`: every migration with its grade and the state of its file. With a database beside them
//! where one is asked for. Writes nothing.

use super::{Outcome, Session, request};
use crate::args::{Format, StatusArgs};
use crate::output::human;
use crate::{ATTENTION, FINE, progress};
use unmigrate_app::{Beside, status, status_beside};

pub fn run(args: &StatusArgs, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    let request = request(&args.selection, session.env);
    let url = super::url::given(&args.url, &args.url_env, "--url-env", session.env)?;
    let variables = session.env.variables;
    let report = progress::during(session.may_spin(format), "reading the migrations", || {
        if !args.db && url.is_none() {
            return status(&request, session.loader);
        }
        let beside = Beside { url, table: args.table.clone() };
        status_beside(&request, &beside, session.loader, &|name| variables.get(name))
    })?;
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
