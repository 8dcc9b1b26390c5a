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

/// Which database a verb of expand and contract asks.
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

/// `expand`
#[derive(Debug, Args)]
pub struct ExpandArgs {
    #[command(flatten)]
    pub selection: Selection,
    /// A column that is dropped and the one that it becomes
    #[arg(long, value_name = "TABLE.COLUMN=NAME", help_heading = "What only you know")]
    pub rename: Vec<String>,
    /// A column that is dropped and becomes none
    #[arg(long, value_name = "TABLE.COLUMN", help_heading = "What only you know")]
    pub no_rename: Vec<String>,
    /// What stands in a column that becomes required instead of NULL: an SQL expression over the row
    #[arg(long, value_name = "TABLE.COLUMN=SQL", help_heading = "What only you know")]
    pub fill: Vec<String>,
    /// A file of such decisions, JSON
    #[arg(long, value_name = "FILE", help_heading = "What only you know")]
    pub decisions: Option<PathBuf>,
    /// The migration has run nowhere
    #[arg(long, help_heading = "What only you know")]
    pub not_applied: bool,
    /// Put the migration back as the tool wrote it
    #[arg(long)]
    pub abort: bool,
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// `backfill`
#[derive(Debug, Args)]
pub struct BackfillArgs {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Rows of a batch: 1000 without it
    #[arg(long, value_name = "ROWS", help_heading = "How it is run", value_parser = clap::value_parser!(u64).range(1..))]
    pub batch: Option<u64>,
    /// Sessions at the same time: 1 without it. Other machines may run the same command beside this one
    #[arg(long, value_name = "N", help_heading = "How it is run", value_parser = clap::value_parser!(u64).range(1..=64))]
    pub workers: Option<u64>,
    /// How long it rests after a batch, in percent of the time that the batch took: 50 without it
    #[arg(long, value_name = "PERCENT", help_heading = "How it is run")]
    pub rest: Option<u64>,
    /// While this file is there, no batch is begun
    #[arg(long, value_name = "FILE", help_heading = "How it is run")]
    pub pause_file: Option<PathBuf>,
    /// Make no indexes: on a database for development, `prisma migrate dev` would call them drift
    #[arg(long, help_heading = "How it is run")]
    pub no_indexes: bool,
    /// Count what is to be done, and fill nothing; exit 1 where something is
    #[arg(long, help_heading = None::<&str>)]
    pub status: bool,
}

/// `contract`
#[derive(Debug, Args)]
pub struct ContractArgs {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// A gate that is not asked; say why with --reason
    #[arg(long, value_name = "GATE", requires = "reason")]
    pub skip_gate: Vec<String>,
    /// Why
    #[arg(long, value_name = "WHY")]
    pub reason: Option<String>,
}

/// `plan`
#[derive(Debug, Default, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    pub selection: Selection,
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

/// `check`
#[derive(Debug, Default, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub selection: Selection,
    /// Only migrations that changed since this branch left REF; without a REF, the default branch. In CI that is what is done
    /// without the flag, too
    #[arg(long, value_name = "REF", num_args = 0..=1, default_missing_value = "", help_heading = "Which migrations")]
    pub changed: Option<String>,
    /// Every migration, in CI too
    #[arg(long, conflicts_with = "changed", help_heading = "Which migrations")]
    pub all: bool,
    /// The git commit, branch or tag whose clients have to go on working; without a REF, where this branch left the default
    /// branch
    #[arg(long, value_name = "REF", num_args = 0..=1, default_missing_value = "", help_heading = "How to judge")]
    pub app: Option<String>,
    /// Hold them against a database, which is only read: what it ran in another form, will skip, run late, or stop at. Without
    /// a URL, the database that the tool's own config, .env or environment names. Process lists show it: where it holds a
    /// password, use --db-env
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = "", help_heading = "On which database")]
    pub db: Option<String>,
    /// The same, from the environment variable NAME
    #[arg(long, value_name = "NAME", help_heading = "On which database", conflicts_with = "db")]
    pub db_env: Option<String>,
    /// What runs the migrations, where the tool's own way is not meant: prisma, drizzle, d1, libsql, autocommit, transaction
    #[arg(long, value_name = "RUNNER", help_heading = "How to judge")]
    pub runner: Option<String>,
    /// Rules about taste, too
    #[arg(long, help_heading = "How to judge")]
    pub style: bool,
    /// Exit 1 for warnings, too
    #[arg(long, help_heading = "How to judge")]
    pub strict: bool,
    /// What a rule's findings weigh: off, note, warning or error
    #[arg(long, value_name = "RULE=WEIGHT", help_heading = "How to judge")]
    pub rule: Vec<String>,
    /// A file of findings that are known and left out
    #[arg(long, value_name = "FILE", help_heading = "How to judge")]
    pub baseline: Option<PathBuf>,
    /// Write what is found into the baseline (unmigrate-baseline.json), so that only new findings are told from then on
    #[arg(long, help_heading = "How to judge")]
    pub write_baseline: bool,
    /// Also write a summary for the job's page, to the file that GITHUB_STEP_SUMMARY names
    #[arg(long, help_heading = None::<&str>)]
    pub summary: bool,
    /// List the rules and look at nothing
    #[arg(long, help_heading = None::<&str>)]
    pub rules: bool,
}

