//! SQLite refuses, or deletes what nobody named.

use super::finds;
use rusqlite::Connection;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::lint::Scope;

/// A database with this schema, foreign keys enforced.
fn open(before: &str) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("PRAGMA foreign_keys=ON").unwrap();
    connection.execute_batch(before).unwrap();
    connection
}

/// The engine refuses the statement exactly where the rule finds something.
fn refused(rule: &str, before: &str, up: &str, refuses: bool) {
    let ran = open(before).execute_batch(up);
    assert_eq!(ran.is_err(), refuses, "{before} {up}: {ran:?}");
    assert_eq!(finds(Dialect::Sqlite, Scope::Statement, before, up, rule), refuses, "{rule}: {before} {up}");
}

#[test]
fn a_rebuild_in_a_transaction_deletes_the_children() {
    let before = "CREATE TABLE users (id integer PRIMARY KEY, name text);
        CREATE TABLE posts (id integer PRIMARY KEY, author integer REFERENCES users (id) ON DELETE CASCADE);
        INSERT INTO users VALUES (1, 'a'); INSERT INTO posts VALUES (1, 1), (2, 1);";
    let rebuild = "PRAGMA foreign_keys=OFF;
        CREATE TABLE __new_users (id integer PRIMARY KEY, name text NOT NULL);
        INSERT INTO __new_users (id, name) SELECT id, name FROM users;
        DROP TABLE users;
        ALTER TABLE __new_users RENAME TO users;
        PRAGMA foreign_keys=ON;";
    let children = |connection: &Connection| -> i64 {
        connection.query_row("SELECT count(*) FROM posts", [], |r| r.get(0)).unwrap()
    };
    let connection = open(before);
    connection.execute_batch(&format!("BEGIN; {rebuild} COMMIT;")).unwrap();
    assert_eq!(children(&connection), 0, "the pragma does nothing inside the transaction");
    assert!(finds(Dialect::Sqlite, Scope::All, before, rebuild, "rebuild-cascades"));

    let connection = open(before);
    connection.execute_batch(rebuild).unwrap();
    assert_eq!(children(&connection), 2);
    assert!(!finds(Dialect::Sqlite, Scope::Statement, before, rebuild, "rebuild-cascades"));

    let connection = open(before);
    let deferred = rebuild.replace("foreign_keys=OFF", "defer_foreign_keys=ON");
    connection.execute_batch(&format!("BEGIN; {deferred} COMMIT;")).unwrap();
    assert_eq!(children(&connection), 0, "nor does deferring help");
}

#[test]
fn columns_that_cannot_be_added() {
    let before =
        "CREATE TABLE o (id integer PRIMARY KEY); CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1);";
    let rule = "sqlite-add-column";
    for (column, refuses) in [
        ("a text", false),
        ("a text DEFAULT ''", false),
        ("a text DEFAULT CURRENT_TIMESTAMP", true),
        ("a integer DEFAULT (strftime('%s', 'now'))", true),
        ("a text UNIQUE", true),
        ("a integer PRIMARY KEY", true),
        ("a integer REFERENCES o (id)", false),
        ("a integer DEFAULT 1 REFERENCES o (id)", true),
    ] {
        refused(rule, before, &format!("ALTER TABLE t ADD COLUMN {column}"), refuses);
    }
    refused("add-required-column", before, "ALTER TABLE t ADD COLUMN a text NOT NULL", true);
    refused("add-required-column", before, "ALTER TABLE t ADD COLUMN a text NOT NULL DEFAULT ''", false);
    refused("add-stored-generated", before, "ALTER TABLE t ADD COLUMN a integer AS (id) STORED", true);
    refused("add-stored-generated", before, "ALTER TABLE t ADD COLUMN a integer AS (id) VIRTUAL", false);
}

