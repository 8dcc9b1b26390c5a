//! `inspect`: SQL in, its rollback out.

use super::{Failure, Outcome, Session};
use crate::FINE;
use crate::args::{Format, InspectArgs};
use crate::output::human;
use std::io;
use std::path::Path;
use unmigrate_app::{Error, inspect};

pub fn run(args: &InspectArgs, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    let sql = match args.file.as_deref().filter(|f| *f != Path::new("-")) {
        Some(file) => read(file, session)?,
        None => from_stdin(session)?,
    };
    let before = args.before.as_deref().map(|file| read(file, session)).transpose()?;
    let found = inspect(&sql, &args.dialect, before.as_deref())?;
    match format {
        Format::Json => session.json(&found)?,
        _ => {
            // The rollback alone is data, so that it can be sent to a file.
            session.say(&human::sql(&found.rollback))?;
            session.talk(&human::inspected(&found))?;
        }
    }
    Ok(FINE)
}

fn read(file: &Path, session: &Session<'_, '_>) -> Result<String, Failure> {
    let bytes = std::fs::read(session.env.cwd.join(file)).map_err(|e| unreadable(&file.display().to_string(), &e))?;
    text(bytes, &file.display().to_string())
}

fn from_stdin(session: &mut Session<'_, '_>) -> Result<String, Failure> {
    if session.env.stdin_is_tty {
        session.talk("Reading SQL from the terminal; end it with Ctrl-D.\n")?;
    }
    let mut bytes = vec![];
    session.streams.input.read_to_end(&mut bytes).map_err(|e| unreadable("standard input", &e))?;
    text(bytes, "standard input")
}

fn text(bytes: Vec<u8>, name: &str) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        Error::error("invalid-utf8", format!("{name} is not UTF-8 from byte {at} on"), "save it as UTF-8").into()
    })
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    Error::error("unreadable", format!("{name} could not be read: {error}"), "check the path and its permissions")
        .into()
}