/// `compat`
#[derive(Debug, Default, Args)]
pub struct CompatArgs {
    /// The git commit, branch or tag whose clients are meant; without it, where this branch left the default branch
    #[arg(long, value_name = "GIT REF")]
    pub app: Option<String>,
    /// Only histories of packages with this name, or below this path
    #[arg(long, value_name = "NAME|PATH", help_heading = "Which migrations")]
    pub project: Vec<String>,
    /// A migration folder, instead of looking for them
    #[arg(long, value_name = "PATH", help_heading = "Which migrations")]
    pub dir: Vec<PathBuf>,
    /// The tool that wrote the folder: prisma, drizzle
    #[arg(long, help_heading = "Which migrations")]
    pub tool: Option<String>,
    /// The dialect of the SQL: postgresql, mysql, sqlite, cockroachdb
    #[arg(long, help_heading = "Which migrations")]
    pub dialect: Option<String>,
}

/// `revert`
#[derive(Debug, Default, Args)]
pub struct RevertArgs {
    /// Migrations by name, the last of the folder; without one, the very last
    #[arg(value_name = "MIGRATION")]
    pub names: Vec<String>,
    /// The last N
    #[arg(long, value_name = "N", help_heading = "Which migrations", value_parser = clap::value_parser!(u32).range(1..))]
    pub steps: Option<u32>,
    /// All that came after this one, which itself stays
    #[arg(long, value_name = "MIGRATION", help_heading = "Which migrations")]
    pub to: Option<String>,
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
    /// What the new migration is called, behind its time or number
    #[arg(long, value_name = "NAME", help_heading = "What is done")]
    pub name: Option<String>,
    /// Print the migration, and write nothing
    #[arg(long, help_heading = "What is done")]
    pub dry_run: bool,
    /// Take rollbacks that are stale or not verified
    #[arg(long, help_heading = "What is done")]
    pub force: bool,
}

/// `doctor`
#[derive(Debug, Default, Args)]
pub struct DoctorArgs {
    /// The migration that is mended, by name; without one, the first that is half applied
    #[arg(value_name = "MIGRATION")]
    pub names: Vec<String>,
    /// Mend it: forward (run the rest), undo (take back what happened), tracking (rows of the tool's table), orphans (the
    /// same, and rows without a file go), indexes (that are not valid), files (rollbacks that `drizzle-kit up` left behind)
    #[arg(long, value_name = "WHAT", help_heading = "What is done")]
    pub fix: Option<String>,
    /// So many of the migration's statements have happened, where the database does not tell
    #[arg(long, value_name = "N", help_heading = "What is done")]
    pub done: Option<usize>,
    /// Yes, to this database: its name, as the plan shows it. Without it you are asked
    #[arg(long, value_name = "DATABASE", help_heading = "What is done")]
    pub confirm: Option<String>,
    /// Print every statement with its locks, and run nothing
    #[arg(long, help_heading = "What is done")]
    pub dry_run: bool,
    /// Keep what is taken away in tables of ours; the default where the database is protected
    #[arg(long, help_heading = "What is done", conflicts_with = "no_archive")]
    pub archive: bool,
    /// Keep nothing
    #[arg(long, help_heading = "What is done")]
    pub no_archive: bool,
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
    /// The database; without it, the one that the tool's own config, .env or environment names. Process lists show it:
    /// where it holds a password, use --url-env
    #[arg(long, value_name = "URL", help_heading = "On which database")]
    pub url: Option<String>,
    /// The same, from the environment variable NAME
    #[arg(long, value_name = "NAME", help_heading = "On which database", conflicts_with = "url")]
    pub url_env: Option<String>,
    /// Where the tool keeps its table, where no config says so
    #[arg(long, value_name = "[SCHEMA.]TABLE", help_heading = "On which database")]
    pub table: Option<String>,
    #[command(flatten)]
    pub scratch: ScratchArgs,
    /// How long a transaction waits for a lock that stops others, in milliseconds: at most 900, and 500 without it
    #[arg(long, value_name = "MS", help_heading = "How it is run", value_parser = clap::value_parser!(u64).range(1..=900))]
    pub lock_timeout: Option<u64>,
    /// For how long it is tried again, in seconds: 60 without it
    #[arg(long, value_name = "SECONDS", help_heading = "How it is run")]
    pub retry: Option<u64>,
    /// Write what was done to this file, too: a line of JSON each
    #[arg(long, value_name = "FILE", help_heading = "How it is run")]
    pub audit: Option<PathBuf>,
}

