//! What a verb is asked for.

use serde::Deserialize;
use std::path::PathBuf;

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
