//! One run of a process.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use unmigrate_engines::Secret;

/// What is to be run.
#[derive(Debug, Clone)]
pub struct Call {
    program: OsString,
    args: Vec<OsString>,
    cwd: PathBuf,
    variables: Vec<(String, Secret)>,
}

/// What it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// It exited with 0.
    pub ok: bool,
    /// What it wrote to stdout, without colours.
    pub out: String,
    /// What it wrote to stderr, without colours.
    pub err: String,
}

impl Call {
    /// A program, in a folder.
    pub fn new(program: impl Into<OsString>, cwd: &Path) -> Call {
        Call { program: program.into(), args: vec![], cwd: cwd.to_owned(), variables: vec![] }
    }

    /// With one more argument: never a URL, which process lists would show.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Call {
        self.args.push(arg.into());
        self
    }

    /// With more arguments.
    #[must_use]
    pub fn args(mut self, args: &[&str]) -> Call {
        self.args.extend(args.iter().map(OsString::from));
        self
    }

    /// With a variable of the environment, beside those of this process.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Call {
        self.variables.push((name.to_owned(), Secret::new(value)));
        self
    }

    /// Runs it to its end. It can ask nothing: there is nobody at its other end.
    ///
    /// # Errors
    /// It can't be started.
    pub fn run(&self) -> io::Result<Said> {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(&self.cwd).stdin(Stdio::null());
        command.env("NO_COLOR", "1").env("PRISMA_HIDE_UPDATE_MESSAGE", "1").env("CHECKPOINT_DISABLE", "1");
        command.envs(self.variables.iter().map(|(name, value)| (name, value.expose())));
        let output = command.output()?;
        let text = |bytes: &[u8]| plain(&String::from_utf8_lossy(bytes));
        Ok(Said { ok: output.status.success(), out: text(&output.stdout), err: text(&output.stderr) })
    }
}

impl Said {
    /// A line of what it said.
    pub fn has(&self, line: &str) -> bool {
        self.out.lines().chain(self.err.lines()).any(|said| said.trim() == line)
    }

    /// All of it, without words that may hold a password.
    pub fn all(&self) -> String {
        let line = |line: &str| {
            let safe =
                line.split(' ').map(|word| if word.contains("://") && word.contains('@') { "***" } else { word });
            safe.collect::<Vec<_>>().join(" ")
        };
        let lines: Vec<String> = self.out.lines().chain(self.err.lines()).map(line).collect();
        lines.join("\n")
    }

    /// Why it failed, for a message: the first lines that tell, without what may be a password.
    pub fn why(&self) -> String {
        let tells = |line: &&str| !line.trim().is_empty() && !line.starts_with("Loaded Prisma config");
        let from = |text: &str| {
            let lines: Vec<&str> = text.lines().filter(tells).collect();
            let at = lines.iter().position(|line| line.contains("Error")).unwrap_or(0);
            lines[at..].iter().take(4).map(|line| line.trim()).collect::<Vec<_>>().join(" ")
        };
        let said = from(&self.err);
        let said = if said.contains("Error") || self.out.trim().is_empty() { said } else { from(&self.out) };
        crate::target::without_secrets(&said)
    }
}

/// Without the terminal's control sequences.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            out.push(c);
            continue;
        }
        // `ESC [ .. m`
        if chars.next() == Some('[') {
            chars.by_ref().find(|c| c.is_ascii_alphabetic());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said() {
        assert_eq!(plain("\u{1b}[1m\u{1b}[31mError\u{1b}[39m: x"), "Error: x");
        let said = Said {
            ok: false,
            out: "Migration x marked as applied.\n".into(),
            err: "Loaded Prisma config from a\n\nError: P1001\n\nno postgres://u:hunter2@h/d there\n".into(),
        };
        assert!(said.has("Migration x marked as applied.") && !said.has("Migration x marked"));
        assert!(said.why().starts_with("Error: P1001 no ") && !said.why().contains("hunter2"), "{}", said.why());
    }

    #[cfg(unix)]
    #[test]
    fn a_process() {
        let call = Call::new("/bin/sh", Path::new("/")).args(&["-c", "echo $SECRET; pwd >&2; exit 3"]);
        let said = call.variable("SECRET", "hunter2").run().unwrap();
        assert_eq!(said, Said { ok: false, out: "hunter2\n".into(), err: "/\n".into() });
        assert!(!format!("{:?}", Call::new("x", Path::new("/")).variable("A", "hunter2")).contains("hunter2"));
    }
}
