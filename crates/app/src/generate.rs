//! `generate` writes the rollback of every migration beside it; `status` says how the files stand.

use crate::file::{Present, Standing, Wanted, compare};
use crate::report::{HistoryReport, MigrationReport, NoteReport};
use crate::select::Selection;
use crate::target::Surroundings;
use crate::verify::evidence::{self, Evidence};
use crate::verify::{Scratches, Secret, Stages, engine_stopped, observe};
use crate::{Error, Problem, Report, Request, State, write};
use serde::Deserialize;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use unmigrate_engines::Embedded;
use unmigrate_kernel::{Migration, Rollback, rollbacks};
use unmigrate_sources::{ConfigLoader, Context, Place, Source, find, pasted};

/// Writes what is missing or stale, and reports every migration of every history that was found.
///
/// # Errors
/// Where no history was found or the request itself can't be met. What concerns one history or one file is in
/// [`Report::problems`], and the rest goes on.
pub fn generate(request: &Request, loader: &dyn ConfigLoader) -> Result<Report, Error> {
    inverted(request, loader, &mut |_, _| None)
}

/// The same, and statements that can't be read are run on a scratch database, so that their rollback is derived too.
///
/// # Errors
/// As [`generate`]. Where there is no engine, a problem says so, and what is known from earlier runs is used.
pub fn generate_observing(
    request: &Request,
    observing: &Observing,
    loader: &dyn ConfigLoader,
    variable: &dyn Fn(&str) -> Option<String>,
    embedded: Arc<dyn Embedded>,
) -> Result<Report, Error> {
    let mut scratches = Scratches::asked(&observing.engine, &observing.scratch_url, &request.cwd, embedded)?;
    inverted(request, loader, &mut |source, context| {
        scratches.spare(source, &Surroundings { cwd: context.cwd, variable, loader });
        let file = evidence::path(&source.dir, source.layout);
        let mut evidence = Evidence::read(&file);
        if !observe::is_due(&source.history) {
            return None;
        }
        let seen = scratches.open(&source.history, &source.shown).and_then(|mut stage| {
            let seen = observe::observe(&mut source.history, &mut evidence, stage.as_mut());
            seen.map_err(|failure| engine_stopped(&failure, &source.shown))
        });
        let written = evidence.write(&file).map_err(|why| not_writable(&context.shown(&file), &why));
        seen.and(written).err()
    })
}

/// What statements are observed on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Observing {
    /// `pglite` or `server`; none: the first of the usual order that is there.
    pub engine: Option<String>,
    /// An empty database, or a server to make one on, that the user gave away for this.
    pub scratch_url: Option<Secret>,
}

/// Sees to a source before it is inverted; gives what went wrong.
type See<'a> = &'a mut dyn FnMut(&mut Source, &Context) -> Option<Problem>;

fn inverted(request: &Request, loader: &dyn ConfigLoader, see: See) -> Result<Report, Error> {
    let cwd = request.real_cwd()?;
    let context = request.context(&cwd, loader)?;
    let found = find(&request.dirs, &request.project, &context)?;
    let selection = Selection::new(&request.only, &found.sources, &context)?;
    let mut report = Report::new(found.problems);
    for mut source in found.sources {
        report.problems.append(&mut source.problems);
        if !selection.touches(&source) {
            continue;
        }
        observe::recall(&mut source.history, &Evidence::read(&evidence::path(&source.dir, source.layout)));
        report.problems.extend(see(&mut source, &context));
        match invert(&source) {
            Ok(rollbacks) => {
                let mut run = Run { request, context: &context, selection: &selection, report: &mut report };
                let history = run.history(&source, &rollbacks);
                report.histories.push(history);
            }
            Err(problem) => report.problems.push(problem),
        }
    }
    Ok(report)
}

/// The same report, and nothing is written.
///
/// # Errors
/// As [`generate`].
pub fn status(request: &Request, loader: &dyn ConfigLoader) -> Result<Report, Error> {
    generate(&Request { check: true, force: false, rewrite_outdated: false, ..request.clone() }, loader)
}

/// A defect of ours over one history must not cost the others theirs.
fn invert(source: &Source) -> Result<Vec<Rollback>, Problem> {
    catch_unwind(AssertUnwindSafe(|| rollbacks(&source.history))).map_err(|_| {
        Problem::error(
            "internal",
            format!("unmigrate failed over the history in `{}`: a defect of its own", source.shown),
            "please report it with the migration folder, or as much of it as can be shown",
        )
        .at(source.shown.clone())
    })
}

/// One history in a run.
struct Run<'a> {
    request: &'a Request,
    context: &'a Context<'a>,
    selection: &'a Selection<'a>,
    report: &'a mut Report,
}

