//! `rollback` on the real engines: what it plans, what it refuses, what it leaves.

use crate::common::project::{Project, Says, count, picture, running};
use crate::common::{ENGINES, Own, first, run};
use unmigrate_app::archive::{self, Home};
use unmigrate_app::execute::Unwatched;
use unmigrate_app::rollback::{
    Answer, Around, Choice, OutcomeState, RollbackReport, RollbackRequest, Way, Wishes, prepare, read_file, resume,
    rollback, rollback_on, write_file,
};
use unmigrate_app::{NoConfig, Problem};
use unmigrate_engines::Database;
use unmigrate_kernel::NoteKind;

fn users(engine: &str) -> Project {
    let (q, text) = if engine == "mysql" { ('`', "VARCHAR(191)") } else { ('"', "TEXT") };
    let one =
        format!("CREATE TABLE {q}User{q} ({q}id{q} INTEGER NOT NULL PRIMARY KEY, {q}email{q} {text} NOT NULL);\n");
    let two = format!("ALTER TABLE {q}User{q} ADD COLUMN {q}bio{q} {text};\n");
    let three = format!("CREATE TABLE {q}Post{q} ({q}id{q} INTEGER NOT NULL PRIMARY KEY, {q}title{q} {text});\n");
    Project::prisma(engine, &[("1_users", &one), ("2_bio", &two), ("3_posts", &three)])
}

fn table(db: &dyn Database, name: &str) -> String {
    unmigrate_kernel::dialect::quote(name, db.dialect())
}

#[test]
fn every_k_of_three_and_forth_again() {
    for engine in ENGINES {
        for k in 1..=3 {
            let (own, fresh) = (Own::on(engine), Own::on(engine));
            let (db, other) = (&mut *own.open(), &mut *fresh.open());
            let project = users(engine);
            project.deploy_all(db);
            project.deploy_all(other);
            let whole = picture(other);
            let report = project.rollback(&own, db, &Choice::Steps(k), false).unwrap();
            assert_eq!(report.outcome.state, OutcomeState::Done, "{engine} {k} {:?}", report.problems);
            let mut names = vec!["1_users", "2_bio", "3_posts"];
            let back: Vec<&str> = names.split_off(3 - k);
            assert_eq!(report.outcome.done, back.iter().rev().copied().collect::<Vec<_>>());
            assert_eq!(project.applied(db), names, "{engine} {k}");
            assert!(report.outcome.audited);
            project.deploy(db, &back);
            assert_eq!(picture(db), whole, "{engine} {k}");
        }
    }
}

/// S1: forty of a thousand have a bio; it goes with its values kept, and comes back with them.
#[test]
fn what_is_at_stake_is_counted_and_kept() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let mut project = users(engine);
        project.protected = true;
        project.deploy(db, &["1_users", "2_bio"]);
        let user = table(db, "User");
        let rows: Vec<String> = (0..1000)
            .map(|n| format!("({n}, 'u{n}', {})", if n < 40 { format!("'bio {n}'") } else { "NULL".into() }))
            .collect();
        run(db, &[&format!("INSERT INTO {user} VALUES {}", rows.join(", "))]);
        let prepared = project
            .with(&own, |scene| prepare(db, scene, &Choice::Last, Wishes { archive: None, force: false }))
            .unwrap();
        let down = &prepared.report.migrations[0];
        let note = down.notes.iter().find(|n| n.kind == NoteKind::Discards).unwrap();
        assert_eq!((note.object.as_str(), note.count), ("User.bio", Some(40)), "{engine}");
        let kept = prepared.report.archive.clone().unwrap();
        assert_eq!((kept.rows, kept.objects.as_slice()), (1000, &["User.bio".to_owned()][..]));
        // A bare yes is not enough for a protected database, nor is another name.
        let before = picture(db);
        for (says, code) in [
            (Answer::Yes, "unconfirmed"),
            (Answer::Nobody, "unconfirmed"),
            (Answer::No, "declined"),
            (Answer::Name("other".into()), "wrong-name"),
        ] {
            assert_eq!(project.run(&own, db, &prepared, Says(says)).unwrap_err().code, code);
        }
        assert_eq!(picture(db), before);
        assert_eq!(project.applied(db).len(), 2);
        let report = project.run(&own, db, &prepared, Says(Answer::Name(own.name().into()))).unwrap();
        assert_eq!(report.outcome.state, OutcomeState::Done, "{engine} {:?}", report.problems);
        assert_eq!(report.outcome.done, ["2_bio"]);
        assert_eq!(report.outcome.kept.len(), 1, "{engine}");
        assert_eq!(project.applied(db), ["1_users"]);
        project.deploy(db, &["2_bio"]);
        let home = Home::find(db).unwrap();
        let entry = archive::list(db, &home).unwrap().remove(0);
        assert_eq!(entry.migration, "2_bio");
        archive::restore(db, &home, &entry).unwrap();
        assert_eq!(first(db, &format!("SELECT count(bio) FROM {user}")), "40", "{engine}");
        assert_eq!(first(db, &format!("SELECT bio FROM {user} WHERE id = 7")), "bio 7");
        let audit = home.table("audit", db.dialect());
        assert_eq!(first(db, &format!("SELECT outcome FROM {audit}")), "done");
        assert_eq!(first(db, &format!("SELECT who FROM {audit}")), "tester");
    }
}

