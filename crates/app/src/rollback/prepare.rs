//! Looks, counts and plans. Nothing is written.

use super::choose::{Choice, choose};
use super::report::{ARCHIVE_PHASE, ArchiveReport, DownReport, PlanReport};
use super::{down, refusal, steps, undo};
use crate::Problem;
use crate::archive::{Home, Kept, Live, keep};
use crate::site::refusal::push_would_drop;
use crate::site::{Proposal, Scene, fingerprint, read_table};
use std::panic::resume_unwind;
use std::thread;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::discard::discarded;
use unmigrate_kernel::plan::{Down, Fingerprint, Lock, Phase, Plan, Then, Work, rollback};
use unmigrate_kernel::{Dialect, History, Rollback, rollbacks};
use unmigrate_sources::tracking::{self, Applied, State, ToolLock};

/// What is asked for beside the migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wishes {
    /// Keep what is taken away; none: on a protected database.
    pub archive: Option<bool>,
    /// Run files that are stale, and undo migrations whose file is not the one that was applied.
    pub force: bool,
}

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Migrations are undone.
    Rollback,
    /// A rollback that was cut off is taken back.
    Abort,
    /// What a deploy left half done, or wrong rows of the tool's table, are mended.
    Doctor,
}

impl Purpose {
    /// The word of the audit.
    pub fn word(self) -> &'static str {
        match self {
            Purpose::Rollback => "rollback",
            Purpose::Abort => "abort",
            Purpose::Doctor => "doctor",
        }
    }

    /// What somebody is to say yes to.
    pub fn proposal(self, plan: &PlanReport) -> Proposal<'_> {
        match self {
            Purpose::Rollback | Purpose::Abort => Proposal::Rollback(plan),
            Purpose::Doctor => Proposal::Doctor(plan),
        }
    }
}

/// A plan, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// What it is for.
    pub purpose: Purpose,
    /// What is run.
    pub plan: Plan,
    /// The same for people.
    pub report: PlanReport,
    /// What is good to know.
    pub problems: Vec<Problem>,
    /// Where tables of ours lie.
    pub home: Home,
    /// The lock that the tool's own process takes.
    pub tool_lock: Option<ToolLock>,
}

/// Plans a rollback.
///
/// # Errors
/// Why it may not be done, and the way out; nothing was written.
pub fn prepare(db: &mut dyn Database, scene: &Scene, choice: &Choice, wishes: Wishes) -> Result<Prepared, Problem> {
    let (source, dialect) = (scene.source, db.dialect());
    let tracking = read_table(db, scene)?;
    let state = tracking.state(source, scene.orm.as_deref());
    let names = choose(choice, &tracking, &state)?;
    let edited = |name: &&String| state.named(name).is_some_and(|standing| standing.edited);
    if let Some(name) = names.iter().find(edited).filter(|_| !wishes.force) {
        return Err(refusal::edited_after_applied(name));
    }
    let words: Vec<&str> = names.iter().map(String::as_str).collect();
    let unmarked =
        tracking.unmark(source, scene.orm.as_deref(), &words).map_err(|refused| refusal::tracking(&refused))?;
    let home = Home::find(db).map_err(|f| refusal::database(&f))?;
    let (made_for, rollbacks) = at_once(|| fingerprint(db, scene, &tracking), || rollbacks(&source.history));
    let made_for = made_for.map_err(|f| refusal::database(&f))?;
    let keeps = wishes.archive.unwrap_or(scene.protected);
    let stamp = stamp(db).map_err(|f| refusal::database(&f))?;
    let mut made = Making {
        db,
        scene,
        rollbacks: &rollbacks,
        home: &home,
        keeps,
        stamp,
        made_for,
        kept: None,
        force: wishes.force,
        order: places(&state),
        undone: vec![],
        rows_stay: true,
    };
    let mut phases = Vec::new();
    let mut migrations = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let (report, mut own) = made.one(name, number, &unmarked.writes[number])?;
        migrations.push(report);
        phases.append(&mut own);
    }
    let archive = made.kept;
    let mut problems: Vec<Problem> = unmarked.also_run.iter().map(|name| refusal::also_runs(name)).collect();
    problems.extend(archive.as_ref().filter(|_| home == Home::Inside).map(|_| refusal::archive_inside()));
    problems.extend(archive.as_ref().and_then(|_| push_would_drop(scene, &home)));
    problems.extend(state.blocked.iter().map(|why| refusal::blocked(why)));
    let plan = Plan { made_for, phases };
    problems.extend(blocking(db, &plan).map_err(|f| refusal::database(&f))?);
    let report = PlanReport::of(&plan, migrations, archive);
    let tool_lock = ToolLock::of(source.tool, dialect);
    Ok(Prepared { purpose: Purpose::Rollback, plan, report, problems, home, tool_lock })
}

/// The second on a thread of its own while the first waits for the server.
fn at_once<A, B: Send>(waits: impl FnOnce() -> A, works: impl Fn() -> B + Sync) -> (A, B) {
    thread::scope(|scope| {
        let other = thread::Builder::new().spawn_scoped(scope, &works);
        let answer = waits();
        match other {
            Ok(other) => (answer, other.join().unwrap_or_else(|panic| resume_unwind(panic))),
            Err(_) => (answer, works()),
        }
    })
}

/// Part of the names of what is kept: the database's own time.
pub(crate) fn stamp(db: &mut dyn Database) -> Result<String, Failure> {
    let now = db.query(tracking::clock(db.dialect()))?;
    Ok(now.first().unwrap_or_default().chars().filter(char::is_ascii_digit).collect())
}

