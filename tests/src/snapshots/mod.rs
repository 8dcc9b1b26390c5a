//! Tests of the snapshots: what they have to see, and what they must not.

mod mysql;
mod postgres;
mod sqlite;

use crate::engine::{Database, Outcome, ROLES, Server, Snapshot, given_up, open};
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeSet;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::snapshot::{self, Options, Watch};

/// A change and the objects that are not what they were after it: all of them, and no others.
struct Seen {
    change: &'static str,
    objects: &'static [&'static str],
}

const fn seen(change: &'static str, objects: &'static [&'static str]) -> Seen {
    Seen { change, objects }
}

/// What is done to a schema on one engine.
struct Changes {
    dialect: Dialect,
    schema: &'static str,
    seen: &'static [Seen],
}

/// A test for every change.
pub fn trials() -> Vec<Trial> {
    let all = [
        (postgres::CHANGES, given_up(Server::POSTGRES)),
        (mysql::CHANGES, given_up(Server::MYSQL)),
        (sqlite::CHANGES, false),
    ];
    let mut out = Vec::new();
    for (changes, left_out) in all {
        for seen in changes.seen {
            let (dialect, schema) = (changes.dialect, changes.schema);
            let first = seen.change.split(';').next().unwrap_or_default();
            let name = format!("snapshot/{}/{}", dialect.word(), first.chars().take(90).collect::<String>());
            out.push(
                Trial::test(name, move || check(dialect, schema, seen).map_err(Failed::from))
                    .with_ignored_flag(left_out),
            );
        }
    }
    let left_out = given_up(Server::POSTGRES);
    out.push(Trial::test("snapshot/one-schema", || one_schema().map_err(Failed::from)).with_ignored_flag(left_out));
    out.push(Trial::test("snapshot/ignored", || ignored().map_err(Failed::from)).with_ignored_flag(left_out));
    for (dialect, statements, expected) in GENERATORS {
        let left_out = dialect.is_postgres() && given_up(Server::POSTGRES)
            || *dialect == Dialect::Mysql && given_up(Server::MYSQL);
        let name = format!("snapshot/generators/{}/{statements}", dialect.word());
        let run = move || generators(*dialect, statements, expected).map_err(Failed::from);
        out.push(Trial::test(name, run).with_ignored_flag(left_out));
    }
    out
}

/// Where generators stand after some statements: `object: next value, above the rows or behind`.
const GENERATORS: &[(Dialect, &str, &[&str])] = &[
    (Dialect::Postgres, "CREATE TABLE t (id serial); INSERT INTO t VALUES (5)", &["sequence t_id_seq: 1 behind"]),
    (
        Dialect::Postgres,
        "CREATE TABLE t (id serial); INSERT INTO t VALUES (5); SELECT setval('t_id_seq', 5)",
        &["sequence t_id_seq: 6 above"],
    ),
    (Dialect::Postgres, "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)", &["sequence t_id_seq: 1 above"]),
    (
        Dialect::Postgres,
        "CREATE SEQUENCE s INCREMENT -1; CREATE TABLE t (id int DEFAULT nextval('s')); INSERT INTO t VALUES (-9)",
        &["sequence s: -1 behind"],
    ),
    (
        Dialect::Mysql,
        "CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT); INSERT INTO t VALUES (5)",
        &["column t.id: 6 above"],
    ),
    (
        Dialect::Sqlite,
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (5)",
        &["table t: 6 above"],
    ),
    (
        Dialect::Sqlite,
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (5); UPDATE sqlite_sequence SET seq = 1",
        &["table t: 2 behind"],
    ),
    (Dialect::Sqlite, "CREATE TABLE t (id INTEGER PRIMARY KEY)", &[]),
];

fn generators(dialect: Dialect, statements: &str, expected: &[&str]) -> Outcome<()> {
    let _nobody_makes_roles = ROLES.read();
    let mut database = open(dialect)?;
    database.run(statements)?;
    let found = snapshot::generators(dialect, &mut |sql| database.ask(sql), &Options::default())?;
    let told = |(object, g): (&snapshot::Object, &snapshot::Generator)| {
        format!("{object}: {} {}", g.next, if g.above { "above" } else { "behind" })
    };
    let found: Vec<String> = found.iter().map(told).collect();
    if found == expected { Ok(()) } else { Err(format!("expected {expected:?}, found {found:?}")) }
}

/// A schema that stands for `public` reads as that does, whatever is beside it.
fn one_schema() -> Outcome<()> {
    const TABLES: &str = "CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (id serial PRIMARY KEY, e e DEFAULT 'a'); CREATE INDEX i ON t (e);
        CREATE FUNCTION f(e) RETURNS int LANGUAGE sql AS 'SELECT 1'; COMMENT ON COLUMN t.e IS 'x'; GRANT SELECT ON t TO pg_monitor";
    let _nobody_makes_roles = ROLES.read();
    let mut database = open(Dialect::Postgres)?;
    database.run(TABLES)?;
    let whole = Options::default();
    let usual = snapshot::read(Dialect::Postgres, &mut |sql| database.ask(sql), &whole)?;
    database.run(&format!("CREATE SCHEMA inner_one; SET search_path = inner_one; {TABLES}; RESET search_path"))?;
    let only = Options { schema: Some("inner_one"), ..whole };
    let inside = snapshot::read(Dialect::Postgres, &mut |sql| database.ask(sql), &only)?;
    let names = |s: &snapshot::Snapshot| s.objects.keys().map(ToString::to_string).collect::<BTreeSet<_>>();
    let (mut usual, mut inside) = (names(&usual), names(&inside));
    usual.retain(|n| !n.contains("schema public"));
    inside.retain(|n| !n.contains("schema inner_one"));
    if usual == inside { Ok(()) } else { Err(format!("{:?}", usual.symmetric_difference(&inside))) }
}

/// The tools' own tables are nobody's business where the caller says so.
fn ignored() -> Outcome<()> {
    const BOOKS: &str = "CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text);
        CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, n serial); CREATE INDEX x ON _prisma_migrations (n);
        COMMENT ON TABLE _prisma_migrations IS 'x'; GRANT SELECT ON _prisma_migrations TO pg_monitor";
    let _nobody_makes_roles = ROLES.read();
    let mut database = open(Dialect::Postgres)?;
    let options = Options { ignore: &["_prisma_migrations", "drizzle"], ..Options::default() };
    let before = snapshot::read(Dialect::Postgres, &mut |sql| database.ask(sql), &options)?;
    database.run(BOOKS)?;
    let after = snapshot::read(Dialect::Postgres, &mut |sql| database.ask(sql), &options)?;
    let generators = snapshot::generators(Dialect::Postgres, &mut |sql| database.ask(sql), &options)?;
    if before != after || !generators.is_empty() {
        return Err(format!("{:?} {generators:?}", after.differences(&before)));
    }
    Ok(())
}

