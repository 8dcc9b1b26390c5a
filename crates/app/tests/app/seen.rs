//! A second look at PostgreSQL's catalogs, which reads only where somebody may have written.

use crate::common::{Own, run};
use unmigrate_app::journal::Seen;
use unmigrate_engines::Database;

fn look(db: &mut dyn Database, before: &Seen) -> Seen {
    Seen::now(db, Some(before.clone())).expect("a look")
}

fn has(seen: &Seen, table: &str) -> bool {
    seen.snapshot.objects.keys().any(|object| object.kind == "table" && object.name == table)
}

#[test]
fn what_others_write_is_read_once_they_are_done() {
    let own = Own::postgres();
    let (mut db, mut other) = (own.open(), own.open());
    let first = Seen::now(&mut *db, None).expect("a look");
    run(&mut *other, &["CREATE TABLE one (id int)"]);
    let second = look(&mut *db, &first);
    assert!(!has(&first, "one") && has(&second, "one"));
    run(&mut *other, &["BEGIN", "CREATE TABLE two (id int)"]);
    let third = look(&mut *db, &second);
    assert!(!has(&third, "two"), "it is not there for anybody else");
    run(&mut *other, &["COMMIT"]);
    let fourth = look(&mut *db, &third);
    assert!(has(&fourth, "two"), "begun before the look, and done after it");
    run(&mut *other, &["DROP TABLE one"]);
    assert!(!has(&look(&mut *db, &fourth), "one"));
}

#[test]
fn what_the_session_itself_writes_is_read() {
    let own = Own::postgres();
    let mut db = own.open();
    let first = Seen::now(&mut *db, None).expect("a look");
    run(&mut *db, &["BEGIN", "CREATE TABLE one (id int)"]);
    assert!(has(&look(&mut *db, &first), "one"), "within its transaction");
    run(&mut *db, &["ROLLBACK"]);
    assert!(!has(&look(&mut *db, &first), "one"));
}

/// Other tests write on the same server, and then it is read again: so it is tried a few times.
#[test]
fn a_row_of_ours_has_nothing_read() {
    let own = Own::postgres();
    let mut db = own.open();
    run(&mut *db, &["CREATE TABLE audit (id int)"]);
    let mut put = |announced: bool| {
        let mut before = Seen::now(&mut *db, None).expect("a look");
        let told = db.query("INSERT INTO audit VALUES (1) RETURNING xmin::text").expect("a row");
        let transaction = told.first().and_then(|number| number.parse().ok()).expect("a number");
        if announced {
            before.wrote(transaction);
        }
        look(&mut *db, &before) == before
    };
    assert!((0..200).any(|_| put(true)), "it was read again each time");
    assert!(!put(false), "somebody's transaction may have written anything");
}
