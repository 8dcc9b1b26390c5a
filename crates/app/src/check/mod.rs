//! `check` tells, before a migration is merged, what it will do to a running database, what is wrong with the history,
//! and what is wrong with its rollback.

mod baseline;
mod clients;
mod database;
mod evidence;
mod fix;
pub(crate) mod git;
mod history;
mod ignored;
mod options;
mod pages;
mod placed;
mod report;
mod rollback;
mod runner;

pub use fix::{FixState, Fixed, FixedFile, Fixes, Mend};
pub use options::CheckOptions;
pub use pages::{is_rule, page, rules};
pub use report::{CheckReport, CheckedHistory, Finding, Fix, Group, Since, Suppressed};
pub use runner::WORDS as RUNNERS;
pub(crate) use runner::runner_of;
pub use unmigrate_kernel::lint::Severity;

use crate::select::Selection;
use crate::target::Surroundings;
use crate::{Error, Problem, Request};
use baseline::Baseline;
use database::Standings;
use git::Changes;
use placed::Placed;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use unmigrate_kernel::lint::{self, Options, Runner, rule};
use unmigrate_sources::{ConfigLoader, Context, Source, find};

/// The baseline's name where nobody gives it one.
const BASELINE: &str = "unmigrate-baseline.json";

/// Looks at every migration that is asked for, in every history that is found.
///
/// # Errors
/// Where no history was found, or the request, the configuration or the baseline can't be used.
pub fn check(request: &Request, options: &CheckOptions, loader: &dyn ConfigLoader) -> Result<CheckReport, Error> {
    check_with(request, options, loader, &|_| None)
}

