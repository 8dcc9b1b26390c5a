//! What a command line needs to know of its surroundings.

use std::fmt;
use std::io::{self, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

/// The surroundings of one run.
#[derive(Debug, Clone, Default)]
pub struct Env {
    /// Where paths start. Absolute.
    pub cwd: PathBuf,
    /// Someone may be typing.
    pub stdin_is_tty: bool,
    /// Data goes to a terminal.
    pub stdout_is_tty: bool,
    /// Talk goes to a terminal.
    pub stderr_is_tty: bool,
    /// `NO_COLOR` is set to something, or the terminal knows no colours.
    pub no_color: bool,
    /// `FORCE_COLOR` or `CLICOLOR_FORCE` asks for colours though there is no terminal.
    pub force_color: bool,
    /// The terminal's width, where there is one.
    pub columns: Option<usize>,
    /// The environment variables.
    pub variables: Variables,
}

/// Where environment variables are looked up. They are not kept: among them are passwords.
#[derive(Clone, Copy)]
pub struct Variables(fn(&str) -> Option<String>);

impl Variables {
    /// Looks them up so.
    pub fn new(lookup: fn(&str) -> Option<String>) -> Variables {
        Variables(lookup)
    }

    /// The variable, where it is set to something that is text.
    pub fn get(self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }
}

impl Default for Variables {
    /// None is set.
    fn default() -> Variables {
        Variables(|_| None)
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Variables(..)")
    }
}

impl Env {
    /// The surroundings of this process.
    ///
    /// # Errors
    /// Where the working directory is gone.
    pub fn of_process() -> io::Result<Env> {
        let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty() && v != "0");
        let stdout_is_tty = io::stdout().is_terminal();
        Ok(Env {
            cwd: std::env::current_dir()?,
            stdin_is_tty: io::stdin().is_terminal(),
            stdout_is_tty,
            stderr_is_tty: io::stderr().is_terminal(),
            no_color: std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
                || std::env::var_os("TERM").is_some_and(|v| v == "dumb"),
            force_color: set("FORCE_COLOR") || set("CLICOLOR_FORCE"),
            columns: terminal_size::terminal_size().map(|(width, _)| width.0.into()),
            variables: Variables::new(variable_of_process),
        })
    }

    /// Data is coloured.
    pub fn colors_out(&self) -> bool {
        !self.no_color && (self.force_color || self.stdout_is_tty)
    }

    /// Talk is coloured.
    pub fn colors_err(&self) -> bool {
        !self.no_color && (self.force_color || self.stderr_is_tty)
    }
}

/// A variable of this process. Some systems panic at a name that no variable can have.
fn variable_of_process(name: &str) -> Option<String> {
    let possible = !name.is_empty() && !name.contains(['=', '\0']);
    possible.then(|| std::env::var(name).ok()).flatten()
}

/// A stream of this process that waits where the other end is slow: Node makes pipes non-blocking, for every process
/// that shares them, and a plain `write_all` would give up there.
pub struct Patient<S>(pub S);

impl<S> Patient<S> {
    fn insist<T>(&mut self, mut step: impl FnMut(&mut S) -> io::Result<T>) -> io::Result<T> {
        loop {
            match step(&mut self.0) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => sleep(Duration::from_millis(1)),
                done => return done,
            }
        }
    }
}

impl<W: Write> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.insist(|s| s.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.insist(Write::flush)
    }
}

impl<R: Read> Read for Patient<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.insist(|s| s.read(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Refuses every second write, as a full pipe does.
    struct Slow(Vec<u8>, bool);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.0.push(bytes[0]);
            Ok(1)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_pipe_is_waited_for() {
        let mut out = Patient(Slow(vec![], false));
        out.write_all(b"whole").unwrap();
        assert_eq!(out.0.0, b"whole");
    }

    #[test]
    fn no_color_wins_over_a_terminal_and_over_force() {
        let env = Env { stdout_is_tty: true, ..Env::default() };
        assert!(env.colors_out() && !env.colors_err());
        let env = Env { no_color: true, force_color: true, ..env };
        assert!(!env.colors_out());
    }
}
