//! Migrations that the tool does not take for applied, and what of them has happened all the same.

use super::effect::{Effect, Extent, Known, extent};
use super::trace::{self, Trace, by_names};
use crate::archive::NAME;
use crate::site::{Scene, refusal};
use crate::verify::{Stage, Stages};
use crate::{Problem, journal};
use regex::Regex;
use std::sync::LazyLock;
use unmigrate_engines::Database;
use unmigrate_kernel::script::Piece;
use unmigrate_kernel::snapshot::{Options, Snapshot, read};
use unmigrate_kernel::{Dialect, History, Migration};
use unmigrate_sources::Tool;
use unmigrate_sources::tracking::{Applied, Standing, State, Status};

/// One of them.
#[derive(Debug, Clone)]
pub struct Half {
    /// Its place in the folder.
    pub at: usize,
    /// The tool began it and did not finish it.
    pub unfinished: bool,
    /// Its statements.
    pub pieces: Vec<Piece>,
    /// What has happened of each.
    pub effects: Vec<Effect>,
    /// What it was compared with: the scratch database's engine; none where only names were looked at.
    pub engine: Option<String>,
    /// A database without rows refuses this statement (from 0) too: what it says.
    pub refused: Option<(usize, String)>,
}

impl Half {
    /// How much of it has happened.
    pub fn extent(&self) -> Extent {
        extent(&self.effects)
    }

    /// Something of it has.
    pub fn has_begun(&self) -> bool {
        self.effects.iter().any(|e| matches!(e, Effect::Happened | Effect::Neither))
    }
}

/// Looks at every migration that was begun and not finished, at every one that the tool will skip, and at those that it
/// runs next, up to the first of which nothing has happened.
///
/// # Errors
/// Those of the database. Without a scratch database only names are compared; `problems` says why.
pub fn halves(
    db: &mut dyn Database,
    scene: &Scene,
    state: &State,
    stages: &dyn Stages,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Half>, Problem> {
    let mut looking = Looking { scene, stages, stage: None, tried: false, live: None, problems };
    let mut before: Vec<usize> = state
        .order
        .iter()
        .filter_map(|applied| if let Applied::Migration(at) = applied { Some(*at) } else { None })
        .collect();
    let mut out = Vec::new();
    let mut next = true;
    for (at, standing) in state.migrations.iter().enumerate() {
        let unfinished = matches!(standing.status, Status::Unfinished(_));
        if standing.is_applied() || !(unfinished || standing.is_skipped() || next) {
            continue;
        }
        let half = looking.at(db, &before, at, standing)?;
        if half.extent() == Extent::All {
            before.push(at);
        } else if !standing.is_skipped() {
            next = false;
        }
        out.push(half);
    }
    Ok(out)
}

struct Looking<'a, 'b> {
    scene: &'a Scene<'b>,
    stages: &'a dyn Stages,
    stage: Option<Box<dyn Stage>>,
    tried: bool,
    live: Option<Snapshot>,
    problems: &'a mut Vec<Problem>,
}

impl Looking<'_, '_> {
    fn at(&mut self, db: &mut dyn Database, before: &[usize], at: usize, standing: &Standing) -> Result<Half, Problem> {
        let history = &self.scene.source.history;
        let migration = &history.migrations[at];
        let dialect = db.dialect();
        let known = known(self.scene.source.tool, standing, migration, dialect);
        let unfinished = matches!(standing.status, Status::Unfinished(_));
        if let Some(half) = self.traced(db, before, at, known, unfinished)? {
            return Ok(half);
        }
        let pieces = trace::pieces(migration, dialect);
        let effects = by_names(db, &pieces, known).map_err(|f| refusal::database(&f))?;
        Ok(Half { at, unfinished, pieces, effects, engine: None, refused: None })
    }

    /// By a scratch database, where there is one.
    fn traced(
        &mut self,
        db: &mut dyn Database,
        before: &[usize],
        at: usize,
        known: Known,
        unfinished: bool,
    ) -> Result<Option<Half>, Problem> {
        let source = self.scene.source;
        if !self.tried {
            self.tried = true;
            match self.stages.open(&source.history, &source.shown) {
                Ok(stage) => self.stage = Some(stage),
                Err(why) => self.problems.push(only_names(&why)),
            }
        }
        let Some(stage) = &mut self.stage else { return Ok(None) };
        let History { migrations, .. } = &source.history;
        let earlier: Vec<&Migration> = before.iter().map(|at| &migrations[*at]).collect();
        let trace = match Trace::run(stage.as_mut(), &earlier, &migrations[at]) {
            Ok(trace) => trace,
            Err(failure) => {
                self.stage = None;
                self.problems.push(no_trace(&migrations[at].name, &failure.to_string()));
                return Ok(None);
            }
        };
        let engine = Some(stage.engine());
        let live = match &self.live {
            Some(live) => live.clone(),
            None => self.live.insert(live(db, self.scene)?).clone(),
        };
        let effects = trace.effects(&live, known);
        Ok(Some(Half { at, unfinished, effects, engine, refused: trace.refused, pieces: trace.pieces }))
    }
}

/// What the database holds, named as a scratch database names it: there the project's own schema is the usual one.
fn live(db: &mut dyn Database, scene: &Scene) -> Result<Snapshot, Problem> {
    let own = scene.at.schema.as_deref().filter(|schema| scene.source.tool == Tool::Prisma && *schema != "public");
    let read = match own.filter(|_| db.dialect().is_postgres()) {
        Some(schema) => {
            let options = Options { ignore: &[NAME], schema: Some(schema), ..Options::default() };
            read(db.dialect(), &mut |sql: &str| db.query(sql), &options)
        }
        None => journal::snapshot(db),
    };
    read.map_err(|f| refusal::database(&f))
}

/// What the tool noted of the error.
fn known(tool: Tool, standing: &Standing, migration: &Migration, dialect: Dialect) -> Known {
    static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"query number (\d+)").ok());
    let logs = match &standing.status {
        Status::Unfinished(logs) => logs.as_deref(),
        _ => None,
    };
    let number =
        NUMBER.as_ref().zip(logs).and_then(|(number, logs)| number.captures(logs)?.get(1)?.as_str().parse().ok());
    // drizzle-orm takes all that is pending in one transaction, whatever is in it.
    let together = match tool {
        Tool::Prisma => trace::is_together(migration, dialect),
        Tool::Drizzle => dialect.is_postgres(),
    };
    Known { together, failed: logs.is_some(), failed_at: number.filter(|number| *number > 0) }
}

fn only_names(why: &Problem) -> Problem {
    Problem::warning(
        "only-names",
        format!("only the names in the catalogs were compared, not what they stand for: {}", why.message),
        why.help.clone(),
    )
}

fn no_trace(name: &str, why: &str) -> Problem {
    Problem::warning(
        "only-names",
        format!(
            "`{name}` can't be followed on a scratch database, and only the names in the catalogs were compared: {why}"
        ),
        "unmigrate verify   shows which migration can't be run from the beginning",
    )
}
