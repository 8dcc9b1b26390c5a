//! `rollback`: shows the plan, asks, runs it and says what came of it.

use super::{Failure, Outcome, Session};
use crate::args::{Format, RollbackArgs};
use crate::output::{human, painted};
use crate::{ATTENTION, Env, FAILED, FINE};
use std::cell::{Cell, RefCell};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::Duration;
use unmigrate_app::execute::{Holder, Watch};
use unmigrate_app::rollback::{Answer, Around, Asked, Confirm, OutcomeState, RollbackReport, RollbackRequest};
use unmigrate_app::{Error, Problem, Severity, pasted};
use unmigrate_kernel::plan::{Phase, Step};

/// The app's `rollback`.
pub type Rollback<'a> = &'a dyn Fn(&RollbackRequest, Around) -> Result<RollbackReport, Error>;

/// Where nothing was run, or it stopped, because something is for a person to decide or to fix. With any other code the
/// database failed, or the command line is not one that can be run.
const TO_DECIDE: [&str; 16] = [
    "applied-without-file",
    "busy",
    "declined",
    "edited-after-applied",
    "half-applied",
    "left-to-a-person",
    "locked",
    "never-run-here",
    "no-rollback",
    "no-way-back",
    "not-last",
    "nothing-applied",
    "plan-moved",
    "rows-forbid",
    "stale-rollback",
    "unfinished",
];
/// No name of a database is longer, and whoever types more is no person.
const LONGEST_ANSWER: usize = 1024;

pub fn run(args: &RollbackArgs, format: Format, session: &mut Session<'_, '_>, rollback: Rollback<'_>) -> Outcome {
    let request = request(args, session.env)?;
    let asked = Told::default();
    let done = watched(&request, format, session, rollback, &asked);
    let report = match done {
        Ok(report) => report,
        Err(mut error) => {
            if let Some(database) = asked.unanswered.borrow().as_deref() {
                error.help = format!("{}   to do it; --dry-run   to look", again(args, database));
            }
            session.fail(&error, format);
            return Ok(code_of(&error));
        }
    };
    if format == Format::Json {
        session.json(&report)?;
        return Ok(code(&report));
    }
    if !asked.plan.get() {
        session.say(&human::rollback::plan(&report.target, &report.plan, detail(&request)))?;
    }
    let saved = request.out.as_deref().map(|path| path.display().to_string());
    session.say(&human::rollback::outcome(&report, saved.as_deref()))?;
    session.talk(&human::rollback::after_rollback(&report, &again(args, &report.target.database)))?;
    Ok(code(&report))
}

/// What was told while the streams were lent to the app.
#[derive(Default)]
struct Told {
    /// The plan is on the screen.
    plan: Cell<bool>,
    /// There was nobody to ask, about this database.
    unanswered: RefCell<Option<String>>,
}

/// The command that does it, to be pasted. A URL may hold a password, and is not repeated.
fn again(args: &RollbackArgs, database: &str) -> String {
    let mut words = vec!["unmigrate rollback".to_owned()];
    match &args.out {
        Some(file) => words.push(pasted(&file.display().to_string())),
        None => words.extend(args.names.iter().map(|name| pasted(name))),
    }
    let mut flag = |flag: &str, value: Option<String>| {
        words.extend(value.map(|value| format!("{flag} {}", pasted(&value))));
    };
    if args.out.is_none() {
        flag("--steps", args.steps.map(|n| n.to_string()));
        flag("--to", args.to.clone());
    }
    args.project.iter().for_each(|project| flag("--project", Some(project.clone())));
    args.dir.iter().for_each(|dir| flag("--dir", Some(dir.display().to_string())));
    flag("--tool", args.tool.clone());
    flag("--dialect", args.dialect.clone());
    flag("--table", args.table.clone());
    flag("--url-env", args.url_env.clone());
    flag("--lock-timeout", args.lock_timeout.map(|n| n.to_string()));
    flag("--retry", args.retry.map(|n| n.to_string()));
    flag("--audit", args.audit.as_ref().map(|path| path.display().to_string()));
    let planned = args.out.is_some();
    for (word, given) in [
        ("--batch", args.batch && !planned),
        ("--archive", args.archive && !planned),
        ("--no-archive", args.no_archive && !planned),
        ("--force", args.force && !planned),
        ("--continue", args.go_on),
        ("--abort", args.abort),
        ("--url '...'", args.url.is_some()),
    ] {
        words.extend(given.then(|| word.to_owned()));
    }
    words.push(format!("--confirm {}", pasted(database)));
    words.join(" ")
}

