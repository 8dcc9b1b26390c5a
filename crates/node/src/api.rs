//! The functions that JavaScript sees.

use crate::config::{LoadConfig, NodeLoader};
use crate::driver::{AskDrivers, Drivers, Registered};
use crate::objects::check::CheckReport;
use crate::objects::doctor::DoctorReport;
use crate::objects::init::InitReport;
use crate::objects::rollback::RollbackReport;
use crate::objects::verify::VerifyReport;
use crate::objects::{Inspection, Problem, Report};
use crate::worker::{caught, on_worker};
use napi::bindgen_prelude::Either;
use napi_derive::napi;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::path::PathBuf;
use std::sync::Arc;
use unmigrate_app::doctor::DoctorRequest;
use unmigrate_app::execute::Unwatched;
use unmigrate_app::init::InitRequest;
use unmigrate_app::rollback::{Around, RollbackRequest, Unasked};
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

/// Reports how every rollback stands, and writes nothing. Otherwise as `generate`.
#[napi(ts_args_type = "options?: Options | undefined | null", ts_return_type = "Promise<Report>")]
pub async fn status(options: Option<Value>, load_config: LoadConfig) -> Either<Report, Problem> {
    report(options, load_config, unmigrate_app::status).await
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

/// Undoes migrations on a real database, and leaves the tool's own table such that the tool agrees. Runs nothing unless
/// `confirm` is the database's name; `dryRun` tells what would run.
///
/// Nothing is printed and nobody is asked. Rejects with an `Error` that has a `code` where nothing was run: `unconfirmed`,
/// `rows-forbid`, `not-last`, ... What stopped in the middle is in the report's `outcome` and `problems`.
#[napi(ts_args_type = "options?: RollbackOptions | undefined | null", ts_return_type = "Promise<RollbackReport>")]
pub async fn rollback(
    options: Option<Value>,
    driver: Option<Value>,
    load_config: LoadConfig,
    ask: AskDrivers,
) -> Either<RollbackReport, Problem> {
    let done = on_worker(move || {
        let mut request: RollbackRequest = read(fields(options)?)?;
        request.cwd = here()?.join(&request.cwd);
        let (variable, loader) = (|name: &str| std::env::var(name).ok(), NodeLoader(load_config));
        let (mut nobody, mut unwatched) = (Unasked, Unwatched);
        let around = Around { loader: &loader, variable: &variable, ask: &mut nobody, watch: &mut unwatched };
        let Some(driver) = driver else { return unmigrate_app::rollback::rollback(&request, around) };
        if request.url.is_some() {
            return Err(invalid("`url` and `driver` are two databases"));
        }
        let registered: Registered = serde_json::from_value(driver).map_err(|e| invalid(&e.to_string()))?;
        let mut session = Drivers::new(ask).session(registered).map_err(|failure| invalid(&failure.to_string()))?;
        unmigrate_app::rollback::rollback_on(&request, around, &mut session)
    });
    match done.await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// Finds what a deploy left half done, and what is wrong with the tool's table, and mends it where `fix` says so. Without
/// `fix` nothing is written.
///
/// Nothing is printed and nobody is asked: `confirm` is the answer. Rejects with an `Error` that has a `code` where nothing
/// could be looked at or nothing was run: `unconfirmed`, `nothing-to-mend`, `untold-statements`, ... What stopped in the
/// middle is in the report's `outcome` and `problems`.
#[napi(ts_args_type = "options?: DoctorOptions | undefined | null", ts_return_type = "Promise<DoctorReport>")]
pub async fn doctor(
    options: Option<Value>,
    driver: Option<Value>,
    load_config: LoadConfig,
    ask: AskDrivers,
) -> Either<DoctorReport, Problem> {
    let done = on_worker(move || {
        let mut request: DoctorRequest = read(fields(options)?)?;
        request.cwd = here()?.join(&request.cwd);
        let (variable, loader) = (|name: &str| std::env::var(name).ok(), NodeLoader(load_config));
        let (mut nobody, mut unwatched) = (Unasked, Unwatched);
        let around = Around { loader: &loader, variable: &variable, ask: &mut nobody, watch: &mut unwatched };
        let drivers = Arc::new(Drivers::new(ask));
        let Some(driver) = driver else { return unmigrate_app::doctor::doctor(&request, around, drivers) };
        if request.url.is_some() {
            return Err(invalid("`url` and `driver` are two databases"));
        }
        let registered: Registered = serde_json::from_value(driver).map_err(|e| invalid(&e.to_string()))?;
        let mut session = drivers.session(registered).map_err(|failure| invalid(&failure.to_string()))?;
        unmigrate_app::doctor::doctor_on(&request, around, drivers, &mut session)
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

type Verb = fn(&Request, &dyn unmigrate_app::ConfigLoader) -> Result<unmigrate_app::Report, Error>;

async fn report(options: Option<Value>, load_config: LoadConfig, verb: Verb) -> Either<Report, Problem> {
    let done = on_worker(move || verb(&request(fields(options)?)?, &NodeLoader(load_config))).await;
    match done {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// The options that are given: one that is there without a value counts as left out.
fn fields(options: Option<Value>) -> Result<Map<String, Value>, Error> {
    match options {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(fields)) => Ok(fields.into_iter().filter(|(_, v)| !v.is_null()).collect()),
        Some(_) => Err(invalid("options are an object")),
    }
}

/// As the app takes them: an option that it does not know is refused, since a slip of the pen in `check` would write.
fn read<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Error> {
    serde_json::from_value(Value::Object(fields)).map_err(|e| invalid(&e.to_string()))
}

fn here() -> Result<PathBuf, Error> {
    std::env::current_dir().map_err(|e| invalid(&format!("the working directory is not there: {e}")))
}

fn request(fields: Map<String, Value>) -> Result<Request, Error> {
    let mut request: Request = read(fields)?;
    request.cwd = here()?.join(&request.cwd);
    Ok(request)
}

/// The options of `check`: its own, and those that every verb has.
fn check_request(options: Option<Value>) -> Result<(Request, unmigrate_app::CheckOptions), Error> {
    const OWN: [&str; 8] = ["changed", "every", "db", "runner", "style", "baseline", "writeBaseline", "rules"];
    let (own, others) = fields(options)?.into_iter().partition(|(name, _)| OWN.contains(&name.as_str()));
    Ok((request(others)?, read(own)?))
}

fn invalid(words: &str) -> Error {
    Error::error(
        "invalid-option",
        format!("the options can't be used: {words}"),
        "see the types in unmigrate's index.d.ts",
    )
}
