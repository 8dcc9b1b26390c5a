//! A rollback file as steps of a plan.

use crate::archive::Kept;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::lex::{Kind, lex};
use unmigrate_kernel::plan::{Bookkeeping, Expect, Step};
use unmigrate_kernel::script::{Piece, blocks};

/// The statements of a rollback file, in the transactions that they run in, with what is kept before them and the tool's
/// table after them.
///
/// On PostgreSQL and SQLite all of it is one transaction but for what can't run in one (`CONCURRENTLY`, SQLite's pragmas);
/// the tool's row goes with the last part. On MySQL every statement stands alone.
pub fn steps(text: &str, file: &str, dialect: Dialect, kept: &Kept, bookkeeping: &[Bookkeeping]) -> Vec<Step> {
    let pieces: Vec<Piece> = blocks(text, dialect, false).into_iter().flat_map(|block| block.pieces).collect();
    let mut own: Vec<Step> = Vec::new();
    let mut number = 0;
    let mut open = false;
    for piece in pieces {
        let inside = dialect != Dialect::Mysql && !stands_apart(&piece.sql, dialect);
        // What stands apart ends a transaction, and the next begins after it.
        number += usize::from(inside && !open && own.iter().any(|s| s.transaction == Some(number)));
        open = inside;
        own.push(Step {
            transaction: inside.then_some(number),
            sql: piece.sql,
            expect: Expect::Taken,
            why: String::new(),
            file: Some(file.to_owned()),
            line: piece.line,
            probe: None,
        });
    }
    let first = own.iter().position(|s| s.transaction.is_some());
    let last = own.iter().rposition(|s| s.transaction.is_some());
    let bookkeeping_transaction = match (dialect, last) {
        (Dialect::Mysql, _) => None,
        // Statements after the last transaction that are more than a setting: the row goes when they are done.
        (_, Some(last)) if own[last + 1..].iter().any(|s| !is_pragma(&s.sql)) => Some(number + 1),
        (_, Some(_)) => Some(number),
        (_, None) => Some(0),
    };
    let marks = bookkeeping.iter().map(|b| bookkept(b, bookkeeping_transaction));
    let after = kept.after.iter().cloned().map(|s| Step { transaction: bookkeeping_transaction, ..s });
    let end: Vec<Step> = after.chain(marks).collect();
    let same = last.filter(|at| own[*at].transaction == bookkeeping_transaction && bookkeeping_transaction.is_some());
    let place = same.map_or(own.len(), |at| at + 1);
    own.splice(place..place, end);
    let first = first.unwrap_or(0);
    own.splice(first..first, kept.before.iter().cloned());
    own
}

fn bookkept(write: &Bookkeeping, transaction: Option<usize>) -> Step {
    Step {
        sql: write.sql.clone(),
        transaction,
        expect: write.changes.map_or(Expect::Taken, Expect::Changes),
        why: write.why.clone(),
        file: None,
        line: 0,
        probe: Some(write.probe.clone()),
    }
}

/// It can't run in a transaction.
fn stands_apart(sql: &str, dialect: Dialect) -> bool {
    if dialect == Dialect::Sqlite {
        return is_pragma(sql) && !sql.to_ascii_lowercase().contains("check");
    }
    let words: Vec<String> = lex(sql, 0, dialect)
        .iter()
        .filter(|t| t.kind == Kind::Word)
        .take(8)
        .map(|t| sql[t.start..t.end].to_ascii_uppercase())
        .collect();
    let begins = |all: &[&str]| words.len() >= all.len() && words.iter().zip(all).all(|(a, b)| a == b);
    words.iter().any(|w| w == "CONCURRENTLY")
        || begins(&["VACUUM"])
        || begins(&["CREATE", "DATABASE"])
        || begins(&["DROP", "DATABASE"])
        || begins(&["ALTER", "SYSTEM"])
}

fn is_pragma(sql: &str) -> bool {
    sql.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("PRAGMA"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use unmigrate_kernel::plan::Probe;

    fn shape(text: &str, dialect: Dialect, kept: &Kept) -> Vec<(String, Option<usize>)> {
        let probe = Probe { query: "q".into(), done: "0".into() };
        let row = Bookkeeping { sql: "ROW".into(), changes: Some(1), probe, why: "w".into() };
        let steps = steps(text, "down.sql", dialect, kept, &[row]);
        steps.into_iter().map(|s| (s.sql, s.transaction)).collect()
    }

    fn of(text: &str, dialect: Dialect) -> Vec<(String, Option<usize>)> {
        shape(text, dialect, &Kept::default())
    }

    fn expect(all: &[(&str, Option<usize>)]) -> Vec<(String, Option<usize>)> {
        all.iter().map(|(sql, at)| ((*sql).to_owned(), *at)).collect()
    }

    #[test]
    fn transactions() {
        let postgres = |text: &str| of(text, Dialect::Postgres);
        assert_eq!(postgres("BEGIN; A; B; COMMIT;"), expect(&[("A", Some(0)), ("B", Some(0)), ("ROW", Some(0))]));
        // A person's file without BEGIN runs in one as well.
        assert_eq!(postgres("A; B;"), expect(&[("A", Some(0)), ("B", Some(0)), ("ROW", Some(0))]));
        let apart = "DROP INDEX CONCURRENTLY i";
        let found = postgres(&format!("BEGIN; A; COMMIT; {apart}; BEGIN; B; COMMIT;"));
        assert_eq!(found, expect(&[("A", Some(0)), (apart, None), ("B", Some(1)), ("ROW", Some(1))]));
        assert_eq!(postgres(apart), expect(&[(apart, None), ("ROW", Some(0))]));
        let found = postgres(&format!("A; {apart};"));
        assert_eq!(found, expect(&[("A", Some(0)), (apart, None), ("ROW", Some(1))]));
        assert_eq!(postgres("-- Nothing to undo.\n"), expect(&[("ROW", Some(0))]));
        assert_eq!(of("A; B;", Dialect::Mysql), expect(&[("A", None), ("B", None), ("ROW", None)]));
        let text = "PRAGMA foreign_keys=OFF; BEGIN; A; PRAGMA foreign_key_check; COMMIT; PRAGMA foreign_keys=ON;";
        let check = "PRAGMA foreign_key_check";
        let (off, on) = ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON");
        assert_eq!(
            of(text, Dialect::Sqlite),
            expect(&[(off, None), ("A", Some(0)), (check, Some(0)), ("ROW", Some(0)), (on, None)])
        );
    }

    #[test]
    fn what_is_kept_goes_around() {
        let one = |sql: &str| Step {
            sql: sql.into(),
            transaction: Some(0),
            expect: Expect::Taken,
            why: String::new(),
            file: None,
            line: 0,
            probe: None,
        };
        let kept = Kept { before: vec![one("K")], after: vec![one("L")], ..Kept::default() };
        let found = shape("BEGIN; A; COMMIT;", Dialect::Postgres, &kept);
        assert_eq!(found, expect(&[("K", Some(0)), ("A", Some(0)), ("L", Some(0)), ("ROW", Some(0))]));
    }
}
