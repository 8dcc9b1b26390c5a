//! The plan that undoes migrations: their rollback files, and with each the tool's own bookkeeping.

use super::{Bookkeeping, Expect, Fingerprint, Phase, Plan, Step, Then, is_batched, locks, probe};
use crate::Dialect;
use crate::reader::Reader;
use crate::script::{Piece, blocks};
use crate::split::split;

/// One migration to be undone.
#[derive(Debug, Clone, Copy)]
pub struct Down<'a> {
    /// Its name.
    pub name: &'a str,
    /// The rollback file, as messages name it.
    pub file: &'a str,
    /// The rollback file's text.
    pub text: &'a str,
    /// What makes the tool forget that it was applied.
    pub bookkeeping: &'a [Bookkeeping],
}

/// A plan with a phase for each migration, in the order given: that in which the database applied them, backwards.
///
/// On PostgreSQL and SQLite a phase is one transaction with the bookkeeping in it, but for what can't run in one; that
/// stands outside, in the place where the file has it. A file without BEGIN gets one. On MySQL each statement stands for
/// itself, with a [`Probe`](super::Probe) where its effect can be told.
pub fn rollback(downs: &[Down], dialect: Dialect, made_for: Fingerprint) -> Plan {
    Plan { made_for, phases: downs.iter().map(|down| phase(down, dialect)).collect() }
}

/// The same for SQL that applies a migration, which its bookkeeping then records: `why` says what a statement of it is for.
pub fn forward(ups: &[Down], why: &str, dialect: Dialect, made_for: Fingerprint) -> Plan {
    let mut plan = rollback(ups, dialect, made_for);
    for (phase, up) in plan.phases.iter_mut().zip(ups) {
        let undo = undoing(up);
        phase.steps.iter_mut().filter(|step| step.why == undo).for_each(|step| step.why = why.to_owned());
    }
    plan
}

fn undoing(down: &Down) -> String {
    format!("undo `{}`", down.name)
}

fn phase(down: &Down, dialect: Dialect) -> Phase {
    let transactional = dialect != Dialect::Mysql;
    let mut steps: Vec<Step> = Vec::new();
    let mut number = 0;
    for block in blocks(down.text, dialect, false) {
        let mut open = false;
        for piece in block.pieces {
            let inside = transactional && (block.transaction || !stands_outside(&piece.sql, dialect));
            // Statements outside end the transaction before them, and the next begins another.
            number += usize::from(inside && !open);
            open = inside;
            steps.push(step(piece, inside.then_some(number), down, dialect));
        }
    }
    bookkeep(&mut steps, down, dialect, number);
    Phase { name: down.name.into(), steps, undo: vec![], then: Then::Go }
}

/// The bookkeeping goes into the last transaction; where something but settings follows that, or there is none, it gets one
/// of its own at the end. On MySQL it comes last.
fn bookkeep(steps: &mut Vec<Step>, down: &Down, dialect: Dialect, last: usize) {
    let after = steps.iter().rposition(|step| step.transaction.is_some()).map_or(0, |at| at + 1);
    let joins = after > 0 && steps[after..].iter().all(|step| is_setting(&step.sql));
    let (at, transaction) = match dialect {
        Dialect::Mysql => (steps.len(), None),
        _ if joins => (after, Some(last)),
        _ => (steps.len(), Some(last + 1)),
    };
    let written = down.bookkeeping.iter().map(|write| Step {
        sql: write.sql.clone(),
        transaction,
        expect: write.changes.map_or(Expect::Taken, Expect::Changes),
        locks: locks(&write.sql, dialect),
        why: write.why.clone(),
        file: None,
        line: 0,
        probe: Some(write.probe.clone()),
    });
    steps.splice(at..at, written);
}

