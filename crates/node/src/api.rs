//! The functions that JavaScript sees.

use crate::config::{LoadConfig, NodeLoader};
use crate::driver::{AskDrivers, Drivers};
use crate::objects::check::CheckReport;
use crate::objects::compat::CompatReport;
use crate::objects::init::InitReport;
use crate::objects::revert::RevertReport;
use crate::objects::verify::VerifyReport;
use crate::objects::{Inspection, Problem, Report};
use crate::worker::{caught, on_worker};
use napi::bindgen_prelude::Either;
use napi_derive::napi;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::path::PathBuf;
use std::sync::Arc;
use unmigrate_app::compat::CompatOptions;
use unmigrate_app::init::InitRequest;
use unmigrate_app::revert::RevertRequest;
use unmigrate_app::verify::{Silent, VerifyRequest};
use unmigrate_app::{Error, Request};

/// Writes the rollback of every migration beside it, where it is missing or stale, and reports how all of them stand.
///
/// Nothing is printed. Rejects with an `Error` that has a `code` where no migrations were found or the options can't be
/// met; what concerns one history or one file is in the report's `problems`.
#[napi(ts_args_type = "options?: GenerateOptions | undefined | null", ts_return_type = "Promise<Report>")]
pub async fn generate(options: Option<Value>, load_config: LoadConfig, ask: AskDrivers) -> Either<Report, Problem> {
    const OWN: [&str; 3] = ["observe", "engine", "scratchUrl"];
    let done = on_worker(move || {
        let (mut own, others): (Map<String, Value>, _) =
            fields(options)?.into_iter().partition(|(name, _)| OWN.contains(&name.as_str()));
        let observe = own.remove("observe") == Some(Value::Bool(true));
        let (request, observing, loader) = (request(others)?, read(own)?, NodeLoader(load_config));
        if !observe {
            return unmigrate_app::generate(&request, &loader);
        }
        let variable = |name: &str| std::env::var(name).ok();
        unmigrate_app::generate_observing(&request, &observing, &loader, &variable, Arc::new(Drivers::new(ask)))
    });
    match done.await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// Tells what migrations will do to a running database, and what is wrong with the history and its rollbacks. Writes
/// nothing but a baseline that was asked for. Otherwise as `status`.
#[napi(ts_args_type = "options?: CheckOptions | undefined | null", ts_return_type = "Promise<CheckReport>")]
pub async fn check(options: Option<Value>, load_config: LoadConfig) -> Either<CheckReport, Problem> {
    let done = on_worker(move || {
        let (request, options) = check_request(options)?;
        let variable = |name: &str| std::env::var(name).ok();
        unmigrate_app::check::check_with(&request, &options, &NodeLoader(load_config), &variable)
    });
    match done.await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// Proves every rollback on a scratch database: up, down and up again, with rows in the tables. Writes the evidence beside
/// the migrations. Otherwise as `status`.
#[napi(ts_args_type = "options?: VerifyOptions | undefined | null", ts_return_type = "Promise<VerifyReport>")]
pub async fn verify(options: Option<Value>, load_config: LoadConfig, ask: AskDrivers) -> Either<VerifyReport, Problem> {
    let done = on_worker(move || {
        let mut request: VerifyRequest = read(fields(options)?)?;
        request.cwd = here()?.join(&request.cwd);
        let drivers = Arc::new(Drivers::new(ask));
        let variable = |name: &str| std::env::var(name).ok();
        unmigrate_app::verify::verify(&request, &NodeLoader(load_config), &variable, drivers, &Silent)
    });
    match done.await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// Writes a new migration, in the tool's own format, that takes the last ones back, out of their proven rollbacks.
///
/// Nothing is printed. Rejects with an `Error` that has a `code` where nothing was written: `not-verified`, `not-last`, ...
#[napi(ts_args_type = "options?: RevertOptions | undefined | null", ts_return_type = "Promise<RevertReport>")]
pub async fn revert(options: Option<Value>, load_config: LoadConfig) -> Either<RevertReport, Problem> {
    let done = on_worker(move || {
        let mut request: RevertRequest = read(fields(options)?)?;
        request.cwd = here()?.join(&request.cwd);
        unmigrate_app::revert::revert(&request, &NodeLoader(load_config))
    });
    match done.await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// Tells which clients break: what the schema of an older commit declares, held against the database as it is after each
/// migration that came since; and the oldest commit whose clients still work. Otherwise as `status`.
#[napi(ts_args_type = "options?: CompatOptions | undefined | null", ts_return_type = "Promise<CompatReport>")]
pub async fn compat(options: Option<Value>, load_config: LoadConfig) -> Either<CompatReport, Problem> {
    let done = on_worker(move || {
        let (own, others) = fields(options)?.into_iter().partition(|(name, _)| name == "app");
        let options: CompatOptions = read(own)?;
        unmigrate_app::compat::compat(&request(others)?, &options, &NodeLoader(load_config))
    });
    match done.await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// Adds npm scripts and a GitHub workflow, or with `hook` a hook before each commit, where they are missing. Nothing that is
/// there is changed.
#[napi(ts_args_type = "options?: InitOptions | undefined | null", ts_return_type = "Promise<InitReport>")]
pub async fn init(options: Option<Value>, load_config: LoadConfig) -> Either<InitReport, Problem> {
    let done = on_worker(move || {
        let mut request: InitRequest = read(fields(options)?)?;
        request.cwd = here()?.join(&request.cwd);
        unmigrate_app::init::init(&request, &NodeLoader(load_config))
    });
    match done.await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// Reads a piece of SQL, without any file: its statements, what undoing it would lose, and its rollback.
///
/// Throws an `Error` with a `code` where the dialect is unknown. SQL that can't be read is no error: its rollback is
/// `manual`.
#[napi(ts_return_type = "Inspection")]
pub fn inspect(sql: String, options: InspectOptions) -> Either<Inspection, Problem> {
    match caught(|| unmigrate_app::inspect(&sql, &options.dialect, options.before.as_deref())) {
        Ok(found) => Either::A(found.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// The page of a grade (`lossy`), a note (`may refuse`), a state (`stale`) or an error's code, in Markdown; `null` for a
/// word that has none.
#[napi]
pub fn explain(word: String) -> Option<String> {
    unmigrate_app::explain(&word).map(std::borrow::Cow::into_owned)
}

/// What to read the SQL of `inspect` with.
#[napi(object)]
pub struct InspectOptions {
    /// `postgresql`, `cockroachdb`, `mysql` or `sqlite`.
    pub dialect: String,
    /// SQL that makes the schema which the SQL meets.
    pub before: Option<String>,
}

/// The options that are given: one that is there without a value counts as left out.
pub(crate) fn fields(options: Option<Value>) -> Result<Map<String, Value>, Error> {
    match options {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(fields)) => Ok(fields.into_iter().filter(|(_, v)| !v.is_null()).collect()),
        Some(_) => Err(invalid("options are an object")),
    }
}

/// As the app takes them: an option that it does not know is refused, since a slip of the pen in `check` would write.
pub(crate) fn read<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Error> {
    serde_json::from_value(Value::Object(fields)).map_err(|e| invalid(&e.to_string()))
}

pub(crate) fn here() -> Result<PathBuf, Error> {
    std::env::current_dir().map_err(|e| invalid(&format!("the working directory is not there: {e}")))
}

pub(crate) fn request(fields: Map<String, Value>) -> Result<Request, Error> {
    let mut request: Request = read(fields)?;
    request.cwd = here()?.join(&request.cwd);
    Ok(request)
}

/// The options of `check`: its own, and those that every verb has.
fn check_request(options: Option<Value>) -> Result<(Request, unmigrate_app::CheckOptions), Error> {
    const OWN: [&str; 13] = [
        "changed",
        "every",
        "app",
        "db",
        "runner",
        "style",
        "baseline",
        "writeBaseline",
        "rules",
        "fix",
        "fixRule",
        "rename",
        "yes",
    ];
    let (own, others) = fields(options)?.into_iter().partition(|(name, _)| OWN.contains(&name.as_str()));
    Ok((request(others)?, read(own)?))
}

pub(crate) fn invalid(words: &str) -> Error {
    Error::error(
        "invalid-option",
        format!("the options can't be used: {words}"),
        "see the types in unmigrate's index.d.ts",
    )
}
