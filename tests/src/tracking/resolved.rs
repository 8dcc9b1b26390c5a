//! `resolve` on databases that the real tools deployed: afterwards the tools themselves have nothing to do.

use crate::project::Project;
use crate::{Outcome, same};
use unmigrate_app::NoConfig;
use unmigrate_app::execute::Unwatched;
use unmigrate_app::resolve::{ResolveReport, ResolveRequest, resolve};
use unmigrate_app::site::{Around, Unasked};
use unmigrate_kernel::Dialect;
use unmigrate_sources::Tool;
use unmigrate_sources::tracking::{How, Status};

/// As somebody would do it in the project's folder: the database is the one of DATABASE_URL.
fn ask(project: &Project, change: serde_json::Value) -> Outcome<ResolveReport> {
    let mut request: ResolveRequest = serde_json::from_value(change).map_err(|e| e.to_string())?;
    request.cwd = project.folder();
    request.tool = Some(project.version.tool().word().to_owned());
    request.dialect = Some(project.database.dialect.word().to_owned());
    let url = project.database.url.clone();
    let variable = move |name: &str| (name == "DATABASE_URL").then(|| url.clone());
    let around = Around { loader: &NoConfig, variable: &variable, ask: &mut Unasked, watch: &mut Unwatched };
    resolve(&request, around).map_err(|p| format!("{} {p}", p.code))
}

fn recorded(project: &Project, change: serde_json::Value, way: &str, names: &[String]) -> Outcome<()> {
    let report = ask(project, change)?;
    same("problems", report.problems.clone(), vec![])?;
    same("recorded", report.outcome.done.clone(), names.to_vec())?;
    same("the way", report.plan.way, way)
}

/// Nothing is pending, for the tool itself: it runs nothing and its rows stay as they are.
fn agrees(project: &mut Project) -> Outcome<()> {
    let rows = project.rows()?;
    let schema = project.database.schema()?;
    if project.version.tool() == Tool::Prisma {
        same("pending by Prisma", project.pending_by_prisma()?, vec![])?;
    }
    let said = project.deploy()?;
    if project.version.tool() == Tool::Prisma {
        same(&said, said.contains("No pending migrations to apply."), true)?;
    }
    same("rows", project.rows()?, rows)?;
    same("schema", project.database.schema()?, schema)
}

/// The first is deployed by the tool, the others by hand. What was not run is refused; what was is recorded, one through the
/// project's own tool where it has a command for it, one directly; the rows are alike.
pub fn resolved(mut project: Project) -> Outcome<()> {
    let names = project.names();
    let prisma = project.version.tool() == Tool::Prisma;
    project.hide_from(1).map_err(|e| e.to_string())?;
    project.deploy()?;
    project.show(1).and_then(|()| project.show(2)).map_err(|e| e.to_string())?;
    project.write_whole_journal().map_err(|e| e.to_string())?;
    if prisma {
        project.own_prisma().map_err(|e| e.to_string())?;
    }
    let refused = ask(&project, serde_json::json!({ "all": true }));
    let named =
        refused.as_ref().is_err_and(|why| why.starts_with("not-held") && why.contains("column a.note is missing"));
    same(&format!("{refused:?}"), named, true)?;
    project.apply_by_hand(1)?;
    project.apply_by_hand(2)?;
    let way = if prisma { "prisma" } else { "direct" };
    recorded(&project, serde_json::json!({ "applied": [names[1]] }), way, &names[1..2])?;
    recorded(&project, serde_json::json!({ "applied": ["*_it's"], "direct": true }), "direct", &names[2..])?;
    if prisma {
        let rows = project.rows()?;
        let row = |name: &str| rows.iter().find(|row| row[1].as_deref() == Some(name)).map(|row| row[2..].to_vec());
        same("the rows", row(&names[2]), row(&names[1]))?;
    }
    // Once more: nothing is left to record.
    recorded(&project, serde_json::json!({ "all": true }), way, &[])?;
    agrees(&mut project)
}

/// A database that the tool has never seen.
pub fn baselined(mut project: Project) -> Outcome<()> {
    let names = project.names();
    (0..names.len()).try_for_each(|at| project.apply_by_hand(at))?;
    recorded(&project, serde_json::json!({ "baseline": true, "direct": true }), "direct", &names)?;
    agrees(&mut project)
}

/// A deploy that failed is marked as rolled back by Prisma itself, and what is applied and was taken back by hand is forgotten:
/// both come back at the next deploy.
pub fn taken_back(mut project: Project) -> Outcome<()> {
    let names = project.names();
    let prisma = project.version.tool() == Tool::Prisma;
    if prisma {
        project.own_prisma().map_err(|e| e.to_string())?;
        project.hide_from(2).map_err(|e| e.to_string())?;
        project.deploy()?;
        project.show(2).map_err(|e| e.to_string())?;
        project.apply_by_hand(2)?; // in the way of the third
        same("the deploy", project.deploy().is_err(), true)?;
        let refused = ask(&project, serde_json::json!({ "rolledBack": [names[2]] }));
        same(&format!("{refused:?}"), refused.as_ref().is_err_and(|why| why.starts_with("still-held")), true)?;
        project.undo(2)?;
        recorded(&project, serde_json::json!({ "rolledBack": [names[2]] }), "prisma", &names[2..])?;
        same("rolled back", &project.state()?.migrations[2].status, &Status::RolledBack)?;
    }
    project.deploy()?;
    let (fresh, rows) = (project.database.schema()?, project.rows()?.len());
    // P3012: Prisma itself lets go of no migration that is applied.
    if prisma {
        let said = project.run(&["migrate", "resolve", "--rolled-back", &names[1]])?;
        same(&said.text, said.text.contains("P3012"), true)?;
    }
    project.undo(2)?;
    recorded(&project, serde_json::json!({ "rolledBack": [names[2]] }), "direct", &names[2..])?;
    let pending: Vec<String> =
        project.state()?.migrations.iter().filter(|m| m.runs_next).map(|m| m.name.clone()).collect();
    same("pending", pending, names[2..].to_vec())?;
    if prisma {
        same("pending by Prisma", project.pending_by_prisma()?, names[2..].to_vec())?;
    }
    project.deploy()?;
    same("schema", project.database.schema()?, fresh)?;
    let kept = project.rows()?.len();
    // All rows of the name went, of the failed try too.
    same("rows", kept, if prisma { rows - 1 } else { rows })?;
    let ran = if prisma { How::Run } else { How::Untold };
    same("applied", &project.state()?.migrations[2].status, &Status::Applied(ran))
}

/// Prisma's process can't be had: the row is the same, and it is said.
pub fn without_its_process(mut project: Project) -> Outcome<()> {
    let names = project.names();
    project.hide_from(2).map_err(|e| e.to_string())?;
    project.deploy()?;
    project.show(2).map_err(|e| e.to_string())?;
    project.apply_by_hand(2)?;
    project.silent_prisma().map_err(|e| e.to_string())?;
    let report = ask(&project, serde_json::json!({ "all": true }))?;
    same("said", report.problems.iter().map(|p| p.code).collect::<Vec<_>>(), vec!["tool-not-run"])?;
    same("recorded", (report.outcome.done, report.plan.way), (names[2..].to_vec(), "direct"))?;
    project.forget_modules().map_err(|e| e.to_string())?;
    agrees(&mut project)?;
    same("SQLite or PostgreSQL", project.database.dialect != Dialect::Mysql, true)
}
