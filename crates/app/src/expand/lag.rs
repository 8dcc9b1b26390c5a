//! How far the replicas of a PostgreSQL server are behind.
//!
//! The server's own `replay_lag` stands still where a replica does. So what the log's end was at which moment is kept here, and
//! a replica is as far behind as the oldest of those moments that it has not replayed. Without the right to see other
//! sessions (`pg_monitor`) no replica is seen.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;

/// The end of the log, and what the slowest replica has replayed of it; nothing on a replica itself.
const POSITIONS: &str = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::int8 AS written,
    (SELECT min(pg_wal_lsn_diff(replay_lsn, '0/0'))::int8 FROM pg_stat_replication) AS replayed
    WHERE NOT pg_is_in_recovery()";

/// Moments, and where the log ended then.
#[derive(Debug, Default)]
pub struct Lag(Mutex<VecDeque<(Instant, i64)>>);

impl Lag {
    /// How far the slowest replica is behind now.
    ///
    /// # Errors
    /// Where the session is lost. A server that does not answer this has no replicas that could be waited for.
    pub fn now(&self, db: &mut dyn Database) -> Result<Duration, Failure> {
        if db.dialect() != Dialect::Postgres {
            return Ok(Duration::ZERO);
        }
        let told = match db.query(POSITIONS) {
            Err(failure) if failure.kind == FailureKind::Lost => return Err(failure),
            told => told.unwrap_or_default(),
        };
        let number = |column: &str| told.iter().next()?.get(column)?.parse().ok();
        let (Some(written), Some(replayed)) = (number("written"), number("replayed")) else {
            return Ok(Duration::ZERO);
        };
        Ok(self.behind(Instant::now(), written, replayed))
    }

    fn behind(&self, now: Instant, written: i64, replayed: i64) -> Duration {
        let Ok(mut moments) = self.0.lock() else { return Duration::ZERO };
        if moments.back().is_none_or(|(_, end)| *end < written) {
            moments.push_back((now, written));
        }
        while moments.front().is_some_and(|(_, end)| *end <= replayed) {
            moments.pop_front();
        }
        moments.front().map_or(Duration::ZERO, |(at, _)| now.saturating_duration_since(*at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replica_that_stands_still_is_further_behind_each_time() {
        let (lag, start) = (Lag::default(), Instant::now());
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        assert_eq!(lag.behind(at(0), 100, 100), Duration::ZERO);
        assert_eq!(lag.behind(at(1), 200, 100), Duration::ZERO);
        assert_eq!(lag.behind(at(4), 300, 150), Duration::from_secs(3));
        assert_eq!(lag.behind(at(9), 300, 150), Duration::from_secs(8));
        // It has caught up with the first, not with the second.
        assert_eq!(lag.behind(at(10), 300, 250), Duration::from_secs(6));
        assert_eq!(lag.behind(at(11), 300, 300), Duration::ZERO);
    }
}
