//! A driver tried out, statement by statement, for the tests in `tests/node`; and verify measured, for `npm run bench`. No
//! part of the package's own functions.

use crate::config::{LoadConfig, NodeLoader};
use crate::driver::{AskDrivers, Drivers, Registered};
use crate::objects::Problem;
use crate::worker::on_worker;
use napi::bindgen_prelude::Either;
use napi_derive::napi;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use unmigrate_app::Error;
use unmigrate_app::verify::{Cost, Measured, VerifyRequest, measure};
use unmigrate_engines::{Database, Embedded, Failure, Product, Scratch, Target, Wanted, connect};
use unmigrate_kernel::Dialect;

#[derive(Deserialize)]
struct Trial {
    /// A URL, for a driver in Rust.
    url: Option<String>,
    /// A driver object of the user's; neither: a scratch database over PGlite.
    driver: Option<Registered>,
    #[serde(default)]
    extensions: Vec<String>,
    #[serde(default)]
    dir: String,
    steps: Vec<(String, String)>,
}

/// Does the steps of a trial, and tells what came of each.
#[napi(skip_typescript)]
pub async fn try_driver(trial: Value, ask: AskDrivers) -> Either<Value, Problem> {
    let done = on_worker(move || {
        let trial: Trial =
            serde_json::from_value(trial).map_err(|e| Error::error("invalid-option", e.to_string(), ""))?;
        Ok(tried(trial, &Drivers::new(ask)).unwrap_or_else(|failure| json!([told(&failure)])))
    });
    match done.await {
        Ok(results) => Either::A(results),
        Err(error) => Either::B(error.into()),
    }
}

fn tried(trial: Trial, drivers: &Drivers) -> Result<Value, Failure> {
    let (mut scratch, mut session): (Option<Scratch>, Box<dyn Database + Send>) = match (trial.driver, trial.url) {
        (None, Some(url)) => (None, connect(&Target::parse(&url, Path::new("."))?)?),
        (Some(registered), _) => (None, Box::new(drivers.session(registered)?)),
        (None, None) => {
            let wanted = Wanted { dialect: Dialect::Postgres, extensions: trial.extensions, dir: trial.dir.into() };
            let drivers = drivers.clone();
            let scratch = Scratch::over(Box::new(move || drivers.open(&wanted)))?;
            let session = scratch.open()?;
            (Some(scratch), session)
        }
    };
    let mut results = Vec::new();
    for (op, sql) in trial.steps {
        let result = match op.as_str() {
            "execute" => session.execute(&sql).map(|count| json!(count)),
            "script" => session.script(&sql).map(|()| json!(null)),
            "query" => session.query(&sql).map(|found| json!([found.columns, found.rows])),
            "abilities" => {
                let able = session.abilities();
                Ok(json!([session.dialect().word(), able.pinned_session, able.transactions]))
            }
            "fresh" => scratch.as_mut().map_or(Ok(()), Scratch::fresh).map(|()| json!(null)),
            _ => Product::of(&mut *session).map(|product| json!(product.to_string())),
        };
        results.push(result.unwrap_or_else(|failure| told(&failure)));
    }
    Ok(Value::Array(results))
}

/// What `verify` costs over the histories that the options name, beside running their files alone.
#[napi(skip_typescript)]
pub async fn measure_verify(options: Value, load_config: LoadConfig, ask: AskDrivers) -> Either<Value, Problem> {
    let done = on_worker(move || {
        let request: VerifyRequest =
            serde_json::from_value(options).map_err(|e| Error::error("invalid-option", e.to_string(), ""))?;
        let measured = measure(&request, &NodeLoader(load_config), Arc::new(Drivers::new(ask)))?;
        Ok(Value::Array(measured.iter().map(measures).collect()))
    });
    match done.await {
        Ok(results) => Either::A(results),
        Err(error) => Either::B(error.into()),
    }
}

fn measures(it: &Measured) -> Value {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let cost = |cost: &Cost| {
        json!({
            "clock": milliseconds(cost.clock), "own": cost.own.map(milliseconds), "server": cost.server.map(milliseconds),
            "calls": cost.calls,
        })
    };
    let spent = it.spent;
    json!({
        "dir": it.dir, "engine": it.engine, "migrations": it.migrations, "alone": cost(&it.alone), "walk": cost(&it.walk),
        "files": milliseconds(spent.files), "rows": milliseconds(spent.rows), "catalogs": milliseconds(spent.catalogs),
        "anew": milliseconds(spent.anew), "times": spent.times,
        "verdicts": it.verdicts.iter().map(|v| (v.name.as_str(), v.verdict.json(), v.rows.made)).collect::<Vec<_>>(),
    })
}

fn told(failure: &Failure) -> Value {
    let Failure { kind, code, message, hint, number, offset } = failure;
    json!({ "kind": format!("{kind:?}"), "code": code, "message": message, "hint": hint, "number": number, "offset": offset })
}
