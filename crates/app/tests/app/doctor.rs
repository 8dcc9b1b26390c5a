//! `doctor` on the real engines: what it finds, what it mends, what it leaves.

use crate::common::project::{Project, picture};
use crate::common::ward::{codes, doctor, effects, look, mend, so_far};
use crate::common::{ENGINES, Own, first, run};
use unmigrate_app::doctor::{DoctorRequest, Fix};
use unmigrate_app::rollback::OutcomeState;
use unmigrate_engines::Database;

const STATEMENTS: usize = 4;

fn people(engine: &str) -> Project {
    let text = if engine == "mysql" { "VARCHAR(191)" } else { "TEXT" };
    let one = format!("CREATE TABLE person (id INTEGER NOT NULL PRIMARY KEY, email {text} NOT NULL, birth {text});\n");
    let two = format!(
        "ALTER TABLE person DROP COLUMN birth;\nCREATE UNIQUE INDEX person_email ON person (email);\n\
         ALTER TABLE person ADD COLUMN signup {text};\nCREATE TABLE note (id INTEGER NOT NULL PRIMARY KEY);\n"
    );
    Project::prisma(engine, &[("1_person", &one), ("2_change", &two)])
}

fn fill(db: &mut dyn Database) {
    run(db, &["INSERT INTO person (id, email) VALUES (1, 'a'), (2, 'b')"]);
}

#[test]
fn it_tells_how_far_a_migration_came_and_finishes_it() {
    for engine in ENGINES {
        let fresh = Own::on(engine);
        let other = &mut *fresh.open();
        people(engine).deploy_all(other);
        let whole = picture(other);
        for done in 1..STATEMENTS {
            let own = Own::on(engine);
            let db = &mut *own.open();
            let project = people(engine);
            project.deploy(db, &["1_person"]);
            fill(db);
            project.stop_in(db, "2_change", done, Some("Database error code: 1062"));
            let report = look(&project, &own, db);
            assert_eq!(codes(&report), ["half-applied"], "{engine} {done} {report:?}");
            assert_eq!(effects(&report), so_far(done, STATEMENTS), "{engine}");
            assert!(report.needs_attention() && report.half[0].compared_with.is_some());
            // Looking wrote nothing.
            assert_eq!(look(&project, &own, db), report);
            let mended = mend(&project, &own, db, Fix::Forward).unwrap();
            let outcome = mended.outcome.as_ref().unwrap();
            assert_eq!(outcome.state, OutcomeState::Done, "{engine} {done} {:?}", mended.problems);
            assert_eq!(picture(db), whole, "{engine} {done}");
            assert_eq!(project.applied(db), ["1_person", "2_change"], "{engine}");
            assert_eq!(first(db, "SELECT count(*) FROM person"), "2");
            let after = look(&project, &own, db);
            assert!(after.findings.is_empty() && !after.needs_attention(), "{engine} {after:?}");
        }
    }
}

#[test]
fn it_takes_back_what_happened() {
    for engine in ENGINES {
        for done in 1..STATEMENTS {
            let own = Own::on(engine);
            let db = &mut *own.open();
            let project = people(engine);
            project.deploy(db, &["1_person"]);
            fill(db);
            let before = picture(db);
            project.stop_in(db, "2_change", done, None);
            let mended = mend(&project, &own, db, Fix::Undo).unwrap();
            let plan = mended.plan.as_ref().unwrap();
            assert_eq!(mended.outcome.as_ref().unwrap().state, OutcomeState::Done, "{engine} {:?}", mended.problems);
            // The birth dates are gone, and it says so.
            let notes = &plan.migrations[0].notes;
            assert!(notes.iter().any(|n| n.object == "person.birth"), "{engine} {notes:?}");
            assert_eq!(picture(db), before, "{engine} {done}");
            assert_eq!(project.applied(db), ["1_person"]);
            assert_eq!(first(db, "SELECT count(*) FROM _prisma_migrations"), "1", "{engine}");
            assert!(look(&project, &own, db).findings.is_empty(), "{engine}");
            project.deploy(db, &["2_change"]);
        }
    }
}