fn step(piece: Piece, transaction: Option<usize>, down: &Down, dialect: Dialect) -> Step {
    let why = match pragma(&piece.sql).as_deref() {
        Some("foreign_keys") => "no rows that refer to a table may go with it while it is rebuilt".to_owned(),
        Some("foreign_key_check") => "no row may refer to one that is not there".to_owned(),
        _ => undoing(down),
    };
    let expect = match pragma(&piece.sql).as_deref() {
        Some("foreign_key_check") => Expect::NoRows,
        _ => Expect::Taken,
    };
    Step {
        transaction,
        expect,
        locks: locks(&piece.sql, dialect),
        why,
        file: Some(down.file.into()),
        line: piece.line,
        probe: if transaction.is_some() { None } else { probe(&piece.sql, dialect) },
        sql: piece.sql,
    }
}

/// The name of SQLite's pragma, in lower case.
fn pragma(sql: &str) -> Option<String> {
    let statement = split(sql, Dialect::Sqlite, false).into_iter().next()?;
    let mut r = Reader::new(sql, &statement.tokens, Dialect::Sqlite);
    r.eat("PRAGMA").then(|| r.name()).flatten().map(|name| name.name.to_lowercase())
}

/// Changes how the session behaves, and nothing in the database.
fn is_setting(sql: &str) -> bool {
    pragma(sql).is_some() || sql.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("SET "))
}