#[test]
fn what_is_refused_changes_nothing() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let project = users(engine);
        let code = |db: &mut dyn Database, choice: Choice| project.prepare(&own, db, &choice, false).unwrap_err().code;
        assert_eq!(code(db, Choice::Last), "no-tracking-table");
        project.deploy(db, &["1_users"]);
        assert_eq!(code(db, Choice::Steps(2)), "too-many-steps");
        assert_eq!(code(db, Choice::Steps(0)), "nothing-asked");
        assert_eq!(code(db, Choice::To("1_users".into())), "nothing-asked");
        assert_eq!(code(db, Choice::To("2_bio".into())), "not-applied");
        assert_eq!(code(db, Choice::Named(vec!["x".into()])), "no-such-migration");
        // Recorded, and never run.
        project.mark(db, "2_bio", false);
        assert_eq!(code(db, Choice::Last), "never-run-here");
        assert!(project.prepare(&own, db, &Choice::Named(vec!["2_bio".into()]), false).is_ok());
        let table = "_prisma_migrations";
        run(db, &[&format!("UPDATE {table} SET applied_steps_count = 1")]);
        // A file that is not there, that is for a person, that is stale.
        let down = project.path("m/2_bio/down.sql");
        let text = std::fs::read_to_string(&down).unwrap();
        std::fs::remove_file(&down).unwrap();
        assert_eq!(code(db, Choice::Last), "no-rollback");
        std::fs::write(&down, &text).unwrap();
        std::fs::write(project.path("m/2_bio/migration.sql"), "SELECT 1;\n").unwrap();
        assert_eq!(code(db, Choice::Last), "edited-after-applied");
        project.generate();
        std::fs::write(&down, &text).unwrap();
        run(
            db,
            &[&format!("UPDATE {table} SET checksum = '{}'", unmigrate_sources::tracking::checksum("SELECT 1;\n"))],
        );
        assert_eq!(code(db, Choice::Last), "stale-rollback");
        // Rows that somebody else's branch made, and one that failed.
        run(db, &[&format!("UPDATE {table} SET migration_name = 'x' WHERE migration_name = '2_bio'")]);
        assert_eq!(code(db, Choice::Last), "applied-without-file");
        run(
            db,
            &[&format!("UPDATE {table} SET migration_name = '2_bio', finished_at = NULL WHERE migration_name = 'x'")],
        );
        assert_eq!(code(db, Choice::Last), "half-applied");
        run(db, &[&format!("DELETE FROM {table}")]);
        assert_eq!(code(db, Choice::Last), "nothing-applied");
        run(db, &[&format!("DROP TABLE {table}"), &format!("CREATE TABLE {table} (a int)")]);
        assert_eq!(code(db, Choice::Last), "foreign-table");
        let user = self::table(db, "User");
        assert_eq!(count(db, &user), "0");
    }
}