#[test]
fn all_or_nothing_is_a_matter_of_the_row_alone() {
    for engine in ENGINES {
        for (done, applied) in [(0, vec!["1_person"]), (STATEMENTS, vec!["1_person", "2_change"])] {
            let own = Own::on(engine);
            let db = &mut *own.open();
            let project = people(engine);
            project.deploy(db, &["1_person"]);
            project.stop_in(db, "2_change", done, Some("it failed"));
            let catalogs = picture(db);
            assert_eq!(codes(&look(&project, &own, db)), ["failed-migration"], "{engine}");
            let mended = mend(&project, &own, db, Fix::Tracking).unwrap();
            assert_eq!(mended.outcome.unwrap().state, OutcomeState::Done, "{engine} {:?}", mended.problems);
            assert_eq!(
                (picture(db), project.applied(db)),
                (catalogs, applied.iter().map(|s| (*s).to_owned()).collect())
            );
            assert!(look(&project, &own, db).findings.is_empty(), "{engine}");
        }
    }
}

/// The row was deleted, and what the migration made is there.
#[test]
fn what_is_there_without_a_row() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let project = people(engine);
        project.deploy_all(db);
        run(db, &["DELETE FROM _prisma_migrations WHERE migration_name = '2_change'"]);
        let report = look(&project, &own, db);
        assert_eq!(codes(&report), ["applied-unrecorded"], "{engine}");
        mend(&project, &own, db, Fix::Tracking).unwrap();
        assert_eq!(project.applied(db), ["1_person", "2_change"], "{engine}");
        // Nothing is applied, and nothing is wrong.
        let empty = Own::on(engine);
        assert!(look(&project, &empty, &mut *empty.open()).findings.is_empty(), "{engine}");
        assert_eq!(mend(&project, &own, db, Fix::Forward).unwrap_err().code, "nothing-to-mend");
    }
}

/// Rows alone: no catalog tells, and nothing is guessed.
#[test]
fn rows_that_no_catalog_tells_of() {
    let own = Own::mysql();
    let db = &mut *own.open();
    let two = "ALTER TABLE t ADD COLUMN b INT;\nUPDATE t SET a = a + 1;\nALTER TABLE t ADD COLUMN c INT;\n";
    let project = Project::prisma("mysql", &[("1", "CREATE TABLE t (id INT PRIMARY KEY, a INT);\n"), ("2", two)]);
    project.deploy(db, &["1"]);
    run(db, &["INSERT INTO t VALUES (1, 10)"]);
    project.stop_in(db, "2", 1, None);
    let report = look(&project, &own, db);
    assert_eq!(effects(&report), ["happened", "untold", "missing"]);
    let refused = mend(&project, &own, db, Fix::Forward).unwrap_err();
    assert_eq!(refused.code, "untold-statements");
    assert!(refused.help.contains("--done 1 or --done 2"), "{refused:?}");
    let said = |done| DoctorRequest { fix: Some(Fix::Forward), done: Some(done), ..DoctorRequest::default() };
    // What the catalogs know is not overruled.
    assert_eq!(doctor(&project, &own, db, &said(3)).unwrap_err().code, "untold-statements");
    assert_eq!(doctor(&project, &own, db, &said(0)).unwrap_err().code, "untold-statements");
    let mended = doctor(&project, &own, db, &said(1)).unwrap();
    assert_eq!(mended.outcome.unwrap().state, OutcomeState::Done, "{:?}", mended.problems);
    assert_eq!(first(db, "SELECT a FROM t"), "11");
    // Prisma's engine notes on MySQL at which statement it failed.
    let own = Own::mysql();
    let db = &mut *own.open();
    project.deploy(db, &["1"]);
    run(db, &["INSERT INTO t VALUES (1, 10)"]);
    project.stop_in(db, "2", 2, Some("Please check the query number 3 from the migration file."));
    assert_eq!(effects(&look(&project, &own, db)), so_far(2, 3));
    mend(&project, &own, db, Fix::Forward).unwrap();
    assert_eq!(first(db, "SELECT a FROM t"), "11");
}

