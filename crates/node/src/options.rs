//! The options of `generate`, `status`, `check` and `verify`, as TypeScript sees them.

use napi_derive::napi;

/// Which histories are read, and how.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct Options {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folders, where their layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folders are not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The server that the rollback is for, e.g. `mysql-8.0`, `mariadb-10.11`; without it, SQL that is valid on all.
    pub server: Option<String>,
    /// Migration folders, instead of looking for them.
    pub dirs: Option<Vec<String>>,
    /// Only histories of packages with one of these names, or below one of these paths.
    pub project: Option<Vec<String>>,
    /// Only these migrations, by name. The whole history is still read.
    pub only: Option<Vec<String>>,
}

/// Which histories are read, and how far to go.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct GenerateOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folders, where their layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folders are not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The server that the rollback is for, e.g. `mysql-8.0`, `mariadb-10.11`; without it, SQL that is valid on all.
    pub server: Option<String>,
    /// Migration folders, instead of looking for them.
    pub dirs: Option<Vec<String>>,
    /// Only histories of packages with one of these names, or below one of these paths.
    pub project: Option<Vec<String>>,
    /// Only these migrations, by name. The whole history is still read.
    pub only: Option<Vec<String>>,
    /// Write nothing, and report what would be written.
    pub check: Option<bool>,
    /// Overwrite rollbacks that a person edited, too.
    pub force: Option<bool>,
    /// Write again what this version would write differently.
    pub rewrite_outdated: Option<bool>,
    /// Run statements that can't be read on a scratch database, so that their rollback is derived too.
    pub observe: Option<bool>,
    /// What to run on: `pglite`, in this process, or `server`; without it, the first of the usual order that is there.
    #[napi(ts_type = "'pglite' | 'server'")]
    pub engine: Option<String>,
    /// An empty database given away for this, or a server to make one on.
    pub scratch_url: Option<String>,
}

/// Which rollbacks are proven, and on what they run.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct VerifyOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folders, where their layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folders are not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The server that the rollbacks were written for, e.g. `mysql-8.0`, `mariadb-10.11`; without it, for all.
    pub server: Option<String>,
    /// Migration folders, instead of looking for them.
    pub dirs: Option<Vec<String>>,
    /// Only histories of packages with one of these names, or below one of these paths.
    pub project: Option<Vec<String>>,
    /// Only these migrations, by name. The whole history still runs up to the last of them.
    pub only: Option<Vec<String>>,
    /// Folders of up and down files that another runner reads.
    pub plain: Option<Vec<String>>,
    /// Only this many of each history, from its end.
    pub last: Option<u32>,
    /// Only migrations whose up or down file differs from this git commit, branch or tag.
    pub changed: Option<String>,
    /// What to run on, where the usual order is not to decide.
    #[napi(ts_type = "'pglite' | 'server'")]
    pub engine: Option<String>,
    /// An empty database that is given away for this, or a server to make one on.
    pub scratch_url: Option<String>,
    /// A database whose rows may be copied into the scratch database. It is only read.
    pub sample: Option<String>,
    /// Run everything, whatever the evidence of earlier runs says.
    pub fresh: Option<bool>,
}

/// Which migrations are checked, and how they are judged.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct CheckOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folders, where their layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folders are not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The server, e.g. `mysql-8.0`, `mariadb-10.11`; without it, all are thought of.
    pub server: Option<String>,
    /// Migration folders, instead of looking for them.
    pub dirs: Option<Vec<String>>,
    /// Only histories of packages with one of these names, or below one of these paths.
    pub project: Option<Vec<String>>,
    /// Only these migrations, by name. The whole history is still read.
    pub only: Option<Vec<String>>,
    /// Only migrations that changed since this branch left that git ref; empty: the default branch.
    pub changed: Option<String>,
    /// Every migration, whatever the configuration says of `changed`.
    pub every: Option<bool>,
    /// What runs the migrations, where the tool's own way is not meant.
    #[napi(ts_type = "'prisma' | 'drizzle' | 'd1' | 'libsql' | 'autocommit' | 'transaction'")]
    pub runner: Option<String>,
    /// Rules about taste, too.
    pub style: Option<bool>,
    /// A file of findings that are known and left out.
    pub baseline: Option<String>,
    /// Write what is found into the baseline.
    pub write_baseline: Option<bool>,
    /// What a rule's findings weigh, by its name.
    #[napi(ts_type = "Record<string, 'off' | 'note' | 'warning' | 'error'>")]
    pub rules: Option<std::collections::HashMap<String, String>>,
}
