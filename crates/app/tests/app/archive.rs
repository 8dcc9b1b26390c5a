//! What a rollback takes away is kept, and comes back by key: on the real engines, also with rows that came and went in
//! between.

use crate::common::{ENGINES, Own, any_print, first, run, step, walk};
use unmigrate_app::archive::{Home, Kept, Kind, NotRestored, Restored, drop_kept, keep, list, restore};
use unmigrate_engines::Database;
use unmigrate_kernel::dialect::quote;
use unmigrate_kernel::discard::discarded;
use unmigrate_kernel::plan::{Phase, Plan, Step, Then};
use unmigrate_kernel::{Dialect, History, Migration};

/// Rolls the last migration back with what it takes away kept, as the verb does.
fn back(db: &mut dyn Database, ups: &[&str], down: &[&str]) -> Kept {
    let dialect = db.dialect();
    let migration = |sql: &&str| Migration {
        name: "m".into(),
        file: "m.sql".into(),
        sql: (*sql).into(),
        breakpoints: false,
        snapshot_before: None,
        observed: vec![],
    };
    let history = History { dialect, server: None, migrations: ups.iter().map(migration).collect() };
    let lost = discarded(&history, ups.len() - 1, &down.join(";\n"));
    let home = Home::find(db).unwrap();
    let transaction = (dialect != Dialect::Mysql).then_some(0);
    let stamp = format!("{}", list(db, &home).unwrap().len());
    let kept = keep(db, &home, &lost, "m", &stamp, transaction).unwrap();
    let own: Vec<Step> = down.iter().map(|sql| step(sql, transaction, 1)).collect();
    let steps = [kept.before.clone(), own, kept.after.clone()].concat();
    let phase = |name: &str, steps| Phase { name: name.into(), steps, undo: vec![], then: Then::Go };
    let mut phases = vec![phase("archive", kept.first.clone()), phase("m", steps)];
    phases.retain(|p| !p.steps.is_empty());
    // What a second file needs is attached before the walk: it can't be in a transaction.
    home.make(db).unwrap();
    walk(db, &Plan { made_for: any_print(), phases }).unwrap_or_else(|stopped| panic!("{stopped:?}"));
    kept
}

fn script(db: &mut dyn Database, statements: &[&str]) {
    run(db, statements);
}

fn rows(db: &mut dyn Database, sql: &str) -> Vec<Vec<Option<String>>> {
    db.query(sql).expect(sql).rows
}

#[test]
fn a_column_by_key() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let ups = [
            "CREATE TABLE users (id int PRIMARY KEY, email varchar(50))",
            "ALTER TABLE users ADD COLUMN bio varchar(50) DEFAULT 'none'",
        ];
        script(db, &ups);
        script(db, &["INSERT INTO users VALUES (1, 'a', 'x'), (2, 'b', NULL), (3, 'c', 'it''s'), (4, 'd', 'gone')"]);
        let was = rows(db, "SELECT id, bio FROM users ORDER BY id");
        let kept = back(db, &ups, &["ALTER TABLE users DROP COLUMN bio"]);
        assert_eq!((kept.rows, kept.objects.as_slice()), (4, &["users.bio".to_owned()][..]), "{engine}");
        // Traffic, then the migration again.
        script(db, &["DELETE FROM users WHERE id = 4", "INSERT INTO users VALUES (9, 'new')", ups[1]]);
        let home = Home::find(db).unwrap();
        let entries = list(db, &home).unwrap();
        let entry = entries[0].clone();
        assert_eq!(
            (entry.kind, entry.rows, entry.keys.as_slice()),
            (Kind::Columns, 4, &["id".to_owned()][..]),
            "{engine}"
        );
        assert!(engine == "sqlite" || entry.bytes.is_some_and(|b| b > 0), "{entry:?}");
        assert_eq!(restore(db, &home, &entry), Ok(Restored { restored: 3, gone: 1, new: 1 }), "{engine}");
        let now = rows(db, "SELECT id, bio FROM users ORDER BY id");
        assert_eq!(now[..3], was[..3], "{engine}");
        assert_eq!(now[3], [Some("9".to_owned()), Some("none".to_owned())], "{engine}");
        assert!(list(db, &home).unwrap()[0].restored.is_some());
        assert!(drop_kept(db, &home, &entry.id).unwrap());
        assert!(!drop_kept(db, &home, &entry.id).unwrap());
        assert_eq!(list(db, &home).unwrap(), []);
    }
}