/// The same, with the variables of the environment, in which a database's URL may stand.
///
/// # Errors
/// As [`check`]; and where a database was asked for, that it can't be found or read.
pub fn check_with(
    request: &Request,
    options: &CheckOptions,
    loader: &dyn ConfigLoader,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<CheckReport, Error> {
    check_fixing(request, options, loader, variable, &mut |_| options.yes)
}

/// The same; and where fixes were asked for, `ask` is shown what would be written, if files are among it that are not ours.
///
/// # Errors
/// As [`check_with`]; and where a file changed meanwhile or can't be written: none is then.
pub fn check_fixing(
    request: &Request,
    options: &CheckOptions,
    loader: &dyn ConfigLoader,
    variable: &dyn Fn(&str) -> Option<String>,
    ask: &mut dyn FnMut(&Fixes) -> bool,
) -> Result<CheckReport, Error> {
    let look = look(request, options, loader, variable)?;
    if !options.fixes() {
        return Ok(look.report);
    }
    let cwd = request.real_cwd()?;
    let context = request.context(&cwd, loader)?;
    let mut fixes = fix::plan(&look, options, &context);
    if let Some(named) = options.rename.iter().find(|named| !look.offers(named)) {
        return Err(no_such_rename(named, &look));
    }
    if fixes.files.is_empty() || fixes.needs_yes() && !ask(&fixes) {
        return Ok(CheckReport { fixes: Some(fixes), ..look.report });
    }
    fix::write(&mut fixes)?;
    // What is left is found over the files as they are now.
    let left = self::look(request, options, loader, variable)?;
    Ok(CheckReport { fixes: Some(fixes), ..left.report })
}

/// A history that was looked at, and what the database said of it.
struct Seen {
    source: Source,
    standings: Option<Standings>,
}

/// What was found, and in what.
struct Look {
    report: CheckReport,
    seen: Vec<Seen>,
}

impl Look {
    /// Is there a finding that these words say yes to?
    fn offers(&self, named: &str) -> bool {
        self.asked().any(|asks| asks == named)
    }

    fn asked(&self) -> impl Iterator<Item = &str> {
        self.report.findings.iter().filter_map(|f| f.mend.as_ref()?.repair.asks.as_deref())
    }
}

fn no_such_rename(named: &str, look: &Look) -> Problem {
    let offered: Vec<String> = look.asked().map(|asks| format!("--rename {asks}")).collect();
    let help = if offered.is_empty() {
        "unmigrate check   says which columns look renamed; what can't be rewritten is for you to write".to_owned()
    } else {
        format!("what looks like a rename here: {}", offered.join(", "))
    };
    Problem::error("no-such-rename", format!("nothing that was found is the rename `{named}`"), help)
}

fn look(
    request: &Request,
    options: &CheckOptions,
    loader: &dyn ConfigLoader,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Look, Error> {
    let cwd = request.real_cwd()?;
    let options = options.settled(&cwd)?;
    let context = request.context(&cwd, loader)?;
    let mut seen = Vec::new();
    let found = find(&request.dirs, &request.project, &context)?;
    let selection = Selection::new(&request.only, &found.sources, &context)?;
    let (since, warning) = since(&cwd, request, &options)?;
    let changes = since.as_ref().map(|since| {
        let dirs: Vec<&Path> = found.sources.iter().map(|s| s.dir.as_path()).collect();
        git::changes(&cwd, since, &dirs)
    });
    let strict = options.strict == Some(true);
    let mut report = CheckReport { since, problems: found.problems, strict, ..CheckReport::empty() };
    report.problems.extend(warning);
    let app = options.app.as_deref().map(|app| crate::compat::app(&cwd, Some(app))).transpose()?;
    let touched: Vec<&Source> = found.sources.iter().filter(|s| selection.touches(s)).collect();
    if let (Some(url), [_, _, ..]) = (&options.db, touched.as_slice())
        && !url.expose().is_empty()
    {
        let shown: Vec<String> = touched.iter().map(|source| source.shown.clone()).collect();
        return Err(crate::site::refusal::several_histories(&shown));
    }
    for mut source in found.sources {
        let problems = std::mem::take(&mut source.problems);
        if !selection.touches(&source) {
            report.problems.extend(problems);
            continue;
        }
        let around = Surroundings { cwd: &cwd, variable, loader };
        let standings = standings(&source, &options, &around, &mut report)?;
        let changes = changes.as_ref();
        let mut run =
            Run { options: &options, context: &context, changes, standings, app: app.clone(), report: &mut report };
        run.source(&source, problems, &selection)?;
        let standings = run.standings;
        seen.push(Seen { source, standings });
    }
    settle_baseline(&mut report, &options, &context)?;
    Ok(Look { report, seen })
}

/// What the database says, where one was asked for. That the tool never ran there is no failure: all is still to come.
fn standings(
    source: &Source,
    options: &CheckOptions,
    around: &Surroundings,
    report: &mut CheckReport,
) -> Result<Option<Standings>, Error> {
    let Some(url) = &options.db else { return Ok(None) };
    match database::ask(source, url.expose(), around) {
        Ok(standings) => Ok(Some(standings)),
        Err(problem) if problem.code == "no-tracking-table" => {
            report.problems.push(Problem::warning(problem.code, problem.message, problem.help));
            Ok(None)
        }
        Err(problem) => Err(problem),
    }
}

/// What the changes are counted from, where only changes are asked for; in CI also a word of warning where that can't be
/// found.
fn since(cwd: &Path, request: &Request, options: &CheckOptions) -> Result<(Option<Since>, Option<Problem>), Error> {
    let branch = options.default_branch.as_deref();
    match &options.changed {
        Some(reference) if !reference.is_empty() => git::since(cwd, reference).map(|since| (Some(since), None)),
        Some(_) => git::default_branch(cwd, branch).ok_or_else(no_default_branch).map(|since| (Some(since), None)),
        None if options.changed_in_ci && request.only.is_empty() => {
            let since = git::default_branch(cwd, branch);
            let warning = since.is_none().then(|| {
                let problem = no_default_branch();
                Problem::warning(
                    "no-merge-base",
                    format!("{}: every migration is checked", problem.message),
                    problem.help,
                )
            });
            Ok((since, warning))
        }
        None => Ok((None, None)),
    }
}

fn no_default_branch() -> Problem {
    Problem::error(
        "no-merge-base",
        "git knows no default branch to compare with, or nothing that it has in common with this one",
        "name it: --changed origin/main; in CI, fetch the whole history (fetch-depth: 0)",
    )
}

fn settle_baseline(report: &mut CheckReport, options: &CheckOptions, context: &Context) -> Result<(), Error> {
    let named = options.baseline.as_ref().map(|path| context.cwd.join(path));
    let path: PathBuf = named.clone().unwrap_or_else(|| context.cwd.join(BASELINE));
    let shown = context.shown(&path);
    if options.write_baseline {
        Baseline::write(&report.findings, &path, &shown)?;
    }
    if options.write_baseline || named.is_some() || path.is_file() {
        report.suppressed.baseline = Baseline::read(&path, &shown)?.subtract(&mut report.findings);
    }
    Ok(())
}

/// One run over the histories.
struct Run<'a> {
    options: &'a CheckOptions,
    context: &'a Context<'a>,
    changes: Option<&'a Changes>,
    standings: Option<Standings>,
    app: Option<Since>,
    report: &'a mut CheckReport,
}

impl Run<'_> {
    fn source(&mut self, source: &Source, problems: Vec<Problem>, selection: &Selection) -> Result<(), Error> {
        let (word, runner) = match &self.options.runner {
            Some(word) => runner::named(word, source.history.dialect)?,
            None => runner::of(source),
        };
        let judged = self.judged(source, selection);
        let mut placed = Placed::new(source, self.options);
        if let Some(standings) = &self.standings {
            standings.findings(source, &mut placed);
        }
        if let Some(app) = &self.app {
            clients::findings(self.context.cwd, app, source, &judged, &mut placed);
        }
        let whole = selection.takes_all();
        if whole {
            let changed = self.changes.map(|changes| history::Changed { changes, judged: &judged });
            history::findings(
                source,
                &runner,
                problems,
                changed.as_ref(),
                self.context,
                &mut placed,
                &mut self.report.problems,
            );
        } else {
            self.report.problems.extend(problems);
        }
        let looked = judged.iter().any(|j| *j);
        if looked {
            let done = catch_unwind(AssertUnwindSafe(|| self.look(source, &runner, &judged, &mut placed)));
            if done.is_err() {
                self.report.problems.push(internal(source));
            }
        }
        if whole && self.changes.is_none() {
            rollback::orphans(source, self.context, &mut placed);
        }
        let (findings, ignored) = placed.done(&judged);
        self.report.findings.extend(findings);
        self.report.suppressed.ignored += ignored;
        self.report.histories.push(CheckedHistory {
            tool: source.tool.word(),
            dialect: source.history.dialect.word(),
            dir: source.shown.clone(),
            runner: word,
            migrations: judged.len(),
            checked: judged.iter().filter(|j| **j).count(),
        });
        Ok(())
    }

    /// The rules over the migrations, and what is to be said of their rollbacks.
    fn look(&self, source: &Source, runner: &Runner, judged: &[bool], placed: &mut Placed) {
        let wanted = |rule: &lint::Rule| self.options.wants(rule);
        let options = Options { runner, wanted: &wanted, judged, unshipped: self.unshipped(source) };
        let rollbacks = rollback::Rollbacks::of(source, self.context);
        let mut about: Vec<placed::About> = rollbacks.whole(source).into_iter().collect();
        let hazards = lint::lint(&source.history, &options, |at, step| {
            about.extend(rollbacks.findings(source, at, step, self.context));
        });
        for (at, found) in hazards.into_iter().enumerate() {
            for finding in found {
                placed.hazard(at, finding);
            }
        }
        about.into_iter().for_each(|finding| placed.push(finding));
    }

    /// The migrations to look at.
    fn judged(&self, source: &Source, selection: &Selection) -> Vec<bool> {
        let all = source.history.migrations.iter().zip(&source.places).enumerate();
        let applied = self.standings.as_ref().filter(|_| !self.options.every).map(Standings::applied);
        let is_past = |at: usize| applied.as_ref().is_some_and(|applied| applied[at]);
        all.map(|(at, (migration, place))| {
            let changed = self.changes.is_none_or(|c| {
                c.added.contains(&place.up) || c.edited.contains(&place.up) || c.edited.contains(&place.down)
            });
            // What a database has run is no hazard to it any more.
            let is_past = is_past(at) && selection.takes_all();
            selection.takes(migration, place) && changed && !place.refused && !is_past
        })
        .collect()
    }

    /// The first migration from which on all are new.
    fn unshipped(&self, source: &Source) -> Option<usize> {
        let count = source.places.len();
        if let Some(standings) = &self.standings {
            return Some(count - standings.applied().iter().rev().take_while(|applied| !**applied).count());
        }
        let changes = self.changes?;
        let new = source.places.iter().rev().take_while(|p| changes.added.contains(&p.up)).count();
        Some(count - new)
    }
}

fn internal(source: &Source) -> Problem {
    Problem::error(
        "internal",
        format!("unmigrate failed over the history in `{}`: a defect of its own", source.shown),
        "please report it with the migration folder, or as much of it as can be shown",
    )
    .at(source.shown.clone())
}

/// Every rule over changes, for those who list them.
pub fn hazards() -> &'static [lint::Rule] {
    rule::RULES
}