/// The engine refuses it in a transaction, or it means nothing there (the engines' manuals: the pages of these commands); or it
/// is to be many transactions.
pub fn stands_outside(sql: &str, dialect: Dialect) -> bool {
    if dialect == Dialect::Sqlite {
        let vacuum = sql.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("VACUUM"));
        let checks = ["foreign_key_check", "defer_foreign_keys", "integrity_check"];
        return vacuum || pragma(sql).is_some_and(|name| !checks.contains(&name.as_str()));
    }
    let Some(statement) = split(sql, dialect, false).into_iter().next() else { return false };
    let r = Reader::new(sql, &statement.tokens, dialect);
    let word = |n: usize, words: &[&str]| words.iter().any(|word| r.is_at(n, word));
    let concurrently = (2..6).any(|n| r.is_at(n, "CONCURRENTLY")) && word(0, &["CREATE", "DROP", "REINDEX"]);
    let detached = r.are("ALTER TABLE")
        && statement.tokens.last().is_some_and(|t| sql[t.start..t.end].eq_ignore_ascii_case("CONCURRENTLY"));
    let reindexed = r.is("REINDEX") && (1..5).any(|n| word(n, &["DATABASE", "SCHEMA", "SYSTEM"]));
    let whole = word(0, &["CREATE", "DROP", "ALTER"]) && word(1, &["DATABASE", "TABLESPACE", "SYSTEM", "SUBSCRIPTION"]);
    concurrently || detached || reindexed || whole || r.is("VACUUM") || is_batched(sql, dialect)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Probe;
    use crate::snapshot::Snapshot;

    fn plan(text: &str, dialect: Dialect) -> Vec<(Option<usize>, String)> {
        let probe = Probe { query: "?".into(), done: "0".into() };
        let forget = Bookkeeping { sql: "DELETE FROM m".into(), changes: Some(1), probe, why: "forget".into() };
        let down = Down { name: "x", file: "x/down.sql", text, bookkeeping: &[forget] };
        let plan = rollback(&[down], dialect, Fingerprint::of(&Snapshot::default(), []));
        assert_eq!(plan.phases.len(), 1);
        plan.phases.into_iter().flat_map(|phase| phase.steps).map(|step| (step.transaction, step.sql)).collect()
    }

    fn is(steps: &[(Option<usize>, &str)]) -> Vec<(Option<usize>, String)> {
        steps.iter().map(|(transaction, sql)| (*transaction, (*sql).to_owned())).collect()
    }

    #[test]
    fn what_stands_outside() {
        for outside in [
            "create unique index concurrently if not exists i on t (a)",
            "DROP INDEX CONCURRENTLY i",
            "VACUUM t",
            "REINDEX (VERBOSE) TABLE CONCURRENTLY t",
            "REINDEX SCHEMA s",
            "ALTER SYSTEM SET x = 1",
            "UPDATE /* unmigrate-batched */ t SET a = b",
        ] {
            assert!(stands_outside(outside, Dialect::Postgres), "{outside}");
        }
        for inside in
            ["CREATE INDEX i ON t (concurrently)", "REINDEX TABLE t", "ALTER TYPE e ADD VALUE 'x'", "DROP TABLE t"]
        {
            assert!(!stands_outside(inside, Dialect::Postgres), "{inside}");
        }
    }

    #[test]
    fn the_bookkeeping_is_in_the_transaction() {
        let wanted = [(Some(1), "DROP TABLE a"), (Some(1), "DROP TABLE b"), (Some(1), "DELETE FROM m")];
        assert_eq!(plan("-- head\nBEGIN;\nDROP TABLE a;\nDROP TABLE b;\nCOMMIT;\n", Dialect::Postgres), is(&wanted));
        assert_eq!(plan("DROP TABLE a; DROP TABLE b", Dialect::Postgres), is(&wanted), "a file of a person");
        assert_eq!(plan("", Dialect::Postgres), is(&[(Some(1), "DELETE FROM m")]));
    }

    #[test]
    fn what_stands_outside_keeps_its_place() {
        let text = "BEGIN; DROP TABLE a; COMMIT; DROP INDEX CONCURRENTLY i;";
        let wanted = [(Some(1), "DROP TABLE a"), (None, "DROP INDEX CONCURRENTLY i"), (Some(2), "DELETE FROM m")];
        assert_eq!(plan(text, Dialect::Postgres), is(&wanted));
        let text = "DROP TABLE a; CREATE INDEX CONCURRENTLY i ON b (c); DROP TABLE d;";
        let wanted = [
            (Some(1), "DROP TABLE a"),
            (None, "CREATE INDEX CONCURRENTLY i ON b (c)"),
            (Some(2), "DROP TABLE d"),
            (Some(2), "DELETE FROM m"),
        ];
        assert_eq!(plan(text, Dialect::Postgres), is(&wanted));
    }

    #[test]
    fn batches_stand_outside_where_the_file_has_them_outside() {
        let update = "UPDATE /* unmigrate-batched */ b SET c = d";
        let wanted = [(Some(1), "DROP TABLE a"), (None, update), (Some(2), "DROP TABLE e"), (Some(2), "DELETE FROM m")];
        let text = format!("BEGIN; DROP TABLE a; COMMIT; {update}; BEGIN; DROP TABLE e; COMMIT;");
        assert_eq!(plan(&text, Dialect::Postgres), is(&wanted));
        let wanted = [(Some(1), "DROP TABLE a"), (Some(1), update), (Some(1), "DELETE FROM m")];
        assert_eq!(plan(&format!("BEGIN; DROP TABLE a; {update}; COMMIT;"), Dialect::Postgres), is(&wanted));
    }

    #[test]
    fn sqlite_turns_foreign_keys_off_outside() {
        let inside = "CREATE TABLE n (a);\nDROP TABLE t;\nPRAGMA foreign_key_check;";
        let wanted = [
            (None, "PRAGMA foreign_keys=OFF"),
            (Some(1), "CREATE TABLE n (a)"),
            (Some(1), "DROP TABLE t"),
            (Some(1), "PRAGMA foreign_key_check"),
            (Some(1), "DELETE FROM m"),
            (None, "PRAGMA foreign_keys=ON"),
        ];
        let ours = format!("PRAGMA foreign_keys=OFF;\nBEGIN;\n{inside}\nCOMMIT;\nPRAGMA foreign_keys=ON;");
        assert_eq!(plan(&ours, Dialect::Sqlite), is(&wanted));
        let theirs = format!("PRAGMA foreign_keys=OFF;\n{inside}\nPRAGMA foreign_keys=ON;");
        assert_eq!(plan(&theirs, Dialect::Sqlite), is(&wanted));
    }

    #[test]
    fn mysql_has_no_transactions_and_probes() {
        let wanted = [(None, "DROP TABLE a"), (None, "ALTER TABLE b DROP COLUMN c"), (None, "DELETE FROM m")];
        assert_eq!(plan("DROP TABLE a; ALTER TABLE b DROP COLUMN c;", Dialect::Mysql), is(&wanted));
    }
}