impl Run<'_> {
    fn history(&mut self, source: &Source, rollbacks: &[Rollback]) -> HistoryReport {
        let selection = self.selection;
        let all = source.history.migrations.iter().zip(&source.places).zip(rollbacks);
        let migrations = all
            .filter(|((migration, place), _)| selection.takes(migration, place))
            .map(|((migration, place), rollback)| self.migration(migration, place, rollback))
            .collect();
        let (tool, dialect) = (source.tool.word(), source.history.dialect.word());
        HistoryReport { tool, dialect, dir: source.shown.clone(), migrations, database: None }
    }

    fn migration(&mut self, migration: &Migration, place: &Place, rollback: &Rollback) -> MigrationReport {
        let down = self.context.shown(&place.down);
        let wanted = (!place.refused).then(|| Wanted::new(&migration.sql, rollback));
        let Standing { state, grade, up_changed } = self.settle(place, &down, wanted.as_ref());
        // Where the up can't be read, notes would be about a text that is not the migration's.
        let notes = if place.refused { &[][..] } else { &rollback.notes };
        MigrationReport {
            name: migration.name.clone(),
            up: migration.file.clone(),
            down,
            grade,
            state,
            up_changed,
            applied: None,
            standing: None,
            edited_after_applied: false,
            notes: notes.iter().map(|note| NoteReport::new(note, &migration.file)).collect(),
        }
    }

    /// Looks at the file, and writes it where that is asked for and allowed.
    fn settle(&mut self, place: &Place, down: &str, wanted: Option<&Wanted>) -> Standing {
        let present = self.look(&place.down, down);
        let found = compare(&present, wanted);
        let misplaced = self.misplaced(place, down);
        let standing = if misplaced == Misplaced::No { found } else { Standing { state: State::Misplaced, ..found } };
        let (Some(wanted), false) = (wanted, misplaced == Misplaced::Theirs) else { return standing };
        let due = self.is_due(found.state);
        self.report.would_change |= due || misplaced == Misplaced::Ours;
        if self.request.check {
            return standing;
        }
        let written = if due { write::replace(&place.down, wanted.text()) } else { Ok(()) };
        let moved = written.and_then(|()| match &place.misplaced {
            Some(path) if misplaced == Misplaced::Ours => fs::remove_file(path),
            _ => Ok(()),
        });
        match moved {
            Ok(()) if due => Standing { state: State::Written, ..compare(&Present::Nothing, Some(wanted)) },
            Ok(()) => found,
            Err(why) => {
                self.report.problems.push(not_writable(down, &why));
                standing
            }
        }
    }

    fn look(&mut self, path: &Path, down: &str) -> Present {
        let present = Present::at(path).unwrap_or_else(|why| {
            self.report.problems.push(unreadable(down, &why));
            Present::Other("unreadable")
        });
        if let Present::Other(what) = present {
            self.report.problems.push(not_ours(down, what));
        }
        present
    }

    /// What a run without `check` writes anew.
    fn is_due(&self, state: State) -> bool {
        match state {
            State::Missing | State::Stale => true,
            State::Outdated => self.request.rewrite_outdated || self.request.force,
            State::Edited => self.request.force,
            State::Unchanged | State::Written | State::Misplaced => false,
        }
    }

    /// A rollback that another runner would take for a migration. Ours moves when the right one is written; what a
    /// person wrote is theirs to move.
    fn misplaced(&mut self, place: &Place, down: &str) -> Misplaced {
        let Some(path) = &place.misplaced else { return Misplaced::No };
        let present = Present::at(path).unwrap_or(Present::Other("unreadable"));
        if matches!(present, Present::Nothing) {
            return Misplaced::No;
        }
        if present.is_ours() {
            return Misplaced::Ours;
        }
        self.report.problems.push(misplaced(&self.context.shown(path), down));
        Misplaced::Theirs
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Misplaced {
    No,
    Ours,
    Theirs,
}

fn misplaced(path: &str, down: &str) -> Problem {
    Problem::error(
        "misplaced",
        format!("`{path}` lies where another runner (Supabase, Wrangler) takes it for a migration and would run it"),
        format!("mv {} {}", pasted(path), pasted(down)),
    )
    .at(path)
}

fn not_ours(down: &str, what: &str) -> Problem {
    Problem::warning(
        "not-a-rollback-file",
        format!("`{down}` is {what}: it is left as it is, and nothing is written through it"),
        "move it away and run generate again; --force puts a file in its place",
    )
    .at(down)
}

fn unreadable(down: &str, why: &io::Error) -> Problem {
    Problem::error("unreadable", format!("`{down}` can't be read: {why}"), "see to its permissions").at(down)
}

fn not_writable(down: &str, why: &io::Error) -> Problem {
    let help = match why.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room; nothing half written was left behind",
        _ => "see to the permissions of its folder; nothing half written was left behind",
    };
    Problem::error("not-writable", format!("`{down}` can't be written: {why}"), help).at(down)
}
