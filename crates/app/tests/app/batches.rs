//! An UPDATE that is marked for it runs in batches, and leaves what the same UPDATE would leave.

use crate::common::{Own, any_print, first, order, plan, run, session, step, walk};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use unmigrate_app::archive::Home;
use unmigrate_app::execute::{Left, Order, Patience, Reason, Unwatched, Watch, abort, execute, unfinished};
use unmigrate_engines::Database;
use unmigrate_kernel::plan::{Phase, Plan, Step, Then};

/// The engines that have such.
const SERVERS: [&str; 2] = ["postgres", "mysql"];
const FILL: &str = "UPDATE /* unmigrate-batched */ t SET b = a WHERE b IS NULL OR b <> a";

/// One statement outside of any transaction.
fn apart(statements: &[&str]) -> Plan {
    let steps = statements.iter().enumerate().map(|(at, sql)| step(sql, None, at + 1)).collect();
    plan(vec![Phase { name: "m".into(), steps, undo: vec![], then: Then::Go }])
}

/// Numbers from 1, in SQL.
fn numbers(engine: &str, rows: usize) -> String {
    match engine {
        "postgres" => format!("(SELECT g AS n FROM generate_series(1, {rows}) g) AS numbers"),
        _ => format!("(SELECT seq AS n FROM seq_1_to_{rows}) AS numbers"),
    }
}

fn filled(db: &mut dyn Database, engine: &str, rows: usize) {
    let numbers = numbers(engine, rows);
    run(
        db,
        &[
            "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int)",
            &format!("INSERT INTO t (id, a) SELECT n, n * 7 FROM {numbers}"),
        ],
    );
}

fn wrong(db: &mut dyn Database) -> String {
    first(db, "SELECT count(*) FROM t WHERE b IS NULL OR b <> a")
}

/// Counts the batches.
#[derive(Default)]
struct Counted(usize, u64);

impl Watch for Counted {
    fn batch(&mut self, _: &Step, rows: u64) {
        self.0 += 1;
        self.1 = rows;
    }
}

/// How many batches there were, and how many rows they changed.
fn batches(db: &mut dyn Database, made: &Plan) -> (usize, u64) {
    let mut counted = Counted::default();
    let order = order(db, made);
    execute(db, &order, &mut counted, &mut |_| Ok(any_print()), None).unwrap();
    (counted.0, counted.1)
}

#[test]
fn each_batch_is_a_transaction() {
    for engine in SERVERS {
        let own = Own::on(engine);
        let db = &mut *own.open();
        filled(db, engine, 5000);
        run(db, &["UPDATE t SET b = a WHERE id <= 100"]);
        assert_eq!(batches(db, &apart(&[FILL])), (3, 4900), "{engine}");
        assert_eq!(wrong(db), "0", "{engine}");
        if engine == "postgres" {
            assert_eq!(first(db, "SELECT count(DISTINCT xmin::text) FROM t"), "4");
            run(db, &["UPDATE t SET b = 0"]);
            let whole = plan(vec![crate::common::phase("m", engine, &[FILL])]);
            assert_eq!(batches(db, &whole), (0, 0), "in a transaction it is a statement like any other");
            assert_eq!((wrong(db), first(db, "SELECT count(DISTINCT xmin::text) FROM t")), ("0".into(), "1".into()));
        }
        run(db, &["DELETE FROM t"]);
        assert_eq!(batches(db, &apart(&[FILL])), (0, 0), "{engine}");
    }
}

#[test]
fn by_whatever_the_key_is() {
    let rows = 4500;
    let postgres = [
        ("k uuid PRIMARY KEY", "gen_random_uuid()", 3),
        ("k text COLLATE \"C\" PRIMARY KEY", "'\\' || n || ''''", 3),
        ("k timestamptz, l int, PRIMARY KEY (l, k)", "now() + n * interval '1 ms', n % 3", 3),
    ];
    let mysql = [
        ("k binary(4) PRIMARY KEY", "UNHEX(LPAD(HEX(n * 400000), 8, '0'))", 3),
        ("k varchar(30) COLLATE utf8mb4_bin PRIMARY KEY", "CONCAT(CHAR(92), CHAR(39), n)", 3),
        ("k datetime(3), l int, PRIMARY KEY (l, k)", "TIMESTAMPADD(MICROSECOND, 1000 * n, '2020-01-01'), n % 3", 3),
        // Texts of it stand in another order than its values: whole.
        ("k enum('z', 'a', 'm'), l int, PRIMARY KEY (k, l)", "ELT(n % 3 + 1, 'z', 'a', 'm'), n", 0),
        ("k int", "n", 0),
    ];
    for (engine, keys) in [("postgres", &postgres[..]), ("mysql", &mysql[..])] {
        let own = Own::on(engine);
        let db = &mut *own.open();
        for (key, values, wanted) in keys {
            let numbers = numbers(engine, rows);
            let names = if key.contains("l int") { "k, l" } else { "k" };
            run(
                db,
                &[
                    "DROP TABLE IF EXISTS t",
                    &format!("CREATE TABLE t ({key}, a int NOT NULL, b int)"),
                    &format!("INSERT INTO t ({names}, a) SELECT {values}, n FROM {numbers}"),
                ],
            );
            let (number, _) = batches(db, &apart(&[FILL]));
            assert_eq!((number, wrong(db).as_str()), (*wanted, "0"), "{engine}: {key}");
        }
    }
}

