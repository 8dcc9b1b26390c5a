//! The way back of a contract on PostgreSQL: others write between its transactions and beside them, and it is cut off.

use crate::common::project::{Project, Says, picture, running};
use crate::common::{Own, first, run, session};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use unmigrate_app::archive::Home;
use unmigrate_app::execute::unfinished;
use unmigrate_app::rollback::{Answer, Choice, OutcomeState, Way, resume};
use unmigrate_engines::Database;
use unmigrate_kernel::expand::{Decisions, expand};
use unmigrate_kernel::lint::{Runner, Scope};
use unmigrate_kernel::script::blocks;
use unmigrate_kernel::{Dialect, History, Migration};

const PG: Dialect = Dialect::Postgres;

/// One contract.
struct Case {
    name: &'static str,
    init: &'static str,
    up: &'static str,
    decided: Decisions,
    /// What versions of either shape wrote before the contract.
    rows: &'static [&'static str],
    /// What new versions write after it, and may write at any time.
    writes: &'static [&'static str],
    /// How many rows have two sides that differ.
    differ: &'static str,
    /// What has to be there for a write that came last.
    kept: &'static str,
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

fn rename() -> Case {
    Case {
        name: "rename",
        init: "CREATE TABLE users (id serial PRIMARY KEY, full_name text NOT NULL DEFAULT 'none', n int NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX users_full_name_key ON users (full_name, id);",
        up: "ALTER TABLE users RENAME COLUMN full_name TO display_name;",
        decided: Decisions::default(),
        rows: &["INSERT INTO users (full_name) SELECT 'name ' || g FROM generate_series(1, 50) g"],
        writes: &[
            "UPDATE users SET display_name = 'new ' || id WHERE id % 7 = 0",
            "INSERT INTO users (display_name) VALUES ('come')",
            "INSERT INTO users (n) VALUES (7)",
            "INSERT INTO users (id, display_name) VALUES (3, 'met') ON CONFLICT (id) DO UPDATE SET display_name = EXCLUDED.display_name",
            "DELETE FROM users WHERE id = 11",
            "UPDATE users SET id = id + 1000000 WHERE id = 12",
        ],
        differ: "SELECT count(*) FROM users WHERE full_name IS DISTINCT FROM display_name",
        kept: "SELECT count(*) FROM users WHERE display_name = 'met' AND id = 3",
    }
}

fn types() -> Case {
    Case {
        name: "type",
        init: "CREATE TABLE users (id serial PRIMARY KEY, score int NOT NULL DEFAULT 0 CONSTRAINT positive CHECK (score >= 0), code text,
CONSTRAINT users_score UNIQUE (score, id)); CREATE INDEX users_i ON users (score) WHERE score > 5; COMMENT ON COLUMN users.score IS 'points';",
        up: "ALTER TABLE users ALTER COLUMN score SET DATA TYPE bigint;",
        decided: Decisions::default(),
        rows: &["INSERT INTO users (score) SELECT g FROM generate_series(1, 50) g"],
        writes: &[
            "UPDATE users SET score = 500 + id WHERE id % 7 = 0",
            "INSERT INTO users (score) VALUES (77)",
            "INSERT INTO users (code) VALUES ('x')",
            "INSERT INTO users (id, score) VALUES (3, 4711) ON CONFLICT (id) DO UPDATE SET score = EXCLUDED.score",
        ],
        differ: "SELECT count(*) FROM users WHERE score IS DISTINCT FROM score_new",
        kept: "SELECT count(*) FROM users WHERE score = 4711 AND id = 3",
    }
}

fn split() -> Case {
    Case {
        name: "split",
        init: "CREATE TABLE users (id serial PRIMARY KEY, full_name text NOT NULL);",
        up: "ALTER TABLE users DROP COLUMN full_name, ADD COLUMN first text NOT NULL, ADD COLUMN last text;",
        decided: Decisions {
            converts: pairs(&[
                ("users.first", "split_part(full_name, ' ', 1)"),
                ("users.last", "nullif(split_part(full_name, ' ', 2), '')"),
            ]),
            converts_back: pairs(&[("users.full_name", "concat_ws(' ', first, last)")]),
            ..Decisions::default()
        },
        rows: &["INSERT INTO users (full_name) SELECT 'a' || g || ' b' || g FROM generate_series(1, 50) g"],
        writes: &[
            "UPDATE users SET last = NULL WHERE id % 7 = 0",
            "INSERT INTO users (first, last) VALUES ('x', 'y'), ('z', NULL)",
            "INSERT INTO users (id, first) VALUES (3, 'met') ON CONFLICT (id) DO UPDATE SET first = EXCLUDED.first, last = NULL",
        ],
        differ: "SELECT count(*) FROM users WHERE full_name IS DISTINCT FROM concat_ws(' ', first, last)",
        kept: "SELECT count(*) FROM users WHERE full_name = 'met' AND id = 3",
    }
}

