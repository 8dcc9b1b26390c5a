//! SQLite through a driver on which `PRAGMA foreign_keys=OFF` has no effect.

use crate::common::project::{Project, Says, picture};
use crate::common::{Own, first, run};
use unmigrate_app::rollback::{Answer, Choice, OutcomeState};
use unmigrate_engines::{Abilities, Database, Failure, Rows};
use unmigrate_kernel::Dialect;

/// Takes the setting and does nothing, as D1 does and drivers that have a transaction open already.
struct Deaf(Box<dyn Database + Send>);

fn is_setting(sql: &str) -> bool {
    sql.to_ascii_lowercase().replace(' ', "").starts_with("pragmaforeign_keys=")
}

impl Database for Deaf {
    fn dialect(&self) -> Dialect {
        self.0.dialect()
    }

    fn abilities(&self) -> Abilities {
        self.0.abilities()
    }

    fn execute(&mut self, sql: &str) -> Result<u64, Failure> {
        if is_setting(sql) { Ok(0) } else { self.0.execute(sql) }
    }

    fn script(&mut self, sql: &str) -> Result<(), Failure> {
        self.0.script(sql)
    }

    fn query(&mut self, sql: &str) -> Result<Rows, Failure> {
        if is_setting(sql) { Ok(Rows::default()) } else { self.0.query(sql) }
    }
}

const TABLES: &str = "CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT);\n\
    CREATE TABLE account (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES user (id) ON DELETE CASCADE);\n\
    CREATE TABLE session (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES user (id) ON DELETE SET NULL);\n\
    CREATE TABLE device (id INTEGER PRIMARY KEY, session_id INTEGER NOT NULL REFERENCES session (id) ON DELETE RESTRICT);\n\
    CREATE TABLE plain (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES user (id));\n";

/// Undoing it rebuilds the parent of all.
const UP: &str = "PRAGMA foreign_keys=OFF;\nCREATE TABLE __new_user (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n\
    INSERT INTO __new_user SELECT id, name FROM user;\nDROP TABLE user;\nALTER TABLE __new_user RENAME TO user;\n\
    PRAGMA foreign_keys=ON;\n";

fn ready(more: &str) -> (Own, Project, Deaf) {
    let own = Own::sqlite();
    let mut db = own.open();
    let project = Project::prisma("sqlite", &[("1", TABLES), ("2", &format!("{UP}{more}"))]);
    project.deploy_all(&mut *db);
    run(
        &mut *db,
        &[
            "INSERT INTO user VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO account (id, user_id) VALUES (10, 1), (11, 2)",
            "INSERT INTO session VALUES (20, 1)",
            "INSERT INTO device VALUES (30, 20)",
            "INSERT INTO plain VALUES (40, 2), (41, NULL)",
            "PRAGMA foreign_keys = ON",
        ],
    );
    assert_eq!(first(&mut *db, "PRAGMA foreign_keys"), "1");
    (own, project, Deaf(db))
}

fn rows(db: &mut dyn Database) -> Vec<String> {
    let all = |table: &&str| format!("{:?}", db.query(&format!("SELECT * FROM {table} ORDER BY 1")).unwrap().rows);
    ["user", "account", "session", "device", "plain"].iter().map(all).collect()
}

#[test]
fn children_are_copied_out_and_back() {
    let (own, project, mut db) = ready("");
    let before = rows(&mut db);
    let down = std::fs::read_to_string(project.path("m/2/down.sql")).unwrap();
    assert!(down.contains("DROP TABLE"), "it is a rebuild: {down}");
    let report = project.rollback(&own, &mut db, &Choice::Last, false).unwrap();
    assert_eq!(report.outcome.state, OutcomeState::Done, "{:?}", report.problems);
    assert_eq!(rows(&mut db), before);
    assert_eq!(project.applied(&mut db), ["1"]);
    assert_eq!(first(&mut db, "SELECT count(*) FROM pragma_foreign_key_check"), "0");
    assert_eq!(first(&mut db, "SELECT count(*) FROM sqlite_temp_master WHERE type = 'table'"), "0");
}

#[test]
fn what_would_not_be_the_same_is_refused() {
    let trigger = "CREATE TRIGGER gone AFTER DELETE ON account BEGIN DELETE FROM plain; END";
    let changed = "ALTER TABLE account ADD COLUMN more TEXT;\n";
    for (more, by_hand) in [("", Some(trigger)), (changed, None)] {
        let (own, project, mut db) = ready(more);
        if let Some(sql) = by_hand {
            run(&mut db, &[sql]);
        }
        let (before, shape) = (rows(&mut db), picture(&mut db));
        let prepared = project.prepare(&own, &mut db, &Choice::Last, false).unwrap();
        let report = project.run(&own, &mut db, &prepared, Says(Answer::Yes)).unwrap();
        assert_eq!(report.outcome.state, OutcomeState::Unchanged, "{:?}", report.problems);
        assert!(report.problems.iter().any(|p| p.code == "foreign-keys-stay-on"), "{:?}", report.problems);
        assert_eq!((rows(&mut db), picture(&mut db)), (before, shape));
        assert_eq!(project.applied(&mut db), ["1", "2"]);
    }
}