#[test]
fn rows_that_forbid_it() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let up = "ALTER TABLE t ALTER COLUMN a TYPE varchar(50);\n";
    let project =
        Project::prisma("postgres", &[("1", "CREATE TABLE t (id int PRIMARY KEY, a varchar(5));\n"), ("2", up)]);
    project.deploy_all(db);
    run(db, &["INSERT INTO t VALUES (1, 'longer than five')"]);
    let refused = project.prepare(&own, db, &Choice::Last, false).unwrap_err();
    assert_eq!(refused.code, "rows-forbid");
    assert!(refused.message.contains("1 in t.a"), "{refused:?}");
    run(db, &["DELETE FROM t"]);
    let report = project.rollback(&own, db, &Choice::Last, false).unwrap();
    assert_eq!(report.outcome.state, OutcomeState::Done);
}

/// Of several, the whole run is refused where today's rows forbid one of them and nothing before it changes a row: none is
/// undone.
#[test]
fn rows_that_forbid_an_earlier_one() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let up = "ALTER TABLE t ALTER COLUMN a TYPE varchar(50);\n";
    let index = "CREATE INDEX t_a ON t (a);\n";
    let one = "CREATE TABLE t (id int PRIMARY KEY, a varchar(5));\n";
    let project = Project::prisma("postgres", &[("1", one), ("2", up), ("3", index)]);
    project.deploy_all(db);
    run(db, &["INSERT INTO t VALUES (1, 'longer than five')"]);
    assert_eq!(project.prepare(&own, db, &Choice::Steps(2), false).unwrap_err().code, "rows-forbid");
    // A person's file may change those rows first.
    let down = project.path("m/3/down.sql");
    std::fs::write(&down, "UPDATE t SET a = left(a, 5);\nDROP INDEX t_a;\n").unwrap();
    let report = project.rollback(&own, db, &Choice::Steps(2), false).unwrap();
    assert_eq!(report.outcome.state, OutcomeState::Done, "{:?}", report.problems);
    assert_eq!(first(db, "SELECT a FROM t"), "longe");
}

#[test]
fn a_file_for_a_person() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let up = "UPDATE t SET a = a + 1;\n";
    let project = Project::prisma("postgres", &[("1", "CREATE TABLE t (id int PRIMARY KEY, a int);\n"), ("2", up)]);
    project.deploy_all(db);
    let text = std::fs::read_to_string(project.path("m/2/down.sql")).unwrap();
    if text.starts_with("-- unmigrate v1 manual") {
        assert_eq!(project.prepare(&own, db, &Choice::Last, false).unwrap_err().code, "by-hand");
    }
    // A person's own file runs as it is, in one transaction with the row.
    std::fs::write(project.path("m/2/down.sql"), "UPDATE t SET a = a - 1;\n").unwrap();
    run(db, &["INSERT INTO t VALUES (1, 5)"]);
    let report = project.rollback(&own, db, &Choice::Last, true).unwrap();
    assert_eq!(report.outcome.state, OutcomeState::Done, "{:?}", report.problems);
    assert_eq!(first(db, "SELECT a FROM t"), "4");
    // What an UPDATE assigns is kept too.
    assert_eq!(report.outcome.kept.len(), 1);
}

#[test]
fn a_plan_in_a_file() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let project = users(engine);
        project.deploy_all(db);
        let prepared = project.prepare(&own, db, &Choice::Steps(2), false).unwrap();
        let text = project.with(&own, |scene| write_file(scene, &prepared));
        let read = project.with(&own, |scene| read_file(db, scene, &text)).unwrap();
        assert_eq!(read.plan, prepared.plan);
        assert_eq!(read.report.migrations.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), ["3_posts", "2_bio"]);
        let edited = text.replacen("DROP", "drop", 1);
        assert_eq!(project.with(&own, |scene| read_file(db, scene, &edited)).unwrap_err().code, "no-plan");
        // The database moves: rows of the user do not count, a column does.
        let post = table(db, "Post");
        run(db, &[&format!("INSERT INTO {post} VALUES (1, 'x')")]);
        run(db, &["CREATE TABLE other (a int)"]);
        let report = project.run(&own, db, &read, Says(Answer::Yes)).unwrap();
        assert_eq!(
            (report.outcome.state, report.problems[0].code),
            (OutcomeState::Unchanged, "plan-moved"),
            "{engine}"
        );
        run(db, &["DROP TABLE other"]);
        let report = project.run(&own, db, &read, Says(Answer::Yes)).unwrap();
        assert_eq!(report.outcome.state, OutcomeState::Done, "{engine} {:?}", report.problems);
        assert_eq!(project.applied(db), ["1_users"]);
    }
}

