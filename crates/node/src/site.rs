//! The functions that touch a real database: by URL, or on a session of the caller's.

use crate::api::{fields, here, invalid, read};
use crate::config::{LoadConfig, NodeLoader};
use crate::driver::{AskDrivers, Drivers, Registered};
use crate::objects::archive::ArchiveReport;
use crate::objects::deploy::DeployReport;
use crate::objects::doctor::DoctorReport;
use crate::objects::resolve::ResolveReport;
use crate::objects::rollback::RollbackReport;
use crate::objects::{Problem, Report};
use crate::worker::on_worker;
use napi::bindgen_prelude::Either;
use napi_derive::napi;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::path::PathBuf;
use std::sync::Arc;
use unmigrate_app::archive::{ArchiveListing, ArchiveRequest, archive_on};
use unmigrate_app::deploy::{DeployRequest, deploy_on};
use unmigrate_app::doctor::{DoctorRequest, doctor_on};
use unmigrate_app::execute::Unwatched;
use unmigrate_app::resolve::{ResolveRequest, resolve_on};
use unmigrate_app::rollback::{RollbackRequest, rollback_on};
use unmigrate_app::site::{Around, Unasked};
use unmigrate_app::verify::Secret;
use unmigrate_app::{Beside, Error, Request, status_beside, status_on};
use unmigrate_engines::Database;

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
    let verb = |request: &RollbackRequest, around: Around, db: Session| match db {
        Some(db) => rollback_on(request, around, db),
        None => unmigrate_app::rollback::rollback(request, around),
    };
    match on_worker(move || there(options, driver, load_config, &Drivers::new(ask), |r| &mut r.cwd, verb)).await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// Records migrations as applied, or as not applied any more, in the tool's own table: what ran by hand, a baseline, what was
