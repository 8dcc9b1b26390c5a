//! The words that the command line knows.

mod gate;
mod phases;
mod site;

pub use gate::{CheckArgs, CompatArgs, InitArgs};
pub use phases::{BackfillArgs, ContractArgs, ExpandArgs, PlanArgs};
pub use site::{ArchiveArgs, ArchiveVerb, DeployArgs, DoctorArgs, KeptArgs, ResolveArgs, RevertArgs, RollbackArgs};

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default())
    .placeholder(AnsiColor::Cyan.on_default().dimmed());

/// The way back for Prisma and Drizzle migrations.
#[derive(Debug, Parser)]
#[command(name = "unmigrate", bin_name = "unmigrate", version, styles = STYLES, disable_help_subcommand = true)]
#[command(about = "The way back for Prisma and Drizzle migrations")]
#[command(after_help = "\
                        Without a command: status. Exit codes: 0 all is well, 1 something for you to decide or fix, \
                        2 it failed.\n`unmigrate explain <word>` has a page for every word in the output.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Option<Verb>,
    /// How to say it.
    #[command(flatten)]
    pub format: FormatArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show what every rollback gives back and how its file stands; writes nothing
    Status(StatusArgs),
    /// Write the rollback of every migration beside it
    Generate(GenerateArgs),
    /// Tell what migrations will do in production, and what is wrong with the history and its rollbacks
    Check(CheckArgs),
    /// Tell which clients break: those built from the schema of an older commit
    Compat(CompatArgs),
    /// Prove every rollback on a scratch database, with rows in the tables
    Verify(VerifyArgs),
    /// Undo migrations on a real database: says what would be lost, asks, runs it, and keeps the tool's table right
    Rollback(RollbackArgs),
    /// Find what a deploy left half done, and what is wrong with the tool's table; --fix mends it
    Doctor(DoctorArgs),
    /// Write a new migration that takes the last ones back, out of their proven rollbacks
    Revert(RevertArgs),
    /// Add npm scripts and a GitHub workflow, or with --hook a hook before each commit; changes nothing that is there
    Init(InitArgs),
    /// Tell the tool what is true: migrations whose SQL ran by hand are applied, or were taken back
    Resolve(ResolveArgs),
    /// Run the tool's own deploy, and keep what the migrations destroy
    Deploy(DeployArgs),
    /// List, put back or throw away what was kept of what migrations and rollbacks took away
    Archive(ArchiveArgs),
    /// Turn a breaking migration into phases that old and new versions of the application both live with
    Expand(ExpandArgs),
    /// Fill the rows that were there before an expanded migration, in batches; may be cut off and run again
    Backfill(BackfillArgs),
    /// Write the migration that ends an expanded one, when nothing needs the old shape any more
    Contract(ContractArgs),
    /// Show what an expanded migration needs, release by release; writes nothing
    Plan(PlanArgs),
    /// Show how a piece of SQL is undone, without any file
    Inspect(InspectArgs),
    /// Print the page of a grade, a note, a state or an error code
    Explain(ExplainArgs),
}

/// `--format` and its short form.
#[derive(Debug, Args)]
pub struct FormatArgs {
    /// How the result is written
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = Format::Human,
        value_name = "human|json|github|..",
        hide_possible_values = true,
        hide_default_value = true
    )]
    format: Format,
    /// The same as --format json
    #[arg(long, global = true)]
    json: bool,
}

impl FormatArgs {
    /// What was chosen.
    pub fn chosen(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    // For people.
    Human,
    // For programs: versioned, and the same objects that the JavaScript functions return.
    Json,
    // For a GitHub workflow: annotations on the lines. `verify` and `check` have them.
    Github,
    // For GitLab's code quality report. These are `check`'s alone.
    Gitlab,
    // For code scanning: SARIF 2.1.0.
    Sarif,
    // For test reports.
    Junit,
    // For a comment on a pull request.
    Markdown,
}

impl Format {
    /// The word of the flag.
    pub fn word(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Json => "json",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Markdown => "markdown",
        }
    }
}

