//! Plans on the real engines: what fails leaves everything as it was, or exactly continuable.

use crate::common::{ENGINES, Own, any_print, first, order, phase, plan, run, step, walk};
use std::time::{Duration, Instant};
use unmigrate_app::archive::Home;
use unmigrate_app::execute::{
    Holder, Left, Order, Patience, Reason, ToolLock, Unwatched, Watch, abort, execute, unfinished,
};
use unmigrate_app::journal::Journal;
use unmigrate_app::plan::PlanFile;
use unmigrate_engines::Database;
use unmigrate_kernel::plan::{Expect, Fingerprint, Phase, Plan, Step, Then, Undo};
use unmigrate_kernel::snapshot::Snapshot;

const BEFORE: [&str; 3] =
    ["CREATE TABLE t (id int PRIMARY KEY, a int)", "INSERT INTO t VALUES (1, 2)", "CREATE TABLE u (b int)"];

fn tables(db: &mut dyn Database) -> Vec<String> {
    let sql = match db.dialect().word() {
        "sqlite" => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1",
        "mysql" => {
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database() ORDER BY 1"
        }
        _ => "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    };
    db.query(sql).unwrap().column("name").into_iter().flatten().map(str::to_owned).collect()
}

#[test]
fn a_failure_at_the_third_of_five() {
    let five = [
        "CREATE TABLE v (c int)",
        "DROP TABLE u",
        "INSERT INTO t VALUES (1, 9)",
        "CREATE TABLE w (c int)",
        "DELETE FROM t",
    ];
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        run(db, &BEFORE);
        let made = plan(vec![phase("m", engine, &five)]);
        let stopped = walk(db, &made).unwrap_err();
        let at = stopped.at.clone().unwrap();
        assert_eq!((at.number, at.of, at.line, at.file.as_deref()), (3, 5, 3, Some("m/down.sql")), "{engine}");
        assert!(matches!(stopped.reason, Reason::Failed(_)), "{stopped:?}");
        assert_eq!(stopped.open, ["m"]);
        if engine != "mysql" {
            assert_eq!(stopped.left, Left::AsBefore, "{engine}");
            assert_eq!(tables(db), ["t", "u"], "{engine}");
            continue;
        }
        assert!(matches!(stopped.left, Left::Continuable { steps: 2, .. }), "{stopped:?}");
        assert_eq!(tables(db), ["t", "v"]);
        // Nothing else begins before it is settled.
        let again = walk(db, &made).unwrap_err();
        assert!(matches!(again.reason, Reason::Unfinished(_)), "{again:?}");
        run(db, &["DELETE FROM t"]);
        let home = Home::find(db).unwrap();
        let found = unfinished(db, &home).unwrap().unwrap();
        assert_eq!((found.happened(), &found.plan), (2, &made));
        let order = Order { resume: Some(&found), ..order(db, &found.plan) };
        let finished = execute(db, &order, &mut Unwatched, &mut |_| Ok(any_print()), None).unwrap();
        assert_eq!(finished.phases, ["m"]);
        assert_eq!(tables(db), ["t", "v", "w"]);
        assert_eq!(unfinished(db, &home).unwrap(), None);
        walk(db, &plan(vec![phase("n", engine, &["DROP TABLE w"])])).unwrap();
    }
}

#[test]
fn earlier_phases_stay() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        run(db, &BEFORE);
        let made = plan(vec![
            phase("two", engine, &["DROP TABLE u"]),
            phase("one", engine, &["CREATE TABLE v (c int)", "CREATE TABLE v (c int)"]),
        ]);
        let stopped = walk(db, &made).unwrap_err();
        assert_eq!(
            (stopped.done.as_slice(), stopped.open.as_slice()),
            (&["two".to_owned()][..], &["one".to_owned()][..])
        );
        match engine {
            "mysql" => assert!(matches!(stopped.left, Left::Continuable { steps: 1, .. }), "{stopped:?}"),
            _ => assert_eq!(stopped.left, Left::Whole),
        }
        assert_eq!(tables(db), if engine == "mysql" { vec!["t", "v"] } else { vec!["t"] });
    }
}

/// Where nothing of a phase has happened, there is nothing to go on with, and the next run begins as any other.
#[test]
fn a_phase_that_fails_at_once() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        run(db, &BEFORE);
        let made = plan(vec![phase("two", engine, &["DROP TABLE u"]), phase("one", engine, &["DROP TABLE nonesuch"])]);
        let stopped = walk(db, &made).unwrap_err();
        assert_eq!((stopped.left, stopped.done), (Left::Whole, vec!["two".to_owned()]), "{engine}");
        walk(db, &plan(vec![phase("n", engine, &["DROP TABLE t"])])).unwrap();
    }
}

