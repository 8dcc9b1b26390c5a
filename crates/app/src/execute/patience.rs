//! How long locks are waited for, by what a statement does to others.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::{Duration, Instant};
use unmigrate_kernel::plan::{Lock, Mode, Step};

/// How long locks are waited for.
///
/// Whoever waits for a lock that stops readers or writers makes everybody who comes later wait behind it. So one wait is
/// short, the transaction is given up with all its locks, and it is tried again after a pause in which the others get on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The longest wait of one transaction for locks that stop others: half a second, and never more than [`LONGEST`].
    pub lock: Duration,
    /// How long it is tried again, pauses included.
    pub total: Duration,
}

/// Nobody stands in line behind a lock that we wait for longer than this, and a second is what is promised.
pub const LONGEST: Duration = Duration::from_millis(900);
/// What is left for a statement of a transaction that has used up its time: it holds locks already.
const LEAST: Duration = Duration::from_millis(50);
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LAST_PAUSE: Duration = Duration::from_secs(5);

impl Default for Patience {
    fn default() -> Patience {
        Patience { lock: Duration::from_millis(500), total: Duration::from_secs(60) }
    }
}

impl Patience {
    /// As a request says: milliseconds for one wait, seconds for all tries; none: as usual.
    pub fn asked(lock_timeout: Option<u64>, retry: Option<u64>) -> Patience {
        let usual = Patience::default();
        Patience {
            lock: lock_timeout.map_or(usual.lock, Duration::from_millis),
            total: retry.map_or(usual.total, Duration::from_secs),
        }
    }

    /// How long a batch waits for rows, while others may be waiting for its own.
    pub fn of_batch(&self) -> Duration {
        self.lock.min(LONGEST)
    }

    /// How long a statement may wait, in a transaction that has held locks that stop others since `since`. None: as long
    /// as it takes, since nobody waits behind it.
    pub fn of(&self, step: &Step, since: Option<Instant>) -> Option<Duration> {
        let whole = self.lock.min(LONGEST);
        if stops_others(step) || since.is_some() {
            let used = since.map_or(Duration::ZERO, |since| since.elapsed());
            return Some(whole.saturating_sub(used).max(LEAST).min(whole));
        }
        // Rows that somebody else holds: nobody waits behind us, and there has to be an end to it all the same.
        let waits_for_rows =
            |lock: &Lock| matches!(lock.mode, Mode::RowExclusive | Mode::RowShare | Mode::SharedMetadata);
        step.locks.iter().any(waits_for_rows).then_some(self.total)
    }
}

/// Readers or writers of a relation stand in line behind whoever waits for its locks.
pub fn stops_others(step: &Step) -> bool {
    step.locks.iter().any(|lock| lock.mode.stops_writers())
}

/// Pauses between tries: each about twice as long as the one before, and none quite like another's.
pub struct Pauses {
    began: Instant,
    next: Duration,
}

impl Pauses {
    pub fn new() -> Pauses {
        Pauses { began: Instant::now(), next: FIRST_PAUSE }
    }

    /// The next pause; none where the time is over.
    pub fn next(&mut self, total: Duration) -> Option<Duration> {
        let pause = self.next.mul_f64(0.5 + chance());
        self.next = (self.next * 2).min(LAST_PAUSE);
        let left = total.checked_sub(self.began.elapsed()).filter(|left| !left.is_zero())?;
        Some(pause.min(left))
    }
}

/// Between 0 and 1, another each time: std seeds its hashers at random.
fn chance() -> f64 {
    (RandomState::new().build_hasher().finish() >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let mut pauses = Pauses::new();
        let all: Vec<Duration> = (0..8).filter_map(|_| pauses.next(Duration::from_secs(60))).collect();
        assert!(all[0] >= Duration::from_millis(100) && all[0] <= Duration::from_millis(300), "{all:?}");
        assert!(all.iter().all(|p| *p <= LAST_PAUSE.mul_f64(1.5)), "{all:?}");
        assert!(all[7] > all[0]);
        assert_eq!(pauses.next(Duration::ZERO), None);
        let many: std::collections::BTreeSet<u64> = (0..20).map(|_| (chance() * 1e9) as u64).collect();
        assert!(many.len() > 15, "{many:?}");
    }
}
