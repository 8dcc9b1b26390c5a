//! Processes that are killed and connections that are cut while a rollback runs, and many that run at once. Whatever
//! happens, the state is one that the tool can name and finish, and no row is lost.
//!
//! `UNMIGRATE_FAULTS=340 cargo test -p unmigrate-app --test app killed -- --nocapture` runs a thousand; without it there
//! are a few on each engine. `UNMIGRATE_FAULTS_ON=mysql` takes one engine alone.

mod hurt;
mod verbs;

use crate::common::project::{Project, Says, picture, running};
use crate::common::{ENGINES, Own, first, run};
use serde_json::json;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use unmigrate_app::archive::{self, Home};
use unmigrate_app::execute::unfinished;
use unmigrate_app::rollback::{Answer, Choice, OutcomeState, Way, resume};
use unmigrate_engines::Database;

const ROWS: usize = 200;

/// How often each engine is hurt.
fn how_often() -> usize {
    std::env::var("UNMIGRATE_FAULTS").ok().and_then(|n| n.parse().ok()).unwrap_or(4)
}

/// Between 0 and 1.
fn chance() -> f64 {
    (RandomState::new().build_hasher().finish() >> 11) as f64 / (1u64 << 53) as f64
}

fn project(engine: &str) -> Project {
    let (q, text) = if engine == "mysql" { ('`', "VARCHAR(191)") } else { ('"', "TEXT") };
    let sql = |text: String| text.replace('"', &q.to_string());
    let one = sql(format!("CREATE TABLE \"User\" (\"id\" INTEGER NOT NULL PRIMARY KEY, \"email\" {text} NOT NULL);\n"));
    let two = sql(format!(
        "ALTER TABLE \"User\" ADD COLUMN \"bio\" {text};\nALTER TABLE \"User\" ADD COLUMN \"age\" INTEGER;\n\
         CREATE INDEX \"User_email_idx\" ON \"User\" (\"email\");\n"
    ));
    let three = sql(format!(
        "CREATE TABLE \"Post\" (\"id\" INTEGER NOT NULL PRIMARY KEY, \"title\" {text});\n\
         CREATE TABLE \"Tag\" (\"id\" INTEGER NOT NULL PRIMARY KEY);\n"
    ));
    Project::prisma(engine, &[("1_users", &one), ("2_bio", &two), ("3_posts", &three)])
}

/// What the process does that is killed: the test itself, run again with this in its environment.
#[test]
fn child() {
    let Ok(url) = std::env::var("UNMIGRATE_CHILD_URL") else { return };
    let get = |name: &str| std::env::var(name).unwrap_or_default();
    let project = Project::at(Path::new(&get("UNMIGRATE_CHILD_DIR")), &get("UNMIGRATE_CHILD_ENGINE"));
    let own = Own::there(&url);
    let db = &mut *own.open();
    let steps: usize = get("UNMIGRATE_CHILD_STEPS").parse().unwrap();
    let mut done = None;
    match project.prepare(&own, db, &Choice::Steps(steps), true) {
        Err(problem) => println!("\nrefused {}", problem.code),
        Ok(prepared) => {
            println!("\ngo");
            let report = project.run(&own, db, &prepared, Says(Answer::Yes)).unwrap();
            let code = report.problems.last().map_or("none", |p| p.code).to_owned();
            done = Some((report.outcome.state, code));
        }
    }
    if let Some((state, code)) = done {
        println!("\n{state:?} {code}");
    }
}

/// The same for any verb.
#[test]
fn child_of_a_verb() {
    if std::env::var_os("UNMIGRATE_CHILD_DOES").is_some() {
        hurt::child();
    }
}