#[test]
fn columns_that_cannot_be_dropped() {
    let rule = "sqlite-drop-column";
    let o = "CREATE TABLE o (id integer PRIMARY KEY);";
    for (table, refuses) in [
        ("CREATE TABLE t (id integer, a text);", false),
        ("CREATE TABLE t (id integer, a text PRIMARY KEY);", true),
        ("CREATE TABLE t (id integer, a text UNIQUE);", true),
        ("CREATE TABLE t (id integer, a text); CREATE INDEX i ON t (a);", true),
        ("CREATE TABLE t (id integer, a text); CREATE INDEX i ON t (id) WHERE a IS NULL;", true),
        ("CREATE TABLE t (id integer, a text CHECK (a > 0));", false),
        ("CREATE TABLE t (id integer, a text, CHECK (a > id));", true),
        ("CREATE TABLE t (id integer, a integer REFERENCES o (id));", false),
        ("CREATE TABLE t (id integer, a integer, FOREIGN KEY (a) REFERENCES o (id));", true),
        ("CREATE TABLE t (id integer, a text, b text AS (a || 'x'));", true),
        ("CREATE TABLE t (id integer, a text); CREATE TRIGGER g AFTER UPDATE OF a ON t BEGIN SELECT 1; END;", false),
        (
            "CREATE TABLE t (id integer, a text); CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = 1; END;",
            false,
        ),
        ("CREATE TABLE t (id integer, a text); CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT new.a; END;", true),
    ] {
        refused(rule, &format!("{o}{table}"), "ALTER TABLE t DROP COLUMN a", refuses);
    }
    let view = "CREATE TABLE t (id integer, a text); CREATE VIEW v AS SELECT a FROM t;";
    refused("breaks-dependents", view, "ALTER TABLE t DROP COLUMN a", true);
}

#[test]
fn a_view_stands_in_the_way_of_a_rebuild() {
    let before = "CREATE TABLE t (id integer PRIMARY KEY, a text); CREATE VIEW v AS SELECT a FROM t;";
    let rebuild = "CREATE TABLE n (id integer PRIMARY KEY, a text); INSERT INTO n SELECT id, a FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;";
    refused("breaks-dependents", before, rebuild, true);
}

#[test]
fn nulls_do_not_pass_a_rebuild() {
    let before = "CREATE TABLE t (id integer PRIMARY KEY, a text); INSERT INTO t VALUES (1, NULL);";
    let rebuild = |a: &str| {
        format!(
            "CREATE TABLE n (id integer PRIMARY KEY, a text NOT NULL); INSERT INTO n (id, a) SELECT id, {a} FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;"
        )
    };
    refused("set-not-null", before, &rebuild("a"), true);
    refused("set-not-null", before, &rebuild("COALESCE(a, '')"), false);
}

#[test]
fn a_transaction_in_a_transaction() {
    let up = "BEGIN; CREATE TABLE a (id integer); COMMIT;";
    let connection = open("");
    connection.execute_batch("BEGIN").unwrap();
    assert!(connection.execute_batch(up).is_err());
    assert!(finds(Dialect::Sqlite, Scope::All, "", up, "nested-transaction"));
}

#[test]
fn foreign_keys_stay_off() {
    let up = "PRAGMA foreign_keys=OFF; CREATE TABLE a (id integer);";
    let connection = open("");
    connection.execute_batch(up).unwrap();
    let on: i64 = connection.query_row("PRAGMA foreign_keys", [], |r| r.get(0)).unwrap();
    assert_eq!(on, 0);
    assert!(finds(Dialect::Sqlite, Scope::Statement, "", up, "pragma-left"));
}

#[test]
fn a_trigger_goes_with_a_rebuild() {
    let before = "CREATE TABLE t (id integer PRIMARY KEY); CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;";
    let rebuild = "CREATE TABLE n (id integer PRIMARY KEY); INSERT INTO n (id) SELECT id FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;";
    let connection = open(before);
    connection.execute_batch(rebuild).unwrap();
    let left: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'", [], |r| r.get(0)).unwrap();
    assert_eq!(left, 0);
    assert!(finds(Dialect::Sqlite, Scope::Statement, before, rebuild, "rebuild-loses"));
}
