//! `deploy`, `archive` and `status` beside a database, on the real engines.

use crate::common::project::{Project, Says, picture};
use crate::common::{ENGINES, Own, first, run};
use serde_json::{Value, json};
use unmigrate_app::archive::{ArchiveListing, ArchiveRequest, archive};
use unmigrate_app::deploy::{DeployReport, DeployRequest, deploy};
use unmigrate_app::execute::Unwatched;
use unmigrate_app::rollback::{Answer, Around, OutcomeState, RollbackReport, RollbackRequest, rollback};
use unmigrate_app::verify::Secret;
use unmigrate_app::{Beside, NoConfig, Problem, Report, Request, Stands, status_beside};
use unmigrate_engines::Database;

fn options(project: &Project, own: &Own, change: Value) -> Value {
    let mut options = json!({ "cwd": project.dir(), "url": own.url });
    if let (Some(options), Value::Object(change)) = (options.as_object_mut(), change) {
        options.extend(change);
    }
    options
}

macro_rules! ask {
    ($name:ident, $verb:ident, $request:ty, $report:ty) => {
        fn $name(project: &Project, own: &Own, change: Value, says: Answer) -> Result<$report, Problem> {
            let request: $request = serde_json::from_value(options(project, own, change)).unwrap();
            let around = Around { loader: &NoConfig, variable: &|_| None, ask: &mut Says(says), watch: &mut Unwatched };
            $verb(&request, around)
        }
    };
}

ask!(deployed, deploy, DeployRequest, DeployReport);
ask!(kept, archive, ArchiveRequest, ArchiveListing);
ask!(undone, rollback, RollbackRequest, RollbackReport);

fn migrations(engine: &str) -> Vec<(&'static str, String)> {
    let text = if engine == "mysql" { "VARCHAR(100)" } else { "TEXT" };
    vec![
        ("0000_users", format!("CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email {text}, bio {text});\n")),
        ("0001_orders", "CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, amount INTEGER NOT NULL);\n".into()),
        ("0002_drop", "ALTER TABLE users DROP COLUMN bio;\n".into()),
        ("0003_note", format!("ALTER TABLE orders ADD COLUMN note {text};\n")),
    ]
}

fn both(engine: &str) -> [Project; 2] {
    let all = migrations(engine);
    let all: Vec<(&str, &str)> = all.iter().map(|(name, sql)| (*name, sql.as_str())).collect();
    [Project::prisma(engine, &all), Project::drizzle(engine, &all)]
}

fn rows(db: &mut dyn Database) {
    run(
        db,
        &[
            "INSERT INTO users VALUES (1, 'a', 'wrote it'), (2, 'b', NULL), (3, 'c', 'read it')",
            "INSERT INTO orders VALUES (1, 10), (2, 20)",
        ],
    );
}

fn standing(project: &Project, own: &Own) -> Report {
    let request = Request { cwd: project.dir().to_owned(), ..Request::default() };
    let beside = Beside { url: Some(Secret::new(own.url.clone())), table: None };
    status_beside(&request, &beside, &NoConfig, &|_| None).unwrap()
}

fn stands(report: &Report) -> Vec<Stands> {
    report.migrations().filter_map(|m| m.standing).collect()
}

/// What an up destroys is copied in the transaction that runs it; its rollback puts it back by key, also where rows came and
/// went in between; and what a rollback keeps is back after the next deploy.
#[test]
fn direct_and_back() {
    for engine in ENGINES {
        for project in both(engine) {
            let own = Own::on(engine);
            let db = &mut *own.open();
            project.deploy(db, &["0000_users", "0001_orders"]);
            rows(db);
            let planned = deployed(&project, &own, json!({ "direct": true, "dryRun": true }), Answer::Nobody).unwrap();
            assert_eq!(planned.plan.migrations, ["0002_drop", "0003_note"], "{engine}");
            assert_eq!(planned.plan.archive.as_ref().map(|a| a.objects.clone()), Some(vec!["users.bio".to_owned()]));
            assert_eq!(stands(&standing(&project, &own))[1..3], [Stands::Applied, Stands::Pending], "{engine}");
            let report = deployed(&project, &own, json!({ "direct": true }), Answer::Nobody).unwrap();
            assert_eq!(report.outcome.done, ["0002_drop", "0003_note"], "{engine} {:?}", report.problems);
            assert_eq!((report.outcome.state, report.outcome.kept.len()), (OutcomeState::Done, 1), "{engine}");
            assert_eq!(project.applied(db).len(), 4, "{engine}");
            assert_eq!(stands(&standing(&project, &own)), [Stands::Applied; 4], "{engine}");
            let again = deployed(&project, &own, json!({ "direct": true }), Answer::Nobody).unwrap();
            assert_eq!((again.outcome.state, again.outcome.done.len()), (OutcomeState::Done, 0), "{engine}");
            run(db, &["DELETE FROM users WHERE id = 3", "INSERT INTO users VALUES (4, 'd')"]);
            run(db, &["UPDATE orders SET note = 'urgent' WHERE id = 2"]);
            // Both back: the note is kept, and the bio is there again.
            let back = undone(&project, &own, json!({ "steps": 2, "archive": true }), Answer::Yes).unwrap();
            assert_eq!(back.outcome.done, ["0003_note", "0002_drop"], "{engine} {:?}", back.problems);
            assert!(back.problems.iter().any(|p| p.code == "put-back"), "{engine} {:?}", back.problems);
            assert_eq!(first(db, "SELECT bio FROM users WHERE id = 1"), "wrote it", "{engine}");
            assert_eq!(first(db, "SELECT count(*) FROM users WHERE bio IS NOT NULL"), "1", "{engine}");
            let listing = kept(&project, &own, json!({}), Answer::Nobody).unwrap();
            assert_eq!(listing.entries.len(), 2, "{engine} {listing:?}");
            assert!(listing.entries.iter().all(|e| e.age < 300), "{engine} {listing:?}");
            // Forth again.
            let forth = deployed(&project, &own, json!({ "direct": true }), Answer::Nobody).unwrap();
            assert_eq!(forth.outcome.done.len(), 2, "{engine} {:?}", forth.problems);
            assert_eq!(forth.put_back.len(), 1, "{engine} {forth:?}");
            assert_eq!(first(db, "SELECT note FROM orders WHERE id = 2"), "urgent", "{engine}");
        }
    }
}