fn spawn(url: &str, project: &Project, engine: &str, steps: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["faults::child", "--exact", "--nocapture", "--test-threads=1"])
        .env("UNMIGRATE_CHILD_URL", url)
        .env("UNMIGRATE_CHILD_DIR", project.dir())
        .env("UNMIGRATE_CHILD_ENGINE", engine)
        .env("UNMIGRATE_CHILD_STEPS", steps.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until the child has planned, and gives what is left to be read of it.
fn until_go(child: &mut Child) -> BufReader<std::process::ChildStdout> {
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while out.read_line(&mut line).unwrap() > 0 {
        assert!(!line.starts_with("refused"), "{line}");
        if line.trim() == "go" {
            break;
        }
        line.clear();
    }
    out
}

fn fill(db: &mut dyn Database, engine: &str) {
    let q = if engine == "mysql" { '`' } else { '"' };
    let users: Vec<String> = (0..ROWS).map(|n| format!("({n}, 'u{n}', 'bio {n}', {n})")).collect();
    let posts: Vec<String> = (0..ROWS).map(|n| format!("({n}, 'post {n}')")).collect();
    run(
        db,
        &[
            &format!("INSERT INTO {q}User{q} VALUES {}", users.join(", ")),
            &format!("INSERT INTO {q}Post{q} VALUES {}", posts.join(", ")),
        ],
    );
}

/// All rows, as one text.
fn rows(db: &mut dyn Database, engine: &str) -> String {
    let q = if engine == "mysql" { '`' } else { '"' };
    let all = |db: &mut dyn Database, what: &str, of: &str| {
        format!("{:?}", db.query(&format!("SELECT {what} FROM {q}{of}{q} ORDER BY id")).unwrap().rows)
    };
    all(db, "id, email, bio, age", "User") + &all(db, "id, title", "Post")
}

/// Ends the child's session from outside.
fn cut(db: &mut dyn Database, engine: &str) {
    let sessions = match engine {
        "postgres" => {
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        }
        _ => {
            "SELECT CAST(id AS CHAR) FROM information_schema.processlist WHERE db = database() AND id <> connection_id()"
        }
    };
    let found = db.query(sessions).unwrap();
    if engine == "mysql" {
        for id in found.rows.iter().filter_map(|row| row[0].clone()) {
            let _ = db.execute(&format!("KILL {id}"));
        }
    }
}

#[derive(Default, Debug)]
struct Tally {
    as_before: usize,
    partly: usize,
    whole: usize,
    continued: usize,
}

#[test]
fn killed_and_cut_at_random_points() {
    let only = std::env::var("UNMIGRATE_FAULTS_ON").unwrap_or_default();
    for engine in ENGINES.into_iter().filter(|engine| only.is_empty() || only == *engine) {
        let mut tally = Tally::default();
        let own = Own::on(engine);
        let db = &mut *own.open();
        let project = project(engine);
        // What the schema is like after each prefix of the migrations.
        let mut pictures = Vec::new();
        for names in [&["1_users"][..], &["2_bio"], &["3_posts"]] {
            project.deploy(db, names);
            pictures.push(picture(db));
        }
        fill(db, engine);
        let was = rows(db, engine);
        // How long it takes undisturbed.
        let mut child = spawn(&own.url, &project, engine, 2);
        let mut out = until_go(&mut child);
        let began = Instant::now();
        let mut said = String::new();
        out.read_to_string(&mut said).unwrap();
        let whole = began.elapsed();
        child.wait().unwrap();
        assert!(said.contains("Done none"), "{engine}: {said}");
        again(&own, db, engine, &project, &was);
        for turn in 0..how_often() {
            let mut child = spawn(&own.url, &project, engine, 2);
            let mut out = until_go(&mut child);
            std::thread::sleep(whole.mul_f64(chance()));
            if engine != "sqlite" && turn % 3 == 2 {
                cut(db, engine);
                let mut said = String::new();
                out.read_to_string(&mut said).unwrap();
            } else {
                child.kill().unwrap();
            }
            child.wait().unwrap();
            hurt::alone(&own, db, engine, Duration::from_secs(20));
            settle(&own, db, engine, &project, &pictures, &mut tally);
            again(&own, db, engine, &project, &was);
            if (turn + 1) % 50 == 0 {
                eprintln!("{engine}: {} so far, {tally:?}", turn + 1);
            }
        }
        eprintln!("{engine}: {} times hurt, {tally:?}, {whole:?} undisturbed", how_often());
    }
}

/// The state has a name, and is finished from there: everything is undone.
fn settle(own: &Own, db: &mut dyn Database, engine: &str, project: &Project, pictures: &[String], tally: &mut Tally) {
    // A session of SQLite does not see a file that another attached.
    let mut fresh = own.open();
    let db: &mut dyn Database = if engine == "sqlite" { &mut *fresh } else { db };
    let home = Home::find(db).unwrap();
    if let Some(found) = unfinished(db, &home).unwrap() {
        let mut says = Says(Answer::Yes);
        let report = project.with(own, |scene| resume(db, scene, Way::Continue, running(&mut says))).unwrap();
        assert_eq!(report.outcome.state, OutcomeState::Done, "{engine}: {:?} of {found:?}", report.problems);
        tally.continued += 1;
    } else {
        let applied = project.applied(db);
        assert!(["1_users", "2_bio", "3_posts"].starts_with(&applied.iter().map(String::as_str).collect::<Vec<_>>()));
        assert_eq!(picture(db), pictures[applied.len() - 1], "{engine}: {applied:?}");
        match applied.len() {
            3 => tally.as_before += 1,
            2 => tally.partly += 1,
            _ => tally.whole += 1,
        }
    }
    if project.applied(db).len() > 1 {
        let report = project.rollback(own, db, &Choice::To("1_users".into()), true).unwrap();
        assert_eq!(report.outcome.state, OutcomeState::Done, "{engine}: {:?}", report.problems);
    }
    assert_eq!(project.applied(db), ["1_users"], "{engine}");
    assert_eq!(picture(db), pictures[0], "{engine}");
    assert_eq!(unfinished(db, &home).unwrap(), None);
}

/// The migrations once more, and what was kept put back: every value is there again.
fn again(own: &Own, db: &mut dyn Database, engine: &str, project: &Project, was: &str) {
    let mut fresh = own.open();
    let db: &mut dyn Database = if engine == "sqlite" { &mut *fresh } else { db };
    if engine == "mysql" {
        // InnoDB keeps the place of each column that was ever dropped, and has room for so many.
        run(db, &["ALTER TABLE `User` FORCE"]);
    }
    project.deploy(db, &["2_bio", "3_posts"]);
    let home = Home::find(db).unwrap();
    // The newest copy of each: one whose rollback was cut off before it began is older, and of the same.
    for entry in archive::list(db, &home).unwrap().into_iter().rev() {
        archive::restore(db, &home, &entry).unwrap();
        archive::drop_kept(db, &home, &entry.id).unwrap();
    }
    assert_eq!(rows(db, engine), was, "{engine}");
}

/// Eight at once, some of which undo, some deploy and some record: what is left is a linear history that the database holds,
/// and nobody's lock.
#[test]
fn eight_that_undo_deploy_and_record() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let texts = ten_tables(engine);
        let migrations: Vec<(&str, &str)> = texts.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        let project = Project::prisma(engine, &migrations);
        project.deploy(db, &migrations[..5].iter().map(|(name, _)| *name).collect::<Vec<_>>());
        let kinds = [
            ("rollback", json!({ "archive": true })),
            ("deploy", json!({ "direct": true })),
            ("resolve", json!({ "all": true, "direct": true })),
            ("rollback", json!({ "steps": 2, "archive": false })),
        ];
        for _ in 0..2 {
            let start = |at: usize| {
                let (verb, options) = &kinds[at % kinds.len()];
                hurt::spawn(&project, &own.url, engine, verb, options)
            };
            let children: Vec<Child> = (0..8).map(start).collect();
            let said: Vec<String> = children
                .into_iter()
                .map(|child| String::from_utf8_lossy(&child.wait_with_output().unwrap().stdout).into_owned())
                .collect();
            for text in &said {
                let fine = ["Done ", "Unchanged ", "Partly plan-moved", "Partly busy", "Partly locked", "refused "];
                assert!(fine.iter().any(|word| text.contains(word)), "{engine}: {text}");
            }
            let left = project.applied(db);
            assert_eq!(left, migrations[..left.len()].iter().map(|(n, _)| *n).collect::<Vec<_>>(), "a linear history");
            let tables = picture(db).lines().filter(|l| l.starts_with("table ") && l.contains('T')).count();
            assert_eq!(tables, left.len(), "{engine}: {said:?}");
            let home = Home::find(db).unwrap();
            assert_eq!(unfinished(db, &home).unwrap(), None, "{engine}");
            assert_eq!(locks(db, engine), "0", "{engine}");
        }
    }
}