#[test]
fn what_ran_on_mysql_is_taken_back() {
    let own = Own::mysql();
    let db = &mut *own.open();
    run(db, &BEFORE);
    let mut back = phase("m", "mysql", &["DROP TABLE u", "CREATE TABLE v (c int)", "SELECT nonsense"]);
    let undo = |of: usize, sql: &str| Undo { of, steps: vec![step(sql, None, 0)], lost: vec![] };
    back.undo = vec![undo(2, "SELECT nonsense"), undo(1, "DROP TABLE v"), undo(0, "CREATE TABLE u (b int)")];
    let made = plan(vec![back]);
    walk(db, &made).unwrap_err();
    let home = Home::find(db).unwrap();
    let found = unfinished(db, &home).unwrap().unwrap();
    let order = order(db, &made);
    abort(db, &found, &order, false, &mut Unwatched).unwrap();
    assert_eq!(tables(db), ["t", "u"]);
    assert_eq!(unfinished(db, &home).unwrap(), None);

    let made = plan(vec![phase("m", "mysql", &["DROP TABLE u", "SELECT nonsense"])]);
    walk(db, &made).unwrap_err();
    let found = unfinished(db, &home).unwrap().unwrap();
    let stopped = abort(db, &found, &order, false, &mut Unwatched).unwrap_err();
    assert!(matches!(stopped.reason, Reason::NoWayBack(_)), "{stopped:?}");
}

/// The middle of a statement that was begun, when the process dies: with and without its effect.
#[test]
fn a_step_that_was_only_begun_is_looked_up_in_the_catalog() {
    for happened in [false, true] {
        let own = Own::mysql();
        let db = &mut *own.open();
        run(db, &BEFORE);
        let made = plan(vec![phase("m", "mysql", &["ALTER TABLE t DROP COLUMN a", "SELECT nonsense", "DROP TABLE u"])]);
        walk(db, &made).unwrap_err();
        let home = Home::find(db).unwrap();
        let journal = home.table("journal", db.dialect());
        if !happened {
            run(db, &["ALTER TABLE t ADD COLUMN a int"]);
        }
        // As it stands right after the statement and before the line that it is done: the hash is that of before.
        let print = {
            let own = Own::mysql();
            let other = &mut *own.open();
            run(other, &BEFORE);
            unmigrate_app::journal::print(other, &["t".into()]).unwrap()
        };
        run(db, &[&format!("UPDATE {journal} SET state = 'begun', detail = '{print}' WHERE phase = 0 AND step = 0")]);
        let found = unfinished(db, &home).unwrap().unwrap();
        assert_eq!(found.steps.get(&(0, 0)), Some(&happened), "{found:?}");
    }
}