#[test]
fn by_pages_where_there_is_no_key() {
    let own = Own::postgres();
    let db = &mut *own.open();
    run(
        db,
        &[
            "CREATE TABLE t (a int NOT NULL, b int)",
            "CREATE TABLE child () INHERITS (t)",
            "INSERT INTO t SELECT g FROM generate_series(1, 3000) g",
            "INSERT INTO child SELECT g FROM generate_series(1, 30000) g",
            "ANALYZE",
        ],
    );
    let (number, rows) = batches(db, &apart(&[FILL]));
    assert!(number >= 5, "{number}");
    assert_eq!((rows, wrong(db).as_str()), (33000, "0"));
    // What is no table is refused as it would be without a mark.
    let stopped = walk(db, &apart(&["UPDATE /* unmigrate-batched */ nonesuch SET b = a"])).unwrap_err();
    assert!(matches!(stopped.reason, Reason::Failed(_)), "{stopped:?}");
    run(db, &["CREATE VIEW v AS SELECT a, b FROM t", "UPDATE t SET b = 0"]);
    assert_eq!(batches(db, &apart(&["UPDATE /* unmigrate-batched */ v SET b = a"])).0, 0);
    assert_eq!(wrong(db), "0");
}

/// Who writes waits for a batch and not for all, and what he writes stays.
#[test]
fn others_write_meanwhile() {
    for engine in SERVERS {
        let own = Own::on(engine);
        let db = &mut *own.open();
        filled(db, engine, 40_000);
        let trigger = match engine {
            "postgres" => vec![
                "CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.b := NEW.a; RETURN NEW; END $$",
                "CREATE TRIGGER same BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION same()",
            ],
            _ => vec![
                "CREATE TRIGGER same_i BEFORE INSERT ON t FOR EACH ROW SET NEW.b = NEW.a",
                "CREATE TRIGGER same_u BEFORE UPDATE ON t FOR EACH ROW SET NEW.b = NEW.a",
            ],
        };
        run(db, &trigger);
        let over = Arc::new(AtomicBool::new(false));
        let (url, stop) = (own.url.clone(), Arc::clone(&over));
        let writer = std::thread::spawn(move || {
            let mut other = session(&url);
            let (mut longest, mut writes) = (Duration::ZERO, 0);
            while !stop.load(Ordering::Relaxed) {
                let began = Instant::now();
                let id = writes * 7919 % 40_000 + 1;
                other.execute(&format!("UPDATE t SET a = -{id} WHERE id = {id}")).unwrap();
                other.execute(&format!("INSERT INTO t (id, a) VALUES ({}, 5)", 50_000 + writes)).unwrap();
                longest = longest.max(began.elapsed());
                writes += 1;
            }
            (writes, longest)
        });
        // It has begun to write.
        while first(db, "SELECT count(*) FROM t WHERE a = 5") == "0" {
            std::thread::sleep(Duration::from_millis(5));
        }
        let (number, _) = batches(db, &apart(&[FILL]));
        over.store(true, Ordering::Relaxed);
        let (writes, longest) = writer.join().unwrap();
        eprintln!("{engine}: {number} batches, {writes} writes beside them, the longest {longest:?}");
        assert!(number >= 20 && writes > 0, "{engine}: {number} batches, {writes} writes");
        assert_eq!(wrong(db), "0", "{engine}");
        assert_eq!(first(db, "SELECT count(*) FROM t WHERE a = 5"), writes.to_string());
    }
}

/// A row that somebody has: the batches before it stay, and it is tried again.
#[test]
fn a_row_that_is_locked() {
    for engine in SERVERS {
        let own = Own::on(engine);
        let db = &mut *own.open();
        filled(db, engine, 5000);
        let mut other = own.open();
        run(&mut *other, &["BEGIN", "UPDATE t SET a = 1 WHERE id = 4500"]);
        let url = own.url.clone();
        let release = std::thread::spawn(move || {
            let mut third = session(&url);
            std::thread::sleep(Duration::from_millis(2500));
            let done = first(&mut *third, "SELECT count(*) FROM t WHERE b = a");
            third.execute("UPDATE t SET b = 0 WHERE id = 4400").unwrap();
            other.execute("COMMIT").unwrap();
            done
        });
        let made = apart(&[FILL]);
        let patience = Patience { lock: Duration::from_millis(200), total: Duration::from_secs(20) };
        let order = Order { patience, ..order(db, &made) };
        let finished = execute(db, &order, &mut Unwatched, &mut |_| Ok(any_print()), None).unwrap();
        assert!(finished.waited > Duration::ZERO, "{engine}");
        assert_eq!(release.join().unwrap(), "4000", "{engine}");
        assert_eq!(wrong(db), "0", "{engine}");
    }
}

