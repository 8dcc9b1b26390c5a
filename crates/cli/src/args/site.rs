//! What the verbs take that work on a real database, or write a migration for one.

use super::{HistoryArgs, KeepArgs, LockArgs, ScratchArgs, SiteArgs};
use clap::{Args, Subcommand};
use std::path::PathBuf;

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
    #[command(flatten)]
    pub site: SiteArgs,
    /// Where the tool keeps its table, where no config says so
    #[arg(long, value_name = "[SCHEMA.]TABLE", help_heading = "On which database")]
    pub table: Option<String>,
    /// Write the plan to this file, and run nothing
    #[arg(long, value_name = "FILE", help_heading = "What is done", conflicts_with = "dry_run")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub keep: KeepArgs,
    /// Run rollbacks that are stale, and undo migrations that were edited after they were applied
    #[arg(long, help_heading = "What is done")]
    pub force: bool,
    /// Run the rest of a rollback that was cut off
    #[arg(long = "continue", help_heading = "What is done", conflicts_with = "abort")]
    pub go_on: bool,
    /// Take back a rollback that was cut off
    #[arg(long, help_heading = "What is done")]
    pub abort: bool,
    #[command(flatten)]
    pub locks: LockArgs,
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
    #[command(flatten)]
    pub locks: LockArgs,
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
    #[command(flatten)]
    pub keep: KeepArgs,
    #[command(flatten)]
    pub site: SiteArgs,
    /// Where the tool keeps its table, where no config says so
    #[arg(long, value_name = "[SCHEMA.]TABLE", help_heading = "On which database")]
    pub table: Option<String>,
    #[command(flatten)]
    pub scratch: ScratchArgs,
    #[command(flatten)]
    pub locks: LockArgs,
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
    #[command(flatten)]
    pub locks: LockArgs,
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
    #[command(flatten)]
    pub history: HistoryArgs,
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