/// What is undone on a protected database is kept, and a bare yes is not enough.
#[test]
fn a_protected_database_has_its_name_said() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let mut project = people("postgres");
    project.protected = true;
    project.deploy(db, &["1_person"]);
    fill(db);
    project.stop_in(db, "2_change", 3, None);
    run(db, &["UPDATE person SET signup = 'today'"]);
    assert_eq!(mend(&project, &own, db, Fix::Undo).unwrap_err().code, "unconfirmed");
    let dry = DoctorRequest { fix: Some(Fix::Undo), dry_run: true, ..DoctorRequest::default() };
    let plan = doctor(&project, &own, db, &dry).unwrap().plan.unwrap();
    assert_eq!(plan.archive.unwrap().objects, ["person.signup"]);
}

/// The mishap: a unique index that could not be built, retried with IF NOT EXISTS.
#[test]
fn indexes_that_are_not_valid() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let two = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS u_email ON u (email);\n";
    let project =
        Project::prisma("postgres", &[("1", "CREATE TABLE u (id int PRIMARY KEY, email text);\n"), ("2", two)]);
    project.deploy(db, &["1"]);
    run(db, &["INSERT INTO u VALUES (1, 'a'), (2, 'a')"]);
    assert!(db.execute(two.trim().trim_end_matches(';')).is_err());
    let report = look(&project, &own, db);
    assert!(codes(&report).contains(&"invalid-index"), "{report:?}");
    assert_eq!(mend(&project, &own, db, Fix::Indexes).unwrap_err().code, "rows-forbid");
    run(db, &["DELETE FROM u WHERE id = 2"]);
    // The retry succeeds and mends nothing.
    db.execute(two.trim().trim_end_matches(';')).unwrap();
    assert!(codes(&look(&project, &own, db)).contains(&"invalid-index"));
    let mended = mend(&project, &own, db, Fix::Indexes).unwrap();
    assert_eq!(mended.outcome.unwrap().state, OutcomeState::Done, "{:?}", mended.problems);
    assert!(db.execute("INSERT INTO u VALUES (3, 'a')").is_err());
    assert!(!codes(&look(&project, &own, db)).contains(&"invalid-index"));
}

fn drizzle(engine: &str) -> Project {
    let one = |name: &str| format!("CREATE TABLE {name} (id INTEGER NOT NULL PRIMARY KEY);\n");
    Project::drizzle(engine, &[("0000_a", &one("a")), ("0001_b", &one("b")), ("0002_c", &one("c"))])
}

fn tracking(engine: &str) -> &'static str {
    if engine == "postgres" { "drizzle.__drizzle_migrations" } else { "__drizzle_migrations" }
}

/// Merged late, with a time below what is applied: drizzle-orm 0.x never runs it.
#[test]
fn what_drizzle_skips_is_told_and_run() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let project = drizzle(engine);
        project.deploy(db, &["0000_a", "0002_c"]);
        let report = look(&project, &own, db);
        assert_eq!(codes(&report), ["skipped-migration"], "{engine} {report:?}");
        let fix = |fix| DoctorRequest { fix: Some(fix), only: vec!["0001_b".into()], ..DoctorRequest::default() };
        let mended = doctor(&project, &own, db, &fix(Fix::Forward)).unwrap();
        assert_eq!(mended.outcome.unwrap().state, OutcomeState::Done, "{engine} {:?}", mended.problems);
        assert_eq!(first(db, "SELECT count(*) FROM b"), "0");
        assert!(look(&project, &own, db).findings.is_empty(), "{engine}");
    }
}

