//! A rollback that was cut off in the middle is taken back: after each statement, on MariaDB and on PostgreSQL with
//! CONCURRENTLY, and the database is what it was before. And a `deploy --direct` or a `resolve --run` that was cut off is
//! gone on with.

use crate::common::project::{Project, Says, picture, running};
use crate::common::{Own, first, run};
use serde_json::{Value, json};
use unmigrate_app::archive::Home;
use unmigrate_app::deploy::deploy_on;
use unmigrate_app::execute::{BACK_PHASE, Unwatched, unfinished};
use unmigrate_app::resolve::resolve_on;
use unmigrate_app::rollback::{Answer, Around, Choice, OutcomeState, RollbackReport, Way, resume};
use unmigrate_app::{NoConfig, Problem};
use unmigrate_engines::{Abilities, Database, Failure, FailureKind, Rows};
use unmigrate_kernel::Dialect;

/// A session that is lost right before or right after a statement, as when the process or the server is killed there.
struct Cut<'a> {
    db: &'a mut dyn Database,
    left: usize,
    after: bool,
    /// Statements that were counted.
    counted: usize,
}

impl Cut<'_> {
    fn gone() -> Failure {
        Failure::new(FailureKind::Lost, "the session is gone")
    }

    /// Bookkeeping of ours is not counted: what is cut is the user's own statements and those that keep their rows.
    fn counts(sql: &str) -> bool {
        let words = ["ALTER", "CREATE", "DROP", "UPDATE", "INSERT", "DELETE"];
        words.iter().any(|word| sql.starts_with(word)) && !sql.contains("journal") && !sql.contains("audit")
    }
}

impl Database for Cut<'_> {
    fn dialect(&self) -> Dialect {
        self.db.dialect()
    }

    fn abilities(&self) -> Abilities {
        self.db.abilities()
    }

    fn execute(&mut self, sql: &str) -> Result<u64, Failure> {
        if self.left == 0 {
            return Err(Cut::gone());
        }
        if !Cut::counts(sql) {
            return self.db.execute(sql);
        }
        self.left -= 1;
        self.counted += 1;
        if self.left == 0 && !self.after {
            return Err(Cut::gone());
        }
        let done = self.db.execute(sql)?;
        if self.left == 0 { Err(Cut::gone()) } else { Ok(done) }
    }

    fn script(&mut self, sql: &str) -> Result<(), Failure> {
        if self.left == 0 { Err(Cut::gone()) } else { self.db.script(sql) }
    }

    fn query(&mut self, sql: &str) -> Result<Rows, Failure> {
        if self.left == 0 { Err(Cut::gone()) } else { self.db.query(sql) }
    }
}

fn shop(engine: &str) -> Project {
    let mysql = engine == "mysql";
    let text = if mysql { "VARCHAR(191)" } else { "TEXT" };
    let one = format!("CREATE TABLE item (id INTEGER NOT NULL PRIMARY KEY, name {text} NOT NULL, code VARCHAR(20));\n");
    let index = if mysql {
        "CREATE INDEX item_name ON item (name)"
    } else {
        "CREATE INDEX CONCURRENTLY item_name ON item (name)"
    };
    let two = format!(
        "ALTER TABLE item ADD COLUMN price INTEGER;\nCREATE TABLE tag (id INTEGER NOT NULL PRIMARY KEY, word {text});\n\
         ALTER TABLE item ADD COLUMN seen {text};\n{index};\n"
    );
    Project::prisma(engine, &[("1_item", &one), ("2_more", &two)])
}

/// The way back of the second, in an order in which each statement stands alone.
fn down(engine: &str) -> String {
    match engine {
        "mysql" => "DROP INDEX item_name ON item;\nALTER TABLE item DROP COLUMN seen;\nDROP TABLE tag;\n\
                    ALTER TABLE item DROP COLUMN price;\n"
            .to_owned(),
        _ => {
            "BEGIN;\nALTER TABLE item DROP COLUMN seen;\nDROP TABLE tag;\nCOMMIT;\nDROP INDEX CONCURRENTLY item_name;\n\
              BEGIN;\nALTER TABLE item DROP COLUMN price;\nCOMMIT;\n"
                .to_owned()
        }
    }
}

fn ready(engine: &str, own: &Own) -> (Project, Box<dyn Database + Send>) {
    let project = shop(engine);
    let mut db = own.open();
    project.deploy(&mut *db, &["1_item"]);
    // One by one: CONCURRENTLY stands in no transaction.
    project.stop_in(&mut *db, "2_more", 4, None);
    let finished = "UPDATE _prisma_migrations SET finished_at = started_at, applied_steps_count = 1";
    run(&mut *db, &[finished]);
    std::fs::write(project.path("m/2_more/down.sql"), down(engine)).unwrap();
    run(
        &mut *db,
        &[
            "INSERT INTO item (id, name, price, seen) VALUES (1, 'a', 10, 'x'), (2, 'b', NULL, 'y'), (0, 'z', 3, NULL)",
            "INSERT INTO tag VALUES (0, 'none'), (7, 'seven')",
        ],
    );
    (project, db)
}

