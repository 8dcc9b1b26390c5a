//! A plan in a file: what `--out` writes and `rollback plan.json` runs.

use super::prepare::{Prepared, Purpose};
use super::refusal;
use super::report::{DownReport, PlanReport, migrations};
use crate::Problem;
use crate::archive::Home;
use crate::execute::plan_hash;
use crate::plan::PlanFile;
use crate::report::State;
use crate::site::{Scene, TargetReport};
use serde::{Deserialize, Serialize};
use unmigrate_engines::Database;
use unmigrate_kernel::plan::Plan;
use unmigrate_sources::tracking::ToolLock;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Saved {
    version: u32,
    verb: String,
    /// Over the plan: an edited plan is another plan.
    hash: String,
    target: TargetReport,
    plan: serde_json::Value,
}

/// The text of a file for a plan. No secret is in it.
pub fn write_file(scene: &Scene, prepared: &Prepared) -> String {
    let dialect = scene.source.history.dialect;
    let saved = Saved {
        version: 1,
        verb: "rollback".into(),
        hash: plan_hash(&prepared.plan, dialect),
        target: scene.target.clone(),
        plan: serde_json::to_value(PlanFile::new(&prepared.plan, dialect)).unwrap_or_default(),
    };
    serde_json::to_string_pretty(&saved).unwrap_or_default() + "\n"
}

/// Reads such a file, to run just that. Whether the database is still the one that it was made for is seen when it runs,
/// under the locks.
///
/// # Errors
/// Where it is no plan, was edited, or was made for another database.
pub fn read_file(db: &mut dyn Database, scene: &Scene, text: &str) -> Result<Prepared, Problem> {
    let saved: Saved = serde_json::from_str(text).map_err(|e| refusal::no_plan(&e.to_string()))?;
    if saved.version != 1 || saved.verb != "rollback" {
        return Err(refusal::no_plan(&format!("it is version {} of a plan for {}", saved.version, saved.verb)));
    }
    let (plan, dialect) = PlanFile::read(&saved.plan.to_string(), "the plan")?;
    if plan_hash(&plan, dialect) != saved.hash {
        return Err(refusal::no_plan("it was edited after it was written"));
    }
    if saved.target.database != scene.target.database {
        return Err(refusal::other_database(&saved.target.database, &scene.target.database));
    }
    let home = Home::find(db).map_err(|f| refusal::database(&f))?;
    let report = PlanReport::of(&plan, named(&plan), None);
    let tool_lock = ToolLock::of(scene.source.tool, db.dialect());
    Ok(Prepared { purpose: Purpose::Rollback, plan, report, problems: vec![], home, tool_lock })
}

/// The migrations of a plan of which nothing else is known.
pub(super) fn named(plan: &Plan) -> Vec<DownReport> {
    let names: Vec<String> = plan.phases.iter().map(|phase| phase.name.clone()).collect();
    let file = |name: &str| {
        let phase = plan.phases.iter().find(|p| p.name == name)?;
        phase.steps.iter().find_map(|step| step.file.clone())
    };
    let one = |name: String| DownReport {
        down: file(&name).unwrap_or_default(),
        name,
        grade: None,
        state: State::Unchanged,
        verified: false,
        notes: vec![],
    };
    migrations(&names).into_iter().map(one).collect()
}
