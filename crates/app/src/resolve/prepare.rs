//! Chooses, compares and plans. Nothing is written.

use super::choose::{Choice, choose};
use super::look::Look;
use super::refusal;
use super::report::{As, MarkPlan, MarkReport};
use crate::Problem;
use crate::archive::Home;
use crate::rollback::StepReport;
use crate::site::{Scene, fingerprint, reading, uuid};
use unmigrate_engines::Database;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::{Bookkeeping, Down, Expect, Phase, Plan, Step, Then, forward, locks};
use unmigrate_sources::Tool;
use unmigrate_sources::tracking::{Moment, Reading, State, Status, ToolLock, Tracking, Writes, clock};

/// What is asked for beside the migrations.
#[derive(Debug, Clone, Default)]
pub struct Wishes<'a> {
    /// Record it though the database does not hold it.
    pub force: bool,
    /// SQL that is run before: how messages name its file, and its text.
    pub script: Option<(&'a str, &'a str)>,
    /// The tool's own process can be had, and may write.
    pub process: bool,
}

/// Who writes the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The project's own Prisma.
    Process,
    /// This session.
    Direct,
}

/// A plan, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// What is run on our own session: the rows, where Prisma's process does not write them or can't be run.
    pub plan: Plan,
    /// The same for people.
    pub report: MarkPlan,
    /// What is good to know.
    pub problems: Vec<Problem>,
    /// Where tables of ours lie.
    pub home: Home,
    /// The lock that the tool's own process takes.
    pub tool_lock: Option<ToolLock>,
    /// Who writes.
    pub way: Way,
    /// Of those that are recorded, the ones that have to be looked at when the SQL has run.
    pub script: bool,
}

impl Prepared {
    /// What is to be recorded and is not yet.
    pub fn names(&self) -> Vec<String> {
        self.report.migrations.iter().filter(|m| !m.already).map(|m| m.name.clone()).collect()
    }
}

/// Plans what is recorded.
///
/// # Errors
/// Why it may not be done, and the way out; nothing was written.
pub fn prepare(db: &mut dyn Database, scene: &Scene, choice: &Choice, wishes: &Wishes) -> Result<Prepared, Problem> {
    let tracking = table(db, scene)?;
    let state = tracking.state(scene.source, scene.orm.as_deref());
    let chosen = choose(choice, scene.source, &state)?;
    let to = choice.to();
    let due: Vec<usize> = chosen.iter().filter(|c| !c.already).map(|c| c.at).collect();
    if let Some((shown, _)) = wishes.script.filter(|_| due.len() != 1) {
        return Err(refusal::script_of_one(shown, due.len()));
    }
    let migrations = compared(db, scene, &chosen, to, &state, wishes.script.is_some())?;
    let mut problems = Vec::new();
    for mark in migrations.iter().filter(|m| !m.already) {
        match (mark.lacks.is_empty(), wishes.force) {
            (false, false) => return Err(refusal::not_held(mark)),
            (false, true) => problems.push(refusal::forced(mark)),
            (true, _) if mark.compared == 0 && wishes.script.is_none() => problems.push(refusal::not_compared(mark)),
            (true, _) => {}
        }
    }
    let home = Home::find(db).map_err(|f| refusal::database(&f))?;
    let made_for = fingerprint(db, scene, &tracking).map_err(|f| refusal::database(&f))?;
    let writes = writes(db, scene, &tracking, &state, &due, to)?;
    let phases = phase(db.dialect(), scene, &due, &writes, wishes);
    let plan = match phases {
        None => Plan { made_for, phases: vec![] },
        Some(Made::Rows(phase)) => Plan { made_for, phases: vec![phase] },
        Some(Made::Script(name)) => {
            let (file, text) = wishes.script.unwrap_or_default();
            let up = Down { name: &name, file, text, bookkeeping: &writes };
            forward(&[up], &format!("run {file} by hand"), db.dialect(), made_for)
        }
    };
    let way = if wishes.process && scene.source.tool == Tool::Prisma && by_process(to, &state, &due) {
        Way::Process
    } else {
        Way::Direct
    };
    let steps = if way == Way::Process { vec![] } else { StepReport::all(&plan) };
    let word = if way == Way::Process { "prisma" } else { "direct" };
    let report = MarkPlan { fingerprint: made_for.to_string(), migrations, steps, way: word };
    let tool_lock = ToolLock::of(scene.source.tool, db.dialect());
    Ok(Prepared { plan, report, problems, home, tool_lock, way, script: wishes.script.is_some() })
}

/// The tool's table; as the tool would make it, where it is not there.
pub(crate) fn table(db: &mut dyn Database, scene: &Scene) -> Result<Tracking, Problem> {
    match reading(db, scene)? {
        Reading::Table(tracking) => Ok(tracking),
        Reading::Missing => Ok(Tracking::absent(scene.source, &scene.at, scene.orm.as_deref())),
        Reading::Foreign(columns) => Err(refusal::foreign_table(&scene.at, &columns)),
    }
}

