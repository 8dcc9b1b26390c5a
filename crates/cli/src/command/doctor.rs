//! `doctor`: says what is wrong, and mends what it is asked to.

use super::again::Again;
use super::terminal::{Told, at_terminal};
use super::{Failure, Outcome, Session};
use crate::args::{DoctorArgs, Format};
use crate::output::human;
use crate::{ATTENTION, Env, FAILED, FINE};
use unmigrate_app::doctor::{DoctorReport, DoctorRequest, Fix};
use unmigrate_app::site::Around;
use unmigrate_app::{Error, Problem, Severity};

/// The app's `doctor`.
pub type Doctor<'a> = &'a dyn Fn(&DoctorRequest, Around) -> Result<DoctorReport, Error>;

/// Where nothing was run, or it stopped, because something is for a person to decide or to fix.
const TO_DECIDE: [&str; 14] = [
    "busy",
    "declined",
    "locked",
    "no-undo",
    "not-last",
    "nothing-to-mend",
    "plan-moved",
    "rows-forbid",
    "tracking-refused",
    "unconfirmed",
    "unfinished",
    "untold-statements",
    "upgrade-blocked",
    "wrong-name",
];

pub fn run(args: &DoctorArgs, format: Format, session: &mut Session<'_, '_>, doctor: Doctor<'_>) -> Outcome {
    let request = request(args, session.env)?;
    let asked = Told::default();
    let report = match at_terminal(format, session, &asked, |around| doctor(&request, around)) {
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
    match &report.plan {
        None => session.say(&human::doctor::findings(&report))?,
        Some(plan) if !asked.plan.get() => {
            let statements = match request.dry_run {
                true => human::rollback::Statements::All,
                false => human::rollback::Statements::Counted,
            };
            session.say(&human::doctor::plan(&report.target, plan, statements))?;
        }
        Some(_) => {}
    }
    session.say(&human::doctor::outcome(&report))?;
    session.talk(&human::doctor::after_doctor(&report, &again(args, &report.target.database)))?;
    Ok(code(&report))
}

/// The command that does it, to be pasted.
fn again(args: &DoctorArgs, database: &str) -> String {
    let mut again = Again::of("doctor");
    again.flag("--fix", args.fix.clone());
    args.names.iter().for_each(|name| again.value(name));
    again.flag("--done", args.done.map(|n| n.to_string()));
    again.flag("--engine", args.scratch.engine.clone());
    again.flag("--scratch-url-env", args.scratch.scratch_url_env.clone());
    again.switch("--scratch-url '...'", args.scratch.scratch_url.is_some());
    again.switch("--archive", args.keep.archive);
    again.switch("--no-archive", args.keep.no_archive);
    again.site(&args.site, &args.table, &args.locks);
    again.confirming(database)
}

fn request(args: &DoctorArgs, env: &Env) -> Result<DoctorRequest, Failure> {
    let fix = args.fix.as_deref().map(|word| Fix::from_word(word).ok_or_else(|| no_such_fix(word))).transpose()?;
    let (scratch, site) = (&args.scratch, &args.site);
    Ok(DoctorRequest {
        cwd: env.cwd.clone(),
        tool: site.history.tool.clone(),
        dialect: site.history.dialect.clone(),
        dirs: site.history.dir.clone(),
        project: site.history.project.clone(),
        url: super::url::of(&site.database, env)?,
        table: args.table.clone(),
        fix,
        only: args.names.clone(),
        done: args.done,
        engine: scratch.engine.clone(),
        scratch_url: super::verify::scratch_url(scratch, env)?,
        archive: args.keep.wish(),
        dry_run: site.dry_run,
        confirm: site.confirm.clone(),
        lock_timeout: args.locks.lock_timeout,
        retry: args.locks.retry,
        audit: site.audit.clone(),
    })
}

fn no_such_fix(word: &str) -> Error {
    Error::error(
        "invalid-option",
        format!("`--fix {word}` is nothing that can be mended"),
        "use one of forward, undo, tracking, orphans, indexes, files",
    )
}

fn code(report: &DoctorReport) -> i32 {
    let stopped = report.problems.iter().find(|problem| problem.severity == Severity::Error);
    match (stopped, report.needs_attention()) {
        (Some(problem), _) => code_of(problem),
        (None, true) => ATTENTION,
        (None, false) => FINE,
    }
}

fn code_of(problem: &Problem) -> i32 {
    if TO_DECIDE.contains(&problem.code) { ATTENTION } else { FAILED }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{painted, rollback_example as example};
    use clap::Parser;
    use unmigrate_app::doctor::{Effect, Finding, HalfReport, StatementEffect};

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: DoctorArgs,
    }

    fn report() -> DoctorReport {
        let statement = |line, sql: &str, effect: Effect| StatementEffect {
            line,
            sql: sql.into(),
            effect: effect.word(),
            refused: None,
        };
        DoctorReport {
            version: 1,
            target: example::target("local"),
            findings: vec![Finding {
                problem: Problem::error(
                    "half-applied",
                    "1 of the 2 statements of `m` have happened here.",
                    "unmigrate doctor --fix forward m",
                ),
                migration: Some("m".into()),
                fixes: vec!["forward", "undo"],
            }],
            half: vec![HalfReport {
                name: "m".into(),
                file: "m.sql".into(),
                begun: true,
                compared_with: Some("SQLite 3.53".into()),
                statements: vec![
                    statement(1, "ALTER TABLE a\n  DROP b", Effect::Happened),
                    statement(3, "UPDATE a SET c = 1", Effect::Untold),
                ],
            }],
            plan: None,
            outcome: None,
            moved: vec![],
            problems: vec![],
        }
    }

    #[test]
    fn what_is_found_and_how_far_it_came() {
        let text = painted(&human::doctor::findings(&report()), false).into_owned();
        let wanted = "  m  begun, not finished; compared with SQLite 3.53\n    \
                      happened  ALTER TABLE a DROP b  m.sql:1\n    untold    UPDATE a SET c = 1  m.sql:3\n\n\
                      error[half-applied]: 1 of the 2 statements of `m` have happened here.\n  \
                      help unmigrate doctor --fix forward m\n";
        assert!(text.starts_with("doctor on shop ") && text.contains(wanted), "{text}");
        assert_eq!(code(&report()), ATTENTION);
        let well = DoctorReport { findings: vec![], half: vec![], ..report() };
        assert!(human::doctor::findings(&well).contains("nothing is wrong") && code(&well) == FINE);
    }

    #[test]
    fn the_command_that_does_it() {
        let line = ["doctor", "--fix", "undo", "it's", "--done", "2", "--url-env", "URL", "--no-archive", "--dry-run"];
        let args = Line::try_parse_from(line).unwrap().args;
        assert_eq!(
            again(&args, "shop"),
            "unmigrate doctor --fix undo 'it'\\''s' --done 2 --no-archive --url-env URL --confirm shop"
        );
        let secret = Line::try_parse_from(["doctor", "--url", "postgres://me:hunter2@h/x"]).unwrap().args;
        assert!(!again(&secret, "x").contains("hunter2"));
    }
}
