//! A project in a temporary folder, and what is found in it.
#![allow(dead_code)] // each test binary uses its part

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use unmigrate_kernel::Dialect;
use unmigrate_sources::{ConfigLoader, Context, Found, Problem, Tool, find};

pub struct Project {
    dir: TempDir,
    pub tool: Option<Tool>,
    pub dialect: Option<Dialect>,
    pub config: Config,
}

/// Answers every config file with the same JSON, and counts.
#[derive(Default)]
pub struct Config {
    pub answer: Option<serde_json::Value>,
    pub asked: Cell<usize>,
}

impl ConfigLoader for Config {
    fn load(&self, _: &Path) -> Result<serde_json::Value, String> {
        self.asked.set(self.asked.get() + 1);
        self.answer.clone().ok_or_else(|| "SyntaxError: Unexpected token".into())
    }
}

impl Project {
    pub fn new(files: &[(&str, &str)]) -> Project {
        let project = Project { dir: TempDir::new().unwrap(), tool: None, dialect: None, config: Config::default() };
        files.iter().for_each(|(path, text)| project.write(path, text));
        project
    }

    pub fn root(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn find(&self) -> Result<Found, Problem> {
        self.find_in(&[], &[])
    }

    pub fn dir(&self, dir: &str) -> Found {
        self.find_in(&[dir], &[]).unwrap()
    }

    pub fn find_in(&self, dirs: &[&str], projects: &[&str]) -> Result<Found, Problem> {
        let cwd = self.root();
        let context = Context { cwd: &cwd, tool: self.tool, dialect: self.dialect, server: None, loader: &self.config };
        let dirs: Vec<PathBuf> = dirs.iter().map(PathBuf::from).collect();
        let projects: Vec<String> = projects.iter().map(ToString::to_string).collect();
        find(&dirs, &projects, &context)
    }
}

/// A journal of these tags.
pub fn journal(dialect: &str, tags: &[&str]) -> String {
    let entries: Vec<_> = tags
        .iter()
        .enumerate()
        .map(|(idx, tag)| serde_json::json!({ "idx": idx, "version": "7", "when": idx, "tag": tag, "breakpoints": true }))
        .collect();
    serde_json::json!({ "version": "7", "dialect": dialect, "entries": entries }).to_string()
}

/// `tool dialect dir: migrations`, one line per history.
pub fn outline(found: &Found) -> Vec<String> {
    let line = |s: &unmigrate_sources::Source| {
        let names: Vec<_> = s.history.migrations.iter().map(|m| m.name.as_str()).collect();
        format!("{} {} {}: {}", s.tool.word(), s.history.dialect.word(), s.shown, names.join(" "))
    };
    found.sources.iter().map(line).collect()
}

/// The codes of all problems, those of the histories included.
pub fn codes(found: &Found) -> Vec<&'static str> {
    problems(found).iter().map(|p| p.code).collect()
}

pub fn problems(found: &Found) -> Vec<&Problem> {
    found.problems.iter().chain(found.sources.iter().flat_map(|s| &s.problems)).collect()
}
