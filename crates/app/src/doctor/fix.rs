//! The plan that mends.

use super::effect::{Effect, Extent};
use super::examine::Examined;
use super::half::Half;
use super::text::only;
use super::verb::{DoctorRequest, Fix};
use crate::Problem;
use crate::archive::{Home, Kept};
use crate::report::{NoteReport, State};
use crate::rollback::{ArchiveReport, DownReport, PlanReport, Prepared, Purpose, count, keep_around, stamp};
use crate::site::{Scene, fingerprint, refusal, uuid};
use unmigrate_engines::Database;
use unmigrate_kernel::plan::{Bookkeeping, Down, Fingerprint, Phase, Plan, Then, rollback};
use unmigrate_kernel::{Grade, History, Migration, NoteKind, rollbacks};
use unmigrate_sources::pasted;
use unmigrate_sources::tracking::{self, Applied, Moment, ToolLock};

/// Plans it.
///
/// # Errors
/// Why it can't be done, and the way out; nothing was written.
pub fn prepare(
    db: &mut dyn Database,
    scene: &Scene,
    examined: &Examined,
    fix: Fix,
    request: &DoctorRequest,
) -> Result<Prepared, Problem> {
    let home = Home::find(db).map_err(|f| refusal::database(&f))?;
    let made_for = fingerprint(db, scene, &examined.tracking).map_err(|f| refusal::database(&f))?;
    let mut making = Making { db, scene, examined, request, home, made_for };
    let (phases, migrations, archive) = match fix {
        Fix::Forward => making.forward()?,
        Fix::Undo => making.undo()?,
        Fix::Tracking => making.tracking(false)?,
        Fix::Orphans => making.tracking(true)?,
        Fix::Indexes => making.indexes()?,
        Fix::Files => (vec![], vec![], None),
    };
    if phases.is_empty() {
        return Err(nothing_to_mend(fix));
    }
    let plan = Plan { made_for, phases };
    let report = PlanReport::of(&plan, migrations, archive);
    let tool_lock = ToolLock::of(scene.source.tool, making.db.dialect());
    Ok(Prepared { purpose: Purpose::Doctor, plan, report, problems: vec![], home: making.home, tool_lock })
}

type Made = (Vec<Phase>, Vec<DownReport>, Option<ArchiveReport>);

struct Making<'a, 'b> {
    db: &'a mut dyn Database,
    scene: &'a Scene<'b>,
    examined: &'a Examined,
    request: &'a DoctorRequest,
    home: Home,
    made_for: Fingerprint,
}

