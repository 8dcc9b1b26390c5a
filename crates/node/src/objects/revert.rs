//! What `revert` gives, field by field what `--json` prints.

use super::{Note, Problem, all};
use napi_derive::napi;
use unmigrate_app::revert as app;

/// A migration that takes others back: what `revert` gives.
#[napi(object)]
pub struct RevertReport {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// The tool that wrote the folder.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: String,
    /// The folder, relative to the working directory.
    pub dir: String,
    /// The new migration's name.
    pub name: String,
    /// The migrations that it takes back, newest first.
    pub reverts: Vec<String>,
    /// Its files, relative to the working directory.
    pub files: Vec<String>,
    /// The text of its SQL.
    pub sql: String,
    /// The files were written.
    pub written: bool,
    /// What is lost, refused or left when it runs.
    pub notes: Vec<Note>,
    /// What has to be done beside it so that the tool sees no drift: a sentence each.
    pub next: Vec<String>,
    /// What is good to know.
    pub problems: Vec<Problem>,
}

impl From<app::RevertReport> for RevertReport {
    fn from(it: app::RevertReport) -> RevertReport {
        RevertReport {
            version: it.version,
            tool: it.tool.into(),
            dir: it.dir,
            name: it.name,
            reverts: it.reverts,
            files: it.files,
            sql: it.sql,
            written: it.written,
            notes: all(it.notes),
            next: it.next,
            problems: all(it.problems),
        }
    }
}