/// taken back. The database is looked at first, and where it does not hold what a migration makes, nothing is recorded.
///
/// Nothing is printed and nobody is asked. Rejects with an `Error` that has a `code` where nothing was recorded: `not-held`,
/// `unconfirmed`, `would-skip`, ... What stopped in the middle is in the report's `outcome` and `problems`.
#[napi(ts_args_type = "options: ResolveOptions", ts_return_type = "Promise<ResolveReport>")]
pub async fn resolve(
    options: Option<Value>,
    driver: Option<Value>,
    load_config: LoadConfig,
    ask: AskDrivers,
) -> Either<ResolveReport, Problem> {
    let verb = |request: &ResolveRequest, around: Around, db: Session| match db {
        Some(db) => resolve_on(request, around, db),
        None => unmigrate_app::resolve::resolve(request, around),
    };
    match on_worker(move || there(options, driver, load_config, &Drivers::new(ask), |r| &mut r.cwd, verb)).await {
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
    let drivers = Drivers::new(ask);
    let embedded = Arc::new(drivers.clone());
    let verb = move |request: &DoctorRequest, around: Around, db: Session| match db {
        Some(db) => doctor_on(request, around, embedded.clone(), db),
        None => unmigrate_app::doctor::doctor(request, around, embedded.clone()),
    };
    match on_worker(move || there(options, driver, load_config, &drivers, |r| &mut r.cwd, verb)).await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// Runs the tool's own deploy, or the `command` that is given for it, and keeps what the migrations destroy; what an earlier
/// rollback kept of them is put back. With `direct` the copies, the SQL and the tool's rows are one transaction each.
///
/// Nothing is printed and nobody is asked. Rejects with an `Error` that has a `code` where nothing was done:
/// `half-applied`, `tool-not-found`, `unconfirmed`, ... What stopped in the middle is in the report's `outcome` and `problems`.
#[napi(ts_args_type = "options?: DeployOptions | undefined | null", ts_return_type = "Promise<DeployReport>")]
pub async fn deploy(
    options: Option<Value>,
    driver: Option<Value>,
    load_config: LoadConfig,
    ask: AskDrivers,
) -> Either<DeployReport, Problem> {
    let verb = |request: &DeployRequest, around: Around, db: Session| match db {
        Some(db) => deploy_on(request, around, db),
        None => unmigrate_app::deploy::deploy(request, around),
    };
    match on_worker(move || there(options, driver, load_config, &Drivers::new(ask), |r| &mut r.cwd, verb)).await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// Lists what was kept of what migrations and rollbacks took away, puts it back by key, or deletes it for good. Changes
/// nothing unless `confirm` is the database's name.
#[napi(ts_args_type = "options?: ArchiveOptions | undefined | null", ts_return_type = "Promise<ArchiveReport>")]
pub async fn archive(
    options: Option<Value>,
    driver: Option<Value>,
    load_config: LoadConfig,
    ask: AskDrivers,
) -> Either<ArchiveReport, Problem> {
    let verb = |request: &ArchiveRequest, around: Around, db: Session| -> Result<ArchiveListing, Error> {
        match db {
            Some(db) => archive_on(request, around, db),
            None => unmigrate_app::archive::archive(request, around),
        }
    };
    match on_worker(move || there(options, driver, load_config, &Drivers::new(ask), |r| &mut r.cwd, verb)).await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// Reports how every rollback stands, and with `db`, `url` or `driver` how the database stands to the migrations. Writes
/// nothing. Otherwise as `generate`.
#[napi(ts_args_type = "options?: StatusOptions | undefined | null", ts_return_type = "Promise<Report>")]
pub async fn status(
    options: Option<Value>,
    driver: Option<Value>,
    load_config: LoadConfig,
    ask: AskDrivers,
) -> Either<Report, Problem> {
    match on_worker(move || standing(options, driver, load_config, ask)).await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

fn standing(
    options: Option<Value>,
    driver: Option<Value>,
    load_config: LoadConfig,
    ask: AskDrivers,
) -> Result<unmigrate_app::Report, Error> {
    const OWN: [&str; 3] = ["db", "url", "table"];
    let (own, others): (Map<String, Value>, Map<String, Value>) =
        fields(options)?.into_iter().partition(|(name, _)| OWN.contains(&name.as_str()));
    let request: Request = crate::api::request(others)?;
    let text = |name: &str| match own.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(invalid(&format!("`{name}` is a text"))),
    };
    let (url, table) = (text("url")?, text("table")?);
    let db = match own.get("db") {
        None => false,
        Some(db) => db.as_bool().ok_or_else(|| invalid("`db` is true or false"))?,
    };
    let (variable, loader) = (|name: &str| std::env::var(name).ok(), NodeLoader(load_config));
    let beside = Beside { url: url.map(Secret::new), table };
    match driver {
        Some(_) if beside.url.is_some() => Err(invalid("`url` and `driver` are two databases")),
        Some(driver) => {
            let mut session = session(driver, &Drivers::new(ask))?;
            status_on(&request, &beside, &loader, &variable, session.as_mut())
        }
        None if db || beside.url.is_some() => status_beside(&request, &beside, &loader, &variable),
        None => unmigrate_app::status(&request, &loader),
    }
}

/// The caller's session, where there is one.
type Session<'a> = Option<&'a mut dyn Database>;

/// A verb from its options, with nobody to ask.
fn there<R: DeserializeOwned, T>(
    options: Option<Value>,
    driver: Option<Value>,
    load_config: LoadConfig,
    drivers: &Drivers,
    cwd: fn(&mut R) -> &mut PathBuf,
    verb: impl Fn(&R, Around, Session) -> Result<T, Error>,
) -> Result<T, Error> {
    let fields = fields(options)?;
    let has_url = fields.contains_key("url");
    let mut request: R = read(fields)?;
    let place = cwd(&mut request);
    *place = here()?.join(&*place);
    let (variable, loader) = (|name: &str| std::env::var(name).ok(), NodeLoader(load_config));
    let (mut nobody, mut unwatched) = (Unasked, Unwatched);
    let around = Around { loader: &loader, variable: &variable, ask: &mut nobody, watch: &mut unwatched };
    let Some(driver) = driver else { return verb(&request, around, None) };
    if has_url {
        return Err(invalid("`url` and `driver` are two databases"));
    }
    let mut session = session(driver, drivers)?;
    verb(&request, around, Some(session.as_mut()))
}

fn session(driver: Value, drivers: &Drivers) -> Result<Box<dyn Database>, Error> {
    let registered: Registered = serde_json::from_value(driver).map_err(|e| invalid(&e.to_string()))?;
    let session = drivers.session(registered).map_err(|failure| invalid(&failure.to_string()))?;
    Ok(Box::new(session))
}
