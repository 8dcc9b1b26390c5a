//! Folders of migration tools, read into the kernel's [`History`](unmigrate_kernel::History).
//!
//! This crate knows where a tool keeps its migrations, in which order it applies them and where the rollback of each
//! belongs. It reads and never writes, and no text that it reads is executed: a config file in TypeScript is evaluated by
//! the caller's [`ConfigLoader`], and only where the folder itself does not say enough.

mod chain;
mod config;
mod discover;
mod drizzle;
mod folders;
mod journal;
pub mod next;
mod order;
mod package;
pub mod plain;
mod prisma;
mod problem;
mod provider;
pub mod psl;
mod read;
mod runner;
mod snapshot;
mod sniff;
mod source;
mod text;
mod tool;
pub mod tracking;
mod walk;

pub use chain::{Chain, Entry, Link, chain};
pub use discover::{Found, find};
pub use prisma::schema_files;
pub use problem::{Problem, Severity, pasted};
pub use read::read;
pub use snapshot::newest;
pub use source::{Context, Place, Source};
pub use tool::{Layout, Tool};

use std::path::{Path, PathBuf};

/// The config file of a tool in a project's folder, the one that the tool itself takes.
pub fn config_file(tool: Tool, project: &Path) -> Option<PathBuf> {
    config::files(project).into_iter().find(|(of, _)| *of == tool).map(|(_, file)| file)
}

/// Is there a config file of one of the tools in a project's folder?
pub fn has_config_file(project: &Path) -> bool {
    !config::files(project).is_empty()
}

/// Evaluates a config file in TypeScript or JavaScript. Node implements it; it is called only when the folders and the
/// SQL do not say where the migrations are or what they are written in.
pub trait ConfigLoader {
    /// The file's default export as plain JSON. What JSON cannot hold (functions, clients) is left out.
    ///
    /// # Errors
    /// What the evaluation said, for a person to read.
    fn load(&self, path: &Path) -> Result<serde_json::Value, String>;

    /// What runs the project's own modules; none where there is no JavaScript.
    fn modules(&self) -> Option<&dyn Modules> {
        None
    }
}

/// Runs modules of the project's own in TypeScript or JavaScript. Node implements it; any thread may ask.
pub trait Modules: Sync {
    /// One question and its answer, as `js/module.js` understands them.
    ///
    /// # Errors
    /// Where nobody answers, for a person to read. What a module throws is an answer.
    fn ask(&self, request: &serde_json::Value) -> Result<serde_json::Value, String>;
}

/// A loader for where there is no JavaScript: every config file is refused.
pub struct NoConfig;

impl ConfigLoader for NoConfig {
    fn load(&self, _: &Path) -> Result<serde_json::Value, String> {
        Err("config files in TypeScript or JavaScript can't be read here".into())
    }
}
