//! `resolve` on the real engines: what it records, what it refuses, what it leaves.

use crate::common::project::{Project, Says, picture};
use crate::common::{ENGINES, Own, first, run};
use serde_json::{Value, json};
use unmigrate_app::execute::Unwatched;
use unmigrate_app::resolve::{ResolveReport, ResolveRequest, resolve, resolve_on};
use unmigrate_app::rollback::{Answer, Around, OutcomeState};
use unmigrate_app::{NoConfig, Problem};
use unmigrate_engines::Database;

fn request(project: &Project, own: Option<&Own>, change: Value) -> ResolveRequest {
    let mut options = json!({ "cwd": project.dir(), "retry": 5 });
    if let (Some(options), Value::Object(change)) = (options.as_object_mut(), change) {
        options.extend(own.map(|own| ("url".to_owned(), Value::from(own.url.clone()))));
        options.extend(change);
    }
    serde_json::from_value(options).unwrap()
}

/// By URL, where there is nobody to ask.
fn ask(project: &Project, own: &Own, change: Value) -> Result<ResolveReport, Problem> {
    let around =
        Around { loader: &NoConfig, variable: &|_| None, ask: &mut Says(Answer::Nobody), watch: &mut Unwatched };
    resolve(&request(project, Some(own), change), around)
}

fn both(engine: &str, migrations: &[(&str, &str)]) -> [Project; 2] {
    [Project::prisma(engine, migrations), Project::drizzle(engine, migrations)]
}

/// Names as the engine quotes them.
fn quoted(engine: &str, sql: &str) -> String {
    if engine == "mysql" { sql.replace('"', "`") } else { sql.to_owned() }
}