/// A command deploys: what it destroys is copied before, what was written in between is counted, what came of it is asked of
/// the tool's table.
#[cfg(unix)]
#[test]
fn by_a_command() {
    let own = Own::sqlite();
    let db = &mut *own.open();
    let [project, _] = both("sqlite");
    project.deploy(db, &["0000_users", "0001_orders"]);
    rows(db);
    // What stands for the tool: the rows that it would write, by the real engine's own shell.
    let all = migrations("sqlite");
    let insert = |at: usize| {
        let sum = unmigrate_sources::tracking::checksum(&all[at].1);
        format!(
            "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count) \
             VALUES ('{at}', '{sum}', 1800000000000, '{}', 1800000000000, 1);",
            all[at].0
        )
    };
    let script =
        format!("INSERT INTO users VALUES (9, 'late', 'lost');{}{}{}{}", all[2].1, insert(2), all[3].1, insert(3));
    std::fs::write(project.path("deploy.sql"), script).unwrap();
    let file = own.url.trim_start_matches("file:").to_owned();
    let command = json!([
        "python3",
        "-c",
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(open('deploy.sql').read())",
        file
    ]);
    let nothing = deployed(&project, &own, json!({ "command": ["true"] }), Answer::Nobody).unwrap();
    assert_eq!(nothing.problems.last().unwrap().code, "deployed-elsewhere", "{:?}", nothing.problems);
    let failed =
        deployed(&project, &own, json!({ "command": ["sh", "-c", "echo no >&2; exit 3"] }), Answer::Nobody).unwrap();
    assert_eq!(failed.problems.last().unwrap().code, "deploy-failed", "{:?}", failed.problems);
    assert_eq!(failed.outcome.state, OutcomeState::Unchanged);
    let report = deployed(&project, &own, json!({ "command": command }), Answer::Nobody).unwrap();
    assert_eq!(report.outcome.done, ["0002_drop", "0003_note"], "{:?} {:?}", report.problems, report.said);
    let since = &report.written_since[0];
    assert_eq!((since.added, since.gone, since.changed), (Some(1), Some(0), None), "{report:?}");
    assert!(report.problems.iter().any(|p| p.code == "written-since" && p.message.contains("1 came")));
    // The tool's own process takes its database from its own configuration.
    assert_eq!(deployed(&project, &own, json!({}), Answer::Nobody).unwrap_err().code, "two-databases");
}

/// On PostgreSQL rows that were written to are counted too, and the URL goes to the command in its environment alone.
#[cfg(unix)]
#[test]
fn what_was_written_in_between() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let [project, _] = both("postgres");
    project.deploy(db, &["0000_users", "0001_orders"]);
    rows(db);
    std::fs::write(project.path("unmigrate.json"), "{}").unwrap();
    let sum = |at: usize| unmigrate_sources::tracking::checksum(&migrations("postgres")[at].1);
    let row = |at: usize, name: &str| {
        format!(
            "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) \
             VALUES ('{at}', '{}', now(), '{name}', 1)",
            sum(at)
        )
    };
    let sql = format!(
        "UPDATE users SET bio = 'changed' WHERE id = 1; DELETE FROM users WHERE id = 2; ALTER TABLE users DROP COLUMN bio; {}; {}; \
         ALTER TABLE orders ADD COLUMN note TEXT",
        row(2, "0002_drop"),
        row(3, "0003_note")
    );
    std::fs::write(project.path("deploy.sql"), sql).unwrap();
    let command = json!(["sh", "-c", "psql -v ON_ERROR_STOP=1 -q -f deploy.sql \"$DATABASE_URL\""]);
    let report = deployed(&project, &own, json!({ "command": command }), Answer::Nobody).unwrap();
    assert_eq!(report.outcome.done.len(), 2, "{:?} {:?}", report.problems, report.said);
    let since = &report.written_since[0];
    assert_eq!((since.added, since.gone, since.changed), (Some(0), Some(1), Some(1)), "{report:?}");
}