/// Ten migrations that make a table each, by name and text.
fn ten_tables(engine: &str) -> Vec<(String, String)> {
    let q = if engine == "mysql" { '`' } else { '"' };
    let one = |n| (format!("{n}_t"), format!("CREATE TABLE {q}T{n}{q} (id INTEGER NOT NULL PRIMARY KEY);\n"));
    (0..10).map(one).collect()
}

/// How many locks of ours and of the tool's anybody holds on this database.
fn locks(db: &mut dyn Database, engine: &str) -> String {
    match engine {
        "postgres" => first(
            db,
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        ),
        "mysql" => {
            let ours = unmigrate_app::execute::ToolLock::ours(db.dialect()).unwrap();
            let held = ours.holder(&db.query(&ours.holder).unwrap());
            if held.is_none() { "0".into() } else { format!("{held:?}") }
        }
        _ => "0".into(),
    }
}

/// Eight at once: each either undoes one, or says who is at it.
#[test]
fn eight_at_once() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let texts = ten_tables(engine);
        let migrations: Vec<(&str, &str)> = texts.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        let project = Project::prisma(engine, &migrations);
        project.deploy_all(db);
        let children: Vec<Child> = (0..8).map(|_| spawn(&own.url, &project, engine, 1)).collect();
        let mut done = 0;
        let mut said = Vec::new();
        for child in children {
            let out = child.wait_with_output().unwrap();
            let text = String::from_utf8_lossy(&out.stdout).into_owned();
            done += usize::from(text.contains("Done "));
            let fine = [
                "Done ",
                "Unchanged busy",
                "Unchanged plan-moved",
                "Unchanged locked",
                "Unchanged unexpected-result",
                "refused ",
            ];
            assert!(fine.iter().any(|word| text.contains(word)), "{engine}: {text}");
            said.push(text.lines().filter(|l| fine.iter().any(|w| l.contains(w))).collect::<Vec<_>>().join(" "));
        }
        assert!(done >= 1, "{engine}: {said:?}");
        let left = project.applied(db);
        assert_eq!(left.len(), 10 - done, "{engine}: {said:?}");
        assert_eq!(left, migrations[..10 - done].iter().map(|(n, _)| *n).collect::<Vec<_>>(), "a linear history");
        let tables = picture(db).lines().filter(|l| l.starts_with("table ") && l.contains('T')).count();
        assert_eq!(tables, 10 - done, "{engine}");
        if engine == "postgres" {
            assert_eq!(
                first(
                    db,
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                ),
                "0"
            );
        }
        eprintln!("{engine}: of eight at once {done} undid one: {said:?}");
    }
}