#[test]
fn drizzle_in_its_own_way() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let migrations = [
            ("0000_a", "CREATE TABLE a (id int PRIMARY KEY);"),
            ("0001_b", "CREATE TABLE b (id int PRIMARY KEY);--> statement-breakpoint\nCREATE TABLE c (id int);"),
            ("0002_d", "CREATE TABLE d (id int);"),
        ];
        let project = Project::drizzle(engine, &migrations);
        project.deploy_all(db);
        let refused = project.prepare(&own, db, &Choice::Named(vec!["0001_b".into()]), false).unwrap_err();
        assert_eq!(refused.code, "not-last", "{engine}");
        let report = project.rollback(&own, db, &Choice::To("0000_a".into()), false).unwrap();
        assert_eq!(report.outcome.done, ["0002_d", "0001_b"], "{engine} {:?}", report.problems);
        assert_eq!(project.applied(db), ["0000_a"], "{engine}");
        assert_eq!(project.prepare(&own, db, &Choice::Batch, false).unwrap_err().code, "no-batch");
    }
}

/// A down that fails at its third statement: said with file, line, statement and the engine's words.
#[test]
fn a_failure_says_what_is_applied_now() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let project = users(engine);
        project.deploy_all(db);
        let (post, user) = (table(db, "Post"), table(db, "User"));
        let down = format!(
            "CREATE TABLE z (a int);\nDROP TABLE {post};\nDROP TABLE nonesuch;\nDROP TABLE z;\nDROP TABLE {user};\n"
        );
        std::fs::write(project.path("m/3_posts/down.sql"), down).unwrap();
        let before = picture(db);
        let report = project.rollback(&own, db, &Choice::Last, false).unwrap();
        let problem = report.problems.last().unwrap();
        assert_eq!(problem.code, "statement-failed");
        for word in ["m/3_posts/down.sql:3", "statement 3 of 6", "nonesuch"] {
            assert!(problem.message.contains(word), "{engine}: {}", problem.message);
        }
        if engine != "mysql" {
            assert_eq!((report.outcome.state, picture(db)), (OutcomeState::Unchanged, before), "{engine}");
            assert!(problem.message.contains("Everything is as it was"), "{}", problem.message);
            assert_eq!(project.applied(db).len(), 3);
            continue;
        }
        assert_eq!(report.outcome.state, OutcomeState::Continuable);
        assert!(problem.help.contains("--continue"), "{problem:?}");
        // Continued once the cause is gone.
        run(db, &["CREATE TABLE nonesuch (a int)"]);
        let mut says = Says(Answer::Yes);
        let report = project.with(&own, |scene| resume(db, scene, Way::Continue, running(&mut says))).unwrap();
        assert_eq!(report.outcome.state, OutcomeState::Done, "{:?}", report.problems);
        assert_eq!(project.applied(db), ["1_users", "2_bio"]);
        assert_eq!(
            count(
                db,
                "information_schema.tables WHERE table_schema = database() AND table_name IN ('z', 'Post', 'User')"
            ),
            "0"
        );
    }
}

