//! What the verbs take that look at migrations before they are merged.

use super::{HistoryArgs, Selection};
use clap::Args;
use std::path::PathBuf;

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
    /// Fix what can be fixed without a person, in migrations that no database has run by git and by --db; shows the diff and
    /// asks
    #[arg(long, help_heading = "What to fix")]
    pub fix: bool,
    /// Fix the findings of this rule only
    #[arg(long, value_name = "RULE", help_heading = "What to fix")]
    pub fix_rule: Vec<String>,
    /// This column was renamed, where one is dropped and one like it added: write RENAME in the place of both
    #[arg(long, value_name = "TABLE.OLD=NEW", help_heading = "What to fix")]
    pub rename: Vec<String>,
    /// Write the fixes without asking
    #[arg(long, help_heading = "What to fix")]
    pub yes: bool,
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
    #[command(flatten)]
    pub history: HistoryArgs,
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
