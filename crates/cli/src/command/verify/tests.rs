//! The command line of `verify`, with a walk in its place that says what it is asked for.

use super::super::Session;
use super::*;
use crate::args::FormatArgs;
use crate::command::Failure;
use crate::output::verify_example as example;
use crate::{FAILED, Streams, Variables};
use clap::Parser;
use std::cell::RefCell;
use std::path::Path;
use std::path::PathBuf;
use unmigrate_app::NoConfig;

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    args: VerifyArgs,
    #[command(flatten)]
    format: FormatArgs,
}

struct Ran {
    /// The exit code, or the problem's code and message.
    end: Result<i32, (&'static str, String)>,
    out: String,
    err: String,
    asked: Option<VerifyRequest>,
}

fn env(cwd: &Path) -> Env {
    let variables = Variables::new(|name| match name {
        "UNMIGRATE_SCRATCH_URL" => Some("postgres://from-the-usual-variable".into()),
        "SCRATCH" => Some("postgres://me:hunter2@scratch".into()),
        "EMPTY" => Some(String::new()),
        _ => None,
    });
    Env { cwd: cwd.to_owned(), variables, ..Env::default() }
}

fn run_in(cwd: &Path, line: &[&str], report: &VerifyReport) -> Ran {
    let line = Line::try_parse_from([&["verify"], line].concat()).unwrap();
    let (mut out, mut err) = (vec![], vec![]);
    let asked = RefCell::new(None);
    let walk = |request: &VerifyRequest, _: &dyn ConfigLoader, progress: &dyn Progress| {
        *asked.borrow_mut() = Some(request.clone());
        progress.start(report.migrations().count(), "PostgreSQL 17.2");
        report.migrations().for_each(|m| progress.found(m));
        progress.end();
        Ok(report.clone())
    };
    let env = env(cwd);
    let streams = Streams { input: &mut std::io::empty(), out: &mut out, err: &mut err };
    let mut session =
        Session { env: &env, loader: &NoConfig, embedded: std::sync::Arc::new(unmigrate_app::NoEmbedded), streams };
    let end = run(&line.args, line.format.chosen(), &mut session, &walk).map_err(|failure| match failure {
        Failure::App(error) => (error.code, error.message),
        Failure::Stream(error) => ("stream", error.to_string()),
    });
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { end, out: text(out), err: text(err), asked: asked.into_inner() }
}

fn ran(line: &[&str], report: &VerifyReport) -> Ran {
    let dir = tempfile::tempdir().unwrap();
    example::write_files(dir.path());
    run_in(dir.path(), line, report)
}

#[test]
fn every_flag_reaches_the_request() {
    let line = [
        "0001_a",
        "--dir",
        "drizzle",
        "--dialect",
        "postgresql",
        "--tool",
        "drizzle",
        "--server",
        "postgresql-17",
        "--project",
        "web",
        "--last",
        "3",
        "--changed",
        "origin/main",
        "--plain",
        "sql",
        "--engine",
        "pglite",
        "--scratch-url",
        "postgres://x",
        "--sample-env",
        "SCRATCH",
        "--sample-rows",
        "7",
        "--fresh",
    ];
    let ran = ran(&line, &example::one(example::exact("0001_a")));
    assert_eq!(ran.end, Ok(FINE));
    let asked = ran.asked.unwrap();
    let expected = VerifyRequest {
        cwd: asked.cwd.clone(),
        tool: Some("drizzle".into()),
        dialect: Some("postgresql".into()),
        dirs: vec![PathBuf::from("drizzle")],
        project: vec!["web".into()],
        only: vec!["0001_a".into()],
        server: Some("postgresql-17".into()),
        plain: vec![PathBuf::from("sql")],
        last: Some(3),
        changed: Some("origin/main".into()),
        engine: Some("pglite".into()),
        scratch_url: Some(Secret::new("postgres://x")),
        sample: Some(Secret::new("postgres://me:hunter2@scratch")),
        sample_rows: Some(7),
        fresh: true,
    };
    assert_eq!(asked, expected);
}

#[test]
fn where_the_scratch_url_comes_from() {
    let url = |line: &[&str]| {
        let asked = ran(line, &example::one(example::exact("1"))).asked;
        asked.and_then(|asked| asked.scratch_url).map(|url| url.expose().to_owned())
    };
    assert_eq!(url(&[]).as_deref(), Some("postgres://from-the-usual-variable"));
    assert_eq!(url(&["--scratch-url-env", "SCRATCH"]).as_deref(), Some("postgres://me:hunter2@scratch"));
    assert_eq!(url(&["--scratch-url", "file:x.db"]).as_deref(), Some("file:x.db"));
    assert!(Line::try_parse_from(["verify", "--scratch-url", "x", "--scratch-url-env", "Y"]).is_err());
    assert!(Line::try_parse_from(["verify", "--last", "0"]).is_err());
}

#[test]
fn a_variable_that_is_not_set_is_named_and_a_url_in_its_place_is_not() {
    let problem = |name: &str| {
        let ran = ran(&["--scratch-url-env", name], &example::report());
        assert!(ran.asked.is_none(), "nothing ran");
        ran.end.unwrap_err()
    };
    let words = "the environment variable `EMPTY` that --scratch-url-env names is not set";
    assert_eq!(problem("EMPTY"), ("no-such-variable", words.into()));
    let (code, message) = problem("postgres://me:hunter2@scratch");
    assert!(code == "no-such-variable" && !message.contains("hunter2"), "{message}");
}

#[test]
fn the_exit_code_says_whether_something_needs_a_look() {
    assert_eq!(ran(&[], &example::one(example::exact("1"))).end, Ok(FINE));
    for migration in [example::differing(), example::lying(), example::refused()] {
        for line in [&[][..], &["--json"], &["--format", "github"], &["--all", "--fresh"]] {
            assert_eq!(ran(line, &example::one(migration.clone())).end, Ok(ATTENTION));
        }
    }
    assert_eq!(ran(&[], &example::nothing_ran()).end, Ok(ATTENTION), "unverified is not passed");
}

#[test]
fn data_is_on_stdout_and_talk_on_stderr() {
    let human = ran(&[], &example::report());
    assert!(human.out.starts_with("NOT LOSSLESS") && human.out.contains("prisma/migrations  Prisma"), "{}", human.out);
    assert!(human.err.starts_with("verifying 12 migrations on PostgreSQL 17.2\ndiffers  "), "{}", human.err);
    assert!(!human.out.contains('\u{1b}') && !human.err.contains('\u{1b}'), "no terminal, no colours");
    let json = ran(&["--json"], &example::report());
    let value: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(value["histories"][0]["migrations"][2]["verdict"], "differs");
    assert_eq!(json.err, "");
    let github = ran(&["--format", "github"], &example::report());
    assert!(github.out.starts_with("::error file=prisma/migrations/20240604_narrow/down.sql,title="), "{}", github.out);
}

#[test]
fn a_page_is_written_beside_the_result() {
    let dir = tempfile::tempdir().unwrap();
    example::write_files(dir.path());
    let page = dir.path().join("report.html");
    for _ in 0..2 {
        let ran = run_in(dir.path(), &["--html", "report.html", "--json"], &example::report());
        assert_eq!(ran.end, Ok(ATTENTION));
        assert!(ran.out.starts_with('{'), "the result is still there");
        let text = std::fs::read_to_string(&page).unwrap();
        assert!(text.contains("20240601_phone") && text.ends_with("</html>"), "{text}");
    }
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "nothing else is left: {left:?}");
}

