//! Why no verb gets to a database, or is not told to go on; and what is said beside it.

use super::Scene;
use crate::Problem;
use crate::archive::Home;
use crate::execute::{Holder, Reason, Stopped};
use std::io;
use unmigrate_engines::Failure;
use unmigrate_kernel::{Dialect, one_line};
use unmigrate_sources::pasted;
use unmigrate_sources::tracking::Location;

/// Names for a message: in backticks, with commas between.
pub fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A table with its schema.
pub fn place(at: &Location) -> String {
    at.schema.iter().chain([&at.table]).cloned().collect::<Vec<_>>().join(".")
}

pub fn several_histories(dirs: &[String]) -> Problem {
    Problem::error(
        "several-histories",
        format!("there are several folders of migrations: {}", list(dirs)),
        "say which: --project <name>, or the folder itself",
    )
}

/// No folder could be read; the first of the reasons is the one to see to.
pub fn no_history(problems: Vec<Problem>) -> Problem {
    let first = problems.into_iter().find(|p| p.severity == crate::Severity::Error);
    first.unwrap_or_else(|| Problem::error("nothing-found", "no folder of migrations was found", "name it"))
}

pub fn unreadable(down: &str, why: &io::Error) -> Problem {
    Problem::error("unreadable", format!("`{down}` can't be read: {why}"), "see to its permissions").at(down)
}

pub fn pooled(from: &str) -> Problem {
    Problem::error(
        "no-session",
        format!("the URL from {from} goes through a pooler that keeps no session (pgbouncer=true)"),
        "use the direct URL of the database",
    )
}

pub fn unreachable(target: &str, from: &str, failure: &Failure) -> Problem {
    let help = failure.hint.clone().unwrap_or_else(|| "see whether the server runs and the URL is right".to_owned());
    Problem::error("unreachable", format!("no session with {target} (from {from}): {failure}"), help)
}

pub fn database(failure: &Failure) -> Problem {
    let help = failure.hint.clone().unwrap_or_else(|| "nothing was changed".into());
    Problem::error("database-failed", failure.to_string(), help)
}

pub fn wrong_dialect(folder: Dialect, database: Dialect) -> Problem {
    Problem::error(
        "wrong-dialect",
        format!("the migrations are written for {}, and the database is {}", folder.word(), database.word()),
        "see whether the URL is the right one",
    )
}

pub fn no_table(at: &Location) -> Problem {
    Problem::error(
        "no-tracking-table",
        format!("there is no table `{}`: the tool has never run in this database", place(at)),
        "see whether the URL is the right one, and whether the config names another table or schema",
    )
}

pub fn foreign_table(at: &Location, columns: &[String]) -> Problem {
    Problem::error(
        "foreign-table",
        format!("`{}` is not the tool's table: it has the columns {}", place(at), list(columns)),
        "say where the tool keeps its table; nothing was changed",
    )
}

pub fn protection(why: &str) -> Problem {
    Problem::error(
        "config-unreadable",
        format!("`unmigrate.json` says which databases are protected, and is not understood: {why}"),
        "{ \"protected\": [\"*prod*\"] }",
    )
}

pub fn unconfirmed(protected: bool, database: &str) -> Problem {
    let message = match protected {
        true => format!("`{database}` is protected, or nothing says that it is not: its name has to be said"),
        false => "nobody is there to say yes".to_owned(),
    };
    Problem::error("unconfirmed", message, format!("--confirm {}   to do it, --dry-run   to look", pasted(database)))
}

pub fn other_name(said: &str, database: &str) -> Problem {
    Problem::error(
        "wrong-name",
        format!("the database is `{database}`, and `{said}` was said: nothing was changed"),
        format!("if it is the one that you mean: --confirm {}", pasted(database)),
    )
}

pub fn declined() -> Problem {
    Problem::error("declined", "nothing was changed", "run it again when you are ready")
}

pub fn not_audited(why: &str) -> Problem {
    Problem::warning(
        "not-audited",
        format!("this run is not written down in the database: {why}"),
        "grant the user CREATE on a schema of ours, or name a file with --audit",
    )
}

/// What is kept is said to be in reach of the tool's own `push`.
pub fn push_would_drop(scene: &Scene, home: &Home) -> Option<Problem> {
    (scene.pushed_whole && *home == Home::Schema).then(|| {
        Problem::warning(
            "push-would-drop",
            "`drizzle-kit push` looks at every schema where its config names none: it would drop `_unmigrate`, and what is kept in it",
            "schemaFilter: ['public']   in drizzle.config, with the other schemas that are yours",
        )
    })
}

pub fn untidy(failure: &Failure) -> Problem {
    Problem::warning(
        "untidy-journal",
        format!("all is done, and the journal's lines could not be taken away: {failure}"),
        "unmigrate rollback --continue   closes it",
    )
}

/// What stopped a walk, at which statement, and who stands in the way: in a sentence without a full stop.
pub fn where_and_why(stopped: &Stopped) -> String {
    let at = stopped.at.as_ref().map(|at| {
        let place = match (&at.file, at.line) {
            (Some(file), line) if line > 0 => format!("{file}:{line}, "),
            _ => String::new(),
        };
        format!(" ({place}statement {} of {}: {})", at.number, at.of, short(&at.sql))
    });
    let holders: Vec<String> = stopped.holders.iter().map(holder).collect();
    let held = if holders.is_empty() { String::new() } else { format!("; held by {}", holders.join(", ")) };
    format!("{}{}{held}", stopped.reason, at.unwrap_or_default())
}

/// The problem of a walk that stopped, by its reason.
pub fn halted(stopped: &Stopped, message: String, help: String) -> Problem {
    let problem = match &stopped.reason {
        Reason::NothingToDo => Problem::error("nothing-to-do", message, help),
        Reason::NoSession => Problem::error("no-session", message, help),
        Reason::NoTransactions => Problem::error("no-transactions", message, help),
        Reason::ForeignKeysStayOn => Problem::error("foreign-keys-stay-on", message, help),
        Reason::Busy(_) => Problem::error("busy", message, help),
        Reason::Moved => Problem::error("plan-moved", message, help),
        Reason::Unfinished(_) => Problem::error("unfinished", message, help),
        Reason::Locked(_) => Problem::error("locked", message, help),
        Reason::Lost(_) => Problem::error("connection-lost", message, help),
        Reason::Failed(_) => Problem::error("statement-failed", message, help),
        Reason::Unexpected(_) => Problem::error("unexpected-result", message, help),
        Reason::NoWayBack(_) => Problem::error("no-way-back", message, help),
    };
    match stopped.at.as_ref().and_then(|at| at.file.clone()) {
        Some(file) => problem.at(file),
        None => problem,
    }
}

/// `pg_dump (pid 4711, idle in transaction, for 732 s: COPY public.users ..)`
pub fn holder(holder: &Holder) -> String {
    let age = holder.age.map_or_else(String::new, |age| format!(", for {age} s"));
    let query =
        holder.query.as_deref().filter(|q| !q.is_empty()).map_or_else(String::new, |q| format!(": {}", short(q)));
    format!("{} (pid {}, {}{age}{query})", holder.application, holder.pid, holder.state)
}

/// A statement in one line, not too long.
pub fn short(sql: &str) -> String {
    one_line(sql, 100)
}