/// Each migration, and how the database stands to it.
fn compared(
    db: &mut dyn Database,
    scene: &Scene,
    chosen: &[super::choose::Chosen],
    to: As,
    state: &State,
    script: bool,
) -> Result<Vec<MarkReport>, Problem> {
    let due = |at: usize| chosen.iter().any(|c| c.at == at && !c.already);
    let applied = |at: usize| {
        let is = state.migrations.get(at).is_some_and(|m| m.is_applied());
        if to == As::Applied { is || due(at) } else { is && !due(at) }
    };
    // What is recorded already is not looked at, nor is what the SQL has yet to make.
    let looked = !script && chosen.iter().any(|c| !c.already);
    let look = if looked { Some(Look::at(db, scene)?) } else { None };
    let history = &scene.source.history;
    let one = |chosen: &super::choose::Chosen| {
        let found = look.as_ref().filter(|_| !chosen.already).map(|look| look.compare(history, chosen.at, &applied));
        let found = found.unwrap_or_default();
        let lacks = match to {
            As::Applied => found.lacks.iter().map(ToString::to_string).collect(),
            As::RolledBack => found.there.iter().map(|object| format!("{object} is still there")).collect(),
        };
        MarkReport {
            name: history.migrations[chosen.at].name.clone(),
            to,
            already: chosen.already,
            compared: found.made.len() + found.dropped.len(),
            lacks,
        }
    };
    Ok(chosen.iter().map(one).collect())
}

/// The rows. What failed is marked as Prisma marks it; what is applied and was taken back by hand is forgotten, since Prisma
/// has no mark for it that all its versions agree with.
fn writes(
    db: &mut dyn Database,
    scene: &Scene,
    tracking: &Tracking,
    state: &State,
    due: &[usize],
    to: As,
) -> Result<Writes, Problem> {
    let (source, orm) = (scene.source, scene.orm.as_deref());
    let name = |at: &usize| source.history.migrations[*at].name.as_str();
    let now = db.query(clock(db.dialect())).map_err(|f| refusal::database(&f))?;
    let now = Moment(now.first().and_then(|ms| ms.parse().ok()).unwrap_or_default());
    let refused = |r: unmigrate_sources::tracking::Refusal| refusal::tracking(&r, to);
    if to == As::Applied {
        let names: Vec<&str> = due.iter().map(name).collect();
        return tracking.mark(source, orm, &names, now, &mut uuid).map_err(refused);
    }
    let failed = |at: &&usize| matches!(state.migrations[**at].status, Status::Unfinished(_));
    let (failed, applied): (Vec<&usize>, Vec<&usize>) = due.iter().partition(failed);
    let mut writes = Vec::new();
    if !failed.is_empty() {
        let names: Vec<&str> = failed.into_iter().map(name).collect();
        writes.extend(tracking.mark_rolled_back(&names, now).map_err(refused)?);
    }
    if !applied.is_empty() {
        // Newest first, as they were taken back.
        let names: Vec<&str> = applied.into_iter().rev().map(name).collect();
        let unmarked = tracking.unmark(source, orm, &names).map_err(refused)?;
        writes.extend(unmarked.writes.into_iter().flatten());
    }
    Ok(writes)
}

/// Prisma's own command marks what it takes for pending or failed; an applied one it does not let go of (P3012).
fn by_process(to: As, state: &State, due: &[usize]) -> bool {
    let failed = |at: &usize| state.migrations.get(*at).is_some_and(|m| matches!(m.status, Status::Unfinished(_)));
    to == As::Applied || due.iter().all(failed)
}

enum Made {
    Rows(Phase),
    /// The SQL of a file for this migration, and the rows.
    Script(String),
}

fn phase(dialect: Dialect, scene: &Scene, due: &[usize], writes: &Writes, wishes: &Wishes) -> Option<Made> {
    if wishes.script.is_some() {
        let name = due.first().map(|at| scene.source.history.migrations[*at].name.clone())?;
        return Some(Made::Script(name));
    }
    if writes.is_empty() {
        return None;
    }
    let step = |write: &Bookkeeping| Step {
        sql: write.sql.clone(),
        // MySQL commits at every DDL: its rows are one transaction, the table before them is none.
        transaction: (dialect != Dialect::Mysql || write.changes.is_some()).then_some(1),
        expect: write.changes.map_or(Expect::Taken, Expect::Changes),
        locks: locks(&write.sql, dialect),
        why: write.why.clone(),
        file: None,
        line: 0,
        probe: Some(write.probe.clone()),
    };
    let steps = writes.iter().map(step).collect();
    Some(Made::Rows(Phase { name: "resolve".into(), steps, undo: vec![], then: Then::Go }))
}
