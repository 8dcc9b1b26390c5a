//! MySQL's and MariaDB's locks of metadata, and a guess of what is done while they are held.
//!
//! The guess is the cheapest that every supported server can do, not the newest's: a column that 8.0.29 drops in an instant
//! is written anew by 5.7.

use super::{Lock, Mode, Work, add, holds, lock, references, relation};
use crate::reader::Reader;
use Mode::{Metadata, SharedMetadata};
use Work::{Quick, Rewrite, Scan};

/// The locks of one statement.
pub fn locks(mut r: Reader) -> Vec<Lock> {
    match () {
        () if r.eat("ALTER TABLE") || r.eat("ALTER IGNORE TABLE") => alter_table(r),
        () if r.eat("DROP TABLE") || r.eat("DROP VIEW") => {
            r.eat("IF EXISTS");
            each(r, Metadata, Quick)
        }
        () if r.eat("TRUNCATE") => {
            r.eat("TABLE");
            each(r, Metadata, Quick)
        }
        () if r.eat("RENAME TABLE") => each(r, Metadata, Quick),
        () if r.are("CREATE TRIGGER") || r.is("CREATE") && holds(&r, "FOR EACH ROW") => on(r, Metadata, Quick),
        () if r.is("CREATE") && (1..4).any(|n| r.is_at(n, "INDEX")) => on(r, Metadata, Scan),
        () if r.eat("DROP INDEX") => on(r, Metadata, Quick),
        () if r.are("CREATE TABLE") || r.are("CREATE TEMPORARY TABLE") => {
            references(&r).into_iter().map(|name| lock(Some(name), Metadata, Quick)).collect()
        }
        () if r.is("INSERT") || r.is("REPLACE") => into(r),
        () if r.eat("DELETE FROM") => each(r, SharedMetadata, Quick),
        () if r.eat("UPDATE") => each(r, SharedMetadata, Rewrite),
        () if r.is("CALL") || r.is("EXECUTE") => vec![lock(None, Mode::Unknown, Quick)],
        () => vec![],
    }
}

fn each(r: Reader, mode: Mode, work: Work) -> Vec<Lock> {
    r.commas().into_iter().filter_map(|mut part| relation(&mut part)).map(|name| lock(Some(name), mode, work)).collect()
}

fn on(mut r: Reader, mode: Mode, work: Work) -> Vec<Lock> {
    r.until(&["ON"]);
    r.skip();
    relation(&mut r).map(|name| lock(Some(name), mode, work)).into_iter().collect()
}

fn into(mut r: Reader) -> Vec<Lock> {
    r.until(&["INTO"]);
    r.skip();
    relation(&mut r).map(|name| lock(Some(name), SharedMetadata, Quick)).into_iter().collect()
}

fn alter_table(mut r: Reader) -> Vec<Lock> {
    r.eat("IF EXISTS");
    let Some(table) = relation(&mut r) else { return vec![] };
    let mut out = Vec::new();
    for part in r.commas() {
        add(&mut out, lock(Some(table.clone()), Metadata, work(part.clone())));
        references(&part).into_iter().for_each(|name| add(&mut out, lock(Some(name), Metadata, Quick)));
    }
    out
}

/// What one part of an ALTER TABLE costs.
fn work(mut r: Reader) -> Work {
    match () {
        () if r.eat("ADD") => match () {
            () if ["INDEX", "KEY", "UNIQUE", "FULLTEXT", "SPATIAL"].iter().any(|word| r.is(word)) => Scan,
            // Copied, and the rows are checked.
            () => Rewrite,
        },
        () if r.is("MODIFY") || r.is("CHANGE") || r.is("CONVERT") || r.is("ENGINE") || r.is("FORCE") => Rewrite,
        () if r.eat("DROP") => match () {
            () if ["INDEX", "KEY", "CONSTRAINT", "CHECK", "FOREIGN"].iter().any(|word| r.is(word)) => Quick,
            () => Rewrite,
        },
        () if r.is("ORDER") || r.is("PARTITION") || r.is("ROW_FORMAT") => Rewrite,
        () => Quick,
    }
}