fn places(state: &State) -> Vec<usize> {
    let place = |applied: &Applied| if let Applied::Migration(at) = applied { Some(*at) } else { None };
    state.order.iter().filter_map(place).collect()
}

struct Making<'a, 'b> {
    db: &'a mut dyn Database,
    scene: &'a Scene<'b>,
    rollbacks: &'a [Rollback],
    home: &'a Home,
    keeps: bool,
    stamp: String,
    made_for: Fingerprint,
    kept: Option<ArchiveReport>,
    force: bool,
    /// The places of what the database has applied.
    order: Vec<usize>,
    /// Those that are undone before.
    undone: Vec<usize>,
    /// No rollback that runs before changes a row: what today's rows forbid later, they forbid now.
    rows_stay: bool,
}

impl Making<'_, '_> {
    /// The phases of one migration; `number` counts those that are undone before it.
    fn one(
        &mut self,
        name: &str,
        number: usize,
        bookkeeping: &[unmigrate_kernel::plan::Bookkeeping],
    ) -> Result<(DownReport, Vec<Phase>), Problem> {
        let source = self.scene.source;
        let at = source.history.migrations.iter().position(|m| m.name == name);
        let at = at.ok_or_else(|| refusal::no_file(name))?;
        let shown = (self.scene.shown)(&source.places[at].down);
        let mut down = down::read(source, at, &self.rollbacks[at], &shown, self.force)?;
        down::count(self.db, &mut down.notes, name, !self.rows_stay)?;
        // A person's text may map rows; ours takes away what is told here.
        self.rows_stay &= !down.is_edited() && discarded(&source.history, at, &down.text).is_empty();
        let undone = Down { name, file: &shown, text: &down.text, bookkeeping };
        let mut phases = rollback(&[undone], self.db.dialect(), self.made_for).phases;
        let kept = match self.keeps {
            true => {
                let stamp = format!("{}_{number}", self.stamp);
                let kept =
                    keep_around(self.db, self.home, (&source.history, at, &down.text), name, &stamp, &mut phases)?;
                self.report(&kept);
                kept
            }
            false => Kept::default(),
        };
        let before = self.applied(at);
        undo::fill(self.db, &before, &mut phases, &kept, bookkeeping)?;
        self.undone.push(at);
        let verified = (self.scene.verified)(name);
        let report = DownReport {
            name: name.to_owned(),
            down: shown,
            grade: down.grade,
            state: down.state,
            verified,
            notes: down.notes,
        };
        Ok((report, phases))
    }

    /// What is applied when this one's turn comes, itself last.
    fn applied(&self, at: usize) -> History {
        let source = &self.scene.source.history;
        let is_there = |place: &usize| *place != at && self.order.contains(place) && !self.undone.contains(place);
        let earlier = (0..source.migrations.len()).filter(is_there).chain([at]);
        let migrations = earlier.map(|place| source.migrations[place].clone()).collect();
        History { migrations, ..source.clone() }
    }

    fn report(&mut self, kept: &Kept) {
        let one = kept.report(self.home);
        let Some(all) = &mut self.kept else {
            self.kept = Some(one);
            return;
        };
        all.objects.extend(one.objects);
        all.keyless.extend(one.keyless);
        all.rows += one.rows;
        all.bytes = all.bytes.into_iter().chain(one.bytes).reduce(|a, b| a + b);
    }
}

/// Puts copies of what a text takes away around the phases that run it: `from` is the history, the place in it up to which
/// it is applied, and the text.
///
/// # Errors
/// Those of the database.
pub(crate) fn keep_around(
    db: &mut dyn Database,
    home: &Home,
    from: (&History, usize, &str),
    name: &str,
    stamp: &str,
    phases: &mut Vec<Phase>,
) -> Result<Kept, Problem> {
    let lost = discarded(from.0, from.1, from.2);
    let transaction = (db.dialect() != Dialect::Mysql).then_some(0);
    let kept = keep(db, home, &lost, name, stamp, transaction).map_err(|f| refusal::database(&f))?;
    phases.iter_mut().for_each(|phase| steps::around(phase, &kept));
    if !kept.first.is_empty() {
        let name = format!("{ARCHIVE_PHASE}{name}");
        phases.insert(0, Phase { name, steps: kept.first.clone(), undo: vec![], then: Then::Go });
    }
    Ok(kept)
}

impl Kept {
    /// What is kept, for people.
    pub(crate) fn report(&self, home: &Home) -> ArchiveReport {
        ArchiveReport {
            place: home.words(),
            objects: self.objects.clone(),
            rows: self.rows,
            bytes: self.bytes,
            keyless: self.keyless.clone(),
        }
    }
}

/// Tables from which it is said how long they are locked.
const LARGE_ROWS: u64 = 100_000;
const LARGE_BYTES: u64 = 64 << 20;

/// Statements that read or rewrite a whole large table while others wait for it.
fn blocking(db: &mut dyn Database, plan: &Plan) -> Result<Vec<Problem>, Failure> {
    let mut out = Vec::new();
    for step in plan.phases.iter().flat_map(|phase| &phase.steps) {
        let holds = |lock: &&Lock| lock.work != Work::Quick && lock.mode.stops_writers();
        for lock in step.locks.iter().filter(holds) {
            let Some(relation) = &lock.relation else { continue };
            let (schema, name) = relation.rsplit_once('.').unwrap_or(("", relation));
            let Some(live) = Live::find(db, &Name { schema: schema.into(), name: name.into() })? else { continue };
            if live.rows >= LARGE_ROWS || live.bytes.is_some_and(|bytes| bytes >= LARGE_BYTES) {
                out.push(refusal::blocks_others(&step.sql, lock, relation, live.rows, live.bytes));
            }
        }
    }
    Ok(out)
}