/// Which histories, and how to read them.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Which migrations")]
pub struct Selection {
    /// Migrations by name; without one, all
    #[arg(value_name = "MIGRATION")]
    pub names: Vec<String>,
    /// Only histories of packages with this name, or below this path
    #[arg(long, value_name = "NAME|PATH")]
    pub project: Vec<String>,
    /// A migration folder, instead of looking for them
    #[arg(long, value_name = "PATH")]
    pub dir: Vec<PathBuf>,
    /// The tool that wrote the folder: prisma, drizzle
    #[arg(long)]
    pub tool: Option<String>,
    /// The dialect of the SQL: postgresql, mysql, sqlite, cockroachdb
    #[arg(long)]
    pub dialect: Option<String>,
    /// The server that the rollback is for, e.g. mysql-8.0, mysql-5.7, mariadb-10.11
    #[arg(long)]
    pub server: Option<String>,
}

/// `generate`
#[derive(Debug, Args)]
pub struct GenerateArgs {
    #[command(flatten)]
    pub selection: Selection,
    /// Write nothing; exit 1 where something would be written
    #[arg(long)]
    pub check: bool,
    /// Overwrite rollbacks that a person edited, too
    #[arg(long)]
    pub force: bool,
    /// Write again what this version of unmigrate would write differently
    #[arg(long)]
    pub outdated: bool,
    /// Run statements that can't be read on a scratch database, so that their rollback is derived too
    #[arg(long)]
    pub observe: bool,
    #[command(flatten)]
    pub scratch: ScratchArgs,
}

/// `inspect`
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// A file of SQL; without one, or with -, standard input
    pub file: Option<PathBuf>,
    /// The dialect of the SQL: postgresql, mysql, sqlite, cockroachdb
    #[arg(long)]
    pub dialect: String,
    /// A file of SQL that makes the schema which the SQL meets
    #[arg(long, value_name = "FILE")]
    pub before: Option<PathBuf>,
}

/// `explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// lossy, may-refuse, stale, a rule, an error code, ...
    #[arg(required = true)]
    pub word: Vec<String>,
}

/// On what unmigrate runs migrations to see what they do.
#[derive(Debug, Default, Args)]
pub struct ScratchArgs {
    /// What to run on: pglite, in this process, or server
    #[arg(long, value_name = "ENGINE", help_heading = "On which database")]
    pub engine: Option<String>,
    /// An empty database given away for this, or a server to make one on. Process lists show it: where it holds a
    /// password, use --scratch-url-env, or set UNMIGRATE_SCRATCH_URL
    #[arg(long, value_name = "URL", help_heading = "On which database")]
    pub scratch_url: Option<String>,
    /// The same, from the environment variable NAME
    #[arg(long, value_name = "NAME", help_heading = "On which database", conflicts_with = "scratch_url")]
    pub scratch_url_env: Option<String>,
}

/// `verify`
#[derive(Debug, Default, Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    pub selection: Selection,
    /// Only the last N migrations of each history
    #[arg(long, value_name = "N", help_heading = "Which migrations", value_parser = clap::value_parser!(u32).range(1..))]
    pub last: Option<u32>,
    /// Only migrations that differ from this git commit, branch or tag
    #[arg(long, value_name = "GIT REF", help_heading = "Which migrations")]
    pub changed: Option<String>,
    /// A folder of another runner's up and down files
    #[arg(long, value_name = "FOLDER", help_heading = "Which migrations")]
    pub plain: Vec<PathBuf>,
    /// Run what earlier runs have proven, too
    #[arg(long, help_heading = "Which migrations")]
    pub fresh: bool,
    #[command(flatten)]
    pub scratch: ScratchArgs,
    /// A database to copy some rows from into the scratch database, beside the made ones; it is only read. Process lists
    /// show it: where it holds a password, use --sample-env
    #[arg(long, value_name = "URL", help_heading = "With which rows")]
    pub sample: Option<String>,
    /// The same, from the environment variable NAME
    #[arg(long, value_name = "NAME", help_heading = "With which rows", conflicts_with = "sample")]
    pub sample_env: Option<String>,
    /// How many rows of each of its tables, beside those that they refer to: 20 without it
    #[arg(long, value_name = "N", help_heading = "With which rows", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub sample_rows: Option<u32>,
    /// List every migration, the proven ones too
    #[arg(long, help_heading = None::<&str>)]
    pub all: bool,
    /// Write a page that shows every rollback and its verdict, too
    #[arg(long, value_name = "FILE", help_heading = None::<&str>)]
    pub html: Option<PathBuf>,
}