#[test]
fn a_table_with_its_key_generator() {
    for (engine, key) in [
        ("postgres", "int PRIMARY KEY GENERATED ALWAYS AS IDENTITY"),
        ("mysql", "int PRIMARY KEY AUTO_INCREMENT"),
        ("sqlite", "integer PRIMARY KEY AUTOINCREMENT"),
    ] {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let create = format!("CREATE TABLE orders (id {key}, a varchar(20), b int)");
        let ups = ["CREATE TABLE other (x int)", create.as_str()];
        script(db, &ups);
        script(db, &["INSERT INTO orders (a, b) VALUES ('x', 1), ('y', NULL), ('z', 3)"]);
        let was = rows(db, "SELECT * FROM orders ORDER BY id");
        back(db, &ups, &["DROP TABLE orders"]);
        let home = Home::find(db).unwrap();
        let entry = list(db, &home).unwrap()[0].clone();
        assert_eq!(
            restore(db, &home, &entry),
            Err(NotRestored::NoTable(quote("orders", db.dialect()))).map_err(|e| {
                // PostgreSQL's has its schema.
                if engine == "postgres" { NotRestored::NoTable("public.orders".into()) } else { e }
            })
        );
        script(db, &[ups[1]]);
        assert_eq!(restore(db, &home, &entry), Ok(Restored { restored: 3, gone: 0, new: 0 }), "{engine}");
        assert_eq!(rows(db, "SELECT * FROM orders ORDER BY id"), was, "{engine}");
        script(db, &["INSERT INTO orders (a) VALUES ('next')"]);
        assert_eq!(first(db, "SELECT max(id) FROM orders"), "4", "{engine}");
        // Twice is once.
        assert_eq!(restore(db, &home, &entry), Ok(Restored { restored: 0, gone: 0, new: 1 }), "{engine}");
    }
}

#[test]
fn rows_that_a_down_deletes() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let ups = [
            "CREATE TABLE settings (k varchar(20) PRIMARY KEY, v varchar(20))",
            "INSERT INTO settings VALUES ('a', 'made')",
        ];
        script(db, &ups);
        script(db, &["UPDATE settings SET v = 'edited' WHERE k = 'a'", "INSERT INTO settings VALUES ('b', 'theirs')"]);
        back(db, &ups, &["DELETE FROM settings WHERE k = 'a'"]);
        assert_eq!(first(db, "SELECT count(*) FROM settings"), "1");
        script(db, &[ups[1]]);
        let home = Home::find(db).unwrap();
        let entry = list(db, &home).unwrap()[0].clone();
        assert_eq!((entry.kind, entry.rows), (Kind::Rows, 1));
        assert_eq!(restore(db, &home, &entry), Ok(Restored { restored: 1, gone: 0, new: 0 }), "{engine}");
        assert_eq!(first(db, "SELECT v FROM settings WHERE k = 'a'"), "edited", "{engine}");
    }
}

#[test]
fn values_that_a_narrower_type_does_not_hold() {
    for (engine, wide, narrow) in [
        ("postgres", "ALTER TABLE t ALTER COLUMN a TYPE numeric(10,2)", "ALTER TABLE t ALTER COLUMN a TYPE int"),
        ("mysql", "ALTER TABLE t MODIFY a decimal(10,2)", "ALTER TABLE t MODIFY a int"),
    ] {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let ups = ["CREATE TABLE t (id int PRIMARY KEY, a int)", wide];
        script(db, &ups);
        script(db, &["INSERT INTO t VALUES (1, 1.25), (2, 2.00), (3, 3.75), (4, NULL)"]);
        back(db, &ups, &[narrow]);
        let home = Home::find(db).unwrap();
        let entry = list(db, &home).unwrap()[0].clone();
        assert_eq!(entry.kind, Kind::Values);
        // One was edited since: it keeps what it has.
        script(db, &["UPDATE t SET a = 100 WHERE id = 3", wide]);
        let restored = restore(db, &home, &entry).unwrap();
        assert_eq!((restored.gone, first(db, "SELECT a FROM t WHERE id = 1").as_str()), (0, "1.25"), "{engine}");
        assert_eq!(first(db, "SELECT a FROM t WHERE id = 3"), "100.00", "{engine}");
        assert_eq!(first(db, "SELECT a FROM t WHERE id = 2"), "2.00", "{engine}");
        assert_eq!(first(db, "SELECT a FROM t WHERE id = 4"), "NULL", "{engine}");
    }
}

