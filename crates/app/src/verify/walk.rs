//! The walk through a whole history, once, on one scratch database.

use super::report::{MigrationVerdict, Verdict};
use super::scene::{Look, Scene};
use super::spent::Spent;
use super::stage::Stage;
use super::trip::{Subject, blank, trip};
use unmigrate_engines::Failure;
use unmigrate_kernel::Migration;
use unmigrate_kernel::sample::Sample;

/// One migration on the walk.
pub struct Stop<'a> {
    /// What is to be proven of it.
    pub subject: Subject<'a>,
    /// A verdict that still holds: it is taken over, and the migration only runs.
    pub known: Option<MigrationVerdict>,
    /// It was asked for; of others nothing is said.
    pub wanted: bool,
}

impl Stop<'_> {
    /// It has to run.
    pub fn is_due(&self) -> bool {
        self.wanted && self.known.is_none()
    }
}

/// A history on its way.
#[derive(Clone, Copy)]
pub struct Way<'a> {
    /// All of its migrations, one after the other.
    pub stops: &'a [Stop<'a>],
    /// Those before this one only run, and nothing is said of them.
    pub from: usize,
    /// The same migrations.
    pub migrations: &'a [Migration],
    /// Rows of somebody's that are put in beside those that are made.
    pub sample: Option<&'a Sample>,
}

/// How a walk ended.
#[derive(Debug, Clone, Copy)]
pub struct Walked {
    /// Where the time went.
    pub spent: Spent,
    /// The last migration is there, and a later one can be run on top.
    pub stands: bool,
}

/// Walks to the last migration that has to be proven. Tells a verdict for each that was asked for. Catalogs are read in
/// parts; where in the end these are not the whole, all of it is walked and told anew.
///
/// # Errors
/// Where the engine does not answer any more; `told` heard all verdicts so far.
pub fn walk(way: &Way, stage: &mut dyn Stage, told: &mut dyn FnMut(MigrationVerdict)) -> Result<Walked, Failure> {
    let mut scene = Scene::new(stage, way.migrations, way.sample, Look::Changes);
    let stands = pass(way, &mut scene, told)?;
    let spent = scene.spent();
    if scene.is_sound()? {
        return Ok(Walked { spent, stands });
    }
    stage.restart()?;
    let mut scene = Scene::new(stage, way.migrations, way.sample, Look::Whole);
    let stands = pass(way, &mut scene, told)?;
    Ok(Walked { spent: scene.spent(), stands })
}

fn pass(way: &Way, scene: &mut Scene, told: &mut dyn FnMut(MigrationVerdict)) -> Result<bool, Failure> {
    let stops = way.stops;
    let last = stops.iter().rposition(Stop::is_due).map_or(0, |at| at + 1);
    let mut stands = true;
    for (at, stop) in stops.iter().enumerate() {
        let wanted = stop.wanted && at >= way.from;
        let verdict = match &stop.known {
            Some(known) => Some(known.clone()),
            None if !stands => Some(blank(&stop.subject)),
            None => None,
        };
        let only_runs = verdict.is_some() || !wanted;
        if only_runs && stands && at < last {
            stands = scene.up(stop.subject.up).is_ok();
            if stands {
                scene.passed();
            }
        }
        let verdict = match verdict {
            Some(verdict) => Some(verdict),
            None if wanted => {
                let ended = trip(scene, &stop.subject)?;
                stands = ended.goes_on;
                Some(ended.verdict)
            }
            None => None,
        };
        verdict.filter(|_| wanted).into_iter().for_each(&mut *told);
    }
    Ok(stands)
}

/// Verdicts where there is no engine.
pub fn unverified(stops: &[Stop]) -> Vec<MigrationVerdict> {
    let wanted = stops.iter().filter(|s| s.wanted);
    wanted.map(|s| s.known.clone().unwrap_or_else(|| unproven(&s.subject))).collect()
}

fn unproven(subject: &Subject) -> MigrationVerdict {
    let missing = subject.down.is_none();
    MigrationVerdict { verdict: if missing { Verdict::Missing } else { Verdict::Unverified }, ..blank(subject) }
}
