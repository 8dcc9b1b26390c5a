//! Tests of what is observed on a database: that it is what is replayed, and that rollbacks derived from it hold.

use crate::case::Case;
use crate::engine::{Database, Outcome, ROLES, Server, given_up, open};
use crate::{roundtrip, snapshots};
use libtest_mimic::{Failed, Trial};
use std::path::PathBuf;
use unmigrate_kernel::catalog::Catalog;
use unmigrate_kernel::diff::diff;
use unmigrate_kernel::observe::{Observation, Observer, changes};
use unmigrate_kernel::render::{Context, render};
use unmigrate_kernel::rollback::read;
use unmigrate_kernel::snapshot::Options;
use unmigrate_kernel::split::{BREAKPOINT, split};
use unmigrate_kernel::{Dialect, Grade, History, Migration, Observed, opaque_statements, rollbacks};

/// A test for every case: the catalog that was replayed, built on a database, is observed to be what the engine made of the
/// case itself; and for every statement that only running tells.
pub fn trials(cases: &[Case]) -> Vec<Trial> {
    let mut out = Vec::new();
    for case in cases {
        let left_out = case.dialect.is_postgres() && given_up(Server::POSTGRES)
            || case.dialect == Dialect::Mysql && given_up(Server::MYSQL);
        let (name, case) = (format!("replayed/{}", case.name), case.clone());
        out.push(Trial::test(name, move || known(&case).map_err(Failed::from)).with_ignored_flag(left_out));
    }
    for (dialect, schema) in snapshots::schemas() {
        let left_out =
            dialect.is_postgres() && given_up(Server::POSTGRES) || dialect == Dialect::Mysql && given_up(Server::MYSQL);
        let name = format!("replayed/schema/{}", dialect.word());
        out.push(Trial::test(name, move || whole(dialect, schema).map_err(Failed::from)).with_ignored_flag(left_out));
    }
    for (number, unread) in UNREAD.iter().enumerate() {
        let name = format!("observed/{number}");
        out.push(
            Trial::test(name, move || observed(unread).map_err(Failed::from))
                .with_ignored_flag(given_up(Server::POSTGRES)),
        );
    }
    out
}

/// What a database holds.
fn look(database: &mut dyn Database, observer: &mut Observer) -> Outcome<Observation> {
    observer.read(&mut |sql| database.ask(sql), &Options::default())
}

/// Cases whose catalog is replayed rightly, as far as their rollback shows, and can't be built anew: what is wrong.
const KNOWN: &[(&str, &str)] = &[
    ("mysql/other/sequence", "sequences of MariaDB are not written yet"),
    ("mysql/other/sequence_dropped", "sequences of MariaDB are not written yet"),
    ("mysql/table/create_select", "a table of a query is kept as that query"),
    ("mysql/table/made_by_query_dropped", "a table of a query is kept as that query"),
    ("mysql/trigger/column_renamed_away", "a trigger that names a column which is gone can't be made"),
    ("postgresql/other/search_path", "what names mean under another search_path is not known"),
    ("postgresql/type/unknown_renamed", "the type of its column is not known"),
    ("postgresql/table/partition_was_detached", "the indexes that were its parent's are not known"),
];

/// One of [`KNOWN`] has to be as wrong as it says.
fn known(case: &Case) -> Outcome<()> {
    let why = KNOWN.iter().find(|(name, _)| *name == case.name);
    match (replayed(case), why) {
        (Ok(()), Some((_, why))) => Err(format!("it is right now, and no longer known for this: {why}")),
        (Err(_), Some(_)) => Ok(()),
        (result, None) => result,
    }
}

