//! What `init` gives, field by field what `--json` prints.

use super::{Problem, all};
use napi_derive::napi;
use unmigrate_app::init as app;

/// What `init` did.
#[napi(object)]
pub struct InitReport {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// Nothing was written.
    pub dry_run: bool,
    /// In the order in which they were looked at.
    pub files: Vec<InitFile>,
    /// What is left for a person.
    pub problems: Vec<Problem>,
}

/// One file that `init` looked at.
#[napi(object)]
pub struct InitFile {
    /// Relative to the working directory.
    pub path: String,
    /// What became of it: `left` is there, and adding to it safely is not possible.
    #[napi(ts_type = "'created' | 'edited' | 'unchanged' | 'left'")]
    pub change: String,
    /// What was added, one thing each; or why nothing was.
    pub what: Vec<String>,
    /// Lines for a person to add, where the file was left.
    pub add: Option<String>,
    /// Its whole new text; not there where it stays as it is.
    pub text: Option<String>,
}

impl From<app::InitReport> for InitReport {
    fn from(it: app::InitReport) -> InitReport {
        InitReport { version: it.version, dry_run: it.dry_run, files: all(it.files), problems: all(it.problems) }
    }
}

impl From<app::InitFile> for InitFile {
    fn from(it: app::InitFile) -> InitFile {
        let change = match it.change {
            app::Change::Created => "created",
            app::Change::Edited => "edited",
            app::Change::Unchanged => "unchanged",
            app::Change::Left => "left",
        };
        InitFile { path: it.path, change: change.into(), what: it.what, add: it.add, text: it.text }
    }
}
