//! Which migrations are rolled back, newest first.

use super::refusal;
use crate::Problem;
use unmigrate_sources::tracking::{Applied, How, State, Status, Tracking};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Choice {
    /// The last one that the database applied.
    #[default]
    Last,
    /// So many.
    Steps(usize),
    /// All that came after this one, which stays.
    To(String),
    /// All of the last deploy, by the tool's own times.
    Batch,
    /// These, named one by one: also one that was recorded but never run here.
    Named(Vec<String>),
}

/// The names of what is chosen, in the reverse of the order in which the database applied them.
pub fn choose(choice: &Choice, tracking: &Tracking, state: &State) -> Result<Vec<String>, Problem> {
    if let Some(failed) = state.unfinished().next() {
        return Err(refusal::unfinished_migration(&failed.name));
    }
    if state.order.is_empty() {
        return Err(refusal::nothing_applied());
    }
    let newest = state.order.iter().rev().copied();
    let chosen: Vec<Applied> = match choice {
        Choice::Last => newest.take(1).collect(),
        Choice::Steps(0) => return Err(refusal::nothing_asked()),
        Choice::Steps(steps) if *steps > state.order.len() => {
            return Err(refusal::too_many(*steps, state.order.len()));
        }
        Choice::Steps(steps) => newest.take(*steps).collect(),
        Choice::To(name) => {
            let stays =
                state.order.iter().position(|a| state.name_of(*a) == name).ok_or_else(|| unknown(name, state))?;
            let after: Vec<Applied> = state.order[stays + 1..].iter().rev().copied().collect();
            if after.is_empty() {
                return Err(refusal::nothing_after(name));
            }
            after
        }
        Choice::Batch => {
            let mut batch = tracking.batch(state).map_err(|why| refusal::no_batch(&why.to_string()))?;
            batch.reverse();
            batch
        }
        Choice::Named(names) => {
            for name in names {
                state.order.iter().position(|a| state.name_of(*a) == name).ok_or_else(|| unknown(name, state))?;
            }
            newest.filter(|a| names.iter().any(|name| name == state.name_of(*a))).collect()
        }
    };
    let named = matches!(choice, Choice::Named(_));
    chosen.into_iter().map(|applied| allowed(applied, state, named)).collect()
}

fn allowed(applied: Applied, state: &State, named: bool) -> Result<String, Problem> {
    let name = state.name_of(applied).to_owned();
    let Applied::Migration(at) = applied else { return Err(refusal::no_file(&name)) };
    let standing = state.migrations.get(at);
    let marked = standing.is_some_and(|s| s.status == Status::Applied(How::Marked));
    if marked && !named {
        return Err(refusal::never_run(&name));
    }
    Ok(name)
}

fn unknown(name: &str, state: &State) -> Problem {
    match state.named(name) {
        Some(_) => refusal::not_applied(name),
        None => refusal::no_such_migration(name),
    }
}
