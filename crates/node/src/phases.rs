//! The functions of expand and contract.

use crate::api::{fields, read, request};
use crate::config::{LoadConfig, NodeLoader, NodeScripts, RunModule};
use crate::objects::Problem;
use crate::objects::expand::{BackfillReport, ContractReport, ExpandReport, Plan};
use crate::worker::on_worker;
use napi::bindgen_prelude::Either;
use napi_derive::napi;
use serde::de::DeserializeOwned;
use serde_json::Value;
use unmigrate_app::expand::{BackfillOptions, ContractOptions, ExpandOptions, Silent, Where};
use unmigrate_app::{ConfigLoader, Error, Request};

/// Turns a breaking migration that has run nowhere into phases: rewrites it into the one in which old and new versions both
/// work, and keeps the contract apart. Where something only a person knows is open (`questions`), or can't be done
/// (`refusals`), nothing is written.
///
/// Rejects with an `Error` that has a `code` where nothing was written: `already-applied`, `maybe-applied`,
/// `nothing-to-expand`, ...
#[napi(ts_args_type = "options?: ExpandOptions | undefined | null", ts_return_type = "Promise<ExpandReport>")]
pub async fn expand(options: Option<Value>, load_config: LoadConfig) -> Either<ExpandReport, Problem> {
    const OWN: [&str; 16] = [
        "rename",
        "noRename",
        "fill",
        "convert",
        "convertBack",
        "value",
        "valueBack",
        "move",
        "by",
        "missing",
        "decisions",
        "url",
        "notApplied",
        "write",
        "release",
        "abort",
    ];
    let verb =
        |request: &Request, own: &ExpandOptions, around: &Where| unmigrate_app::expand::expand(request, own, around);
    match on_worker(move || asked(options, &OWN, &NodeLoader(load_config), verb)).await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// Fills the rows that were there before an expanded migration, in batches, and makes the indexes that a transaction can't.
/// It may be cut off and run again at any time, on several machines at once.
///
/// Rejects with an `Error` that has a `code` where nothing was begun: `not-applied`, `no-batches`, `module-unusable`, ... What stopped
/// it later is in the report's `problems`.
#[napi(ts_args_type = "options?: BackfillOptions | undefined | null", ts_return_type = "Promise<BackfillReport>")]
pub async fn backfill(
    options: Option<Value>,
    load_config: LoadConfig,
    run_module: RunModule,
) -> Either<BackfillReport, Problem> {
    const OWN: [&str; 9] = ["url", "batch", "workers", "rest", "pauseFile", "maxLag", "noIndexes", "status", "module"];
    let verb = |request: &Request, own: &BackfillOptions, around: &Where| {
        unmigrate_app::expand::backfill(request, own, around, &Silent)
    };
    match on_worker(move || asked(options, &OWN, &NodeScripts::new(load_config, run_module), verb)).await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// Asks the gates of an expanded migration, and where all are open writes the migration that ends the time of both shapes.
///
/// Rejects with an `Error` that has a `code` where nothing could be asked or written. A gate that is closed is in the report,
/// whose `contract` is `undefined` then.
#[napi(ts_args_type = "options?: ContractOptions | undefined | null", ts_return_type = "Promise<ContractReport>")]
pub async fn contract(options: Option<Value>, load_config: LoadConfig) -> Either<ContractReport, Problem> {
    const OWN: [&str; 5] = ["url", "skipGate", "reason", "app", "write"];
    let verb = |request: &Request, own: &ContractOptions, around: &Where| {
        unmigrate_app::expand::contract(request, own, around)
    };
    match on_worker(move || asked(options, &OWN, &NodeLoader(load_config), verb)).await {
        Ok(report) => Either::A(report.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// The plan of an expanded migration, as it was written. Rejects with an `Error` whose `code` is `not-expanded` or
/// `several-plans`.
#[napi(ts_args_type = "options?: PlanOptions | undefined | null", ts_return_type = "Promise<Plan>")]
pub async fn plan(options: Option<Value>, load_config: LoadConfig) -> Either<Plan, Problem> {
    let done = on_worker(move || unmigrate_app::expand::plan(&request(fields(options)?)?, &NodeLoader(load_config)));
    match done.await {
        Ok(plan) => Either::A(plan.into()),
        Err(error) => Either::B(error.into()),
    }
}

/// A verb from its options: its own, and those that every verb has.
fn asked<O: DeserializeOwned, T>(
    options: Option<Value>,
    own: &[&str],
    loader: &dyn ConfigLoader,
    verb: impl Fn(&Request, &O, &Where) -> Result<T, Error>,
) -> Result<T, Error> {
    let (own, others) = fields(options)?.into_iter().partition(|(name, _)| own.contains(&name.as_str()));
    let (own, request): (O, Request) = (read(own)?, request(others)?);
    let variable = |name: &str| std::env::var(name).ok();
    verb(&request, &own, &Where { loader, variable: &variable })
}