fn merge() -> Case {
    Case {
        name: "merge",
        init: "CREATE TABLE users (id serial PRIMARY KEY, first text NOT NULL, last text);",
        up: "ALTER TABLE users DROP COLUMN first, DROP COLUMN last, ADD COLUMN name text NOT NULL;",
        decided: Decisions {
            converts: pairs(&[("users.name", "concat_ws(' ', first, last)")]),
            converts_back: pairs(&[
                ("users.first", "split_part(name, ' ', 1)"),
                ("users.last", "nullif(split_part(name, ' ', 2), '')"),
            ]),
            ..Decisions::default()
        },
        rows: &["INSERT INTO users (first, last) SELECT 'a' || g, 'b' || g FROM generate_series(1, 50) g"],
        writes: &[
            "UPDATE users SET name = 'one' WHERE id % 7 = 0",
            "INSERT INTO users (name) VALUES ('x y'), ('z')",
            "INSERT INTO users (id, name) VALUES (3, 'met here') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name",
        ],
        differ: "SELECT count(*) FROM users WHERE name IS DISTINCT FROM concat_ws(' ', first, last)",
        kept: "SELECT count(*) FROM users WHERE first = 'met' AND last = 'here' AND id = 3",
    }
}

fn label() -> Case {
    Case {
        name: "enum",
        init: "CREATE TYPE role AS ENUM ('a', 'b', 'c'); CREATE TABLE users (id serial PRIMARY KEY, role role NOT NULL DEFAULT 'a', was role);
CREATE INDEX users_role ON users (role);",
        up: "CREATE TYPE role_new AS ENUM ('a', 'b'); ALTER TABLE users ALTER COLUMN role DROP DEFAULT;
ALTER TABLE users ALTER COLUMN role TYPE role_new USING (role::text::role_new);
ALTER TABLE users ALTER COLUMN was TYPE role_new USING (was::text::role_new);
ALTER TYPE role RENAME TO role_old; ALTER TYPE role_new RENAME TO role; DROP TYPE role_old;
ALTER TABLE users ALTER COLUMN role SET DEFAULT 'a';",
        decided: Decisions { values: pairs(&[("role.c", "b")]), ..Decisions::default() },
        rows: &[
            "INSERT INTO users (role, was) SELECT CASE g % 2 WHEN 0 THEN 'a' ELSE 'b' END::role, 'b' FROM generate_series(1, 50) g",
        ],
        writes: &[
            "UPDATE users SET role = 'a', was = NULL WHERE id % 7 = 0",
            "INSERT INTO users (was) VALUES ('b')",
            "INSERT INTO users (id, role) VALUES (3, 'b') ON CONFLICT (id) DO UPDATE SET role = EXCLUDED.role",
        ],
        differ: "SELECT count(*) FROM users WHERE role::text IS DISTINCT FROM role_new::text OR was::text IS DISTINCT FROM was_new::text",
        kept: "SELECT count(*) FROM users WHERE role = 'b' AND id = 3",
    }
}

const KEY: &str = "ALTER TABLE teams ALTER COLUMN id TYPE bigint; ALTER TABLE users ALTER COLUMN id TYPE bigint, ALTER COLUMN team_id TYPE bigint;";
const KEY_WRITES: &[&str] = &[
    "INSERT INTO teams (name) VALUES ('come')",
    "INSERT INTO users (team_id) SELECT max(id) FROM teams",
    "UPDATE users SET team_id = 2 WHERE id % 7 = 0",
    "DELETE FROM users WHERE id = 11",
    "UPDATE users SET team_id = 4 WHERE id = 3",
];