/// The losses that are known without an engine come from the files themselves.
#[test]
fn the_page_has_the_losses_of_the_history() {
    let dir = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| {
        let path = dir.path().join("prisma/migrations").join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("migration_lock.toml", "provider = \"postgresql\"\n");
    write("20240101_init/migration.sql", "CREATE TABLE users (id int, phone text);\n");
    write("20240601_phone/migration.sql", "ALTER TABLE users DROP COLUMN phone;\n");
    let report = example::one(example::exact("20240601_phone"));
    assert_eq!(run_in(dir.path(), &["--html", "r.html"], &report).end, Ok(FINE));
    let page = std::fs::read_to_string(dir.path().join("r.html")).unwrap();
    assert!(page.contains("<span class=\"kind\">gone</span> <code>users.phone</code>"), "{page}");
    assert!(!dir.path().join("prisma/migrations/20240601_phone/down.sql").exists(), "nothing else is written");
}

#[test]
fn a_page_is_written_over_nothing_but_a_page() {
    let dir = tempfile::tempdir().unwrap();
    example::write_files(dir.path());
    let file = "prisma/migrations/20240601_phone/migration.sql";
    let before = std::fs::read_to_string(dir.path().join(file)).unwrap();
    for target in [file, "prisma", "."] {
        let ran = run_in(dir.path(), &["--html", target], &example::report());
        assert_eq!(ran.end.as_ref().map_err(|(code, _)| *code), Err("not-writable"), "{target}");
        assert!(ran.asked.is_none(), "said before anything runs");
    }
    assert_eq!(std::fs::read_to_string(dir.path().join(file)).unwrap(), before);
    std::fs::write(dir.path().join("old.html"), "<!doctype html>old").unwrap();
    assert_eq!(run_in(dir.path(), &["--html", "old.html"], &example::report()).end, Ok(ATTENTION));
    let ran = run_in(dir.path(), &["--html", "a/b/c.html"], &example::report());
    assert_eq!(ran.end.map_err(|(code, _)| code), Err("not-writable"), "no folders of folders");
}

#[cfg(unix)]
#[test]
fn a_page_is_not_written_through_a_link() {
    let dir = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/stdout", dir.path().join("out")).unwrap();
    let ran = run_in(dir.path(), &["--html", "out"], &example::report());
    assert_eq!(ran.end.map_err(|(code, _)| code), Err("not-writable"));
}

#[test]
fn other_verbs_have_no_annotations() {
    let (mut out, mut err) = (vec![], vec![]);
    let streams = Streams { input: &mut std::io::empty(), out: &mut out, err: &mut err };
    let args = ["unmigrate", "status", "--format", "github"].map(String::from);
    assert_eq!(
        crate::run(&args, &Env::default(), &NoConfig, std::sync::Arc::new(unmigrate_app::NoEmbedded), streams),
        FAILED
    );
    let out = String::from_utf8(out).unwrap();
    assert!(out.starts_with("::error title=unmigrate%3A invalid-option::there is no --format github"), "{out}");
}