fn rows(db: &mut dyn Database) -> String {
    let item = db.query("SELECT id, name, code, price, seen FROM item ORDER BY id").unwrap().rows;
    format!("{item:?} {:?}", db.query("SELECT id, word FROM tag ORDER BY id").unwrap().rows)
}

fn back(project: &Project, own: &Own, db: &mut dyn Database, way: Way) -> Result<RollbackReport, Problem> {
    let mut says = Says(Answer::Yes);
    project.with(own, |scene| resume(db, scene, way, running(&mut says)))
}

/// Cuts a rollback at each of its statements and takes it back; gives how often it had begun.
fn cut_everywhere(engine: &str, archive: bool, check: impl Fn(&Project, &Own, &mut dyn Database, &str, &str)) -> usize {
    let mut begun = 0;
    for at in 1.. {
        let mut whole = true;
        for after in [false, true] {
            let own = Own::on(engine);
            let (project, mut db) = ready(engine, &own);
            let before = (picture(&mut *db), rows(&mut *db));
            let prepared = project.prepare(&own, &mut *db, &Choice::Last, archive).unwrap();
            let mut cut = Cut { db: &mut *db, left: at, after, counted: 0 };
            let report = project.run(&own, &mut cut, &prepared, Says(Answer::Yes)).unwrap();
            let counted = cut.counted;
            drop(db);
            let db = &mut *own.open();
            if counted < at {
                assert_eq!(report.outcome.state, OutcomeState::Done, "{engine} {at} {:?}", report.problems);
                continue;
            }
            whole = false;
            let home = Home::find(db).unwrap();
            if unfinished(db, &home).unwrap().is_some_and(|found| !found.is_idle()) {
                begun += 1;
                check(&project, &own, db, &before.0, &before.1);
            }
        }
        if whole {
            return begun;
        }
    }
    begun
}

#[test]
fn with_what_is_kept_everything_comes_back() {
    for engine in ["mysql", "postgres"] {
        let begun = cut_everywhere(engine, true, |project, own, db, shape, before| {
            let report = back(project, own, db, Way::Abort).unwrap();
            assert_eq!(report.outcome.state, OutcomeState::Unchanged, "{engine} {:?}", report.problems);
            assert_eq!(picture(db), shape, "{engine}");
            assert_eq!(rows(db), before, "{engine}");
            assert_eq!(project.applied(db), ["1_item", "2_more"]);
            let home = Home::find(db).unwrap();
            assert_eq!(unfinished(db, &home).unwrap(), None);
            // And it can be rolled back again, to its end.
            let again = project.rollback(own, db, &Choice::Last, true).unwrap();
            assert_eq!(again.outcome.state, OutcomeState::Done, "{engine} {:?}", again.problems);
            assert_eq!(project.applied(db), ["1_item"]);
        });
        println!("{engine}: {begun} runs were taken back");
        assert!(begun >= 4, "{engine}: {begun}");
    }
}

/// What was not kept is not given back in silence.
#[test]
fn what_was_not_kept_is_refused_and_named() {
    for engine in ["mysql", "postgres"] {
        let refused = std::cell::Cell::new(0);
        cut_everywhere(engine, false, |project, own, db, shape, before| {
            let report = back(project, own, db, Way::Abort).unwrap();
            if report.outcome.state == OutcomeState::Unchanged {
                assert_eq!((picture(db).as_str(), rows(db).as_str()), (shape, before), "{engine}");
                return;
            }
            refused.set(refused.get() + 1);
            let problem = report.problems.iter().find(|p| p.code == "no-way-back").unwrap();
            assert!(problem.message.contains("item.seen") || problem.message.contains("tag"), "{problem:?}");
            assert_eq!(report.outcome.state, OutcomeState::Continuable);
            let forced = back(project, own, db, Way::AbortByForce).unwrap();
            assert_eq!(forced.outcome.state, OutcomeState::Unchanged, "{engine} {:?}", forced.problems);
            assert_eq!(picture(db), shape, "{engine}");
            assert_eq!(first(db, "SELECT count(*) FROM item"), "3");
        });
        assert!(refused.get() > 0, "{engine}");
    }
}