/// After the schema before, and after the migration.
fn replayed(case: &Case) -> Outcome<()> {
    let _nobody_makes_roles = ROLES.read();
    let mut observer = Observer::by_name(case.dialect);
    let mut database = open(case.dialect)?;
    database.run(&case.before).map_err(|e| format!("before: {e}"))?;
    let mut sql = case.before.replace(BREAKPOINT, ";");
    same(&sql, database.as_mut(), &mut observer, case.dialect).map_err(|e| format!("before: {e}"))?;
    // On SQLite a transaction that the file opens would end with the statement.
    let whole = case.dialect == Dialect::Sqlite;
    if whole {
        database.run(&case.up)?;
    }
    for statement in split(&case.up, case.dialect, case.up.contains(BREAKPOINT)) {
        let text = &case.up[statement.span];
        if !whole {
            database.run(text)?;
        }
        sql.push_str(&format!("\n;\n{text}"));
        let opaque = unmigrate_kernel::changes(text, &case.before, case.dialect, false);
        if opaque.iter().any(|l| matches!(l.change, unmigrate_kernel::change::Change::Opaque { .. })) {
            return Ok(());
        }
    }
    same(&sql, database.as_mut(), &mut observer, case.dialect)
}

/// A whole schema.
fn whole(dialect: Dialect, schema: &str) -> Outcome<()> {
    let _alone = ROLES.write();
    // Those of the known ones that a whole schema would stop at.
    let early = ["CREATE ROLE"];
    let statements = split(schema, dialect, false).into_iter().map(|s| &schema[s.span]);
    let kept: String =
        statements.filter(|s| !early.iter().any(|e| s.starts_with(e))).map(|s| format!("{s};\n")).collect();
    let schema = kept.as_str();
    let mut database = open(dialect)?;
    database.run(schema)?;
    same(schema, database.as_mut(), &mut Observer::by_name(dialect), dialect)
}

/// Is the catalog of a history what a database holds that ran it?
fn same(sql: &str, database: &mut dyn Database, observer: &mut Observer, dialect: Dialect) -> Outcome<()> {
    same_catalog(&read(sql, dialect), database, observer)
}

/// Is a catalog what a database holds? The catalog is built on another one, so that both are told in the engine's words.
pub fn same_catalog(catalog: &Catalog, database: &mut dyn Database, observer: &mut Observer) -> Outcome<()> {
    let engine = look(database, observer)?;
    let mut scratch = open(catalog.dialect)?;
    let built = written(catalog)?;
    scratch.run(&built).map_err(|e| format!("what was replayed can't be built: {e}"))?;
    let replayed = look(scratch.as_mut(), observer)?;
    let mut out = String::new();
    for step in diff(&replayed.catalog, &engine.catalog) {
        out.push_str(&format!("  {:?}\n", step.change));
    }
    for step in diff(&engine.catalog, &replayed.catalog) {
        let summary = step.change.summary();
        out.push_str(&format!("  back: {} {} {}\n", summary.action, summary.kind, summary.object));
    }
    if out.is_empty() { Ok(()) } else { Err(format!("the engine's catalog differs from the replayed one:\n{out}")) }
}

/// The statements that build a catalog.
fn written(catalog: &Catalog) -> Outcome<String> {
    let nothing = Catalog::new(catalog.dialect);
    let context = Context {
        now: &nothing,
        target: catalog,
        concurrent: Default::default(),
        using: Vec::new(),
        filled: vec![],
        keys_on: false,
        guarded_roles: Default::default(),
    };
    let statements = render(&diff(&nothing, catalog), &context)?;
    Ok(statements.iter().map(|s| format!("{};\n", s.sql)).collect())
}

/// A migration that only running tells, and what its rollback is then graded.
struct Unread {
    dialect: Dialect,
    before: &'static str,
    rows: &'static str,
    up: &'static str,
    grade: Grade,
}

