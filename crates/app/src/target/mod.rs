//! Which database: where its URL comes from, in the tool's own order, and what kind of database it is.
//!
//! | | first | then | then | last |
//! |---|---|---|---|---|
//! | Prisma 5, 6 | `--url` | the config's `datasource`: `directUrl`, `url` (6) | the schema's `directUrl`, `url` | `DATABASE_URL` |
//! | Prisma 7 | `--url` | the config's `datasource.url` | | `DATABASE_URL` |
//! | Drizzle | `--url` | the config's `dbCredentials` | | `DATABASE_URL` |
//!
//! A variable is looked up in the environment first, and then in the `.env` files that the tool itself reads: Prisma 5 and
//! 6, unless there is a config file: that of the package, then the first of those beside the schema, in `prisma/` and in
//! the working directory; Prisma 7: none; Drizzle: that of the working directory. No password is ever part of a message.

pub mod class;
mod dotenv;
mod drizzle;
mod prisma;
mod version;

pub use class::{Class, Facts, Marker, Protection};
pub(crate) use drizzle::without_secrets;
pub use unmigrate_engines::Secret;
pub use version::Versions;

use crate::Problem;
use std::path::{Path, PathBuf};
use unmigrate_engines::Failure;
use unmigrate_kernel::Dialect;
use unmigrate_sources::{ConfigLoader, Source, Tool};

/// Where to connect, and who said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The address.
    pub address: Address,
    /// The folder that a relative path of an SQLite file starts from.
    pub base: PathBuf,
    /// Who said so, for people: `DATABASE_URL in prisma/.env (prisma/schema.prisma:6)`.
    pub from: String,
}

/// An address as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A URL, or the path of an SQLite file.
    Url(Secret),
    /// Drizzle's `dbCredentials` as JSON, where it has no `url` of its own or an `ssl` beside it.
    Credentials(Secret),
}

impl Found {
    /// Where to connect.
    ///
    /// # Errors
    /// `invalid-url`: the address can't be read; it is not repeated.
    pub fn target(&self, dialect: Dialect) -> Result<unmigrate_engines::Target, Problem> {
        let read = match &self.address {
            Address::Url(url) => unmigrate_engines::Target::parse(url.expose(), &self.base),
            Address::Credentials(json) => serde_json::from_str(json.expose())
                .map_err(|_| Failure::new(unmigrate_engines::FailureKind::Unsupported, "dbCredentials is not JSON"))
                .and_then(|value| unmigrate_engines::Target::of_credentials(&value, dialect, &self.base)),
        };
        read.map_err(|failure| invalid_url(&self.from, &failure))
    }
}

/// An address that can't be read, and where it is written.
pub fn invalid_url(from: &str, failure: &Failure) -> Problem {
    let help = failure
        .hint
        .clone()
        .unwrap_or_else(|| "postgres://user@host:5432/database, mysql://.., file:./dev.db".to_owned());
    Problem::error("invalid-url", format!("{from} can't be used: {}", failure.message), help)
}

/// What looking needs of its surroundings.
pub struct Surroundings<'a> {
    /// Where relative paths start; absolute and real.
    pub cwd: &'a Path,
    /// A variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Evaluates config files.
    pub loader: &'a dyn ConfigLoader,
}

impl Surroundings<'_> {
    fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(self.cwd).unwrap_or(path);
        path.to_string_lossy().replace('\\', "/")
    }

    /// A variable of the environment that says something.
    fn set(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.trim().is_empty())
    }
}

/// The database of a folder of migrations.
///
/// # Errors
/// `no-url`: nothing names one; `unset-variable`: what names one is a variable that is set nowhere; `config-unreadable`;
/// `unsupported-driver`: Drizzle's config names a service that is not reached through a URL.
pub fn find(source: &Source, url: Option<&str>, around: &Surroundings) -> Result<Found, Problem> {
    if let Some(url) = url {
        return Ok(Found { address: url_of(url), base: around.cwd.to_path_buf(), from: "--url".into() });
    }
    let project = project_of(&source.dir, around.cwd);
    match source.tool {
        Tool::Prisma => prisma::find(source, &project, prisma::MIGRATED, around),
        Tool::Drizzle => drizzle::find(&project, around),
    }
}

/// All databases that a project's files and the usual variables name: those that the project uses. What can't be found
/// out is left out.
pub fn all(source: &Source, around: &Surroundings) -> Vec<Found> {
    let project = project_of(&source.dir, around.cwd);
    let of_files: Vec<Result<Found, Problem>> = match source.tool {
        Tool::Prisma => prisma::MIGRATED.iter().map(|key| prisma::find(source, &project, &[key], around)).collect(),
        Tool::Drizzle => vec![drizzle::find(&project, around)],
    };
    let usual = ["DATABASE_URL", "DIRECT_URL", "DIRECT_DATABASE_URL", "POSTGRES_URL", "MYSQL_URL"];
    let of_environment = usual.iter().filter_map(|name| {
        let from = format!("{name} in the environment");
        Some(Found { address: url_of(&around.set(name)?), base: around.cwd.to_path_buf(), from })
    });
    of_files.into_iter().flatten().chain(of_environment).collect()
}

/// The database that the project gave to Prisma for trying migrations out, if there is one.
pub fn shadow(source: &Source, around: &Surroundings) -> Option<Found> {
    let project = project_of(&source.dir, around.cwd);
    let prisma = source.tool == Tool::Prisma;
    prisma.then(|| prisma::find(source, &project, prisma::SHADOW, around).ok()).flatten()
}

/// The package that a folder belongs to: the nearest one above with a `package.json` or a config of a tool, not above the
/// working directory where the folder is below it.
pub(crate) fn project_of(dir: &Path, cwd: &Path) -> PathBuf {
    let is_project = |dir: &Path| dir.join("package.json").is_file() || unmigrate_sources::has_config_file(dir);
    let below = dir.starts_with(cwd);
    let mut above = dir.ancestors().skip(1).take_while(|dir| !below || dir.starts_with(cwd));
    above.find(|dir| is_project(dir)).unwrap_or(cwd).to_path_buf()
}

fn url_of(text: &str) -> Address {
    Address::Url(Secret::new(text.trim()))
}

/// `DATABASE_URL` of the environment, where the tool's own files name nothing.
fn from_environment(around: &Surroundings) -> Option<Found> {
    let url = around.set("DATABASE_URL")?;
    Some(Found {
        address: url_of(&url),
        base: around.cwd.to_path_buf(),
        from: "DATABASE_URL in the environment".into(),
    })
}

fn no_url(message: String) -> Problem {
    Problem::error("no-url", message, "name the database: --url <url>, or set DATABASE_URL")
}

fn unset(variable: &str, place: &str, looked: &[String]) -> Problem {
    let nowhere = match looked {
        [] => "not set in the environment".to_owned(),
        files => format!("set neither in the environment nor in {}", files.join(", ")),
    };
    Problem::error(
        "unset-variable",
        format!("{place} takes the database's URL from `{variable}`, which is {nowhere}"),
        format!("set {variable}, or name the database: --url <url>"),
    )
}

#[cfg(test)]
mod tests;
