//! The command line, in this process: a second one would cost more than all the rest.

use crate::config::{LoadConfig, NodeScripts, RunModule};
use crate::driver::{AskDrivers, Drivers};
use crate::objects::Problem;
use crate::worker::on_worker;
use napi::bindgen_prelude::Either;
use napi_derive::napi;
use std::io::{BufWriter, stderr, stdin, stdout};
use std::sync::Arc;
use unmigrate_app::Error;
use unmigrate_cli::{Env, Patient, Streams, run};

/// Runs one command line (without the program's name) and gives its exit code. Writes to this process's streams.
#[napi(skip_typescript)]
pub async fn run_cli(
    args: Vec<String>,
    load_config: LoadConfig,
    ask: AskDrivers,
    run_module: RunModule,
) -> Either<i32, Problem> {
    match on_worker(move || command_line(args, NodeScripts::new(load_config, run_module), ask)).await {
        Ok(code) => Either::A(code),
        Err(error) => Either::B(error.into()),
    }
}

/// Drops the scratch databases of this process: when it is told to end.
#[napi(skip_typescript)]
pub fn drop_scratch() {
    unmigrate_engines::Scratch::drop_all();
}

fn command_line(args: Vec<String>, loader: NodeScripts, ask: AskDrivers) -> Result<i32, Error> {
    let env = Env::of_process().map_err(|e| {
        Error::error("no-such-folder", format!("the working directory is not there: {e}"), "change to one that exists")
    })?;
    let args: Vec<String> = std::iter::once("unmigrate".to_owned()).chain(args).collect();
    let streams = Streams {
        input: &mut Patient(stdin()),
        out: &mut BufWriter::new(Patient(stdout())),
        err: &mut BufWriter::new(Patient(stderr())),
    };
    Ok(run(&args, &env, &loader, Arc::new(Drivers::new(ask)), streams))
}
