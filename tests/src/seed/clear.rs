//! Tables that are emptied, with all that refers to them, and nothing else.

use crate::session::Session;
use crate::sow::sow;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::rowset::{read, tables};
use unmigrate_kernel::seed::{Options, clear, facts, plan};

fn emptied(dialect: Dialect) {
    let schema = "
        CREATE TABLE a (id int PRIMARY KEY, own int REFERENCES a (id));
        CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a (id), c int);
        CREATE TABLE c (id int PRIMARY KEY, b int NOT NULL REFERENCES b (id));
        CREATE TABLE d (id int PRIMARY KEY, other int);
        CREATE TABLE e (id int PRIMARY KEY, d int NOT NULL REFERENCES d (id));
        ";
    let Some(mut session) = Session::open(dialect).unwrap() else { return };
    session.script(schema).unwrap();
    if dialect != Dialect::Sqlite {
        session.script("ALTER TABLE b ADD FOREIGN KEY (c) REFERENCES c (id)").unwrap();
    }
    let names = tables(dialect, &mut |sql| session.query(sql)).unwrap();
    assert_eq!(sow(&mut session, &names, &Options::default()).unwrap().refused, []);
    let wanted = [Name::plain("b"), Name::plain("not_there_yet")];
    session
        .transaction(|session| {
            for sql in clear(dialect, &wanted, &mut |sql| session.query(sql))? {
                session.execute(&sql)?;
            }
            Ok(())
        })
        .unwrap();
    let left = read(dialect, &names, &mut |sql| session.query(sql)).unwrap();
    let counts: Vec<usize> = left.tables.values().map(|t| t.rows.len()).collect();
    assert_eq!(counts, [5, 0, 0, 5, 5]);
    // Those that have rows keep them, the others get new ones.
    let again = Options { from: 5, ..Options::default() };
    let sown = sow(&mut session, &names, &again).unwrap();
    assert_eq!(sown.refused, []);
    assert_eq!(sown.rows.into_iter().collect::<Vec<_>>(), [("b".to_string(), 5), ("c".to_string(), 5)]);
}

#[test]
fn a_table_that_has_to_stay_empty() {
    let schema = "
        CREATE TABLE a (id int PRIMARY KEY);
        CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a (id));
        CREATE TABLE c (id int PRIMARY KEY, a int REFERENCES a (id));";
    let mut session = Session::open(Dialect::Sqlite).unwrap().unwrap();
    session.script(schema).unwrap();
    let names = [Name::plain("a"), Name::plain("b"), Name::plain("c")];
    let mut facts = facts(Dialect::Sqlite, &names, &mut |sql| session.query(sql)).unwrap();
    facts.leave_empty(&names[..1]);
    let planned = plan(&facts, &Options::default());
    let tables: Vec<&str> = planned.iter().map(|p| p.table.name.as_str()).collect();
    assert_eq!(tables, ["c"; 5]);
    planned.iter().for_each(|p| session.execute(&p.variants[0]).unwrap());
}

#[test]
fn postgres() {
    emptied(Dialect::Postgres);
}

#[test]
fn mysql() {
    emptied(Dialect::Mysql);
}

#[test]
fn sqlite() {
    emptied(Dialect::Sqlite);
}
