//! Where a walk says how far it is.

use super::MigrationVerdict;

/// Told by the walk how far it is, and shows it somewhere or nowhere. Histories run side by side, so calls come from
/// several threads; what is counted runs over all of them.
pub trait Progress: Sync {
    /// Something begins that takes `total` steps; `what` says it in a few words: `PostgreSQL 17.2`, `3 histories`. Called
    /// again for another stretch, it begins anew.
    fn start(&self, total: usize, what: &str);

    /// `done` steps of all are done, and `name` is the migration that is being looked at. Threads may overtake each other:
    /// the highest `done` counts.
    fn step(&self, done: usize, name: &str);

    /// A verdict stands. Called once for each migration that is judged, as it comes: in the order of one history, mixed
    /// between histories.
    fn found(&self, verdict: &MigrationVerdict) {
        let _ = verdict;
    }

    /// All is done, or was given up.
    fn end(&self);
}

/// Shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _: usize, _: &str) {}

    fn step(&self, _: usize, _: &str) {}

    fn end(&self) {}
}
