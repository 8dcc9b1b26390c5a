//! How far a backfill is: on a terminal a bar with rate and time to go, for programs a line of JSON for each batch.

use crate::output::human;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use unmigrate_app::expand::Filling;

/// A bar on stderr.
pub struct Bar {
    bar: ProgressBar,
    rows: AtomicU64,
    begun: Instant,
}

impl Bar {
    /// On this process's stderr.
    pub fn on_stderr() -> Bar {
        let style = ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len} batches, {eta} to go  {wide_msg}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─");
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style);
        Bar { bar, rows: AtomicU64::new(0), begun: Instant::now() }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Filling for Bar {
    fn begins(&self, what: &str, batches: u64, done: u64) {
        self.bar.set_length(batches);
        self.bar.set_position(done);
        self.bar.reset_eta();
        self.bar.set_prefix(human::name(what));
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    fn batch(&self, rows: u64) {
        let rows = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        let rate = rows as f64 / self.begun.elapsed().as_secs_f64().max(0.001);
        self.bar.set_message(format!("{rate:.0} rows/s"));
        self.bar.inc(1);
    }

    fn paused(&self, why: Option<&str>) {
        self.bar.set_message(why.map_or(String::new(), |why| format!("paused: {why}")));
    }

    fn index(&self, name: &str) {
        self.bar.set_message(format!("making the index {}", human::name(name)));
    }
}

/// A line of JSON for each event.
pub struct JsonLines<'a> {
    to: Mutex<&'a mut (dyn Write + Send)>,
    state: Mutex<(u64, u64, u64)>,
}

impl<'a> JsonLines<'a> {
    /// Writes there.
    pub fn on(stream: &'a mut (dyn Write + Send)) -> JsonLines<'a> {
        JsonLines { to: Mutex::new(stream), state: Mutex::new((0, 0, 0)) }
    }

    fn say(&self, line: &Value) {
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        // A stream that is closed has no one to be told about it; the result comes on the other.
        let _ = writeln!(to, "{line}").and_then(|()| to.flush());
    }
}

impl Filling for JsonLines<'_> {
    fn begins(&self, what: &str, batches: u64, done: u64) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = (batches, done, 0);
        self.say(&json!({ "event": "begins", "what": what, "batches": batches, "done": done }));
    }

    fn batch(&self, rows: u64) {
        let (batches, done, all) = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.1 += 1;
            state.2 += rows;
            *state
        };
        self.say(&json!({ "event": "batch", "rows": rows, "allRows": all, "done": done, "batches": batches }));
    }

    fn paused(&self, why: Option<&str>) {
        self.say(&match why {
            Some(why) => json!({ "event": "paused", "why": why }),
            None => json!({ "event": "goesOn" }),
        });
    }

    fn index(&self, name: &str) {
        self.say(&json!({ "event": "index", "name": name }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_each_batch() {
        let mut out = vec![];
        let lines = JsonLines::on(&mut out);
        lines.begins("users.a becomes users.b", 3, 1);
        lines.batch(1000);
        lines.batch(7);
        let text = String::from_utf8(out).unwrap();
        let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        assert_eq!(last, json!({ "event": "batch", "rows": 7, "allRows": 1007, "done": 3, "batches": 3 }));
        assert_eq!(text.lines().count(), 3);
    }
}