#[test]
fn an_index_beside_traffic() {
    let own = Own::postgres();
    let db = &mut *own.open();
    run(db, &["CREATE TABLE t (id int)", "INSERT INTO t VALUES (1), (1)", "CREATE TABLE u (b int)"]);
    let home = Home::find(db).unwrap();
    let mixed = |index: &str| {
        let steps =
            vec![step("DROP TABLE u", Some(0), 1), step(index, None, 2), step("CREATE TABLE w (c int)", Some(1), 3)];
        plan(vec![Phase { name: "m".into(), steps, undo: vec![], then: Then::Go }])
    };
    let stopped = walk(db, &mixed("CREATE UNIQUE INDEX CONCURRENTLY i ON t (id)")).unwrap_err();
    assert_eq!(stopped.at.as_ref().unwrap().number, 2);
    // What it left invalid is gone, and what ran before stays.
    assert_eq!(first(db, "SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
    assert_eq!(tables(db), ["t"]);
    let found = unfinished(db, &home).unwrap().unwrap();
    assert_eq!(found.steps.iter().filter(|(_, done)| **done).count(), 1);
    run(db, &["TRUNCATE t"]);
    let order = Order { resume: Some(&found), ..order(db, &found.plan) };
    execute(db, &order, &mut Unwatched, &mut |_| Ok(any_print()), None).unwrap();
    assert_eq!(tables(db), ["t", "w"]);
    assert_eq!(first(db, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"), "t");
}

/// An invalid index that a killed process left is dropped before the statement runs again.
#[test]
fn an_index_whose_builder_was_killed() {
    let own = Own::postgres();
    let db = &mut *own.open();
    run(db, &["CREATE TABLE t (id int)"]);
    let made = plan(vec![Phase {
        name: "m".into(),
        steps: vec![step("CREATE INDEX CONCURRENTLY i ON t (id)", None, 1), step("SELECT nonsense", None, 2)],
        undo: vec![],
        then: Then::Go,
    }]);
    walk(db, &made).unwrap_err();
    let home = Home::find(db).unwrap();
    let journal = home.table("journal", db.dialect());
    run(
        db,
        &[
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass",
            &format!("UPDATE {journal} SET state = 'begun', detail = 'x' WHERE step = 0"),
        ],
    );
    let found = unfinished(db, &home).unwrap().unwrap();
    assert_eq!(first(db, "SELECT count(*) FROM pg_class WHERE relname = 'i'"), "0");
    assert!(found.steps.contains_key(&(0, 0)));
}

#[test]
fn children_stay_where_a_parent_is_rebuilt() {
    let own = Own::sqlite();
    let db = &mut *own.open();
    run(
        db,
        &[
            "CREATE TABLE user (id integer PRIMARY KEY, a text)",
            "CREATE TABLE account (id integer PRIMARY KEY, u integer REFERENCES user (id) ON DELETE CASCADE)",
            "INSERT INTO user VALUES (1, 'x'), (2, 'y')",
            "INSERT INTO account VALUES (1, 1), (2, 2)",
            "PRAGMA foreign_keys=OFF",
            "INSERT INTO account VALUES (3, 77)",
            "PRAGMA foreign_keys=ON",
        ],
    );
    let rebuild = [
        "CREATE TABLE __new_user (id integer PRIMARY KEY)",
        "INSERT INTO __new_user SELECT id FROM user",
        "DROP TABLE user",
        "ALTER TABLE __new_user RENAME TO user",
        "PRAGMA foreign_key_check",
    ];
    // A row that referred to nothing before is nobody's fault.
    walk(db, &plan(vec![phase("m", "sqlite", &rebuild)])).unwrap();
    assert_eq!(first(db, "SELECT count(*) FROM account"), "3");
    assert_eq!(first(db, "PRAGMA foreign_keys"), "1");

    let lost = [
        "CREATE TABLE __new_user (id integer PRIMARY KEY)",
        "INSERT INTO __new_user SELECT id FROM user WHERE id = 1",
        "DROP TABLE user",
        "ALTER TABLE __new_user RENAME TO user",
    ];
    let stopped = walk(db, &plan(vec![phase("m", "sqlite", &lost)])).unwrap_err();
    assert!(stopped.reason.to_string().contains("`account` would refer to rows of `user`"), "{stopped:?}");
    let fewer = [
        "CREATE TRIGGER x AFTER UPDATE ON user BEGIN DELETE FROM account WHERE u = 2; END",
        "UPDATE user SET id = id",
        "DROP TRIGGER x",
    ];
    let stopped = walk(db, &plan(vec![phase("m", "sqlite", &fewer)])).unwrap_err();
    assert!(stopped.reason.to_string().contains("`account` would have 2 rows, and has 3"), "{stopped:?}");
    assert_eq!(
        (first(db, "SELECT count(*) FROM user"), first(db, "SELECT count(*) FROM account")),
        ("2".into(), "3".into())
    );
}

#[test]
fn what_had_to_come_of_it() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        run(db, &BEFORE);
        let mut wanted = phase("m", engine, &["DROP TABLE u", "DELETE FROM t WHERE id = 7"]);
        wanted.steps[1].expect = Expect::Changes(1);
        let stopped = walk(db, &plan(vec![wanted])).unwrap_err();
        assert_eq!(stopped.reason, Reason::Unexpected("it changed 0 rows, and 1 had to change".into()));
        let mut none = phase("m", engine, &["SELECT 1 FROM t WHERE a = 2"]);
        none.steps[0].expect = Expect::NoRows;
        if engine != "mysql" {
            let stopped = walk(db, &plan(vec![none])).unwrap_err();
            assert!(matches!(stopped.reason, Reason::Unexpected(_)));
            assert_eq!(tables(db), ["t", "u"]);
        }
    }
}

#[test]
fn another_database_than_the_plan_was_made_for() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        run(db, &BEFORE);
        let made = plan(vec![phase("m", engine, &["DROP TABLE u"])]);
        let order = order(db, &made);
        let other = Fingerprint::of(&Snapshot::default(), ["another row"]);
        let stopped = execute(db, &order, &mut Unwatched, &mut |_| Ok(other), None).unwrap_err();
        assert_eq!((stopped.reason, stopped.left), (Reason::Moved, Left::AsBefore));
        assert_eq!(tables(db), ["t", "u"]);
    }
}

