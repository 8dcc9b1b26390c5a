//! The drivers over real servers: what goes in comes out, and a refusal says what it means.

use crate::common::{Own, first, flat, mysql_url, postgres_url, session, target};
use unmigrate_engines::{Abilities, Database, Failure, FailureKind, Product, Target, connect};
use unmigrate_kernel::Dialect;

fn refused(database: &mut dyn Database, sql: &str) -> Failure {
    database.execute(sql).expect_err(sql)
}

#[test]
fn postgres_values_and_counts() {
    let own = Own::postgres();
    let mut db = own.open();
    assert_eq!(db.dialect(), Dialect::Postgres);
    assert_eq!(db.abilities(), Abilities { pinned_session: true, transactions: true });
    assert_eq!(Product::of(&mut *db).unwrap().name, "PostgreSQL");
    assert_eq!(first(&mut *db, "SELECT current_setting('application_name')"), "unmigrate");
    db.script("CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'ö'), (2, NULL), (3, '')").unwrap();
    assert_eq!(db.execute("UPDATE t SET a = a + 1 WHERE a > 1").unwrap(), 2);
    assert_eq!(db.execute("CREATE INDEX i ON t (a)").unwrap(), 0);
    let rows = db.query("SELECT a, b, a = 1 AS c, '\\xff'::bytea, 1.5::float8 FROM t ORDER BY a").unwrap();
    assert_eq!(rows.columns, ["a", "b", "c", "bytea", "float8"]);
    assert_eq!(
        flat(&rows),
        [["1", "ö", "t", "\\xff", "1.5"], ["3", "~", "f", "\\xff", "1.5"], ["4", "", "f", "\\xff", "1.5"]]
    );
    // Columns are known where there are no rows.
    assert_eq!(db.query("SELECT a, b FROM t WHERE false").unwrap().columns, ["a", "b"]);
    assert_eq!(db.query("").unwrap().columns.len(), 0);
}

#[test]
fn postgres_says_no() {
    let own = Own::postgres();
    let mut db = own.open();
    let failure = refused(&mut *db, "SELECT 'ö', nonesuch");
    assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::Refused, Some("42703")));
    assert_eq!(failure.offset, Some("SELECT 'ö', ".len()));
    db.execute("CREATE TABLE t (a int PRIMARY KEY)").unwrap();
    db.execute("INSERT INTO t VALUES (1)").unwrap();
    let failure = refused(&mut *db, "INSERT INTO t VALUES (1)");
    assert_eq!(failure.code.as_deref(), Some("23505"));
    assert!(failure.message.contains("Key (a)=(1) already exists"), "{failure}");
    // A text without BEGIN is one transaction: nothing of it stays.
    db.script("INSERT INTO t VALUES (2); INSERT INTO t VALUES (1)").unwrap_err();
    assert_eq!(first(&mut *db, "SELECT count(*) FROM t"), "1");
    assert!(refused(&mut *db, "DROP TABLE nonesuch").hint.is_none());
    assert!(refused(&mut *db, "SELECT lenght('a')").hint.is_some());

    let mut other = own.open();
    other.script("BEGIN; LOCK TABLE t").unwrap();
    db.execute("SET lock_timeout = '50ms'").unwrap();
    assert_eq!(refused(&mut *db, "SELECT * FROM t").kind, FailureKind::Locked);
    other.execute("ROLLBACK").unwrap();
    db.execute("SET statement_timeout = '50ms'").unwrap();
    assert_eq!(refused(&mut *db, "SELECT pg_sleep(5)").kind, FailureKind::TimedOut);
    db.execute("SET statement_timeout = 0").unwrap();
    let pid = first(&mut *db, "SELECT pg_backend_pid()");
    other.execute(&format!("SELECT pg_terminate_backend({pid})")).unwrap();
    assert_eq!(refused(&mut *db, "SELECT 1").kind, FailureKind::Lost);
    assert_eq!(refused(&mut *db, "SELECT 1").kind, FailureKind::Lost, "and it stays lost");
}

#[test]
fn postgres_copy_from_the_client_is_refused_and_does_not_hang() {
    let own = Own::postgres();
    let mut db = own.open();
    db.execute("CREATE TABLE t (a int)").unwrap();
    assert_eq!(db.script("SELECT 1; copy t (a) FROM stdin;").unwrap_err().offset, Some(10));
    assert_eq!(first(&mut *db, "SELECT 'COPY t FROM STDIN'"), "COPY t FROM STDIN");
    // The other way round nothing waits.
    db.execute("COPY t TO STDOUT").unwrap_err();
    assert_eq!(first(&mut *db, "SELECT 1"), "1");
}

