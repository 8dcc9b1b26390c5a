//! `check --fix` at a terminal: the diffs are shown, and one line is read.

use super::Session;
use super::terminal::line;
use crate::args::Format;
use crate::output::check::fixes;
use crate::output::painted;
use std::io;
use unmigrate_app::check::Fixes;

/// What came of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Nobody was asked.
    Not,
    /// There was nobody to ask.
    Nobody,
    /// Somebody said no.
    No,
    /// Somebody said yes, having seen the diffs.
    Yes,
}

/// Shows what would be written, and asks. Where there is no terminal, or the output is for a program, nobody is asked.
pub fn ask(planned: &Fixes, format: Format, session: &mut Session<'_, '_>) -> Asked {
    let env = session.env;
    if format != Format::Human || !env.stdin_is_tty || !env.stderr_is_tty {
        return Asked::Nobody;
    }
    let mut asked = || -> io::Result<Option<String>> {
        session.say(&fixes::diffs(planned))?;
        session.streams.out.flush()?;
        session.talk(&fixes::told(planned))?;
        session.streams.err.write_all(painted("Write this? [y/N] ", env.colors_err()).as_bytes())?;
        session.streams.err.flush()?;
        line(session.streams.input)
    };
    match asked() {
        Ok(Some(said)) if said.eq_ignore_ascii_case("y") || said.eq_ignore_ascii_case("yes") => Asked::Yes,
        Ok(Some(_)) => Asked::No,
        Ok(None) | Err(_) => Asked::Nobody,
    }
}
