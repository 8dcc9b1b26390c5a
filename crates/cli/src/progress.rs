//! A sign of life, on a terminal only and only for what takes more than a second.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Runs `work`; where `visible` and it takes more than a second, `words` stand on stderr until it is done.
pub fn during<T>(visible: bool, words: &'static str, work: impl FnOnce() -> T) -> T {
    if !visible {
        return work();
    }
    thread::scope(|scope| {
        let (done, waiting) = mpsc::channel::<()>();
        scope.spawn(move || {
            if waiting.recv_timeout(Duration::from_secs(1)).is_ok() {
                return;
            }
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
                .with_style(ProgressStyle::default_spinner())
                .with_message(words);
            bar.enable_steady_tick(Duration::from_millis(100));
            let _ = waiting.recv();
            bar.finish_and_clear();
        });
        let result = work();
        let _ = done.send(());
        result
    })
}
