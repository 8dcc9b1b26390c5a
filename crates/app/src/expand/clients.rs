//! The gate `compat`: do the clients of what is deployed name something that the contract takes away?

use super::contract::ContractOptions;
use super::plan::PlanFile;
use super::refusal;
use super::report::{ContractReport, GateReport};
use crate::Problem;
use crate::compat::{app, of_source};
use std::path::Path;
use unmigrate_kernel::Migration;
use unmigrate_kernel::compat::Certainty;
use unmigrate_sources::{Place, Source, Tool};

const GATE: &str = "compat";
const ASKS: &str = "statements of clients that are deployed break with the contract";

/// What the gate is asked with.
pub struct Asks<'a> {
    /// The plan.
    pub plan: &'a PlanFile,
    /// Which commit is deployed, and whether the gate is skipped.
    pub options: &'a ContractOptions,
    /// The history, without the contract.
    pub source: &'a Source,
    /// Where git is asked.
    pub cwd: &'a Path,
    /// The contract's text.
    pub sql: &'a str,
}

/// Asks it. Where git knows no commit that could be meant, it is shown as not asked; a plan that drops what nothing brings
/// back is held by it then.
///
/// # Errors
/// Where git does not know the commit that was named.
pub fn ask(asks: &Asks, report: &mut ContractReport) -> Result<(), Problem> {
    let gate = |saw: Option<String>, open: bool, skipped: Option<String>| GateReport {
        name: GATE.to_owned(),
        asks: ASKS.to_owned(),
        saw,
        open,
        skipped,
    };
    if asks.options.skip_gate.iter().any(|name| name == GATE) {
        report.gates.push(gate(None, true, asks.options.reason.clone()));
        return Ok(());
    }
    let since = match (app(asks.cwd, asks.options.app.as_deref()), &asks.options.app) {
        (Ok(since), _) => since,
        (Err(problem), Some(_)) => return Err(problem),
        (Err(_), None) => {
            let held = asks.plan.parts.iter().any(super::plan::Part::drops);
            if held {
                report.problems.push(refusal::clients_unasked());
            }
            let why = "nothing says which commit is deployed: --app <ref>".to_owned();
            report.gates.push(gate(None, !held, Some(why)));
            return Ok(());
        }
    };
    let broken = broken(asks, &since.commit);
    let open = broken.is_empty();
    report.problems.extend(broken.iter().take(3).map(|what| refusal::clients_break(&since.reference, what)));
    report.gates.push(gate(Some(broken.len().to_string()), open, None));
    Ok(())
}

/// What breaks with the contract, and not before.
fn broken(asks: &Asks, commit: &str) -> Vec<String> {
    let (name, source) = ("the contract", asks.source);
    let mut history = source.history.clone();
    history.migrations.push(Migration {
        name: name.to_owned(),
        file: name.to_owned(),
        sql: asks.sql.to_owned(),
        breakpoints: history.migrations.last().is_some_and(|m| m.breakpoints),
        snapshot_before: None,
        observed: vec![],
    });
    let mut places = source.places.clone();
    // A path that no commit has.
    let nowhere = source.dir.join("unmigrate-contract");
    places.push(Place { up: nowhere.clone(), down: nowhere, misplaced: None, refused: false, stamp: None });
    let with = Source {
        tool: source.tool,
        layout: source.layout,
        dir: source.dir.clone(),
        shown: source.shown.clone(),
        history,
        places,
        problems: vec![],
    };
    let (breaks, ..) = of_source(asks.cwd, commit, &with);
    let breaks = breaks.into_iter().filter(|b| b.migration == name && !b.mended && b.when != Certainty::Values);
    // Drizzle's schema has to name both columns until the contract: what its clients use, the code alone says.
    let both = |table: &str, column: Option<&String>| {
        source.tool == Tool::Drizzle
            && asks.plan.parts.iter().any(|part| {
                let own = part.table == table || part.table.ends_with(&format!(".{table}"));
                own && !part.drops() && column.is_some_and(|c| *c == part.old || *c == part.new)
            })
    };
    breaks.filter(|b| !both(&b.table, b.column.as_ref())).map(|b| b.message).collect()
}
