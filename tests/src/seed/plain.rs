//! Schemas with nearly every type and every kind of key.

use crate::session::Session;
use crate::sow::sow;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::seed::Options;

fn all_tables(dialect: Dialect, schema: &str, tables: &[&str]) {
    let Some(mut session) = Session::open(dialect).unwrap() else { return };
    session.script(schema).unwrap();
    let names: Vec<Name> = tables
        .iter()
        .map(|t| match t.split_once('.') {
            Some((schema, name)) => Name::new(schema, name, dialect),
            None => Name::plain(*t),
        })
        .collect();
    let sown = sow(&mut session, &names, &Options::default()).unwrap();
    assert_eq!(sown.refused, [], "{:#?}", sown.rows);
    assert_eq!(sown.unlinked, []);
    for table in tables {
        let rows = sown.rows.get(*table).copied().unwrap_or(0);
        assert!(rows >= 3, "{table}: {rows} rows");
    }
    let all: usize = sown.rows.values().sum();
    let first = sown.variants.get(&0).copied().unwrap_or(0);
    assert!(first * 10 >= all * 9, "{first} of {all} rows are of the first variant: {:?}", sown.variants);
}

#[test]
fn postgres() {
    let tables = [
        "Plain",
        "rare",
        "auth.users",
        "profile",
        "post",
        "tag",
        "post_tag",
        "follow",
        "head",
        "body",
        "booking",
        "only_defaults",
        "setting",
        "chain",
    ];
    all_tables(Dialect::Postgres, include_str!("schemas/postgres.sql"), &tables);
}

#[test]
fn mysql() {
    let tables = ["Plain", "users", "profile", "post", "tag", "post_tag", "head", "body", "place", "only_defaults"];
    all_tables(Dialect::Mysql, include_str!("schemas/mysql.sql"), &tables);
}

#[test]
fn sqlite() {
    let tables =
        ["Plain", "users", "profile", "post", "tag", "post_tag", "head", "body", "strict_one", "only_defaults"];
    all_tables(Dialect::Sqlite, include_str!("schemas/sqlite.sql"), &tables);
}
