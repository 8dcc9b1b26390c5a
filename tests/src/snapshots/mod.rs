//! Tests of the snapshots: what they have to see, and what they must not.

mod mysql;
mod postgres;
mod sqlite;

use crate::engine::{Outcome, ROLES, Server, Snapshot, given_up, open};
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeSet;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::snapshot::{self, Options};

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
    out
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
    let before = database.snapshot()?;
    database.run(seen.change)?;
    let after = database.snapshot()?;
    let found = changed(&before, &after);
    let expected: BTreeSet<&str> = seen.objects.iter().copied().collect();
    if found == expected { Ok(()) } else { Err(format!("expected {expected:#?}\nfound {found:#?}")) }
}

fn changed<'a>(before: &'a Snapshot, after: &'a Snapshot) -> BTreeSet<&'a str> {
    let names = before.objects.keys().chain(after.objects.keys());
    names.filter(|name| before.objects.get(*name) != after.objects.get(*name)).map(String::as_str).collect()
}