#[test]
fn settings_and_locks_are_given_back() {
    for engine in ["postgres", "mysql"] {
        let own = Own::on(engine);
        let db = &mut *own.open();
        run(db, &BEFORE);
        let (set, show) = match engine {
            "postgres" => ("SET lock_timeout = '1234ms'", "SHOW lock_timeout"),
            _ => ("SET SESSION lock_wait_timeout = 77", "SELECT @@SESSION.lock_wait_timeout"),
        };
        run(db, &[set]);
        let was = first(db, show);
        walk(db, &plan(vec![phase("m", engine, &["DROP TABLE u"])])).unwrap();
        walk(db, &plan(vec![phase("m", engine, &["ALTER TABLE t DROP COLUMN nonesuch"])])).unwrap_err();
        assert_eq!(first(db, show), was);
        let ours = ToolLock::ours(db.dialect()).unwrap();
        let other = &mut *own.open();
        let taken = other.query(&ours.take).unwrap();
        assert!(ours.is_taken(&taken), "{engine}");
        // And while somebody else has it, nothing runs, and it is said who has it.
        let stopped = walk(db, &plan(vec![phase("m", engine, &["DROP TABLE t"])])).unwrap_err();
        assert!(matches!(stopped.reason, Reason::Busy(_)), "{stopped:?}");
        assert_eq!(stopped.holders.len(), 1, "{stopped:?}");
        assert_eq!(tables(db), ["t"]);
    }
}

/// Counts the pauses and keeps whom it was told of.
#[derive(Default)]
struct Heard(usize, Vec<Holder>);

impl Watch for Heard {
    fn waits(&mut self, _: Option<&Step>, holders: &[Holder], _: Duration) {
        self.0 += 1;
        self.1.extend(holders.iter().cloned());
    }
}

/// A long transaction holds ACCESS SHARE; readers come while we try.
#[test]
fn nobody_waits_behind_us() {
    let own = Own::postgres();
    let db = &mut *own.open();
    run(db, &["CREATE TABLE user_profiles (id int, a int)", "INSERT INTO user_profiles VALUES (1, 1)"]);
    let mut dump = own.open();
    run(&mut *dump, &["SET application_name = 'pg_dump'", "BEGIN", "SELECT * FROM user_profiles"]);
    let url = own.url.clone();
    let until = Instant::now() + Duration::from_secs(6);
    let readers: Vec<_> = (0..5)
        .map(|_| {
            let url = url.clone();
            std::thread::spawn(move || {
                let mut session = crate::common::session(&url);
                let (mut longest, mut reads) = (Duration::ZERO, 0);
                while Instant::now() < until {
                    let began = Instant::now();
                    session.query("SELECT * FROM user_profiles").unwrap();
                    longest = longest.max(began.elapsed());
                    reads += 1;
                    std::thread::sleep(Duration::from_millis(100));
                }
                (longest, reads)
            })
        })
        .collect();
    let made = plan(vec![phase("m", "postgres", &["ALTER TABLE user_profiles DROP COLUMN a"])]);
    let patience = Patience { total: Duration::from_secs(4), ..Patience::default() };
    let order = Order { patience, ..order(db, &made) };
    let mut heard = Heard::default();
    let began = Instant::now();
    let stopped = execute(db, &order, &mut heard, &mut |_| Ok(any_print()), None).unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    assert!(matches!(stopped.reason, Reason::Locked(_)) && stopped.reason.is_retriable(), "{stopped:?}");
    assert_eq!(stopped.left, Left::AsBefore);
    assert!(heard.0 >= 3, "{} tries", heard.0);
    assert!(
        heard.1.iter().any(|h| h.application == "pg_dump" && h.age.is_some() && h.query.is_some()),
        "{:?}",
        heard.1
    );
    let read: Vec<(Duration, usize)> = readers.into_iter().map(|r| r.join().unwrap()).collect();
    let longest = read.iter().map(|(longest, _)| *longest).max().unwrap();
    eprintln!("readers: {} reads, the longest {longest:?}", read.iter().map(|(_, n)| n).sum::<usize>());
    assert!(longest < Duration::from_secs(1), "{longest:?}");
    // Once it is over, the same run succeeds.
    run(&mut *dump, &["COMMIT"]);
    execute(db, &order, &mut heard, &mut |_| Ok(any_print()), None).unwrap();
}