#[test]
fn postgres_schema_and_options() {
    let own = Own::postgres();
    own.open().execute("CREATE SCHEMA \"My App\"").unwrap();
    let url = format!(
        "{}?schema=My%20App&options=-c%20statement_timeout%3D1234ms&connection_limit=1&pgbouncer=true",
        own.url
    );
    let mut db = session(&url);
    assert_eq!(first(&mut *db, "SELECT current_schema()"), "My App");
    assert_eq!(first(&mut *db, "SHOW statement_timeout"), "1234ms");
    assert!(!db.abilities().pinned_session, "it says that a pooler stands in between");
}

#[test]
fn postgres_is_not_there() {
    let failure = |url: &str| connect(&target(url)).err().expect(url);
    let lost = failure("postgresql://u:canary@127.0.0.1:1/db");
    assert_eq!(lost.kind, FailureKind::Lost);
    assert!(lost.message.contains("127.0.0.1:1") && !lost.message.contains("canary"), "{lost}");
    let server = postgres_url();
    let none = failure(&server.replace("/postgres", "/no_such_database").replace("//no_such_database", "//postgres"));
    assert_eq!(none.code.as_deref(), Some("3D000"));
    // The first host that answers.
    let listed = server.replacen("127.0.0.1:5432", "127.0.0.1:1,127.0.0.1:5432", 1);
    assert_eq!(first(&mut *session(&listed), "SELECT 1"), "1");
}

#[test]
fn postgres_through_its_socket() {
    let mut db = session(&postgres_url());
    let folders = first(&mut *db, "SHOW unix_socket_directories");
    let folder = folders.split(',').next().unwrap().trim().to_owned();
    assert!(folder.starts_with('/'), "the server has no socket");
    let encoded = folder.replace('/', "%2F");
    let port = first(&mut *db, "SHOW port");
    for url in [
        format!("postgresql://postgres@localhost:{port}/postgres?host={folder}"),
        format!("postgresql://postgres@{encoded}:{port}/postgres?sslmode=require"),
        format!("postgresql:///postgres?host={folder}&user=postgres&port={port}"),
    ] {
        assert_eq!(first(&mut *session(&url), "SELECT inet_server_addr() IS NULL"), "t", "{url}");
    }
}

#[test]
fn mysql_values_and_counts() {
    let own = Own::mysql();
    let mut db = own.open();
    assert!(["MariaDB", "MySQL"].contains(&Product::of(&mut *db).unwrap().name));
    db.script(
        "CREATE TABLE t (a int, b text, c blob);\nINSERT INTO t VALUES (1, 'ö;', x'ff00'), (2, NULL, 'text'), (3, '', NULL);",
    )
    .unwrap();
    assert_eq!(db.execute("UPDATE t SET a = a + 1 WHERE a > 1").unwrap(), 2);
    let rows = db.query("SELECT a, b, c, 1.50 AS d, NOW() > '2000-01-01' AS e FROM t ORDER BY a").unwrap();
    assert_eq!(rows.columns, ["a", "b", "c", "d", "e"]);
    assert_eq!(
        flat(&rows),
        [["1", "ö;", "0xFF00", "1.50", "1"], ["3", "~", "text", "1.50", "1"], ["4", "", "~", "1.50", "1"]]
    );
    assert_eq!(db.query("SELECT a FROM t WHERE false").unwrap().columns, ["a"]);
}

#[test]
fn mysql_says_no() {
    let own = Own::mysql();
    let mut db = own.open();
    let failure = refused(&mut *db, "SELECT nonesuch");
    assert_eq!(
        (failure.kind, failure.code.as_deref(), failure.number),
        (FailureKind::Refused, Some("42S22"), Some(1054))
    );
    db.execute("CREATE TABLE t (a int PRIMARY KEY)").unwrap();
    let text = "INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (1); INSERT INTO t VALUES (2)";
    let failure = db.script(text).unwrap_err();
    assert_eq!((failure.number, failure.offset), (Some(1062), text.find('\n').map(|at| at + 1)));
    assert_eq!(first(&mut *db, "SELECT count(*) FROM t"), "1");
    let mut other = own.open();
    other.execute("LOCK TABLES t WRITE").unwrap();
    db.execute("SET lock_wait_timeout = 1").unwrap();
    assert_eq!(refused(&mut *db, "DROP TABLE t").kind, FailureKind::Locked);
    let id = first(&mut *db, "SELECT CONNECTION_ID()");
    other.execute(&format!("KILL {id}")).unwrap();
    assert_eq!(refused(&mut *db, "SELECT 1").kind, FailureKind::Lost);
}

