//! What `revert` returns: the JSON contract, version 1.

use crate::Problem;
use crate::report::NoteReport;
use serde::Serialize;

/// A migration that was written, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RevertReport {
    /// Of the contract: 1. Fields are only ever added within a version.
    pub version: u32,
    /// `prisma` or `drizzle`.
    pub tool: &'static str,
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
    pub notes: Vec<NoteReport>,
    /// What has to be done beside it so that the tool sees no drift: a sentence each.
    pub next: Vec<String>,
    /// What is good to know.
    pub problems: Vec<Problem>,
}