/// A type of the schema's own goes with the migration; the values stay as text and come back as the type.
#[test]
fn an_enum_that_goes_too() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let ups = [
        "CREATE TABLE t (id int PRIMARY KEY)",
        "CREATE TYPE role AS ENUM ('a', 'b'); ALTER TABLE t ADD COLUMN r role, ADD COLUMN rs role[];",
    ];
    script(db, &[ups[0]]);
    db.script(ups[1]).unwrap();
    script(db, &["INSERT INTO t VALUES (1, 'b', '{a,b}'), (2, NULL, NULL)"]);
    let was = rows(db, "SELECT * FROM t ORDER BY id");
    back(db, &ups, &["ALTER TABLE t DROP COLUMN r, DROP COLUMN rs", "DROP TYPE role"]);
    db.script(ups[1]).unwrap();
    let home = Home::find(db).unwrap();
    let entry = list(db, &home).unwrap()[0].clone();
    restore(db, &home, &entry).unwrap();
    assert_eq!(rows(db, "SELECT * FROM t ORDER BY id"), was);
}

#[test]
fn without_a_key_nothing_is_put_back_into_rows() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let ups = ["CREATE TABLE log (a int, b int)", "ALTER TABLE log ADD COLUMN c int"];
        script(db, &ups);
        script(db, &["INSERT INTO log VALUES (1, 2, 3), (1, 2, 3)"]);
        let kept = back(db, &ups, &["ALTER TABLE log DROP COLUMN c"]);
        assert_eq!(kept.keyless.len(), 1);
        script(db, &[ups[1]]);
        let home = Home::find(db).unwrap();
        let entry = list(db, &home).unwrap()[0].clone();
        assert!(matches!(restore(db, &home, &entry), Err(NotRestored::NoKey(_))));
        // Every value is in the copy, for a person.
        let sum = format!("SELECT sum(c) FROM {}", home.table(&entry.id, db.dialect()));
        assert_eq!(first(db, &sum), "6", "{engine}");
    }
}

/// Rows that came after the copy was made and before the rollback began are not in it: then nothing is rolled back.
#[test]
fn what_is_not_in_the_copy_is_not_dropped() {
    for engine in ["mysql", "sqlite"] {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let ups = ["CREATE TABLE t (id int PRIMARY KEY)", "ALTER TABLE t ADD COLUMN c int"];
        script(db, &ups);
        script(db, &["INSERT INTO t VALUES (1, 2)"]);
        let home = Home::find(db).unwrap();
        let history_lost = [unmigrate_kernel::discard::Discarded::Columns {
            table: unmigrate_kernel::catalog::Name::plain("t"),
            columns: vec!["c".into()],
            filter: None,
        }];
        let transaction = (engine == "sqlite").then_some(0);
        let kept = keep(db, &home, &history_lost, "m", "1", transaction).unwrap();
        home.make(db).unwrap();
        for made in &kept.first {
            db.execute(&made.sql).unwrap();
        }
        script(db, &["INSERT INTO t VALUES (7, 8)"]);
        let steps = [kept.before, vec![step("ALTER TABLE t DROP COLUMN c", transaction, 1)]].concat();
        let phase = Phase { name: "m".into(), steps, undo: vec![], then: Then::Go };
        let stopped = walk(db, &Plan { made_for: any_print(), phases: vec![phase] }).unwrap_err();
        assert!(stopped.reason.to_string().contains("none may be there"), "{stopped:?}");
        assert_eq!(first(db, "SELECT c FROM t WHERE id = 7"), "8", "{engine}");
    }
}

/// `cargo test -p unmigrate-app --test app -- --ignored --nocapture a_million_rows`
#[test]
#[ignore = "measures"]
fn a_million_rows() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let ups = ["CREATE TABLE t (id int PRIMARY KEY, a text)", "ALTER TABLE t ADD COLUMN b text"];
    script(db, &ups);
    script(
        db,
        &[
            "INSERT INTO t SELECT n, 'value ' || n, 'kept ' || n FROM generate_series(1, 1000000) AS n",
            "VACUUM ANALYZE t",
        ],
    );
    let began = std::time::Instant::now();
    script(db, &["CREATE TABLE plain AS SELECT id, b FROM t"]);
    let plain = began.elapsed();
    script(db, &["DROP TABLE plain"]);
    let began = std::time::Instant::now();
    let kept = back(db, &ups, &["ALTER TABLE t DROP COLUMN b"]);
    eprintln!(
        "{} rows: CREATE TABLE AS {plain:?}, the whole rollback with its archive {:?}",
        kept.rows,
        began.elapsed()
    );
    script(db, &[ups[1]]);
    let home = Home::find(db).unwrap();
    let entry = list(db, &home).unwrap().remove(0);
    let began = std::time::Instant::now();
    assert_eq!(restore(db, &home, &entry).unwrap().restored, 1_000_000);
    eprintln!("put back in {:?}", began.elapsed());
    assert_eq!(first(db, "SELECT count(*) FROM t WHERE b = 'kept ' || id"), "1000000");
}
