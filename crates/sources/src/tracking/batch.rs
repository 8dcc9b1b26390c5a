//! Which migrations belong to the last deploy, by the tool's own times.
//!
//! No tool records its deploys, but one process applies its migrations one right after the other: it begins the next as
//! soon as it has noted the last. So the last deploy is what the tool applied last, and before that each one that was done
//! at most [`GAP`] before the next began. Starting a tool anew takes longer than that for a person, and mostly for a script.
//!
//! * Prisma notes when it began and when it was done, so how long a migration takes does not matter. Migrations that were
//!   only marked as applied are no part of a deploy: one at the end is passed over, one in between ends the batch.
//! * drizzle-orm 1.0 notes `applied_at` when a migration is done: on PostgreSQL it is the transaction's time, the same for
//!   the whole deploy; elsewhere a migration that ran longer than [`GAP`] begins a batch of its own. Too little is then
//!   rolled back rather than too much.
//! * drizzle-orm 0.x notes no time at all: its `created_at` is when the migration was generated. There is no batch.
//! * A row without a file is part of the batch like any other, so that whoever rolls back learns that something is missing.

use super::state::{Applied, How, State, Status};

/// How long after one migration the next of the same deploy begins at most, in milliseconds.
pub const GAP: i64 = 2_000;

/// Why there is no last deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoBatch {
    /// The tool applied nothing here.
    Nothing,
    /// The table does not tell when anything was applied.
    NoTimes,
}

impl std::fmt::Display for NoBatch {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(match self {
            NoBatch::Nothing => "the tool has applied nothing in this database",
            NoBatch::NoTimes => {
                "the tool's table does not tell when migrations were applied, so the last deploy is not known"
            }
        })
    }
}

impl std::error::Error for NoBatch {}

/// What was applied by the last deploy, oldest first.
pub(super) fn last(state: &State, timeless: bool) -> Result<Vec<Applied>, NoBatch> {
    let mut ran = state.order.iter().rev().copied().skip_while(|applied| is_marked(state, *applied));
    let Some(newest) = ran.next() else { return Err(NoBatch::Nothing) };
    let (began, _) = state.times(newest);
    let Some(mut began) = began.filter(|_| !timeless) else { return Err(NoBatch::NoTimes) };
    let mut batch = vec![newest];
    for applied in ran {
        let (Some(started), Some(done)) = state.times(applied) else { break };
        // Two processes that ran at the same time are one deploy as well: then the gap is negative.
        if is_marked(state, applied) || began.0 - done.0 > GAP {
            break;
        }
        began = started;
        batch.push(applied);
    }
    batch.reverse();
    Ok(batch)
}

fn is_marked(state: &State, applied: Applied) -> bool {
    matches!(applied, Applied::Migration(at)
        if state.migrations.get(at).is_some_and(|m| m.status == Status::Applied(How::Marked)))
}

#[cfg(test)]
mod tests {
    use super::super::Moment;
    use super::super::state::Standing;
    use super::*;

    /// Migrations applied in this order: when they began and were done, and how.
    fn state(times: &[(i64, i64, How)]) -> State {
        let standing = |(at, (started, finished, how)): (usize, &(i64, i64, How))| Standing {
            name: at.to_string(),
            status: Status::Applied(*how),
            runs_next: false,
            edited: false,
            applied_rows: 1,
            started: Some(Moment(*started)),
            finished: Some(Moment(*finished)),
        };
        let migrations: Vec<Standing> = times.iter().enumerate().map(standing).collect();
        let order = (0..migrations.len()).map(Applied::Migration).collect();
        State { migrations, order, ..State::default() }
    }

    fn names(times: &[(i64, i64, How)]) -> Result<Vec<String>, NoBatch> {
        let state = state(times);
        Ok(last(&state, false)?.into_iter().map(|a| state.name_of(a).to_owned()).collect())
    }

    #[test]
    fn the_last_deploy() {
        use How::{Marked, Run};
        let long = [(0, 10, Run), (60_000, 90_000, Run), (90_001, 900_000, Run), (900_100, 900_200, Run)];
        assert_eq!(names(&long).unwrap(), ["1", "2", "3"]);
        assert_eq!(names(&[(0, 1, Run), (GAP + 2, GAP + 3, Run)]).unwrap(), ["1"]);
        assert_eq!(names(&[(0, 1, Run), (GAP + 1, GAP + 3, Run)]).unwrap(), ["0", "1"]);
        assert_eq!(names(&[(0, 1, Run), (2, 2, Marked), (3, 4, Run), (5, 5, Marked)]).unwrap(), ["2"]);
        assert_eq!(names(&[(2, 2, Marked)]), Err(NoBatch::Nothing));
        assert_eq!(names(&[]), Err(NoBatch::Nothing));
    }

    #[test]
    fn without_times_there_is_none() {
        assert_eq!(last(&state(&[(0, 1, How::Untold)]), true), Err(NoBatch::NoTimes));
        let mut none = state(&[(0, 1, How::Untold)]);
        none.migrations[0].started = None;
        assert_eq!(last(&none, false), Err(NoBatch::NoTimes));
    }
}