fn key() -> Case {
    Case {
        name: "key",
        init: "CREATE TABLE teams (id serial PRIMARY KEY, name text);
CREATE TABLE users (id serial PRIMARY KEY, team_id int NOT NULL CONSTRAINT users_team REFERENCES teams (id) ON DELETE CASCADE ON UPDATE CASCADE);",
        up: KEY,
        decided: Decisions::default(),
        rows: &[
            "INSERT INTO teams (name) SELECT g::text FROM generate_series(1, 5) g",
            "INSERT INTO users (team_id) SELECT 1 + g % 5 FROM generate_series(1, 50) g",
        ],
        writes: KEY_WRITES,
        differ: "SELECT (SELECT count(*) FROM users WHERE id <> id_new OR team_id <> team_id_new) + (SELECT count(*) FROM teams WHERE id <> id_new)",
        kept: "SELECT count(*) FROM users WHERE team_id = 4 AND id = 3",
    }
}

fn identity() -> Case {
    Case {
        name: "identity",
        init: "CREATE TABLE teams (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
CREATE TABLE users (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, team_id int NOT NULL CONSTRAINT users_team REFERENCES teams (id));",
        ..key()
    }
}

fn moved() -> Case {
    Case {
        name: "move",
        init: "CREATE TABLE users (id serial PRIMARY KEY, bio text, n int);
CREATE TABLE profiles (id serial PRIMARY KEY, user_id int NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE, theme text);",
        up: "ALTER TABLE users DROP COLUMN bio; ALTER TABLE profiles ADD COLUMN bio text;",
        decided: Decisions {
            moves: pairs(&[("users.bio", "profiles.bio")]),
            missing: pairs(&[("profiles", "hold")]),
            ..Decisions::default()
        },
        rows: &[
            "INSERT INTO users (bio) SELECT 'bio ' || g FROM generate_series(1, 50) g",
            "INSERT INTO profiles (user_id) SELECT id FROM users",
        ],
        writes: &[
            "UPDATE profiles SET bio = 'new ' || id WHERE user_id % 7 = 0",
            "UPDATE profiles SET bio = NULL WHERE user_id % 5 = 0",
            "INSERT INTO users (n) VALUES (1)",
            "INSERT INTO profiles (user_id, bio) SELECT max(id), 'come' FROM users ON CONFLICT (user_id) DO UPDATE SET bio = 'come again'",
            "UPDATE users SET id = id + 1000000 WHERE id = 12",
            "DELETE FROM users WHERE id = 11",
            "UPDATE profiles SET bio = 'met' WHERE user_id = 3",
            "UPDATE users SET n = 5 WHERE id = 4",
        ],
        differ: "SELECT count(*) FROM users WHERE bio IS DISTINCT FROM (SELECT p.bio FROM profiles p WHERE p.user_id = users.id)",
        kept: "SELECT count(*) FROM users WHERE bio = 'met' AND id = 3",
    }
}

fn moved_up() -> Case {
    Case {
        name: "move up",
        init: "CREATE TABLE users (id serial PRIMARY KEY, n int);
CREATE TABLE profiles (id serial PRIMARY KEY, user_id int NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE, bio text);",
        up: "ALTER TABLE profiles DROP COLUMN bio; ALTER TABLE users ADD COLUMN bio text;",
        decided: Decisions { moves: pairs(&[("profiles.bio", "users.bio")]), ..Decisions::default() },
        rows: &[
            "INSERT INTO users (n) SELECT g FROM generate_series(1, 50) g",
            "INSERT INTO profiles (user_id, bio) SELECT id, 'bio ' || id FROM users",
        ],
        writes: &[
            "UPDATE users SET bio = 'new ' || id WHERE id % 7 = 0",
            "UPDATE users SET bio = NULL WHERE id % 5 = 0",
            "INSERT INTO users (n, bio) VALUES (1, 'come')",
            "INSERT INTO profiles (user_id) SELECT max(id) FROM users ON CONFLICT DO NOTHING",
            "DELETE FROM users WHERE id = 11",
            "UPDATE users SET id = id + 1000000 WHERE id = 12",
            "UPDATE users SET bio = 'met' WHERE id = 3",
        ],
        differ: "SELECT count(*) FROM profiles WHERE bio IS DISTINCT FROM (SELECT u.bio FROM users u WHERE u.id = profiles.user_id)",
        kept: "SELECT count(*) FROM profiles WHERE bio = 'met' AND user_id = 3",
    }
}

fn cases() -> Vec<Case> {
    vec![rename(), types(), split(), merge(), label(), key(), identity(), moved(), moved_up()]
}

const NAMES: [&str; 3] = ["1_init", "2_expand", "3_contract"];

