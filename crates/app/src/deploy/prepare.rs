//! Looks what the tool would run, and what that takes away. Nothing is written.

use super::refusal;
use super::report::DeployPlan;
use crate::Problem;
use crate::archive::{Home, Kept, Live, keep};
use crate::resolve::table;
use crate::rollback::{ARCHIVE_PHASE, ArchiveReport, StepReport, around};
use crate::site::{Scene, fingerprint, uuid};
use unmigrate_engines::Database;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::discard::{Discarded, destroyed};
use unmigrate_kernel::plan::{Down, Fingerprint, Phase, Plan, Step, Then, forward};
use unmigrate_kernel::split::BREAKPOINT;
use unmigrate_sources::tracking::{Moment, ToolLock, Writes, clock};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wishes {
    /// Keep what the migrations destroy.
    pub archive: bool,
    /// Run the SQL here.
    pub direct: bool,
}

/// A plan, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// What is run on our own session before the tool's process, or with `direct` instead of it.
    pub plan: Plan,
    /// What is left to do with the copies when the process has run.
    pub after: Vec<Step>,
    /// The same for people.
    pub report: DeployPlan,
    /// What is good to know.
    pub problems: Vec<Problem>,
    /// Where tables of ours lie.
    pub home: Home,
    /// The lock that the tool's own process takes.
    pub tool_lock: Option<ToolLock>,
    /// No process runs.
    pub direct: bool,
}

/// Plans a deploy.
///
/// # Errors
/// Why it may not be done, and the way out; nothing was written.
pub fn prepare(db: &mut dyn Database, scene: &Scene, wishes: Wishes) -> Result<Prepared, Problem> {
    let (source, orm, dialect) = (scene.source, scene.orm.as_deref(), db.dialect());
    let tracking = table(db, scene)?;
    let state = tracking.state(source, orm);
    if let Some(why) = &state.blocked {
        return Err(refusal::stands_in_line(why));
    }
    let pending: Vec<usize> = (0..state.migrations.len()).filter(|at| state.migrations[*at].runs_next).collect();
    let names: Vec<&str> = pending.iter().map(|at| source.history.migrations[*at].name.as_str()).collect();
    let failed = |f: unmigrate_engines::Failure| refusal::database(&f);
    let home = Home::find(db).map_err(failed)?;
    let made_for = fingerprint(db, scene, &tracking).map_err(failed)?;
    let now = db.query(clock(dialect)).map_err(failed)?;
    let now = Moment(now.first().and_then(|ms| ms.parse().ok()).unwrap_or_default());
    let writes = match wishes.direct {
        true => tracking
            .record(source, orm, &names, now, &mut uuid)
            .map_err(|refused| crate::rollback::tracking_refused(&refused))?,
        false => vec![],
    };
    let mut making = Making { db, scene, home: &home, made_for, stamp: now.0, kept: None, problems: vec![] };
    let (mut phases, mut after) = (Vec::new(), Vec::new());
    for (number, at) in pending.iter().enumerate() {
        let kept = if wishes.archive { making.keep(*at, number)? } else { Kept::default() };
        match writes.get(number) {
            Some(writes) => phases.extend(making.direct(*at, &kept, writes)),
            None => {
                after.extend(kept.after.clone());
                phases.extend(making.before(*at, kept));
            }
        }
    }
    let (archive, mut problems) = (making.kept, making.problems);
    problems.extend(archive.as_ref().and_then(|_| refusal::push_would_drop(scene, &home)));
    let plan = Plan { made_for, phases };
    let report = DeployPlan {
        fingerprint: made_for.to_string(),
        migrations: names.iter().map(|name| (*name).to_owned()).collect(),
        way: if wishes.direct { "direct" } else { "process" },
        archive,
        steps: StepReport::all(&plan),
    };
    let tool_lock = ToolLock::of(source.tool, dialect);
    Ok(Prepared { plan, after, report, problems, home, tool_lock, direct: wishes.direct })
}

struct Making<'a, 'b> {
    db: &'a mut dyn Database,
    scene: &'a Scene<'b>,
    home: &'a Home,
    made_for: Fingerprint,
    stamp: i64,
    kept: Option<ArchiveReport>,
    problems: Vec<Problem>,
}

impl Making<'_, '_> {
    /// The copies of what a migration destroys.
    fn keep(&mut self, at: usize, number: usize) -> Result<Kept, Problem> {
        let history = &self.scene.source.history;
        let name = &history.migrations[at].name;
        let lost = destroyed(history, at);
        let dialect = self.db.dialect();
        let failed = |f: unmigrate_engines::Failure| refusal::database(&f);
        for gone in &lost {
            let table = match gone {
                Discarded::Table(table)
                | Discarded::Columns { table, .. }
                | Discarded::Rows { table, .. }
                | Discarded::Values { table, .. } => table,
            };
            if Live::find(self.db, table).map_err(failed)?.is_none() && number > 0 {
                self.problems.push(refusal::not_kept(name, &table.to_string()));
            }
        }
        let stamp = format!("{}_{number}", self.stamp);
        let transaction = (dialect != Dialect::Mysql).then_some(0);
        let kept = keep(self.db, self.home, &lost, name, &stamp, transaction).map_err(failed)?;
        if kept.objects.is_empty() {
            return Ok(kept);
        }
        if *self.home == Home::Inside {
            return Err(refusal::inside(name));
        }
        let place = self.home.words();
        let all = self.kept.get_or_insert_with(|| ArchiveReport { place, ..ArchiveReport::default() });
        all.objects.extend(kept.objects.iter().cloned());
        all.keyless.extend(kept.keyless.iter().cloned());
        all.rows += kept.rows;
        all.bytes = all.bytes.into_iter().chain(kept.bytes).reduce(|a, b| a + b);
        Ok(kept)
    }

    /// The phase that copies before the tool's own process runs.
    fn before(&self, at: usize, kept: Kept) -> Option<Phase> {
        let name = format!("{ARCHIVE_PHASE}{}", self.scene.source.history.migrations[at].name);
        let steps: Vec<Step> = kept.first.into_iter().chain(kept.before).collect();
        (!steps.is_empty()).then_some(Phase { name, steps, undo: vec![], then: Then::Go })
    }

    /// The copies, the SQL and the tool's row.
    fn direct(&self, at: usize, kept: &Kept, writes: &Writes) -> Vec<Phase> {
        let (source, dialect) = (self.scene.source, self.db.dialect());
        let migration = &source.history.migrations[at];
        let (name, shown) = (migration.name.as_str(), (self.scene.shown)(&source.places[at].up));
        let text = migration.sql.replace(BREAKPOINT, ";");
        let up = Down { name, file: &shown, text: &text, bookkeeping: writes };
        let mut phases = forward(&[up], &format!("apply `{name}`"), dialect, self.made_for).phases;
        phases.iter_mut().for_each(|phase| around(phase, kept));
        if !kept.first.is_empty() {
            let name = format!("{ARCHIVE_PHASE}{name}");
            phases.insert(0, Phase { name, steps: kept.first.clone(), undo: vec![], then: Then::Go });
        }
        phases
    }
}