const UNREAD: &[Unread] = &[
    Unread {
        dialect: Dialect::Postgres,
        before: "CREATE TABLE t (a int PRIMARY KEY, b text);",
        rows: "INSERT INTO t VALUES (1, 'x');",
        up: "DO $$ BEGIN EXECUTE format('CREATE INDEX %I ON t (b)', 't_' || trim('b')); END $$;",
        grade: Grade::Lossless,
    },
    Unread {
        dialect: Dialect::Postgres,
        before: "CREATE TABLE t (a int PRIMARY KEY, b text DEFAULT 'y');",
        rows: "INSERT INTO t VALUES (1, 'x');",
        up: "DO $$ DECLARE c text; BEGIN FOR c IN SELECT column_name FROM information_schema.columns WHERE table_name = 't' AND column_name <> 'a'
             LOOP EXECUTE 'ALTER TABLE t DROP COLUMN ' || quote_ident(c); END LOOP; END $$;",
        grade: Grade::Lossy,
    },
    Unread {
        dialect: Dialect::Postgres,
        before: "CREATE TABLE t (a int PRIMARY KEY, b text);",
        rows: "INSERT INTO t VALUES (1, 'x');",
        up: "DO $$ BEGIN EXECUTE 'ALTER TABLE t RENAME b TO ' || trim('c'); EXECUTE 'ALTER TABLE t RENAME TO ' || trim('u'); END $$;
             CREATE INDEX u_c ON u (c);",
        grade: Grade::Lossless,
    },
    Unread {
        dialect: Dialect::Postgres,
        before: "CREATE TABLE t (a int PRIMARY KEY, b text);",
        rows: "INSERT INTO t VALUES (1, 'x');",
        up: "DO $$ DECLARE n text := trim('t'); BEGIN EXECUTE 'DROP TABLE ' || quote_ident(n); EXECUTE format('CREATE TABLE %I (a int PRIMARY KEY, b text)', n); END $$;",
        grade: Grade::Lossy,
    },
    Unread {
        dialect: Dialect::Postgres,
        before: "CREATE TABLE t (a int PRIMARY KEY, b int);",
        rows: "INSERT INTO t VALUES (1, 2);",
        up: "DO $$ DECLARE s text := trim('UPDATE t SET b = 3'); BEGIN EXECUTE s; EXECUTE 'ALTER TABLE t ALTER COLUMN b SET NOT' || ' NULL'; END $$;",
        grade: Grade::Lossy,
    },
    Unread {
        dialect: Dialect::Postgres,
        before: "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (a int PRIMARY KEY, b e NOT NULL DEFAULT 'a'); CREATE VIEW v AS SELECT b FROM t;",
        rows: "INSERT INTO t VALUES (1, 'b');",
        up: "DO $$ DECLARE l text; BEGIN FOREACH l IN ARRAY ARRAY['c', trim('d')] LOOP EXECUTE format('ALTER TYPE e ADD VALUE %L', l); END LOOP; END $$;",
        grade: Grade::Lossless,
    },
    Unread {
        dialect: Dialect::Postgres,
        before: "CREATE TABLE t (a int PRIMARY KEY, b int); CREATE TABLE u (a int, CONSTRAINT fk FOREIGN KEY (a) REFERENCES t (a)); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';",
        rows: "INSERT INTO t VALUES (1, 2);",
        up: "DO $$ DECLARE n text; BEGIN FOREACH n IN ARRAY ARRAY['t', trim('u')] LOOP
               EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n);
               EXECUTE format('CREATE POLICY own ON %I USING (a > 0)', n);
               EXECUTE format('CREATE TRIGGER touch BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION f()', n);
               EXECUTE format('COMMENT ON TABLE %I IS %L', n, 'table ' || n);
             END LOOP; EXECUTE 'ALTER TABLE u DROP CONSTRAINT ' || trim('fk'); EXECUTE 'GRANT SELECT ON t TO ' || trim('pg_monitor'); END $$;",
        grade: Grade::Lossless,
    },
    Unread {
        dialect: Dialect::Postgres,
        before: "CREATE TABLE t (a int PRIMARY KEY, b int);",
        rows: "INSERT INTO t VALUES (1, 2);",
        up: "DO $$ BEGIN EXECUTE 'CREATE TABLE c AS SELECT *, 1 AS one FROM ' || trim('t'); END $$;",
        grade: Grade::Lossless,
    },
    Unread {
        dialect: Dialect::Mysql,
        before: "CREATE TABLE t (a int PRIMARY KEY, b varchar(20));",
        rows: "INSERT INTO t VALUES (1, 'x');",
        up: "SET @s = IF((SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME LIKE 'c') = 0,
               'ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 3, ADD INDEX t_b (b)', 'SELECT 1');
             PREPARE p FROM @s; EXECUTE p; DEALLOCATE PREPARE p;",
        grade: Grade::Lossless,
    },
    Unread {
        dialect: Dialect::Mysql,
        before: "CREATE TABLE t (a int PRIMARY KEY, b int DEFAULT 4);",
        rows: "INSERT INTO t VALUES (1, 2);",
        up: "SET @s = CONCAT('ALTER TABLE t DROP COLUMN ', TRIM('b')); PREPARE p FROM @s; EXECUTE p;",
        grade: Grade::Lossy,
    },
    Unread {
        dialect: Dialect::Mysql,
        before: "CREATE TABLE t (a int PRIMARY KEY, b int);",
        rows: "INSERT INTO t VALUES (1, 2);",
        up: "SET @s = TRIM('ALTER TABLE t RENAME COLUMN b TO c'); PREPARE p FROM @s; EXECUTE p;",
        grade: Grade::Manual,
    },
];