/// The user may not make a schema: the rollback is done, and it is said that the audit has it not.
#[test]
fn an_audit_that_can_not_be_written() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let role = format!("{}_role", own.name());
    run(
        db,
        &[
            &format!("CREATE ROLE {role} LOGIN"),
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            &format!("SET SESSION AUTHORIZATION {role}"),
        ],
    );
    let project = users("postgres");
    run(
        db,
        &[
            "RESET SESSION AUTHORIZATION",
            &format!("GRANT ALL ON SCHEMA public TO {role}"),
            &format!("SET SESSION AUTHORIZATION {role}"),
        ],
    );
    project.deploy_all(db);
    run(
        db,
        &[
            "RESET SESSION AUTHORIZATION",
            &format!("REVOKE CREATE ON SCHEMA public FROM {role}"),
            &format!("SET SESSION AUTHORIZATION {role}"),
        ],
    );
    let report = project.rollback(&own, db, &Choice::Last, false).unwrap();
    assert_eq!(report.outcome.state, OutcomeState::Done, "{:?}", report.problems);
    assert!(
        !report.outcome.audited && report.problems.iter().any(|p| p.code == "not-audited"),
        "{:?}",
        report.problems
    );
    run(db, &["RESET SESSION AUTHORIZATION", &format!("DROP OWNED BY {role}"), &format!("DROP ROLE {role}")]);
}

#[test]
fn a_line_of_json_for_the_beginning_and_the_end() {
    let own = Own::sqlite();
    let db = &mut *own.open();
    let project = users("sqlite");
    project.deploy_all(db);
    let prepared = project.prepare(&own, db, &Choice::Last, false).unwrap();
    let path = own.folder().join("audit.jsonl");
    let mut says = Says(Answer::Yes);
    let mut order = running(&mut says);
    order.audit_file = Some(path.clone());
    project.with(&own, |scene| unmigrate_app::rollback::run(db, scene, &prepared, order)).unwrap();
    let lines: Vec<serde_json::Value> =
        std::fs::read_to_string(path).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(
        (lines.len(), lines[1]["outcome"].as_str(), lines[1]["migrations"][0].as_str()),
        (2, Some("done"), Some("3_posts"))
    );
}

/// A dry run writes nothing at all, not even a place for tables of ours.
#[test]
fn a_dry_run() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let project = users(engine);
        project.deploy_all(db);
        let before = picture(db);
        let prepared = project.prepare(&own, db, &Choice::Steps(3), true).unwrap();
        let mut says = Says(Answer::Nobody);
        let mut order = running(&mut says);
        order.dry_run = true;
        let report = project.with(&own, |scene| unmigrate_app::rollback::run(db, scene, &prepared, order)).unwrap();
        assert_eq!(report.outcome.state, OutcomeState::Planned);
        assert!(report.plan.steps.iter().any(|s| s.sql.starts_with("DROP TABLE")), "{:?}", report.plan.steps);
        assert_eq!(picture(db), before, "{engine}");
        if engine == "sqlite" {
            assert_eq!(std::fs::read_dir(own.folder()).unwrap().count(), 1);
        }
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!((json["version"].as_u64(), json["outcome"]["state"].as_str()), (Some(1), Some("planned")));
        assert!(json["plan"]["fingerprint"].as_str().unwrap().starts_with("sha256:"));
    }
}

/// From a request, as the command line and JavaScript call it.
fn ask(project: &Project, own: &Own, change: serde_json::Value, says: Answer) -> Result<RollbackReport, Problem> {
    let mut options = serde_json::json!({ "cwd": project.dir(), "url": own.url, "retry": 5 });
    if let (Some(options), serde_json::Value::Object(change)) = (options.as_object_mut(), change) {
        options.extend(change);
    }
    let request: RollbackRequest = serde_json::from_value(options).unwrap();
    let around = Around { loader: &NoConfig, variable: &|_| None, ask: &mut Says(says), watch: &mut Unwatched };
    rollback(&request, around)
}

