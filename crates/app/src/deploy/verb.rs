//! `deploy` from a request: finds the folder, the database and its kind, and goes from there.

use super::prepare::{Wishes, prepare};
use super::refusal;
use super::report::DeployReport;
use super::run::{Running, run};
use crate::audit::Author;
use crate::execute::Patience;
use crate::site::{Around, Here, Sought, arrive};
use crate::target;
use crate::tool::{self, Call};
use crate::verify::Secret;
use crate::{Error, Problem};
use serde::Deserialize;
use std::path::PathBuf;
use unmigrate_engines::Database;
use unmigrate_sources::Tool;

/// Which database, and what deploys. In JSON every field but `cwd` may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct DeployRequest {
    /// Where paths start and where discovery begins. Absolute.
    pub cwd: PathBuf,
    /// `prisma` or `drizzle`, where the folder's own layout is not to decide.
    pub tool: Option<String>,
    /// `postgresql`, `cockroachdb`, `mysql` or `sqlite`, where the folder's own word is not to decide.
    pub dialect: Option<String>,
    /// The folder of migrations; empty: look for it. There must be one.
    pub dirs: Vec<PathBuf>,
    /// Of the histories found, the one of the package with this name, or below this path.
    pub project: Vec<String>,
    /// The database; none: as the tool itself finds it.
    pub url: Option<Secret>,
    /// Where the tool keeps its table, where no config says so.
    pub table: Option<String>,
    /// The command that deploys, in the working directory; empty: the tool's own.
    pub command: Vec<String>,
    /// Run the SQL here, and write the tool's rows.
    pub direct: bool,
    /// Keep what the migrations destroy; none: yes.
    pub archive: Option<bool>,
    /// Put back what earlier rollbacks of these migrations kept; none: yes.
    pub restore: Option<bool>,
    /// Show what would be done, and do nothing.
    pub dry_run: bool,
    /// The database's name: a yes, where it is protected.
    pub confirm: Option<String>,
    /// How long a transaction waits for locks that stop others, in milliseconds; at most 900.
    pub lock_timeout: Option<u64>,
    /// How long it is tried again, in seconds.
    pub retry: Option<u64>,
    /// A file for lines of JSON, beside the audit's table.
    pub audit: Option<PathBuf>,
}

/// Deploys to the database that the request or the tool's own files name.
///
/// # Errors
/// Where nothing was deployed: something stands in line, nobody said yes. What stopped in the middle is in the report.
pub fn deploy(request: &DeployRequest, around: Around) -> Result<DeployReport, Error> {
    request.sought().visit(around, None, |here, around, db| on(request, here, around, db))
}

/// The same on a session of the caller's: the command has to be given, or `direct`.
///
/// # Errors
/// As [`deploy`].
pub fn deploy_on(request: &DeployRequest, around: Around, db: &mut dyn Database) -> Result<DeployReport, Error> {
    request.sought().visit(around, Some(db), |here, around, db| on(request, here, around, db))
}

fn on(request: &DeployRequest, here: &Here, around: Around, db: &mut dyn Database) -> Result<DeployReport, Error> {
    let (surroundings, cwd) = (here.surroundings(&around), here.cwd);
    let call = if request.direct { None } else { Some(request.call(here)?) };
    let running = Running {
        dry_run: request.dry_run,
        confirm: request.confirm.clone(),
        call,
        restore: request.restore.unwrap_or(true),
        ask: around.ask,
        watch: around.watch,
        patience: Patience::asked(request.lock_timeout, request.retry),
        author: Author::of(cwd, around.variable),
        audit_file: request.audit.as_ref().map(|path| cwd.join(path)),
    };
    let wishes = Wishes { archive: request.archive.unwrap_or(true), direct: request.direct };
    arrive(&request.sought(), here, &surroundings, db, |db, scene| {
        let prepared = prepare(db, scene, wishes)?;
        run(db, scene, &prepared, running)
    })
}

impl DeployRequest {
    /// What deploys: the user's own command, else the tool's.
    fn call(&self, here: &Here) -> Result<Call, Problem> {
        let (source, cwd) = (here.source, here.cwd);
        if let [program, args @ ..] = self.command.as_slice() {
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let call = Call::new(program, cwd).args(&args);
            // Where the command deploys to is its own affair; a URL goes to it through the environment alone.
            return Ok(match &self.url {
                Some(url) => call.variable("DATABASE_URL", url.expose()),
                None => call,
            });
        }
        if self.url.is_some() || here.to.is_none() {
            return Err(refusal::other_url());
        }
        let project = target::project_of(&source.dir, cwd);
        let call = match source.tool {
            Tool::Prisma => tool::prisma(&project).map(|call| call.args(&["migrate", "deploy"])),
            Tool::Drizzle => tool::drizzle(&project).map(|call| call.args(&["migrate"])),
        };
        call.ok_or_else(|| refusal::no_tool(source.tool))
    }

    fn sought(&self) -> Sought<'_> {
        Sought {
            cwd: &self.cwd,
            tool: self.tool.as_deref(),
            dialect: self.dialect.as_deref(),
            dirs: &self.dirs,
            project: &self.project,
            url: self.url.as_ref(),
            table: self.table.as_deref(),
        }
    }
}