/// All that a history may hold whose words differ between what is written and what engines print.
fn rich(engine: &str) -> Vec<(&'static str, String)> {
    let one = match engine {
        "postgres" => {
            "CREATE TYPE \"Role\" AS ENUM ('USER', 'ADMIN');
             CREATE TABLE \"User\" (\"id\" SERIAL NOT NULL, \"email\" VARCHAR(191) NOT NULL, \"role\" \"Role\" NOT NULL DEFAULT 'USER',
               \"score\" DECIMAL(10, 2) DEFAULT 0, \"tags\" TEXT[] DEFAULT ARRAY[]::TEXT[], \"meta\" JSONB,
               \"at\" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, \"big\" INT8, \"flag\" BOOL NOT NULL DEFAULT false,
               CONSTRAINT \"User_pkey\" PRIMARY KEY (\"id\"));
             CREATE UNIQUE INDEX \"User_email_key\" ON \"User\"(\"email\");
             CREATE TABLE post (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, author int REFERENCES \"User\" (id) ON DELETE CASCADE,
               title character varying NOT NULL UNIQUE, n int CHECK (n > 0), slug text GENERATED ALWAYS AS (lower(title)) STORED);
             CREATE VIEW titles AS SELECT title FROM post;
             CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';"
        }
        "mysql" => {
            "CREATE TABLE `User` (`id` INTEGER NOT NULL AUTO_INCREMENT, `email` VARCHAR(191) NOT NULL, `role` ENUM('USER', 'ADMIN') NOT NULL DEFAULT 'USER',
               `score` DECIMAL(10, 2) NULL DEFAULT 0, `meta` JSON NULL, `at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
               `big` BIGINT UNSIGNED NULL, `flag` BOOLEAN NOT NULL DEFAULT false, `body` LONGTEXT NULL, `bin` VARBINARY(16) NULL, `dd` DOUBLE NULL,
               UNIQUE INDEX `User_email_key`(`email`), PRIMARY KEY (`id`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
             CREATE TABLE post (id serial, author int, title varchar(255) NOT NULL, n int CHECK (n > 0), PRIMARY KEY (id), INDEX post_title (title),
               CONSTRAINT post_author FOREIGN KEY (author) REFERENCES `User` (id) ON DELETE CASCADE);
             CREATE VIEW titles AS SELECT title FROM post;"
        }
        _ => {
            "CREATE TABLE \"User\" (\"id\" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, \"email\" TEXT NOT NULL, \"score\" DECIMAL DEFAULT 0,
               \"at\" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, \"flag\" BOOLEAN NOT NULL DEFAULT false, \"big\" BIGINT);
             CREATE UNIQUE INDEX \"User_email_key\" ON \"User\"(\"email\");
             CREATE TABLE `post` (`id` integer PRIMARY KEY NOT NULL, `author` integer, `title` text(255) NOT NULL, `n` integer,
               FOREIGN KEY (`author`) REFERENCES `User`(`id`) ON UPDATE no action ON DELETE cascade, CHECK(`n` > 0));
             CREATE VIEW titles AS SELECT title FROM post;"
        }
    };
    let two = match engine {
        "postgres" => {
            "ALTER TABLE \"User\" ADD COLUMN \"bio\" TEXT, ALTER COLUMN \"email\" SET DATA TYPE TEXT, DROP COLUMN \"big\";
             ALTER TABLE post RENAME COLUMN n TO number; ALTER TYPE \"Role\" ADD VALUE 'GUEST';
             CREATE INDEX post_number ON post USING btree (number DESC); DROP FUNCTION f(int);"
        }
        "mysql" => {
            "ALTER TABLE `User` ADD COLUMN `bio` TEXT NULL, DROP COLUMN `big`, MODIFY `email` VARCHAR(200) NULL;
             CREATE INDEX post_n ON post (n); DROP VIEW titles;"
        }
        _ => {
            "PRAGMA foreign_keys=OFF; CREATE TABLE \"new_User\" (\"id\" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, \"email\" TEXT, \"score\" DECIMAL DEFAULT 0,
               \"at\" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, \"flag\" BOOLEAN NOT NULL DEFAULT false, \"bio\" TEXT);
             INSERT INTO \"new_User\" (id, email, score, at, flag) SELECT id, email, score, at, flag FROM \"User\";
             DROP TABLE \"User\"; ALTER TABLE \"new_User\" RENAME TO \"User\"; CREATE UNIQUE INDEX \"User_email_key\" ON \"User\"(\"email\"); PRAGMA foreign_keys=ON;
             DROP VIEW titles;"
        }
    };
    let three = quoted(engine, "ALTER TABLE \"post\" RENAME TO \"posts\";");
    vec![("0000_all", one.into()), ("0001_more", two.into()), ("0002_posts", three)]
}

fn apply(db: &mut dyn Database, migrations: &[(&str, String)]) {
    migrations.iter().for_each(|(name, sql)| db.script(sql).unwrap_or_else(|e| panic!("{name}: {e}")));
}

/// What a person ran by hand is held against the files, whatever words the engine prints it in; and recorded, once.
#[test]
fn run_by_hand_and_recorded() {
    for engine in ENGINES {
        let rich = rich(engine);
        let migrations: Vec<(&str, &str)> = rich.iter().map(|(name, sql)| (*name, sql.as_str())).collect();
        for project in both(engine, &migrations) {
            let own = Own::on(engine);
            let db = &mut *own.open();
            // Nothing of it is there.
            let refused = ask(&project, &own, json!({ "baseline": true })).unwrap_err();
            assert_eq!(refused.code, "not-held", "{engine}");
            assert!(refused.message.contains("table User is missing"), "{engine} {}", refused.message);
            apply(db, &rich[..1]);
            let refused = ask(&project, &own, json!({ "all": true })).unwrap_err();
            assert_eq!(refused.code, "not-held", "{engine}");
            assert!(refused.message.contains("`0001_more`") || refused.message.contains("`0000_all`"), "{refused:?}");
            let report = ask(&project, &own, json!({ "applied": ["0000_all"] })).unwrap();
            assert_eq!(report.outcome.done, ["0000_all"], "{engine} {:?}", report.problems);
            assert!(report.problems.is_empty(), "{engine} {:?}", report.problems);
            assert!(report.plan.migrations[0].compared > 10, "{engine} {:?}", report.plan);
            assert_eq!(project.applied(db), ["0000_all"]);
            apply(db, &rich[1..]);
            let before = picture(db);
            let report = ask(&project, &own, json!({ "applied": ["000*"] })).unwrap();
            assert_eq!(report.outcome.done, ["0001_more", "0002_posts"], "{engine} {:?}", report.problems);
            assert!(report.plan.migrations[0].already && report.outcome.audited, "{engine} {report:?}");
            assert_eq!(project.applied(db), ["0000_all", "0001_more", "0002_posts"], "{engine}");
            // A second time nothing is written.
            let again = ask(&project, &own, json!({ "all": true })).unwrap();
            assert_eq!((again.outcome.state, again.outcome.done.len()), (OutcomeState::Done, 0), "{engine}");
            assert_eq!((picture(db), project.applied(db).len()), (before, 3), "{engine}");
        }
    }
}

/// A database that the tool has never seen: everything at once, in one transaction.
#[test]
fn a_baseline() {
    for engine in ENGINES {
        let rich = rich(engine);
        let migrations: Vec<(&str, &str)> = rich.iter().map(|(name, sql)| (*name, sql.as_str())).collect();
        for project in both(engine, &migrations) {
            let own = Own::on(engine);
            let db = &mut *own.open();
            apply(db, &rich[..2]);
            let planned = ask(&project, &own, json!({ "baselineTo": "0001_more", "dryRun": true })).unwrap();
            assert_eq!((planned.outcome.state, planned.plan.steps.is_empty()), (OutcomeState::Planned, false));
            let report = ask(&project, &own, json!({ "baselineTo": "0001_more" })).unwrap();
            assert_eq!(report.outcome.done, ["0000_all", "0001_more"], "{engine} {:?}", report.problems);
            apply(db, &rich[2..]);
            let report = ask(&project, &own, json!({ "baseline": true })).unwrap();
            assert_eq!(report.outcome.done, ["0002_posts"], "{engine} {:?}", report.problems);
            assert_eq!(project.applied(db).len(), 3, "{engine}");
        }
    }
}

fn small(engine: &str) -> Vec<(&'static str, String)> {
    vec![
        ("0000_users", quoted(engine, "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, email varchar(100));\n")),
        (
            "0001_orders",
            quoted(engine, "CREATE TABLE orders (id integer NOT NULL PRIMARY KEY, amount integer NOT NULL);\n"),
        ),
        ("0002_rows", quoted(engine, "UPDATE users SET email = 'x' WHERE email IS NULL;\n")),
    ]
}

fn projects(engine: &str) -> [Project; 2] {
    let small = small(engine);
    let migrations: Vec<(&str, &str)> = small.iter().map(|(name, sql)| (*name, sql.as_str())).collect();
    both(engine, &migrations)
}

/// B1: the SQL never ran. The missing objects are named, and nothing is recorded; with a reason it is, and the audit has it.
#[test]
fn what_never_ran_is_refused() {
    for engine in ENGINES {
        for project in projects(engine) {
            let own = Own::on(engine);
            let db = &mut *own.open();
            project.deploy(db, &["0000_users"]);
            let marks = json!({ "applied": ["0001_orders"] });
            let refused = ask(&project, &own, marks.clone()).unwrap_err();
            assert_eq!(refused.code, "not-held", "{engine}");
            assert!(refused.message.contains("table orders is missing"), "{engine} {}", refused.message);
            assert_eq!(project.applied(db), ["0000_users"]);
            // Half of it.
            run(db, &["CREATE TABLE orders (id integer NOT NULL PRIMARY KEY, amount varchar(10))"]);
            let refused = ask(&project, &own, marks).unwrap_err();
            assert!(refused.message.contains("column orders.amount is"), "{engine} {}", refused.message);
            let forced = json!({ "applied": ["0001_orders"], "force": true });
            assert_eq!(ask(&project, &own, forced).unwrap_err().code, "reason-missing");
            let forced = json!({ "applied": ["0001_orders"], "force": true, "reason": "amounts are texts there" });
            let report = ask(&project, &own, forced).unwrap();
            assert_eq!(report.outcome.done, ["0001_orders"], "{engine}");
            assert_eq!(report.problems[0].code, "not-held", "{engine}");
            assert_eq!(project.applied(db), ["0000_users", "0001_orders"]);
            let home = unmigrate_app::archive::Home::find(db).unwrap();
            let audit = home.table("audit", db.dialect());
            assert_eq!(first(db, &format!("SELECT detail FROM {audit}")), "amounts are texts there", "{engine}");
            // Rows alone tell nothing.
            let report = ask(&project, &own, json!({ "all": true })).unwrap();
            assert_eq!((report.outcome.done.len(), report.problems[0].code), (1, "not-compared"), "{engine}");
        }
    }
}

#[test]
fn what_is_asked_for_wrongly() {
    let own = Own::sqlite();
    let [project, drizzle] = projects("sqlite");
    for (change, code) in [
        (json!({}), "nothing-asked"),
        (json!({ "all": true, "applied": ["0000_users"] }), "two-ways"),
        (json!({ "applied": ["0009_x"] }), "no-such-migration"),
        (json!({ "applied": ["9*"] }), "no-such-migration"),
        (json!({ "all": true, "run": "x.sql" }), "unreadable"),
    ] {
        assert_eq!(ask(&project, &own, change).unwrap_err().code, code);
    }
    // Drizzle 0.x would skip the first for ever.
    let db = &mut *own.open();
    apply(db, &small("sqlite"));
    let refused = ask(&drizzle, &own, json!({ "applied": ["0001_orders"] })).unwrap_err();
    assert_eq!(refused.code, "would-skip", "{refused:?}");
    assert!(refused.help.contains("0000_users 0001_orders"), "{refused:?}");
}

/// SQL of a file and the row: both or neither.
#[test]
fn sql_of_a_file() {
    for engine in ENGINES {
        for project in projects(engine) {
            let own = Own::on(engine);
            let db = &mut *own.open();
            project.deploy(db, &["0000_users"]);
            let file = |text: &str| std::fs::write(project.path("by-hand.sql"), text).unwrap();
            let marks = || json!({ "applied": ["0001_orders"], "run": "by-hand.sql" });
            file("CREATE TABLE other (id integer);\nCREATE TABLE nonsense (;\n");
            let report = ask(&project, &own, marks()).unwrap();
            assert_eq!(report.problems[0].code, "statement-failed", "{engine} {:?}", report.problems);
            assert!(report.problems[0].message.contains("by-hand.sql:2"), "{engine} {:?}", report.problems);
            assert_eq!(project.applied(db), ["0000_users"], "{engine}");
            if engine == "mysql" {
                assert_eq!(report.outcome.state, OutcomeState::Continuable);
                continue;
            }
            assert_eq!(report.outcome.state, OutcomeState::Unchanged, "{engine}");
            assert!(!picture(db).contains("other"), "{engine}");
            file("CREATE TABLE orders (id integer NOT NULL PRIMARY KEY, amount integer NOT NULL);\n");
            let report = ask(&project, &own, marks()).unwrap();
            assert_eq!(report.outcome.done, ["0001_orders"], "{engine} {:?}", report.problems);
            assert!(report.problems.is_empty(), "{engine} {:?}", report.problems);
            assert_eq!(project.applied(db), ["0000_users", "0001_orders"], "{engine}");
        }
    }
    // MySQL: statement by statement.
    let own = Own::mysql();
    let db = &mut *own.open();
    let [project, _] = projects("mysql");
    project.deploy(db, &["0000_users"]);
    std::fs::write(project.path("f.sql"), &small("mysql")[1].1).unwrap();
    let report = ask(&project, &own, json!({ "applied": ["0001_orders"], "run": "f.sql" })).unwrap();
    assert_eq!((report.outcome.done.len(), report.problems.len()), (1, 0), "{report:?}");
    // What the file makes is another thing than the migration: said.
    let own = Own::sqlite();
    let db = &mut *own.open();
    let [project, _] = projects("sqlite");
    project.deploy(db, &["0000_users"]);
    std::fs::write(project.path("f.sql"), "CREATE TABLE orders (id integer NOT NULL PRIMARY KEY);").unwrap();
    let report = ask(&project, &own, json!({ "applied": ["0001_orders"], "run": "f.sql" })).unwrap();
    assert_eq!(report.problems[0].code, "not-held", "{report:?}");
    assert!(report.problems[0].message.contains("column orders.amount is missing"), "{report:?}");
}

/// S1: taken back by hand, and the tool still has its row (P3012): the row goes once the database does not hold it any more.
#[test]
fn taken_back_by_hand_and_forgotten() {
    for engine in ENGINES {
        for project in projects(engine) {
            let own = Own::on(engine);
            let db = &mut *own.open();
            project.deploy(db, &["0000_users", "0001_orders"]);
            let back = json!({ "rolledBack": ["0001_orders"] });
            let refused = ask(&project, &own, back.clone()).unwrap_err();
            assert_eq!(refused.code, "still-held", "{engine}");
            assert!(refused.message.contains("table orders is still there"), "{engine} {}", refused.message);
            run(db, &["DROP TABLE orders"]);
            let report = ask(&project, &own, back.clone()).unwrap();
            assert_eq!(report.outcome.done, ["0001_orders"], "{engine} {:?}", report.problems);
            assert_eq!(project.applied(db), ["0000_users"], "{engine}");
            assert_eq!(ask(&project, &own, back).unwrap().outcome.done.len(), 0, "{engine}");
        }
    }
}

/// A failed migration of Prisma's keeps its row, marked.
#[test]
fn a_failed_one_is_marked() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let db = &mut *own.open();
        let [project, _] = projects(engine);
        project.deploy(db, &["0000_users", "0001_orders"]);
        run(
            db,
            &[
                "UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '0001_orders'",
                "DROP TABLE orders",
            ],
        );
        let report = ask(&project, &own, json!({ "rolledBack": ["0001_orders"] })).unwrap();
        assert_eq!(report.outcome.done, ["0001_orders"], "{engine} {:?}", report.problems);
        let rows = "SELECT count(*) FROM _prisma_migrations WHERE rolled_back_at IS NOT NULL";
        assert_eq!(first(db, rows), "1", "{engine}");
    }
}

/// S9: an index whose build failed is there, and is none.
#[test]
fn an_invalid_index_is_not_taken_for_one() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let index = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS u_email ON u (email);\n";
    let project = Project::prisma("postgres", &[("1", "CREATE TABLE u (id int, email text);\n"), ("2", index)]);
    project.deploy(db, &["1"]);
    run(db, &["INSERT INTO u VALUES (1, 'a'), (2, 'a')"]);
    assert!(db.execute(index.trim_end().trim_end_matches(';')).is_err());
    run(db, &["DELETE FROM u WHERE id = 2", index.trim_end().trim_end_matches(';')]);
    let refused = ask(&project, &own, json!({ "applied": ["2"] })).unwrap_err();
    assert_eq!(refused.code, "not-held");
    assert!(refused.message.contains("index u.u_email is invalid"), "{}", refused.message);
    run(db, &["REINDEX INDEX u_email"]);
    assert_eq!(ask(&project, &own, json!({ "applied": ["2"] })).unwrap().outcome.done, ["2"]);
}

/// B6: the tables of another schema and of other names are those that are written.
#[test]
fn tables_elsewhere() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let [prisma, drizzle] = projects("postgres");
    run(db, &["CREATE SCHEMA tenant_7", "SET search_path TO tenant_7"]);
    apply(db, &small("postgres")[..1]);
    let url = format!("{}?schema=tenant_7", own.url);
    let report = ask(&prisma, &own, json!({ "url": url, "applied": ["0000_users"] })).unwrap();
    assert_eq!(report.outcome.done, ["0000_users"], "{:?}", report.problems);
    assert_eq!(first(db, "SELECT count(*) FROM tenant_7._prisma_migrations"), "1");
    assert_eq!(first(db, "SELECT to_regclass('public._prisma_migrations')"), "NULL");
    run(db, &["SET search_path TO public"]);
    apply(db, &small("postgres")[..1]);
    let report = ask(&drizzle, &own, json!({ "applied": ["0000_users"], "table": "books.done" })).unwrap();
    assert_eq!(report.outcome.done, ["0000_users"], "{:?}", report.problems);
    assert_eq!(first(db, "SELECT count(*) FROM books.done"), "1");
    assert_eq!(first(db, "SELECT to_regclass('drizzle.__drizzle_migrations')"), "NULL");
}

/// A protected database has to be named; a session of the caller's counts as one.
#[test]
fn a_protected_one_is_named() {
    let own = Own::sqlite();
    let db = &mut *own.open();
    let [project, _] = projects("sqlite");
    apply(db, &small("sqlite")[..1]);
    let on = |db: &mut dyn Database, change: Value| {
        let around =
            Around { loader: &NoConfig, variable: &|_| None, ask: &mut Says(Answer::Yes), watch: &mut Unwatched };
        resolve_on(&request(&project, None, change), around, db)
    };
    assert_eq!(on(db, json!({ "applied": ["0000_users"] })).unwrap_err().code, "unconfirmed");
    assert_eq!(on(db, json!({ "applied": ["0000_users"], "confirm": "x" })).unwrap_err().code, "wrong-name");
    let report = on(db, json!({ "applied": ["0000_users"], "confirm": "main" })).unwrap();
    assert_eq!(
        (report.outcome.done.as_slice(), report.target.class.as_str()),
        (&["0000_users".to_owned()][..], "unknown")
    );
    std::fs::write(project.path("unmigrate.json"), r#"{ "protected": ["*"] }"#).unwrap();
    apply(db, &small("sqlite")[1..2]);
    assert_eq!(ask(&project, &own, json!({ "all": true })).unwrap_err().code, "unconfirmed");
    assert_eq!(project.applied(db), ["0000_users"]);
    let report = ask(&project, &own, json!({ "all": true, "confirm": "dev.db" })).unwrap();
    assert_eq!(report.outcome.done, ["0001_orders", "0002_rows"]);
}