fn detail(request: &RollbackRequest) -> human::rollback::Statements {
    if request.dry_run { human::rollback::Statements::All } else { human::rollback::Statements::Counted }
}

/// Runs it. On a terminal it asks there, and says on what it waits; beside JSON there is nobody to ask.
fn watched(
    request: &RollbackRequest,
    format: Format,
    session: &mut Session<'_, '_>,
    rollback: Rollback<'_>,
    told: &Told,
) -> Result<RollbackReport, Error> {
    let (env, loader) = (session.env, session.loader);
    let talks = format == Format::Human;
    let err = RefCell::new(&mut *session.streams.err);
    let talk = Talk { err: &err, colors: env.colors_err() };
    let mut ask = AtTerminal {
        // A question that nobody sees is none that somebody answers.
        open: talks && env.stdin_is_tty && env.stderr_is_tty,
        input: &mut *session.streams.input,
        out: &mut *session.streams.out,
        colors: env.colors_out(),
        talk: &talk,
        told,
    };
    let mut watch = Telling { talk: &talk, talks, phase: String::new(), sql: None };
    let variable = |name: &str| env.variables.get(name);
    rollback(request, Around { loader, variable: &variable, ask: &mut ask, watch: &mut watch })
}

fn request(args: &RollbackArgs, env: &Env) -> Result<RollbackRequest, Failure> {
    let (only, plan) = names(&args.names)?;
    let archive = match (args.archive, args.no_archive) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    Ok(RollbackRequest {
        cwd: env.cwd.clone(),
        tool: args.tool.clone(),
        dialect: args.dialect.clone(),
        dirs: args.dir.clone(),
        project: args.project.clone(),
        url: super::verify::url(&args.url, &args.url_env, "--url-env", env)?,
        only,
        steps: args.steps.map(|n| n as usize),
        to: args.to.clone(),
        batch: args.batch,
        table: args.table.clone(),
        archive,
        force: args.force,
        dry_run: args.dry_run,
        out: args.out.clone(),
        plan,
        go_on: args.go_on,
        abort: args.abort,
        confirm: args.confirm.clone(),
        lock_timeout: args.lock_timeout,
        retry: args.retry,
        audit: args.audit.clone(),
    })
}

/// Migrations, or the one file of a plan.
fn names(given: &[String]) -> Result<(Vec<String>, Option<PathBuf>), Error> {
    match given {
        [file] if is_plan(file) => Ok((vec![], Some(PathBuf::from(file)))),
        all if all.iter().any(|name| is_plan(name)) => Err(Error::error(
            "invalid-option",
            "a plan says itself which migrations it undoes: nothing stands beside its file",
            "unmigrate rollback plan.json",
        )),
        all => Ok((all.to_vec(), None)),
    }
}

fn is_plan(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".json")
}

/// The exit code of what came of it.
fn code(report: &RollbackReport) -> i32 {
    let stopped = report.problems.iter().find(|problem| problem.severity == Severity::Error);
    match stopped {
        Some(problem) => code_of(problem),
        None if matches!(report.outcome.state, OutcomeState::Continuable | OutcomeState::Unknown) => FAILED,
        None => FINE,
    }
}

fn code_of(problem: &Problem) -> i32 {
    if TO_DECIDE.contains(&problem.code) { ATTENTION } else { FAILED }
}

