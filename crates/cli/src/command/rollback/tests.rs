//! The command line of `rollback`, with a run in its place that says what it is asked for and asks as the app does.

use super::super::Session;
use super::*;
use crate::args::FormatArgs;
use crate::output::rollback_example as example;
use crate::{Streams, Variables};
use clap::Parser;
use std::cell::RefCell;
use std::time::Duration;
use unmigrate_app::NoConfig;
use unmigrate_app::site::{Answer, Asked, Proposal};
use unmigrate_app::verify::Secret;

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    args: RollbackArgs,
    #[command(flatten)]
    format: FormatArgs,
}

/// Who sits there.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Terminal,
    /// A terminal whose talk goes into a file.
    Blind,
    Pipe,
}

struct Ran {
    code: i32,
    out: String,
    err: String,
    request: Option<RollbackRequest>,
    answer: Option<Answer>,
}

/// What the app does with an answer, in short.
fn settled(answer: &Answer, protected: bool) -> Option<Error> {
    let error = |code| Some(Error::error(code, "in short", "--confirm shop"));
    match answer {
        Answer::Yes if !protected => None,
        Answer::Name(name) if name == "shop" => None,
        Answer::Name(_) => error("wrong-name"),
        Answer::No => error("declined"),
        Answer::Yes | Answer::Nobody => error("unconfirmed"),
    }
}

fn ran(line: &[&str], class: &str, at: At, typed: &str) -> Ran {
    let line = Line::try_parse_from([&["rollback"], line].concat()).unwrap();
    let (mut out, mut err) = (vec![], vec![]);
    let (seen, answered) = (RefCell::new(None), RefCell::new(None));
    let protected = class != "local";
    let walk = |request: &RollbackRequest, around: Around| {
        *seen.borrow_mut() = Some(request.clone());
        let report = |state| example::report(class, state);
        if request.dry_run || request.out.is_some() {
            return Ok(report(OutcomeState::Planned));
        }
        let (target, plan) = (example::target(class), example::plan());
        if request.confirm.is_none() {
            let asked =
                Asked { target: &target, proposal: Proposal::Rollback(&plan), name: protected.then_some("shop") };
            let answer = around.ask.confirm(&asked);
            let refused = settled(&answer, protected);
            *answered.borrow_mut() = Some(answer);
            if let Some(error) = refused {
                return Err(error);
            }
        }
        around.watch.waits(None, &[], Duration::from_secs(1));
        Ok(report(OutcomeState::Done))
    };
    let variables = Variables::new(|name| (name == "APP_URL").then(|| "postgres://me:hunter2@db/shop".into()));
    let env = Env {
        cwd: "/project".into(),
        stdin_is_tty: at != At::Pipe,
        stderr_is_tty: at == At::Terminal,
        no_color: true,
        variables,
        ..Env::default()
    };
    let streams = Streams { input: &mut typed.as_bytes(), out: &mut out, err: &mut err };
    let mut session =
        Session { env: &env, loader: &NoConfig, embedded: std::sync::Arc::new(unmigrate_app::NoEmbedded), streams };
    let format = line.format.chosen();
    let code = match run(&line.args, format, &mut session, &walk) {
        Ok(code) => code,
        Err(Failure::App(error)) => session.fail(&error, format),
        Err(Failure::Stream(error)) => panic!("{error}"),
    };
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code, out: text(out), err: text(err), request: seen.into_inner(), answer: answered.into_inner() }
}

#[test]
fn every_flag_reaches_the_request() {
    let line = "0002_b 0001_a --steps 2 --to 0000_z --batch --project web --dir drizzle --tool drizzle --dialect sqlite \
                --url-env APP_URL --table ops.log --confirm shop --dry-run --archive --force --continue \
                --lock-timeout 300 --retry 9 --audit audit.jsonl";
    let ran = ran(&line.split_whitespace().collect::<Vec<_>>(), "local", At::Pipe, "");
    let asked = ran.request.unwrap();
    assert_eq!(asked.url.as_ref().map(Secret::expose), Some("postgres://me:hunter2@db/shop"));
    let expected = RollbackRequest {
        cwd: "/project".into(),
        tool: Some("drizzle".into()),
        dialect: Some("sqlite".into()),
        dirs: vec!["drizzle".into()],
        project: vec!["web".into()],
        only: vec!["0002_b".into(), "0001_a".into()],
        steps: Some(2),
        to: Some("0000_z".into()),
        batch: true,
        table: Some("ops.log".into()),
        archive: Some(true),
        force: true,
        dry_run: true,
        go_on: true,
        confirm: Some("shop".into()),
        lock_timeout: Some(300),
        retry: Some(9),
        audit: Some("audit.jsonl".into()),
        url: None,
        out: None,
        plan: None,
        abort: false,
    };
    assert_eq!(format!("{:?}", RollbackRequest { url: None, ..asked }), format!("{expected:?}"));
}

#[test]
fn a_plan_is_a_file_by_its_name() {
    let asked = |line: &[&str]| ran(line, "local", At::Pipe, "").request.unwrap();
    let plan = asked(&["plan.JSON", "--confirm", "shop"]);
    assert_eq!((plan.plan, plan.only), (Some(PathBuf::from("plan.JSON")), vec![]));
    let others = asked(&["--no-archive", "--abort", "--out", "p.json"]);
    assert_eq!((others.archive, others.abort, others.out), (Some(false), true, Some(PathBuf::from("p.json"))));
    let both = ran(&["plan.json", "0001_a"], "local", At::Pipe, "");
    assert_eq!((both.code, both.request.is_none()), (FAILED, true));
    assert!(both.err.contains("error[invalid-option]"), "{}", both.err);
}

