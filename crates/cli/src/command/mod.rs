//! One file per verb: arguments in, an app call, words out.

mod again;
mod archive;
mod check;
mod compat;
mod deploy;
mod doctor;
mod expand;
mod explain;
mod fixing;
mod generate;
mod init;
mod inspect;
mod page;
mod resolve;
mod revert;
mod rollback;
mod status;
mod terminal;
mod url;
mod verify;

use crate::args::{Cli, Format, Selection, StatusArgs, Verb};
use crate::output::github::Root;
use crate::output::{self, human, json, verify_github};
use crate::{Env, FAILED, Streams};
use serde::Serialize;
use std::io;
use std::sync::Arc;
use unmigrate_app::{ConfigLoader, Embedded, Error, Request};

/// What every verb has at hand.
pub struct Session<'a, 's> {
    pub env: &'a Env,
    pub loader: &'a dyn ConfigLoader,
    pub embedded: Arc<dyn Embedded>,
    pub streams: Streams<'s>,
}

/// Runs the verb; none is `status`.
pub fn run(cli: Cli, session: &mut Session<'_, '_>) -> i32 {
    let format = cli.format.chosen();
    let done = match cli.verb.unwrap_or(Verb::Status(StatusArgs::default())) {
        Verb::Status(_)
        | Verb::Generate(_)
        | Verb::Rollback(_)
        | Verb::Doctor(_)
        | Verb::Revert(_)
        | Verb::Compat(_)
        | Verb::Init(_)
        | Verb::Resolve(_)
        | Verb::Archive(_)
        | Verb::Deploy(_)
        | Verb::Inspect(_)
        | Verb::Explain(_)
        | Verb::Expand(_)
        | Verb::Backfill(_)
        | Verb::Contract(_)
        | Verb::Plan(_)
            if !matches!(format, Format::Human | Format::Json) =>
        {
            Err(no_such_format(format).into())
        }
        Verb::Check(args) => check::run(&args, format, session),
        Verb::Status(args) => status::run(&args, format, session),
        Verb::Generate(args) => generate::run(&args, format, session),
        Verb::Verify(args) => {
            let (embedded, variables) = (session.embedded.clone(), session.env.variables);
            let prove: verify::Verify = &|request, loader, progress| {
                let variable = |name: &str| variables.get(name);
                unmigrate_app::verify::verify(request, loader, &variable, embedded.clone(), progress)
            };
            verify::run(&args, format, session, prove)
        }
        Verb::Rollback(args) => rollback::run(&args, format, session, &unmigrate_app::rollback::rollback),
        Verb::Doctor(args) => {
            let embedded = session.embedded.clone();
            let treat: doctor::Doctor =
                &|request, around| unmigrate_app::doctor::doctor(request, around, embedded.clone());
            doctor::run(&args, format, session, treat)
        }
        Verb::Revert(args) => revert::run(&args, format, session, &unmigrate_app::revert::revert),
        Verb::Compat(args) => compat::run(&args, format, session),
        Verb::Init(args) => init::run(&args, format, session),
        Verb::Resolve(args) => resolve::run(&args, format, session, &unmigrate_app::resolve::resolve),
        Verb::Deploy(args) => deploy::run(&args, format, session, &unmigrate_app::deploy::deploy),
        Verb::Archive(args) => archive::run(&args, format, session, &unmigrate_app::archive::archive),
        Verb::Expand(args) => expand::expand(&args, format, session),
        Verb::Backfill(args) => expand::backfill(&args, format, session),
        Verb::Contract(args) => expand::contract(&args, format, session),
        Verb::Plan(args) => expand::plan(&args, format, session),
        Verb::Inspect(args) => inspect::run(&args, format, session),
        Verb::Explain(args) => explain::run(&args, format, session),
    };
    let code = match done {
        Ok(code) => code,
        Err(Failure::App(error)) => session.fail(&error, format),
        // The reader has gone (`| head`): there is no one left to tell.
        Err(Failure::Stream(error)) if error.kind() == io::ErrorKind::BrokenPipe => return FAILED,
        Err(Failure::Stream(error)) => {
            let _ = writeln!(session.streams.err, "error: the output could not be written: {error}");
            FAILED
        }
    };
    let _ = session.streams.out.flush();
    let _ = session.streams.err.flush();
    code
}

/// Why a verb did not come to its end.
pub enum Failure {
    /// The verb failed.
    App(Error),
    /// Its result could not be written.
    Stream(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::App(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Stream(error)
    }
}

/// An exit code, or why there is none yet.
pub type Outcome = Result<i32, Failure>;

impl Session<'_, '_> {
    /// Writes styled text as data.
    pub fn say(&mut self, text: &str) -> io::Result<()> {
        self.streams.out.write_all(output::painted(text, self.env.colors_out()).as_bytes())
    }

    /// Writes text for another program, as it is.
    pub fn raw(&mut self, text: &str) -> io::Result<()> {
        self.streams.out.write_all(text.as_bytes())
    }

    /// Writes styled text as talk.
    pub fn talk(&mut self, text: &str) -> io::Result<()> {
        // Data first: on a terminal both streams meet, and the reader expects them in this order.
        self.streams.out.flush()?;
        self.streams.err.write_all(output::painted(text, self.env.colors_err()).as_bytes())
    }

    /// Writes a result as JSON.
    pub fn json(&mut self, result: &impl Serialize) -> io::Result<()> {
        self.streams.out.write_all(json::text(result).as_bytes())
    }

    /// Whether a sign of life may be given.
    pub fn may_spin(&self, format: Format) -> bool {
        format == Format::Human && self.env.stderr_is_tty
    }

    fn fail(&mut self, error: &Error, format: Format) -> i32 {
        // Where even this can't be written, the exit code says it.
        let _ = match format {
            Format::Github => self.say(&verify_github::problem(error, &Root::of(self.env))),
            Format::Json => self.json(&json::Failed::new(error)),
            _ => self.talk(&human::problem(error)),
        };
        FAILED
    }
}

/// Only verbs that find something on a line of a file have the formats of review pages.
fn no_such_format(format: Format) -> Error {
    let word = format.word();
    Error::error(
        "invalid-option",
        format!("there is no --format {word} for this command: it finds nothing that stands on a line of a file"),
        "use --format human or --format json",
    )
}

/// What the app is asked for, without what only `generate` knows.
fn request(selection: &Selection, env: &Env) -> Request {
    Request {
        cwd: env.cwd.clone(),
        tool: selection.tool.clone(),
        dialect: selection.dialect.clone(),
        dirs: selection.dir.clone(),
        project: selection.project.clone(),
        only: selection.names.clone(),
        server: selection.server.clone(),
        ..Request::default()
    }
}
