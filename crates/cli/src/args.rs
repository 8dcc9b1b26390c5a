//! The words that the command line knows.

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
        value_name = "human|json|github",
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
    // For a GitHub workflow: annotations on the lines. `verify` has them.
    Github,
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

/// `status`
#[derive(Debug, Default, Args)]
pub struct StatusArgs {
    #[command(flatten)]
    pub selection: Selection,
    /// List every migration with all of its notes
    #[arg(long)]
    pub all: bool,
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
    /// lossy, may-refuse, stale, an error code, ...
    #[arg(required = true)]
    pub word: Vec<String>,
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
    /// A database to copy some rows from into the scratch database; it is only read
    #[arg(long, value_name = "URL", help_heading = "On which database")]
    pub sample: Option<String>,
    /// The same, from the environment variable NAME
    #[arg(long, value_name = "NAME", help_heading = "On which database", conflicts_with = "sample")]
    pub sample_env: Option<String>,
    /// List every migration, the proven ones too
    #[arg(long, help_heading = None::<&str>)]
    pub all: bool,
    /// Write a page that shows every rollback and its verdict, too
    #[arg(long, value_name = "FILE", help_heading = None::<&str>)]
    pub html: Option<PathBuf>,
}
