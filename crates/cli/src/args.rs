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
        value_name = "human|json",
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