#[test]
fn a_lock_that_comes_free_while_we_try() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        run(db, &BEFORE);
        let mut other = own.open();
        match engine {
            "postgres" => run(&mut *other, &["BEGIN", "SELECT * FROM t"]),
            "mysql" => run(&mut *other, &["START TRANSACTION", "SELECT * FROM t"]),
            _ => run(&mut *other, &["BEGIN IMMEDIATE", "INSERT INTO u VALUES (1)"]),
        }
        let release = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(1500));
            other.execute("COMMIT").unwrap();
        });
        let made = plan(vec![phase("m", engine, &["ALTER TABLE t DROP COLUMN a"])]);
        let patience = Patience { total: Duration::from_secs(20), ..Patience::default() };
        let order = Order { patience, ..order(db, &made) };
        let finished = execute(db, &order, &mut Unwatched, &mut |_| Ok(any_print()), None).unwrap();
        assert!(finished.waited > Duration::ZERO, "{engine}");
        release.join().unwrap();
    }
}

/// MariaDB: who has read a table and writes it next would be ended by a trigger's lock that stands in line behind him.
#[test]
fn a_trigger_ends_no_transaction() {
    let own = Own::mysql();
    let db = &mut *own.open();
    run(db, &BEFORE);
    let mut other = own.open();
    run(&mut *other, &["START TRANSACTION", "SELECT * FROM t"]);
    let goes_on = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(400));
        let wrote = other.execute("UPDATE t SET a = 9 WHERE id = 1");
        other.execute("COMMIT").unwrap();
        wrote
    });
    let trigger = "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1";
    let made = plan(vec![phase("m", "mysql", &[trigger, "DROP TRIGGER g"])]);
    walk(db, &made).unwrap();
    assert_eq!(goes_on.join().unwrap(), Ok(1));
    assert_eq!(first(db, "SELECT a FROM t"), "9");
}

#[test]
fn a_connection_that_is_cut() {
    let own = Own::postgres();
    let db = &mut *own.open();
    run(db, &BEFORE);
    let pid = first(db, "SELECT pg_backend_pid()");
    let mut admin = own.admin();
    let killer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(500));
        admin.query(&format!("SELECT pg_terminate_backend({pid})")).unwrap();
    });
    let made = plan(vec![phase("m", "postgres", &["DROP TABLE u", "SELECT pg_sleep(10)", "DROP TABLE t"])]);
    let stopped = walk(db, &made).unwrap_err();
    killer.join().unwrap();
    assert!(matches!(stopped.reason, Reason::Lost(_)), "{stopped:?}");
    assert_eq!(stopped.left, Left::AsBefore);
    assert_eq!(tables(&mut *own.open()), ["t", "u"]);
    let _: &Plan = &made;
}

/// A process that died between two phases: its lines tell of nothing half done, and stand in nobody's way.
#[test]
fn a_run_that_was_cut_off_between_phases() {
    let own = Own::mysql();
    let db = &mut *own.open();
    run(db, &BEFORE);
    let made = plan(vec![phase("two", "mysql", &["DROP TABLE u"]), phase("one", "mysql", &["DROP TABLE t"])]);
    let text = serde_json::to_string(&PlanFile::new(&made, db.dialect())).unwrap();
    let home = Home::find(db).unwrap();
    let journal = Journal::begin(db, home.clone(), &text, None).unwrap();
    run(db, &["DROP TABLE u"]);
    journal.done(db, (0, 0)).unwrap();
    let found = unfinished(db, &home).unwrap().unwrap();
    assert!(found.is_idle() && found.happened() == 1);
    walk(db, &plan(vec![phase("n", "mysql", &["DROP TABLE t"])])).unwrap();
    assert_eq!(unfinished(db, &home).unwrap(), None);
    assert_eq!(tables(db), Vec::<String>::new());
}

/// What looks cut off may be running: it is taken back only under the locks.
#[test]
fn nobody_takes_back_what_runs() {
    let own = Own::mysql();
    let db = &mut *own.open();
    run(db, &BEFORE);
    let made = plan(vec![phase("m", "mysql", &["DROP TABLE u", "SELECT nonsense"])]);
    walk(db, &made).unwrap_err();
    let home = Home::find(db).unwrap();
    let found = unfinished(db, &home).unwrap().unwrap();
    let mut other = own.open();
    let ours = ToolLock::ours(db.dialect()).unwrap();
    other.query(&ours.take).unwrap();
    let order = order(db, &made);
    let mut idle = found.clone();
    idle.steps.clear();
    assert!(matches!(abort(db, &idle, &order, false, &mut Unwatched).unwrap_err().reason, Reason::Busy(_)));
    other.query(&ours.release).unwrap();
    // And what it was told of is not what stands there now.
    assert!(matches!(abort(db, &idle, &order, false, &mut Unwatched).unwrap_err().reason, Reason::Unfinished(_)));
    assert_eq!(unfinished(db, &home).unwrap(), Some(found));
}
