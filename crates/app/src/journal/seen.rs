//! What was seen of the catalogs, so that a second look need not read what is still as it was.
//!
//! PostgreSQL tells which transactions it has seen the end of. Where since the last look none has ended but one of ours that
//! wrote only a row of a table of ours, the catalogs say the same. Other engines are read again each time.

use super::snapshot;
use std::collections::BTreeSet;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::snapshot::Snapshot;

/// A look at the catalogs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    moment: Option<Moment>,
    /// Transactions of ours since, which wrote no catalog.
    ours: BTreeSet<u64>,
    /// What they held.
    pub snapshot: Snapshot,
}

impl Seen {
    /// Looks; `before` is given again where the server says that nothing was written since.
    ///
    /// # Errors
    /// Those of the database.
    pub fn now(db: &mut dyn Database, before: Option<Seen>) -> Result<Seen, Failure> {
        // First the moment: what is written between it and the reading makes the next look read again.
        let moment = Moment::now(db);
        let known = before.filter(|before| match (&before.moment, &moment) {
            (Some(was), Some(is)) => is.ended_since(was).is_some_and(|ended| ended.is_subset(&before.ours)),
            _ => false,
        });
        match known {
            Some(before) => Ok(before),
            None => Ok(Seen { moment, ours: BTreeSet::new(), snapshot: snapshot(db)? }),
        }
    }

    /// A transaction of ours has ended that wrote no catalog: its number, as `xmin` tells it.
    pub fn wrote(&mut self, transaction: u32) {
        // The server's own numbers go on beyond 32 bits, and the moment has the rest of it.
        let Some(moment) = &self.moment else { return };
        let low = u64::from(transaction);
        let high = moment.next & !u64::from(u32::MAX);
        let number = if low < moment.next & u64::from(u32::MAX) { high + (1 << 32) + low } else { high + low };
        self.ours.insert(number);
    }
}

/// Which transactions have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Moment {
    /// All below have begun, and none from here on has.
    next: u64,
    /// Those below that have not ended.
    open: BTreeSet<u64>,
}

/// More than that are not looked at one by one.
const MANY: u64 = 10_000;

impl Moment {
    /// None where that can't be told: within a transaction that has written itself, too.
    fn now(db: &mut dyn Database) -> Option<Moment> {
        if db.dialect() != Dialect::Postgres {
            return None;
        }
        let told = db.query("SELECT txid_current_snapshot()::text, txid_current_if_assigned()::text").ok()?;
        match told.rows.first()?.as_slice() {
            [Some(text), None] => Moment::read(text),
            _ => None,
        }
    }

    /// `10:20:10,14,15`: the first that is open, the next, and all that are open.
    fn read(text: &str) -> Option<Moment> {
        let mut parts = text.split(':').skip(1);
        let next = parts.next()?.parse().ok()?;
        let open = parts.next()?.split(',').filter(|number| !number.is_empty()).map(str::parse);
        Some(Moment { next, open: open.collect::<Result<_, _>>().ok()? })
    }

    /// The transactions that have ended since an earlier moment; none where these are too many to tell.
    fn ended_since(&self, was: &Moment) -> Option<BTreeSet<u64>> {
        if self.next < was.next || self.next - was.next > MANY {
            return None;
        }
        let begun = was.open.iter().copied().chain(was.next..self.next);
        Some(begun.filter(|number| !self.open.contains(number)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended() {
        let moment = |text| Moment::read(text).unwrap();
        let ended = |was, is| moment(is).ended_since(&moment(was)).map(Vec::from_iter);
        assert_eq!(ended("10:10:", "10:10:"), Some(vec![]));
        assert_eq!(ended("10:12:10", "10:12:10"), Some(vec![]), "what was open and is still open has told nothing");
        assert_eq!(ended("10:12:10", "12:12:"), Some(vec![10]));
        assert_eq!(ended("10:10:", "11:13:11"), Some(vec![10, 12]));
        assert_eq!(ended("10:10:", "9:9:"), None, "another server");
        assert_eq!(ended("10:10:", "20011:20011:"), None);
        assert_eq!(Moment::read("x"), None);
    }

    #[test]
    fn numbers_beyond_32_bits() {
        let high = 7u64 << 32;
        for (next, transaction, number) in [
            (high + 10, 10, high + 10),
            (high + 10, 12, high + 12),
            (high + u64::from(u32::MAX), 4, high + (1 << 32) + 4),
        ] {
            let moment = Some(Moment { next, open: BTreeSet::new() });
            let mut seen = Seen { moment, ours: BTreeSet::new(), snapshot: Snapshot::default() };
            seen.wrote(transaction);
            assert_eq!(seen.ours, BTreeSet::from([number]));
        }
    }
}
