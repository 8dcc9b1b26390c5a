//! Tests of the snapshots: what they have to see, and what they must not.

mod mysql;
mod postgres;
mod sqlite;

use crate::engine::{Outcome, ROLES, Server, Snapshot, given_up, open};
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeSet;
use unmigrate_kernel::Dialect;

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
    out
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