#[test]
fn one_that_stops_in_the_middle_begins_anew() {
    for engine in SERVERS {
        let own = Own::on(engine);
        let db = &mut *own.open();
        filled(db, engine, 5000);
        run(db, &["UPDATE t SET a = 0 WHERE id = 4500"]);
        let made = apart(&[
            "UPDATE /* unmigrate-batched */ t SET b = CASE WHEN a > 0 THEN a ELSE (SELECT 1 UNION SELECT 2) END WHERE b IS NULL",
            "CREATE TABLE after_it (id int)",
        ]);
        let stopped = walk(db, &made).unwrap_err();
        assert!(matches!(stopped.reason, Reason::Failed(_)), "{stopped:?}");
        assert!(matches!(stopped.left, Left::Continuable { steps: 0, .. }), "{engine}: {stopped:?}");
        assert_eq!(first(db, "SELECT count(*) FROM t WHERE b = a"), "4000", "{engine}");
        let home = Home::find(db).unwrap();
        let found = unfinished(db, &home).unwrap().unwrap();
        assert!(!found.is_idle() && found.steps.get(&(0, 0)) == Some(&false), "{found:?}");
        // Nothing else begins, and nobody says that nothing has happened.
        assert!(matches!(walk(db, &made).unwrap_err().reason, Reason::Unfinished(_)), "{engine}");
        let usual = order(db, &made);
        let back = abort(db, &found, &usual, false, &mut Unwatched).unwrap_err();
        assert!(matches!(back.reason, Reason::NoWayBack(_)), "{back:?}");
        run(
            db,
            &[
                "UPDATE t SET a = 9 WHERE id = 4500",
                "UPDATE t SET b = NULL WHERE id = 3",
                "ALTER TABLE t ADD COLUMN c int",
            ],
        );
        let found = unfinished(db, &home).unwrap().unwrap();
        let order = Order { resume: Some(&found), ..order(db, &found.plan) };
        execute(db, &order, &mut Unwatched, &mut |_| Ok(any_print()), None).unwrap();
        assert_eq!(wrong(db), "0", "{engine}");
        assert_eq!((first(db, "SELECT count(*) FROM after_it"), unfinished(db, &home).unwrap()), ("0".into(), None));
    }
}

/// One that fails before it has changed anything leaves nothing to go on with.
#[test]
fn one_that_fails_at_once() {
    for engine in SERVERS {
        let own = Own::on(engine);
        let db = &mut *own.open();
        filled(db, engine, 10);
        let stopped = walk(db, &apart(&["UPDATE /* unmigrate-batched */ t SET nonesuch = a"])).unwrap_err();
        assert_eq!(stopped.left, Left::AsBefore, "{engine}");
        walk(db, &apart(&[FILL])).unwrap();
        assert_eq!(wrong(db), "0", "{engine}");
    }
}

/// Values that stand in another table: what somebody writes to both while a batch waits for his row is not written over with
/// what the batch saw before.
#[test]
fn values_of_another_table_are_not_old_ones() {
    let fill = "UPDATE /* unmigrate-batched */ t SET b = (SELECT c FROM u WHERE u.id = t.id) \
                WHERE b IS NULL OR b <> (SELECT c FROM u WHERE u.id = t.id)";
    for engine in SERVERS {
        let own = Own::on(engine);
        let db = &mut *own.open();
        filled(db, engine, 3000);
        let numbers = numbers(engine, 3000);
        run(
            db,
            &[
                "CREATE TABLE u (id int PRIMARY KEY, c int NOT NULL)",
                &format!("INSERT INTO u SELECT n, n FROM {numbers}"),
            ],
        );
        let mut other = own.open();
        run(&mut *other, &["BEGIN", "UPDATE u SET c = 77 WHERE id = 900", "UPDATE t SET b = 77 WHERE id = 900"]);
        let release = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(400));
            other.execute("COMMIT").unwrap();
        });
        let made = apart(&[fill]);
        let patience = Patience { lock: Duration::from_millis(900), total: Duration::from_secs(20) };
        let order = Order { patience, ..order(db, &made) };
        execute(db, &order, &mut Unwatched, &mut |_| Ok(any_print()), None).unwrap();
        release.join().unwrap();
        assert_eq!(first(db, "SELECT b FROM t WHERE id = 900"), "77", "{engine}");
        assert_eq!(first(db, "SELECT count(*) FROM t JOIN u ON u.id = t.id WHERE t.b = u.c"), "3000", "{engine}");
    }
}
