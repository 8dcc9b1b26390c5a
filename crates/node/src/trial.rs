//! A driver tried out, statement by statement: for the tests in `tests/node`, until a verb takes one. No part of the
//! package's own functions.

use crate::driver::{AskDrivers, Drivers, Registered};
use crate::objects::Problem;
use crate::worker::on_worker;
use napi::bindgen_prelude::Either;
use napi_derive::napi;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::Path;
use unmigrate_app::Error;
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

fn told(failure: &Failure) -> Value {
    let Failure { kind, code, message, hint, number, offset } = failure;
    json!({ "kind": format!("{kind:?}"), "code": code, "message": message, "hint": hint, "number": number, "offset": offset })
}