#[test]
fn words_that_contradict_each_other_or_are_none() {
    for line in [
        "--continue --abort",
        "--archive --no-archive",
        "--url a --url-env B",
        "--dry-run --out p.json",
        "--steps 0",
        "--lock-timeout 901",
        "--lock-timeout 0",
        "--confirm",
        "--yes",
    ] {
        let words: Vec<&str> = ["rollback"].into_iter().chain(line.split(' ')).collect();
        assert!(Line::try_parse_from(words).is_err(), "{line}");
    }
    let secret = ran(&["--url-env", "postgres://me:hunter2@db"], "local", At::Pipe, "");
    assert_eq!(secret.code, FAILED);
    assert!(secret.err.contains("error[no-such-variable]") && !secret.err.contains("hunter2"), "{}", secret.err);
}

#[test]
fn nobody_to_ask_is_told_the_command() {
    let line = ["0001_a", "--steps", "1", "--url", "postgres://me:hunter2@db/shop", "--no-archive"];
    for at in [At::Pipe, At::Blind] {
        let ran = ran(&line, "protected", at, "shop\n");
        assert_eq!((ran.code, ran.answer, ran.out.as_str()), (FAILED, Some(Answer::Nobody), ""));
        let command = "unmigrate rollback 0001_a --steps 1 --no-archive --url '...' --confirm shop   to do it";
        assert!(ran.err.contains(command) && !ran.err.contains("hunter2"), "{}", ran.err);
        assert!(!ran.err.contains("Type the database's name"), "{}", ran.err);
    }
    let json = ran(&["--json"], "local", At::Terminal, "y\n");
    assert_eq!((json.code, json.answer, json.err.as_str()), (FAILED, Some(Answer::Nobody), ""));
    assert!(json.out.contains("\"code\": \"unconfirmed\""), "{}", json.out);
}

#[test]
fn what_is_typed() {
    let long = format!("{}\n", "y".repeat(2000));
    for (class, typed, answer, code) in [
        ("local", "y\n", Answer::Yes, FINE),
        ("local", " YES \r\n", Answer::Yes, FINE),
        ("local", "\n", Answer::No, ATTENTION),
        ("local", "n\n", Answer::No, ATTENTION),
        ("local", "shop\n", Answer::No, ATTENTION),
        ("local", "y", Answer::Yes, FINE),
        ("local", "", Answer::Nobody, FAILED),
        ("local", &long, Answer::Nobody, FAILED),
        ("protected", "shop\n", Answer::Name("shop".into()), FINE),
        ("unknown", "shop\nmore", Answer::Name("shop".into()), FINE),
        ("protected", "y\n", Answer::Name("y".into()), FAILED),
        ("protected", "Shop\n", Answer::Name("Shop".into()), FAILED),
        ("protected", "\n", Answer::No, ATTENTION),
    ] {
        let ran = ran(&[], class, At::Terminal, typed);
        assert_eq!((ran.answer, ran.code), (Some(answer), code), "{class} {typed:?}");
        assert_eq!(ran.out.matches("rollback on shop").count(), 1, "the plan is shown before, once: {}", ran.out);
        assert_eq!(ran.out.contains("undone 20260103_index"), code == FINE, "{}", ran.out);
        assert!(ran.err.contains("[y/N]") || ran.err.contains("Type the database's name"), "{}", ran.err);
    }
}

#[test]
fn what_was_confirmed_is_not_asked() {
    let done = ran(&["--confirm", "shop"], "protected", At::Terminal, "");
    assert_eq!((done.code, done.answer), (FINE, None));
    assert!(done.out.starts_with("rollback on shop") && done.out.contains("undone 20260103_index"), "{}", done.out);
    assert_eq!(done.err, "waiting for the lock of another run or deploy  next try in 1.0 s\n");
    let json = ran(&["--confirm", "shop", "--json"], "protected", At::Terminal, "");
    assert!(json.out.starts_with("{\n  \"version\": 1,\n  \"target\"") && json.err.is_empty(), "{}", json.err);
}

#[test]
fn a_plan_alone() {
    let dry = ran(&["--dry-run", "--batch"], "protected", At::Pipe, "");
    assert_eq!(dry.code, FINE);
    assert!(dry.out.contains("DROP INDEX CONCURRENTLY") && dry.out.ends_with("locks waited for 2 s\n"), "{}", dry.out);
    assert!(dry.err.contains("unmigrate rollback --batch --confirm shop  does it"), "{}", dry.err);
    let saved = ran(&["0001_a", "--force", "--out", "my plan.json"], "protected", At::Pipe, "");
    assert!(saved.out.contains("written the plan, in my plan.json"), "{}", saved.out);
    assert!(saved.err.contains("unmigrate rollback 'my plan.json' --confirm shop  does it"), "{}", saved.err);
}

#[test]
fn exit_codes_of_what_stopped() {
    for (found, expected) in [("rows-forbid", ATTENTION), ("locked", ATTENTION), ("statement-failed", FAILED)] {
        let mut report = example::report("local", OutcomeState::Unchanged);
        assert_eq!(code(&report), FINE, "taken back, as asked");
        report.problems.push(Problem::warning("also-runs", "", ""));
        assert_eq!(code(&report), FINE);
        report.problems.push(Problem::error(found, "", ""));
        assert_eq!(code(&report), expected, "{found}");
    }
    assert_eq!(code(&example::report("local", OutcomeState::Continuable)), FAILED);
}