/// Its three migrations.
fn project(case: &Case) -> Project {
    let migration = |name: &str, sql: &str| Migration {
        name: name.into(),
        file: name.into(),
        sql: sql.into(),
        breakpoints: false,
        snapshot_before: None,
        observed: vec![],
    };
    let migrations = vec![migration("1", case.init), migration("2", case.up)];
    let history = History { dialect: PG, server: None, migrations };
    let found = expand(&history, 1, &Runner::plain("plain", Scope::Message), &case.decided);
    assert!(found.refusals.is_empty() && found.questions.is_empty(), "{}: {found:?}", case.name);
    let texts = [case.init, &found.expand, &found.contract];
    Project::prisma("postgres", &NAMES.into_iter().zip(texts).collect::<Vec<_>>())
}

/// Deploys all three, with rows; gives what the database is like between expand and contract.
fn contracted(case: &Case, project: &Project, db: &mut dyn Database) -> String {
    project.deploy(db, &NAMES[..2]);
    run(db, case.rows);
    assert_eq!(first(db, case.differ), "0", "{}", case.name);
    let between = picture(db);
    project.deploy(db, &NAMES[2..]);
    between
}

fn is_back(case: &Case, db: &mut dyn Database, between: &str, when: &str) {
    assert_eq!(picture(db), between, "{} {when}", case.name);
    assert_eq!(first(db, case.differ), "0", "{} {when}", case.name);
}

#[test]
fn others_write_between_its_statements() {
    for case in cases() {
        let project = project(&case);
        let text = std::fs::read_to_string(project.path("m/3_contract/down.sql")).unwrap();
        let steps: Vec<String> = blocks(&text, PG, false)
            .into_iter()
            .flat_map(|block| {
                let pieces = block.pieces.into_iter().map(|piece| piece.sql);
                match block.transaction {
                    true => vec![format!("BEGIN;\n{};\nCOMMIT", pieces.collect::<Vec<_>>().join(";\n"))],
                    false => pieces.collect(),
                }
            })
            .collect();
        assert!(steps.len() > 2, "{}: {text}", case.name);
        // All that is written comes at one place between, at another each time: around the filling, and before the end.
        let places = BTreeSet::from([1, 2, steps.len() - 2, steps.len() - 1]);
        for at in places {
            let own = Own::postgres();
            let (db, other) = (&mut *own.open(), &mut *own.open());
            let between = contracted(&case, &project, db);
            for (number, step) in steps.iter().enumerate() {
                if number == at {
                    run(other, case.writes);
                }
                db.script(step).unwrap_or_else(|e| panic!("{} {number}: {e}\n{step}", case.name));
            }
            is_back(&case, db, &between, &format!("before statement {at}"));
            assert_eq!(first(db, case.kept), "1", "{} {at}", case.name);
        }
    }
}

/// Tries again where the server has chosen it to end a deadlock.
fn insists(db: &mut dyn Database, sql: &str, deadlocks: &AtomicU32) -> Result<(), String> {
    loop {
        match db.execute(sql) {
            Ok(_) => return Ok(()),
            Err(e) if e.code.as_deref() == Some("40P01") => deadlocks.fetch_add(1, Ordering::Relaxed),
            Err(e) => return Err(format!("{e}: {sql}")),
        };
    }
}

#[test]
fn others_go_on_beside_it() {
    for case in cases() {
        let project = project(&case);
        let own = Own::postgres();
        let db = &mut *own.open();
        let between = contracted(&case, &project, db);
        let (over, deadlocks) = (AtomicBool::new(false), AtomicU32::new(0));
        let undone = thread::scope(|scope| {
            let writers: Vec<_> = (0..3)
                .map(|at| {
                    let (over, deadlocks, url, writes) = (&over, &deadlocks, &own.url, case.writes);
                    scope.spawn(move || {
                        let db = &mut *session(url);
                        let all = writes.iter().cycle().skip(at * 2).take_while(|_| !over.load(Ordering::Relaxed));
                        for sql in all {
                            // After the end the names are those of both versions: what fails then is no concern of this.
                            match insists(db, sql, deadlocks) {
                                Err(why) if !over.load(Ordering::Relaxed) => return Err(why),
                                _ => {}
                            }
                            thread::sleep(Duration::from_millis(2));
                        }
                        Ok(())
                    })
                })
                .collect();
            let undone = project.rollback(&own, db, &Choice::Steps(1), false);
            over.store(true, Ordering::Relaxed);
            let said: Vec<Result<(), String>> = writers.into_iter().map(|w| w.join().unwrap()).collect();
            (undone, said)
        });
        let (undone, said) = undone;
        assert_eq!(
            undone.as_ref().unwrap().outcome.state,
            OutcomeState::Done,
            "{}: {:?}",
            case.name,
            undone.as_ref().unwrap().problems
        );
        // A version that names what has another name from the last transaction on is over with it.
        let renamed = |why: &String| why.contains("42703") || why.contains("does not exist");
        let failed: Vec<&String> = said.iter().filter_map(|s| s.as_ref().err()).filter(|why| !renamed(why)).collect();
        assert!(failed.is_empty(), "{}: {failed:?}", case.name);
        is_back(&case, db, &between, "while others wrote");
    }
}