fn observed(unread: &Unread) -> Outcome<()> {
    let case = Case {
        path: PathBuf::new(),
        name: String::new(),
        dialect: unread.dialect,
        about: String::new(),
        before: unread.before.to_string(),
        rows: Some(unread.rows.to_string()),
        up: unread.up.to_string(),
        down: String::new(),
        loss: String::new(),
    };
    let mut history = history(&case);
    let opaque = opaque_statements(&history).pop().unwrap_or_default();
    if opaque.is_empty() {
        return Err("there is nothing in it that can't be read".to_string());
    }
    let seen = watch(&case, &opaque)?;
    let texts: String = seen.iter().map(|o| o.text.as_str()).collect();
    history.migrations[1].observed = seen;
    let rollback = rollbacks(&history).pop().ok_or("no rollback came out")?;
    let told = format!("observed:\n{texts}\nthe rollback:\n{}", rollback.body);
    if rollback.grade != unread.grade {
        return Err(format!("graded {}\n{told}", rollback.grade.word()));
    }
    roundtrip::check(&case, &rollback).map_err(|e| format!("{e}\n{told}"))
}

fn history(case: &Case) -> History {
    let migration = |name: &str, sql: &str| Migration {
        name: name.to_string(),
        file: format!("{name}.sql"),
        sql: sql.to_string(),
        breakpoints: false,
        snapshot_before: None,
        observed: Vec::new(),
    };
    History {
        dialect: case.dialect,
        server: None,
        migrations: vec![migration("before", &case.before), migration("up", &case.up)],
    }
}

/// Runs the migration statement by statement and looks before and after those that can't be read.
fn watch(case: &Case, opaque: &[std::ops::Range<usize>]) -> Outcome<Vec<Observed>> {
    let _nobody_makes_roles = ROLES.read();
    let mut database = open(case.dialect)?;
    let mut observer = Observer::new(case.dialect);
    database.run(&case.before)?;
    let mut out = Vec::new();
    for statement in split(&case.up, case.dialect, false) {
        let text = &case.up[statement.span.clone()];
        if !opaque.contains(&statement.span) {
            database.run(text)?;
            continue;
        }
        let text = watch_statement(database.as_mut(), &mut observer, text)?;
        out.push(Observed { statement: statement.span, text, engine: "PostgreSQL".into() });
    }
    Ok(out)
}

/// Runs one statement and tells what it did.
pub fn watch_statement(database: &mut dyn Database, observer: &mut Observer, text: &str) -> Outcome<String> {
    let before = look(database, observer)?;
    database.run(text)?;
    let after = look(database, observer)?;
    changes(&before, &after)
}
