//! Why nothing is deployed, and the way out of it; and what is said beside it.

use super::report::WrittenSince;
use crate::Problem;
use crate::archive::{Entry, NotRestored};
use crate::execute::{Left, Stopped};
pub use crate::site::refusal::*;
use unmigrate_sources::{Tool, pasted};

pub fn stands_in_line(why: &str) -> Problem {
    Problem::error("half-applied", why, "unmigrate doctor   finishes or undoes it")
}

pub fn no_tool(tool: Tool) -> Problem {
    let program = match tool {
        Tool::Prisma => "prisma",
        Tool::Drizzle => "drizzle-kit",
    };
    Problem::error(
        "tool-not-found",
        format!("`{program}` is not installed in this project"),
        "name the command that deploys: unmigrate deploy -- <command>; or let unmigrate run the SQL: --direct",
    )
}

pub fn other_url() -> Problem {
    Problem::error(
        "two-databases",
        "the tool's own process takes its database from its own configuration, and --url may name another one",
        "leave --url out, name the command that deploys there (unmigrate deploy --url .. -- <command>), or use --direct",
    )
}

pub fn process_failed(why: &str) -> Problem {
    Problem::error(
        "deploy-failed",
        format!("the tool's own deploy did not end well: {why}"),
        "see to what it says; unmigrate doctor   tells what a failed migration has done",
    )
}

pub fn not_started(why: &str) -> Problem {
    Problem::error("deploy-failed", format!("the command could not be started: {why}"), "see whether it is installed")
}

pub fn not_applied_here(names: &[String]) -> Problem {
    Problem::error(
        "deployed-elsewhere",
        format!("the deploy ended well, and this database does not have {}", list(names)),
        "see which database its configuration names: it is another one, or the command does not deploy",
    )
}

pub fn not_kept(name: &str, table: &str) -> Problem {
    Problem::warning(
        "not-kept-before",
        format!("`{name}` takes away of `{table}`, which is not there yet: nothing of it is kept"),
        "deploy in two steps where its rows matter: the migrations before it first",
    )
}

pub fn written_since(since: &WrittenSince) -> Option<Problem> {
    let words = [(since.added, "came"), (since.gone, "went"), (since.changed, "were written to")];
    let counts: Vec<String> =
        words.iter().filter_map(|(n, what)| Some(format!("{} {what}", n.filter(|n| *n > 0)?))).collect();
    if counts.is_empty() {
        return None;
    }
    Some(Problem::warning(
        "written-since",
        format!(
            "between the copy and the deploy, rows of {}: {}; the copy does not have that",
            since.table,
            counts.join(", ")
        ),
        "--direct copies and deploys in one transaction",
    ))
}

pub fn not_put_back(entry: &Entry, why: &NotRestored) -> Problem {
    Problem::warning(
        "not-put-back",
        format!("what was kept of `{}` could not be put back: {why}", entry.migration),
        format!("unmigrate archive restore {}", pasted(&entry.id)),
    )
}

pub fn inside(name: &str) -> Problem {
    Problem::error(
        "would-drift",
        format!(
            "no schema or database of ours may be made here, and a copy of what `{name}` destroys among your own tables \
             would be drift to the tool"
        ),
        "grant CREATE on the database to the user, or go without: --no-archive",
    )
}

/// What stopped a run of ours.
pub fn stopped(stopped: &Stopped) -> Problem {
    let left = match &stopped.left {
        Left::Continuable { .. } => "some of it has happened",
        Left::Unknown => "whether the last transaction was committed is not known",
        Left::AsBefore => "nothing was changed",
        Left::Whole => "what came before it stays",
    };
    let help = match &stopped.left {
        Left::Continuable { .. } => "see to the cause, then: unmigrate rollback --continue   runs the rest",
        Left::Unknown => "unmigrate status --db   asks the database",
        _ => "see to the cause, and run it again",
    };
    halted(stopped, format!("{}: {left}", where_and_why(stopped)), help.to_owned())
}