impl<'a> Making<'a, '_> {
    /// The rest of a migration's statements, and its row.
    fn forward(&mut self) -> Result<Made, Problem> {
        let half = self.chosen(true)?;
        let effects = self.settled(half)?;
        let migration = &self.scene.source.history.migrations[half.at];
        let dialect = self.db.dialect();
        let rest = only(&migration.sql, &half.pieces, |at| effects[at] == Effect::Missing);
        let writes = self.marks(&[migration.name.as_str()])?;
        let done = only(&migration.sql, &half.pieces, |at| effects[at] == Effect::Happened);
        let history = self.history(half.at, Some(done));
        let why = format!("finish `{}`", migration.name);
        let down = Down { name: &migration.name, file: &migration.file, text: &rest, bookkeeping: &writes };
        let phases = rollback(&[down], dialect, self.made_for).phases;
        self.made(history, &rest, phases, half.at, &why, None, vec![], false)
    }

    /// What takes back the statements that have happened, and the row.
    fn undo(&mut self) -> Result<Made, Problem> {
        let half = self.chosen(false)?;
        let effects = self.settled(half)?;
        let migration = &self.scene.source.history.migrations[half.at];
        let dialect = self.db.dialect();
        if !effects.contains(&Effect::Happened) {
            return Err(nothing_happened(&migration.name));
        }
        let done = only(&migration.sql, &half.pieces, |at| effects[at] == Effect::Happened);
        let history = self.history(half.at, Some(done));
        let Some(undone) = rollbacks(&history).pop() else { return Err(nothing_happened(&migration.name)) };
        if undone.grade == Grade::Manual {
            let by_hand = undone.notes.iter().find(|note| note.kind == NoteKind::ByHand);
            return Err(no_undo(&migration.name, by_hand.map_or("", |note| &note.detail)));
        }
        let mut notes: Vec<NoteReport> =
            undone.notes.iter().map(|note| NoteReport::new(note, &migration.file)).collect();
        count(self.db, &mut notes, &migration.name, false)?;
        let writes = if half.unfinished { self.unmarks(&migration.name)? } else { vec![] };
        let down = Down { name: &migration.name, file: &migration.file, text: &undone.body, bookkeeping: &writes };
        let phases = rollback(&[down], dialect, self.made_for).phases;
        let why = format!("take back what happened of `{}`", migration.name);
        self.made(history, &undone.body, phases, half.at, &why, Some(undone.grade), notes, true)
    }

    /// The phases with what they take away kept, and what is said of them. `generated`: the statements stand in no file.
    #[expect(clippy::too_many_arguments, reason = "two plans that end alike")]
    fn made(
        &mut self,
        history: History,
        text: &str,
        mut phases: Vec<Phase>,
        at: usize,
        why: &str,
        grade: Option<Grade>,
        notes: Vec<NoteReport>,
        generated: bool,
    ) -> Result<Made, Problem> {
        let migration = &self.scene.source.history.migrations[at];
        let last = history.migrations.len() - 1;
        let mut archive = None;
        if self.request.archive.unwrap_or(self.scene.protected) {
            let stamp = stamp(self.db).map_err(|f| refusal::database(&f))?;
            let kept: Kept =
                keep_around(self.db, &self.home, (&history, last, text), &migration.name, &stamp, &mut phases)?;
            archive = Some(kept.report(&self.home));
        }
        let steps = phases.iter_mut().flat_map(|phase| &mut phase.steps).filter(|step| step.file.is_some());
        for step in steps {
            step.why = why.to_owned();
            if generated {
                (step.file, step.line) = (None, 0);
            }
        }
        let report = DownReport {
            name: migration.name.clone(),
            down: migration.file.clone(),
            grade,
            state: State::Unchanged,
            verified: false,
            notes,
        };
        Ok((phases, vec![report], archive))
    }

    /// Rows that are wrong, all in one transaction.
    fn tracking(&mut self, forget_orphans: bool) -> Result<Made, Problem> {
        let (scene, examined, only) = (self.scene, self.examined, &self.request.only);
        let (source, orm) = (scene.source, scene.orm.as_deref());
        let name = |half: &Half| source.history.migrations[half.at].name.as_str();
        let wanted = |half: &&Half| only.is_empty() || only.iter().any(|only| only == name(half));
        let halves: Vec<&Half> = examined.halves.iter().filter(wanted).collect();
        let mut writes: Vec<Bookkeeping> = Vec::new();
        if self.request.only.is_empty() {
            let repair = self.examined.tracking.repair(source, orm, forget_orphans);
            if self.is_blocked() && !repair.orphans.is_empty() {
                return Err(orphans_left(&repair.orphans));
            }
            writes = repair.writes;
        }
        let gone = halves.iter().filter(|half| half.unfinished && half.extent() == Extent::None);
        for half in gone {
            writes.extend(self.unmarks(name(half))?);
        }
        let whole = halves.iter().filter(|half| half.extent() == Extent::All && !half.effects.is_empty());
        let there: Vec<&str> = whole.map(|half| name(half)).collect();
        if !there.is_empty() {
            writes.extend(self.marks(&there)?);
        }
        if writes.is_empty() {
            return Ok((vec![], vec![], None));
        }
        let dialect = self.db.dialect();
        let table = Down { name: "the tool's table", file: "", text: "", bookkeeping: &writes };
        let mut phases = rollback(&[table], dialect, self.made_for).phases;
        // MySQL commits at CREATE TABLE; rows alone are one transaction there too.
        if writes.iter().all(|write| write.changes.is_some()) {
            phases.iter_mut().flat_map(|phase| &mut phase.steps).for_each(|step| step.transaction = Some(1));
        }
        Ok((phases, vec![], None))
    }

    fn is_blocked(&self) -> bool {
        let upgrade = |finding: &super::Finding| finding.problem.code == "upgrade-blocked";
        self.examined.findings.iter().any(upgrade)
    }

    fn indexes(&mut self) -> Result<Made, Problem> {
        let phase = |index: &super::indexes::Invalid| match index.duplicates {
            0 => Ok(Phase { name: index.name.clone(), steps: index.steps(), undo: vec![], then: Then::Go }),
            n => Err(duplicates(&index.name, &index.table, n)),
        };
        let phases: Result<Vec<Phase>, Problem> = self.examined.indexes.iter().map(phase).collect();
        Ok((phases?, vec![], None))
    }

    /// The migration that is meant: the one that was named, else the first that was begun and not finished, else the first
    /// of which something is there.
    fn chosen(&self, forward: bool) -> Result<&'a Half, Problem> {
        let examined = self.examined;
        let migrations = &self.scene.source.history.migrations;
        if let [_, second, ..] = self.request.only.as_slice() {
            return Err(one_at_a_time(second));
        }
        if let Some(name) = self.request.only.first() {
            let Some(at) = migrations.iter().position(|m| m.name == *name) else {
                return Err(crate::rollback::no_such_migration(name));
            };
            let half = examined.halves.iter().find(|half| half.at == at);
            let skipped = examined.state.migrations[at].is_skipped();
            let open = |half: &&Half| half.unfinished || half.has_begun() || (forward && skipped);
            return half.filter(open).ok_or_else(|| not_half_applied(name));
        }
        let halves = || examined.halves.iter();
        let begun = halves().find(|half| half.unfinished && half.extent() != Extent::All);
        let there = || halves().find(|half| half.has_begun() && half.extent() != Extent::All);
        begun.or_else(there).ok_or_else(|| nothing_to_mend(if forward { Fix::Forward } else { Fix::Undo }))
    }

    /// What has happened, where the catalogs and the user's own word leave no doubt.
    fn settled(&self, half: &Half) -> Result<Vec<Effect>, Problem> {
        let name = &self.scene.source.history.migrations[half.at].name;
        let Some(done) = self.request.done else {
            return match half.effects.iter().position(|e| !matches!(e, Effect::Happened | Effect::Missing)) {
                None => Ok(half.effects.clone()),
                Some(at) => Err(untold(name, half, at)),
            };
        };
        let said = |at: usize| if at < done { Effect::Happened } else { Effect::Missing };
        let against = |(at, effect): (usize, &Effect)| match effect {
            Effect::Happened | Effect::Missing => *effect != said(at),
            Effect::Untold | Effect::Neither => false,
        };
        match half.effects.iter().enumerate().position(against) {
            Some(at) => Err(said_otherwise(name, at, half.effects[at])),
            None => Ok((0..half.effects.len()).map(said).collect()),
        }
    }

    /// The migrations that are applied, and this one with this text.
    fn history(&self, at: usize, text: Option<String>) -> History {
        let History { dialect, server, migrations } = &self.scene.source.history;
        let is_there = |place: usize| {
            self.examined.state.order.iter().any(|a| matches!(a, Applied::Migration(applied) if *applied == place))
                || (place < at && self.examined.halves.iter().any(|h| h.at == place && h.extent() == Extent::All))
        };
        let mut all: Vec<Migration> = (0..migrations.len())
            .filter(|place| *place != at && is_there(*place))
            .map(|place| migrations[place].clone())
            .collect();
        let own = &migrations[at];
        let sql = text.unwrap_or_else(|| own.sql.clone());
        all.push(Migration { sql, breakpoints: false, observed: vec![], ..own.clone() });
        History { dialect: *dialect, server: server.clone(), migrations: all }
    }

    fn marks(&mut self, names: &[&str]) -> Result<Vec<Bookkeeping>, Problem> {
        let now = self.db.query(tracking::clock(self.db.dialect())).map_err(|f| refusal::database(&f))?;
        let now = Moment(now.first().and_then(|ms| ms.parse().ok()).unwrap_or_default());
        let (source, orm) = (self.scene.source, self.scene.orm.as_deref());
        let marked = self.examined.tracking.mark(source, orm, names, now, &mut uuid);
        marked.map_err(|refused| crate::rollback::tracking_refused(&refused))
    }

    /// Every row of the name goes: what is left of a failed try would make Prisma before 7.9 say that it is applied.
    fn unmarks(&self, name: &str) -> Result<Vec<Bookkeeping>, Problem> {
        let (source, orm) = (self.scene.source, self.scene.orm.as_deref());
        let unmarked = self.examined.tracking.unmark(source, orm, &[name]);
        Ok(unmarked.map_err(|refused| crate::rollback::tracking_refused(&refused))?.writes.concat())
    }
}