/// The schema of each engine.
pub fn schemas() -> [(Dialect, &'static str); 3] {
    [postgres::CHANGES, mysql::CHANGES, sqlite::CHANGES].map(|c| (c.dialect, c.schema))
}

fn check(dialect: Dialect, schema: &str, seen: &Seen) -> Outcome<()> {
    let _alone = dialect.is_postgres().then(|| ROLES.write());
    let mut database = open(dialect)?;
    database.run(schema)?;
    let mut watch = Watch::new(dialect, Options::default());
    watch.look(&mut |sql| database.ask(sql))?;
    let before = database.snapshot()?;
    database.run(seen.change)?;
    watched(&mut watch, &mut *database)?;
    let after = database.snapshot()?;
    let found = changed(&before, &after);
    let expected: BTreeSet<&str> = seen.objects.iter().copied().collect();
    if found == expected { Ok(()) } else { Err(format!("expected {expected:#?}\nfound {found:#?}")) }
}

/// What is read again where it was written since is all that there is.
fn watched(watch: &mut Watch, database: &mut dyn Database) -> Outcome<()> {
    // Only on PostgreSQL.
    if !watch.is_in_parts() {
        return Ok(());
    }
    let parts = watch.look(&mut |sql| database.ask(sql))?;
    let whole = snapshot::read(Dialect::Postgres, &mut |sql| database.ask(sql), &Options::default())?;
    if *parts == whole { Ok(()) } else { Err(format!("read in parts: {:#?}", parts.differences(&whole))) }
}

fn changed<'a>(before: &'a Snapshot, after: &'a Snapshot) -> BTreeSet<&'a str> {
    let names = before.objects.keys().chain(after.objects.keys());
    names.filter(|name| before.objects.get(*name) != after.objects.get(*name)).map(String::as_str).collect()
}