/// Taking back is itself a run: cut off, it is finished by either word.
#[test]
fn taking_back_can_be_cut_off_too() {
    for engine in ["mysql", "postgres"] {
        for at in 1..4 {
            for way in [Way::Abort, Way::Continue] {
                let own = Own::on(engine);
                let (project, mut db) = ready(engine, &own);
                let before = (picture(&mut *db), rows(&mut *db));
                let prepared = project.prepare(&own, &mut *db, &Choice::Last, true).unwrap();
                // Right before the last of its own statements.
                let mut cut = Cut { db: &mut *db, left: 10, after: false, counted: 0 };
                project.run(&own, &mut cut, &prepared, Says(Answer::Yes)).unwrap();
                drop(db);
                let mut db = own.open();
                let mut cut = Cut { db: &mut *db, left: at, after: true, counted: 0 };
                let stopped = back(&project, &own, &mut cut, Way::Abort);
                drop(db);
                let db = &mut *own.open();
                let home = Home::find(db).unwrap();
                let Some(left) = unfinished(db, &home).unwrap() else { continue };
                // Where the first try did not get to its first line, it is still the rollback that would be gone on with.
                if way == Way::Continue && !left.plan.phases[0].name.starts_with(BACK_PHASE) {
                    continue;
                }
                drop(stopped);
                let report = back(&project, &own, db, way).unwrap();
                assert_eq!(report.outcome.state, OutcomeState::Unchanged, "{engine} {at} {:?}", report.problems);
                assert_eq!((picture(db), rows(db)), before, "{engine} {at}");
                assert_eq!(unfinished(db, &home).unwrap(), None);
            }
        }
    }
}

/// `deploy --direct` or `resolve --run` of the second migration, on a session of the caller's.
fn forth(project: &Project, own: &Own, db: &mut dyn Database, verb: &str) -> Result<OutcomeState, Problem> {
    let mut options = json!({ "cwd": project.dir(), "confirm": own.name(), "retry": 5 });
    let own_options = match verb {
        "deploy" => json!({ "direct": true }),
        _ => json!({ "applied": ["2_more"], "run": "by-hand.sql" }),
    };
    if let (Some(all), Value::Object(more)) = (options.as_object_mut(), own_options) {
        all.extend(more);
    }
    let mut yes = Says(Answer::Yes);
    let around = Around { loader: &NoConfig, variable: &|_| None, ask: &mut yes, watch: &mut Unwatched };
    match verb {
        "deploy" => deploy_on(&serde_json::from_value(options).unwrap(), around, db).map(|r| r.outcome.state),
        _ => resolve_on(&serde_json::from_value(options).unwrap(), around, db).map(|r| r.outcome.state),
    }
}

/// Cut off before and after each of its statements: where some of them have happened, it is not begun a second time, and
/// `rollback --continue` runs the rest; where none has, the same command again does it all.
#[test]
fn what_goes_forward_is_continued() {
    for verb in ["deploy", "resolve"] {
        let (mut continued, mut again) = (0, 0);
        for at in 1.. {
            let mut whole = true;
            for after in [false, true] {
                let own = Own::mysql();
                let project = shop("mysql");
                let up = std::fs::read_to_string(project.path("m/2_more/migration.sql")).unwrap();
                std::fs::write(project.path("by-hand.sql"), up).unwrap();
                let mut db = own.open();
                project.deploy(&mut *db, &["1_item"]);
                run(&mut *db, &["INSERT INTO item (id, name) VALUES (1, 'a'), (2, 'b')"]);
                let mut cut = Cut { db: &mut *db, left: at, after, counted: 0 };
                let ended = forth(&project, &own, &mut cut, verb);
                let counted = cut.counted;
                drop(db);
                let db = &mut *own.open();
                if counted < at {
                    assert_eq!(ended.unwrap(), OutcomeState::Done, "{verb} {at}");
                } else {
                    whole = false;
                    let home = Home::find(db).unwrap();
                    if unfinished(db, &home).unwrap().is_some_and(|found| !found.is_idle()) {
                        continued += 1;
                        let refused = forth(&project, &own, db, verb);
                        assert!(!matches!(refused, Ok(OutcomeState::Done)), "{verb} {at}: it was begun a second time");
                        let report = back(&project, &own, db, Way::Continue).unwrap();
                        assert_eq!(report.outcome.state, OutcomeState::Done, "{verb} {at} {:?}", report.problems);
                    } else if project.applied(db).len() == 1 {
                        again += 1;
                        assert_eq!(forth(&project, &own, db, verb).unwrap(), OutcomeState::Done, "{verb} {at}");
                    }
                    assert_eq!(unfinished(db, &home).unwrap(), None, "{verb} {at}");
                }
                assert_eq!(project.applied(db), ["1_item", "2_more"], "{verb} {at}");
                let columns = "SELECT group_concat(column_name ORDER BY ordinal_position) FROM information_schema.columns \
                               WHERE table_schema = database() AND table_name = 'item'";
                assert_eq!(first(db, columns), "id,name,code,price,seen", "{verb} {at}");
                assert_eq!(first(db, "SELECT count(*) FROM item"), "2", "{verb} {at}");
                let index = "SELECT count(*) FROM information_schema.statistics WHERE table_schema = database() \
                             AND index_name = 'item_name'";
                assert_eq!(first(db, index), "1", "{verb} {at}");
            }
            if whole {
                break;
            }
        }
        println!("{verb}: {continued} were continued, {again} begun again");
        assert!(continued >= 4 && again >= 1, "{verb}: {continued} {again}");
    }
}