#[test]
fn from_a_request() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let project = users(engine);
        project.deploy_all(db);
        let none = || serde_json::json!({});
        assert_eq!(ask(&project, &own, none(), Answer::Nobody).unwrap_err().code, "unconfirmed", "{engine}");
        let ways = serde_json::json!({ "steps": 1, "to": "1_users" });
        assert_eq!(ask(&project, &own, ways, Answer::Yes).unwrap_err().code, "two-ways");
        let planned =
            ask(&project, &own, serde_json::json!({ "steps": 2, "out": "plan.json" }), Answer::Nobody).unwrap();
        assert_eq!(planned.outcome.state, OutcomeState::Planned);
        assert_eq!(project.applied(db).len(), 3);
        let report = ask(&project, &own, serde_json::json!({ "plan": "plan.json" }), Answer::Yes).unwrap();
        assert_eq!(report.outcome.done, ["3_posts", "2_bio"], "{engine} {:?}", report.problems);
        assert_eq!((report.target.class.as_str(), report.plan.archive), ("local", None));
        // A config file protects; the name is then needed, and what goes is kept.
        std::fs::write(project.path("unmigrate.json"), r#"{ "protected": ["*"] }"#).unwrap();
        assert_eq!(ask(&project, &own, none(), Answer::Yes).unwrap_err().code, "unconfirmed");
        let wrong = serde_json::json!({ "confirm": "another" });
        assert_eq!(ask(&project, &own, wrong, Answer::Nobody).unwrap_err().code, "wrong-name");
        let name = if engine == "sqlite" { "dev.db" } else { own.name() };
        let report = ask(&project, &own, serde_json::json!({ "confirm": name }), Answer::Nobody).unwrap();
        assert_eq!(report.target.class, "protected");
        assert_eq!(report.outcome.state, OutcomeState::Done, "{engine} {:?}", report.problems);
        std::fs::write(project.path("unmigrate.json"), r#"{ "protected": 1 }"#).unwrap();
        assert_eq!(ask(&project, &own, none(), Answer::Yes).unwrap_err().code, "config-unreadable");
    }
}

/// A database that is not there, and a password that may be said nowhere.
#[test]
fn no_password_is_said() {
    let own = Own::postgres();
    let project = users("postgres");
    for (url, code) in [
        ("postgresql://me:can%61ry-7@127.0.0.1:1/app", "unreachable"),
        ("postgresql://me:canary-7@127.0.0.1:notaport/app", "invalid-url"),
        ("postgresql://me:canary-7@127.0.0.1:5432/app?pgbouncer=true", "no-session"),
    ] {
        let problem = ask(&project, &own, serde_json::json!({ "url": url }), Answer::Yes).unwrap_err();
        assert_eq!(problem.code, code, "{problem:?}");
        let said = format!("{problem:?} {problem}");
        assert!(!said.contains("canary-7") && !said.contains("can%61ry"), "{said}");
    }
}

/// A driver object of which nothing is known counts as protected.
#[test]
fn on_a_session_of_the_callers() {
    let own = Own::sqlite();
    let db = &mut *own.open();
    let project = users("sqlite");
    project.deploy_all(db);
    let on = |db: &mut dyn Database, confirm: Option<&str>| {
        let options = serde_json::json!({ "cwd": project.dir(), "confirm": confirm });
        let request: RollbackRequest = serde_json::from_value(options).unwrap();
        let around =
            Around { loader: &NoConfig, variable: &|_| None, ask: &mut Says(Answer::Yes), watch: &mut Unwatched };
        rollback_on(&request, around, db)
    };
    assert_eq!(on(db, None).unwrap_err().code, "unconfirmed");
    assert_eq!(on(db, Some("main")).unwrap().outcome.state, OutcomeState::Done);
    assert_eq!(project.applied(db), ["1_users", "2_bio"]);
}

/// A large table that is rewritten while everybody waits: said with its size before anybody says yes.
#[test]
fn what_blocks_others_is_said() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let up = "ALTER TABLE t ALTER COLUMN a TYPE bigint;\n";
    let project = Project::prisma("postgres", &[("1", "CREATE TABLE t (id int PRIMARY KEY, a int);\n"), ("2", up)]);
    project.deploy_all(db);
    assert!(project.prepare(&own, db, &Choice::Last, false).unwrap().problems.is_empty());
    run(db, &["INSERT INTO t SELECT n, n FROM generate_series(1, 100000) AS n"]);
    let prepared = project.prepare(&own, db, &Choice::Last, false).unwrap();
    let said = &prepared.problems[0];
    assert_eq!(said.code, "blocks-others");
    assert!(said.message.contains("100000 rows") && said.message.contains("readers and writers wait"), "{said:?}");
    let lock = prepared.report.steps.iter().find_map(|step| step.lock.clone()).unwrap();
    assert_eq!(lock, "ACCESS EXCLUSIVE on t (rewrite)");
}
