//! `expand`, `backfill`, `contract` and `plan`: arguments in, an app call, words out.

use super::{Outcome, Session, page, request};
use crate::args::{BackfillArgs, ContractArgs, ExpandArgs, Format, PlanArgs};
use crate::filling::{Bar, JsonLines};
use crate::output::{html, human};
use crate::{ATTENTION, FAILED, FINE, progress};
use unmigrate_app::Error;
use unmigrate_app::expand::{BackfillOptions, ContractOptions, ExpandOptions, Filling, Silent, Where};

/// Where nothing was written because something is for a person to decide. With any other code it failed.
const TO_DECIDE: [&str; 7] = [
    "already-applied",
    "already-contracted",
    "already-expanded",
    "maybe-applied",
    "not-applied",
    "not-last",
    "several-plans",
];

pub fn expand(args: &ExpandArgs, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    let request = request(&args.selection, session.env);
    let options = ExpandOptions {
        rename: args.rename.clone(),
        no_rename: args.no_rename.clone(),
        fill: args.fill.clone(),
        convert: args.convert.clone(),
        convert_back: args.convert_back.clone(),
        value: args.value.clone(),
        value_back: args.value_back.clone(),
        r#move: args.r#move.clone(),
        by: args.by.clone(),
        missing: args.missing.clone(),
        decisions: args.decisions.clone(),
        url: super::url::of(&args.database, session.env)?,
        not_applied: args.not_applied,
        write: args.write,
        release: args.release,
        abort: args.abort,
    };
    let variable = |name: &str| session.env.variables.get(name);
    let around = Where { loader: session.loader, variable: &variable };
    let report = match unmigrate_app::expand::expand(&request, &options, &around) {
        Ok(report) => report,
        Err(error) => return failed(&error, format, session),
    };
    match format {
        Format::Json => session.json(&report)?,
        _ => {
            session.say(&human::expand::expanded(&report, &word(args), args.write))?;
            session.talk(&human::expand::asked(&report))?;
        }
    }
    Ok(if report.questions.is_empty() && report.refusals.is_empty() { FINE } else { ATTENTION })
}

pub fn backfill(args: &BackfillArgs, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    let request = request(&args.selection, session.env);
    let options = BackfillOptions {
        url: super::url::of(&args.database, session.env)?,
        batch: args.batch,
        workers: args.workers.and_then(|n| usize::try_from(n).ok()),
        rest: args.rest,
        pause_file: args.pause_file.clone(),
        max_lag: args.max_lag,
        no_indexes: args.no_indexes,
        status: args.status,
        module: args.module.clone(),
    };
    let variable = |name: &str| session.env.variables.get(name);
    let around = Where { loader: session.loader, variable: &variable };
    let bar = session.may_spin(format).then(Bar::on_stderr);
    let done = {
        let lines = JsonLines::on(&mut *session.streams.err);
        let watch: &dyn Filling = match (&bar, format) {
            (Some(bar), _) => bar,
            (None, Format::Json) => &lines,
            (None, _) => &Silent,
        };
        unmigrate_app::expand::backfill(&request, &options, &around, watch)
    };
    drop(bar);
    let report = match done {
        Ok(report) => report,
        Err(error) => return failed(&error, format, session),
    };
    match format {
        Format::Json => session.json(&report)?,
        _ => {
            session.say(&human::expand::filled(&report, args.status))?;
            session.talk(&human::expand::told(&report.problems))?;
        }
    }
    Ok(match (report.problems.is_empty(), report.left) {
        (false, _) => FAILED,
        (true, 0) => FINE,
        (true, _) => ATTENTION,
    })
}

pub fn contract(args: &ContractArgs, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    let request = request(&args.selection, session.env);
    let options = ContractOptions {
        url: super::url::of(&args.database, session.env)?,
        skip_gate: args.skip_gate.clone(),
        reason: args.reason.clone(),
        app: args.app.clone(),
        write: args.write,
    };
    let variable = |name: &str| session.env.variables.get(name);
    let around = Where { loader: session.loader, variable: &variable };
    let spins = session.may_spin(format);
    let done =
        progress::during(spins, "asking the gates", || unmigrate_app::expand::contract(&request, &options, &around));
    let report = match done {
        Ok(report) => report,
        Err(error) => return failed(&error, format, session),
    };
    match format {
        Format::Json => session.json(&report)?,
        _ => {
            session.say(&human::expand::contracted(&report, args.write))?;
            session.talk(&human::expand::told(&report.problems))?;
        }
    }
    Ok(if report.contract.is_some() { FINE } else { ATTENTION })
}

pub fn plan(args: &PlanArgs, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    let request = request(&args.selection, session.env);
    let plan = match unmigrate_app::expand::plan(&request, session.loader) {
        Ok(plan) => plan,
        Err(error) => return failed(&error, format, session),
    };
    if let Some(file) = &args.html {
        page::may_be_written(file, session.env)?;
        page::write(file, &html::planned(&plan), session.env)?;
    }
    match format {
        Format::Json => session.json(&plan)?,
        _ if args.mermaid => session.say(&unmigrate_app::expand::mermaid(&plan))?,
        _ => session.say(&human::expand::planned(&plan, args.diff))?,
    }
    Ok(FINE)
}

/// What was done.
fn word(args: &ExpandArgs) -> String {
    match (args.release, args.abort) {
        (Some(release), _) => format!("the schema with {}", release.word()),
        (None, true) => "as it was".to_owned(),
        (None, false) => "expanded".to_owned(),
    }
}

fn failed(error: &Error, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    session.fail(error, format);
    Ok(if TO_DECIDE.contains(&error.code) { ATTENTION } else { FAILED })
}
