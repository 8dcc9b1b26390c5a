//! A sign of life: on a terminal a spinner for what takes more than a second and a bar for what takes many steps;
//! elsewhere a line for each finding.

use crate::output::{human, painted};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;
use unmigrate_app::verify::{MigrationVerdict, Progress};

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

/// A bar on stderr, with the migration that is looked at and the number of findings.
pub struct Bar {
    bar: ProgressBar,
    found: AtomicUsize,
}

impl Bar {
    /// On this process's stderr.
    pub fn on_stderr() -> Bar {
        Bar::on(ProgressDrawTarget::stderr())
    }

    fn on(target: ProgressDrawTarget) -> Bar {
        let style = ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len}  {wide_msg}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─");
        Bar { bar: ProgressBar::with_draw_target(None, target).with_style(style), found: AtomicUsize::new(0) }
    }
}

impl Progress for Bar {
    fn start(&self, total: usize, what: &str) {
        self.bar.reset();
        self.bar.set_length(total as u64);
        self.bar.set_prefix(human::name(what));
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    fn step(&self, done: usize, name: &str) {
        // Threads overtake each other, and a bar does not go back.
        self.bar.update(|state| state.set_pos(state.pos().max(done as u64)));
        let found = match self.found.load(Ordering::Relaxed) {
            0 => String::new(),
            1 => "1 needs a look  ".into(),
            n => format!("{n} need a look  "),
        };
        self.bar.set_message(found + &human::name(name));
    }

    fn found(&self, verdict: &MigrationVerdict) {
        if human::verify::found(verdict).is_some() {
            self.found.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// A line for each finding, as it comes.
pub struct Lines<'a> {
    to: Mutex<&'a mut (dyn Write + Send)>,
    colors: bool,
}

impl<'a> Lines<'a> {
    /// Writes there.
    pub fn to(stream: &'a mut (dyn Write + Send), colors: bool) -> Lines<'a> {
        Lines { to: Mutex::new(stream), colors }
    }

    fn say(&self, line: &str) {
        let mut to: MutexGuard<'_, _> = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        // A stream that is closed has no one to be told about it; the result comes on the other.
        let _ = to.write_all(painted(line, self.colors).as_bytes()).and_then(|()| to.flush());
    }
}

impl Progress for Lines<'_> {
    fn start(&self, total: usize, what: &str) {
        let noun = if total == 1 { "migration" } else { "migrations" };
        self.say(&format!("verifying {total} {noun} on {}\n", human::name(what)));
    }

    fn step(&self, _: usize, _: &str) {}

    fn found(&self, verdict: &MigrationVerdict) {
        if let Some(line) = human::verify::found(verdict) {
            self.say(&line);
        }
    }

    fn end(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::verify_example as example;
    use indicatif::TermLike;
    use std::io;
    use std::sync::Arc;

    #[test]
    fn a_line_for_each_finding_and_none_for_what_is_proven() {
        let mut out = vec![];
        let lines = Lines::to(&mut out, false);
        lines.start(64, "PostgreSQL 17.2");
        for migration in example::report().migrations() {
            lines.step(1, &migration.name);
            lines.found(migration);
        }
        lines.end();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("verifying 64 migrations on PostgreSQL 17.2\n"), "{text}");
        let wrong = example::report().migrations().filter(|m| m.refusal.is_some() || !m.differences.is_empty()).count();
        assert!(text.lines().count() > wrong / 2 && !text.contains('\u{1b}'), "{text}");
        assert!(text.lines().skip(1).all(|line| line.contains("down.sql") || line.contains("migration.sql")), "{text}");
    }

    /// A terminal of 80 columns that keeps what is written to it.
    #[derive(Debug, Clone, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            80
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(&format!("{text}\n"))
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            self.0.lock().unwrap().clear();
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_bar_says_how_far_it_is_and_goes_away() {
        let screen = Screen::default();
        let bar = Bar::on(ProgressDrawTarget::term_like(Box::new(screen.clone())));
        bar.start(64, "PostgreSQL 17.2");
        bar.found(&example::differing());
        bar.step(32, "20240601_phone");
        bar.bar.force_draw();
        let drawn = screen.0.lock().unwrap().clone();
        let words = drawn.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words, "PostgreSQL 17.2 ━━━━━━━━━━━━╸─────────── 32/64 1 needs a look 20240601_phone");
        bar.end();
        assert_eq!(screen.0.lock().unwrap().trim(), "");
    }

    #[test]
    fn a_bar_does_not_go_back() {
        let bar = Bar::on(ProgressDrawTarget::hidden());
        bar.start(10, "SQLite");
        bar.step(4, "a");
        bar.step(3, "b\u{1b}[2J");
        assert_eq!((bar.bar.position(), bar.bar.message()), (4, "b\\u{1b}[2J".into()));
        example::report().migrations().for_each(|m| bar.found(m));
        bar.step(5, "c");
        assert!(bar.bar.message().contains(" need a look  c"), "{}", bar.bar.message());
        bar.start(3, "SQLite");
        assert_eq!(bar.bar.position(), 0);
        bar.end();
    }
}
