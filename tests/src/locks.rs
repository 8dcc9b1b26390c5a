//! The locks that a plan shows, against those that PostgreSQL takes: each statement is run in a transaction, `pg_locks` is
//! asked, and all is rolled back.

#[allow(dead_code)] // the other server
#[path = "engine/servers.rs"]
mod servers;

use postgres::{Client, NoTls};
use servers::{Server, given_up};
use std::collections::{BTreeMap, BTreeSet};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::locks;

type Outcome<T> = Result<T, String>;

/// What is there before each statement.
const SETUP: &str = "
CREATE TABLE p (id int PRIMARY KEY, a int, n text);
CREATE TABLE c (id int PRIMARY KEY, p_id int, q_id int CONSTRAINT c_q REFERENCES p);
CREATE INDEX c_i ON c (p_id);
ALTER TABLE c ADD CONSTRAINT later CHECK (p_id > 0) NOT VALID;
CREATE TABLE parts (id int) PARTITION BY RANGE (id);
CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE loose (id int);
CREATE VIEW v AS SELECT id FROM p;
CREATE MATERIALIZED VIEW mv AS SELECT id FROM p;
CREATE UNIQUE INDEX mv_i ON mv (id);
CREATE SEQUENCE s;
CREATE TYPE e AS ENUM ('a');
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER t BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION f();
CREATE POLICY pol ON p USING (true);
";

const STATEMENTS: &[&str] = &[
    "ALTER TABLE p ADD COLUMN x int",
    "ALTER TABLE p DROP COLUMN a",
    "ALTER TABLE p RENAME COLUMN a TO b",
    "ALTER TABLE p ALTER COLUMN a TYPE bigint",
    "ALTER TABLE p ALTER a SET NOT NULL",
    "ALTER TABLE p ALTER a SET DEFAULT 1",
    "ALTER TABLE p ALTER COLUMN a SET STATISTICS 10",
    "ALTER TABLE p ALTER COLUMN a SET (n_distinct = 5)",
    "ALTER TABLE p SET (fillfactor = 70)",
    "ALTER TABLE p RESET (fillfactor)",
    "ALTER TABLE p SET LOGGED",
    "ALTER TABLE p RENAME TO p2",
    "ALTER TABLE p ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE p DISABLE TRIGGER t",
    "ALTER TABLE p ADD CONSTRAINT k CHECK (a > 0)",
    "ALTER TABLE p ADD CONSTRAINT k UNIQUE (a)",
    "ALTER TABLE c VALIDATE CONSTRAINT later",
    "ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (p_id) REFERENCES p (id)",
    "ALTER TABLE c ADD FOREIGN KEY (p_id) REFERENCES p (id) NOT VALID",
    "ALTER TABLE c ADD COLUMN r int REFERENCES p",
    "ALTER TABLE c DROP CONSTRAINT later",
    "ALTER TABLE parts ATTACH PARTITION loose FOR VALUES FROM (10) TO (20)",
    "ALTER TABLE parts DETACH PARTITION part1",
    "CREATE INDEX i ON c (q_id)",
    "CREATE UNIQUE INDEX i ON c (id)",
    "CREATE TABLE n (id int REFERENCES p)",
    "CREATE TABLE part2 PARTITION OF parts FOR VALUES FROM (20) TO (30)",
    "DROP INDEX c_i",
    "DROP TABLE loose",
    "DROP TABLE c, loose",
    "DROP VIEW v",
    "DROP MATERIALIZED VIEW mv",
    "DROP SEQUENCE s",
    "ALTER INDEX c_i RENAME TO c_j",
    "ALTER SEQUENCE s INCREMENT 2",
    "ALTER SEQUENCE s RENAME TO s2",
    "ALTER VIEW v RENAME TO v2",
    "TRUNCATE loose",
    "REFRESH MATERIALIZED VIEW mv",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY mv",
    "CREATE TRIGGER t2 AFTER INSERT ON c FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE OR REPLACE TRIGGER t BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION f()",
    "ALTER TRIGGER t ON p RENAME TO t3",
    "DROP TRIGGER t ON p",
    "CREATE RULE r AS ON INSERT TO loose DO INSTEAD NOTHING",
    "CREATE POLICY pol2 ON p USING (true)",
    "ALTER POLICY pol ON p USING (false)",
    "DROP POLICY pol ON p",
    "CREATE STATISTICS st ON id, p_id FROM c",
    "COMMENT ON TABLE p IS 'x'",
    "COMMENT ON COLUMN p.a IS 'x'",
    "COMMENT ON CONSTRAINT later ON c IS 'x'",
    "COMMENT ON TYPE e IS 'x'",
    "INSERT INTO loose VALUES (1)",
    "UPDATE loose SET id = 1",
    "DELETE FROM loose",
    "LOCK TABLE loose",
    "ALTER TYPE e ADD VALUE 'b'",
    "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "GRANT SELECT ON loose TO PUBLIC",
];