/// `init`
#[derive(Debug, Default, Args)]
pub struct InitArgs {
    /// Only the hook: where husky, lefthook, simple-git-hooks or git itself looks for it
    #[arg(long)]
    pub hook: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `rollback`
#[derive(Debug, Default, Args)]
pub struct RollbackArgs {
    /// Migrations by name; without one, the last that the database applied. Or one file that --out wrote (plan.json): run
    /// just that
    #[arg(value_name = "MIGRATION|PLAN.JSON")]
    pub names: Vec<String>,
    /// The last N
    #[arg(long, value_name = "N", help_heading = "Which migrations", value_parser = clap::value_parser!(u32).range(1..))]
    pub steps: Option<u32>,
    /// All that came after this one, which itself stays
    #[arg(long, value_name = "MIGRATION", help_heading = "Which migrations")]
    pub to: Option<String>,
    /// All of the last deploy, by the times in the tool's own table
    #[arg(long, help_heading = "Which migrations")]
    pub batch: bool,
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
    /// The database; without it, the one that the tool's own config, .env or environment names. Process lists show it:
    /// where it holds a password, use --url-env
    #[arg(long, value_name = "URL", help_heading = "On which database")]
    pub url: Option<String>,
    /// The same, from the environment variable NAME
    #[arg(long, value_name = "NAME", help_heading = "On which database", conflicts_with = "url")]
    pub url_env: Option<String>,
    /// Where the tool keeps its table, where no config says so
    #[arg(long, value_name = "[SCHEMA.]TABLE", help_heading = "On which database")]
    pub table: Option<String>,
    /// Yes, to this database: its name, as the plan shows it. Without it you are asked
    #[arg(long, value_name = "DATABASE", help_heading = "What is done")]
    pub confirm: Option<String>,
    /// Print every statement with its locks, and run nothing
    #[arg(long, help_heading = "What is done")]
    pub dry_run: bool,
    /// Write the plan to this file, and run nothing
    #[arg(long, value_name = "FILE", help_heading = "What is done", conflicts_with = "dry_run")]
    pub out: Option<PathBuf>,
    /// Keep what is taken away in tables of ours; the default where the database is protected
    #[arg(long, help_heading = "What is done", conflicts_with = "no_archive")]
    pub archive: bool,
    /// Keep nothing
    #[arg(long, help_heading = "What is done")]
    pub no_archive: bool,
    /// Run rollbacks that are stale, and undo migrations that were edited after they were applied
    #[arg(long, help_heading = "What is done")]
    pub force: bool,
    /// Run the rest of a rollback that was cut off
    #[arg(long = "continue", help_heading = "What is done", conflicts_with = "abort")]
    pub go_on: bool,
    /// Take back a rollback that was cut off
    #[arg(long, help_heading = "What is done")]
    pub abort: bool,
    /// How long a transaction waits for a lock that stops others, in milliseconds: at most 900, and 500 without it
    #[arg(long, value_name = "MS", help_heading = "How it is run", value_parser = clap::value_parser!(u64).range(1..=900))]
    pub lock_timeout: Option<u64>,
    /// For how long it is tried again, in seconds: 60 without it
    #[arg(long, value_name = "SECONDS", help_heading = "How it is run")]
    pub retry: Option<u64>,
    /// Write what was done to this file, too: a line of JSON each
    #[arg(long, value_name = "FILE", help_heading = "How it is run")]
    pub audit: Option<PathBuf>,
}

/// The one history and the one database that a verb works on.
#[derive(Debug, Default, Args)]
pub struct SiteArgs {
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
    /// The database; without it, the one that the tool's own config, .env or environment names. Process lists show it:
    /// where it holds a password, use --url-env
    #[arg(long, value_name = "URL", help_heading = "On which database")]
    pub url: Option<String>,
    /// The same, from the environment variable NAME
    #[arg(long, value_name = "NAME", help_heading = "On which database", conflicts_with = "url")]
    pub url_env: Option<String>,
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

/// `resolve`
#[derive(Debug, Default, Args)]
pub struct ResolveArgs {
    /// These are applied: names, or patterns in which * stands for anything
    #[arg(long, value_name = "MIGRATION", num_args = 1.., help_heading = "Which migrations")]
    pub applied: Vec<String>,
    /// All that are not recorded are applied
    #[arg(long, help_heading = "Which migrations")]
    pub all: bool,
    /// The database was made without the tool: all are applied, or those up to this one
    #[arg(long, value_name = "MIGRATION", num_args = 0..=1, default_missing_value = "", help_heading = "Which migrations")]
    pub baseline: Option<String>,
    /// These are not applied any more: names, or patterns
    #[arg(long, value_name = "MIGRATION", num_args = 1.., help_heading = "Which migrations")]
    pub rolled_back: Vec<String>,
    #[command(flatten)]
    pub site: SiteArgs,
    /// Where the tool keeps its table, where no config says so
    #[arg(long, value_name = "[SCHEMA.]TABLE", help_heading = "On which database")]
    pub table: Option<String>,
    /// Run this SQL first, in one transaction with the record
    #[arg(long, value_name = "FILE", help_heading = "What is done")]
    pub run: Option<PathBuf>,
    /// Write the rows here, and not through the project's own Prisma: many in one transaction
    #[arg(long, help_heading = "What is done")]
    pub direct: bool,
    /// Record what the database does not hold; --reason says why
    #[arg(long, help_heading = "What is done")]
    pub force: bool,
    /// Why, for the audit
    #[arg(long, value_name = "TEXT", help_heading = "What is done")]
    pub reason: Option<String>,
    /// How long a transaction waits for a lock that stops others, in milliseconds: at most 900, and 500 without it
    #[arg(long, value_name = "MS", help_heading = "How it is run", value_parser = clap::value_parser!(u64).range(1..=900))]
    pub lock_timeout: Option<u64>,
    /// For how long it is tried again, in seconds: 60 without it
    #[arg(long, value_name = "SECONDS", help_heading = "How it is run")]
    pub retry: Option<u64>,
}

/// `archive`
#[derive(Debug, Args)]
pub struct ArchiveArgs {
    /// What to do with what is kept
    #[command(subcommand)]
    pub what: ArchiveVerb,
}

/// What is done with what is kept.
#[derive(Debug, Subcommand)]
pub enum ArchiveVerb {
    /// Show what is kept, since when, and how much it takes
    List(KeptArgs),
    /// Put values back by key, into the tables that they came from
    Restore(KeptArgs),
    /// Delete copies for good
    Drop(KeptArgs),
}

/// Which copies.
#[derive(Debug, Default, Args)]
pub struct KeptArgs {
    /// Copies by their names, or all that was kept for a migration by its name
    #[arg(value_name = "KEPT|MIGRATION")]
    pub names: Vec<String>,
    /// All that is kept
    #[arg(long, help_heading = "Which copies")]
    pub all: bool,
    /// Only what has been kept for so many days, or longer
    #[arg(long, value_name = "DAYS", help_heading = "Which copies")]
    pub older_than: Option<u64>,
    #[command(flatten)]
    pub site: SiteArgs,
}

/// `deploy`
#[derive(Debug, Default, Args)]
pub struct DeployArgs {
    /// The command that deploys; without it, the project's own `prisma migrate deploy` or `drizzle-kit migrate`
    #[arg(value_name = "COMMAND", last = true)]
    pub command: Vec<String>,
    #[command(flatten)]
    pub site: SiteArgs,
    /// Where the tool keeps its table, where no config says so
    #[arg(long, value_name = "[SCHEMA.]TABLE", help_heading = "On which database")]
    pub table: Option<String>,
    /// Run the SQL here, in one transaction with the copies, and write the tool's own rows
    #[arg(long, help_heading = "What is done", conflicts_with = "command")]
    pub direct: bool,
    /// Keep nothing of what the migrations destroy
    #[arg(long, help_heading = "What is done")]
    pub no_archive: bool,
    /// Put nothing back of what earlier rollbacks of these migrations kept
    #[arg(long, help_heading = "What is done")]
    pub no_restore: bool,
    /// How long a transaction waits for a lock that stops others, in milliseconds: at most 900, and 500 without it
    #[arg(long, value_name = "MS", help_heading = "How it is run", value_parser = clap::value_parser!(u64).range(1..=900))]
    pub lock_timeout: Option<u64>,
    /// For how long it is tried again, in seconds: 60 without it
    #[arg(long, value_name = "SECONDS", help_heading = "How it is run")]
    pub retry: Option<u64>,
}