pub fn nothing_to_mend(fix: Fix) -> Problem {
    let message = format!("there is nothing that `--fix {}` would mend", fix.word());
    Problem::error("nothing-to-mend", message, "unmigrate doctor   shows what is wrong, and what mends it")
}

fn not_half_applied(name: &str) -> Problem {
    Problem::error(
        "nothing-to-mend",
        format!("`{name}` is not half applied: it is applied, or nothing of it has happened"),
        "unmigrate doctor   shows what is wrong; what is pending the tool's own deploy runs",
    )
}

fn nothing_happened(name: &str) -> Problem {
    Problem::error(
        "nothing-to-mend",
        format!("nothing of `{name}` has happened here: there is nothing to take back"),
        format!("unmigrate doctor --fix tracking {}   clears its row, where it has one", pasted(name)),
    )
}

fn one_at_a_time(second: &str) -> Problem {
    let message = format!("one migration is mended at a time, and `{second}` is a second one");
    Problem::error("invalid-option", message, "name one")
}

fn untold(name: &str, half: &Half, at: usize) -> Problem {
    let line = half.pieces.get(at).map_or(0, |piece| piece.line);
    let why = match half.effects[at] {
        Effect::Neither => "what it changes is neither as before it nor as after it",
        _ => "it changes no catalog, so that the database does not tell",
    };
    Problem::error(
        "untold-statements",
        format!("whether statement {} of `{name}` (line {line}) has happened is not known: {why}", at + 1),
        format!(
            "look at its rows, and say how many of the {} statements have happened: --done {at} or --done {}",
            half.effects.len(),
            at + 1
        ),
    )
}