/// Ends every other session once the way back has begun.
fn cut(url: &str, after: Duration) {
    let db = &mut *session(url);
    let began = Instant::now();
    let begun = "SELECT count(*) FROM pg_attribute WHERE attname LIKE 'unmigrate_back_%' AND NOT attisdropped";
    while first(db, begun) == "0" && began.elapsed() < Duration::from_secs(20) {
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(after);
    let _ = db.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
}

#[test]
fn cut_off_it_goes_on() {
    let mut continued = 0;
    for (turn, case) in [types(), key(), moved(), label()].into_iter().enumerate() {
        let project = project(&case);
        let own = Own::postgres();
        let db = &mut *own.open();
        let between = contracted(&case, &project, db);
        // Enough for it to be cut off somewhere.
        let more = match case.name {
            "type" => "INSERT INTO users (score) SELECT g FROM generate_series(1, 20000) g",
            "key" => "INSERT INTO users (team_id) SELECT 1 + g % 5 FROM generate_series(1, 20000) g",
            "move" => {
                "WITH u AS (INSERT INTO users (n) SELECT g FROM generate_series(1, 20000) g RETURNING id) INSERT INTO profiles (user_id, bio) SELECT id, 'bio' FROM u"
            }
            _ => "INSERT INTO users (role) SELECT 'b' FROM generate_series(1, 20000) g",
        };
        run(db, &[more]);
        thread::scope(|scope| {
            let (url, after) = (&own.url, Duration::from_millis(40 * turn as u64));
            let cutting = scope.spawn(move || cut(url, after));
            let _ = project.rollback(&own, &mut *own.open(), &Choice::Steps(1), false);
            cutting.join().unwrap();
        });
        let db = &mut *own.open();
        run(db, case.writes);
        let home = Home::find(db).unwrap();
        if unfinished(db, &home).unwrap().is_some() {
            continued += 1;
            let mut says = Says(Answer::Yes);
            let report = project.with(&own, |scene| resume(db, scene, Way::Continue, running(&mut says))).unwrap();
            assert_eq!(report.outcome.state, OutcomeState::Done, "{}: {:?}", case.name, report.problems);
        }
        is_back(&case, db, &between, "after it was cut off");
        assert_eq!(first(db, case.kept), "1", "{}", case.name);
        assert_eq!(unfinished(db, &home).unwrap(), None);
    }
    assert!(continued > 0, "it was never cut off");
}

/// It is refused whole: with these words.
fn refused(project: &Project, own: &Own, db: &mut dyn Database) -> String {
    let report = project.rollback(own, db, &Choice::Steps(1), false).unwrap();
    let said = format!("{:?}", report.problems);
    assert_eq!(report.outcome.state, OutcomeState::Unchanged, "{said}");
    said
}

#[test]
fn a_value_that_the_column_can_not_hold_changes_nothing() {
    let case = types();
    let project = project(&case);
    let own = Own::postgres();
    let db = &mut *own.open();
    contracted(&case, &project, db);
    run(db, &["UPDATE users SET score = 3000000000 WHERE id = 9"]);
    let before = picture(db);
    assert!(refused(&project, &own, db).contains("integer out of range"));
    assert_eq!(picture(db), before);
    assert_eq!(project.applied(db), NAMES);
    let key = key();
    let project = self::project(&key);
    let own = Own::postgres();
    let db = &mut *own.open();
    contracted(&key, &project, db);
    run(db, &["SELECT setval('users_id_seq', 2147483648)"]);
    assert!(refused(&project, &own, db).contains("has counted further than integer goes"));
}
