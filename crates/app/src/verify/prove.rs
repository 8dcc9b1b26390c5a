//! One migration proven against many rollbacks: how far the proof itself can be trusted.

use super::prepared::Down;
use super::report::MigrationVerdict;
use super::stage::Stage;
use super::walk::{Stop, Way, walk};
use unmigrate_engines::Failure;
use unmigrate_kernel::History;
use unmigrate_kernel::touch::touched;

/// Judges texts of a rollback of the last migration of a history, each on the database as it was at first. Gives a
/// verdict for each, in their order.
///
/// # Errors
/// Where the engine does not answer any more, or refuses what it took before.
pub fn prove(stage: &mut dyn Stage, history: &History, downs: &[&str]) -> Result<Vec<MigrationVerdict>, Failure> {
    let touched = touched(history);
    let last = history.migrations.len().saturating_sub(1);
    let mut out = Vec::new();
    for text in downs {
        stage.restart()?;
        let down = Down::new(String::from("down.sql"), Some((*text).to_owned()));
        let none = Down::new(String::new(), None);
        let stops: Vec<Stop> = history
            .migrations
            .iter()
            .zip(&touched)
            .enumerate()
            .map(|(at, (up, touched))| {
                let down = if at == last { &down } else { &none };
                Stop { subject: down.subject(up, touched), known: None, wanted: at == last }
            })
            .collect();
        let mut last = None;
        let way = Way { stops: &stops, from: 0, migrations: &history.migrations, sample: None };
        walk(&way, stage, &mut |verdict| last = Some(verdict))?;
        out.extend(last);
    }
    Ok(out)
}
