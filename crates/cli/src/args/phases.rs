//! What the verbs of expand and contract take.

use super::{DatabaseArgs, Selection};
use clap::Args;
use std::path::PathBuf;
use unmigrate_app::expand::Release;

fn release(word: &str) -> Result<Release, String> {
    let found = Release::ALL.into_iter().find(|one| one.word() == word);
    found.ok_or_else(|| "one of expand, code, contract".to_owned())
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
    /// What stands in a column that becomes required instead of NULL, or in one that goes for rows without it: SQL
    #[arg(long, value_name = "TABLE.COLUMN=SQL", help_heading = "What only you know")]
    pub fill: Vec<String>,
    /// What a value is in the column's new type: an SQL expression over the row
    #[arg(long, value_name = "TABLE.COLUMN=SQL", help_heading = "What only you know")]
    pub convert: Vec<String>,
    /// What a new value, under the same name, is in the old type
    #[arg(long, value_name = "TABLE.COLUMN=SQL", help_heading = "What only you know")]
    pub convert_back: Vec<String>,
    /// A value of an enum that goes, and the one that new versions find where old ones have written it
    #[arg(long, value_name = "TYPE.VALUE=VALUE", help_heading = "What only you know")]
    pub value: Vec<String>,
    /// A value of an enum that comes, and the one that old versions find where new ones have written it
    #[arg(long, value_name = "TYPE.VALUE=VALUE", help_heading = "What only you know")]
    pub value_back: Vec<String>,
    /// A column that is dropped, and the one of another table that its values move to
    #[arg(long, value_name = "TABLE.COLUMN=TABLE.COLUMN", help_heading = "What only you know")]
    pub r#move: Vec<String>,
    /// A column of the foreign key by which a row finds the one that its values move to, where there are several
    #[arg(long, value_name = "TABLE.COLUMN", help_heading = "What only you know")]
    pub by: Vec<String>,
    /// Values that have no row in the table that they move to: `make` one, or `hold` the contract
    #[arg(long, value_name = "TABLE=make|hold", help_heading = "What only you know")]
    pub missing: Vec<String>,
    /// A file of such decisions, JSON
    #[arg(long, value_name = "FILE", help_heading = "What only you know")]
    pub decisions: Option<PathBuf>,
    /// The migration has run nowhere
    #[arg(long, help_heading = "What only you know")]
    pub not_applied: bool,
    /// Edit the schema for the time of both shapes too, where it can be told how: schema.prisma, or what drizzle-kit reads and its
    /// config. Without it the diff is shown alone
    #[arg(long)]
    pub write: bool,
    /// Of a migration that is expanded already: show what its schema is with expand, with the code that has the new shape, or with the
    /// contract, and with --write edit it
    #[arg(long, value_name = "expand|code|contract", value_parser = release, conflicts_with = "abort")]
    pub release: Option<Release>,
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
    /// While a replica of the PostgreSQL server is further behind than so many seconds, no batch is begun: 10 without it; 0 never
    /// waits
    #[arg(long, value_name = "SECONDS", help_heading = "How it is run")]
    pub max_lag: Option<u64>,
    /// Make no indexes: on a database for development, `prisma migrate dev` would call them drift
    #[arg(long, help_heading = "How it is run")]
    pub no_indexes: bool,
    /// Hand the batches to a module of your own, in TypeScript or JavaScript, which says what table it goes over; no plan is needed
    #[arg(long, value_name = "FILE", help_heading = "How it is run")]
    pub module: Option<PathBuf>,
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
    /// The commit, branch or tag that is deployed: its clients may need nothing that the contract takes away. Without it, where
    /// this branch left the default branch
    #[arg(long, value_name = "REF")]
    pub app: Option<String>,
    /// Edit the schema too, where it can be told how: the new shape alone. Without it the diff is shown alone
    #[arg(long)]
    pub write: bool,
}

/// `plan`
#[derive(Debug, Default, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    pub selection: Selection,
    /// What the schema is in each release, as diffs, too
    #[arg(long)]
    pub diff: bool,
    /// The timeline as Mermaid text, for Markdown
    #[arg(long)]
    pub mermaid: bool,
    /// Write it as a page, too
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}
