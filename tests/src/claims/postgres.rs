//! PostgreSQL: the lock that a statement holds, whether it reads or writes the whole table, and what it refuses.

use super::servers::{Server, given_up};
use super::{Outcome, finds};
use postgres::{Client, Config, NoTls};
use std::sync::atomic::{AtomicU32, Ordering};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::lint::Scope;

/// A database of its own, which goes with this.
struct Postgres {
    client: Client,
    admin: Client,
    name: String,
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.admin.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// What a statement did to a table.
#[derive(Debug, Default, PartialEq)]
struct Did {
    /// The strongest lock that it held on it: `AccessExclusiveLock`.
    lock: String,
    /// It read its rows.
    reads: bool,
    /// It wrote them anew.
    rewrites: bool,
}

/// Locks, the strongest last.
const LOCKS: [&str; 8] = [
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
];

impl Postgres {
    fn open() -> Outcome<Postgres> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("unmigrate_claims_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut config: Config = Server::POSTGRES.url()?.parse().map_err(|e| format!("{e}"))?;
        let words = |e: postgres::Error| e.to_string();
        let mut admin = config.dbname("postgres").connect(NoTls).map_err(words)?;
        admin.batch_execute(&format!("CREATE DATABASE {name}")).map_err(words)?;
        let client = config.dbname(&name).connect(NoTls).map_err(words)?;
        Ok(Postgres { client, admin, name })
    }

    /// Everything away, and this schema there.
    fn begin(&mut self, before: &str) {
        let empty = "ROLLBACK; DROP SCHEMA public CASCADE; CREATE SCHEMA public; SET TimeZone = 'Europe/Berlin'";
        self.client.batch_execute(empty).unwrap();
        self.client.batch_execute(before).unwrap_or_else(|e| panic!("{before}: {e:?}"));
    }

    /// Runs a statement in a transaction, looks, and takes it back.
    fn did(&mut self, before: &str, up: &str, table: &str) -> Did {
        self.begin(before);
        let node = format!("SELECT pg_relation_filenode('{table}')::text");
        let old: String = self.client.query_one(&node, &[]).unwrap().get(0);
        self.client.batch_execute("BEGIN").unwrap();
        let oid: u32 = self.client.query_one(&format!("SELECT '{table}'::regclass::oid"), &[]).unwrap().get(0);
        // Counted since the last report to the server, which may be before the transaction began.
        let read = "SELECT coalesce(sum(seq_tup_read), 0)::bigint FROM pg_stat_xact_user_tables WHERE relid = $1";
        let before: i64 = self.client.query_one(read, &[&oid]).unwrap().get(0);
        self.client.batch_execute(up).unwrap_or_else(|e| panic!("{up}: {e:?}"));
        let held = "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = $1";
        let held: Vec<String> = self.client.query(held, &[&oid]).unwrap().iter().map(|r| r.get(0)).collect();
        let strength = |lock: &String| LOCKS.iter().position(|l| l == lock);
        let lock = held.into_iter().max_by_key(strength).unwrap_or_default();
        let read: i64 = self.client.query_one(read, &[&oid]).unwrap().get(0);
        let node = format!("SELECT coalesce(pg_relation_filenode({oid}), 0)::text");
        let new: String = self.client.query_one(&node, &[]).unwrap().get(0);
        self.client.batch_execute("ROLLBACK").unwrap();
        Did { lock, reads: read > before, rewrites: old != new }
    }

