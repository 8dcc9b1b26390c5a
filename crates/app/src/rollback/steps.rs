//! What is kept, put around the statements that take it away.

use crate::archive::Kept;
use unmigrate_kernel::plan::{Phase, Step};

/// Puts the copies before the first statement of a phase's first transaction, and what is left to do with them after its
/// last own statement, before the tool's table. On MySQL, which has no transactions for this, at the beginning.
pub fn around(phase: &mut Phase, kept: &Kept) {
    let own = |step: &Step| step.file.is_some();
    let end = phase.steps.iter().rposition(|s| own(s) && !is_setting(s)).map_or(0, |at| at + 1);
    let last = phase.steps.get(end.saturating_sub(1)).and_then(|s| s.transaction);
    let after = kept.after.iter().map(|s| Step { transaction: last, ..s.clone() });
    phase.steps.splice(end..end, after);
    let first = phase.steps.iter().position(|s| s.transaction.is_some());
    let transaction = first.and_then(|at| phase.steps[at].transaction);
    let before = kept.before.iter().map(|s| Step { transaction, ..s.clone() });
    let at = first.unwrap_or(0);
    phase.steps.splice(at..at, before);
}

/// SQLite's settings, which stand outside of the transaction.
fn is_setting(step: &Step) -> bool {
    step.transaction.is_none() && step.sql.trim_start().get(..6).is_some_and(|w| w.eq_ignore_ascii_case("PRAGMA"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use unmigrate_kernel::Dialect;
    use unmigrate_kernel::plan::{Bookkeeping, Down, Expect, Fingerprint, Probe, rollback};
    use unmigrate_kernel::snapshot::Snapshot;

    fn shape(text: &str, dialect: Dialect) -> Vec<(String, Option<usize>)> {
        let probe = Probe { query: "q".into(), done: "0".into() };
        let row = Bookkeeping { sql: "ROW".into(), changes: Some(1), probe, why: "w".into() };
        let down = Down { name: "x", file: "down.sql", text, bookkeeping: &[row] };
        let mut plan = rollback(&[down], dialect, Fingerprint::of(&Snapshot::default(), []));
        let one = |sql: &str| Step {
            sql: sql.into(),
            transaction: Some(9),
            expect: Expect::Taken,
            locks: vec![],
            why: String::new(),
            file: None,
            line: 0,
            probe: None,
        };
        let kept = Kept { before: vec![one("K")], after: vec![one("L")], ..Kept::default() };
        around(&mut plan.phases[0], &kept);
        plan.phases.remove(0).steps.into_iter().map(|s| (s.sql, s.transaction)).collect()
    }

    fn is(all: &[(&str, Option<usize>)]) -> Vec<(String, Option<usize>)> {
        all.iter().map(|(sql, at)| ((*sql).to_owned(), *at)).collect()
    }

    #[test]
    fn in_the_transaction_of_what_goes() {
        let one = Some(1);
        let wanted = [("K", one), ("DROP TABLE a", one), ("L", one), ("ROW", one)];
        assert_eq!(shape("BEGIN; DROP TABLE a; COMMIT;", Dialect::Postgres), is(&wanted));
        let apart = "DROP INDEX CONCURRENTLY i";
        let wanted = [(apart, None), ("K", one), ("DROP TABLE a", one), ("L", one), ("ROW", one)];
        assert_eq!(shape(&format!("{apart}; DROP TABLE a;"), Dialect::Postgres), is(&wanted));
        let (off, on) = ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON");
        let wanted = [(off, None), ("K", one), ("DROP TABLE a", one), ("L", one), ("ROW", one), (on, None)];
        assert_eq!(shape(&format!("{off}; BEGIN; DROP TABLE a; COMMIT; {on};"), Dialect::Sqlite), is(&wanted));
        let wanted = [("K", None), ("DROP TABLE a", None), ("L", None), ("ROW", None)];
        assert_eq!(shape("DROP TABLE a", Dialect::Mysql), is(&wanted));
    }
}