#[test]
fn rows_of_drizzle_that_lead_it_astray() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let (project, table) = (drizzle(engine), tracking(engine));
        project.deploy_all(db);
        run(
            db,
            &[
                &format!("UPDATE {table} SET created_at = NULL WHERE created_at = 1001"),
                &format!(
                    "INSERT INTO {table} (hash, created_at) SELECT hash, created_at FROM {table} WHERE created_at = 1002"
                ),
                &format!("INSERT INTO {table} (hash, created_at) VALUES ('nobody', 500)"),
            ],
        );
        let found = codes(&look(&project, &own, db));
        assert!(found.contains(&"duplicate-rows") && found.contains(&"applied-without-file"), "{engine} {found:?}");
        // NULL sorts first on PostgreSQL: everything would run again.
        assert_eq!(found.contains(&"replayed-migration"), engine == "postgres", "{engine} {found:?}");
        mend(&project, &own, db, Fix::Tracking).unwrap();
        let times = |db: &mut dyn Database| {
            let rows = db.query(&format!("SELECT created_at FROM {table} ORDER BY created_at")).unwrap();
            rows.rows.into_iter().map(|row| row[0].clone().unwrap_or_default()).collect::<Vec<_>>()
        };
        assert_eq!(times(db), ["500", "1000", "1001", "1002"], "{engine}");
        mend(&project, &own, db, Fix::Orphans).unwrap();
        assert_eq!(times(db), ["1000", "1001", "1002"], "{engine}");
        assert!(look(&project, &own, db).findings.is_empty(), "{engine}");
    }
}

#[test]
fn rollbacks_that_drizzle_kit_up_left_behind() {
    let own = Own::sqlite();
    let db = &mut *own.open();
    let project = drizzle("sqlite");
    // What `drizzle-kit up` does: each file into a folder of its own, the journal gone, the rollbacks left.
    for (at, tag) in ["0000_a", "0001_b", "0002_c"].iter().enumerate() {
        let folder = project.path(&format!("m/2026010{}000000_{}", at + 1, &tag[5..]));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::rename(project.path(&format!("m/{tag}.sql")), folder.join("migration.sql")).unwrap();
        let snapshot =
            format!(r#"{{"version":"7","dialect":"sqlite","id":"{at}","prevIds":[],"ddl":[],"renames":[]}}"#);
        std::fs::write(folder.join("snapshot.json"), snapshot).unwrap();
    }
    std::fs::remove_dir_all(project.path("m/meta")).unwrap();
    let report = look(&project, &own, db);
    assert_eq!(codes(&report), ["orphaned-down"; 3], "{report:?}");
    let down = std::fs::read_to_string(project.path("m/0001_b.down.sql")).unwrap();
    // Somebody wrote one there already: it stays.
    std::fs::write(project.path("m/20260103000000_c/down.sql"), "-- mine\n").unwrap();
    let moved = mend(&project, &own, db, Fix::Files).unwrap().moved;
    assert_eq!(moved.len(), 2, "{moved:?}");
    assert_eq!(std::fs::read_to_string(project.path("m/20260102000000_b/down.sql")).unwrap(), down);
    assert_eq!(std::fs::read_to_string(project.path("m/20260103000000_c/down.sql")).unwrap(), "-- mine\n");
    assert!(!project.path("m/0001_b.down.sql").exists() && project.path("m/0002_c.down.sql").exists());
}

#[test]
fn an_edited_file_and_a_late_one() {
    let own = Own::sqlite();
    let db = &mut *own.open();
    let project = people("sqlite");
    project.deploy_all(db);
    let path = project.path("m/1_person/migration.sql");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    assert!(look(&project, &own, db).findings.is_empty(), "line ends are no edit");
    std::fs::write(&path, format!("{text}-- more\n")).unwrap();
    assert_eq!(codes(&look(&project, &own, db)), ["edited-after-applied"]);
}