    /// The SQLSTATE with which a text fails; none: it runs.
    fn refuses(&mut self, before: &str, up: &str) -> Option<String> {
        self.begin(before);
        self.client.batch_execute(up).err().map(|e| e.code().map_or(e.to_string(), |c| c.code().to_owned()))
    }
}

fn server() -> Option<Postgres> {
    if given_up(Server::POSTGRES) {
        eprintln!("left out: {}=none", Server::POSTGRES.variable);
        return None;
    }
    Some(Postgres::open().unwrap())
}

fn rule(before: &str, up: &str, name: &str) -> bool {
    finds(Dialect::Postgres, Scope::Message, before, up, name)
}

const ROWS: &str = "CREATE TABLE o (id int PRIMARY KEY); INSERT INTO o SELECT generate_series(1, 100);
    CREATE TABLE t (id int NOT NULL, a int, b text, r tsrange);
    INSERT INTO t SELECT n, n, n::text FROM generate_series(1, 100) n;";

#[test]
fn locks_scans_and_rewrites() {
    let Some(mut server) = server() else { return };
    let (exclusive, share) = ("AccessExclusiveLock", "ShareLock");
    let both = "ShareRowExclusiveLock";
    // The rule, the statement, the table, the lock, whether its rows are read, whether they are written anew, and whether
    // the rule finds something in it.
    let claims = [
        ("create-index", "CREATE INDEX i ON t (a)", "t", share, true, false, true),
        (
            "add-foreign-key",
            "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES o (id)",
            "t",
            both,
            true,
            false,
            true,
        ),
        (
            "add-foreign-key",
            "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES o (id)",
            "o",
            both,
            true,
            false,
            true,
        ),
        (
            "add-foreign-key",
            "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES o (id) NOT VALID",
            "t",
            both,
            false,
            false,
            false,
        ),
        ("add-check", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", "t", exclusive, true, false, true),
        ("add-check", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", "t", exclusive, false, false, false),
        ("add-unique", "ALTER TABLE t ADD CONSTRAINT c UNIQUE (a)", "t", exclusive, true, false, true),
        ("add-primary-key", "ALTER TABLE t ADD PRIMARY KEY (id)", "t", exclusive, true, false, true),
        (
            "add-exclusion",
            "ALTER TABLE t ADD CONSTRAINT c EXCLUDE USING gist (r WITH &&)",
            "t",
            exclusive,
            true,
            false,
            true,
        ),
        ("set-not-null", "ALTER TABLE t ALTER COLUMN a SET NOT NULL", "t", exclusive, true, false, true),
        (
            "volatile-default",
            "ALTER TABLE t ADD COLUMN c uuid DEFAULT gen_random_uuid()",
            "t",
            exclusive,
            true,
            true,
            true,
        ),
        ("volatile-default", "ALTER TABLE t ADD COLUMN c float8 DEFAULT random()", "t", exclusive, true, true, true),
        (
            "volatile-default",
            "ALTER TABLE t ADD COLUMN c timestamptz DEFAULT clock_timestamp()",
            "t",
            exclusive,
            true,
            true,
            true,
        ),
        (
            "volatile-default",
            "ALTER TABLE t ADD COLUMN c timestamptz DEFAULT now()",
            "t",
            exclusive,
            false,
            false,
            false,
        ),
        ("volatile-default", "ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 0", "t", exclusive, false, false, false),
        ("volatile-default", "ALTER TABLE t ADD COLUMN c text DEFAULT upper('x')", "t", exclusive, false, false, false),
        ("add-auto-increment", "ALTER TABLE t ADD COLUMN c serial", "t", exclusive, true, true, true),
        (
            "add-auto-increment",
            "ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS IDENTITY",
            "t",
            exclusive,
            true,
            true,
            true,
        ),
        (
            "add-stored-generated",
            "ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS (a + 1) STORED",
            "t",
            exclusive,
            true,
            true,
            true,
        ),
        ("drop-column", "ALTER TABLE t DROP COLUMN a", "t", exclusive, false, false, true),
        ("rewrite-command", "ALTER TABLE t SET UNLOGGED", "t", exclusive, true, true, true),
        ("reindex", "REINDEX TABLE t", "t", share, false, false, true),
        ("truncate", "TRUNCATE t", "t", exclusive, false, true, true),
    ];
    for (name, up, table, lock, reads, rewrites, found) in claims {
        let did = server.did(ROWS, up, table);
        assert_eq!(did, Did { lock: lock.into(), reads, rewrites }, "{up}");
        assert_eq!(rule(ROWS, up, name), found, "{name}: {up}");
    }
}

#[test]
fn what_a_way_around_costs() {
    let Some(mut server) = server() else { return };
    let checked = format!("{ROWS} ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL);");
    let up = "ALTER TABLE t ALTER COLUMN a SET NOT NULL";
    assert!(!server.did(&checked, up, "t").reads, "SET NOT NULL trusts a valid check");
    assert!(!rule(&checked, up, "set-not-null"));
    let open = format!("{ROWS} ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID;");
    assert!(server.did(&open, up, "t").reads, "and not one that was never validated");
    assert!(rule(&open, up, "set-not-null"));
    let validate = "ALTER TABLE t VALIDATE CONSTRAINT c";
    assert_eq!(server.did(&open, validate, "t").lock, "ShareUpdateExclusiveLock");
    let indexed = format!("{ROWS} CREATE UNIQUE INDEX i ON t (a); CREATE UNIQUE INDEX p ON t (id);");
    for (up, name) in [
        ("ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i", "add-unique"),
        ("ALTER TABLE t ADD CONSTRAINT c PRIMARY KEY USING INDEX p", "add-primary-key"),
    ] {
        assert!(!server.did(&indexed, up, "t").reads, "{up}");
        assert!(!rule(&indexed, up, name), "{up}");
    }
    let index = format!("{ROWS} CREATE INDEX i ON t (a);");
    assert_eq!(server.did(&index, "DROP INDEX i", "t").lock, "AccessExclusiveLock");
    assert!(rule(&index, "DROP INDEX i", "drop-index"));
    let together = "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c";
    let did = server.did(ROWS, together, "t");
    assert!(did.reads && did.lock == "AccessExclusiveLock", "{did:?}");
    assert!(rule(ROWS, together, "validate-with-add"));
    let filled = "ALTER TABLE t ADD COLUMN c text; UPDATE t SET c = b";
    assert_eq!(server.did(ROWS, filled, "t").lock, "AccessExclusiveLock", "held until the rows are done");
    assert!(rule(ROWS, filled, "data-with-schema"));
}

#[test]
fn views_and_partitions() {
    let Some(mut server) = server() else { return };
    let view = format!("{ROWS} CREATE MATERIALIZED VIEW v AS SELECT id FROM t; CREATE UNIQUE INDEX i ON v (id);");
    assert_eq!(server.did(&view, "REFRESH MATERIALIZED VIEW v", "v").lock, "AccessExclusiveLock");
    assert_eq!(server.did(&view, "REFRESH MATERIALIZED VIEW CONCURRENTLY v", "v").lock, "ExclusiveLock");
    assert!(rule(&view, "REFRESH MATERIALIZED VIEW v", "refresh-view"));
    assert!(!rule(&view, "REFRESH MATERIALIZED VIEW CONCURRENTLY v", "refresh-view"));
    let parts = "CREATE TABLE log (at int NOT NULL) PARTITION BY RANGE (at); CREATE TABLE old (at int NOT NULL); INSERT INTO old VALUES (1);";
    let attach = "ALTER TABLE log ATTACH PARTITION old FOR VALUES FROM (0) TO (9)";
    let did = server.did(parts, attach, "old");
    assert!(did.reads && did.lock == "AccessExclusiveLock", "{did:?}");
    assert!(rule(parts, attach, "attach-partition"));
    let checked = format!("{parts} ALTER TABLE old ADD CHECK (at >= 0 AND at < 9);");
    assert!(!server.did(&checked, attach, "old").reads);
    assert!(!rule(&checked, attach, "attach-partition"));
}

#[test]
fn what_is_refused() {
    let Some(mut server) = server() else { return };
    let null = "CREATE TABLE t (id int, a int); INSERT INTO t VALUES (1, NULL), (2, NULL);";
    let same = "CREATE TABLE t (id int, a int); INSERT INTO t VALUES (1, 1), (2, 1);";
    let view = "CREATE TABLE t (id int, a varchar(9)); CREATE VIEW v AS SELECT a FROM t;";
    let key = "CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES o (id));";
    let mood = "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood); INSERT INTO t VALUES ('b');";
    let less = "CREATE TYPE m2 AS ENUM ('a'); ALTER TABLE t ALTER m TYPE m2 USING m::text::m2; ALTER TYPE mood RENAME TO mood_old; ALTER TYPE m2 RENAME TO mood; DROP TYPE mood_old";
    for (name, before, up, code) in [
        ("add-required-column", same, "ALTER TABLE t ADD COLUMN c int NOT NULL", "23502"),
        ("set-not-null", null, "ALTER TABLE t ALTER COLUMN a SET NOT NULL", "23502"),
        ("add-unique", same, "CREATE UNIQUE INDEX i ON t (a)", "23505"),
        ("add-unique", same, "ALTER TABLE t ADD CONSTRAINT c UNIQUE (a)", "23505"),
        ("add-check", same, "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1)", "23514"),
        ("needs-no-transaction", same, "ALTER TABLE t ADD COLUMN c int; CREATE INDEX CONCURRENTLY i ON t (a)", "25001"),
        ("needs-no-transaction", same, "SELECT 1; COMMIT; CREATE INDEX CONCURRENTLY i ON t (a)", "25001"),
        ("needs-no-transaction", same, "ALTER TABLE t ADD COLUMN c int; VACUUM t", "25001"),
        ("enum-value-used", mood, "ALTER TYPE mood ADD VALUE 'c'; UPDATE t SET m = 'c'", "55P04"),
        ("enum-value-used", mood, "ALTER TYPE mood ADD VALUE 'c'; ALTER TABLE t ALTER m SET DEFAULT 'c'", "55P04"),
        ("drop-enum-value", mood, less, "22P02"),
        ("breaks-dependents", view, "ALTER TABLE t DROP COLUMN a", "2BP01"),
        ("breaks-dependents", view, "ALTER TABLE t ALTER COLUMN a TYPE text", "0A000"),
        ("breaks-dependents", view, "DROP TABLE t", "2BP01"),
        ("breaks-dependents", key, "DROP TABLE o", "2BP01"),
        ("drop-index-of-key", key, "DROP INDEX o_pkey", "2BP01"),
    ] {
        assert_eq!(server.refuses(before, up).as_deref(), Some(code), "{up}");
        assert!(rule(before, up, name), "{name}: {up}");
    }
    // What the rules let pass runs.
    for (name, before, up) in [
        ("needs-no-transaction", same, "CREATE INDEX CONCURRENTLY i ON t (a)"),
        ("breaks-dependents", view, "DROP VIEW v; ALTER TABLE t DROP COLUMN a"),
        ("breaks-dependents", key, "DROP TABLE o, t"),
        ("enum-value-used", mood, "CREATE TYPE n AS ENUM ('x'); CREATE TABLE u (n n DEFAULT 'x')"),
        ("enum-value-used", mood, "ALTER TYPE mood ADD VALUE 'c'; SELECT * FROM t WHERE m::text = 'c'"),
    ] {
        assert_eq!(server.refuses(before, up), None, "{up}");
        assert!(!rule(before, up, name), "{name}: {up}");
    }
    let generated = "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED);";
    assert_eq!(server.refuses(generated, "ALTER TABLE t ALTER COLUMN b DROP DEFAULT").as_deref(), Some("42601"));
}

/// Every pair of these: the rule says "written anew" exactly where the file node changes.
#[test]
fn types_that_write_the_table_anew() {
    let Some(mut server) = server() else { return };
    let types = [
        "smallint",
        "integer",
        "bigint",
        "real",
        "double precision",
        "numeric",
        "numeric(8,2)",
        "numeric(10,2)",
        "numeric(10,4)",
        "text",
        "varchar",
        "varchar(20)",
        "varchar(40)",
        "char(10)",
        "char(20)",
        "boolean",
        "date",
        "timestamp",
        "timestamp(3)",
        "timestamptz",
        "timestamptz(3)",
        "time",
        "time(3)",
        "interval",
        "interval(3)",
        "json",
        "jsonb",
        "uuid",
        "bit varying(5)",
        "bit varying(10)",
        "bit varying",
        "bit(5)",
        "bytea",
        "cidr",
        "inet",
        "text[]",
        "varchar[]",
        "varchar(20)[]",
        "varchar(40)[]",
        "integer[]",
        "bigint[]",
        "xml",
        "name",
    ];
    let (mut tried, mut wrong) = (0, Vec::new());
    for from in types {
        let before = format!("CREATE TABLE t (id int, a {from});");
        server.begin(&before);
        for to in types.iter().filter(|to| **to != from) {
            server.client.batch_execute("BEGIN").unwrap();
            let up = format!("ALTER TABLE t ALTER COLUMN a TYPE {to}");
            let node = "SELECT pg_relation_filenode('t')::text";
            let old: String = server.client.query_one(node, &[]).unwrap().get(0);
            if server.client.batch_execute(&up).is_err() {
                server.client.batch_execute("ROLLBACK").unwrap();
                continue; // no cast without USING
            }
            let new: String = server.client.query_one(node, &[]).unwrap().get(0);
            server.client.batch_execute("ROLLBACK").unwrap();
            let said = super::findings(Dialect::Postgres, Scope::Message, &before, &up);
            let anew = said.iter().any(|f| f.rule == "change-column-type" && f.found.message.contains("written anew"));
            tried += 1;
            if anew != (old != new) {
                wrong.push(format!("{from} to {to}: rewritten {}, said {anew}", old != new));
            }
        }
    }
    assert!(tried > 300, "{tried}");
    assert!(wrong.is_empty(), "{} of {tried}: {wrong:#?}", wrong.len());
}