/// Talk while the streams are lent to the app: the question and the waiting go to the same place.
struct Talk<'a, 's> {
    err: &'a RefCell<&'a mut (dyn Write + Send + 's)>,
    colors: bool,
}

impl Talk<'_, '_> {
    fn say(&self, text: &str) -> io::Result<()> {
        let mut err = self.err.borrow_mut();
        err.write_all(painted(text, self.colors).as_bytes())?;
        err.flush()
    }
}

/// Shows the plan as data, asks as talk, and reads a line.
struct AtTerminal<'a, 's> {
    open: bool,
    input: &'a mut (dyn Read + 's),
    out: &'a mut (dyn Write + 's),
    colors: bool,
    talk: &'a Talk<'a, 's>,
    told: &'a Told,
}

impl Confirm for AtTerminal<'_, '_> {
    fn confirm(&mut self, asked: &Asked) -> Answer {
        // Who has not seen the plan and the question has not said yes to them.
        let line = if self.open { self.asked(asked).unwrap_or_default() } else { None };
        match line {
            Some(line) => answer(&line, asked.name),
            None => {
                *self.told.unanswered.borrow_mut() = Some(asked.target.database.clone());
                Answer::Nobody
            }
        }
    }
}

impl AtTerminal<'_, '_> {
    /// The line that was typed; none where there is none.
    fn asked(&mut self, asked: &Asked) -> io::Result<Option<String>> {
        let plan = human::rollback::plan(asked.target, asked.plan, human::rollback::Statements::Counted);
        self.out.write_all(painted(&plan, self.colors).as_bytes())?;
        self.out.flush()?;
        self.told.plan.set(true);
        self.talk.say(&human::rollback::question(asked))?;
        line(self.input)
    }
}

/// A line without its end. None where the input ends before anything is typed, or the line is no person's.
fn line(input: &mut dyn Read) -> io::Result<Option<String>> {
    let mut bytes = vec![];
    let mut byte = [0];
    // Byte by byte: what comes after the line is not ours.
    while input.read(&mut byte)? == 1 && byte[0] != b'\n' {
        bytes.push(byte[0]);
        if bytes.len() > LONGEST_ANSWER {
            return Ok(None);
        }
    }
    if bytes.is_empty() && byte[0] != b'\n' {
        return Ok(None);
    }
    Ok(String::from_utf8(bytes).ok().map(|text| text.trim().to_owned()))
}

/// Enter alone is a no.
fn answer(line: &str, name: Option<&str>) -> Answer {
    match name {
        _ if line.is_empty() => Answer::No,
        Some(_) => Answer::Name(line.to_owned()),
        None if line.eq_ignore_ascii_case("y") || line.eq_ignore_ascii_case("yes") => Answer::Yes,
        None => Answer::No,
    }
}

/// A line for each migration, and for each wait.
struct Telling<'a, 's> {
    talk: &'a Talk<'a, 's>,
    talks: bool,
    /// Of the step that began last.
    phase: String,
    sql: Option<String>,
}

impl Watch for Telling<'_, '_> {
    fn step(&mut self, phase: &Phase, step: &Step, at: usize, of: usize) {
        self.sql = Some(step.sql.clone());
        if self.phase != phase.name {
            self.phase.clone_from(&phase.name);
            self.say(&human::rollback::begins(&phase.name, at, of));
        }
    }

    fn waits(&mut self, step: Option<&Step>, holders: &[Holder], pause: Duration) {
        // Before the first step it is the lock that keeps runs apart.
        let sql = step.map(|step| step.sql.as_str()).or(self.sql.as_deref());
        self.say(&human::rollback::waits(sql, holders, pause));
    }
}

impl Telling<'_, '_> {
    fn say(&self, text: &str) {
        if self.talks {
            // A stream that is closed has no one to be told about it; the run goes on.
            let _ = self.talk.say(text);
        }
    }
}

#[cfg(test)]
mod tests;