fn said_otherwise(name: &str, at: usize, effect: Effect) -> Problem {
    let (is, said) = match effect {
        Effect::Happened => ("has happened", "has not"),
        _ => ("has not happened", "has"),
    };
    Problem::error(
        "untold-statements",
        format!("statement {} of `{name}` {is}, as the catalogs show, and `--done` says that it {said}", at + 1),
        "unmigrate doctor   shows what is known of each statement",
    )
}

fn no_undo(name: &str, why: &str) -> Problem {
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    Problem::error(
        "no-undo",
        format!("what happened of `{name}` can't be taken back by a machine{why}"),
        format!("unmigrate doctor --fix forward {}   runs the rest instead", pasted(name)),
    )
}

fn orphans_left(rows: &[String]) -> Problem {
    let list = rows.iter().map(|row| format!("`{row}`")).collect::<Vec<_>>().join(", ");
    Problem::error(
        "upgrade-blocked",
        format!(
            "{} of the table's rows belong to no migration in the folder, and none is repaired: {list}",
            rows.len()
        ),
        "check out the branch that has the files; where they are gone for good: unmigrate doctor --fix orphans",
    )
}

fn duplicates(index: &str, table: &str, count: u64) -> Problem {
    Problem::error(
        "rows-forbid",
        format!("today's rows forbid building {index}: {count} of its values occur more than once in {table}"),
        "take the duplicates away first; nothing was changed",
    )
}