/// `status`
#[derive(Debug, Default, Args)]
pub struct StatusArgs {
    #[command(flatten)]
    pub selection: Selection,
    /// List every migration with all of its notes
    #[arg(long)]
    pub all: bool,
    /// Show how the database stands to the files, too: the one that the tool's own config, .env or environment names
    #[arg(long, help_heading = "On which database")]
    pub db: bool,
    /// The same, of this database. Process lists show it: where it holds a password, use --url-env
    #[arg(long, value_name = "URL", help_heading = "On which database")]
    pub url: Option<String>,
    /// The same, from the environment variable NAME
    #[arg(long, value_name = "NAME", help_heading = "On which database", conflicts_with = "url")]
    pub url_env: Option<String>,
    /// Where the tool keeps its table, where no config says so
    #[arg(long, value_name = "[SCHEMA.]TABLE", help_heading = "On which database")]
    pub table: Option<String>,
}

/// Which histories, where no migration is named.
#[derive(Debug, Default, Args)]
pub struct HistoryArgs {
    /// The history of the package with this name, or below this path, where there are several
    #[arg(long, value_name = "NAME|PATH", help_heading = "Which migrations")]
    pub project: Vec<String>,
    /// The migration folder, instead of looking for it
    #[arg(long, value_name = "PATH", help_heading = "Which migrations")]
    pub dir: Vec<PathBuf>,
    /// The tool that wrote the folder: prisma, drizzle
    #[arg(long, help_heading = "Which migrations")]
    pub tool: Option<String>,
    /// The dialect of the SQL: postgresql, mysql, sqlite, cockroachdb
    #[arg(long, help_heading = "Which migrations")]
    pub dialect: Option<String>,
}

/// How it goes about the locks that it takes.
#[derive(Debug, Default, Args)]
pub struct LockArgs {
    /// How long a transaction waits for a lock that stops others, in milliseconds: at most 900, and 500 without it
    #[arg(long, value_name = "MS", help_heading = "How it is run", value_parser = clap::value_parser!(u64).range(1..=900))]
    pub lock_timeout: Option<u64>,
    /// For how long it is tried again, in seconds: 60 without it
    #[arg(long, value_name = "SECONDS", help_heading = "How it is run")]
    pub retry: Option<u64>,
}

/// Whether what is taken away is kept.
#[derive(Debug, Default, Args)]
pub struct KeepArgs {
    /// Keep what is taken away in tables of ours; the default where the database is protected
    #[arg(long, help_heading = "What is done", conflicts_with = "no_archive")]
    pub archive: bool,
    /// Keep nothing
    #[arg(long, help_heading = "What is done")]
    pub no_archive: bool,
}

impl KeepArgs {
    /// None where the kind of database decides.
    pub fn wish(&self) -> Option<bool> {
        match (self.archive, self.no_archive) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    }
}

/// Which database.
#[derive(Debug, Default, Args)]
pub struct DatabaseArgs {
    /// The database; without it, the one that the tool's own config, .env or environment names. Process lists show it:
    /// where it holds a password, use --url-env
    #[arg(long, value_name = "URL", help_heading = "On which database")]
    pub url: Option<String>,
    /// The same, from the environment variable NAME
    #[arg(long, value_name = "NAME", help_heading = "On which database", conflicts_with = "url")]
    pub url_env: Option<String>,
}

/// The one history and the one database that a verb works on.
#[derive(Debug, Default, Args)]
pub struct SiteArgs {
    #[command(flatten)]
    pub history: HistoryArgs,
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Yes, to this database: its name. Needed where it is protected, or nothing says that it is not
    #[arg(long, value_name = "DATABASE", help_heading = "What is done")]
    pub confirm: Option<String>,
    /// Show what would be done, and do nothing
    #[arg(long, help_heading = "What is done")]
    pub dry_run: bool,
    /// Write what was done to this file, too: a line of JSON each
    #[arg(long, value_name = "FILE", help_heading = "How it is run")]
    pub audit: Option<PathBuf>,
}
