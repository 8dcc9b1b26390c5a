//! What could not be handled, said so that a person can act on it.

use serde::Serialize;
use std::path::{Component, Path, PathBuf};

/// How much a [`Problem`] weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A migration or a history has no rollback because of it, or its own tool would refuse to go on.
    Error,
    /// Good to know; nothing is missing because of it.
    Warning,
}

/// Something that could not be handled: what it is about, why, and what to do. As a result of its own it is an error;
/// in a report it stands beside what went well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A stable word, e.g. `unsupported-provider`; `unmigrate explain <code>` prints its page.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What and why, naming the file or the object, in a sentence or two.
    pub message: String,
    /// What to do, with the command where there is one.
    pub help: String,
    /// The file or folder it is about, relative to the working directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

impl Problem {
    /// An error about no file in particular.
    pub fn error(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Problem {
        Problem { code, severity: Severity::Error, message: message.into(), help: help.into(), path: None }
    }

    /// A warning about no file in particular.
    pub fn warning(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Problem {
        Problem { severity: Severity::Warning, ..Problem::error(code, message, help) }
    }

    /// The same, about this file or folder.
    pub fn at(mut self, path: impl Into<String>) -> Problem {
        self.path = Some(path.into());
        self
    }
}

/// A path as messages and JSON name it: relative to the working directory, with `/`. Absolute where the two have nothing
/// but the root in common.
pub fn shown(path: &Path, cwd: &Path) -> String {
    let text = relative(path, cwd).to_string_lossy().into_owned();
    let text = if text.is_empty() { ".".into() } else { text };
    if cfg!(windows) { text.replace('\\', "/") } else { text }
}

fn relative(path: &Path, cwd: &Path) -> PathBuf {
    if let Ok(below) = path.strip_prefix(cwd) {
        return below.to_path_buf();
    }
    let common = path.components().zip(cwd.components()).take_while(|(a, b)| a == b).map(|(a, _)| a);
    let (parts, named) = common.fold((0, false), |(n, named), c| (n + 1, named || matches!(c, Component::Normal(_))));
    if !named {
        return path.to_path_buf();
    }
    let up = cwd.components().skip(parts).map(|_| Component::ParentDir);
    up.chain(path.components().skip(parts)).collect()
}

/// A path below a folder that is named so.
pub fn below(shown: &str, path: &str) -> String {
    if shown == "." { path.to_owned() } else { format!("{shown}/{path}") }
}

/// A path as it can be pasted into a shell: quoted where it has to be.
pub fn pasted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+@%:".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::{pasted, shown};
    use std::path::Path;

    #[test]
    fn paths_as_people_type_them() {
        let from = |path: &str| shown(Path::new(path), Path::new("/repo/app"));
        assert_eq!(from("/repo/app/prisma/migrations"), "prisma/migrations");
        assert_eq!(from("/repo/app"), ".");
        assert_eq!(from("/repo/db/drizzle"), "../db/drizzle");
        assert_eq!(from("/tmp/x"), "/tmp/x");
    }

    #[test]
    fn paths_as_they_are_pasted() {
        assert_eq!(pasted("a/b_1.sql"), "a/b_1.sql");
        assert_eq!(pasted("it's here"), "'it'\\''s here'");
    }
}
