//! The command line: words, colours and exit codes. What is true is decided below, in the app and the kernel.
//!
//! Nothing here touches the process: arguments, streams and the terminal's ways come in through [`run`], so that the
//! same code runs inside Node and inside a test. `stdout` is data, `stderr` is talk.

mod args;
mod command;
mod env;
mod filling;
mod output;
mod progress;

pub use env::{Env, Patient, Variables};

use clap::{CommandFactory, FromArgMatches};
use std::io::{Read, Write};
use std::sync::Arc;
use unmigrate_app::{ConfigLoader, Embedded};

/// All is well.
const FINE: i32 = 0;
/// There is something for a person to decide or fix.
const ATTENTION: i32 = 1;
/// The tool failed, or was called in a way that it does not know.
const FAILED: i32 = 2;

/// Where a command reads and writes.
pub struct Streams<'a> {
    /// What `inspect` reads where it is given no file.
    pub input: &'a mut dyn Read,
    /// Data.
    pub out: &'a mut dyn Write,
    /// Talk: problems, hints, progress, which come from several threads.
    pub err: &'a mut (dyn Write + Send),
}

/// Runs one command line (`args[0]` is the program) and returns the exit code: 0 all is well, 1 something for a person
/// to decide or fix, 2 the tool failed. `embedded` opens engines that live in this process.
pub fn run(
    args: &[String],
    env: &Env,
    loader: &dyn ConfigLoader,
    embedded: Arc<dyn Embedded>,
    streams: Streams<'_>,
) -> i32 {
    let command = args::Cli::command().term_width(env.columns.unwrap_or(100).min(100));
    let cli = command.try_get_matches_from(args).and_then(|m| args::Cli::from_arg_matches(&m));
    match cli {
        Ok(cli) => command::run(cli, &mut command::Session { env, loader, embedded, streams }),
        Err(error) => refuse(&error, env, streams),
    }
}

/// Prints what clap has to say: help and version are data, the rest is talk.
fn refuse(error: &clap::Error, env: &Env, streams: Streams<'_>) -> i32 {
    let text = error.render().ansi().to_string();
    // A stream that is closed has no one to be told about it.
    if error.use_stderr() {
        let _ = streams.err.write_all(output::painted(&text, env.colors_err()).as_bytes());
        return FAILED;
    }
    let _ = streams.out.write_all(output::painted(&text, env.colors_out()).as_bytes());
    FINE
}
