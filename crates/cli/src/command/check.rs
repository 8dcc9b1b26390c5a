//! `check`: what migrations will do, and what is wrong with the history and its rollbacks.

use super::fixing::{self, Asked};
use super::{Failure, Outcome, Session, request};
use crate::args::{CheckArgs, Format};
use crate::output::check::{fixes, github, gitlab, human, junit, markdown, sarif};
use crate::output::github::Root;
use crate::{ATTENTION, Env, FAILED, FINE, progress};
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use unmigrate_app::Error;
use unmigrate_app::check::{CheckOptions, CheckReport, Fixes, check_fixing, check_with};

/// How wide a finding is drawn where there is no terminal.
const WIDTH: usize = 120;

pub fn run(args: &CheckArgs, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    if args.rules {
        session.say(&human::listed())?;
        return Ok(FINE);
    }
    let options = options(args, session.env)?;
    let request = request(&args.selection, session.env);
    let variables = session.env.variables;
    let (loader, variable) = (session.loader, |name: &str| variables.get(name));
    let mut asked = Asked::Not;
    let report = if options.fixes() {
        check_fixing(&request, &options, loader, &variable, &mut |fixes| {
            asked = if options.yes { Asked::Not } else { fixing::ask(fixes, format, session) };
            options.yes || asked == Asked::Yes
        })?
    } else {
        progress::during(session.may_spin(format), "reading the migrations", || {
            check_with(&request, &options, loader, &variable)
        })?
    };
    let root = Root::of(session.env);
    match format {
        Format::Json => session.json(&report)?,
        Format::Gitlab => session.json(&gitlab::report(&report, &root))?,
        Format::Sarif => session.json(&sarif::log(&report, &root))?,
        Format::Github => session.raw(&github::annotations(&report, &root))?,
        Format::Junit => session.raw(&junit::document(&report))?,
        Format::Markdown => session.raw(&markdown::page(&report))?,
        Format::Human => {
            if let Some(fixes) = &report.fixes {
                fixed(fixes, asked, session)?;
            }
            session.say(&human::findings(&report, session.env.columns.unwrap_or(WIDTH)))?;
            session.talk(&human::after(&report))?;
        }
    }
    if args.summary {
        summary(&report, session.env)?;
    }
    if asked == Asked::Nobody {
        session.talk("nothing was written: --yes writes it, where there is no terminal to ask at\n")?;
        return Ok(FAILED);
    }
    Ok(if report.needs_attention() || asked == Asked::No { ATTENTION } else { FINE })
}

/// What was written or would be, where it is not on the screen already.
fn fixed(written: &Fixes, asked: Asked, session: &mut Session<'_, '_>) -> Result<(), Failure> {
    if !matches!(asked, Asked::Yes | Asked::No) {
        session.say(&fixes::diffs(written))?;
    }
    if asked != Asked::No {
        session.talk(&fixes::told(written))?;
    }
    Ok(())
}

fn options(args: &CheckArgs, env: &Env) -> Result<CheckOptions, Error> {
    let mut rules = BTreeMap::new();
    for word in &args.rule {
        let Some((rule, weight)) = word.split_once('=') else {
            return Err(Error::error(
                "invalid-option",
                format!("`--rule {word}` does not say what the rule's findings weigh"),
                "--rule drop-index=off, or note, warning, error",
            ));
        };
        rules.insert(rule.trim().to_owned(), weight.trim().to_owned());
    }
    let get = |name: &str| env.variables.get(name);
    let in_ci = get("CI").is_some_and(|v| v != "false" && v != "0") && !args.all;
    Ok(CheckOptions {
        changed: args.changed.clone(),
        changed_in_ci: in_ci,
        every: args.all,
        default_branch: get("GITHUB_BASE_REF").or_else(|| get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")),
        app: args.app.clone(),
        db: super::url::given(&args.db, &args.db_env, "--db-env", env)?,
        runner: args.runner.clone(),
        style: args.style.then_some(true),
        strict: args.strict.then_some(true),
        baseline: args.baseline.clone(),
        write_baseline: args.write_baseline,
        fix: args.fix,
        fix_rule: args.fix_rule.clone(),
        rename: args.rename.clone(),
        yes: args.yes,
        rules,
    })
}

/// Adds the report to the job's page.
fn summary(report: &CheckReport, env: &Env) -> Result<(), Failure> {
    let Some(path) = env.variables.get("GITHUB_STEP_SUMMARY") else {
        return Err(Error::error(
            "invalid-option",
            "--summary has no page to write to: GITHUB_STEP_SUMMARY is not set",
            "it is set in GitHub's workflows; elsewhere use --format markdown",
        )
        .into());
    };
    let mut file = OpenOptions::new().append(true).create(true).open(env.cwd.join(path))?;
    file.write_all(markdown::page(report).as_bytes())?;
    Ok(())
}
