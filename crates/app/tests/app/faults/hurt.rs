//! A verb in a process of its own, and what is done to it: the process is killed, its connection cut, its server restarted.

use crate::common::project::{Project, Says};
use crate::common::{Own, first};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use unmigrate_app::deploy::{DeployRequest, deploy};
use unmigrate_app::execute::Unwatched;
use unmigrate_app::resolve::{ResolveRequest, resolve};
use unmigrate_app::rollback::{Answer, Around, OutcomeState, RollbackRequest, rollback};
use unmigrate_app::{NoConfig, Problem};
use unmigrate_engines::{Database, Target, connect};

/// What came of a verb: how it ended, and the problems' codes.
pub type Ended = Result<(OutcomeState, Vec<&'static str>), Problem>;

/// Runs `rollback`, `deploy` or `resolve` with options, in this process.
pub fn does(project: &Project, url: &str, verb: &str, options: &Value) -> Ended {
    let mut all = json!({ "cwd": project.dir(), "url": url, "retry": 20 });
    if let (Some(all), Value::Object(options)) = (all.as_object_mut(), options.clone()) {
        all.extend(options);
    }
    let mut yes = Says(Answer::Yes);
    let around = Around { loader: &NoConfig, variable: &|_| None, ask: &mut yes, watch: &mut Unwatched };
    let codes = |problems: &[Problem]| problems.iter().map(|p| p.code).collect();
    match verb {
        "deploy" => deploy(&serde_json::from_value::<DeployRequest>(all).unwrap(), around)
            .map(|r| (r.outcome.state, codes(&r.problems))),
        "resolve" => resolve(&serde_json::from_value::<ResolveRequest>(all).unwrap(), around)
            .map(|r| (r.outcome.state, codes(&r.problems))),
        _ => rollback(&serde_json::from_value::<RollbackRequest>(all).unwrap(), around)
            .map(|r| (r.outcome.state, codes(&r.problems))),
    }
}

/// The body of the process that is hurt: the test binary itself, run again with this in its environment.
pub fn child() {
    let get = |name: &str| std::env::var(name).unwrap_or_default();
    let project = Project::at(std::path::Path::new(&get("UNMIGRATE_CHILD_DIR")), &get("UNMIGRATE_CHILD_ENGINE"));
    let options: Value = serde_json::from_str(&get("UNMIGRATE_CHILD_OPTIONS")).unwrap();
    println!("\ngo");
    match does(&project, &get("UNMIGRATE_CHILD_URL"), &get("UNMIGRATE_CHILD_DOES"), &options) {
        Ok((state, codes)) => println!("\n{state:?} {}", codes.last().unwrap_or(&"none")),
        Err(problem) => println!("\nrefused {}", problem.code),
    }
}

/// Starts it.
pub fn spawn(project: &Project, url: &str, engine: &str, verb: &str, options: &Value) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["faults::child_of_a_verb", "--exact", "--nocapture", "--test-threads=1"])
        .env("UNMIGRATE_CHILD_DOES", verb)
        .env("UNMIGRATE_CHILD_OPTIONS", options.to_string())
        .env("UNMIGRATE_CHILD_URL", url)
        .env("UNMIGRATE_CHILD_DIR", project.dir())
        .env("UNMIGRATE_CHILD_ENGINE", engine)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until it begins.
fn until_go(child: &mut Child) -> BufReader<ChildStdout> {
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while out.read_line(&mut line).unwrap() > 0 && line.trim() != "go" {
        line.clear();
    }
    out
}

/// How a run is hurt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hurt {
    /// kill -9.
    Kill,
    /// The server ends its sessions.
    Cut,
    /// The server is killed and started again.
    Restart,
}

/// The command that kills and starts an engine's server, where the tests have one of their own.
pub fn restarts(engine: &str) -> Option<String> {
    std::env::var(format!("UNMIGRATE_FAULTS_RESTART_{}", engine.to_uppercase())).ok()
}

/// Starts a verb and hurts it at `chance` of `whole`. What it said of its end, where it came so far.
pub fn hurt(mut child: Child, own: &Own, engine: &str, how: Hurt, after: Duration) -> String {
    let mut out = until_go(&mut child);
    std::thread::sleep(after);
    match how {
        Hurt::Kill => child.kill().unwrap(),
        Hurt::Cut => cut(own, engine),
        Hurt::Restart => {
            let done = Command::new("sh").args(["-c", &restarts(engine).unwrap()]).output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        }
    }
    let mut said = String::new();
    out.read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    alone(own, &mut *session(own), engine, Duration::from_secs(60));
    said
}

/// How long it takes when nobody hurts it.
pub fn undisturbed(mut child: Child) -> (Duration, String) {
    let mut out = until_go(&mut child);
    let began = Instant::now();
    let mut said = String::new();
    out.read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    (began.elapsed(), said)
}

/// A session, as soon as the server gives one.
pub fn session(own: &Own) -> Box<dyn Database + Send> {
    let target = Target::parse(&own.url, std::path::Path::new("/")).unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        match connect(&target) {
            Ok(session) => return session,
            Err(why) => assert!(Instant::now() < until, "no session with {}: {why}", own.name()),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Ends every other session with the database.
fn cut(own: &Own, engine: &str) {
    let db = &mut *session(own);
    if engine == "postgres" {
        db.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
            .unwrap();
        return;
    }
    let sessions =
        "SELECT CAST(id AS CHAR) FROM information_schema.processlist WHERE db = database() AND id <> connection_id()";
    for id in db.query(sessions).unwrap().rows.iter().filter_map(|row| row[0].clone()) {
        let _ = db.execute(&format!("KILL {id}"));
    }
}

/// Waits until nobody else is connected any more: a server goes on for a moment with what a dead client asked for.
pub fn alone(own: &Own, db: &mut dyn Database, engine: &str, longest: Duration) {
    let sql = match engine {
        "postgres" => {
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        }
        "mysql" => {
            "SELECT count(*) FROM information_schema.processlist WHERE db = database() AND id <> connection_id()"
        }
        _ => return,
    };
    let until = Instant::now() + longest;
    while first(db, sql) != "0" {
        assert!(Instant::now() < until, "{} is still in use", own.name());
        std::thread::sleep(Duration::from_millis(5));
    }
}