#[test]
fn mysql_is_not_there() {
    let failure = |url: &str| connect(&target(url)).err().expect(url);
    let lost = failure("mysql://u:canary@127.0.0.1:1/db");
    assert_eq!(lost.kind, FailureKind::Lost);
    assert!(lost.message.contains("127.0.0.1:1") && !lost.message.contains("canary"), "{lost}");
    let server = mysql_url();
    let nobody = failure(&server.replacen("root@", "nobody:canary@", 1));
    assert_eq!(nobody.kind, FailureKind::Unauthorized);
    assert!(!nobody.message.contains("canary"), "{nobody}");
    assert_eq!(failure(&format!("{server}/no_such_database")).number, Some(1049));
}

#[test]
fn mysql_through_its_socket() {
    let mut db = session(&mysql_url());
    let socket = first(&mut *db, "SELECT @@socket");
    let url = format!("mysql://root@localhost/?socket={socket}");
    assert_eq!(first(&mut *session(&url), "SELECT 1"), "1");
}

#[test]
fn sqlite_values_and_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev.db");
    let target = Target::parse("file:./dev.db?connection_limit=1", folder.path()).unwrap();
    let missing = connect(&target).err().unwrap();
    assert_eq!(missing.kind, FailureKind::Lost);
    assert!(!path.exists(), "a file that is not there is not made");
    std::fs::write(&path, "").unwrap();
    let mut db = connect(&target).unwrap();
    assert_eq!(Product::of(&mut *db).unwrap().name, "SQLite");
    db.script("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'ö'), (0.1, NULL), (1e300, x'00ff'), (9e999, '')")
        .unwrap();
    assert_eq!(db.execute("UPDATE t SET b = '' WHERE b IS NULL").unwrap(), 1);
    assert_eq!(db.execute("CREATE INDEX i ON t (a)").unwrap(), 0);
    assert_eq!(
        flat(&db.query("SELECT a, b FROM t").unwrap()),
        [["1", "ö"], ["0.1", ""], ["1e300", "x'00FF'"], ["Inf", ""]]
    );
    assert_eq!(first(&mut *db, "PRAGMA foreign_keys"), "1");
}

#[test]
fn sqlite_says_no() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("dev.db"), "").unwrap();
    let target = Target::parse("dev.db", folder.path()).unwrap();
    let mut db = connect(&target).unwrap();
    let failure = refused(&mut *db, "SELECT nonesuch");
    assert_eq!((failure.kind, failure.offset), (FailureKind::Refused, Some(7)));
    db.script("CREATE TABLE t (a PRIMARY KEY); INSERT INTO t VALUES (1)").unwrap();
    assert_eq!(refused(&mut *db, "INSERT INTO t VALUES (1)").code.as_deref(), Some("SQLITE_CONSTRAINT_PRIMARYKEY"));
    let mut other = connect(&target).unwrap();
    other.execute("BEGIN EXCLUSIVE").unwrap();
    db.execute("PRAGMA busy_timeout = 10").unwrap();
    assert_eq!(refused(&mut *db, "INSERT INTO t VALUES (2)").kind, FailureKind::Locked);
    std::fs::write(folder.path().join("text.db"), "no database at all, just text ".repeat(50)).unwrap();
    let text = Target::parse("text.db", folder.path()).unwrap();
    let answer = connect(&text).and_then(|mut db| db.query("SELECT * FROM sqlite_schema"));
    assert_eq!(answer.unwrap_err().code.as_deref(), Some("SQLITE_NOTADB"));
}

#[test]
fn a_server_that_takes_the_call_and_says_nothing() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    for scheme in ["postgresql", "mysql"] {
        let started = std::time::Instant::now();
        let url = format!("{scheme}://u:canary@127.0.0.1:{port}/d?connect_timeout=1");
        let failure = connect(&target(&url)).err().unwrap();
        assert_eq!(failure.kind, FailureKind::Lost);
        assert!(
            failure.message.contains("did not answer within 3 s") && !failure.message.contains("canary"),
            "{failure}"
        );
        assert!(started.elapsed() < std::time::Duration::from_secs(30));
    }
}