/// A migration that fails half-way takes its copy and its row with it; what came before it stays.
#[test]
fn direct_and_failed() {
    for engine in ["postgres", "sqlite"] {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let mut all = migrations(engine);
        all[3].1 = "ALTER TABLE users DROP COLUMN email;\nCREATE TABLE users (id integer);\n".into();
        let all: Vec<(&str, &str)> = all.iter().map(|(name, sql)| (*name, sql.as_str())).collect();
        let project = Project::prisma(engine, &all);
        project.deploy(db, &["0000_users", "0001_orders"]);
        rows(db);
        let report = deployed(&project, &own, json!({ "direct": true }), Answer::Nobody).unwrap();
        assert_eq!(report.outcome.done, ["0002_drop"], "{engine} {:?}", report.problems);
        assert_eq!(report.outcome.state, OutcomeState::Partly, "{engine}");
        assert_eq!(first(db, "SELECT count(email) FROM users"), "3", "{engine}");
        assert_eq!(project.applied(db).len(), 3, "{engine}");
    }
}

/// `archive restore` and `drop`, and whom they ask.
#[test]
fn what_is_kept() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let [project, _] = both(engine);
        project.deploy_all(db);
        run(db, &["INSERT INTO orders VALUES (1, 10, 'urgent')"]);
        undone(&project, &own, json!({ "archive": true }), Answer::Yes).unwrap();
        let code = |change: Value, says: Answer| kept(&project, &own, change, says).unwrap_err().code;
        assert_eq!(code(json!({ "action": "restore" }), Answer::Yes), "nothing-asked", "{engine}");
        assert_eq!(code(json!({ "action": "drop", "only": ["x"] }), Answer::Yes), "not-kept", "{engine}");
        assert_eq!(code(json!({ "action": "drop", "all": true }), Answer::Nobody), "unconfirmed", "{engine}");
        let early = kept(&project, &own, json!({ "action": "restore", "all": true }), Answer::Yes).unwrap();
        assert_eq!(early.problems[0].code, "not-restored", "{engine} {early:?}");
        project.deploy(db, &["0003_note"]);
        let restored =
            kept(&project, &own, json!({ "action": "restore", "only": ["0003_note"] }), Answer::Yes).unwrap();
        assert_eq!(restored.entries[0].put_back.map(|r| r.restored), Some(1), "{engine} {restored:?}");
        assert_eq!(first(db, "SELECT note FROM orders"), "urgent", "{engine}");
        let young = json!({ "action": "drop", "olderThan": 1 });
        assert_eq!(kept(&project, &own, young, Answer::Yes).unwrap().entries.len(), 0, "{engine}");
        let dropped = kept(&project, &own, json!({ "action": "drop", "all": true }), Answer::Yes).unwrap();
        assert!(dropped.entries[0].dropped, "{engine} {dropped:?}");
        assert_eq!(kept(&project, &own, json!({}), Answer::Nobody).unwrap().entries.len(), 0, "{engine}");
    }
}

/// What stands in the database beside the files: what failed, what was only marked, rows without files, edited files.
#[test]
fn the_database_beside_the_files() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let [project, drizzle] = both(engine);
        let before = picture(db);
        let report = standing(&project, &own);
        let database = report.histories[0].database.as_ref().unwrap();
        assert_eq!((database.table.as_deref(), stands(&report)), (None, vec![Stands::Pending; 4]), "{engine}");
        assert_eq!(picture(db), before, "it is only read");
        project.deploy(db, &["0000_users", "0001_orders"]);
        project.mark(db, "0002_drop", false);
        run(db, &["UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '0001_orders'"]);
        run(
            db,
            &[
                "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) \
                   SELECT 'x', 'x', '9_other', started_at, finished_at, 1 FROM _prisma_migrations WHERE migration_name = '0000_users'",
            ],
        );
        let up = project.path("m/0000_users/migration.sql");
        let text = std::fs::read_to_string(&up).unwrap();
        std::fs::write(&up, format!("{text}-- edited\n")).unwrap();
        let report = standing(&project, &own);
        let wanted = [Stands::Applied, Stands::Failed, Stands::Marked, Stands::Pending];
        assert_eq!(stands(&report), wanted, "{engine}");
        let database = report.histories[0].database.as_ref().unwrap();
        assert_eq!(database.rows_without_file[0].name, "9_other", "{engine}");
        assert!(database.blocked.as_ref().is_some_and(|why| why.contains("P3009")), "{engine}");
        let first = report.migrations().next().unwrap();
        assert!(first.edited_after_applied && first.applied == Some(true), "{engine}");
        assert!(report.needs_attention());
        // S7: what drizzle-orm 0.x will never run.
        let own = Own::on(engine);
        let db = &mut *own.open();
        drizzle.deploy(db, &["0000_users"]);
        drizzle.mark(db, "0002_drop", true);
        assert_eq!(stands(&standing(&drizzle, &own))[1], Stands::Skipped, "{engine}");
    }
}