/// Locks that the text does not tell of, by statement: a table of what is dropped, a trigger's or a view's own.
fn untold(sql: &str) -> &'static [&'static str] {
    match sql {
        "DROP INDEX c_i" | "ALTER INDEX c_i RENAME TO c_j" => &["c"],
        "DROP TABLE c, loose" => &["p"], // the other side of the foreign key
        _ => &[],
    }
}

#[test]
fn as_postgresql_takes_them() -> Outcome<()> {
    if given_up(Server::POSTGRES) {
        return Ok(());
    }
    let words = |e: postgres::Error| e.as_db_error().map_or_else(|| e.to_string(), |e| e.message().to_owned());
    let server = Server::POSTGRES.url()?;
    let name = format!("unmigrate_locks_{}", std::process::id());
    let mut admin = Client::connect(&server, NoTls).map_err(words)?;
    admin.batch_execute(&format!("CREATE DATABASE {name}")).map_err(words)?;
    let found = Client::connect(&format!("{server}/{name}"), NoTls).map_err(words).and_then(|mut session| {
        session.batch_execute(SETUP).map_err(words)?;
        STATEMENTS.iter().map(|sql| Ok((*sql, taken(&mut session, sql).map_err(words)?))).collect::<Outcome<Vec<_>>>()
    });
    admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).map_err(words)?;
    let mut wrong = String::new();
    for (sql, taken) in found? {
        let told = locks(sql, Dialect::Postgres);
        let told: BTreeMap<String, &str> =
            told.into_iter().filter_map(|lock| Some((lock.relation?, lock.mode.words()))).collect();
        let relations: BTreeSet<&String> = taken.keys().chain(told.keys()).collect();
        for relation in relations {
            let (is, said) = (taken.get(relation).map(String::as_str), told.get(relation).copied());
            let silent = said.is_none() && untold(sql).contains(&relation.as_str());
            if is != said && !silent {
                wrong.push_str(&format!("{sql}: {relation} takes {is:?}, and we say {said:?}\n"));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// The strongest lock on each table, view, sequence and index of the setup that is more than a reader's. An index is left
/// out where it is only locked along with its table.
fn taken(session: &mut Client, sql: &str) -> Result<BTreeMap<String, String>, postgres::Error> {
    let order = [
        "RowShare",
        "RowExclusive",
        "ShareUpdateExclusive",
        "Share",
        "ShareRowExclusive",
        "Exclusive",
        "AccessExclusive",
    ];
    session.batch_execute("BEGIN; CREATE TEMP TABLE before ON COMMIT DROP AS SELECT oid, relname::text, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace")?;
    session.batch_execute(sql)?;
    let rows = session.query(
        "SELECT b.relname, b.relkind::text, l.mode FROM pg_locks l JOIN before b ON b.oid = l.relation \
         WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation'",
        &[],
    )?;
    session.batch_execute("ROLLBACK")?;
    let mut out: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for row in rows {
        let (relation, kind, mode): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let mode = mode.trim_end_matches("Lock");
        let Some(strength) = order.iter().position(|m| *m == mode) else { continue };
        if matches!(kind.as_str(), "i" | "I") && !sql.contains(&relation) {
            continue;
        }
        let words = mode.chars().fold(String::new(), |text, c| match c.is_uppercase() && !text.is_empty() {
            true => format!("{text} {c}"),
            false => format!("{text}{c}"),
        });
        let strongest = out.entry(relation).or_default();
        if strongest.1.is_empty() || strength >= strongest.0 {
            *strongest = (strength, words.to_uppercase());
        }
    }
    Ok(out.into_iter().map(|(relation, (_, mode))| (relation, mode)).collect())
}
