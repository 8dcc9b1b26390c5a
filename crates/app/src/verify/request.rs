//! What `verify` is asked for.

use crate::Request;
use serde::Deserialize;
use std::path::PathBuf;
use unmigrate_engines::Secret;

/// Which rollbacks, and on what they run. In JSON every field but `cwd` may be left out. The first seven are those of
/// [`Request`]; what only writing needs (`force`, `check`) is refused here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct VerifyRequest {
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
    /// Migrations by name; empty: all. The whole history still runs up to the last of them.
    pub only: Vec<String>,
    /// The server that the rollbacks were written for, e.g. `mysql-8.0`, `mariadb-10.11`; none: for all.
    pub server: Option<String>,
    /// Folders of up and down files that another runner reads: histories without a tool. Read beside `dirs`; where there
    /// is one and `dirs` is empty, nothing else is looked for.
    pub plain: Vec<PathBuf>,
    /// Only this many of each history, from its end; none: all.
    pub last: Option<usize>,
    /// Only migrations whose up or down file differs from this git commit, branch or tag; none: all.
    pub changed: Option<String>,
    /// What to run on: `pglite` in process, or `server`; none: the first of the usual order that is there.
    pub engine: Option<String>,
    /// An empty database, or a server to make one on, that the user gave away for this.
    pub scratch_url: Option<Secret>,
    /// A database whose rows may be copied into the scratch database. It is only read.
    pub sample: Option<Secret>,
    /// How many rows of each of its tables are copied, beside those that they refer to; none: 20. At most 1000.
    pub sample_rows: Option<usize>,
    /// Run everything, whatever the evidence of earlier runs says.
    pub fresh: bool,
}

impl VerifyRequest {
    /// What the other verbs are asked for over the same histories: nothing is written by it.
    pub fn reading(&self) -> Request {
        Request {
            cwd: self.cwd.clone(),
            tool: self.tool.clone(),
            dialect: self.dialect.clone(),
            dirs: self.dirs.clone(),
            project: self.project.clone(),
            only: self.only.clone(),
            server: self.server.clone(),
            check: true,
            ..Request::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn from_the_options_of_javascript() {
        let options = json!({
            "cwd": "/app", "dirs": ["drizzle"], "only": ["0001_a"], "last": 3, "changed": "main", "fresh": true,
            "scratchUrl": "postgres://me:secret@localhost/scratch",
        });
        let request: VerifyRequest = serde_json::from_value(options).unwrap();
        assert_eq!((request.last, request.changed.as_deref(), request.fresh), (Some(3), Some("main"), true));
        assert_eq!(request.scratch_url.as_ref().map(Secret::expose), Some("postgres://me:secret@localhost/scratch"));
        let reading = request.reading();
        assert_eq!((reading.dirs, reading.only, reading.check), (request.dirs, request.only, true));
    }

    #[test]
    fn what_it_does_not_know_is_refused() {
        for option in ["force", "check", "rewriteOutdated", "scratch_url", "lsat"] {
            let error = serde_json::from_value::<VerifyRequest>(json!({ option: null })).unwrap_err().to_string();
            assert!(error.contains(&format!("unknown field `{option}`")), "{error}");
        }
    }

    #[test]
    fn a_url_is_never_printed() {
        let url = "mysql://root:hunter2@db.example/x";
        let request = VerifyRequest {
            scratch_url: Some(Secret::new(url)),
            sample: Some(Secret::new(url)),
            ..VerifyRequest::default()
        };
        let printed = format!("{request:?}");
        assert!(!printed.contains("hunter2") && !printed.contains("db.example"), "{printed}");
        let error = serde_json::from_value::<Secret>(json!([url])).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}
