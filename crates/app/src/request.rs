//! What a verb is asked for.

use crate::Problem;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use unmigrate_kernel::Dialect;
use unmigrate_sources::{ConfigLoader, Context, Tool};

/// Which histories, which migrations, and how far to go. In JSON every field but `cwd` may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Request {
    /// Where paths start and where discovery begins. Absolute.
    pub cwd: PathBuf,
    /// `prisma` or `drizzle`, where the folder's own layout is not to decide.
    pub tool: Option<String>,
    /// `postgresql`, `cockroachdb`, `mysql` or `sqlite`, where the folder's own word is not to decide.
    pub dialect: Option<String>,
    /// Migration folders to read; empty: look for them.
    pub dirs: Vec<PathBuf>,
    /// Of the histories found, those of packages with this name, or below this path; empty: all.
    pub project: Vec<String>,
    /// Migrations by name; empty: all. The whole history is still read.
    pub only: Vec<String>,
    /// Overwrite what a person edited, too.
    pub force: bool,
    /// Write nothing, report what would be written.
    pub check: bool,
    /// Write anew what a newer unmigrate would write otherwise.
    pub rewrite_outdated: bool,
    /// The server the SQL must be valid on, e.g. `mysql-8.0`, `mariadb-10.11`; none: on all.
    pub server: Option<String>,
}

impl Request {
    /// The working directory, its links followed, so that paths below it are seen to be.
    pub(crate) fn real_cwd(&self) -> Result<PathBuf, Problem> {
        dunce::canonicalize(&self.cwd).map_err(|why| {
            let message = format!("the working directory `{}` can't be read: {why}", self.cwd.display());
            Problem::error("no-such-folder", message, "run it in a folder that exists")
        })
    }

    /// What folders are read with.
    pub(crate) fn context<'a>(&'a self, cwd: &'a Path, loader: &'a dyn ConfigLoader) -> Result<Context<'a>, Problem> {
        let tool = self.tool.as_deref().map(|word| Tool::from_word(word).ok_or_else(|| unknown_tool(word)));
        let dialect = self.dialect.as_deref().map(|word| Dialect::from_word(word).ok_or_else(|| unknown_dialect(word)));
        Ok(Context {
            cwd,
            tool: tool.transpose()?,
            dialect: dialect.transpose()?,
            server: self.server.as_deref(),
            loader,
        })
    }
}

fn unknown_tool(word: &str) -> Problem {
    Problem::error("unknown-tool", format!("`{word}` is not a tool that unmigrate reads"), "use prisma or drizzle")
}

/// A word that means no dialect that we know.
pub(crate) fn unknown_dialect(word: &str) -> Problem {
    Problem::error(
        "unknown-dialect",
        format!("`{word}` is not a dialect that unmigrate knows"),
        "use one of postgresql, cockroachdb, mysql, sqlite",
    )
}
